"""Readable ASCII for letters of other scripts and for symbols."""

import re
import unicodedata

_RUN = re.compile(r"[^\W_]+")
_NOT_CONFUSABLE = ("CJK", "HIRAGANA", "KATAKANA", "HANGUL", "BOPOMOFO", "THAI")
"""Scripts without letters that look like Latin ones, by the names of their characters."""


def transliterate(text: str) -> str:
    """Return a text with letters of other scripts in Latin ones: `имя` as `imya`.

    A word of Latin letters and letters that may look like them is left as it is: `tоken` with a
    Cyrillic letter is another word than `token`.
    """
    if text.isascii():
        return text
    return _RUN.sub(
        lambda run: _transliterate_word(run[0]), unicodedata.normalize("NFC", text)
    )


def symbol_names(text: str) -> str:
    """Return the names of the symbols in a text: a rocket as `rocket`."""
    if text.isascii():
        return ""
    from anyascii import anyascii

    symbols = "".join(c for c in text if unicodedata.category(c)[0] == "S")
    return anyascii(symbols)


def _transliterate_word(word: str) -> str:
    foreign = [character for character in word if not _is_latin(character)]
    if not foreign:
        return word
    is_mixed = len(foreign) < sum(character.isalpha() for character in word)
    if is_mixed and not all(map(_is_distinct, foreign)):
        return word
    from anyascii import anyascii

    latin = "".join(
        character if _is_latin(character) else (anyascii(character) or character)
        for character in word
    )
    return "".join(filter(str.isalnum, latin)) or word


def _is_latin(character: str) -> bool:
    """Return whether a letter is Latin, or has a Latin one in its decomposition."""
    return not character.isalpha() or "LATIN" in unicodedata.name(
        unicodedata.normalize("NFKD", character)[0], ""
    )


def _is_distinct(character: str) -> bool:
    return unicodedata.name(character, "").startswith(_NOT_CONFUSABLE)
