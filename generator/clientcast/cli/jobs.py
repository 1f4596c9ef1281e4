"""The jobs of a command: loaded from the settings, run and reported."""

import sys
from collections.abc import Generator, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import click

from clientcast.config import ConfigError, Job, NoProjectError, load_jobs
from clientcast.diagnostic import Diagnostic, printable
from clientcast.faults import working_on
from clientcast.output import OutputError, write
from clientcast.pipeline import Cast, cast
from clientcast.select import Selection, SelectionError
from clientcast.summary import describe_changes
from clientcast.trust import Trust, trusted_server_problem


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
    folder = output if output is not None else Path()
    yield Job(spec.stem, spec, folder, spec.as_posix(), folder.as_posix())


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
    )


def cast_job(job: Job) -> Cast:
    with progress(job.name):
        try:
            selection = Selection(job.only, job.skip)
            with working_on(job.spec_label):
                return cast(job.spec, job.spec_label, selection, job.within, job.trust)
        except SelectionError as error:
            raise click.UsageError(printable(f"{job.spec_label}: {error}")) from None
        except OSError as error:
            reason = error.strerror or type(error).__name__
            raise click.ClickException(
                f"{printable(job.spec_label)}: {reason}"
            ) from None


def write_files(folder: Path, label: str, files: Mapping[str, str], force: bool) -> str:
    """Write files, print those that were kept, and return the summary."""
    try:
        changes = write(folder, files, force=force)
    except OutputError as error:
        raise click.ClickException(printable(str(error))) from None
    for change in changes:
        if change.kind == "kept":
            note = (
                "edited since it was generated; kept, and no longer part of the output"
            )
            click.echo(f"{label}/{printable(change.path)}: {note}", err=True)
    return describe_changes(changes, label)


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


def print_diagnostics(diagnostics: Iterable[Diagnostic]) -> None:
    for diagnostic in diagnostics:
        click.echo(str(diagnostic))
