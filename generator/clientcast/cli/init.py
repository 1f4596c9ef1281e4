"""The command `clientcast init`."""

import os
from pathlib import Path

import click
from msgspec.structs import replace

from clientcast.cli.jobs import bind_job, load_job
from clientcast.cli.options import ALLOW_PRIVATE, SpecType
from clientcast.config import (
    ConfigError,
    Job,
    is_package_name,
    load_jobs,
    make_package_name,
)
from clientcast.diagnostic import Diagnostic, Severity, printable
from clientcast.settings import find_settings
from clientcast.settings_file import add_document, read_text, replace_file
from clientcast.spec import Application, Spec, StandardInput, Url, spec_label, spec_stem
from clientcast.summary import pluralize
from clientcast.trust import Trust


@click.command(short_help="Write the settings of a document.")
@click.argument("spec", type=SpecType(), metavar="FILE|URL|MODULE:APP")
@click.option("--package", metavar="NAME", help="The name of the package.")
@click.option(
    "--output", metavar="DIR", help="The folder of the package. [default: that of all]"
)
@ALLOW_PRIVATE
@click.option(
    "--lenient",
    is_flag=True,
    help="Write `lenient = true` if the document needs it, as for a URL.",
)
def init(
    spec: Spec,
    package: str | None,
    output: str | None,
    allow_private: bool,
    lenient: bool,
) -> None:
    """Write the settings of a document into the nearest pyproject.toml.

    The file keeps its comments and its format; if there is none, it is made here. Settings of
    a document that are there already are not changed.

    A document of a URL is read: if some of its places have no meaning, it gets `lenient = true`.

    \b
    Example:
      clientcast init specs/shop.yaml
    """
    name = package or make_package_name(spec_stem(spec))
    if isinstance(spec, StandardInput):
        raise click.UsageError("standard input is no document of a project")
    if not is_package_name(name):
        raise click.UsageError(
            printable(
                f"'{name}' is not a name of a Python package: give --package NAME"
            )
        )
    file = _nearest_file(Path.cwd())
    settings: dict[str, str | bool] = {"spec": _spec_setting(spec, file.parent)}
    if output is not None:
        path = os.path.relpath(output or ".", file.parent)
        settings["output"] = Path(path).as_posix()
    if allow_private:
        settings["allow_private"] = True
    try:
        _refuse_existing(file, name, spec)
        unusable: list[str] = []
        if lenient or isinstance(spec, Url):
            unusable += _unusable_places(name, spec, allow_private)
        if unusable:
            settings["lenient"] = True
        text = add_document(read_text(file), name, settings)
    except ConfigError as error:
        message = str(error).removeprefix(f"{file}: ")
        raise click.UsageError(
            "\n".join(map(printable, f"{file}: {message}".splitlines()))
        ) from None
    replace_file(file, text)
    click.echo(printable(f"{name}: {settings['spec']} is now in {file}"))
    if unusable:
        places = pluralize(len(unusable), "place")
        more = f", and {len(unusable) - 1} more" if len(unusable) > 1 else ""
        click.echo(
            printable(
                f"{name}: with 'lenient = true', for {places} without meaning:"
                f" {unusable[0]}{more}"
            )
        )
    click.echo(f"next: clientcast generate {printable(name)}")


def _unusable_places(name: str, spec: Spec, allow_private: bool) -> tuple[str, ...]:
    """Return the errors of a document that are warnings with `--lenient`, a line for each.

    If it cannot be read, there are none, and a note on standard error.
    """
    job = Job(name, spec, Path(name), spec_label(spec), name)
    job = load_job(job, allow_private)
    if isinstance(job.content, Diagnostic):
        note = f"{job.spec_label}: not read: {job.content.message}"
        click.echo(printable(note), err=True)
        return ()
    strict = _errors(job)
    accepted = {
        (d.path, d.line, d.column, d.code)
        for d in _errors(replace(job, trust=Trust(lenient=True)))
    }
    return tuple(
        f"{d.path}:{d.line}:{d.column}: {d.code} {d.message}"
        for d in strict
        if (d.path, d.line, d.column, d.code) not in accepted
    )


def _errors(job: Job) -> list[Diagnostic]:
    return [d for d in bind_job(job).diagnostics if d.severity is Severity.ERROR]


def _nearest_file(start: Path) -> Path:
    for folder in (start, *start.parents):
        if (folder / "pyproject.toml").is_file():
            return folder / "pyproject.toml"
    return start / "pyproject.toml"


def _spec_setting(spec: Spec, folder: Path) -> str:
    """Return the text that names a document in the settings of a folder."""
    match spec:
        case Path():
            return Path(os.path.relpath(spec, folder)).as_posix()
        case Url():
            return spec.url
        case Application() if Path.cwd() != folder:
            raise click.UsageError(
                printable(f"an application is imported from {folder}: run this there")
            )
        case _:
            return spec_label(spec)


def _refuse_existing(file: Path, name: str, spec: Spec) -> None:
    """Refuse a name or a document that the settings have already.

    Raises:
        ConfigError: They have it, or they are invalid.
    """
    tool = read_text(file)
    if "clientcast" not in tool or not _has_documents(file):
        return
    for job in load_jobs(file.parent):
        same = _identity(job.spec) == _identity(spec)
        if job.name == name or same:
            raise ConfigError(
                f"it has the document '{job.name}' already ({job.spec_label}), which is not"
                " changed" + ("" if same else ": give another --package NAME")
            )


def _has_documents(file: Path) -> bool:
    try:
        settings = find_settings(file.parent)
    except ConfigError:
        return False  # `add_document` reports what is invalid.
    values = settings.values
    return settings.file == file and bool(
        values.get("specs") or values.get("documents")
    )


def _identity(spec: Spec) -> object:
    if isinstance(spec, Path):
        return os.path.realpath(spec)
    return spec.url if isinstance(spec, Url) else spec_label(spec)
