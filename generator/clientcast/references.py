"""Resolution of `$ref` within a document by JSON pointers (RFC 6901)."""

import re
from typing import Any, NamedTuple
from urllib.parse import quote, unquote

from clientcast.plain import is_list, is_mapping, mapping

MAX_HOPS = 100

_INDEX = re.compile(r"0|[1-9][0-9]{0,8}")
"""RFC 6901, section 4; a longer index would not fit into memory."""


def is_index(segment: str) -> bool:
    """Return whether a segment of a JSON pointer can be the index of a list."""
    return _INDEX.fullmatch(segment) is not None


class Located(NamedTuple):
    """A value of a document with its JSON pointer, after references are resolved."""

    pointer: str
    value: Any


def lookup(data: Any, pointer: str) -> Any:
    """Return the value at a JSON pointer.

    Raises:
        LookupError: There is no value.
    """
    value = data
    for segment in segments(pointer):
        if is_mapping(value):
            value = value[segment]
        elif is_list(value) and is_index(segment):
            value = value[int(segment)]
        else:
            raise LookupError(pointer)
    return value


def segments(pointer: str) -> list[str]:
    """Split a JSON pointer into its unescaped segments (RFC 6901, section 4)."""
    parts = pointer.split("/")[1:]
    if "~" not in pointer:
        return parts
    return [part.replace("~1", "/").replace("~0", "~") for part in parts]


def local_pointer(reference: str) -> str | None:
    """Return the JSON pointer of a reference into the same document; None for any other."""
    if reference == "#":
        return ""
    if not reference.startswith("#/"):
        return None
    return unquote(reference[1:])


def reference(pointer: str) -> str:
    """Return the reference to a JSON pointer of the same document (RFC 6901, section 6)."""
    return "#" + quote(pointer, safe="/~!$&'()*+,;=:@{}[]<>")


def merge_path_item(item: dict[str, Any], siblings: dict[str, Any]) -> dict[str, Any]:
    """Merge a referenced Path Item Object with the fields beside the reference.

    OpenAPI does not define which of two operations counts: here, the one beside the reference.
    """
    merged = {
        **item,
        **{key: value for key, value in siblings.items() if key != "$ref"},
    }
    if is_list(item.get("parameters")) and is_list(siblings.get("parameters")):
        merged["parameters"] = [*siblings["parameters"], *item["parameters"]]
    return merged


def resolve_path_item(data: Any, value: Any) -> dict[str, Any]:
    """Resolve a Path Item Object: merge it with the object that it refers to."""
    item = follow(data, "", value).value
    return mapping(item) if item is value else merge_path_item(mapping(item), value)


def follow(data: Any, pointer: str, value: Any) -> Located:
    """Resolve a Reference Object, through any number of references; return any other value.

    A reference that does not resolve, is cyclic or leaves the document is returned unchanged:
    `check` reports it.
    """
    start = Located(pointer, value)
    if not is_mapping(value) or "$ref" not in value:
        return start
    for _ in range(MAX_HOPS):
        reference = value.get("$ref") if is_mapping(value) else None
        if not isinstance(reference, str):
            return Located(pointer, value)
        pointed_at = local_pointer(reference)
        if pointed_at is None:
            return start
        try:
            pointer, value = pointed_at, lookup(data, pointed_at)
        except LookupError:
            return start
    return start
