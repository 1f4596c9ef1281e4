"""Markdown writer that sanitizes the descriptions of a document.

Descriptions are untrusted Markdown. Their paragraphs, lists, tables, code, emphasis and web links
are kept; headings become bold text, images become links, and all other markup (HTML, link
definitions, attribute lists) is escaped. The text is parsed and written again, so that every
renderer reads the same structure as this module. The rules are those of CommonMark and GitHub's
tables; characters that Python-Markdown cannot escape by a backslash become entities.
"""

import re
import unicodedata
from collections.abc import Callable, Iterable, Sequence

from msgspec.structs import replace

from clientcast.docs.blocks import (
    Block,
    CodeBlock,
    ListItem,
    Paragraph,
    Quote,
    Table,
    parse_blocks,
)
from clientcast.docs.code_spans import CodeSpans

LinkResolver = Callable[[str], str]
"""Function from a name in a code span to its URL; empty if it has none."""

_URL = r"https?://[^\s<>()\[\]{}|\\`\"'^]{1,2000}"
_INLINE = re.compile(
    rf"!?\[(?P<label>[^\[\]<>\\]*)\]\((?P<url>{_URL})\)"
    r"|!?\[(?P<text>[^\[\]<>\\]*)\]\([^\s()<>\\`]*\)"
    rf"|<(?P<auto>{_URL})>"
    r"|\\(?P<escaped>[!-/:-@\[-`{-~])"
    r"|(?P<special>[<\[\]{\\`])"
)
_BACKTICK_OR_BAR = re.compile("[`|]")
_SPECIAL = {
    "<": "&lt;",
    ">": "&gt;",
    "`": "&#96;",
    "|": "&#124;",
    "[": "\\[",
    "]": "\\]",
    "{": "\\{",
    "}": "\\}",
    "\\": "\\\\",
    "*": "\\*",
    "_": "\\_",
    "~": "&#126;",
    "&": "&amp;",
    "#": "\\#",
    "!": "\\!",
}
_BLOCK_START = re.compile(r"[#>=:?!|]|[-+*](?=\s|$)|--|~~~|\d{1,9}(?=[.)](\s|$))")
_HIDDEN_CATEGORIES = ("Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp", "Zs")
_JOINERS = "\u200c\u200d"


def remove_hidden(text: str) -> str:
    """Remove invisible characters and direction marks; line breaks are kept."""
    if text.isascii() and text.isprintable():
        return text
    normalized = text.replace("\r\n", "\n").replace("\r", "\n")
    return "".join(map(_visible_character, normalized))


def _visible_character(character: str) -> str:
    if character in "\n" or character in _JOINERS:
        return character
    category = unicodedata.category(character)
    if category not in _HIDDEN_CATEGORIES:
        return character
    return " " if category[0] == "Z" or character in "\t\x0b\x0c\x85" else ""


def one_line(text: str) -> str:
    """Return the text on one line, without hidden characters."""
    return " ".join(remove_hidden(text).split())


def plain_line(text: str) -> str:
    """Return the text on one line that is no markup, even if a page shows it as it is."""
    return one_line(re.sub("[<>]", "", text))


def escape_text(text: str) -> str:
    """Escape all markup of a text, for a heading or a label on one line."""
    return "".join(_SPECIAL.get(c, c) for c in one_line(text))


def code(text: str) -> str:
    """Return a code span."""
    content = one_line(text)
    if not content:
        return ""
    ticks = "`" * (_longest_run(content, "`") + 1)
    space = " " if content.startswith("`") or content.endswith("`") else ""
    return f"{ticks}{space}{content}{space}{ticks}"


def code_in_cell(text: str) -> str:
    """Return a code span for a table cell, where a bar must be escaped even in code."""
    if "|" not in text:
        return code(text)
    content = "".join(
        f"&#{ord(c)};" if c in _SPECIAL or c == "$" else c for c in one_line(text)
    )
    return f"<code>{content}</code>"


