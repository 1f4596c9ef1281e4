"""The command `clientcast check`."""

import sys
from pathlib import Path

import click

from clientcast.cli.jobs import (
    cast_job,
    command_jobs,
    override_job,
    parse_trust,
    print_diagnostics,
)
from clientcast.cli.options import (
    ENVIRONMENT,
    FILE,
    FOLDER,
    LENIENT,
    ONLY,
    SKIP,
    TRUSTED_SERVER,
    WITHIN,
)
from clientcast.diagnostic import printable
from clientcast.output import Change, OutputError, compare
from clientcast.summary import describe_result, describe_stale_file


@click.command()
@click.argument("names", nargs=-1, metavar="[NAME]...")
@click.option("--spec", type=FILE, help="A document outside pyproject.toml.")
@click.option("--output", type=FOLDER, help="The folder to compare its package with.")
@click.option("--diff", is_flag=True, help="Show how generated files differ.")
@ONLY
@SKIP
@WITHIN
@TRUSTED_SERVER
@ENVIRONMENT
@LENIENT
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
    lenient: bool,
) -> None:
    """Report mistakes in the specs, and generated files that differ from them."""
    has_findings = False
    for job in command_jobs(names, spec, output):
        job = override_job(
            job, only, skip, within, parse_trust(servers, environment, lenient)
        )
        result = cast_job(job)
        print_diagnostics(result.diagnostics)
        changes: tuple[Change, ...] = ()
        is_compared = spec is None or output is not None
        if result.files is not None and is_compared:
            try:
                changes = compare(job.output, result.files)
            except OutputError as error:
                raise click.ClickException(printable(str(error))) from None
        for change in changes:
            click.echo(describe_stale_file(job, change))
            if diff:
                click.echo(
                    "".join(
                        printable(line) + "\n" for line in change.diff().splitlines()
                    ),
                    nl=False,
                )
        has_findings = has_findings or result.files is None or bool(changes)
        click.echo(f"{printable(job.name)}: {describe_result(job, result, changes)}")
    sys.exit(1 if has_findings else 0)
