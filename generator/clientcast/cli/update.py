"""The command `clientcast update`."""

import os
from pathlib import Path

import click
from msgspec.structs import replace

from clientcast import __version__
from clientcast.cache import user_cache
from clientcast.cli.changes import print_changes, read_surface
from clientcast.cli.exit import end
from clientcast.cli.jobs import load_job
from clientcast.cli.options import (
    ALLOW_PRIVATE,
    CONFLICT_MARKERS,
    DIFF,
    FORCE,
    LENIENT,
    MERGE,
    OVERLAY,
    TESTING,
    SpecType,
)
from clientcast.cli.packages import (
    describe_origin,
    find_update,
    is_from_newer_generator,
    open_client,
)
from clientcast.cli.writing import Edits, write_package
from clientcast.config import Job
from clientcast.diagnostic import printable
from clientcast.spec import Spec


@click.command()
@click.argument("path", type=click.Path(path_type=Path))
@click.option(
    "--spec",
    type=SpecType(),
    metavar="FILE|URL|MODULE:APP|-",
    help="The document of the package.",
)
@ALLOW_PRIVATE
@LENIENT
@OVERLAY
@TESTING
@DIFF
@MERGE
@CONFLICT_MARKERS
@FORCE
def update(
    path: Path,
    spec: Spec | None,
    allow_private: bool,
    lenient: bool,
    overlays: tuple[Path, ...],
    testing: bool | None,
    diff: bool,
    merge: bool,
    conflict_markers: bool,
    force: bool,
) -> None:
    """Update a package in its folder, all or nothing.

    It is made of the document of --spec, of the one that pyproject.toml has for the folder, or
    it is the client of the same API that comes with clientcast. Other files in the folder stay.

    \b
    Example:
      clientcast update src/acme/okta --merge
    """
    edits = Edits(force, merge, conflict_markers)
    edits.check()
    cache = user_cache(os.environ)
    client, label = open_client(path)
    old = client.provenance
    if is_from_newer_generator(old) and not force:
        raise click.ClickException(
            printable(
                f"{label} is of clientcast {old.generator}, newer than {__version__}:"
                " upgrade clientcast, or go back with --force"
            )
        )

    def override(job: Job) -> Job:
        trust = replace(job.trust, lenient=lenient or job.trust.lenient)
        conventions = job.conventions.with_testing(testing)
        changed = replace(job, trust=trust, conventions=conventions)
        return load_job(changed, allow_private, overlays=overlays)

    conventions = old.conventions.with_testing(testing)
    client = replace(client, provenance=replace(old, conventions=conventions))
    update = find_update(client, label, spec, override, cache)
    if update is None:
        raise click.ClickException(
            printable(
                f"{label}: no pyproject.toml above it names its document, and no client"
                f" of '{old.title}' comes with clientcast: name the document with --spec"
            )
        )
    if update.files is None:
        click.echo(f"{label}: nothing was written")
        end(1, f"errors in {update.origin}")
    surface = read_surface(client.folder, label)
    written = write_package(
        client.folder, label, update.files, edits, cache, job=update.job, preview=diff
    )
    parts = [describe_origin(old, update.provenance), f"from {update.origin}"]
    if surface is not None and written.changes and not written.has_conflicts:
        texts = {**update.files, **written.texts}
        parts.append(print_changes(surface, texts, update.origin))
    click.echo(printable(f"{label}: {', '.join(parts)}, {written.summary}"))
    if written.has_conflicts:
        end(1, f"{label} has conflicts")
