"""Code spans of Markdown text: each opening backtick string with its closing one."""

import re
from bisect import bisect_right
from collections import defaultdict

_BACKTICKS = re.compile("`+")


class CodeSpans:
    """The code spans of one line of text (CommonMark 0.31, section 6.1).

    The backtick strings of each length are indexed once, so that an unclosed one does not cost
    a search through the rest of the text.
    """

    def __init__(self, text: str) -> None:
        self._text = text
        self._lengths: dict[int, int] = {}
        self._starts: defaultdict[int, list[int]] = defaultdict(list)
        for match in _BACKTICKS.finditer(text):
            length = match.end() - match.start()
            self._lengths[match.start()] = length
            self._starts[length].append(match.start())

    def at(self, start: int) -> tuple[str, int] | None:
        """Return the code span that starts at an offset and its end, or None."""
        length = self._lengths.get(start)
        if length is None:
            return None
        starts = self._starts[length]
        closing = bisect_right(starts, start)
        if closing == len(starts):
            return None
        end = starts[closing]
        return self._text[start + length : end], end + length
