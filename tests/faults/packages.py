"""Clients of small documents of the matrix's own, cast when they are first wanted."""

import tempfile
from functools import lru_cache
from pathlib import Path
from types import ModuleType

from tests.support.casting import import_client

SPECS = Path(__file__).parent / "specs"


@lru_cache(maxsize=4)
def cast(name: str) -> ModuleType:
    """The package that the document of this name becomes."""
    with tempfile.TemporaryDirectory() as folder:
        return import_client(SPECS / f"{name}.yaml", Path(folder))
