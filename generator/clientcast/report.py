"""Report of a command about a document."""

from collections import Counter
from collections.abc import Sequence
from typing import NamedTuple

from msgspec import Struct

from clientcast.diagnostic import Diagnostic, Severity

_MAX_SHOWN = 50
"""Diagnostics that are shown unless all are asked for."""


class Finding(NamedTuple):
    """A diagnostic as a command prints it.

    Attributes:
        text: Its lines.
        code: Its code.
        severity: Its severity.
    """

    text: str
    code: str
    severity: Severity


class Report(Struct, frozen=True):
    """Result of a cast as a command prints it.

    Attributes:
        operations: Number of operations of the client.
        document_operations: Number of operations of the document.
        findings: The diagnostics.
    """

    operations: int
    document_operations: int
    findings: tuple[Finding, ...]

    @property
    def errors(self) -> int:
        """Number of errors."""
        return self._count(Severity.ERROR)

    @property
    def warnings(self) -> int:
        """Number of warnings."""
        return self._count(Severity.WARNING)

    @property
    def notes(self) -> int:
        """Number of notes."""
        return self._count(Severity.NOTE)

    def _count(self, severity: Severity) -> int:
        return sum(finding.severity == severity for finding in self.findings)


def make_report(
    operations: int, document_operations: int, diagnostics: Sequence[Diagnostic]
) -> Report:
    """Return the report of a document with these diagnostics."""
    return Report(
        operations,
        document_operations,
        tuple(Finding(str(d), d.code, d.severity) for d in diagnostics),
    )


def report_lines(report: Report, *, show_all: bool = False) -> list[str]:
    """Return the diagnostics of a report, and the number of those that are not shown.

    If there are too many, errors come before warnings and notes, and one of each code before the
    second of any.

    Args:
        report: The report.
        show_all: Whether all are shown.
    """
    findings = report.findings
    if show_all or len(findings) <= _MAX_SHOWN:
        return [finding.text for finding in findings]
    seen: Counter[str] = Counter()
    severities = list(Severity)
    ranked: list[tuple[int, int, int]] = []
    for index, finding in enumerate(findings):
        rank = severities.index(finding.severity)
        ranked.append((rank, seen[finding.code], index))
        seen[finding.code] += 1
    shown = {index for _, _, index in sorted(ranked)[:_MAX_SHOWN]}
    rest = [f for index, f in enumerate(findings) if index not in shown]
    counts = Counter(finding.code for finding in rest).most_common()
    codes = ", ".join(f"{number} {code}" for code, number in counts)
    return [
        *(findings[index].text for index in sorted(shown)),
        f"and {len(rest)} more: {codes}; clientcast check --all shows them",
    ]
