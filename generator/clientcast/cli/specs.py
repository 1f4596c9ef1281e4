"""Specs and documents of the commands that generate nothing, and their diagnostics."""

from collections.abc import Generator, Iterable
from contextlib import contextmanager
from pathlib import Path

import click

from clientcast.cli.exit import end
from clientcast.cli.jobs import job_source, load_job
from clientcast.config import Job
from clientcast.diagnostic import Diagnostic, printable
from clientcast.faults import working_on
from clientcast.loading import LoadedApi, load_api, load_document, reading_errors
from clientcast.select import Selection, SelectionError
from clientcast.source import Document


def load_spec(job: Job) -> LoadedApi:
    """Return the API of a spec of the project; print its errors and exit if it has any."""
    source = job_source(load_job(job))
    if isinstance(source, Diagnostic):
        print_diagnostics((source,))
        end(1, f"{job.spec_label} cannot be read")
    with reading(job.spec_label):
        document = load_document(source, job.spec_label, job.within, job.customization)
        try:
            loaded = load_api(document, Selection(job.only, job.skip))
        except SelectionError as error:
            raise click.UsageError(printable(f"{job.spec_label}: {error}")) from None
    if loaded.has_errors:
        print_diagnostics(loaded.diagnostics)
        end(1, f"errors in {job.spec_label}")
    return loaded


def read_document(path: Path) -> Document:
    """Return a document; print its errors and exit if it cannot be read."""
    with reading(path.as_posix()):
        document = load_document(path, path.as_posix())
    errors = reading_errors(document)
    if errors:
        print_diagnostics(errors)
        end(1, f"errors in {path.as_posix()}")
    return document


def print_diagnostics(diagnostics: Iterable[Diagnostic], *, err: bool = False) -> None:
    """Print diagnostics, to standard error if standard output has the result."""
    for diagnostic in diagnostics:
        click.echo(str(diagnostic), err=err)


@contextmanager
def reading(label: str) -> Generator[None]:
    """Report an error of the system about a file in one line."""
    try:
        with working_on(label):
            yield
    except OSError as error:
        reason = error.strerror or type(error).__name__
        raise click.ClickException(f"{printable(label)}: {reason}") from None
