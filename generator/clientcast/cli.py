"""The command line: the only part that prints.

Exit status: 0 all is well, 1 something was found, 2 the command was not understood.
"""

import sys
import traceback as tracebacks
from collections.abc import Generator, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from io import TextIOWrapper
from pathlib import Path
from typing import Any

import click

from clientcast import __version__
from clientcast.config import (
    ConfigError,
    Job,
    NoProjectError,
    docs_folder,
    jobs,
    packages,
)
from clientcast.diagnostic import Diagnostic, printable
from clientcast.docs import (
    PackageError,
    Reference,
    as_json,
    extract,
    folder_of,
    is_package,
    read_package,
    schema,
)
from clientcast.faults import describe, working_on
from clientcast.output import Change, OutputError, compare, write
from clientcast.pipeline import Cast, cast
from clientcast.select import Selection, SelectionError
from clientcast.summary import count, operations, plural, stale, verdict, written
from clientcast.trust import Trust, problem_of_server

_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


class _Folder(click.Path):
    """A folder to write, which must be named: an empty text would be the working folder."""

    def convert(
        self, value: Any, param: click.Parameter | None, ctx: click.Context | None
    ) -> Any:
        if value == "":
            self.fail("the name of a folder is empty", param, ctx)
        return super().convert(value, param, ctx)


_FOLDER = _Folder(file_okay=False, path_type=Path)
_FORCE = click.option(
    "--force",
    is_flag=True,
    help="Overwrite generated files that were edited. [default: refuse]",
)


class _Commands(click.Group):
    """Commands of which each exception that they do not expect ends in one line."""

    def invoke(self, ctx: click.Context) -> object:
        """Run a command."""
        try:
            return super().invoke(ctx)
        except (click.ClickException, click.Abort, click.exceptions.Exit):
            raise
        except BrokenPipeError:  # The reader of the output is gone; click knows it.
            raise
        except Exception as error:
            if ctx.params["traceback"]:
                whole = "".join(tracebacks.format_exception(error))
                for line in whole.splitlines():
                    click.echo(printable(line), err=True)
            raise click.ClickException(printable(_reason(error))) from error


def _reason(error: Exception) -> str:
    """Return one line about an exception: of the system, or else a fault of ours."""
    if isinstance(error, OSError) and error.strerror:
        named = f"{error.filename}: " if error.filename is not None else ""
        return f"{named}{error.strerror}"
    if isinstance(error, MemoryError):
        return f"there is not enough memory: {describe(error)}"
    return (
        f"this is a fault of clientcast {__version__}: {describe(error)};"
        " nothing was written. Report it to the maintainers of clientcast, with the"
        " document and what `clientcast --traceback` shows"
    )


@click.group(cls=_Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="clientcast")
@click.option("--traceback", is_flag=True, help="Show where a fault happened.")
def main(traceback: bool) -> None:
    """Cast OpenAPI documents into typed Python clients, sync and async.

    Which documents, and where to, is said in [tool.clientcast] of pyproject.toml.
    """
    del traceback  # `_Commands` reads it.
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")


_ONLY = click.option(
    "--only",
    multiple=True,
    metavar="OPERATION",
    help='These operations alone: a tag, "METHOD /path" or operationId. Repeatable.',
)
_SKIP = click.option(
    "--skip",
    multiple=True,
    metavar="OPERATION",
    help="Leave these operations out, and what is wrong with them. Repeatable.",
)


_TRUSTED_SERVER = click.option(
    "--trusted-server",
    "servers",
    multiple=True,
    metavar="URL",
    help="Credentials may go to this server of another host. Repeatable.",
)
_ENVIRONMENT = click.option(
    "--environment",
    multiple=True,
    metavar="NAME",
    help="The client may read this environment variable. Repeatable.",
)
_WITHIN = click.option(
    "--within",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    help="References to files stay in this folder. [default: the document's]",
)


