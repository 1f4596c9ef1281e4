"""Index of the URIs and anchors of a file."""

from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urljoin, urlsplit

from clientcast.plain import is_list, is_mapping, mapping, text
from clientcast.source import escape

_ANCHOR_KEYWORDS = ("$anchor", "$dynamicAnchor")


@dataclass
class AnchorIndex:
    """The `$id` and `$anchor` keywords of a file (JSON Schema 2020-12, 8.2.1 and 8.2.2).

    Attributes:
        data: The data of the file.
        base: The base URI of its references, from `$self` or `$id`; empty if it has neither.
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
        for pointer, value in pending:  # The loop appends to it.
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
        """Return the JSON pointer of the value with an `$id`; None if there is none."""
        return self._pointers_by_id.get(uri)

    def pointer_of_anchor(self, resource: str, name: str) -> str | None:
        """Return the JSON pointer of an anchor below the pointer of a resource; None if absent."""
        for pointer in self._pointers_by_anchor.get(name, ()):
            if pointer == resource or pointer.startswith(f"{resource}/"):
                return pointer
        return None


def resolve_uri(base: str, uri: str) -> str:
    """Resolve a URI reference (RFC 3986, section 5.2); an invalid one is returned unchanged."""
    try:
        return urljoin(base, uri)
    except ValueError:
        return uri


def is_absolute_uri(uri: str) -> bool:
    """Return whether a URI reference has a scheme or a host, or is invalid."""
    try:
        parts = urlsplit(uri)
    except ValueError:
        return True
    return bool(parts.scheme or parts.netloc)
