"""Versions of a client: documents, packages, and both in revisions of git."""

import os
import posixpath
import re
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import click
from msgspec import Struct
from msgspec.structs import replace

from clientcast.cli.jobs import bind_job, print_diagnostics
from clientcast.config import ConfigError, Job, load_jobs
from clientcast.diagnostic import printable
from clientcast.git import (
    GitError,
    extracted,
    object_type,
    read_files,
    top_folder,
    tree_files,
)
from clientcast.report import make_report
from clientcast.summary import count_by_severity
from clientcast.surface import (
    PackageError,
    Surface,
    is_part_of_surface,
    surface_of_code,
    surface_of_folder,
    surface_of_view,
)
from clientcast.trust import Trust

_REFERENCE = re.compile(rb"""\$ref["']?\s*:\s*["']?(?!["'#])\S""")
_SUFFIXES = (".json", ".yaml", ".yml", ".md", ".txt")
"""Suffixes of files that a document in a revision may reference."""


class Version(Struct, frozen=True):
    """A version of a client.

    Attributes:
        surface: Its surface.
        locate: Returns the place of a JSON pointer of its document.
    """

    surface: Surface
    locate: Callable[[str], str]


def open_version(name: str, only: tuple[str, ...], skip: tuple[str, ...]) -> Version:
    """Return the version of a client that an argument names.

    Args:
        name: A document, the folder of a package, or `REVISION:PATH`.
        only, skip: The operations of a document to include and to leave out.
    """
    path = Path(name)
    try:
        if path.is_dir():
            return Version(surface_of_folder(path, name), str)
        if path.exists():
            return _document_version(_job(path, name, only, skip))
        revision, separator, inner = name.partition(":")
        if not separator:
            raise click.ClickException(
                printable(
                    f"{name}: there is no such document or folder; a revision of git is"
                    f" written with its path, as in HEAD~1:{name}"
                )
            )
        return _old_version(name, revision, inner, only, skip)
    except (GitError, PackageError) as error:
        raise click.ClickException(printable(str(error))) from None


def _old_version(
    name: str, revision: str, path: str, only: tuple[str, ...], skip: tuple[str, ...]
) -> Version:
    """Return the version in a revision of the repository around the working directory."""
    cwd = Path.cwd()
    match object_type(cwd, name):
        case "tree":
            paths = [p for p in tree_files(cwd, name) if is_part_of_surface(p)]
            contents = read_files(cwd, name, paths) if paths else {}
            texts = {p: _decode(content, name, p) for p, content in contents.items()}
            return Version(surface_of_code(texts, name), str)
        case "blob":
            pass
        case _:
            top = top_folder(cwd)
            reason = (
                "git has no such file or folder" if top else "there is no such file"
            )
            raise click.ClickException(printable(f"{name}: {reason}"))
    folder, file = posixpath.split(path)
    tree = f"{revision}:{folder}" if folder != "." else f"{revision}:./"
    contents = read_files(cwd, tree, [file])
    if file not in contents:
        raise click.ClickException(printable(f"{name}: not a plain file"))
    if _REFERENCE.search(contents[file]):
        files = [p for p in tree_files(cwd, tree) if p.endswith(_SUFFIXES)]
        contents = read_files(cwd, tree, files) | contents
    top = cwd if path.startswith(("./", "../")) else top_folder(cwd) or cwd
    with extracted(contents) as root:
        job = _job(top / path, name, only, skip)
        return _document_version(replace(job, spec=root / file, within=None))


def _job(path: Path, name: str, only: tuple[str, ...], skip: tuple[str, ...]) -> Job:
    """Return the job of a document, as the settings of the project have it."""
    found = Job(path.stem, path, Path(path.stem), name, name)
    with suppress(ConfigError):
        for job in load_jobs(Path.cwd()):
            if not isinstance(job.spec, Path):
                continue
            if os.path.realpath(job.spec) == os.path.realpath(path):
                found = replace(job, spec_label=name)
    return replace(
        found,
        only=only or found.only,
        skip=(*found.skip, *skip),
        trust=Trust(found.trust.servers, found.trust.environment, True),
    )


def _document_version(job: Job) -> Version:
    binding = bind_job(job)
    if binding.package is None:
        report = make_report(
            binding.operations, binding.document_operations, binding.diagnostics
        )
        print_diagnostics(report)
        raise click.ClickException(
            printable(f"{job.spec_label}: {count_by_severity(report)}")
        )
    return Version(surface_of_view(binding.package), binding.locate)


def _decode(content: bytes, name: str, path: str) -> str:
    try:
        return content.decode("utf-8").replace("\r\n", "\n")
    except UnicodeDecodeError:
        raise PackageError(f"{name}/{path}: not valid UTF-8") from None
