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
        return _CopyOnWrite({"": data}).fixed_document(ordered)


class _CopyOnWrite:
    """Copy of data that shares every value without a change."""

    def __init__(self, root: dict[str, Any]) -> None:
        self._root = root
        self._copied: dict[int, Any] = {id(root): root}

    def fixed_document(self, fixes: list[_Fix]) -> Any:
        for fix in fixes:
            *parents, last = ["", *segments(fix.pointer)]
            holder = self._root
            for key in parents:
                holder = self._writable_child(holder, key)
            self._apply_one(holder, last, fix)
        for value in self._copied.values():
            if is_list(value):
                value[:] = [item for item in value if item is not _REMOVED]
        return self._root[""]

    def _writable_child(self, holder: Any, key: str) -> Any:
        """Return a child that may be changed; None if there is none."""
        if is_list(holder) and is_index(key) and int(key) < len(holder):
            holder[int(key)] = self._copy_once(holder[int(key)])
            return holder[int(key)]
        if is_mapping(holder) and key in holder:
            holder[key] = self._copy_once(holder[key])
            return holder[key]
        return None

    def _copy_once(self, value: Any) -> Any:
        if id(value) in self._copied:
            return value
        if is_list(value) or is_mapping(value):
            value = value.copy()
            self._copied[id(value)] = value
        return value

    def _apply_one(self, holder: Any, key: str, fix: _Fix) -> None:
        if is_list(holder) and is_index(key) and int(key) < len(holder):
            holder[int(key)] = fix.value
        elif not is_mapping(holder):
            return
        elif fix.kind is _FixKind.RENAME:
            if key in holder:
                holder[fix.value] = holder.pop(key)
        elif fix.kind is _FixKind.APPEND:
            items = self._writable_child(holder, key)
            if not is_list(items):
                items = holder[key] = self._copy_once([])
            if fix.value not in items:
                items.append(fix.value)
        elif fix.value is _REMOVED:
            holder.pop(key, None)
        else:
            holder[key] = fix.value
