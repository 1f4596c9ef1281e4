"""Clients generated from the documents in `specs`, on first use."""

import atexit
import tempfile
from functools import lru_cache
from pathlib import Path
from types import ModuleType

from tests.support.casting import import_client

SPECS = Path(__file__).parent / "specs"

_FOLDER = tempfile.TemporaryDirectory()
"""The folder of the clients, which load some of their modules with the first call."""

atexit.register(_FOLDER.cleanup)


@lru_cache(maxsize=4)
def load_client(name: str) -> ModuleType:
    """Generate and import the client of a document in `specs`."""
    return import_client(SPECS / f"{name}.yaml", Path(_FOLDER.name))