def code_block(text: str, language: str = "") -> str:
    """Return a fenced code block."""
    lines = remove_hidden(text).rstrip("\n")
    fence = "`" * max(3, _longest_run(lines, "`") + 1)
    return f"{fence}{language}\n{lines}\n{fence}"


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Return a table; each cell is Markdown on one line."""
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join(f"| {' | '.join(cells)} |" for cells in lines)


def inline(text: str, resolve_link: LinkResolver = lambda name: "") -> str:
    """Sanitize Markdown and return it on one line, with emphasis, code spans and web links.

    Args:
        text: Untrusted Markdown.
        resolve_link: Resolver of names in code spans.
    """

    def replace_code(name: str) -> str:
        url = resolve_link(name)
        return f"[{code(name)}]({url})" if url else code(name)

    def replace_match(match: re.Match[str]) -> str:
        if match["label"] is not None:
            label = inline(match["label"]) or "link"
            return f"[{label}]({match['url']})"
        if match["text"] is not None:
            return inline(match["text"])
        if match["auto"] is not None:
            return f"[{escape_text(match['auto'])}]({match['auto']})"
        character = match["escaped"] or match["special"]
        if match["escaped"] and character not in _SPECIAL:
            return f"\\{character}"
        return _SPECIAL[character]

    return _replace(_INLINE, one_line(text), replace_code, replace_match).strip()


def _replace(
    pattern: re.Pattern[str],
    text: str,
    replace_code: Callable[[str], str],
    replace_match: Callable[[re.Match[str]], str],
) -> str:
    """Replace each code span and each other match of a pattern, which must match backticks."""
    spans = CodeSpans(text)
    parts: list[str] = []
    offset = 0
    while (match := pattern.search(text, offset)) is not None:
        parts.append(text[offset : match.start()])
        span = spans.at(match.start())
        if span is None:
            parts.append(replace_match(match))
            offset = match.end()
        else:
            content, offset = span
            parts.append(replace_code(content.strip()))
    return "".join([*parts, text[offset:]])


def paragraph(text: str, resolve_link: LinkResolver = lambda name: "") -> str:
    """Sanitize Markdown and return it as one paragraph."""
    return _escape_block_start(inline(text, resolve_link))


def cell(text: str, resolve_link: LinkResolver = lambda name: "") -> str:
    """Sanitize Markdown for a table cell; list items and paragraphs are separated by `<br>`."""
    parts: list[str] = []
    for block in parse_blocks(remove_hidden(text)):
        rendered = _render_block_in_cell(block, resolve_link)
        if rendered:
            parts.append(f"• {rendered}" if isinstance(block, ListItem) else rendered)
    return "<br>".join(parts)


def blocks(text: str, resolve_link: LinkResolver = lambda name: "") -> str:
    """Sanitize Markdown with blocks: paragraphs, lists, quotes, tables and code."""
    output: list[str] = []
    depth = -1  # Depth of the previous item; the next is at most one deeper.
    for part in parse_blocks(remove_hidden(text)):
        if isinstance(part, ListItem):
            part = replace(part, depth=min(part.depth, depth + 1))
        rendered = _render_block(part, resolve_link)
        if not rendered:
            continue
        if output:
            output.append("\n" if isinstance(part, ListItem) and depth >= 0 else "\n\n")
        output.append(rendered)
        depth = part.depth if isinstance(part, ListItem) else -1
    return "".join(output)


def _render_block(block: Block, resolve_link: LinkResolver) -> str:
    match block:
        case Paragraph(text, is_heading):
            rendered = inline(text, resolve_link)
            if is_heading and rendered and "*" not in rendered:
                return f"**{rendered}**"
            return _escape_block_start(rendered)
        case ListItem(text, depth, number):
            marker = f"{number}." if number else "*"
            rendered = _escape_block_start(inline(text, resolve_link))
            return f"{'    ' * depth}{marker} {rendered}" if rendered else ""
        case Quote(text):
            rendered = _escape_block_start(inline(text, resolve_link))
            return f"> {rendered}" if rendered else ""
        case CodeBlock(text, language):
            return code_block(text, language)
        case Table(rows):
            width = max(map(len, rows))
            full = [
                [_escape_bars(inline(c, resolve_link)) for c in row] for row in rows
            ]
            head, *rest = [row + [""] * (width - len(row)) for row in full]
            return table(head, rest)


def _render_block_in_cell(block: Block, resolve_link: LinkResolver) -> str:
    match block:
        case CodeBlock(text):
            return code_in_cell(text)
        case Table(rows):
            return "; ".join(
                _escape_bars(inline(", ".join(row), resolve_link)) for row in rows
            )
        case Paragraph(text) | ListItem(text) | Quote(text):
            return _escape_bars(inline(text, resolve_link))


def _escape_bars(rendered: str) -> str:
    """Escape the bars of a line for a table cell, also in code spans."""
    if "|" not in rendered:
        return rendered

    def replace_match(match: re.Match[str]) -> str:
        return "&#124;" if match[0] == "|" else match[0]

    return _replace(_BACKTICK_OR_BAR, rendered, code_in_cell, replace_match)


def _escape_block_start(rendered: str) -> str:
    """Escape the start of a line that would begin a heading, rule, quote, list or table."""
    match = _BLOCK_START.match(rendered)
    if match is None and set(rendered) - set("-_* "):
        return rendered
    if match is not None and match[0].isdigit():
        return f"{match[0]}\\{rendered[match.end() :]}"
    return f"&#{ord(rendered[0])};{rendered[1:]}" if rendered else ""


def _longest_run(text: str, character: str) -> int:
    runs = re.findall(f"{re.escape(character)}+", text)
    return max(map(len, runs), default=0)
