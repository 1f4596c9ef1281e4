"""Later releases of the clients that come with clientcast, and runs of its commands."""

import hashlib
import json
import shutil
from collections.abc import Mapping
from pathlib import Path

from click.testing import CliRunner, Result
from clientcast.cli import main

from tests.support.project import GENERATED

Edits = Mapping[str, tuple[str, str]]
"""A replacement of text by path."""


def make_release(
    folder: Path, edits: Edits, *, generator: str = "", version: str = ""
) -> None:
    """Write the client of Okta with other texts, as a later release would have it.

    Args:
        folder: The folder of all clients.
        edits: The replaced texts.
        generator: The version of clientcast; that of the client if empty.
        version: The version of the document; that of the client if empty.
    """
    okta = folder / "okta"
    shutil.rmtree(okta, ignore_errors=True)
    shutil.copytree(
        GENERATED / "okta", okta, ignore=shutil.ignore_patterns("__pycache__")
    )
    for path, (old, new) in edits.items():
        edit(okta / path, old, new)
    seal(okta, generator=generator, version=version)


def seal(folder: Path, *, generator: str = "", version: str = "") -> None:
    """Record the files of a package as they are, and other versions."""
    manifest = folder / "clientcast.json"
    content = json.loads(manifest.read_text(encoding="utf-8"))
    for path in content["files"]:
        file = folder / path
        content["files"][path] = hashlib.sha256(file.read_bytes()).hexdigest()
    if generator:
        content["generator"] = f"clientcast {generator}"
    if version:
        content["spec"] |= {"version": version, "sha256": "0" * 64}
    manifest.write_text(json.dumps(content, indent=2) + "\n", encoding="utf-8")


def edit(file: Path, old: str, new: str) -> None:
    """Replace a text that a file has."""
    text = file.read_text(encoding="utf-8")
    assert old in text
    file.write_text(text.replace(old, new), encoding="utf-8")


def clientcast(*arguments: str, status: int = 0) -> Result:
    """Run a command, which ends with an exit status and no exception."""
    result = CliRunner().invoke(main, arguments, prog_name="clientcast")
    assert result.exception is None or isinstance(result.exception, SystemExit)
    assert result.exit_code == status, result.output
    return result


def file_texts(folder: Path) -> dict[str, bytes]:
    """Return the content of each file below a folder, except compiled ones."""
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and "__pycache__" not in path.parts
    }
