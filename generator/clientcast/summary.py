"""What the command line says of a run, in a line."""

from collections.abc import Iterable

from clientcast.config import Job
from clientcast.diagnostic import Diagnostic, Severity, printable
from clientcast.output import Change
from clientcast.pipeline import Cast


def stale(job: Job, change: Change) -> str:
    """That a generated file is not what the spec says, and where."""
    line = 1
    before, after = (change.before or "").split("\n"), (change.after or "").split("\n")
    for line, (old, new) in enumerate(zip(before, after, strict=False), start=1):
        if old != new:
            break
    says = {
        "added": "this file is missing",
        "changed": "this is not what the spec says",
        "removed": "the spec knows no such file any more",
        "kept": "the spec knows no such file any more, but it was edited and is kept",
    }[change.kind]
    flag = " --force" if change.edited and change.kind == "changed" else ""
    path = printable(f"{job.shown_output}/{change.path}")
    return f"{path}:{line}:1: stale {says}; run clientcast generate{flag}"


def operations(job: Job, result: Cast) -> str:
    """How many operations the client has, and of how many where that differs."""
    if result.operations == result.in_document:
        return plural(result.operations, "operation")
    options = [f"--{key}" for key in ("only", "skip") if getattr(job, key)]
    left = result.in_document - result.operations
    why = f" ({left} left out by {' and '.join(options)})" if options else ""
    return f"{result.operations} of {plural(result.in_document, 'operation')}{why}"


def verdict(job: Job, result: Cast, changes: tuple[Change, ...]) -> str:
    """What was found, in one line."""
    parts = [operations(job, result)]
    if result.diagnostics:
        parts.append(count(result.diagnostics))
    if changes:
        parts.append(f"{plural(len(changes), 'file')} stale")
    return ", ".join(parts if len(parts) > 1 else [*parts, "all is well"])


def count(diagnostics: Iterable[Diagnostic]) -> str:
    """How many problems there are of each severity."""
    severities = [diagnostic.severity for diagnostic in diagnostics]
    counts = [
        plural(severities.count(severity), severity.value)
        for severity in Severity
        if severity in severities
    ]
    return ", ".join(counts)


def written(changes: Iterable[Change], shown: str) -> str:
    """How many files were changed in a folder, but for those that were kept."""
    number = sum(change.kind != "kept" for change in changes)
    return (
        f"{plural(number, 'file')} changed in {shown}"
        if number
        else f"unchanged in {shown}"
    )


def plural(number: int, noun: str) -> str:
    """So many of something."""
    return f"{number} {noun}{'' if number == 1 else 's'}"
