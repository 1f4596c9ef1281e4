"""The command `clientcast generate`."""

import os
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import click

from clientcast.cache import Cache, user_cache
from clientcast.cli.completion import complete_documents
from clientcast.cli.exit import end
from clientcast.cli.jobs import (
    cast_job,
    command_jobs,
    current_record,
    load_job,
    print_diagnostics,
    single_job,
)
from clientcast.cli.options import (
    ALLOW_PRIVATE,
    CONFLICT_MARKERS,
    DIFF,
    ENVIRONMENT,
    FOLDER,
    FORCE,
    FORMATTER,
    INFER_PAGINATION,
    LENIENT,
    LOCKED,
    MERGE,
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
from clientcast.cli.writing import Edits, write_package
from clientcast.config import Job
from clientcast.diagnostic import join_names, printable
from clientcast.inputs import InputFile
from clientcast.manifest import MANIFEST
from clientcast.output import is_written
from clientcast.spec import Spec
from clientcast.summary import (
    count_by_severity,
    describe_changes,
    describe_import,
    describe_operations,
)


@click.command()
@click.argument(
    "names", nargs=-1, metavar="[NAME]...", shell_complete=complete_documents
)
@SPEC
@click.option("--output", type=FOLDER, help="The folder of its package.")
@DIFF
@MERGE
@CONFLICT_MARKERS
@PROJECT
@FORCE
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
def generate(
    names: tuple[str, ...],
    spec: Spec | None,
    output: Path | None,
    diff: bool,
    merge: bool,
    conflict_markers: bool,
    project: Path | None,
    force: bool,
    overrides: Overrides,
    allow_private: bool,
    locked: bool,
    overlays: tuple[Path, ...],
) -> None:
    """Generate the clients of the specs.

    A package is replaced all or nothing; a spec with an error writes nothing. With --project,
    it is in src, beside pyproject.toml, README.md and LICENSE, which you may edit.

    \b
    Examples:
      clientcast generate
      clientcast generate --spec shop.yaml --output src/acme/shop
      clientcast generate --spec https://api.shop.example/openapi.json --output src/acme/shop
    """
    if spec is not None and output is None and project is None:
        raise click.UsageError(
            "--spec needs --output, the folder of its package, or --project"
        )
    edits = Edits(force, merge, conflict_markers)
    edits.check()
    failed: list[str] = []
    new: list[Path] = []
    cache = user_cache(os.environ)
    jobs = command_jobs(names, spec, output)
    for job in jobs if project is None else [single_job(jobs, output)]:
        job = load_job(overrides.apply(job), allow_private, locked, overlays)
        if project is not None:
            is_generated = _generate_project(
                job, project, spec is None, cache, edits, preview=diff
            )
        else:
            is_new = not (job.output / MANIFEST).is_file()
            is_generated, _ = generate_job(job, cache, edits, preview=diff)
            if is_new and is_generated and not diff:
                new.append(job.output)
        if not is_generated:
            failed.append(job.name)
    if new:
        _print_import(new)
    if failed:
        end(1, f"{join_names(failed)} not generated")


def _print_import(folders: Sequence[Path]) -> None:
    """Print how to import packages that are new."""
    from clientcast.import_path import import_path

    names = [name for name in map(import_path, folders) if name]
    if names:
        click.echo(describe_import(names))


def _generate_project(
    job: Job,
    folder: Path,
    is_configured: bool,
    cache: Cache,
    edits: Edits,
    *,
    preview: bool,
) -> bool:
    """Generate a project around a package; return as `generate_job`."""
    from clientcast.cli.project import JobProject

    project = JobProject(folder, job, is_configured=is_configured, force=edits.force)
    is_generated, _ = generate_job(
        project.job, cache, edits, preview=preview, prepare=project.prepare
    )
    if project.is_prepared:
        click.echo(project.preview() if preview else project.write())
    return is_generated


def generate_job(
    job: Job,
    cache: Cache,
    edits: Edits,
    *,
    preview: bool = False,
    prepare: Callable[[Mapping[str, str] | None], None] = lambda files: None,
) -> tuple[bool, tuple[InputFile, ...]]:
    """Generate a package, and print what was done.

    Args:
        job: The job.
        cache: The cache.
        edits: What happens to edited files.
        preview: Whether the differences are printed and nothing is written.
        prepare: Function of the texts of the package, called before they are written; of None
            if the folder has them.

    Returns:
        Whether there is neither an error nor a conflict, and the files that were read.
    """
    name, label = printable(job.name), printable(job.output_label)
    record = current_record(job, cache, is_written)
    if record is not None:
        report, inputs = record.report, record.inputs
        print_diagnostics(report)
        prepare(None)
        did = describe_changes((), label)
        click.echo(f"{name}: {describe_operations(job, report)}, {did}")
        return True, inputs
    result = cast_job(job, cache)
    report, inputs = result.report, result.inputs
    print_diagnostics(report)
    if result.files is None:
        click.echo(f"{name}: {count_by_severity(report)}; nothing was written")
        return False, inputs
    prepare(result.files)
    written = write_package(
        job.output, label, result.files, edits, cache, job=job, preview=preview
    )
    if any(change.before is not None for change in written.changes):
        from clientcast.cli.client_changes import print_package_changes

        print_package_changes(job, result, written.changes)
    click.echo(f"{name}: {describe_operations(job, report)}, {written.summary}")
    return not written.has_conflicts, inputs
