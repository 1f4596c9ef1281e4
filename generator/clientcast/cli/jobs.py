"""The jobs of a command: loaded from the settings, run and reported."""

import os
import sys
from collections.abc import Callable, Generator, Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import click
from msgspec import Struct
from msgspec.structs import replace

from clientcast.cache import Cache
from clientcast.comparison import EditedFilesError, OutputError
from clientcast.config import ConfigError, Job, NoProjectError, load_jobs
from clientcast.customization import OverlayFile
from clientcast.diagnostic import Diagnostic, printable
from clientcast.faults import working_on
from clientcast.inputs import InputFile
from clientcast.load import Content, LoadFailure, load
from clientcast.manifest import MANIFEST, read_source
from clientcast.records import Record, find_record, store_record
from clientcast.report import Report, make_report, report_lines
from clientcast.spec import Application, Spec, Url, spec_label, spec_stem

if TYPE_CHECKING:
    from clientcast.pipeline import Binding

_ERASE_LINE = "\r\x1b[2K"


class Result(Struct, frozen=True):
    """Result of a job.

    Attributes:
        report: The report.
        files: The texts of the package by path; None if there is an error.
        inputs: The files that were read, the document first.
    """

    report: Report
    files: Mapping[str, str] | None
    inputs: tuple[InputFile, ...]


def command_jobs(
    names: tuple[str, ...], spec: Spec | None, output: Path | None
) -> Iterator[Job]:
    if spec is None:
        if output is not None:
            raise click.UsageError("--output goes with --spec")
        try:
            yield from load_jobs(Path.cwd(), names)
        except NoProjectError as error:
            hint = "name a document with --spec FILE --output DIR"
            raise click.UsageError(printable(f"{error}; {hint}")) from None
        except ConfigError as error:
            raise click.UsageError(printable(str(error))) from None
        return
    if names:
        raise click.UsageError("name specs of pyproject.toml, or give --spec, not both")
    name = spec_stem(spec) or (output.name if output is not None else "stdin")
    folder = output if output is not None else Path(name)
    yield Job(name, spec, folder, spec_label(spec), folder.as_posix())


def single_job(jobs: Iterable[Job], output: Path | None) -> Job:
    """Return the only job, for a command with `--project`."""
    if output is not None:
        raise click.UsageError("--project has the package in it; leave --output out")
    first, *more = jobs
    if more:
        names = ", ".join(printable(job.name) for job in (first, *more))
        raise click.UsageError(f"--project is of one spec: name one of {names}")
    return first


def load_job(
    job: Job,
    allow_private: bool = False,
    locked: bool = False,
    overlays: tuple[Path, ...] = (),
) -> Job:
    """Return a job with the content of its document, or why it cannot be loaded, if it is no file.

    Args:
        job: The job.
        allow_private: Whether a URL may lead into a private network.
        locked: Whether the content must be that of the package.
        overlays: Overlays after those of the settings.
    """
    more = tuple(OverlayFile(path, path.as_posix()) for path in overlays)
    changed = replace(job.customization, overlays=(*job.customization.overlays, *more))
    job = replace(job, customization=changed)
    spec = job.spec
    if isinstance(spec, Path):
        return job
    if isinstance(spec, Application):
        _refuse_own_module(job, spec)
    if isinstance(spec, Url) and allow_private:
        spec = replace(spec, allow_private=True)
    content: Content | Diagnostic
    with progress(job.name):
        try:
            content = load(spec, job.spec_label)
        except LoadFailure as failure:
            content = failure.diagnostic
    return replace(job, content=content, locked=locked)


def _refuse_own_module(job: Job, spec: Application) -> None:
    """Refuse a package that Python would import in place of its application."""
    module = spec.module.partition(".")[0]
    if os.path.abspath(job.output) == os.path.abspath(spec.folder / module):
        raise click.UsageError(
            printable(
                f"{job.output_label} would take the place of the module '{module}' of"
                " the application: choose another name of the package, or another folder"
            )
        )


def job_source(job: Job) -> Path | Content | Diagnostic:
    """Return the file or the content of a job's document, or why it cannot be loaded."""
    if isinstance(job.spec, Path):
        return job.spec
    return job.content if job.content is not None else job_source(load_job(job))


def _source_digest(job: Job) -> str:
    """Return the digest of the document that a package was made from."""
    found = read_source(job.output).get("sha256")
    if found is None:
        raise click.UsageError(
            printable(
                f"{job.output_label} has no digest of {job.spec_label} in {MANIFEST}:"
                " generate it once without --locked"
            )
        )
    return found


def current_record(
    job: Job, cache: Cache, is_current: Callable[[Path, Mapping[str, str]], bool]
) -> Record | None:
    """Return the record of a job if there is nothing to do for it.

    Args:
        job: The job.
        cache: The cache.
        is_current: Whether the folder of the job has the files with these digests.
    """
    record = find_record(cache, job)
    if record is None:
        return None
    with output_errors():
        return record if is_current(job.output, record.digests) else None


def cast_job(job: Job, cache: Cache) -> Result:
    """Run a job. Nothing is written."""
    source = job_source(job)
    if isinstance(source, Diagnostic):
        return Result(make_report(0, 0, (source,)), None, ())
    locked = _source_digest(job) if job.locked else None
    from clientcast.pipeline import cast
    from clientcast.select import Selection

    with progress(job.name), _job_errors(job):
        result = cast(
            source,
            job.spec_label,
            Selection(job.only, job.skip),
            job.within,
            job.trust,
            job.formatter,
            cache,
            job.import_name,
            locked,
            job.customization,
            job.output,
            job.conventions,
        )
    report = make_report(
        result.operations, result.document_operations, result.diagnostics
    )
    if result.files is not None and result.is_repeatable:
        store_record(cache, job, result.inputs, report, result.files)
    cache.trim()
    return Result(report, result.files, result.inputs)


def bind_job(job: Job) -> "Binding":
    """Return the view of the package of a job. Nothing is printed or validated."""
    from clientcast.pipeline import bind_document
    from clientcast.select import Selection

    source = job_source(job)
    if isinstance(source, Diagnostic):
        raise click.ClickException(printable(str(source)))
    with progress(job.name), _job_errors(job):
        selection = Selection(job.only, job.skip)
        return bind_document(
            source,
            job.spec_label,
            selection,
            job.within,
            job.trust,
            job.customization,
            job.conventions,
        )


@contextmanager
def _job_errors(job: Job) -> Generator[None]:
    """Report a document that cannot be read, or a wrong selection, in one line."""
    from clientcast.select import SelectionError

    try:
        with working_on(job.spec_label):
            yield
    except SelectionError as error:
        raise click.UsageError(printable(f"{job.spec_label}: {error}")) from None
    except OSError as error:
        reason = error.strerror or type(error).__name__
        raise click.ClickException(f"{printable(job.spec_label)}: {reason}") from None


@contextmanager
def output_errors() -> Generator[None]:
    """Report an `OutputError` in one line, except edited files."""
    try:
        yield
    except EditedFilesError:
        raise
    except OutputError as error:
        raise click.ClickException(printable(str(error))) from None


@contextmanager
def progress(name: str) -> Generator[None]:
    """Show a status line on a terminal, and nothing elsewhere."""
    if not sys.stderr.isatty():
        yield
        return
    click.echo(f"casting {printable(name)} ...", nl=False, err=True)
    try:
        yield
    finally:
        click.echo(_ERASE_LINE, nl=False, err=True)


def print_diagnostics(report: Report, *, show_all: bool = False) -> None:
    for lines in report_lines(report, show_all=show_all):
        click.echo(lines)
