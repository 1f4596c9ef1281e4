"""Generates packages in this process, without the formatter and the second validator."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from unittest.mock import patch

from clientcast.pipeline import Cast, cast


def generate(document: Any, folder: Path, name: str = "document") -> Cast:
    """Return what becomes of a document, its code as templates leave it.

    What openapi-spec-validator alone would refuse is generated too.
    """
    path = folder / f"{name}.json"
    path.write_text(json.dumps(document), encoding="utf-8")
    return generate_file(path)


def generate_file(path: Path) -> Cast:
    """Return what becomes of a document in a file."""
    with (
        patch("clientcast.render.format_modules", dict),
        patch("clientcast.pipeline.validate", lambda document, found: ()),
    ):
        return cast(path, path.name)


def code_of(files: Mapping[str, str]) -> dict[str, str]:
    """Return the modules that were written for a document."""
    return {
        path: text
        for path, text in files.items()
        if path.endswith(".py") and not path.startswith("_runtime/")
    }
