"""Outcome of one document, and the table of all documents."""

import json
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import NamedTuple

from tests.hostile.vectors import HARMLESS, REJECT

MAX_SECONDS = 5.0
MAX_MEGABYTES = 512


class Finding(NamedTuple):
    """A violation.

    Attributes:
        stage: Command, or `use` for the use of the package, in which it happened.
        kind: Kind for the table, such as `traceback`, `file` or `url`.
        detail: Description in one line.
    """

    stage: str
    kind: str
    detail: str


@dataclass(slots=True)
class Row:
    """Outcome of one document.

    Attributes:
        id: ID of the document in the index.
        file: File name.
        expected: REJECT, HARMLESS or EITHER.
        got: REJECT or HARMLESS; `?` if generate had another exit status.
        seconds: CPU time of each command.
        megabytes: Peak memory of each command.
        findings: Violations.
        reason: Reason for an unexpected verdict; empty if there is none.
        code: Code of the first error of a refused document.
    """

    id: str
    file: str
    expected: str
    got: str = "?"
    seconds: dict[str, float] = field(default_factory=dict[str, float])
    megabytes: dict[str, int] = field(default_factory=dict[str, int])
    findings: list[Finding] = field(default_factory=list[Finding])
    reason: str = ""
    code: str = ""

    def add(self, stage: str, kind: str, detail: str) -> None:
        """Add a finding, once."""
        finding = Finding(stage, kind, _printable(" ".join(detail.split())[:300]))
        if finding not in self.findings:
            self.findings.append(finding)

    @property
    def is_expected(self) -> bool:
        """Whether the verdict is the expected one."""
        return self.got == self.expected or self.expected not in (REJECT, HARMLESS)

    @property
    def is_acceptable(self) -> bool:
        """Whether the verdict is expected or has a reason."""
        return self.is_expected or bool(self.reason)

    @property
    def is_clean(self) -> bool:
        """Whether there are no findings, and the verdict is acceptable."""
        return not self.findings and self.is_acceptable

    @property
    def slowest(self) -> tuple[str, float]:
        """The command that took the most CPU time, and how much."""
        command = max(self.seconds, key=self.seconds.__getitem__, default="")
        return command, self.seconds.get(command, 0.0)

    @property
    def peak(self) -> int:
        """Peak memory of all commands."""
        return max(self.megabytes.values(), default=0)


def _printable(text: str) -> str:
    """Escape all characters of a text that are not printable ASCII."""
    return "".join(
        c if c.isascii() and c.isprintable() else ascii(c)[1:-1] for c in text
    )


_MAX_PRINTED_FINDINGS = 8
"""Maximum number of printed findings per row; the JSON has all."""

_WIDTHS = (34, 9, 9, 7, 9, 5)


def heading() -> str:
    """Return the heading of the table."""
    return _line(("file", "expected", "got", "CPU s", "slowest", "MB"), "found")


def line(row: Row) -> str:
    """Return the line of a document, and a line for each finding."""
    mark = "" if row.is_expected else "*" if row.reason else "!"
    command, seconds = row.slowest
    cells = (
        _printable(row.file)[: _WIDTHS[0]],
        row.expected,
        row.got + mark,
        f"{seconds:.1f}",
        command,
        str(row.peak),
    )
    counted = Counter(finding.kind for finding in row.findings)
    kinds = (kind if n == 1 else f"{kind}({n})" for kind, n in counted.items())
    lines = [_line(cells, " ".join(kinds) or "-" if row.findings else "-")]
    shown = row.findings[:_MAX_PRINTED_FINDINGS]
    lines += [f"      {f.stage}: {f.kind}: {f.detail}" for f in shown]
    if len(row.findings) > _MAX_PRINTED_FINDINGS:
        lines.append(f"      ... and {len(row.findings) - _MAX_PRINTED_FINDINGS} more")
    if row.reason and not row.is_expected:
        lines.append(f"      * {row.reason}")
    return "\n".join(lines)


def _line(cells: Sequence[str], last: str) -> str:
    padded = (f"{cell:{width}}" for cell, width in zip(cells, _WIDTHS, strict=True))
    return f"{' '.join(padded)} {last}"


def summary(rows: Sequence[Row]) -> str:
    """Return the counts of a table in one line."""
    clean = sum(row.is_clean for row in rows)
    got = Counter(row.got for row in rows)
    other = sum(not row.is_expected for row in rows)
    justified = sum(not row.is_expected and bool(row.reason) for row in rows)
    kinds = Counter(kind for row in rows for kind in {f.kind for f in row.findings})
    slow = max((row.slowest[1] for row in rows), default=0.0)
    peak = max((row.peak for row in rows), default=0)
    verdicts = ", ".join(f"{n} {verdict}" for verdict, n in sorted(got.items()))
    found = ", ".join(f"{kind} {n}" for kind, n in kinds.most_common())
    return (
        f"{len(rows)} documents: {clean} clean, {len(rows) - clean} not; {verdicts};"
        f" {other} other than expected ({justified} with a reason);"
        f" at most {slow:.1f} s and {peak} MB of a command; found: {found or 'nothing'}"
    )


def write_json(path: Path, rows: Iterable[Row], more: Mapping[str, object]) -> None:
    """Write the table as JSON."""
    data = [
        {
            **asdict(row),
            "findings": [finding._asdict() for finding in row.findings],
            "acceptable": row.is_acceptable,
            "clean": row.is_clean,
        }
        for row in rows
    ]
    text = json.dumps({**more, "documents": data}, indent=1, ensure_ascii=True)
    path.write_text(f"{text}\n", encoding="utf-8")
