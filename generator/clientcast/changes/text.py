"""Changes as text, Markdown, JSON, and lines of a CHANGELOG."""

import json
from collections.abc import Iterator

from clientcast.changes.types import Change, Severity, code
from clientcast.values import as_dict

_QUIET_KINDS = {"docs": "another description"}
"""Kinds of changes that are counted on one line, with what they are."""


def count_changes(changes: tuple[Change, ...]) -> str:
    """Return the number of changes of each severity: `1 breaking, 2 safe`."""
    counts = {s: sum(c.severity is s for c in changes) for s in Severity}
    parts = [f"{number} {severity}" for severity, number in counts.items() if number]
    return ", ".join(parts) or "none"


def change_lines(changes: tuple[Change, ...]) -> list[str]:
    """Return lines about changes, the worst first, each with its reason and both places."""
    lines: list[str] = []
    for change in _loud(changes):
        lines.append(
            f"{change.severity}: {change.subject} {change.message}: {change.reason}"
        )
        lines.append(f"    {change.old or '-'} -> {change.new or '-'}")
    lines += [f"safe: {what}: {', '.join(names)}" for what, names in _quiet(changes)]
    return lines


def changelog_lines(changes: tuple[Change, ...]) -> list[str]:
    """Return a line of Markdown for each change that users of the client must know."""
    return [
        f"* {'**Breaking:** ' if change.severity is Severity.BREAKING else ''}"
        f"{_quoted(change.subject)} {change.message}."
        for change in _loud(changes)
    ]


def changes_markdown(changes: tuple[Change, ...], old: str, new: str) -> str:
    """Return changes as Markdown.

    Args:
        changes: The changes.
        old, new: The names of both versions.
    """
    lines = [f"## Changes from {_quoted(old)} to {_quoted(new)}", ""]
    if not changes:
        lines += ["No changes for callers.", ""]
    for severity in Severity:
        found = tuple(c for c in changes if c.severity is severity)
        if not found:
            continue
        lines += [f"### {severity.capitalize()}", ""]
        for change in _loud(found):
            lines.append(
                f"* {_quoted(change.subject)} {change.message}: {change.reason}."
                f" ({_quoted(change.old)}, {_quoted(change.new)})"
            )
        for what, names in _quiet(found):
            lines.append(f"* {what.capitalize()}: {', '.join(map(_quoted, names))}.")
        lines.append("")
    return "\n".join(lines)


def changes_json(changes: tuple[Change, ...], old: str, new: str) -> str:
    """Return changes as JSON.

    Args:
        changes: The changes.
        old, new: The names of both versions.
    """
    data = {"old": old, "new": new, "changes": [as_dict(change) for change in changes]}
    return json.dumps(data, indent=2) + "\n"


def _loud(changes: tuple[Change, ...]) -> Iterator[Change]:
    return (change for change in changes if change.kind not in _QUIET_KINDS)


def _quiet(changes: tuple[Change, ...]) -> Iterator[tuple[str, list[str]]]:
    """Yield what changed in the same way, with the names of all subjects."""
    for kind, what in _QUIET_KINDS.items():
        names = [change.subject for change in changes if change.kind == kind]
        if names:
            yield what, names


def _quoted(text: str) -> str:
    return code(text) if text else "-"
