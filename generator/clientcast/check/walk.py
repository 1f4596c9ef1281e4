"""A walk through a document: what stands where, what is wrong, and what is meant instead."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from clientcast.check.mends import Mends
from clientcast.diagnostic import Diagnostic, Severity, Suggestions
from clientcast.source import Document

_SHOWN_CHARACTERS = 60

Visited = tuple[str, dict[str, Any]]
Referring = tuple[str, Any, str]


@dataclass
class Walk:
    """One walk through a document.

    Attributes:
        found: What is wrong.
        visited: Every object that stands where it may, by kind: pointer and value.
        references: Every `$ref`: pointer, value, and the kind of object that it stands for.
        suggestions: What bounds the cost of hints.
        mends: What is read in place of what is wrong, where its meaning is plain.
        at: The pointer of the object that was visited last.
    """

    document: Document
    found: list[Diagnostic] = field(default_factory=list[Diagnostic])
    visited: dict[str, list[Visited]] = field(default_factory=dict[str, list[Visited]])
    references: list[Referring] = field(default_factory=list[Referring])
    mends: Mends = field(default_factory=Mends)
    at: str = ""
    suggestions: Suggestions = field(default_factory=Suggestions)

    def report(
        self,
        pointer: str,
        code: str,
        message: str,
        hint: str = "",
        *,
        severity: Severity = Severity.ERROR,
        at_key: bool = False,
    ) -> None:
        """Add a diagnostic at a JSON pointer."""
        self.found.append(
            self.document.diagnostic(
                pointer, code, message, hint, severity=severity, at_key=at_key
            )
        )

    def warn(
        self,
        pointer: str,
        code: str,
        message: str,
        hint: str = "",
        *,
        at_key: bool = False,
    ) -> None:
        """Add a warning at a JSON pointer."""
        self.report(
            pointer, code, message, hint, severity=Severity.WARNING, at_key=at_key
        )

    def missing(
        self,
        pointer: str,
        whole: str,
        key: str,
        hint: str = "",
        *,
        is_error: bool = True,
    ) -> None:
        """Report that a member of a mapping is not there."""
        self.report(
            pointer,
            "missing-field",
            f"{whole} has no '{key}'",
            hint or f"add '{key}'",
            severity=Severity.ERROR if is_error else Severity.WARNING,
            at_key=True,
        )

    def did_you_mean(self, wrong: str, right: Iterable[str]) -> str:
        """Return a hint that names what was probably meant, or an empty one."""
        return self.suggestions.did_you_mean(wrong, right)

    def mended(self) -> Document:
        """The document as it is meant."""
        if not self.mends:
            return self.document
        return self.document.with_data(self.mends.apply(self.document.data))

    def objects(self, kind: str) -> Iterator[Visited]:
        """The objects of a kind, in the document's order."""
        for visited in self.visited.get(kind, ()):
            self.at = visited[0]
            yield visited


def clipped(text: str) -> str:
    """Text of a document, as much of it as a message can hold."""
    if len(text) <= _SHOWN_CHARACTERS:
        return text
    return f"{text[:_SHOWN_CHARACTERS]}..."


def kind_of(value: Any) -> str:
    """What a message calls a value."""
    match value:
        case None:
            return "empty"
        case bool():
            return "true" if value else "false"
        case int() | float():
            return f"the number {value}" if len(str(value)) < 20 else "a number"
        case str():
            return "text"
        case list():
            return "a list"
        case _:
            return "a mapping"
