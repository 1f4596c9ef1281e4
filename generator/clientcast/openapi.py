"""Names of the OpenAPI specification that several stages need."""

import re

METHODS = ("get", "put", "post", "delete", "options", "head", "patch", "trace", "query")
"""The methods that a Path Item Object has fields for (OpenAPI 3.2, 4.9.1)."""

TEMPLATE_EXPRESSION = re.compile(r"\{([^{}/]+)\}")
"""An expression in the template of a path or of a server's URL; its group is the name."""

STREAM_FORMATS = {
    "text/event-stream": "events",
    "application/jsonl": "lines",
    "application/x-jsonl": "lines",
    "application/jsonlines": "lines",
    "application/x-jsonlines": "lines",
    "application/x-ndjson": "lines",
    "application/ndjson": "lines",
    "application/stream+json": "lines",
    "application/json-seq": "sequence",
    "application/geo+json-seq": "sequence",
}
"""Formats of sequential media types (OpenAPI 3.2, 4.14.2)."""

_JSON = re.compile(r"(?:[\w.-]+/(?:[\w.-]+\+)?|application/x-)json", re.ASCII)
_XML = re.compile(r"(?:application|text)/xml|[\w.-]+/[\w.-]+\+xml", re.ASCII)

IGNORED_HEADERS = frozenset({"accept", "content-type", "authorization"})
"""Names, in lower case, of header parameters that are ignored (OpenAPI 3.1, 4.8.12.1)."""


def bare_media_type(name: str) -> str:
    """Return a media type without its parameters, in lower case."""
    return name.partition(";")[0].strip().lower()


def is_json(media_type: str) -> bool:
    """Return whether content of a media type is one JSON value (RFC 8259, RFC 6839, 3.1)."""
    return _JSON.fullmatch(bare_media_type(media_type)) is not None


def is_textual(media_type: str) -> bool:
    """Return whether content of a media type is text, JSON or XML (RFC 7303)."""
    name = bare_media_type(media_type)
    return name.startswith("text/") or is_json(name) or is_xml(name)


def is_xml(media_type: str) -> bool:
    """Return whether content of a media type is XML (RFC 7303, 4.1 and 8)."""
    return _XML.fullmatch(bare_media_type(media_type)) is not None


def is_merge_patch(media_type: str) -> bool:
    """Return whether a media type is that of JSON Merge Patch (RFC 7396)."""
    return bare_media_type(media_type) == "application/merge-patch+json"


def without_variant(pointer: str) -> str:
    """Return the pointer of an operation or a schema in the document, without its variant.

    `#` begins the variant. It may also be in the path of an operation.
    """
    path = "/".join(pointer.split("/", 3)[:3]) if pointer.startswith("/paths/") else ""
    return path + pointer[len(path) :].partition("#")[0]
