"""Packages that are named by their folder: their document, and their next version."""

import os
from collections.abc import Callable, Mapping
from contextlib import suppress
from itertools import zip_longest
from pathlib import Path

import click
from msgspec import Struct

from clientcast import __version__
from clientcast.cache import Cache
from clientcast.cli.jobs import cast_job, output_errors, print_diagnostics
from clientcast.cli.writing import make_merge, print_differences
from clientcast.comparison import OutputError, compare
from clientcast.config import ConfigError, Job, NoProjectError, load_jobs
from clientcast.diagnostic import printable
from clientcast.import_path import import_path
from clientcast.manifest import MANIFEST, matches_record, read_plain_file
from clientcast.provenance import Provenance, read_provenance, version_key
from clientcast.spec import Spec, spec_label, spec_stem
from clientcast.summary import count_by_severity, pluralize
from clientcast.vendored import Client, find_home_client, read_client, read_home_client

_MAX_LENGTH = 80
"""Characters of a title or version in a message."""


class Update(Struct, frozen=True):
    """The next version of a package.

    Attributes:
        origin: The document or client that it is made of, in messages.
        files: The texts of the package by path; None if the document has an error.
        provenance: The provenance of the new package, or of the old one if there is none.
        job: The job that makes it; None for a client that comes with clientcast.
    """

    origin: str
    files: Mapping[str, str] | None
    provenance: Provenance
    job: Job | None = None


def is_folder_argument(name: str) -> bool:
    """Return whether an argument is a path and not the name of a spec."""
    if name != os.path.basename(name) or name in (".", ".."):
        return True
    if not Path(name, MANIFEST).is_file():
        return False
    try:
        return not load_jobs(Path.cwd(), (name,))
    except ConfigError:
        return True


def open_client(path: Path) -> tuple[Client, str]:
    """Return the package in a folder, and its label in messages."""
    label = printable(path.as_posix())
    if not path.is_dir():
        raise click.ClickException(f"{label}: there is no such folder")
    with output_errors():
        return read_client(Path(os.path.realpath(path)), label), label


def find_update(
    client: Client,
    label: str,
    spec: Spec | None,
    override: Callable[[Job], Job],
    cache: Cache,
    *,
    show_all: bool = False,
) -> Update | None:
    """Return what a package would be now; None if its document is not known.

    It is made from the given document, from that of the project whose settings name the
    folder, or it is the client of the same API that comes with clientcast.

    Args:
        client: The package.
        label: Its folder in messages.
        spec: The document; None if it is not given.
        override: Applies the options of the command line to a job.
        cache: The cache.
        show_all: Whether all diagnostics of the document are shown.
    """
    if spec is not None:
        name = spec_stem(spec) or client.folder.name
        conventions = client.provenance.conventions
        job = Job(
            name, spec, client.folder, spec_label(spec), label, conventions=conventions
        )
    else:
        found = _configured_job(client)
        if found is None:
            return _included(client)
        job = found
    job = override(job)
    result = cast_job(job, cache)
    print_diagnostics(result.report, show_all=show_all)
    if result.files is None:
        _echo(f"{job.spec_label}: {count_by_severity(result.report)}")
        return Update(job.spec_label, None, client.provenance)
    new = _provenance(result.files, client)
    return Update(job.spec_label, result.files, new, job)


def describe_origin(old: Provenance, new: Provenance) -> str:
    """Return the title and versions of a package, and those it would have."""
    version = _short(old.version)
    if new.version != old.version:
        version = f"{version} -> {_short(new.version)}"
    elif new.digest != old.digest:
        version = f"{version} (changed document)"
    generator = _short(old.generator) or "of unknown version"
    if new.generator != old.generator:
        generator = f"{generator} -> {_short(new.generator)}"
    return printable(f"{_short(new.title)} {version}, clientcast {generator}")


def _short(text: str) -> str:
    return text if len(text) <= _MAX_LENGTH else f"{text[:_MAX_LENGTH]}..."


def is_from_newer_generator(provenance: Provenance) -> bool:
    """Return whether a newer version of clientcast wrote a package."""
    return version_key(provenance.generator) > version_key(__version__)


def changed_paths(client: Client, files: Mapping[str, str]) -> tuple[str, ...]:
    """Return the generated files that an update adds, changes or removes."""
    from clientcast.inputs import digest

    new = {
        path: digest(text.encode()) for path, text in files.items() if path != MANIFEST
    }
    paths = sorted(new.keys() | client.digests.keys())
    return tuple(p for p in paths if new.get(p) != client.digests.get(p))


