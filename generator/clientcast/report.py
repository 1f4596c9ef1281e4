"""Report of a command about a document."""

from collections.abc import Sequence
from dataclasses import dataclass

from clientcast.diagnostic import Diagnostic, Severity


@dataclass(frozen=True, slots=True)
class Report:
    """Result of a cast as a command prints it.

    Attributes:
        operations: Number of operations of the client.
        document_operations: Number of operations of the document.
        diagnostics: The diagnostics as they are printed.
        errors, warnings, notes: Numbers of diagnostics of each severity.
    """

    operations: int
    document_operations: int
    diagnostics: tuple[str, ...]
    errors: int
    warnings: int
    notes: int


def make_report(
    operations: int, document_operations: int, diagnostics: Sequence[Diagnostic]
) -> Report:
    """Return the report of a document with these diagnostics."""
    return Report(
        operations,
        document_operations,
        tuple(map(str, diagnostics)),
        *(sum(d.severity is severity for d in diagnostics) for severity in Severity),
    )