@main.command()
@click.argument("names", nargs=-1, metavar="[NAME]...")
@click.option("--spec", type=_FILE, help="A document that is not in pyproject.toml.")
@click.option("--output", type=_FOLDER, help="The folder that its package becomes.")
@_FORCE
@_ONLY
@_SKIP
@_WITHIN
@_TRUSTED_SERVER
@_ENVIRONMENT
def generate(
    names: tuple[str, ...],
    spec: Path | None,
    output: Path | None,
    force: bool,
    only: tuple[str, ...],
    skip: tuple[str, ...],
    within: Path | None,
    servers: tuple[str, ...],
    environment: tuple[str, ...],
) -> None:
    """Write the clients that the specs describe.

    A package is replaced all or nothing; from a spec with an error nothing is written.
    """
    if spec is not None and output is None:
        raise click.UsageError(
            "--spec needs --output, the folder that its package becomes"
        )
    found = False
    for job in _jobs(names, spec, output):
        job = _narrowed(job, only, skip, within, _trust(servers, environment))
        result = _cast(job)
        _print_diagnostics(result.diagnostics)
        if result.files is None:
            found = True
            click.echo(
                f"{printable(job.name)}: {count(result.diagnostics)}; nothing was written"
            )
            continue
        did = _written(job.output, printable(job.shown_output), result.files, force)
        click.echo(f"{printable(job.name)}: {operations(job, result)}, {did}")
    sys.exit(1 if found else 0)


@main.command()
@click.argument("names", nargs=-1, metavar="[NAME]...")
@click.option("--spec", type=_FILE, help="A document that is not in pyproject.toml.")
@click.option("--output", type=_FOLDER, help="The folder to compare its package with.")
@click.option("--diff", is_flag=True, help="Show how generated files differ.")
@_ONLY
@_SKIP
@_WITHIN
@_TRUSTED_SERVER
@_ENVIRONMENT
def check(
    names: tuple[str, ...],
    spec: Path | None,
    output: Path | None,
    diff: bool,
    only: tuple[str, ...],
    skip: tuple[str, ...],
    within: Path | None,
    servers: tuple[str, ...],
    environment: tuple[str, ...],
) -> None:
    """Say what is wrong with the specs, and which generated files are not what they say."""
    found = False
    for job in _jobs(names, spec, output):
        job = _narrowed(job, only, skip, within, _trust(servers, environment))
        result = _cast(job)
        _print_diagnostics(result.diagnostics)
        changes: tuple[Change, ...] = ()
        compared = spec is None or output is not None
        if result.files is not None and compared:
            try:
                changes = compare(job.output, result.files)
            except OutputError as error:
                raise click.ClickException(printable(str(error))) from None
        for change in changes:
            click.echo(stale(job, change))
            if diff:
                click.echo(
                    "".join(
                        printable(line) + "\n" for line in change.diff().splitlines()
                    ),
                    nl=False,
                )
        found = found or result.files is None or bool(changes)
        click.echo(f"{printable(job.name)}: {verdict(job, result, changes)}")
    sys.exit(1 if found else 0)


@main.command()
@click.argument("clients", nargs=-1, metavar="[NAME|PATH]...")
@click.option("--output", type=_FOLDER, help="The folder of the pages. [default: docs]")
@click.option(
    "--site",
    is_flag=True,
    help="A static site with search instead. [default folder: site]",
)
@_FORCE
@click.option("--json", "as_data", is_flag=True, help="Print all as JSON instead.")
@click.option("--json-schema", is_flag=True, help="Print the schema of that JSON.")
def docs(
    clients: tuple[str, ...],
    output: Path | None,
    site: bool,
    force: bool,
    as_data: bool,
    json_schema: bool,
) -> None:
    """Write the reference of generated packages as Markdown pages.

    A client is one of pyproject.toml, or the folder of any package that clientcast
    generated, under whatever name. The pages are read from its code; no spec is needed.
    """
    if (as_data or json_schema) and (site or output):
        raise click.UsageError("JSON is printed; --site and --output go with pages")
    if json_schema:
        click.echo(schema(), nl=False)
        return
    references = [_reference(folder, shown) for folder, shown in _packages(clients)]
    if as_data:
        click.echo(as_json(references), nl=False)
        return
    folder, shown = _docs_folder(output, site)
    if is_package(folder):
        raise click.UsageError(f"{shown} is a package; name another folder for pages")
    files = _site(references) if site else folder_of(references)
    did = _written(folder, shown, files, force)
    total = sum(len(reference.operations) for reference in references)
    click.echo(
        f"{plural(len(references), 'client')}, {plural(total, 'operation')}, {did}"
    )