def _configured_job(client: Client) -> Job | None:
    """Return the job of the project around a package that writes to its folder."""
    try:
        jobs = load_jobs(client.folder)
    except NoProjectError:
        return None
    except ConfigError as error:
        raise click.UsageError(printable(str(error))) from None
    for job in jobs:
        if os.path.realpath(job.output) == str(client.folder):
            return job
    return None


def _included(client: Client) -> Update | None:
    name = find_home_client(client.provenance)
    if name is None:
        return None
    with output_errors():
        files = read_home_client(
            name,
            import_path(client.folder),
            testing=client.provenance.conventions.testing,
        )
    origin = f"{name} of clientcast {__version__}"
    return Update(origin, files, _provenance(files, client))


def _provenance(files: Mapping[str, str], client: Client) -> Provenance:
    return read_provenance(files[MANIFEST]) or client.provenance


def check_package(
    path: Path,
    spec: Spec | None,
    override: Callable[[Job], Job],
    cache: Cache,
    *,
    diff: bool,
    allow_edits: bool,
    show_all: bool,
) -> bool:
    """Print the findings about a package, and return whether there are any.

    Args:
        path: The folder of the package.
        spec: The document; None if it is not given.
        override: Applies the options of the command line to a job.
        cache: The cache.
        diff: Whether the differences are shown.
        allow_edits: Whether edited files are no finding.
        show_all: Whether all diagnostics of the document are shown.
    """
    client, label = open_client(path)
    old = client.provenance
    update = find_update(client, label, spec, override, cache, show_all=show_all)
    files: Mapping[str, str] = {}
    if update is not None and update.files is not None:
        files = update.files
    hint = "see it with --diff, or accept it with --allow-edits"
    for name in () if allow_edits else client.edited:
        line = _first_edited_line(client, name, files)
        _echo(f"{label}/{name}:{line}:1: edited this file was edited by hand; {hint}")
    for name in client.missing:
        _echo(f"{label}/{name}:1:1: missing this file was deleted")
    parts = [describe_origin(old, update.provenance if update is not None else old)]
    for number, state in ((client.edited, "edited"), (client.missing, "missing")):
        if number:
            parts.append(f"{pluralize(len(number), 'file')} {state}")
    is_behind = False
    if is_from_newer_generator(old):
        parts.append(f"newer than this clientcast, {__version__}")
    elif update is None:
        is_behind = old.generator != __version__
        state = f"behind clientcast {__version__}" if is_behind else ""
        parts += [state] if state else []
        parts.append("document not known: name it with --spec")
    elif files:
        changed = changed_paths(client, files)
        is_behind = bool(changed) or old.digest != update.provenance.digest
        is_behind = is_behind or old.generator != update.provenance.generator
        if is_behind:
            parts.append(f"behind {update.origin}")
            command = f"clientcast update {label}"
            merge = " --merge" if client.edited else ""
            changes = pluralize(len(changed), "file")
            parts += _judged(client, label, update, cache)
            parts.append(f"{command}{merge} changes {changes}")
        if diff:
            with output_errors():
                print_differences(compare(client.folder, files))
    has_findings = bool(
        is_behind
        or (client.edited and not allow_edits)
        or client.missing
        or (update is not None and update.files is None)
    )
    if not has_findings and update is not None:
        parts.append("no problems")
    _echo(f"{label}: {', '.join(parts)}")
    return has_findings


def _judged(
    client: Client, label: str, update: Update, cache: Cache
) -> tuple[str, ...]:
    """Print what an update changes for callers, and return it in a few words."""
    from clientcast.cli.changes import print_changes, read_surface
    from clientcast.output import write

    surface = read_surface(client.folder, label)
    if surface is None or update.files is None:
        return ()
    texts = dict(update.files)
    if client.edited:  # The update can keep what is merged.
        merge = make_merge(cache, update.job, with_markers=False)
        with suppress(OutputError):
            changes = write(client.folder, update.files, merge=merge, preview=True)
            texts |= {c.path: c.after for c in changes if c.after is not None}
            texts |= {
                path: (client.folder / path).read_text("utf-8", "replace")
                for path in merge.merged
                if path not in {c.path for c in changes}
            }
    return (print_changes(surface, texts, update.origin),)


def _first_edited_line(client: Client, name: str, files: Mapping[str, str]) -> int:
    """Return the first line that differs from the generated text, or 1 if it is not known."""
    text = files.get(name)
    content = read_plain_file(client.folder, name)
    if text is None or content is None:
        return 1
    if not matches_record(text.encode(), client.digests[name]):
        return 1
    current = content.decode(errors="backslashreplace").splitlines()
    pairs = enumerate(zip_longest(current, text.splitlines()), start=1)
    return next((line for line, (old, new) in pairs if old != new), 1)


def _echo(line: str) -> None:
    click.echo(printable(line))
