"""References as JSON, described by `templates/docs/reference.schema.json`."""

import json
from collections.abc import Iterable

from clientcast import assets
from clientcast.docs.reference import Reference
from clientcast.values import as_dict

FORMAT = 1
"""Version of the format, incremented when a key changes its meaning or is removed."""


def references_json(references: Iterable[Reference]) -> str:
    """Return the references as one JSON document in ASCII."""
    content = {"format": FORMAT, "clients": [as_dict(r) for r in references]}
    return json.dumps(content, indent=2, ensure_ascii=True) + "\n"


def json_schema() -> str:
    """Return the JSON Schema (2020-12) of the output of `references_json`."""
    path = assets.templates() / "docs" / "reference.schema.json"
    return path.read_text(encoding="utf-8")
