"""Positions of the keys and values of a text."""

from abc import ABC, abstractmethod
from array import array
from typing import NamedTuple

from clientcast.plain import escape


class Position(NamedTuple):
    """Position of a value and its key. Lines and columns count from 1; list items have no key."""

    line: int
    column: int
    key_line: int
    key_column: int


class Child(NamedTuple):
    """Beginnings of a value and of its key in a text; the same for an item of a list."""

    value: int
    key: int


class LazyPositions(ABC):
    """Positions that are found when they are needed.

    Only the mappings and lists around a value are read, each once.
    """

    def __init__(self) -> None:
        self._children: dict[int, dict[str, Child]] = {}

    def get(self, pointer: str) -> Position | None:
        """Return the position of the value at a JSON pointer; None if there is none."""
        root = self._root()
        if root is None:
            return None
        value = key = root
        for segment in pointer.split("/")[1:]:
            if value not in self._children:
                self._children[value] = self._find_children(value)
            child = self._children[value].get(segment)
            if child is None:
                return None
            value, key = child
        return Position(*self._place(value), *self._place(key))

    @abstractmethod
    def _root(self) -> int | None:
        """Return the beginning of the whole value; None if there is none."""

    @abstractmethod
    def _find_children(self, parent: int) -> dict[str, Child]:
        """Return the values of a mapping or list, by segment; none for another value."""

    @abstractmethod
    def _place(self, start: int) -> tuple[int, int]:
        """Return the line and column of the beginning of a value or key, from 1."""


class NodePositions(LazyPositions):
    """Positions of the nodes of a text, which are added in the order of the text.

    A node is a key or a value. Each takes a few bytes; JSON pointers are made of those that are
    looked up.
    """

    def __init__(self) -> None:
        super().__init__()
        self._lines = array("I")
        self._columns = array("I")
        self._ends = array("I")
        self._keys: list[str | None] = []

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

    def _root(self) -> int | None:
        return 0 if self._keys else None

    def _place(self, start: int) -> tuple[int, int]:
        return self._lines[start], self._columns[start]

    def _find_children(self, parent: int) -> dict[str, Child]:
        found: dict[str, Child] = {}
        number, end = parent + 1, self._ends[parent]
        while number < end:
            key = self._keys[number]
            if key is None:
                found[str(len(found))] = Child(number, number)
            else:
                found.setdefault(escape(key), Child(number + 1, number))
                number += 1
            number = self._ends[number]
        return found
