"""What is said about a document: one problem, where it stands, and what to write instead."""

import difflib
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from enum import StrEnum
from itertools import islice

_MAX_COLUMNS = 120
_MAX_NAMES = 20
_MAX_NAME_LENGTH = 100
"""Longer names are not compared, and not shown whole: the cost grows with their square."""


class Severity(StrEnum):
    """How much a problem matters."""

    ERROR = "error"
    """The meaning cannot be known: nothing is generated."""
    WARNING = "warning"
    """The document is wrong, and its meaning is plain."""


@dataclass(frozen=True, order=True, slots=True)
class Diagnostic:
    """One problem of a document.

    Attributes:
        path: The document, as its reader named it.
        line: Counted from 1.
        column: Counted from 1, in characters.
        code: A short stable name in kebab case, such as `unresolved-reference`.
        message: What is wrong, in one sentence.
        hint: What to write instead, or empty.
        source: The line of the document that the problem stands in.
    """

    path: str
    line: int
    column: int
    code: str
    message: str
    hint: str = ""
    source: str = ""
    severity: Severity = Severity.ERROR

    def __str__(self) -> str:
        """The problem as `file:line:col: code message`, the line, a caret, and the hint."""
        suffix = " (warning)" if self.severity is Severity.WARNING else ""
        head = (
            f"{self.path}:{self.line}:{self.column}: {self.code} {self.message}{suffix}"
        )
        if not self.source or self.source.isspace():
            return (
                f"{printable(head)}\n      hint: {printable(self.hint)}"
                if self.hint
                else printable(head)
            )
        source, caret = _excerpt(self.source, self.column - 1)
        number = f"{self.line:5}"
        pointer = " " * caret + "^" + (f" {self.hint}" if self.hint else "")
        return "\n".join(
            (
                printable(head),
                f"{number} | {printable(source)}",
                f"{'':5} | {printable(pointer)}",
            )
        )


@dataclass
class Suggestions:
    """Suggests what was probably meant in one document, for its first mistakes at least.

    To compare each of thousands of mistakes with thousands of names costs more than the hints
    are worth. When the budget is spent, mistakes are reported without a suggestion.

    Attributes:
        budget: How many pairs of characters may still be compared.
    """

    budget: int = 4_000_000

    def did_you_mean(self, wrong: str, candidates: Iterable[str]) -> str:
        """Return a hint that names what was probably meant, or an empty one."""
        return _suggestion(self.closest(wrong, candidates))

    def closest(self, wrong: str, candidates: Iterable[str]) -> str | None:
        """Return the word that was probably meant, or None."""
        if self.budget <= 0:
            return None
        names = list(candidates)
        self.budget -= min(len(wrong), _MAX_NAME_LENGTH) * sum(
            min(len(name), _MAX_NAME_LENGTH) for name in names
        )
        return closest(wrong, names)


def join_names(names: Collection[str]) -> str:
    """Return names for a message, as many as a reader would read."""
    shown = ", ".join(name[:_MAX_NAME_LENGTH] for name in islice(names, _MAX_NAMES))
    more = len(names) - _MAX_NAMES
    return f"{shown} and {more} more" if more > 0 else shown


def did_you_mean(wrong: str, candidates: Iterable[str]) -> str:
    """A hint that names what was probably meant, or an empty one."""
    return _suggestion(closest(wrong, candidates))


def _suggestion(suggestion: str | None) -> str:
    return f"did you mean '{suggestion}'?" if suggestion is not None else ""


def closest(wrong: str, candidates: Iterable[str]) -> str | None:
    """The word that was probably meant, whatever its case; None where none is near."""
    if len(wrong) > _MAX_NAME_LENGTH:
        return None
    comparable = (word for word in candidates if len(word) <= _MAX_NAME_LENGTH)
    by_case = {word.casefold(): word for word in sorted(comparable)}
    close = difflib.get_close_matches(wrong.casefold(), by_case, n=1)
    return by_case[close[0]] if close else None


def printable(text: str) -> str:
    """Text of a document as it may go to a terminal: control and direction characters escaped."""
    return "".join(
        c if c.isprintable() else _escape(c) for c in text.replace("\t", " ")
    )


def _escape(character: str) -> str:
    return character.encode("unicode_escape", "surrogatepass").decode("ascii")


def _excerpt(line: str, column: int) -> tuple[str, int]:
    """The part of a long line around a column, and the column within it."""
    start = max(0, min(column - _MAX_COLUMNS // 2, len(line) - _MAX_COLUMNS))
    shown = line[start : start + _MAX_COLUMNS]
    before = printable(shown[: column - start])
    return shown.rstrip(), len(before)
