"""The command `clientcast generate`."""

import os
import sys
from pathlib import Path

import click

from clientcast.cache import user_cache
from clientcast.cli.jobs import (
    cast_job,
    command_jobs,
    override_job,
    parse_trust,
    print_diagnostics,
    recorded_report,
    write_files,
)
from clientcast.cli.options import (
    ENVIRONMENT,
    FILE,
    FOLDER,
    FORCE,
    FORMATTER,
    LENIENT,
    ONLY,
    SKIP,
    TRUSTED_SERVER,
    WITHIN,
)
from clientcast.diagnostic import printable
from clientcast.formatters import Formatter
from clientcast.output import is_written
from clientcast.summary import count_by_severity, describe_changes, describe_operations


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
@FORMATTER
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
    formatter: Formatter | None,
) -> None:
    """Generate the clients of the specs.

    A package is replaced all or nothing; a spec with an error writes nothing.
    """
    if spec is not None and output is None:
        raise click.UsageError("--spec needs --output, the folder of its package")
    has_errors = False
    cache = user_cache(os.environ)
    for job in command_jobs(names, spec, output):
        trust = parse_trust(servers, environment, lenient)
        job = override_job(job, only, skip, within, trust, formatter)
        label = printable(job.output_label)
        report = recorded_report(job, cache, is_written)
        if report is not None:
            print_diagnostics(report)
            did = describe_changes((), label)
        else:
            report, files = cast_job(job, cache)
            print_diagnostics(report)
            if files is None:
                has_errors = True
                click.echo(
                    f"{printable(job.name)}: {count_by_severity(report)}; nothing was written"
                )
                continue
            did = write_files(job.output, label, files, force)
        click.echo(f"{printable(job.name)}: {describe_operations(job, report)}, {did}")
    sys.exit(1 if has_errors else 0)
