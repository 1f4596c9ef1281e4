"""What is said about a document: one problem, where it stands, and what to write instead."""

import difflib
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

_SHOWN_COLUMNS = 120


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
        if not self.source.strip():
            return (
                f"{printable(head)}\n      hint: {printable(self.hint)}"
                if self.hint
                else printable(head)
            )
        source, caret = _window(self.source, self.column - 1)
        number = f"{self.line:5}"
        pointer = " " * caret + "^" + (f" {self.hint}" if self.hint else "")
        return "\n".join(
            (
                printable(head),
                f"{number} | {printable(source)}",
                f"{'':5} | {printable(pointer)}",
            )
        )


def did_you_mean(wrong: str, right: Iterable[str]) -> str:
    """A hint that names what was probably meant, or an empty one."""
    meant = closest(wrong, right)
    return f"did you mean '{meant}'?" if meant is not None else ""


def closest(wrong: str, right: Iterable[str]) -> str | None:
    """The word that was probably meant, whatever its case; None where none is near."""
    by_case = {word.casefold(): word for word in sorted(right)}
    close = difflib.get_close_matches(wrong.casefold(), by_case, n=1)
    return by_case[close[0]] if close else None


def printable(text: str) -> str:
    """Text of a document as it may go to a terminal: control and direction characters escaped."""
    return "".join(
        c if c.isprintable() else _escape(c) for c in text.replace("\t", " ")
    )


def _escape(character: str) -> str:
    return character.encode("unicode_escape", "surrogatepass").decode("ascii")


def _window(line: str, column: int) -> tuple[str, int]:
    """The part of a long line around a column, and the column within it."""
    start = max(0, min(column - _SHOWN_COLUMNS // 2, len(line) - _SHOWN_COLUMNS))
    shown = line[start : start + _SHOWN_COLUMNS]
    before = printable(shown[: column - start])
    return shown.rstrip(), len(before)
