"""The command `clientcast generate`."""

import os
import sys
from pathlib import Path

import click

from clientcast.cache import Cache, user_cache
from clientcast.cli.jobs import (
    cast_job,
    command_jobs,
    current_record,
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
    FORMATTER,
    LENIENT,
    ONLY,
    SKIP,
    TRUSTED_SERVER,
    WITHIN,
)
from clientcast.config import Job
from clientcast.diagnostic import printable
from clientcast.formatters import Formatter
from clientcast.inputs import InputFile
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
        is_generated, _ = generate_job(job, cache, force)
        has_errors = has_errors or not is_generated
    sys.exit(1 if has_errors else 0)


def generate_job(
    job: Job, cache: Cache, force: bool
) -> tuple[bool, tuple[InputFile, ...]]:
    """Generate a package, and print what was done.

    Returns:
        Whether the document has no error, and the files that were read.
    """
    name, label = printable(job.name), printable(job.output_label)
    record = current_record(job, cache, is_written)
    if record is not None:
        report, inputs = record.report, record.inputs
        print_diagnostics(report)
        did = describe_changes((), label)
    else:
        result = cast_job(job, cache)
        report, inputs = result.report, result.inputs
        print_diagnostics(report)
        if result.files is None:
            click.echo(f"{name}: {count_by_severity(report)}; nothing was written")
            return False, inputs
        did = write_files(job.output, label, result.files, force)
    click.echo(f"{name}: {describe_operations(job, report)}, {did}")
    return True, inputs
