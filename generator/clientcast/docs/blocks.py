"""The blocks of a description: paragraphs, items, quotes, tables and code, told apart by lines."""

import re
from dataclasses import dataclass

_FENCE = re.compile(r" *(?P<fence>`{3,}+|~{3,}+)(?P<info>[^`]*)$")
_HEADING = re.compile(r" {0,3}#{1,6}(?:\s|$)")
_ITEM = re.compile(r"(?P<indent> *)(?:[-*+]|(?P<number>\d{1,9})[.)])\s+(?P<text>\S.*)")
_DELIMITER = re.compile(r"[\s|:-]+")
_LANGUAGE = re.compile(r"[A-Za-z0-9+-]{1,20}")
_DEEPEST = 4
_MOST_EMPTY = 10_000


@dataclass(frozen=True, slots=True)
class Paragraph:
    """Text, of a heading too."""

    text: str
    is_heading: bool = False


@dataclass(frozen=True, slots=True)
class Item:
    """An item of a list; `depth` counts the lists around its own."""

    text: str
    depth: int
    number: str = ""


@dataclass(frozen=True, slots=True)
class Quote:
    """Text of somebody else, or a note."""

    text: str


@dataclass(frozen=True, slots=True)
class Code:
    """Lines as they are."""

    text: str
    language: str = ""


@dataclass(frozen=True, slots=True)
class Table:
    """Rows of cells, the heads first."""

    rows: tuple[tuple[str, ...], ...]


Block = Paragraph | Item | Quote | Code | Table


def blocks_of(text: str) -> list[Block]:
    """The blocks of a Markdown text."""
    return _Reader(text.expandtabs(4).split("\n")).read()


def _filled(rows: list[tuple[str, ...]]) -> Table | Code:
    """A table of rows; as they are written where most of its cells would be empty.

    Every row gets as many cells as the longest one has, in our Markdown and in all readers.
    """
    cells = len(rows) * max(map(len, rows))
    if cells > _MOST_EMPTY + 2 * sum(map(len, rows)):
        return Code("\n".join(f"| {' | '.join(row)} |" for row in rows))
    return Table(tuple(rows))


class _Reader:
    """Goes through lines once; each block begins where the one before it ended."""

    def __init__(self, lines: list[str]) -> None:
        self._lines = [line.rstrip() for line in lines]
        self._at = 0
        self._found: list[Block] = []
        self._indents: list[int] = []
        """Of the lists around the last item, the outermost first."""
        self._below: list[str] = []
        """Paragraphs of the last item that are not in it yet."""

    def read(self) -> list[Block]:
        """All blocks."""
        while self._at < len(self._lines):
            self._read_one()
        self._close_item()
        return self._found

    def _read_one(self) -> None:
        line = self._lines[self._at]
        if not line:
            self._at += 1
        elif match := _FENCE.match(line):
            self._fenced(match)
        elif line.startswith("    ") and not self._indents:
            self._indented()
        elif _HEADING.match(line):
            self._at += 1
            self._add(Paragraph(line.strip().strip("#").strip(), is_heading=True))
        elif _is_rule(line):
            self._rule()
        elif match := _ITEM.match(line):
            self._item(match)
        elif _is_row(line):
            self._table()
        elif line.lstrip().startswith(">"):
            self._quote()
        else:
            self._paragraph()

    def _close_item(self) -> None:
        """Put its paragraphs into the last item, all at once."""
        last = self._found[-1] if self._found else None
        if self._below and isinstance(last, Item):
            text = " ".join([last.text, *self._below])
            self._found[-1] = Item(text, last.depth, last.number)
        self._below.clear()

    def _add(self, block: Block) -> None:
        self._close_item()
        self._found.append(block)
        self._indents.clear()

    def _fenced(self, opening: re.Match[str]) -> None:
        fence = opening["fence"]
        indent = opening.start("fence")
        lines: list[str] = []
        self._at += 1
        while self._at < len(self._lines):
            line = self._lines[self._at]
            self._at += 1
            if line.lstrip().startswith(fence) and not line.strip().strip(fence[0]):
                break
            lines.append(line[indent:] if not line[:indent].strip() else line)
        language = _LANGUAGE.match(opening["info"].strip())
        self._add(Code("\n".join(lines), language[0] if language else ""))

    def _indented(self) -> None:
        lines: list[str] = []
        while self._at < len(self._lines):
            line = self._lines[self._at]
            if line and not line.startswith("    "):
                break
            lines.append(line[4:])
            self._at += 1
        self._add(Code("\n".join(lines).strip("\n")))

    def _rule(self) -> None:
        """Below a paragraph it makes that a heading, elsewhere it says nothing."""
        last = self._found[-1] if self._found else None
        if isinstance(last, Paragraph) and self._lines[self._at - 1]:
            self._found[-1] = Paragraph(last.text, is_heading=True)
        self._at += 1

    def _item(self, match: re.Match[str]) -> None:
        indent = len(match["indent"])
        while self._indents and indent < self._indents[-1]:
            self._indents.pop()
        if not self._indents or indent > self._indents[-1] + 1:
            self._indents.append(indent)
        self._at += 1
        text = " ".join([match["text"], *self._continued()])
        depth = min(len(self._indents) - 1, _DEEPEST)
        self._close_item()
        self._found.append(Item(text, depth, match["number"] or ""))

    def _table(self) -> None:
        rows: list[tuple[str, ...]] = []
        while self._at < len(self._lines) and _is_row(self._lines[self._at]):
            cells = self._lines[self._at].strip()[1:-1]
            if not _DELIMITER.fullmatch(cells):
                parts = re.split(r"(?<!\\)\|", cells)
                rows.append(tuple(p.strip().replace("\\|", "|") for p in parts))
            self._at += 1
        if rows:
            self._add(_filled(rows))

    def _quote(self) -> None:
        lines: list[str] = []
        while self._at < len(self._lines):
            line = self._lines[self._at].lstrip()
            if not line.startswith(">"):
                break
            lines.append(line.lstrip("> "))
            self._at += 1
        self._add(Quote(" ".join(lines)))

    def _paragraph(self) -> None:
        line = self._lines[self._at]
        self._at += 1
        text = " ".join([line.strip(), *self._continued()])
        last = self._found[-1] if self._found else None
        if self._indents and line.startswith("  ") and isinstance(last, Item):
            self._below.append(text)
        else:
            self._add(Paragraph(text))

    def _continued(self) -> list[str]:
        """The lines from here to a blank one, or to where another block begins."""
        lines: list[str] = []
        while self._at < len(self._lines):
            line = self._lines[self._at]
            if not line or _begins(line):
                break
            lines.append(line.strip())
            self._at += 1
        return lines


def _begins(line: str) -> bool:
    return bool(
        _FENCE.match(line)
        or _HEADING.match(line)
        or _ITEM.match(line)
        or _is_rule(line)
        or _is_row(line)
        or line.lstrip().startswith(">")
    )


def _is_rule(line: str) -> bool:
    marks = line.replace(" ", "")
    return len(set(marks)) == 1 and (
        marks[0] in "=-" or (marks[0] in "*_" and len(marks) > 2)
    )


def _is_row(line: str) -> bool:
    cells = line.strip()
    return len(cells) > 2 and cells.startswith("|") and cells.endswith("|")
