"""The jobs of a command: loaded from the settings, run and reported."""

import sys
from collections.abc import Callable, Generator, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

import click

from clientcast.cache import Cache
from clientcast.comparison import EditedFilesError, OutputError
from clientcast.config import ConfigError, Job, NoProjectError, load_jobs
from clientcast.diagnostic import printable
from clientcast.faults import working_on
from clientcast.formatters import Formatter
from clientcast.inputs import InputFile
from clientcast.records import Record, find_record, store_record
from clientcast.report import Report, make_report
from clientcast.trust import Trust, trusted_server_problem


@dataclass(frozen=True, slots=True)
class Result:
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
    names: tuple[str, ...], spec: Path | None, output: Path | None
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
    folder = output if output is not None else Path(spec.stem)
    yield Job(spec.stem, spec, folder, spec.as_posix(), folder.as_posix())


def single_job(jobs: Iterable[Job], output: Path | None) -> Job:
    """Return the only job, for a command with `--project`."""
    if output is not None:
        raise click.UsageError("--project has the package in it; leave --output out")
    first, *more = jobs
    if more:
        names = ", ".join(printable(job.name) for job in (first, *more))
        raise click.UsageError(f"--project is of one spec: name one of {names}")
    return first


def parse_trust(
    servers: tuple[str, ...], environment: tuple[str, ...], lenient: bool
) -> Trust:
    for server in servers:
        problem = trusted_server_problem(server)
        if problem:
            raise click.UsageError(printable(f"--trusted-server: {problem}"))
    return Trust(servers, environment, lenient)


def override_job(
    job: Job,
    only: tuple[str, ...],
    skip: tuple[str, ...],
    within: Path | None,
    trust: Trust,
    formatter: Formatter | None,
) -> Job:
    """Return a job with the options of the command line."""
    return replace(
        job,
        only=only or job.only,
        skip=(*job.skip, *skip),
        within=within or job.within,
        trust=Trust(
            (*job.trust.servers, *trust.servers),
            (*job.trust.environment, *trust.environment),
            job.trust.undeclared_schemes or trust.undeclared_schemes,
        ),
        formatter=formatter or job.formatter,
    )


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
    from clientcast.pipeline import cast
    from clientcast.select import Selection, SelectionError

    with progress(job.name):
        try:
            selection = Selection(job.only, job.skip)
            with working_on(job.spec_label):
                result = cast(
                    job.spec,
                    job.spec_label,
                    selection,
                    job.within,
                    job.trust,
                    job.formatter,
                    cache,
                    job.package,
                )
        except SelectionError as error:
            raise click.UsageError(printable(f"{job.spec_label}: {error}")) from None
        except OSError as error:
            reason = error.strerror or type(error).__name__
            raise click.ClickException(
                f"{printable(job.spec_label)}: {reason}"
            ) from None
    report = make_report(
        result.operations, result.document_operations, result.diagnostics
    )
    if result.files is not None and result.is_repeatable:
        store_record(cache, job, result.inputs, report, result.files)
    cache.trim()
    return Result(report, result.files, result.inputs)


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
    from rich.console import Console
    from rich.markup import escape

    with Console(stderr=True).status(f"casting {escape(printable(name))}"):
        yield


def print_diagnostics(report: Report) -> None:
    if report.diagnostics:
        click.echo("\n".join(report.diagnostics))
