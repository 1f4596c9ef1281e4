"""Clients generated from the documents in `specs`, on first use."""

import tempfile
from functools import lru_cache
from pathlib import Path
from types import ModuleType

from tests.support.casting import import_client

SPECS = Path(__file__).parent / "specs"


@lru_cache(maxsize=4)
def load_client(name: str) -> ModuleType:
    """Generate and import the client of a document in `specs`."""
    with tempfile.TemporaryDirectory() as folder:
        return import_client(SPECS / f"{name}.yaml", Path(folder))
