r"""Docstring literals, with text of the document made harmless.

People are not the only readers of a docstring. doctest runs what follows `>>>`. Sphinx obeys
directives, roles and fields. Markdown renderers pass HTML on and load images. Some linters
read pragmas in any line. Text of the document must not be markup to any of them, so a space or
a backslash is inserted where a construct would begin: `< script>`, `\.. raw::`, `Raises :`.
The rules ignore the context, because Markdown and reST disagree about what is code. The
sections and the example of clientcast are added after that.
"""

import re
import textwrap
import unicodedata
from collections.abc import Iterable
from functools import lru_cache

from clientcast.code import escape_invisible

Entries = Iterable[tuple[str, str]]
"""Names of arguments or error classes, each with its text."""

WIDTH = 88 - 4
"""Columns of a docstring in a class body."""

_CACHED_TEXTS = 4096
"""Number of texts whose result is kept: both modes have the same, and parameters repeat."""
_QUOTES = '"""'


def docstring(
    *texts: str,
    width: int = WIDTH,
    summary: str = "",
    arguments: Entries = (),
    returns: str = "",
    raises: Entries = (),
    example: str = "",
) -> str:
    """Return a docstring as a triple-quoted literal, or an empty text if it has no content.

    The arguments are those of `docstring_content` and `docstring_with_example`.
    """
    content = docstring_content(
        *texts,
        width=width,
        summary=summary,
        arguments=arguments,
        returns=returns,
        raises=raises,
    )
    return docstring_with_example(content, example)


def docstring_with_example(content: str, example: str) -> str:
    """Return a docstring as a triple-quoted literal, or an empty text if it has no content.

    Args:
        content: The content without the example.
        example: A program of clientcast, which is not changed. It follows `Examples::`, which
            makes it code in reST, in Markdown and in editors, but no doctest.
    """
    if example:
        example = "Examples::\n\n" + textwrap.indent(example, " " * 4)
    return _triple_quoted("\n\n".join(filter(None, (content, example))))


def docstring_content(
    *texts: str,
    width: int = WIDTH,
    summary: str = "",
    arguments: Entries = (),
    returns: str = "",
    raises: Entries = (),
) -> str:
    """Return the content of a docstring without an example.

    Args:
        texts: Markdown. Its paragraphs are filled.
        width: Columns.
        summary: The first line. It is not filled.
        arguments: The name and description of each argument.
        returns: The description of the return value.
        raises: The name of each error class and the condition that raises it.
    """
    parts = [
        escape_markup(single_line(summary)),
        *(escape_markup(wrap_markdown(text, width)) for text in texts),
    ]
    parts.append(_section("Args", arguments, width))
    if returns:
        parts.append(
            f"Returns:\n    {escape_markup(wrap_markdown(returns, width - 4, ' ' * 4))}"
        )
    parts.append(_section("Raises", raises, width))
    return "\n\n".join(part for part in parts if part.strip())


def _section(title: str, entries: Entries, width: int) -> str:
    lines = [
        f"    {escape_markup(wrap_markdown(f'{name}: {single_line(text)}', width, ' ' * 8))}"
        for name, text in entries
    ]
    return "\n".join([f"{title}:", *lines]) if lines else ""


def _triple_quoted(text: str) -> str:
    lines = "\n".join([line.rstrip() for line in text.split("\n")]).strip()
    if not lines:
        return ""
    if "\n" in lines:
        return f"{_QUOTES}{_escape(lines)}\n{_QUOTES}"
    # Black and ruff agree on a last quote only if it has no backslash, and a space after it.
    rest = lines.rstrip('"')
    quotes = len(lines) - len(rest)
    end = '\\"' * (quotes - 1) + '" ' if quotes else ""
    return f"{_QUOTES}{_escape(rest)}{end}{_QUOTES}"


def _escape(lines: str) -> str:
    escaped = lines.replace("\\", "\\\\").replace(_QUOTES, '\\"\\"\\"')
    if escaped.isascii() and escaped.replace("\n", "").isprintable():
        return escaped
    return "\n".join(map(escape_invisible, escaped.split("\n")))


_URL = r"https?://[^\s<>()\[\]{}|\\`\"'^]+"
_LINK_TARGET = rf"(?:{_URL}|mailto:[\w.+@-]+|[#/\w][\w#/.=?%+-]*)"
"""Allowed targets of links: the web, a mail address or another page."""

