"""Original texts of generated files that were edited since.

A text is found by its digest in the manifest, so that no other text can be taken for it: in the
cache, in the history of the package in git, and among the clients that come with clientcast.
"""

import hashlib
import json
import zlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path

import msgspec
from msgspec import Struct

from clientcast import assets
from clientcast.cache import Cache, key_of
from clientcast.comparison import Change
from clientcast.git import old_contents
from clientcast.manifest import MANIFEST, read_plain_file, recorded_files

Originals = Callable[[Path, tuple[str, ...]], Mapping[str, bytes]]
"""Function that returns the original contents of files in a folder, as far as they are found."""

_MAX_BASES = 20
"""Entries of the cache with the texts of one package."""

Recreate = Callable[[], Iterator[Mapping[str, bytes]]]
"""Function that yields packages that may be the original one."""


def store_package(
    cache: Cache, files: Mapping[str, str], changes: Sequence[Change]
) -> None:
    """Store the texts of a package that was written, for a later merge.

    Args:
        cache: The cache. If it has the package as it was, only what changed is added.
        files: The texts of the package by path.
        changes: The changes of its folder.
    """
    if cache.folder is None:
        return
    before = next((c.before for c in changes if c.path == MANIFEST), None)
    base = _key(before.encode(errors="replace")) if before is not None else ""
    known = _read_entry(cache, base) if base else None
    entry = _Entry()
    if known is not None and known.bases < _MAX_BASES:
        entry = _Entry(base, known.bases + 1)
        files = {c.path: files[c.path] for c in changes if c.path in files}
    head = json.dumps([entry.base, entry.bases]).encode("ascii")
    content = msgspec.json.encode(files)
    key = _key(files[MANIFEST].encode())
    cache.write(key, head + b"\n" + zlib.compress(content, 1))


class _Entry(Struct, frozen=True):
    """An entry of the cache with texts of a package.

    Attributes:
        base: The key of the entry with the other texts; empty if it has all.
        bases: How many entries have to be read after it.
        compressed: The texts by path.
    """

    base: str = ""
    bases: int = 0
    compressed: bytes = b""


def _read_entry(cache: Cache, key: str) -> _Entry | None:
    content = cache.read(key)
    if content is None:
        return None
    head, _, compressed = content.partition(b"\n")
    base, bases = json.loads(head)
    return _Entry(base, bases, compressed)


def find_originals(
    root: Path, paths: tuple[str, ...], cache: Cache, recreate: Recreate | None = None
) -> dict[str, bytes]:
    """Return the original contents of edited files; those that are not found are missing.

    Args:
        root: The folder of the package.
        paths: The files.
        cache: The cache.
        recreate: Makes the package again, if nothing else has a file.

    Raises:
        GitError: Git is missing.
    """
    records = recorded_files(root)
    wanted = {p: digest for p in paths if isinstance(digest := records.get(p), str)}
    found: dict[str, bytes] = {}
    for candidates in _candidates(root, wanted, records.get(MANIFEST), cache, recreate):
        if not wanted:
            break
        for path, content in candidates:
            text = content.replace(b"\r\n", b"\n")
            if hashlib.sha256(text).hexdigest() == wanted.get(path):
                found[path] = text
                del wanted[path]
    return found


def _candidates(
    root: Path,
    wanted: Mapping[str, str],
    manifest: str | bytes | None,
    cache: Cache,
    recreate: Recreate | None,
) -> Iterator[Iterator[tuple[str, bytes]]]:
    """Yield contents by path from each source; `wanted` shrinks meanwhile."""
    if isinstance(manifest, bytes):
        yield _cached(cache, manifest)
    yield _included(wanted)
    yield _committed(root, wanted)
    for package in recreate() if recreate is not None else ():
        yield iter(package.items())


def _cached(cache: Cache, manifest: bytes) -> Iterator[tuple[str, bytes]]:
    key = _key(manifest.replace(b"\r\n", b"\n"))
    while key:
        entry = _read_entry(cache, key)
        if entry is None:
            return
        for path, text in json.loads(zlib.decompress(entry.compressed)).items():
            yield path, text.encode()
        key = entry.base


def _included(wanted: Mapping[str, str]) -> Iterator[tuple[str, bytes]]:
    """Yield the files of the clients that come with clientcast."""
    for folder in sorted(assets.home_clients().glob(f"*/{MANIFEST}")):
        for path in tuple(wanted):
            content = read_plain_file(folder.parent, path)
            if content is not None:
                yield path, content


def _committed(root: Path, wanted: Mapping[str, str]) -> Iterator[tuple[str, bytes]]:
    """Yield what git has: of the package, and of the clients in a checkout of clientcast."""
    for folder in (root, *sorted(assets.home_clients().glob("*/"))):
        for path in tuple(wanted):
            for content in old_contents(folder, path):
                yield path, content
                if path not in wanted:
                    break


def _key(manifest: bytes) -> str:
    return key_of("texts of a package", manifest)
