"""The command `clientcast check`."""

import os
from collections import Counter
from collections.abc import Collection, Mapping
from pathlib import Path
from typing import NoReturn

import click

from clientcast import __version__
from clientcast.cache import user_cache
from clientcast.cli.completion import complete_documents_and_folders
from clientcast.cli.exit import end
from clientcast.cli.jobs import (
    cast_job,
    command_jobs,
    current_record,
    load_job,
    output_errors,
    print_diagnostics,
    single_job,
)
from clientcast.cli.options import (
    ALLOW_PRIVATE,
    ENVIRONMENT,
    FOLDER,
    FORMATTER,
    INFER_PAGINATION,
    LENIENT,
    LOCKED,
    NAMING,
    ONLY,
    OVERLAY,
    PROJECT,
    SKIP,
    SPEC,
    TESTING,
    TRUSTED_SERVER,
    WITHIN,
)
from clientcast.cli.overrides import Overrides, with_overrides
from clientcast.cli.packages import check_package, is_folder_argument
from clientcast.cli.writing import print_differences
from clientcast.comparison import Change, accepted_edits, compare, has_digests
from clientcast.diagnostic import printable
from clientcast.manifest import MANIFEST
from clientcast.provenance import read_provenance
from clientcast.spec import Spec
from clientcast.summary import describe_result, describe_stale_file, pluralize


@click.command(short_help="Report mistakes in specs, and stale packages.")
@click.argument(
    "names",
    nargs=-1,
    metavar="[NAME|PATH]...",
    shell_complete=complete_documents_and_folders,
)
@SPEC
@click.option("--output", type=FOLDER, help="The folder to compare its package with.")
@PROJECT
@click.option("--diff", is_flag=True, help="Show how generated files differ.")
@click.option(
    "--allow-edits",
    is_flag=True,
    help="Accept edited files that are current but for the edits.",
)
@click.option("--strict", is_flag=True, help="Exit with 1 for warnings, too.")
@click.option(
    "--all", "show_all", is_flag=True, help="Show all diagnostics of a long list."
)
@ONLY
@SKIP
@WITHIN
@TRUSTED_SERVER
@ENVIRONMENT
@LENIENT
@FORMATTER
@ALLOW_PRIVATE
@LOCKED
@OVERLAY
@NAMING
@TESTING
@INFER_PAGINATION
@with_overrides
def check(
    names: tuple[str, ...],
    spec: Spec | None,
    output: Path | None,
    project: Path | None,
    diff: bool,
    allow_edits: bool,
    strict: bool,
    show_all: bool,
    overrides: Overrides,
    allow_private: bool,
    locked: bool,
    overlays: tuple[Path, ...],
) -> None:
    """Report mistakes in the specs, and generated files that differ from them.

    PATH is the folder of a package, anywhere: its clientcast.json tells which files were
    edited and whether the package is behind its document or clientcast. `clientcast explain
    CODE` says what a diagnostic means.

    Exit status: 1 if there is an error, a stale file, or a finding about a package.

    \b
    Examples:
      clientcast check
      clientcast check --spec shop.yaml
      clientcast check src/acme/okta
    """
    found = Counter[str]()
    cache = user_cache(os.environ)
    is_compared = spec is None or output is not None or project is not None
    folders = tuple(name for name in names if is_folder_argument(name))
    if folders:
        if output is not None or project is not None:
            raise click.UsageError("--output and --project go with no folder")
        if strict:
            raise click.UsageError("--strict goes with no folder: it is for specs")
        for folder in folders:
            has_findings = check_package(
                Path(folder),
                spec,
                lambda job: load_job(
                    overrides.apply(job), allow_private, locked, overlays
                ),
                cache,
                diff=diff,
                allow_edits=allow_edits,
                show_all=show_all,
            )
            found["package with findings"] += has_findings
        names = tuple(name for name in names if name not in folders)
        if not names:
            _end(found, strict)
    jobs = command_jobs(names, spec, output)
    for job in jobs if project is None else [single_job(jobs, output)]:
        job = overrides.apply(job)
        around = None
        if project is not None:
            from clientcast.cli.project import JobProject

            around = JobProject(project, job, is_configured=spec is None)
            job = around.job
        job = load_job(job, allow_private, locked, overlays)
        changes: tuple[Change, ...] = ()
        is_current = has_digests if is_compared else _is_not_compared
        record = current_record(job, cache, is_current)
        result = None
        if record is not None:
            report, files = record.report, None
        else:
            result = cast_job(job, cache)
            report, files = result.report, result.files
        print_diagnostics(report, show_all=show_all)
        if result is not None:
            if files is not None and is_compared:
                with output_errors():
                    changes = compare(job.output, files)
        edits = accepted_edits(changes)
        if allow_edits:
            changes = tuple(change for change in changes if change not in edits)
        _print_changes(job.output_label, changes, edits, diff)
        if around is not None and (record is not None or files is not None):
            around.prepare(files)
            _print_changes(around.label, around.changes, (), diff)
            changes = (*changes, *around.changes)
        if changes and result is not None:
            from clientcast.cli.client_changes import print_package_changes

            print_package_changes(job, result, changes)
        accepted = len(edits) if allow_edits else 0
        summary = describe_result(job, report, changes, accepted)
        click.echo(f"{printable(job.name)}: {summary}")
        found["error"] += report.errors
        found["warning"] += report.warnings
        found["stale file"] += len(changes)
    _end(found, strict)


def _end(found: Counter[str], strict: bool) -> NoReturn:
    """Exit with the status of what was found, by its noun."""
    warnings = found.pop("warning", 0)
    failures = [pluralize(number, noun) for noun, number in found.items() if number]
    if strict and warnings:
        failures.append(f"{pluralize(warnings, 'warning')} with --strict")
    if failures:
        end(1, *failures)
    allowed = f"{pluralize(warnings, 'warning')} allowed without --strict"
    end(0, allowed if warnings else "")


def _print_changes(
    label: str, changes: Collection[Change], edits: Collection[Change], diff: bool
) -> None:
    """Print the stale files of a folder, in one line if it has none of them yet.

    Args:
        label: The path of the folder in messages.
        changes: The changes to it.
        edits: Those that only undo edits.
        diff: Whether the differences are printed.
    """
    added = {change.path: change for change in changes if change.kind == "added"}
    if MANIFEST in added and len(added) == len(changes) and not diff:
        line = f"{label}/{MANIFEST}:1:1: stale the package was not generated yet"
        click.echo(printable(f"{line}; run clientcast generate"))
        return
    manifest = next((c for c in changes if c.path == MANIFEST), None)
    origin = read_provenance(manifest.before or "") if manifest else None
    version = origin.generator if origin else __version__
    difference = (
        "this file differs from the spec"
        if version in ("", __version__)
        else f"clientcast {version[:40]} wrote this file, and this is {__version__}"
    )
    for change in changes:
        line = describe_stale_file(
            label,
            change,
            is_current=change in edits,
            difference=difference,
        )
        click.echo(line)
        if diff:
            print_differences([change])


def _is_not_compared(folder: Path, digests: Mapping[str, str]) -> bool:
    """Return True: there is no folder to compare."""
    return True
