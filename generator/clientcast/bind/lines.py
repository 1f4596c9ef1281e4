"""Single lines of text of the document, for headings and comments."""

import re

from clientcast.code import is_visible


def one_line(text: str) -> str:
    """Return text without line breaks and control characters."""
    if not (text.isascii() and text.isprintable()):
        text = "".join(c if is_visible(c) else " " for c in text)
    return " ".join(text.split())


def first_sentence(text: str) -> str:
    """Return the first sentence of a text on one line, without a list that follows."""
    paragraph = _NEXT_BLOCK.split(text.strip(), maxsplit=1)[0]
    return re.split(r"(?<=[.!?])\s+(?=[A-Z`])", one_line(paragraph), maxsplit=1)[0]


_NEXT_BLOCK = re.compile(r"\n[ \t]*(?:\n|[-*+] |\d{1,9}[.)] )")
