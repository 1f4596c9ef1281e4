"""Fast reading of JSON without errors, and positions of single values in it.

The parser of Python does both, in C. `build` reads what it cannot: the text of a document that
has an error, a duplicate key or too much of anything, where each value needs its position.
"""

import json
import re
from typing import Any

from clientcast.plain import escape, is_list, number
from clientcast.source.build import MAX_KEY, MAX_NODES, MAX_POINTERS, Built
from clientcast.source.events import MAX_DEPTH
from clientcast.source.json_lines import JsonLines
from clientcast.source.positions import Child, LazyPositions

_SURROGATE = re.compile(r"\\u[dD][89a-fA-F]")
_SPACE = re.compile(r"[ \t\r\n]*")
_CONTAINERS = (dict, list)


class _Irregular(Exception):
    pass


def read_regular_json(text: str) -> Built | None:
    """Read JSON that has no error, no duplicate key, and is within the limits.

    Returns:
        The data, without positions; None if `build` has to read the text.
    """
    if _SURROGATE.search(text):
        return None
    try:
        value = json.loads(
            text,
            object_pairs_hook=_mapping,
            parse_int=_number,
            parse_float=_number,
            parse_constant=_refuse,
        )
    except (ValueError, RecursionError, _Irregular):
        return None
    return Built(value) if _is_within_limits(value) else None


def _mapping(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise _Irregular
    return found


def _number(word: str) -> int | float:
    value = number(word)
    if value is None:
        raise _Irregular
    return value


def _refuse(word: str) -> None:
    raise _Irregular(word)


def _is_within_limits(value: Any) -> bool:
    """Return whether data is within the limits of `build` even if each key is escaped."""
    if not isinstance(value, _CONTAINERS):
        return True
    nodes, characters = 1, 0
    pending: list[tuple[Any, int, int]] = [(value, 0, 1)]
    while pending:
        value, length, depth = pending.pop()
        if depth > MAX_DEPTH:
            return False
        count = len(value)
        nodes += count
        length += 1
        if is_list(value):
            digits = len(str(count))
            characters += count * (length + digits)
            for inner in value:
                if type(inner) in _CONTAINERS:
                    pending.append((inner, length + digits, depth + 1))
            continue
        names = sum(map(len, value))
        if names > MAX_KEY and max(map(len, value)) > MAX_KEY:
            return False
        characters += count * length + 2 * names
        for key, inner in value.items():
            if type(inner) in _CONTAINERS:
                pending.append((inner, length + 2 * len(key), depth + 1))
    return nodes <= MAX_NODES and characters <= MAX_POINTERS


class JsonPositions(LazyPositions):
    """Positions of values in JSON, by their offsets in the text.

    Args:
        text: JSON without errors.
        lines: Its lines.
    """

    def __init__(self, text: str, lines: JsonLines) -> None:
        super().__init__()
        self._text = text
        self._lines = lines
        self._decoder = json.JSONDecoder(object_pairs_hook=_no_value, parse_int=len)

    def _root(self) -> int:
        return self._after_space(0)

    def _place(self, start: int) -> tuple[int, int]:
        return self._lines.place(start)

    def _find_children(self, parent: int) -> dict[str, Child]:
        read = {"{": self._members, "[": self._items}.get(self._text[parent])
        return {} if read is None else read(parent + 1)

    def _members(self, offset: int) -> dict[str, Child]:
        found: dict[str, Child] = {}
        offset = self._after_space(offset)
        while self._text[offset] != "}":
            key, end = self._decoder.raw_decode(self._text, offset)
            value = self._after_space(self._after_space(end) + 1)
            found.setdefault(escape(key), Child(value, offset))
            offset = self._next_child(value)
        return found

    def _items(self, offset: int) -> dict[str, Child]:
        found: dict[str, Child] = {}
        offset = self._after_space(offset)
        while self._text[offset] != "]":
            found[str(len(found))] = Child(offset, offset)
            offset = self._next_child(offset)
        return found

    def _next_child(self, offset: int) -> int:
        """Return the offset after a value and its comma: of the next child or of the end."""
        _, end = self._decoder.raw_decode(self._text, offset)
        end = self._after_space(end)
        return self._after_space(end + 1) if self._text[end] == "," else end

    def _after_space(self, offset: int) -> int:
        space = _SPACE.match(self._text, offset)
        return offset if space is None else space.end()


def _no_value(pairs: object) -> None:
    """Drop a mapping that only had to be skipped."""
    del pairs
