"""Diagnostics of a comparison with the vendor's document."""

from collections.abc import Iterable, Iterator
from dataclasses import replace

from clientcast.diagnostic import Diagnostic, Severity
from clientcast.loading import LoadedApi
from clientcast.upstream.comparison import Comparison
from clientcast.upstream.differences import Difference
from clientcast.upstream.record import KnownDifference, Record


def difference_diagnostic(
    difference: Difference,
    ours: LoadedApi,
    comparison: Comparison,
    record: Record,
    vanished: Iterable[KnownDifference],
) -> Diagnostic:
    """Return the diagnostic of a difference, at its place in the spec.

    Args:
        difference: The difference.
        ours: The spec.
        comparison: The comparison that found it.
        record: The known differences; one of them is a warning.
        vanished: The known differences that were not found.
    """
    theirs = comparison.theirs.document.diagnostic(
        difference.their_pointer, "", "", at_key=True
    )
    note = f" ({difference.note})" if difference.note else ""
    hint = f"{theirs.path}:{theirs.line}"
    known = record.known.get(difference.text)
    if known is not None:
        hint = f"{hint}; known: {' '.join(known.reason.split())}"
    before = next((v for v in vanished if v.text.startswith(difference.subject)), None)
    if before is not None and known is None and difference.code == "differs":
        hint = f"{hint}; changed: the record has '{before.text}'"
    return ours.document.diagnostic(
        difference.our_pointer,
        difference.code,
        f"{difference.text}{note}",
        hint,
        severity=Severity.ERROR if known is None else Severity.WARNING,
        at_key=True,
    )


def vanished_diagnostics(
    record: Record, vanished: Iterable[KnownDifference]
) -> Iterator[Diagnostic]:
    """Yield the diagnostics of known differences that no longer exist, in the record."""
    for known in vanished:
        assert record.document is not None
        yield record.document.diagnostic(
            known.pointer,
            "no-longer-different",
            f"this difference no longer exists: {known.text}",
            "remove the line",
        )


def vendor_mistakes(comparison: Comparison) -> list[Diagnostic]:
    """Return the mistakes of the vendor's document that hide a part of it, as warnings."""
    return [
        replace(diagnostic, severity=Severity.WARNING)
        for diagnostic in comparison.theirs.diagnostics
        if diagnostic.severity is Severity.ERROR
        or diagnostic.code == "unresolved-reference"
    ]
