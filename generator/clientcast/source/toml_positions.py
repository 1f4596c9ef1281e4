"""Positions of values in TOML, found when they are needed."""

import re
import tomllib
from functools import cached_property
from typing import Any

from clientcast.plain import is_list, is_mapping
from clientcast.source.positions import Position


class TomlPositions:
    """Positions of settings: the statement that has a value, and its key in the line.

    The parser of Python has no positions. A statement ends with the first line up to which the
    text is valid and has the value.

    Args:
        text: Valid TOML.
    """

    def __init__(self, text: str) -> None:
        self._lines = text.split("\n")

    def get(self, pointer: str) -> Position | None:
        """Return the position of the value at a JSON pointer; None if there is none."""
        keys = [k.replace("~1", "/").replace("~0", "~") for k in pointer.split("/")[1:]]
        start = 0
        for end, content in self._prefixes:
            if _has(content, keys):
                return self._place(start, end, keys[-1] if keys else "")
            start = end
        return None

    @cached_property
    def _prefixes(self) -> list[tuple[int, dict[str, Any]]]:
        """The content up to each line after which a statement ends."""
        found: list[tuple[int, dict[str, Any]]] = []
        for end in range(1, len(self._lines) + 1):
            try:
                content = tomllib.loads("\n".join(self._lines[:end]))
            except tomllib.TOMLDecodeError:
                continue
            found.append((end, content))
        return found

    def _place(self, start: int, end: int, key: str) -> Position:
        name = re.compile(rf"(?<![\w-]){re.escape(key)}(?![\w-])")
        for number in range(start, end):
            found = name.search(self._lines[number])
            if found is not None:
                column = found.start() + 1
                if self._lines[number][: found.start()].endswith(("'", '"')):
                    column -= 1
                return Position(number + 1, column, number + 1, column)
        return Position(end, 1, end, 1)


def _has(value: Any, keys: list[str]) -> bool:
    for key in keys:
        if is_mapping(value) and key in value:
            value = value[key]
        elif is_list(value) and key.isdecimal() and int(key) < len(value):
            value = value[int(key)]
        else:
            return False
    return True