def _written(folder: Path, shown: str, files: Mapping[str, str], force: bool) -> str:
    """Write the files, name those that were kept, and return what was done."""
    try:
        changes = write(folder, files, force=force)
    except OutputError as error:
        raise click.ClickException(printable(str(error))) from None
    for change in changes:
        if change.kind == "kept":
            note = (
                "edited since it was generated; kept, and no longer part of the output"
            )
            click.echo(f"{shown}/{printable(change.path)}: {note}", err=True)
    return written(changes, shown)


def _packages(clients: tuple[str, ...]) -> tuple[tuple[Path, str], ...]:
    try:
        return packages(Path.cwd(), clients)
    except NoProjectError as error:
        hint = "name the folder of a package"
        raise click.UsageError(printable(f"{error}; {hint}")) from None
    except ConfigError as error:
        raise click.UsageError(printable(str(error))) from None


def _reference(folder: Path, shown: str) -> Reference:
    try:
        with working_on(shown):
            package = read_package(folder, shown)
            reference = extract(package)
    except PackageError as error:
        raise click.ClickException(printable(str(error))) from None
    for path in package.edited:
        note = "edited since it was generated; the reference says what it says now"
        click.echo(printable(f"{shown}/{path}: {note}"), err=True)
    return reference


def _site(references: Sequence[Reference]) -> dict[str, str]:
    from clientcast.docs.site import SiteError, site_of

    try:
        with _progress("site"):
            return site_of(references)
    except SiteError as error:
        lines = map(printable, str(error).splitlines())
        raise click.ClickException("\n".join(lines)) from None


def _docs_folder(output: Path | None, site: bool) -> tuple[Path, str]:
    if output is not None:
        return output, printable(output.as_posix())
    try:
        folder, shown = docs_folder(Path.cwd(), site=site)
    except NoProjectError:
        usual = "site" if site else "docs"
        return Path(usual), usual
    except ConfigError as error:
        raise click.UsageError(printable(str(error))) from None
    return folder, printable(shown)


def _jobs(
    names: tuple[str, ...], spec: Path | None, output: Path | None
) -> Iterator[Job]:
    if spec is None:
        if output is not None:
            raise click.UsageError("--output goes with --spec")
        try:
            yield from jobs(Path.cwd(), names)
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


def _trust(servers: tuple[str, ...], environment: tuple[str, ...]) -> Trust:
    for server in servers:
        problem = problem_of_server(server)
        if problem:
            raise click.UsageError(printable(f"--trusted-server: {problem}"))
    return Trust(servers, environment)


def _narrowed(
    job: Job,
    only: tuple[str, ...],
    skip: tuple[str, ...],
    within: Path | None,
    trust: Trust,
) -> Job:
    """The job as the command line wants it rather than the settings."""
    return replace(
        job,
        only=only or job.only,
        skip=(*job.skip, *skip),
        within=within or job.within,
        trust=Trust(
            (*job.trust.servers, *trust.servers),
            (*job.trust.environment, *trust.environment),
        ),
    )


def _cast(job: Job) -> Cast:
    with _progress(job.name):
        try:
            selection = Selection(job.only, job.skip)
            with working_on(job.shown_spec):
                return cast(job.spec, job.shown_spec, selection, job.within, job.trust)
        except SelectionError as error:
            raise click.UsageError(printable(f"{job.shown_spec}: {error}")) from None
        except OSError as error:
            reason = error.strerror or type(error).__name__
            raise click.ClickException(
                f"{printable(job.shown_spec)}: {reason}"
            ) from None


@contextmanager
def _progress(name: str) -> Generator[None]:
    """A line that moves on a terminal, and nothing elsewhere."""
    if not sys.stderr.isatty():
        yield
        return
    from rich.console import Console
    from rich.markup import escape

    with Console(stderr=True).status(f"casting {escape(printable(name))}"):
        yield


def _print_diagnostics(diagnostics: Iterable[Diagnostic]) -> None:
    for diagnostic in diagnostics:
        click.echo(str(diagnostic))
