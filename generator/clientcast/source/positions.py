"""Positions of the keys and values of a text."""

from array import array
from typing import NamedTuple

from clientcast.plain import escape


class Position(NamedTuple):
    """Position of a value and its key. Lines and columns count from 1; list items have no key."""

    line: int
    column: int
    key_line: int
    key_column: int


class _Child(NamedTuple):
    """Numbers of a value and of its key; the same for an item of a list."""

    node: int
    key: int


class NodePositions:
    """Positions of the nodes of a text, which are added in the order of the text.

    A node is a key or a value. Each takes a few bytes; JSON pointers are made of those that are
    looked up.
    """

    def __init__(self) -> None:
        self._lines = array("I")
        self._columns = array("I")
        self._ends = array("I")
        self._keys: list[str | None] = []
        self._children: dict[int, dict[str, _Child]] = {}

    def add(self, line: int, column: int, key: str | None = None) -> int:
        """Add a node, and return its number.

        Args:
            line: Line, from 1.
            column: Column, from 1.
            key: The text of a key; None for a value.
        """
        number = len(self._keys)
        self._lines.append(line)
        self._columns.append(column)
        self._ends.append(number + 1)
        self._keys.append(key)
        return number

    def end(self, number: int) -> None:
        """End a mapping or list: the nodes after it are the nodes that have been added since."""
        self._ends[number] = len(self._keys)

    def get(self, pointer: str) -> Position | None:
        """Return the position of the value at a JSON pointer; None if there is none."""
        if not self._keys:
            return None
        node = key = 0
        for segment in pointer.split("/")[1:]:
            child = self._children_of(node).get(segment)
            if child is None:
                return None
            node, key = child
        return Position(
            self._lines[node], self._columns[node], self._lines[key], self._columns[key]
        )

    def _children_of(self, parent: int) -> dict[str, _Child]:
        """Return the values of a mapping or list, by segment; none for another value."""
        if parent not in self._children:
            self._children[parent] = self._find_children(parent)
        return self._children[parent]

    def _find_children(self, parent: int) -> dict[str, _Child]:
        found: dict[str, _Child] = {}
        number, end = parent + 1, self._ends[parent]
        while number < end:
            key = self._keys[number]
            if key is None:
                found[str(len(found))] = _Child(number, number)
            else:
                found.setdefault(escape(key), _Child(number + 1, number))
                number += 1
            number = self._ends[number]
        return found
