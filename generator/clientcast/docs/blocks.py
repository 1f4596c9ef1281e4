"""Parser of the Markdown blocks of a description: paragraphs, lists, quotes, tables and code."""

import re

from msgspec import Struct

_FENCE = re.compile(r" *(?P<fence>`{3,}+|~{3,}+)(?P<info>[^`]*)$")
_HEADING = re.compile(r" {0,3}#{1,6}(?:\s|$)")
_LIST_ITEM = re.compile(
    r"(?P<indent> *)(?:[-*+]|(?P<number>\d{1,9})[.)])\s+(?P<text>\S.*)"
)
_DELIMITER = re.compile(r"[\s|:-]+")
_LANGUAGE = re.compile(r"[A-Za-z0-9+-]{1,20}")
_MAX_DEPTH = 4
_MAX_EMPTY_CELLS = 10_000


class Paragraph(Struct, frozen=True):
    """Paragraph or heading."""

    text: str
    is_heading: bool = False


class ListItem(Struct, frozen=True):
    """List item; `depth` is the number of enclosing lists around its list."""

    text: str
    depth: int
    number: str = ""


class Quote(Struct, frozen=True):
    """Block quote."""

    text: str


class CodeBlock(Struct, frozen=True):
    """Fenced or indented code."""

    text: str
    language: str = ""


class Table(Struct, frozen=True):
    """Table; the first row is the header."""

    rows: tuple[tuple[str, ...], ...]


Block = Paragraph | ListItem | Quote | CodeBlock | Table


def parse_blocks(text: str) -> list[Block]:
    """Parse a Markdown text into blocks."""
    return _BlockParser(text.expandtabs(4).split("\n")).parse()


def _table_or_code(rows: list[tuple[str, ...]]) -> Table | CodeBlock:
    """Return a table, or its source as code if most of its cells would be empty.

    Renderers pad every row to the longest one, so that one long row multiplies the output.
    """
    cells = len(rows) * max(map(len, rows))
    if cells > _MAX_EMPTY_CELLS + 2 * sum(map(len, rows)):
        return CodeBlock("\n".join(f"| {' | '.join(row)} |" for row in rows))
    return Table(tuple(rows))


class _BlockParser:
    """Parser that reads lines once, block after block."""

    def __init__(self, lines: list[str]) -> None:
        self._lines = [line.rstrip() for line in lines]
        self._position = 0
        self._blocks: list[Block] = []
        self._indents: list[int] = []
        """Indents of the lists around the last item, the outermost first."""
        self._item_paragraphs: list[str] = []
        """Further paragraphs of the last item, not yet merged into it."""

    def parse(self) -> list[Block]:
        """Return all blocks."""
        while self._position < len(self._lines):
            self._read_block()
        self._close_item()
        return self._blocks

    def _read_block(self) -> None:
        line = self._lines[self._position]
        if not line:
            self._position += 1
        elif match := _FENCE.match(line):
            self._read_fenced_code(match)
        elif line.startswith("    ") and not self._indents:
            self._read_indented_code()
        elif _HEADING.match(line):
            self._position += 1
            self._add(Paragraph(line.strip().strip("#").strip(), is_heading=True))
        elif _is_rule(line):
            self._read_rule()
        elif match := _LIST_ITEM.match(line):
            self._read_item(match)
        elif _is_row(line):
            self._read_table()
        elif line.lstrip().startswith(">"):
            self._read_quote()
        else:
            self._read_paragraph()

    def _close_item(self) -> None:
        """Merge the collected paragraphs into the last item."""
        last = self._blocks[-1] if self._blocks else None
        if self._item_paragraphs and isinstance(last, ListItem):
            text = " ".join([last.text, *self._item_paragraphs])
            self._blocks[-1] = ListItem(text, last.depth, last.number)
        self._item_paragraphs.clear()

    def _add(self, block: Block) -> None:
        self._close_item()
        self._blocks.append(block)
        self._indents.clear()

    def _read_fenced_code(self, opening: re.Match[str]) -> None:
        fence = opening["fence"]
        indent = opening.start("fence")
        lines: list[str] = []
        self._position += 1
        while self._position < len(self._lines):
            line = self._lines[self._position]
            self._position += 1
            if line.lstrip().startswith(fence) and not line.strip().strip(fence[0]):
                break
            lines.append(line[indent:] if not line[:indent].strip() else line)
        language = _LANGUAGE.match(opening["info"].strip())
        self._add(CodeBlock("\n".join(lines), language[0] if language else ""))

    def _read_indented_code(self) -> None:
        lines: list[str] = []
        while self._position < len(self._lines):
            line = self._lines[self._position]
            if line and not line.startswith("    "):
                break
            lines.append(line[4:])
            self._position += 1
        self._add(CodeBlock("\n".join(lines).strip("\n")))

    def _read_rule(self) -> None:
        """Turn the paragraph above into a heading (setext), or skip a thematic break."""
        last = self._blocks[-1] if self._blocks else None
        if isinstance(last, Paragraph) and self._lines[self._position - 1]:
            self._blocks[-1] = Paragraph(last.text, is_heading=True)
        self._position += 1

    def _read_item(self, match: re.Match[str]) -> None:
        indent = len(match["indent"])
        while self._indents and indent < self._indents[-1]:
            self._indents.pop()
        if not self._indents or indent > self._indents[-1] + 1:
            self._indents.append(indent)
        self._position += 1
        text = " ".join([match["text"], *self._continuation_lines()])
        depth = min(len(self._indents) - 1, _MAX_DEPTH)
        self._close_item()
        self._blocks.append(ListItem(text, depth, match["number"] or ""))

    def _read_table(self) -> None:
        rows: list[tuple[str, ...]] = []
        while self._position < len(self._lines) and _is_row(
            self._lines[self._position]
        ):
            cells = self._lines[self._position].strip()[1:-1]
            if not _DELIMITER.fullmatch(cells):
                parts = re.split(r"(?<!\\)\|", cells)
                rows.append(tuple(p.strip().replace("\\|", "|") for p in parts))
            self._position += 1
        if rows:
            self._add(_table_or_code(rows))

    def _read_quote(self) -> None:
        lines: list[str] = []
        while self._position < len(self._lines):
            line = self._lines[self._position].lstrip()
            if not line.startswith(">"):
                break
            lines.append(line.lstrip("> "))
            self._position += 1
        self._add(Quote(" ".join(lines)))

    def _read_paragraph(self) -> None:
        line = self._lines[self._position]
        self._position += 1
        text = " ".join([line.strip(), *self._continuation_lines()])
        last = self._blocks[-1] if self._blocks else None
        if self._indents and line.startswith("  ") and isinstance(last, ListItem):
            self._item_paragraphs.append(text)
        else:
            self._add(Paragraph(text))

    def _continuation_lines(self) -> list[str]:
        """Read lines up to a blank line or the start of another block."""
        lines: list[str] = []
        while self._position < len(self._lines):
            line = self._lines[self._position]
            if not line or _begins_block(line):
                break
            lines.append(line.strip())
            self._position += 1
        return lines


def _begins_block(line: str) -> bool:
    return bool(
        _FENCE.match(line)
        or _HEADING.match(line)
        or _LIST_ITEM.match(line)
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
