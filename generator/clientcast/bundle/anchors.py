"""The names by which a file's schemas may be referred to instead of by JSON pointers."""

from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urljoin, urlsplit

from clientcast.plain import is_list, is_mapping, mapping, text
from clientcast.source import escape

_ANCHOR_KEYWORDS = ("$anchor", "$dynamicAnchor")


@dataclass
class AnchorIndex:
    """What a file names itself and its schemas (JSON Schema 2020-12, sections 8.2.1 and 8.2.2).

    Attributes:
        base: The URI that its references are relative to; empty where it names none.
    """

    data: Any
    base: str = ""
    _pointers_by_id: dict[str, str] = field(default_factory=dict[str, str])
    _pointers_by_anchor: dict[str, list[str]] = field(
        default_factory=dict[str, list[str]]
    )

    def __post_init__(self) -> None:
        root = mapping(self.data)
        self.base = text(root.get("$self")) or text(root.get("$id"))
        if self.base:
            self._pointers_by_id[self.base] = ""
        pending = [("", self.data)]
        for pointer, value in pending:  # It grows meanwhile.
            if is_mapping(value):
                self._add(pointer, value)
                pending += ((f"{pointer}/{escape(k)}", v) for k, v in value.items())
            elif is_list(value):
                pending += ((f"{pointer}/{i}", v) for i, v in enumerate(value))

    def _add(self, pointer: str, value: dict[str, Any]) -> None:
        identifier = value.get("$id")
        if isinstance(identifier, str):
            self._pointers_by_id.setdefault(resolve_uri(self.base, identifier), pointer)
        for keyword in _ANCHOR_KEYWORDS:
            if isinstance(value.get(keyword), str):
                self._pointers_by_anchor.setdefault(value[keyword], []).append(pointer)

    def pointer_of_id(self, uri: str) -> str | None:
        """The pointer of what calls itself by a URI."""
        return self._pointers_by_id.get(uri)

    def pointer_of_anchor(self, resource: str, name: str) -> str | None:
        """The pointer of what has an anchor within what stands at a pointer."""
        for pointer in self._pointers_by_anchor.get(name, ()):
            if pointer == resource or pointer.startswith(f"{resource}/"):
                return pointer
        return None


def resolve_uri(base: str, uri: str) -> str:
    """A URI reference in full (RFC 3986, section 5.2); as it is where it is no such thing."""
    try:
        return urljoin(base, uri)
    except ValueError:
        return uri


def is_absolute_uri(uri: str) -> bool:
    """Whether a URI reference is no path."""
    try:
        parts = urlsplit(uri)
    except ValueError:
        return True
    return bool(parts.scheme or parts.netloc)
