"""Media types."""

from __future__ import annotations


def essence(content_type: str) -> str:
    """Return a media type without its parameters, in lower case."""
    return content_type.partition(";")[0].strip().lower()


def is_json(content_type: str) -> bool:
    """Return whether content of a media type is one JSON value."""
    return essence(content_type).endswith(("/json", "/x-json", "+json"))
