"""References as JSON, after the schema that `templates/docs/reference.json_schema.json` publishes."""

import json
from collections.abc import Iterable
from dataclasses import asdict

from clientcast import assets
from clientcast.docs.reference import Reference

FORMAT = 1
"""Raised when something in the JSON changes its meaning or goes away."""


def references_json(references: Iterable[Reference]) -> str:
    """All that the references say, as one JSON text of ASCII."""
    content = {"format": FORMAT, "clients": [asdict(r) for r in references]}
    return json.dumps(content, indent=2, ensure_ascii=True) + "\n"


def json_schema() -> str:
    """The JSON Schema (2020-12) of what `references_json` gives."""
    path = assets.templates() / "docs" / "reference.schema.json"
    return path.read_text(encoding="utf-8")
