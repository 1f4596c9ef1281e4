"""Generation of packages in this process, without black and openapi-spec-validator."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from unittest.mock import patch

from clientcast.pipeline import Cast, cast
from clientcast.trust import Trust

from tests.support.validation import NoChild


def generate(document: Any, folder: Path, name: str = "document") -> Cast:
    """Generate a package from a document, without formatting its code.

    Documents that only openapi-spec-validator would refuse are accepted, and so are places
    whose names a test has replaced.
    """
    path = folder / f"{name}.json"
    path.write_text(json.dumps(document), encoding="utf-8")
    return generate_file(path)


def generate_file(path: Path) -> Cast:
    """Generate a package from a file."""
    with patch("clientcast.check.validator.Child", NoChild):
        return cast(path, path.name, trust=Trust(lenient=True), formatter="none")


def own_files(files: Mapping[str, str]) -> dict[str, str]:
    """Return the files of a package without the runtime."""
    return {p: text for p, text in files.items() if not p.startswith("_runtime/")}


def code_of(files: Mapping[str, str]) -> dict[str, str]:
    """Return the generated modules, without the runtime."""
    return {p: text for p, text in own_files(files).items() if p.endswith(".py")}