_SIGN_NEEDS_SPACE = re.compile(
    rf"""
    (?<=[<>\]!:`{{])(?:                  # The first test fails at most characters.
        (?<=<)(?=[a-z/!?])(?!{_URL}>)     # HTML; the target of a link in reST
        | (?<=8<)(?=-)                    # another file, for the snippets of pymdownx
        | (?<=>)(?=`_)                    # a link in reST
        | (?<=\])(?=\()(?!\({_LINK_TARGET}\))  # a link in Markdown
        | (?<=\])(?=:)(?!:[ ]{_URL}$)     # the definition of a link, footnote or abbreviation
        | (?<=!)(?=\[)                    # an image in Markdown
        | (?<=\w:)(?=`)                   # a role in reST, before its text
        | (?<=`)(?=:[a-z][\w.+:-]*:)      # and after it
        | (?<=\{{)(?=(?:download|eval|math|raw)\}}`)  # a role in MyST that does something
    )
    """,
    re.VERBOSE | re.MULTILINE | re.IGNORECASE,
)
_WORD_NEEDS_SPACE = re.compile(
    r"""
    (?<=[tea8yimx\-s])(?:
        (?<=javascript)(?=\s*:)           # a URL that is code, with or without a link
        | (?<=vbscript)(?=\s*:)
        | (?<=\bfile)(?=:/)
        | (?<=\bdata)(?=:[\w.+-]*/[\w.+-]*(?:html|xml))
        | (?<=flake8)(?=[:=])             # pragmas that are read in any line, not in comments only
        | (?<=autoflake)(?=:)
        | (?<=autopep8)(?=:)
        | (?<=isort)(?=:)
        | (?<=mypy)(?=:)
        | (?<=pyre)(?=-(?:ignore|strict|unsafe))
        | (?<!\Svi)(?<=(?-i:vi))(?=:)      # options of an editor
        | (?<!\Svim)(?<=(?-i:vim))(?=[<=>]{0,2}\d*:)
        | (?<!\Sex)(?<=(?-i:ex))(?=:)
        | (?<=-)(?=\*-)
        | (?<=local[ ]variables)(?=:)
    )
    """,
    re.VERBOSE | re.MULTILINE | re.IGNORECASE,
)
_NEEDS_BACKSLASH = re.compile(
    r"""
    (?<![\w>])(?=>>>)                 # an example for doctest
    | (?<![\w.])(?=\.\.(?:\s|$))      # a directive, comment or target in reST
    | (?<![\w])(?=__(?:\s|$))         # a target without a name
    | (?<=\#)(?=\s*pragma[:\s]?\s*no)  # lines without coverage
    | (?<![\w:/])(?=///|:::)          # a block of pymdownx, MyST or mkdocstrings
    """,
    re.VERBOSE | re.MULTILINE | re.IGNORECASE,
)
_ATTRIBUTES = re.compile(r"(?<!\\)((?:\\\\)*)(?=\{:?[^{}\n]*=|\{:)")
_IMAGE = re.compile(r"!(?=\[[^\[\]]*\]\()")
_FIELD = re.compile(r"^([ ]*)(?=:\w[^:\n]*:(?:\s|$))", re.MULTILINE)
_SECTION = re.compile(
    r"""
    ^([ ]*(?:arg(?:ument)?s?|attributes|class(?:es)?|examples?|exceptions?|functions|methods
    |(?:keyword|other|type)[ ](?:arg(?:ument)?s|param(?:eter)?s|aliases)|modules
    |param(?:eter)?s?|raises?|receives?|returns?|warn(?:ing)?s|yields?))
    (?:(:)|(?=[ ]*\n[ ]*[-=~^*+\#`'"_:<>]{2,}[ ]*$))
    """,
    re.VERBOSE | re.MULTILINE | re.IGNORECASE,
)


_SIGNS = ("<", ">`", "](", "]:", "![", ":`", "`:", "}`")
"""Texts of which one is in any text that `_SIGN_NEEDS_SPACE` matches."""
_WORDS = (
    *("javascript", "vbscript", "file:", "data:", "flake8", "flake:", "pep8:"),
    *("isort:", "mypy:", "pyre-", "vi:", "vim", "ex:", "-*-", "variables:"),
)
"""Texts in lower case of which ASCII text contains one if `_WORD_NEEDS_SPACE` matches it."""
_BACKSLASH_SIGNS = (">>>", "..", "__", "pragma", "///", ":::")
"""Likewise of `_NEEDS_BACKSLASH`."""


