"""Fenced code blocks of the guide's pages, in order, with their language and title."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from markdown_it import MarkdownIt

from tests.support.project import ROOT

_TITLE = re.compile(r'title="([^"]+)"')

PAGES = (ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md")))
"""The README and the pages of the guide."""


@dataclass(frozen=True)
class Block:
    """A fenced code block.

    Attributes:
        page: The page that has it.
        line: Line of the fence, from 1.
        language: First word after the fence; may be empty.
        title: Name of the file that the block is, or empty.
        text: The code.
    """

    page: Path
    line: int
    language: str
    title: str
    text: str

    def __str__(self) -> str:
        return f"{self.page.relative_to(ROOT)}:{self.line}"


def read_blocks(page: Path) -> Iterator[Block]:
    """Yield the code blocks of a page."""
    for token in MarkdownIt().parse(page.read_text(encoding="utf-8")):
        if token.type == "fence" and token.map is not None:
            language, _, rest = token.info.partition(" ")
            title = _TITLE.search(rest)
            yield Block(
                page,
                token.map[0] + 1,
                language,
                title[1] if title else "",
                token.content,
            )


def read_links(page: Path) -> Iterator[str]:
    """Yield the targets of the links of a page."""
    for token in MarkdownIt().parse(page.read_text(encoding="utf-8")):
        for child in token.children or ():
            if child.type in ("link_open", "image"):
                target = child.attrGet("href") or child.attrGet("src")
                yield str(target)


def read_headings(page: Path) -> Iterator[str]:
    """Yield the plain texts of the headings of a page."""
    tokens = MarkdownIt().parse(page.read_text(encoding="utf-8"))
    for token, inline in zip(tokens, tokens[1:], strict=False):
        if token.type == "heading_open":
            yield "".join(child.content for child in inline.children or ())
