"""Writing of packages and pages: refusals, merges, differences and the summary."""

from collections.abc import Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import click
from msgspec import Struct

from clientcast.cache import Cache
from clientcast.cli.jobs import output_errors
from clientcast.comparison import Change, EditedFilesError
from clientcast.config import Job
from clientcast.diagnostic import printable
from clientcast.summary import describe_changes, pluralize

if TYPE_CHECKING:
    from clientcast.merging import Merge

_MAX_LINES, _MAX_LINES_OF_FILE = 2000, 400
"""Lines of differences that are shown, of all files and of one."""
_MAX_COMPARED_LINES = 60_000
"""Lines of two versions of a file that are compared."""


class Edits(Struct, frozen=True):
    """Treatment of files that were edited; by default they are refused.

    Attributes:
        force: They are overwritten.
        merge: They are merged with the new output; conflicts are refused.
        with_markers: They are merged; conflicts are written as markers.
    """

    force: bool = False
    merge: bool = False
    with_markers: bool = False

    def check(self) -> None:
        """Refuse options that contradict each other."""
        if self.force and (self.merge or self.with_markers):
            raise click.UsageError("--force overwrites edits and --merge keeps them")


class Written(Struct, frozen=True):
    """Result of writing a package.

    Attributes:
        summary: What was changed, in a few words.
        changes: The changes.
        has_conflicts: Whether a file has conflict markers.
    """

    summary: str
    changes: tuple[Change, ...]
    has_conflicts: bool = False

    @property
    def texts(self) -> Mapping[str, str]:
        """The texts that were written, by path."""
        return {c.path: c.after for c in self.changes if c.after is not None}


def write_pages(folder: Path, label: str, files: Mapping[str, str], force: bool) -> str:
    """Write files, print those that were kept, and return the summary."""
    from clientcast.output import write

    try:
        with output_errors():
            changes = write(folder, files, force=force)
    except EditedFilesError as error:
        hint = "delete it, or overwrite it with --force"
        raise _refusal(error, label, hint) from None
    _print_kept(changes, label)
    return describe_changes(changes, label)


def write_package(
    folder: Path,
    label: str,
    files: Mapping[str, str],
    edits: Edits,
    cache: Cache,
    *,
    job: Job | None = None,
    preview: bool = False,
) -> Written:
    """Write a package, or show what would change.

    Args:
        folder: The folder of the package.
        label: The folder in messages.
        files: The texts of the package by path.
        edits: What is done with edited files.
        cache: The cache, which has what the files were and gets what they are.
        job: The job that made the package, if any.
        preview: Whether the differences are shown, and nothing is written.
    """
    from clientcast.originals import store_package
    from clientcast.output import write

    merge = None
    if edits.merge or edits.with_markers:
        merge = make_merge(cache, job, with_markers=edits.with_markers)
    try:
        with output_errors():
            changes = write(
                folder, files, force=edits.force, merge=merge, preview=preview
            )
    except EditedFilesError as error:
        if preview:
            print_differences(error.changes)
        hint = "keep the edits with --merge, or overwrite them with --force"
        if not preview:
            hint = f"see the differences with --diff, {hint}"
        raise _refusal(error, label, hint) from None
    if preview:
        print_differences(changes)
    else:
        store_package(cache, files, changes)
    _print_kept(changes, label)
    conflicts = merge.conflicts if merge is not None else {}
    for path in merge.merged if merge is not None else ():
        note = (
            f"{pluralize(conflicts[path], 'conflict')} to resolve"
            if path in conflicts
            else "your edits are kept"
        )
        click.echo(printable(f"{label}/{path}: {note}"), err=True)
    summary = describe_changes(changes, label)
    if preview:
        summary = summary.replace(" changed in ", " would change in ")
    return Written(summary, changes, bool(conflicts))


def make_merge(cache: Cache, job: Job | None, *, with_markers: bool) -> "Merge":
    """Return a merge that finds originals by all means.

    Args:
        cache: The cache.
        job: The job of the package, if any.
        with_markers: Whether conflicts are written as markers.
    """
    from clientcast.cli.recreate import recreate_packages
    from clientcast.merging import Merge
    from clientcast.originals import find_originals

    recreate = partial(recreate_packages, job, cache) if job is not None else None
    return Merge(
        lambda root, paths: find_originals(root, paths, cache, recreate), with_markers
    )


def print_differences(changes: Sequence[Change]) -> None:
    """Print unified differences, those of edited files first, up to a number of lines."""
    left = _MAX_LINES
    for change in sorted(changes, key=lambda change: not change.edited):
        texts = (change.before or "", change.after or "")
        if sum(text.count("\n") for text in texts) > _MAX_COMPARED_LINES:
            click.echo(printable(f"{change.path}: too long to show the differences"))
            continue
        lines = change.diff().splitlines()
        shown = lines[: min(left, _MAX_LINES_OF_FILE)]
        for line in shown:
            click.echo(printable(line))
        left -= len(shown)
        if len(shown) < len(lines):
            more = pluralize(len(lines) - len(shown), "more line")
            click.echo(printable(f"... {more} of {change.path}"))


def _print_kept(changes: Sequence[Change], label: str) -> None:
    note = "edited since it was generated; kept, and no longer part of the output"
    for change in changes:
        if change.kind == "kept":
            click.echo(f"{label}/{printable(change.path)}: {note}", err=True)


def _refusal(error: EditedFilesError, label: str, hint: str) -> click.ClickException:
    """Name each edited file, and return the error."""
    first, *more = error.paths
    if not more:
        return click.ClickException(
            printable(f"{label}/{first} was edited since it was generated: {hint}")
        )
    for path in error.paths:
        click.echo(
            printable(f"{label}/{path}: edited since it was generated"), err=True
        )
    return click.ClickException(
        printable(
            f"{len(error.paths)} files in {label} were edited since they were generated,"
            f" and nothing was written: {hint}"
        )
    )
