"""Generated packages with their fakes."""

import importlib
import json
import sys
import typing
from pathlib import Path
from typing import Any

from clientcast.conventions import Conventions

from tests.support.casting import import_client

WITH_FAKE = Conventions()


class Package:
    """A generated package with its fake."""

    def __init__(self, spec: Path, folder: Path) -> None:
        self.root: Any = import_client(spec, folder, conventions=WITH_FAKE)
        sys.path.insert(0, str(folder))
        try:
            self.testing: Any = importlib.import_module(f"{self.root.__name__}.testing")
        finally:
            sys.path.remove(str(folder))

    def fake(self, **options: bool) -> Any:
        """Return a new fake."""
        (name,) = (n for n in self.testing.__all__ if n.startswith("Fake"))
        return getattr(self.testing, name)(**options)

    @property
    def operations(self) -> dict[str, Any]:
        """The descriptions of the operations."""
        file = Path(str(self.testing.__file__)).with_name("operations.json")
        return typing.cast(dict[str, Any], json.loads(file.read_text("utf-8")))
