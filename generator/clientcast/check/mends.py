"""What a document says where its mistakes are read as what they mean.

The document itself is left as it is; what is changed is copied.
"""

from dataclasses import dataclass, field
from enum import IntEnum, auto
from typing import Any

from clientcast.plain import is_list, is_mapping
from clientcast.references import is_index, segments


class _Kind(IntEnum):
    """What a change does, in the order in which they are made."""

    PUT = auto()
    ADD = auto()
    MOVE = auto()


class _Nothing:
    """Stands in a list for an item that is dropped, so that the others keep their places."""


_NOTHING = _Nothing()


@dataclass(frozen=True, slots=True)
class _Mend:
    """One change: a value is put at a JSON pointer or added to the list there, or moves.

    Attributes:
        value: The value, or else the key that a value moves to.
    """

    pointer: str
    value: Any
    kind: _Kind = _Kind.PUT


@dataclass
class Mends:
    """The changes that make a document say what is meant, in their order."""

    _all: list[_Mend] = field(default_factory=list[_Mend])

    def put(self, pointer: str, value: Any) -> None:
        """Read this value at a JSON pointer, whatever stands there."""
        self._all.append(_Mend(pointer, value))

    def add(self, pointer: str, value: Any) -> None:
        """Read one more item in the list at a JSON pointer, which need not be there."""
        self._all.append(_Mend(pointer, value, _Kind.ADD))

    def move(self, pointer: str, key: str) -> None:
        """Read the value at a JSON pointer as the one of another key beside it."""
        self._all.append(_Mend(pointer, key, _Kind.MOVE))

    def drop(self, pointer: str) -> None:
        """Read nothing at a JSON pointer."""
        self._all.append(_Mend(pointer, _NOTHING))

    def __len__(self) -> int:
        return len(self._all)

    def apply(self, data: Any) -> Any:
        """The data of the document, mended: what moves does so with all that it holds."""
        in_order = sorted(self._all, key=lambda mend: mend.kind)
        return _Copy({"": data}).mended(in_order)


class _Copy:
    """A copy of data, made only along the ways to what is changed."""

    def __init__(self, root: dict[str, Any]) -> None:
        self._root = root
        self._copied: dict[int, Any] = {id(root): root}

    def mended(self, mends: list[_Mend]) -> Any:
        for mend in mends:
            *way, last = ["", *segments(mend.pointer)]
            holder = self._root
            for key in way:
                holder = self._member(holder, key)
            self._change(holder, last, mend)
        for value in self._copied.values():
            if is_list(value):
                value[:] = [item for item in value if item is not _NOTHING]
        return self._root[""]

    def _member(self, holder: Any, key: str) -> Any:
        """A member that may be changed; None where there is none to go into."""
        if is_list(holder) and is_index(key) and int(key) < len(holder):
            holder[int(key)] = self._own(holder[int(key)])
            return holder[int(key)]
        if is_mapping(holder) and key in holder:
            holder[key] = self._own(holder[key])
            return holder[key]
        return None

    def _own(self, value: Any) -> Any:
        if id(value) in self._copied:
            return value
        if is_list(value) or is_mapping(value):
            value = value.copy()
            self._copied[id(value)] = value
        return value

    def _change(self, holder: Any, key: str, mend: _Mend) -> None:
        if is_list(holder) and is_index(key) and int(key) < len(holder):
            holder[int(key)] = mend.value
        elif not is_mapping(holder):
            return
        elif mend.kind is _Kind.MOVE:
            if key in holder:
                holder[mend.value] = holder.pop(key)
        elif mend.kind is _Kind.ADD:
            items = self._member(holder, key)
            if not is_list(items):
                items = holder[key] = self._own([])
            if mend.value not in items:
                items.append(mend.value)
        elif mend.value is _NOTHING:
            holder.pop(key, None)
        else:
            holder[key] = mend.value