@lru_cache(_CACHED_TEXTS)
def escape_markup(text: str) -> str:
    """Return text in which no reader of docstrings finds markup that it acts upon."""
    if "![" in text:
        text = _IMAGE.sub("", text)
    if any(sign in text for sign in _SIGNS):
        text = _SIGN_NEEDS_SPACE.sub(" ", text)
    if _may_contain(text, _WORDS):
        text = _WORD_NEEDS_SPACE.sub(" ", text)
    if _may_contain(text, _BACKSLASH_SIGNS):
        text = _NEEDS_BACKSLASH.sub(r"\\", text)
    if "{" in text:
        text = _ATTRIBUTES.sub(r"\1\\", text)
    text = _FIELD.sub(r"\1\\", text)
    return _SECTION.sub(lambda match: f"{match[1]} {match[2] or ':'}", text)


def _may_contain(text: str, signs: tuple[str, ...]) -> bool:
    """Return whether a text contains a sign in any case, or letters that may equal others."""
    if not text.isascii():
        return True
    lower = text.lower()
    return any(sign in lower for sign in signs)


def single_line(text: str) -> str:
    """Join lines, and remove control and direction characters."""
    return " ".join(_without_invisible(" ".join(text.splitlines())).split())


_JOINERS = "\u200c\u200d"


def _without_invisible(line: str) -> str:
    """Replace spaces by U+0020 and remove invisible characters."""
    if line.isascii() and line.isprintable():
        return line
    return "".join(map(_plain_character, line))


def _plain_character(character: str) -> str:
    category = unicodedata.category(character)
    if category in ("Cc", "Zs"):
        return " "
    is_invisible = category in ("Cf", "Cs") and character not in _JOINERS
    return "" if is_invisible else character


_FENCE = re.compile(r"( *)(`{3,}|~{3,})([^`]*)")
_LANGUAGE = re.compile(r"[A-Za-z0-9+#.-]{1,20}")
_FENCE_RUN = re.compile(r"`{3,}|~{3,}")
_SPACE_BEFORE_MARKER = re.compile(
    r"(?<! ) ++(?=[#>|]|[-+*=_~]+(?: |$)|\d{1,9}[.)](?: |$))"
)
"""Spaces before text that would be a list item, heading, quote or table at a line's start."""


@lru_cache(_CACHED_TEXTS)
def wrap_markdown(text: str, width: int, indent: str = "") -> str:
    """Fill the paragraphs and list items of Markdown, and keep everything else.

    Each code fence is closed, and no text outside a fence opens one.

    Args:
        text: Markdown.
        width: Columns, the indent included.
        indent: The prefix of every line but the first.
    """
    blocks: list[str] = []
    paragraph: list[str] = []
    fence: re.Match[str] | None = None

    def flush() -> None:
        if paragraph:
            blocks.append(_fill(" ".join(paragraph), width - len(indent)))
            paragraph.clear()

    for line in map(_without_invisible, text.expandtabs(4).splitlines()):
        match = _FENCE.fullmatch(line)
        if "```" in line or "~~~" in line:
            line = _FENCE_RUN.sub(lambda run: run[0][:2], line)
        line = line.rstrip()
        stripped = line.strip()
        if fence is not None:
            if (
                match is not None
                and match[2].startswith(fence[2])
                and not match[3].strip()
            ):
                fence = None
                blocks.append("```")
            else:
                blocks.append(line.removeprefix(fence[1]))
        elif match is not None:
            flush()
            fence = match
            language = _LANGUAGE.match(match[3].strip())
            blocks.append(f"```{language[0] if language else ''}")
        elif stripped.startswith(("|", "#", ">")) or line.startswith("    "):
            flush()
            blocks.append(line)
        elif not stripped:
            flush()
            blocks.append("")
        else:
            if _is_list_item(stripped):
                flush()
            paragraph.append(stripped)
    flush()
    if fence is not None:
        blocks.append("```")
    joined = "\n".join(blocks).strip("\n")
    return joined.replace("\n", f"\n{indent}").replace(f"\n{indent}\n", "\n\n")


def _fill(paragraph: str, width: int) -> str:
    if len(paragraph) <= width:
        return paragraph
    filled = textwrap.fill(
        _SPACE_BEFORE_MARKER.sub("\0", paragraph),
        max(width, 40),
        subsequent_indent="  " if _is_list_item(paragraph) else "",
        break_long_words=False,
        break_on_hyphens=False,
    )
    return filled.replace("\0", " ")


def _is_list_item(line: str) -> bool:
    marker, _, rest = line.partition(" ")
    is_numbered = marker[-1:] in (".", ")") and marker[:-1].isdigit()
    return bool(rest) and (is_numbered or marker in ("*", "-", "+"))
