"""Packages in other people's code, and the clients that come with clientcast."""

import hashlib
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from msgspec import Struct

from clientcast import assets
from clientcast.comparison import OutputError, as_output_errors
from clientcast.diagnostic import did_you_mean
from clientcast.manifest import (
    MANIFEST,
    matches_record,
    read_plain_file,
    recorded_files,
)
from clientcast.provenance import Provenance, is_same_api, read_provenance

_README = "README.md"
_FAKE = ("testing/", "_runtime/testing/")
"""The folders that a package without a fake does not have."""


class Client(Struct, frozen=True):
    """A package in a folder, as its manifest describes it.

    Attributes:
        folder: The folder of the package.
        provenance: Its document and generator.
        digests: SHA-256 of each generated file, without the manifest.
        edited: The files that differ from their digest.
        missing: The files that are not there.
    """

    folder: Path
    provenance: Provenance
    digests: Mapping[str, str]
    edited: tuple[str, ...]
    missing: tuple[str, ...]


def read_client(folder: Path, label: str) -> Client:
    """Read the manifest of a package, and compare its files with it.

    Args:
        folder: The folder of the package.
        label: The folder in messages.

    Raises:
        OutputError: The folder has no valid manifest, or cannot be read.
    """
    with as_output_errors(folder):
        records = recorded_files(folder)
        manifest = records.get(MANIFEST)
        provenance = read_provenance(manifest) if isinstance(manifest, bytes) else None
        if provenance is None:
            has_one = read_plain_file(folder, MANIFEST) is not None
            state = f"its {MANIFEST} is invalid" if has_one else f"it has no {MANIFEST}"
            raise OutputError(f"{label}: this is no package of clientcast: {state}")
        digests = {p: d for p, d in records.items() if isinstance(d, str)}
        edited: list[str] = []
        missing: list[str] = []
        for path, digest in sorted(digests.items()):
            content = read_plain_file(folder, path)
            if content is None:
                missing.append(path)
            elif not matches_record(content, digest):
                edited.append(path)
    return Client(folder, provenance, digests, tuple(edited), tuple(missing))


def home_client_names() -> tuple[str, ...]:
    """Return the names of the clients that come with clientcast."""
    found = assets.home_clients().glob(f"*/{MANIFEST}")
    return tuple(sorted(manifest.parent.name for manifest in found))


def find_home_client(provenance: Provenance) -> str | None:
    """Return the name of the client of the same API that comes with clientcast, if any."""
    for name in home_client_names():
        manifest = read_plain_file(assets.home_clients() / name, MANIFEST) or b""
        home = read_provenance(manifest)
        if (
            home is not None
            and home.title == provenance.title
            and is_same_api(provenance, home)
        ):
            return name
    return None


def read_home_client(
    name: str, import_name: str, *, testing: bool = True
) -> dict[str, str]:
    """Return the files of a client that comes with clientcast, for a place in other code.

    Args:
        name: The name of the client.
        import_name: The dotted name that its README imports it by; empty for its own.
        testing: Whether it has its fake.

    Raises:
        OutputError: There is no such client, or it was edited.
    """
    names = home_client_names()
    if name not in names:
        hint = did_you_mean(name, names) or f"the clients are {', '.join(names)}"
        raise OutputError(f"there is no client '{name}' in clientcast: {hint}")
    client = read_client(assets.home_clients() / name, name)
    if client.edited or client.missing:
        first = (*client.edited, *client.missing)[0]
        raise OutputError(
            f"{client.folder / first} is not as it was generated: run clientcast"
            " generate, or install clientcast again"
        )
    with as_output_errors(client.folder):
        files = {
            path: (read_plain_file(client.folder, path) or b"").decode()
            for path in (*client.digests, MANIFEST)
        }
    files = {path: text.replace("\r\n", "\n") for path, text in files.items()}
    if not testing:
        files = _without_fake(files)
    is_same = testing and import_name in (name, "")
    return files if is_same else _with_readme(files, import_name or name)


def _without_fake(files: Mapping[str, str]) -> dict[str, str]:
    """Return the files of a package as it is generated with `testing = false`, but its README."""
    kept = {p: text for p, text in files.items() if not p.startswith(_FAKE)}
    manifest: dict[str, Any] = json.loads(kept[MANIFEST])
    manifest["files"] = {p: d for p, d in manifest["files"].items() if p in kept}
    manifest["settings"] = {**manifest.get("settings", {}), "testing": False}
    return {**kept, MANIFEST: _manifest_text(manifest)}


def _with_readme(files: Mapping[str, str], name: str) -> dict[str, str]:
    """Return the files of a package with a README that imports it by a name."""
    from clientcast.docs import extract, make_package, readme

    code = {path: text for path, text in files.items() if path != _README}
    text = readme(extract(make_package(name, name, code)))
    manifest: dict[str, Any] = json.loads(files[MANIFEST])
    manifest["files"][_README] = hashlib.sha256(text.encode()).hexdigest()
    return {**files, _README: text, MANIFEST: _manifest_text(manifest)}


def _manifest_text(manifest: Mapping[str, Any]) -> str:
    return json.dumps(manifest, indent=2, ensure_ascii=True) + "\n"
