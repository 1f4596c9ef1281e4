"""Changes of a client for its callers, as `generate`, `check` and `diff` print them."""

from collections.abc import Callable, Sequence

import click

from clientcast.changes import (
    Change,
    Severity,
    change_lines,
    changelog_lines,
    compare_surfaces,
    count_changes,
)
from clientcast.cli.jobs import Result
from clientcast.comparison import Change as FileChange
from clientcast.config import Job
from clientcast.diagnostic import printable
from clientcast.surface import (
    PackageError,
    differing_modules,
    is_part_of_surface,
    surface_of_code,
)

_MAX_SAFE_CHANGES = 20
"""Safe changes that are listed; more are counted."""


def print_package_changes(
    job: Job, result: Result, changes: Sequence[FileChange]
) -> None:
    """Print what the changed files of a package mean for its callers; nothing if it is new.

    Args:
        job: The job.
        result: Its result.
        changes: The changes of its files.
    """
    changed = {c.path: c.before for c in changes if is_part_of_surface(c.path)}
    files = result.files
    if not changed or files is None:
        return
    texts = {path: changed.get(path, text) for path, text in files.items()} | changed
    old_texts = {path: text for path, text in texts.items() if text is not None}
    if "client.py" not in old_texts:
        return
    try:
        before, after = differing_modules(old_texts, files)
        old = surface_of_code(before, job.output_label)
        new = surface_of_code(after, job.output_label)
    except PackageError as error:
        click.echo(printable(f"{job.name}: changes for callers unknown: {error}"))
        return
    print_client_changes(job.name, compare_surfaces(old, new))


def located(place: str, locate: Callable[[str], str]) -> str:
    """Return the place of what is at a JSON pointer of a document, or at a line of code."""
    return locate(place[1:]) if place.startswith("#") else place


def print_client_changes(name: str, changes: tuple[Change, ...]) -> None:
    """Print the changes of a client, the worst first, and the lines for a CHANGELOG."""
    if not changes:
        return
    click.echo(printable(f"{name}: changes for callers: {count_changes(changes)}"))
    safe = [change for change in changes if change.severity is Severity.SAFE]
    shown = changes
    if len(safe) > _MAX_SAFE_CHANGES:
        shown = tuple(c for c in changes if c.severity is not Severity.SAFE)
    _print_indented(change_lines(shown))
    if lines := changelog_lines(shown):
        click.echo(printable(f"{name}: lines for the CHANGELOG:"))
        _print_indented(lines)


def _print_indented(lines: Sequence[str]) -> None:
    for line in lines:
        click.echo(f"  {printable(line)}")
