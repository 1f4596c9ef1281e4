"""Follows `$ref` within a document (JSON Reference, RFC 6901 pointers)."""

import re
from typing import Any, NamedTuple
from urllib.parse import quote, unquote

from clientcast.plain import is_list, is_mapping, mapping

MAX_HOPS = 100

_INDEX = re.compile(r"0|[1-9][0-9]{0,8}")
"""RFC 6901, section 4; longer ones are no index of a list that fits into memory."""


def is_index(segment: str) -> bool:
    """Return whether a segment of a JSON pointer can be the index of a list."""
    return _INDEX.fullmatch(segment) is not None


class Located(NamedTuple):
    """A value of a document and where it stands, references followed."""

    pointer: str
    value: Any


def lookup(data: Any, pointer: str) -> Any:
    """The value at a JSON pointer.

    Raises:
        LookupError: There is none.
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
    """The keys that a JSON pointer names, unescaped (RFC 6901, section 4)."""
    return [s.replace("~1", "/").replace("~0", "~") for s in pointer.split("/")[1:]]


def local_pointer(reference: str) -> str | None:
    """The JSON pointer of a reference into its own document, None for any other."""
    if reference == "#":
        return ""
    if not reference.startswith("#/"):
        return None
    return unquote(reference[1:])


def reference(pointer: str) -> str:
    """A reference to a JSON pointer of its own document (RFC 6901, section 6)."""
    return "#" + quote(pointer, safe="/~!$&'()*+,;=:@{}[]<>")


def merge_path_item(item: dict[str, Any], siblings: dict[str, Any]) -> dict[str, Any]:
    """A Path Item Object that is referred to, with what stands beside the reference.

    OpenAPI leaves open which of two operations counts: it is the one beside the reference.
    """
    merged = {
        **item,
        **{key: value for key, value in siblings.items() if key != "$ref"},
    }
    if is_list(item.get("parameters")) and is_list(siblings.get("parameters")):
        merged["parameters"] = [*siblings["parameters"], *item["parameters"]]
    return merged


def resolve_path_item(data: Any, value: Any) -> dict[str, Any]:
    """A Path Item Object with what it refers to."""
    item = follow(data, "", value).value
    return mapping(item) if item is value else merge_path_item(mapping(item), value)


def follow(data: Any, pointer: str, value: Any) -> Located:
    """Where a value is a Reference Object, what it refers to in the end.

    A reference that leads nowhere, in a circle or out of the document is returned as it
    stands, for `check` reports those.
    """
    start = Located(pointer, value)
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
