"""Lines of JSON text, found when they are needed: those of a large document take much memory."""

from bisect import bisect_left
from collections.abc import Sequence
from functools import cached_property
from itertools import accumulate
from typing import overload

_BLOCK = 1 << 15
"""Characters between two places whose line is known."""


class JsonLines(Sequence[str]):
    """The lines of a text, which end at U+000A.

    Args:
        text: The text.
    """

    def __init__(self, text: str) -> None:
        self._text = text
        self._found: dict[int, str] = {}

    @overload
    def __getitem__(self, index: int) -> str: ...

    @overload
    def __getitem__(self, index: slice) -> Sequence[str]: ...

    def __getitem__(self, index: int | slice) -> str | Sequence[str]:
        """Return a line by its number, from 0."""
        if isinstance(index, slice):
            return [self[number] for number in range(*index.indices(len(self)))]
        if index not in self._found:  # A line may be the whole document.
            self._found[index] = self._find(index)
        return self._found[index]

    def __len__(self) -> int:
        """Return the number of lines."""
        return self._newlines[-1] + 1

    def place(self, offset: int) -> tuple[int, int]:
        """Return the line and column of an offset, from 1."""
        block = offset // _BLOCK
        newlines = self._text.count("\n", block * _BLOCK, offset)
        before = self._newlines[block] + newlines
        if not before:
            return 1, offset + 1
        start = self._block_of_newline(before) * _BLOCK
        return before + 1, offset - self._text.rindex("\n", start, offset)

    def _find(self, index: int) -> str:
        """Return a line by its number, from 0."""
        if not 0 <= index < len(self):
            raise IndexError(index)
        start = 0
        if index:
            block = self._block_of_newline(index)
            start = block * _BLOCK
            for _ in range(index - self._newlines[block]):
                start = self._text.index("\n", start) + 1
        end = self._text.find("\n", start)
        return self._text[start:] if end < 0 else self._text[start:end]

    def _block_of_newline(self, number: int) -> int:
        """Return the block that contains a line end, by its number from 1."""
        return bisect_left(self._newlines, number) - 1

    @cached_property
    def _newlines(self) -> list[int]:
        """The number of line ends before each block, and in the whole text."""
        starts = range(0, len(self._text), _BLOCK)
        counts = (self._text.count("\n", s, s + _BLOCK) for s in starts)
        return list(accumulate(counts, initial=0))
