"""Warnings about declared effects on items that no operation has."""

from clientcast.diagnostic import Diagnostic, Severity
from clientcast.places import document_pointer
from clientcast.source import Document
from clientcast.view import Package


def with_state_warnings(
    document: Document, diagnostics: tuple[Diagnostic, ...], package: Package
) -> tuple[Diagnostic, ...]:
    """Return diagnostics of a document, and a warning for each effect that fakes cannot have.

    Args:
        document: The document.
        diagnostics: Its other diagnostics.
        package: The view of the package.
    """
    testing = package.testing
    found = {
        document.diagnostic(
            f"{document_pointer(pointer.partition('#')[0])}/x-client/state",
            "bad-option",
            "a stateful fake cannot have this effect: the model and the id of the items are unknown",
            "write in 'items' what an operation with the effect list, read or create has, or whose"
            " path ends with the id",
            severity=Severity.WARNING,
            at_key=True,
        )
        for pointer in (() if testing is None else testing.unknown_effects)
    }
    return tuple(sorted({*diagnostics, *found}))
