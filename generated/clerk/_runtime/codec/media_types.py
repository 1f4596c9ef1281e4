"""Media types and media ranges (RFC 9110, 8.3.1 and 12.5.1)."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache

_ITEM = re.compile(r'(?:"(?:[^"\\]|\\.)*"|[^,"])+')
_PARAMETER = re.compile(r';\s*([^\s;="]+)\s*=\s*("(?:[^"\\]|\\.)*"|[^\s;"]*)')
_NAME = re.compile(r"[\w.+-]{1,80}/[\w.+-]{1,80}", re.ASCII)
_OCTETS = "application/octet-stream"
_UNKNOWN = ("", _OCTETS, "binary/octet-stream")
"""Media types of servers that do not know what they send (RFC 9110, 8.3)."""
_ALIASES = {"text/xml": "application/xml", "application/xml": "text/xml"}
"""Media types with the same content (RFC 7303, 9.2)."""


def essence(content_type: str) -> str:
    """Return a media type without its parameters, in lower case."""
    return content_type.partition(";")[0].strip().lower()


def is_json(content_type: str) -> bool:
    """Return whether content of a media type is one JSON value."""
    return essence(content_type).endswith(("/json", "/x-json", "+json"))


def is_text(content_type: str) -> bool:
    """Return whether content of a media type is text for people or for line-based tools."""
    return essence(content_type).startswith("text/")


def is_xml(content_type: str) -> bool:
    """Return whether content of a media type is XML (RFC 7303)."""
    return essence(content_type).endswith(("/xml", "+xml"))


@lru_cache(maxsize=256)
def accepted_ranges(accept: str) -> tuple[str, ...]:
    """Return the media ranges of an `Accept` header."""
    return tuple(item.strip() for item in _ITEM.findall(accept) if item.strip())


@lru_cache(maxsize=1024)
def matching_range(content_type: str, ranges: tuple[str, ...]) -> str | None:
    """Return the most specific range that a media type matches; None if it matches none.

    If no range has the parameters of the media type, those of the ranges do not count.
    `application/octet-stream` is data of any type.
    """
    name, parameters = essence(content_type), _parameters(content_type)
    candidates = [r for r in ranges if _covers(essence(r), name)]
    if not candidates:
        return None
    return max(candidates, key=lambda r: _precedence(r, parameters))


@lru_cache(maxsize=1024)
def related_range(content_type: str, ranges: tuple[str, ...]) -> str | None:
    """Return the range whose content is read as that of an undeclared media type is.

    That is the first if the server does not know what it sends. None if there is none: a page of
    HTML is no table, and JSON is no file, but JSON is plain text.
    """
    name = essence(content_type)
    if name in _UNKNOWN:
        return next(iter(ranges), None)
    family = _family(name)
    found = next((r for r in ranges if _family(essence(r)) == family), None)
    if found is None and family in ("JSON", "XML"):
        found = next((r for r in ranges if essence(r) == "text/plain"), None)
    return found


def is_known(content_type: str) -> bool:
    """Return whether a server knows the media type of what it sends."""
    return essence(content_type) not in _UNKNOWN


def media_type_names(content_type: str, ranges: Iterable[str]) -> tuple[str, str]:
    """Return the declared media types, and that of a body, for a message."""
    name = essence(content_type)
    actual = name if _NAME.fullmatch(name) else "invalid" if name else "missing"
    return " or ".join(dict.fromkeys(map(essence, ranges))), actual


def _parameters(media_type: str) -> frozenset[tuple[str, str]]:
    pairs = _PARAMETER.findall(media_type.lower())
    return frozenset((k, v.strip('"')) for k, v in pairs if k not in ("charset", "q"))


def _covers(range_: str, name: str) -> bool:
    if range_.endswith("/*"):
        return range_ == "*/*" or name.startswith(range_[:-1])
    return range_ in (name, _OCTETS, _ALIASES.get(name))


def _precedence(range_: str, parameters: frozenset[tuple[str, str]]) -> tuple[int, int]:
    """Return how specific a range is for a media type with these parameters."""
    own, name = _parameters(range_), essence(range_)
    generality = 3 if name == "*/*" else 2 if name == _OCTETS else name.count("*")
    return -generality, len(own) if own <= parameters else -len(own)


def _family(name: str) -> str:
    """Return what media types with content of the same form have in common."""
    if is_json(name):
        return "JSON"
    if is_xml(name):
        return "XML"
    if name in ("text/html", "text/event-stream"):
        return name
    return "text" if is_text(name) else "binary"
