"""Corrections applied to a document whose mistakes have an obvious meaning.

The document itself does not change: `Fixes.apply` copies the parts that do.
"""

from dataclasses import dataclass, field
from enum import IntEnum, auto
from typing import Any

from clientcast.plain import is_list, is_mapping
from clientcast.references import is_index, segments


class _FixKind(IntEnum):
    """Kinds of fixes, in the order in which they are applied."""

    REPLACE = auto()
    APPEND = auto()
    RENAME = auto()


class _Removed:
    """Placeholder of a removed list item: the indexes of the others stay valid."""


_REMOVED = _Removed()


@dataclass(frozen=True, slots=True)
class _Fix:
    """A change at a JSON pointer.

    Attributes:
        value: The new value, or the new key of a renamed one.
    """

    pointer: str
    value: Any
    kind: _FixKind = _FixKind.REPLACE


@dataclass
class Fixes:
    """The changes to a document, in the order in which the mistakes were found."""

    _fixes: list[_Fix] = field(default_factory=list[_Fix])

    def replace(self, pointer: str, value: Any) -> None:
        """Replace the value at a JSON pointer, or set it if there is none."""
        self._fixes.append(_Fix(pointer, value))

    def append(self, pointer: str, value: Any) -> None:
        """Append an item to the list at a JSON pointer, which is created if it is missing."""
        self._fixes.append(_Fix(pointer, value, _FixKind.APPEND))

    def rename_key(self, pointer: str, key: str) -> None:
        """Rename the key of the value at a JSON pointer, within its mapping."""
        self._fixes.append(_Fix(pointer, key, _FixKind.RENAME))

    def remove(self, pointer: str) -> None:
        """Remove the value at a JSON pointer."""
        self._fixes.append(_Fix(pointer, _REMOVED))

    def __len__(self) -> int:
        return len(self._fixes)

    def apply(self, data: Any) -> Any:
        """Return a copy of the data with all fixes; a renamed value keeps the fixes inside it."""
        ordered = sorted(self._fixes, key=lambda fix: fix.kind)
        return _CopyOnWrite({"": data}).apply(ordered)


class _CopyOnWrite:
    """Copy of data that shares all unchanged values with the original."""

    def __init__(self, root: dict[str, Any]) -> None:
        self._root = root
        self._copied: dict[int, Any] = {id(root): root}

    def apply(self, fixes: list[_Fix]) -> Any:
        """Apply fixes to the copy and return it."""
        for fix in fixes:
            *parent_keys, last_key = ["", *segments(fix.pointer)]
            parent = self._root
            for key in parent_keys:
                parent = self._writable_child(parent, key)
            self._apply_fix(parent, last_key, fix)
        for value in self._copied.values():
            if is_list(value):
                value[:] = [item for item in value if item is not _REMOVED]
        return self._root[""]

    def _writable_child(self, parent: Any, key: str) -> Any:
        """Return a child, copied so that it may be changed; None if there is none."""
        if is_list(parent) and is_index(key) and int(key) < len(parent):
            parent[int(key)] = self._copy_once(parent[int(key)])
            return parent[int(key)]
        if is_mapping(parent) and key in parent:
            parent[key] = self._copy_once(parent[key])
            return parent[key]
        return None

    def _copy_once(self, value: Any) -> Any:
        if id(value) in self._copied:
            return value
        if is_list(value) or is_mapping(value):
            value = value.copy()
            self._copied[id(value)] = value
        return value

    def _apply_fix(self, parent: Any, key: str, fix: _Fix) -> None:
        if is_list(parent) and is_index(key) and int(key) < len(parent):
            parent[int(key)] = fix.value
        elif not is_mapping(parent):
            return
        elif fix.kind is _FixKind.RENAME:
            if key in parent:
                parent[fix.value] = parent.pop(key)
        elif fix.kind is _FixKind.APPEND:
            items = self._writable_child(parent, key)
            if not is_list(items):
                items = parent[key] = self._copy_once([])
            if fix.value not in items:
                items.append(fix.value)
        elif fix.value is _REMOVED:
            parent.pop(key, None)
        else:
            parent[key] = fix.value
