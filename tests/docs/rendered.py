"""Pages of the checked-in clients, parsed by an independent Markdown parser."""

import re
from dataclasses import dataclass, field
from functools import cache

from clientcast.docs import Reference, extract, read_package, render_folder
from markdown_it import MarkdownIt
from markdown_it.token import Token

from tests.support.project import ROOT

NAMES = ("clerk", "okta", "pangea")


@cache
def reference(name: str) -> Reference:
    """Return the reference of a checked-in client."""
    return extract(read_package(ROOT / "generated" / name, name))


@cache
def folder() -> dict[str, str]:
    """Return the pages of all checked-in clients, by path."""
    return render_folder(map(reference, NAMES))


def readme(name: str) -> str:
    """Return the README of a checked-in client."""
    return (ROOT / "generated" / name / "README.md").read_text("utf-8")


@cache
def documents() -> dict[str, str]:
    """Return all Markdown texts, by path: the pages and the READMEs of the packages."""
    found = {path: text for path, text in folder().items() if path != "clientcast.json"}
    return found | {f"generated/{name}/README.md": readme(name) for name in NAMES}


@cache
def tokens(text: str) -> tuple[Token, ...]:
    """Return all tokens of a Markdown text with HTML and tables, including inline tokens."""
    found: list[Token] = []
    for token in MarkdownIt("commonmark", {"html": True}).enable("table").parse(text):
        found += (token, *(token.children or ()))
    return tuple(found)


@dataclass
class Section:
    """A heading and the text below it.

    Attributes:
        level: Level of the heading, from 1.
        title: Text of the heading.
        anchor: Anchor of the heading on GitHub.
        text: Markdown up to the next heading of any level.
        inner: Sections of the next level.
    """

    level: int
    title: str
    anchor: str
    text: str = ""
    inner: list["Section"] = field(default_factory=list["Section"])

    @property
    def whole(self) -> str:
        """Markdown of the section, including its inner sections."""
        return "\n".join([self.text, *(section.whole for section in self.inner)])


@cache
def sections(text: str) -> list[Section]:
    """Return all sections of a Markdown text, in order."""
    lines = text.split("\n")
    found: list[Section] = []
    starts: list[int] = []
    seen: dict[str, int] = {}
    stream = MarkdownIt("commonmark").parse(text)
    for token, content in zip(stream, stream[1:], strict=False):
        if token.type == "heading_open" and token.map:
            title = "".join(part.content for part in content.children or ())
            anchor = re.sub(r"[^\w\- ]", "", title.lower()).replace(" ", "-")
            again = seen.get(anchor, 0)
            seen[anchor] = again + 1
            shown = f"{anchor}-{again}" if again else anchor
            found.append(Section(int(token.tag[1:]), title, shown))
            starts.append(token.map[0])
    for index, section in enumerate(found):
        end = starts[index + 1] if index + 1 < len(starts) else len(lines)
        section.text = "\n".join(lines[starts[index] + 1 : end])
        for later in found[index + 1 :]:
            if later.level <= section.level:
                break
            if later.level == section.level + 1:
                section.inner.append(later)
    return found


def links(text: str) -> list[str]:
    """Return the URLs of all links in a Markdown text."""
    return [str(t.attrs["href"]) for t in tokens(text) if t.type == "link_open"]


def programs(text: str) -> list[str]:
    """Return the Python code blocks of a Markdown text that make a call to a server."""
    return [text for text in _python_blocks(text) if ".testing import" not in text]


def fake_programs(text: str) -> list[str]:
    """Return the Python code blocks of a Markdown text that make a call to a fake."""
    return [text for text in _python_blocks(text) if ".testing import" in text]


def _python_blocks(text: str) -> list[str]:
    return [t.content for t in tokens(text) if t.type == "fence" and t.info == "python"]


def tables(text: str) -> list[list[list[str]]]:
    """Return the tables of a Markdown text as rows of cells, the header first."""
    found: list[list[list[str]]] = []
    previous = ""
    for token in tokens(text):
        if token.type == "table_open":
            found.append([])
        elif token.type == "tr_open":
            found[-1].append([])
        elif token.type == "inline" and previous in ("th_open", "td_open"):
            found[-1][-1].append(token.content)
        elif token.type in ("th_close", "td_close") and previous in (
            "th_open",
            "td_open",
        ):
            found[-1][-1].append("")
        if token.type in ("th_open", "td_open", "inline"):
            previous = token.type
    return found
