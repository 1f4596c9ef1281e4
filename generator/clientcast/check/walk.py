"""State of the check of a document: objects by kind, diagnostics and fixes."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from clientcast.check.fixes import Fixes
from clientcast.diagnostic import Diagnostic, Severity, Suggestions, with_way_out
from clientcast.source import Document

_MAX_CHARACTERS = 60

VisitedObject = tuple[str, dict[str, Any]]
ReferenceSite = tuple[str, Any, str]


@dataclass
class Walk:
    """State of the check of a document.

    Attributes:
        diagnostics: The diagnostics so far.
        errors: JSON pointer and diagnostic of every error.
        objects_by_kind: Pointer and value of every object in a valid place, by kind.
        references: Pointer, value and expected kind of every `$ref`.
        suggestions: Limit on the cost of hints.
        fixes: Corrections of mistakes whose meaning is obvious.
        current_pointer: JSON pointer of the object that was yielded last.
        lenient: Whether a place without meaning is a warning.
    """

    document: Document
    diagnostics: list[Diagnostic] = field(default_factory=list[Diagnostic])
    errors: list[tuple[str, Diagnostic]] = field(
        default_factory=list[tuple[str, Diagnostic]]
    )
    objects_by_kind: dict[str, list[VisitedObject]] = field(
        default_factory=dict[str, list[VisitedObject]]
    )
    references: list[ReferenceSite] = field(default_factory=list[ReferenceSite])
    fixes: Fixes = field(default_factory=Fixes)
    current_pointer: str = ""
    suggestions: Suggestions = field(default_factory=Suggestions)
    lenient: bool = False

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
        diagnostic = self.document.diagnostic(
            pointer, code, message, hint, severity=severity, at_key=at_key
        )
        self.diagnostics.append(diagnostic)
        if severity is Severity.ERROR:
            self.errors.append((pointer, diagnostic))

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

    def report_unusable(
        self,
        pointer: str,
        code: str,
        message: str,
        hint: str,
        reading: str,
        *,
        at_key: bool = False,
    ) -> None:
        """Add an error about a place that has no meaning; a warning if that is allowed.

        Args:
            pointer: JSON pointer of the place.
            code: The code of the diagnostic.
            message: The mistake.
            hint: The instruction to correct it; may be empty.
            reading: How the place is read with `--lenient`.
            at_key: Whether the location is that of the key.
        """
        if self.lenient:
            self.warn(pointer, code, f"{message}: {reading}", hint, at_key=at_key)
        else:
            hint = with_way_out(hint, reading)
            self.report(pointer, code, message, hint, at_key=at_key)

    def report_missing(
        self,
        pointer: str,
        whole: str,
        key: str,
        hint: str = "",
        *,
        is_error: bool = True,
    ) -> None:
        """Report a missing key of a mapping."""
        self.report(
            pointer,
            "missing-field",
            f"{whole} has no '{key}'",
            hint or f"add '{key}'",
            severity=Severity.ERROR if is_error else Severity.WARNING,
            at_key=True,
        )

    def did_you_mean(self, wrong: str, right: Iterable[str]) -> str:
        """Return a hint with the closest candidate, or an empty one."""
        return self.suggestions.did_you_mean(wrong, right)

    def fixed_document(self) -> Document:
        """Return the document with all fixes applied."""
        if not self.fixes:
            return self.document
        return self.document.with_data(self.fixes.apply(self.document.data))

    def objects(self, kind: str) -> Iterator[VisitedObject]:
        """Yield the objects of a kind, in the order of the document."""
        for visited_object in self.objects_by_kind.get(kind, ()):
            self.current_pointer = visited_object[0]
            yield visited_object


def shorten(text: str) -> str:
    """Shorten text of a document for a message."""
    if len(text) <= _MAX_CHARACTERS:
        return text
    return f"{text[:_MAX_CHARACTERS]}..."


def describe_value(value: Any) -> str:
    """Return the name of a value for a message, such as `a list`."""
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
