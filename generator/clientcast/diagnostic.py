"""Diagnostics of documents: code, message, hint and location."""

import difflib
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from enum import StrEnum
from itertools import islice

_MAX_COLUMNS = 120
_MAX_NAMES = 20
_MAX_NAME_LENGTH = 100
"""Longer names are not compared, and cut in messages: the cost is quadratic."""


class Severity(StrEnum):
    """Effect of a diagnostic on generation."""

    ERROR = "error"
    """The meaning is unknown: nothing is generated."""
    WARNING = "warning"
    """The document is wrong, but its meaning is obvious."""
    NOTE = "note"
    """Nothing is wrong; something could be chosen."""


@dataclass(frozen=True, order=True, slots=True)
class Diagnostic:
    """A mistake in a document.

    Attributes:
        path: The path of the document, as the user wrote it.
        line: Line, from 1.
        column: Column, from 1, in characters.
        code: Stable name in kebab case, such as `unresolved-reference`.
        message: The mistake, in one sentence.
        hint: The instruction to correct it; may be empty.
        source: The line of the document, or the part of a long one around the column.
        source_column: The column of the first character of `source`.
    """

    path: str
    line: int
    column: int
    code: str
    message: str
    hint: str = ""
    source: str = ""
    severity: Severity = Severity.ERROR
    source_column: int = 1

    def __str__(self) -> str:
        """Format as `file:line:column: code message`, the line, a caret, and the hint."""
        is_error = self.severity is Severity.ERROR
        suffix = "" if is_error else f" ({self.severity})"
        head = (
            f"{self.path}:{self.line}:{self.column}: {self.code} {self.message}{suffix}"
        )
        if not self.source or self.source.isspace():
            return (
                f"{printable(head)}\n      hint: {printable(self.hint)}"
                if self.hint
                else printable(head)
            )
        caret = len(printable(self.source[: self.column - self.source_column]))
        number = f"{self.line:5}"
        pointer = " " * caret + "^" + (f" {self.hint}" if self.hint else "")
        return "\n".join(
            (
                printable(head),
                f"{number} | {printable(self.source.rstrip())}",
                f"{'':5} | {printable(pointer)}",
            )
        )


@dataclass
class Suggestions:
    """Suggestions for the unknown names of one document, within a budget.

    Comparing thousands of unknown names with thousands of candidates costs more than the hints
    are worth. When the budget is spent, mistakes are reported without a suggestion.

    Attributes:
        budget: Pairs of characters that may still be compared.
    """

    budget: int = 4_000_000

    def did_you_mean(self, wrong: str, candidates: Iterable[str]) -> str:
        """Return a hint with the closest candidate, or an empty one."""
        return _suggestion(self.closest(wrong, candidates))

    def closest(self, wrong: str, candidates: Iterable[str]) -> str | None:
        """Return the closest candidate, or None."""
        if self.budget <= 0:
            return None
        names = list(candidates)
        self.budget -= min(len(wrong), _MAX_NAME_LENGTH) * sum(
            min(len(name), _MAX_NAME_LENGTH) for name in names
        )
        return closest(wrong, names)


def with_way_out(hint: str, reading: str) -> str:
    """Return the hint of an error that `--lenient` turns into a warning.

    Args:
        hint: The instruction to correct the mistake; may be empty.
        reading: What happens then, such as `any value is accepted`.
    """
    way_out = f"with --lenient, {reading}"
    return f"{hint} ({way_out})" if hint else way_out


def join_names(names: Collection[str]) -> str:
    """Join names for a message, up to a maximum."""
    shown = ", ".join(name[:_MAX_NAME_LENGTH] for name in islice(names, _MAX_NAMES))
    more = len(names) - _MAX_NAMES
    return f"{shown} and {more} more" if more > 0 else shown


def did_you_mean(wrong: str, candidates: Iterable[str]) -> str:
    """Return a hint with the closest candidate, or an empty one."""
    return _suggestion(closest(wrong, candidates))


def _suggestion(suggestion: str | None) -> str:
    return f"did you mean '{suggestion}'?" if suggestion is not None else ""


def closest(wrong: str, candidates: Iterable[str]) -> str | None:
    """Return the closest candidate, ignoring case; None if none is close."""
    if len(wrong) > _MAX_NAME_LENGTH:
        return None
    comparable = (word for word in candidates if len(word) <= _MAX_NAME_LENGTH)
    by_case = {word.casefold(): word for word in sorted(comparable)}
    close = difflib.get_close_matches(wrong.casefold(), by_case, n=1)
    return by_case[close[0]] if close else None


def printable(text: str) -> str:
    """Escape control and direction characters of text for a terminal."""
    if text.isprintable():
        return text
    return "".join(
        c if c.isprintable() else _escape(c) for c in text.replace("\t", " ")
    )


def _escape(character: str) -> str:
    return character.encode("unicode_escape", "surrogatepass").decode("ascii")


def excerpt(line: str, column: int) -> tuple[str, int]:
    """Return the part of a long line around a column, and the column of its start.

    A document can be one line of megabytes, and have thousands of diagnostics.
    """
    start = max(0, min(column - 1 - _MAX_COLUMNS // 2, len(line) - _MAX_COLUMNS))
    return line[start : start + _MAX_COLUMNS], start + 1
