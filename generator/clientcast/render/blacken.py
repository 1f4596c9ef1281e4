"""Formats a list of modules; as a program, one of JSON from its standard input.

Black needs half a millisecond for each member of an enum and for each string of a `Literal`, of
which some documents have tens of thousands. What it would do to a long run of them is known: no
more than to its first ones. The others are taken out before, and put back afterwards.
"""

import json
import re
import sys
from dataclasses import dataclass, field

import black

_STYLE = black.Mode()
_STRING = r'"(?:[^"\\\n]|\\[^"\n])*+"'
"""A string whose quotes black leaves as they are."""
_KEPT = 40
"""So many strings of a run stay, which never fit on one line."""
_MEMBERS = re.compile(
    rf"((?:^    \w+ = {_STRING}\n){{{_KEPT}}})((?:^    \w{{1,80}} = {_STRING}\n)+)",
    re.M,
)
_ITEMS = re.compile(rf"((?:{_STRING}, ){{{_KEPT}}})((?:{_STRING}, )+)")
_ITEM = re.compile(_STRING)


def blacken(texts: list[str]) -> list[str]:
    """Texts of modules, formatted."""
    return [_formatted(text) for text in texts]


def _formatted(text: str) -> str:
    runs = _Runs(text)
    shorter = black.format_str(runs.shorter, mode=_STYLE)
    whole = runs.restored(shorter)
    return black.format_str(text, mode=_STYLE) if whole is None else whole


@dataclass
class _Runs:
    """The long runs of a module, and the module with a mark in the place of each."""

    text: str
    shorter: str = ""
    _lines: dict[str, list[str]] = field(default_factory=dict[str, list[str]])
    """What a mark stands for, one for each line."""

    def __post_init__(self) -> None:
        self._name = "_run"
        while self._name in self.text:
            self._name += "_"
        members = _MEMBERS.sub(self._without_members, self.text)
        self.shorter = _ITEMS.sub(self._without_items, members)

    def _without_members(self, match: re.Match[str]) -> str:
        lines = match[2].splitlines()
        if max(map(len, lines)) > _STYLE.line_length:
            return match[0]
        mark = f'{self._name}{len(self._lines)} = ""'
        self._lines[mark] = [line.strip() for line in lines]
        return f"{match[1]}    {mark}\n"

    def _without_items(self, match: re.Match[str]) -> str:
        mark = f'"{self._name}{len(self._lines)}",'
        self._lines[mark] = [f"{item}," for item in _ITEM.findall(match[2])]
        return f"{match[1]}{mark} "

    def restored(self, shorter: str) -> str | None:
        """Return a formatted module with its runs, None if a mark is not on its own line."""
        found: list[str] = []
        left = len(self._lines)
        for line in shorter.split("\n"):
            mark = line.strip()
            if mark in self._lines:
                indent = line[: len(line) - len(mark)]
                found += [indent + item for item in self._lines[mark]]
                left -= 1
            else:
                found.append(line)
        return None if left else "\n".join(found)


if __name__ == "__main__":
    json.dump(blacken(json.load(sys.stdin)), sys.stdout)
