"""Diagnostics of findings, at their places in the spec."""

from collections import defaultdict
from collections.abc import Iterable, Iterator

from clientcast.diagnostic import Diagnostic
from clientcast.source import Document
from clientcast.traffic.findings import MAX_NAMES, Finding


def grouped(findings: Iterable[Finding]) -> Iterator[Finding]:
    """Yield the findings, those of too many unknown names in one place as one."""
    by_place: defaultdict[tuple[str, str], list[Finding]] = defaultdict(list)
    for finding in findings:
        by_place[finding.code, finding.spot.pointer].append(finding)
    for (code, _), group in by_place.items():
        if (
            code not in ("unknown-property", "unknown-enum-value")
            or len(group) <= MAX_NAMES
        ):
            yield from group
            continue
        first = group[0]
        noun = "properties" if code == "unknown-property" else "enum values"
        message = f"{len(group)} unknown {noun}: is this a map, or text of any kind?"
        whole = Finding(code, first.spot, message, "", first.first)
        whole.count = sum(finding.count for finding in group)
        yield whole


def finding_diagnostic(finding: Finding, document: Document) -> Diagnostic:
    """Return the diagnostic of a finding."""
    times = "once" if finding.count == 1 else f"{finding.count} times"
    return document.diagnostic(
        finding.spot.pointer,
        finding.code,
        f"{finding.spot.name}: {finding.message}",
        f"{times}, first in {finding.first}",
        at_key=True,
    )
