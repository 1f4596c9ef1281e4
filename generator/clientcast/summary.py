"""Summary lines of the command line."""

from collections.abc import Iterable, Sequence

from clientcast.comparison import Change
from clientcast.config import Job
from clientcast.diagnostic import join_names, printable
from clientcast.report import Report


def describe_stale_file(
    label: str, change: Change, *, is_current: bool, difference: str
) -> str:
    """Return a line about a stale file, with the first line that differs.

    Args:
        label: The path of its folder in messages.
        change: The change to it.
        is_current: Whether it would be current without its edits.
        difference: The reason why it is stale if it is neither edited, missing nor removed.
    """
    line = 1
    before, after = (change.before or "").split("\n"), (change.after or "").split("\n")
    for line, (old, new) in enumerate(zip(before, after, strict=False), start=1):
        if old != new:
            break
    state = {
        "added": "this file is missing",
        "changed": difference,
        "removed": "this file is no longer part of the package",
        "kept": "this file is no longer part of the package; it was edited and is kept",
    }[change.kind]
    fix = "run clientcast generate"
    if change.edited and change.kind == "changed":
        state = "this file was edited by hand"
        fix = (
            f"{fix} --force, or accept it with --allow-edits"
            if is_current
            else f"{fix} --merge or --force"
        )
    return printable(f"{label}/{change.path}:{line}:1: stale {state}; {fix}")


def describe_operations(job: Job, report: Report) -> str:
    """Return the number of operations, and of those left out."""
    if report.operations == report.document_operations:
        return pluralize(report.operations, "operation")
    options = [f"--{key}" for key in ("only", "skip") if getattr(job, key)]
    skipped = report.document_operations - report.operations
    reason = f" ({skipped} left out by {' and '.join(options)})" if options else ""
    return f"{report.operations} of {pluralize(report.document_operations, 'operation')}{reason}"


def describe_result(
    job: Job, report: Report, changes: tuple[Change, ...], edits: int
) -> str:
    """Return the result of `check` in one line.

    Args:
        job: The job.
        report: The report about its document.
        changes: The changes to stale files.
        edits: The number of files whose edits are accepted.
    """
    parts = [describe_operations(job, report)]
    if report.findings:
        parts.append(count_by_severity(report))
    if changes:
        parts.append(f"{pluralize(len(changes), 'file')} stale")
    if edits:
        parts.append(f"{pluralize(edits, 'file')} edited")
    return ", ".join(parts if len(parts) > 1 else [*parts, "no problems"])


def count_by_severity(report: Report) -> str:
    """Return the number of diagnostics of each severity."""
    counts = {"error": report.errors, "warning": report.warnings, "note": report.notes}
    return ", ".join(
        pluralize(number, noun) for noun, number in counts.items() if number
    )


def describe_changes(changes: Iterable[Change], shown: str) -> str:
    """Return the number of files changed in a folder, without those kept."""
    number = sum(change.kind != "kept" for change in changes)
    return (
        f"{pluralize(number, 'file')} changed in {shown}"
        if number
        else f"unchanged in {shown}"
    )


def describe_import(names: Sequence[str]) -> str:
    """Return a line about packages that are new: their dotted names, and what they need."""
    it, need = ("it", "It needs") if len(names) == 1 else ("them", "They need")
    return (
        f"Import {it} as {join_names(names)}. {need} httpx2 and msgspec:"
        " add them to your dependencies."
    )


def pluralize(number: int, noun: str) -> str:
    """Return a number with a noun in singular or plural."""
    return f"{number} {noun}{'' if number == 1 else 's'}"
