"""Python identifiers made from names of the document: legible, stable and unique."""

import keyword
import re
import unicodedata
from collections.abc import Generator, Iterable
from contextlib import contextmanager
from contextvars import ContextVar
from functools import lru_cache

from clientcast.bind.transliteration import symbol_names, transliterate
from clientcast.conventions import Naming

_naming: ContextVar[Naming] = ContextVar("naming", default="short")
_CAMEL = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")
_ACRONYM = re.compile(
    r"(IPv[46](?![a-z])|(?<![A-Z])OAuth[0-9]*(?![a-z])"
    r"|(?<![A-Za-z])(?:iOS|gRPC)(?![a-z])|(?:GitHub|GitLab|GraphQL|YouTube)(?![a-z])"
    r"|[A-Z]{2,}s(?![a-z])|[A-Z]{2,}(?=v[0-9]))"
)
"""Words with capitals inside, plurals of acronyms, and acronyms before a version."""
_SEPARATOR = re.compile(r"[^A-Za-z0-9]+")
_SNAKE = re.compile(r"[a-z][a-z0-9_]*[a-z0-9]|[a-z]")
_MAX_LENGTH = 80
_CACHED_TEXTS = 4096
"""Number of texts whose words are kept: names of properties and segments of paths repeat."""
_UNDECOMPOSED_LETTERS = {
    "ß": "ss",
    "æ": "ae",
    "œ": "oe",
    "ø": "o",
    "ł": "l",
    "đ": "d",
    "ð": "d",
    "þ": "th",
    "ı": "i",
}
"""Latin letters that Unicode does not decompose."""


def current_naming() -> Naming:
    """Return the rule that names are made by."""
    return _naming.get()


@contextmanager
def use_naming(naming: Naming) -> Generator[None]:
    """Set the rule that names are made by while a package is bound."""
    token = _naming.set(naming)
    try:
        yield
    finally:
        _naming.reset(token)


def split_words(text: str) -> tuple[str, ...]:
    """Split a name of any case into words of ASCII letters and digits.

    Letters lose their diacritics. Other scripts are transliterated, and symbols without any
    letter are named. An acronym is one word: `OAuth2`, `URLs`, `IPv4`.
    """
    return _split_words(text, current_naming())


@lru_cache(_CACHED_TEXTS)
def _split_words(text: str, naming: Naming) -> tuple[str, ...]:
    if text.isascii() and text.islower():  # Only capitals begin words within a part.
        return tuple(_ascii_parts(text))
    if naming == "operation-id":
        return tuple(w for part in _ascii_parts(text) for w in _CAMEL.split(part) if w)
    words = tuple(
        word
        for part in _ascii_parts(transliterate(text))
        for index, run in enumerate(_ACRONYM.split(part))
        for word in ((run,) if index % 2 else _CAMEL.split(run))
        if word
    )
    return words or tuple(_ascii_parts(symbol_names(text)))


def _ascii_parts(text: str) -> list[str]:
    """Return the runs of letters and digits; a letter of another script is its code point."""
    if not text.isascii():
        decomposed = unicodedata.normalize("NFKD", text)
        text = "".join(_to_ascii(c) for c in decomposed if not unicodedata.combining(c))
    return [part for part in _SEPARATOR.split(text) if part]


def snake_case(text: str, kind: str = "value") -> str:
    """Return an identifier for a variable, method or field: `sessionId` as `session_id`.

    Args:
        text: The name in the document.
        kind: The prefix of a name that begins with a digit or is empty.
    """
    if _SNAKE.fullmatch(text) and len(text) <= _MAX_LENGTH:
        name = text
    else:
        name = "_".join(word.lower() for word in split_words(text))[:_MAX_LENGTH].strip(
            "_"
        )
    return _as_identifier(name, f"{kind}_")


def pascal_case(*texts: str, kind: str = "Model") -> str:
    """Return an identifier for a class: `session`, `idp` as `SessionIdp`."""
    parts = [word for text in texts for word in split_words(text)]
    name = "".join(word[0].upper() + word[1:] for word in parts)[:_MAX_LENGTH]
    return _as_identifier(name, kind)


def upper_snake_case(text: str, kind: str = "VALUE") -> str:
    """Return an identifier for a constant: `apiToken` as `API_TOKEN`."""
    return _as_identifier(
        "_".join(split_words(text)).upper()[:_MAX_LENGTH].strip("_"), f"{kind}_"
    )


class Scope:
    """A namespace in which each name is claimed once.

    Args:
        reserved: Names that are taken in any case.
        exact: Names that are taken in exactly this case.
    """

    def __init__(self, reserved: Iterable[str] = (), exact: Iterable[str] = ()) -> None:
        self._taken = {name.lower() for name in reserved}
        self._exact = frozenset(exact)
        self._next_number: dict[tuple[str, tuple[str, ...]], int] = {}
        """The lowest number that may be free, by name and patterns."""

    def claim(self, *candidates: str, patterns: tuple[str, ...] = ("{}",)) -> str:
        """Claim the first free candidate, or the last one with a number, and return it.

        Names that differ in case alone are equal, as they are in some file systems.

        Args:
            candidates: Possible names, the best first.
            patterns: Patterns of the names to claim together, such as `Async{}`.
        """
        for candidate in candidates:
            if self._is_free(candidate, patterns):
                break
        else:
            number = self._next_number.get((candidates[-1], patterns), 2)
            while not self._is_free(
                candidate := _with_number(candidates[-1], number), patterns
            ):
                number += 1
            self._next_number[candidates[-1], patterns] = number + 1
        self._taken.update(pattern.format(candidate).lower() for pattern in patterns)
        return candidate

    def _is_free(self, name: str, patterns: tuple[str, ...]) -> bool:
        if patterns == ("{}",):
            return name not in self._exact and name.lower() not in self._taken
        texts = [pattern.format(name) for pattern in patterns]
        return self._exact.isdisjoint(texts) and self._taken.isdisjoint(
            text.lower() for text in texts
        )


def _with_number(name: str, number: int) -> str:
    is_class = name[:1].isupper() and not name.isupper()
    return f"{name}{number}" if is_class else f"{name}_{number}"


def _to_ascii(character: str) -> str:
    if character.isascii():
        return character
    plain = _UNDECOMPOSED_LETTERS.get(character.lower())
    if plain is not None:
        return plain if character.islower() else plain.title()
    return f" u{ord(character):x} " if character.isalnum() else " "


def _as_identifier(name: str, prefix: str) -> str:
    if not name or name[0].isdigit():
        name = f"{prefix}{name}".rstrip("_")
    return (
        f"{name}_"
        if keyword.iskeyword(name) or keyword.issoftkeyword(name) and name == "_"
        else name
    )
