"""Python literals of values of the document.

No text can end its literal early or change how the surrounding code is displayed: control,
direction and zero-width characters are written as escapes.
"""

import math
import unicodedata
from types import EllipsisType


def string_literal(text: str) -> str:
    """Return a Python string literal of a text."""
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escape_invisible(escaped)}"'


def scalar_literal(
    value: str | int | float | bytes | bool | EllipsisType | None,
) -> str:
    """Return a Python literal of a scalar.

    Raises:
        ValueError: If the value is NaN, for which Python has no literal.
    """
    if isinstance(value, str):
        return string_literal(value)
    if isinstance(value, float) and not math.isfinite(value):
        if math.isnan(value):
            raise ValueError("NaN has no literal")
        return "1e999" if value > 0 else "-1e999"
    if value is ...:
        return "..."
    if isinstance(value, bytes):
        return f"b{string_literal(value.decode('ascii'))}"
    return repr(value)


def escape_invisible(text: str) -> str:
    """Replace each invisible character by its escape."""
    if text.isascii() and text.isprintable():
        return text
    return "".join(map(_escape_character, text))


def is_visible(character: str) -> bool:
    """Return whether a character is visible or U+0020.

    Control, direction, zero-width, private and unassigned characters and other spaces are not.
    """
    if " " <= character <= "~":
        return True
    category = unicodedata.category(character)
    return category[0] not in "CZ" and category not in ("Mn", "Me")


def _escape_character(character: str) -> str:
    if is_visible(character):
        return character
    code = ord(character)
    if code <= 0xFF:
        return f"\\x{code:02x}"
    return f"\\u{code:04x}" if code <= 0xFFFF else f"\\U{code:08x}"
