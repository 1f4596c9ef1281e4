"""The command `clientcast generate`."""

import sys
from pathlib import Path

import click

from clientcast.cli.jobs import (
    cast_job,
    command_jobs,
    override_job,
    parse_trust,
    print_diagnostics,
    write_files,
)
from clientcast.cli.options import (
    ENVIRONMENT,
    FILE,
    FOLDER,
    FORCE,
    LENIENT,
    ONLY,
    SKIP,
    TRUSTED_SERVER,
    WITHIN,
)
from clientcast.diagnostic import printable
from clientcast.summary import count_by_severity, describe_operations


@click.command()
@click.argument("names", nargs=-1, metavar="[NAME]...")
@click.option("--spec", type=FILE, help="A document outside pyproject.toml.")
@click.option("--output", type=FOLDER, help="The folder of its package.")
@FORCE
@ONLY
@SKIP
@WITHIN
@TRUSTED_SERVER
@ENVIRONMENT
@LENIENT
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
    lenient: bool,
) -> None:
    """Generate the clients of the specs.

    A package is replaced all or nothing; a spec with an error writes nothing.
    """
    if spec is not None and output is None:
        raise click.UsageError("--spec needs --output, the folder of its package")
    has_errors = False
    for job in command_jobs(names, spec, output):
        job = override_job(
            job, only, skip, within, parse_trust(servers, environment, lenient)
        )
        result = cast_job(job)
        print_diagnostics(result.diagnostics)
        if result.files is None:
            has_errors = True
            click.echo(
                f"{printable(job.name)}: {count_by_severity(result.diagnostics)}; nothing was written"
            )
            continue
        did = write_files(job.output, printable(job.output_label), result.files, force)
        click.echo(f"{printable(job.name)}: {describe_operations(job, result)}, {did}")
    sys.exit(1 if has_errors else 0)
