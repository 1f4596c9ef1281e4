"""The command `clientcast watch`."""

import os
from importlib.util import find_spec
from pathlib import Path

import click
from msgspec.structs import replace

from clientcast.cache import Cache, user_cache
from clientcast.cli.completion import complete_documents
from clientcast.cli.generate import generate_job
from clientcast.cli.group import describe_exception
from clientcast.cli.jobs import command_jobs, load_job
from clientcast.cli.options import (
    ENVIRONMENT,
    FILE,
    FOLDER,
    FORCE,
    FORMATTER,
    INFER_PAGINATION,
    LENIENT,
    MERGE,
    NAMING,
    ONLY,
    OVERLAY,
    SKIP,
    TESTING,
    TRUSTED_SERVER,
    WITHIN,
)
from clientcast.cli.overrides import Overrides, with_overrides
from clientcast.cli.writing import Edits
from clientcast.config import Job
from clientcast.diagnostic import printable
from clientcast.inputs import InputFile, look_up
from clientcast.records import find_record
from clientcast.summary import pluralize
from clientcast.watching import wait_for_changes


@click.command()
@click.argument(
    "names", nargs=-1, metavar="[NAME]...", shell_complete=complete_documents
)
@click.option("--spec", type=FILE, help="A document outside pyproject.toml.")
@click.option("--output", type=FOLDER, help="The folder of its package.")
@MERGE
@FORCE
@ONLY
@SKIP
@WITHIN
@TRUSTED_SERVER
@ENVIRONMENT
@LENIENT
@FORMATTER
@OVERLAY
@NAMING
@TESTING
@INFER_PAGINATION
@with_overrides
def watch(
    names: tuple[str, ...],
    spec: Path | None,
    output: Path | None,
    merge: bool,
    force: bool,
    overrides: Overrides,
    overlays: tuple[Path, ...],
) -> None:
    """Generate the clients again whenever their specs are saved.

    The files that a spec references are watched, too. A spec with an error is reported, and
    its package stays as it is. Ctrl-C ends the command. Settings are read once.

    \b
    Example:
      clientcast watch
    """
    if find_spec("watchfiles") is None:
        raise click.ClickException(
            "watch needs watchfiles: pip install '.[watch]' in the checkout of clientcast"
        )
    if spec is not None and output is None:
        raise click.UsageError("--spec needs --output, the folder of its package")
    jobs: list[Job] = []
    for job in command_jobs(names, spec, output):
        if isinstance(job.spec, Path):
            jobs.append(load_job(overrides.apply(job), overlays=overlays))
        else:
            note = f"{job.spec_label} is no file, and is not watched"
            click.echo(printable(f"{job.name}: {note}"), err=True)
    if not jobs:
        raise click.UsageError("there is no file to watch")
    edits = Edits(force, merge)
    edits.check()
    cache = user_cache(os.environ)
    inputs: dict[str, tuple[InputFile, ...]] = {}

    def generate_changed() -> None:
        for job in jobs:
            known = inputs.get(job.name, ())
            if not known or not all(file.is_current() for file in known):
                inputs[job.name] = regenerate(job, cache, edits, known)

    try:
        generate_changed()
        files = {file for known in inputs.values() for file in known}
        click.echo(f"watching {pluralize(len(files), 'file')}; Ctrl-C ends", err=True)
        for _ in wait_for_changes(lambda: [f for k in inputs.values() for f in k]):
            generate_changed()
    except KeyboardInterrupt:
        click.echo("stopped", err=True)


def regenerate(
    job: Job, cache: Cache, edits: Edits, known: tuple[InputFile, ...]
) -> tuple[InputFile, ...]:
    """Generate a package, report an error, and return the files to watch."""
    try:
        _, inputs = generate_job(job, cache, edits)
        return inputs
    except click.ClickException as error:
        error.show()
    except Exception as error:
        click.echo(printable(f"Error: {describe_exception(error)}"), err=True)
    record = find_record(cache, job)
    inputs = record.inputs if record else known
    if not inputs and isinstance(job.spec, Path):
        inputs = (look_up(job.spec),)
    # Nothing was generated from them, even if a file has been saved since it failed.
    return tuple(replace(file, digest="") for file in inputs)
