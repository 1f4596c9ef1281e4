"""Text of a document as Python text: the only way in which it reaches generated code.

No text can end its literal, nor change how a reader sees the code around it: control and
direction characters, and those that have no width, are written as escapes.
"""

import re
import textwrap

from clientcast.code import is_visible, visible

_CLOSING = '"""'


def docstring(text: str) -> str:
    """A triple-quoted literal of the text, or nothing where there is none.

    Its value is the text but for the characters that nobody sees.
    """
    lines = "\n".join(line.rstrip() for line in text.split("\n")).strip()
    if not lines:
        return ""
    escaped = lines.replace("\\", "\\\\").replace(_CLOSING, '\\"\\"\\"')
    shown = "\n".join(map(visible, escaped.split("\n")))
    if re.search(r'(?<!\\)(?:\\\\)*"\Z', shown):
        shown = shown[:-1] + '\\"'
    return (
        f"{_CLOSING}{shown}\n{_CLOSING}"
        if "\n" in shown
        else f"{_CLOSING}{shown}{_CLOSING}"
    )


def one_line(text: str) -> str:
    """Text without line breaks and control characters, for a heading or a comment."""
    return " ".join("".join(c if is_visible(c) else " " for c in text).split())


def first_sentence(text: str) -> str:
    """The first sentence of a text, on one line; a list below it is none of it."""
    paragraph = _NEXT_BLOCK.split(text.strip(), maxsplit=1)[0]
    return re.split(r"(?<=[.!?])\s+(?=[A-Z`])", one_line(paragraph), maxsplit=1)[0]


_NEXT_BLOCK = re.compile(r"\n[ \t]*(?:\n|[-*+] |\d{1,9}[.)] )")
_MARKER = re.compile(r"(?<! ) ++(?=[#>|]|[-+*=_~]+(?: |$)|\d{1,9}[.)](?: |$))")
"""Spaces after which no line may begin: there, what follows would be an item, a heading or so."""


def wrap(text: str, width: int, indent: str = "") -> str:
    """Markdown with its paragraphs and list items filled to a width, all else as it is.

    Args:
        text: Markdown.
        width: Columns, the indent included.
        indent: Put before every line but the first.
    """
    blocks: list[str] = []
    paragraph: list[str] = []
    fenced = False

    def flush() -> None:
        if paragraph:
            blocks.append(_fill(" ".join(paragraph), width - len(indent)))
            paragraph.clear()

    for line in text.expandtabs(4).splitlines():
        stripped = line.strip()
        if stripped.startswith("```"):
            flush()
            fenced = not fenced
            blocks.append(line.rstrip())
        elif fenced or stripped.startswith(("|", "#", ">")) or line.startswith("    "):
            flush()
            blocks.append(line.rstrip())
        elif not stripped:
            flush()
            blocks.append("")
        elif _is_item(stripped):
            flush()
            paragraph.append(stripped)
        else:
            paragraph.append(stripped)
    flush()
    joined = "\n".join(blocks).strip("\n")
    return joined.replace("\n", f"\n{indent}").replace(f"\n{indent}\n", "\n\n")


def _fill(paragraph: str, width: int) -> str:
    hanging = "  " if _is_item(paragraph) else ""
    kept = "\0" if "\0" not in paragraph else " "
    filled = textwrap.fill(
        _MARKER.sub(kept, paragraph),
        max(width, 40),
        subsequent_indent=hanging,
        break_long_words=False,
        break_on_hyphens=False,
    )
    return filled.replace(kept, " ")


def _is_item(line: str) -> bool:
    marker, _, rest = line.partition(" ")
    numbered = marker[-1:] in (".", ")") and marker[:-1].isdigit()
    return bool(rest) and (numbered or marker in ("*", "-", "+"))
