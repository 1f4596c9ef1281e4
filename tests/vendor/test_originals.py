"""Tests of the cache of original texts: a cast adds what changed to the last one."""

import hashlib
import json
from pathlib import Path

import pytest
from clientcast.cache import Cache
from clientcast.manifest import MANIFEST
from clientcast.originals import find_originals, store_package
from clientcast.output import write


def _package(version: int) -> dict[str, str]:
    files = {"a.py": "A = 1\n", "b.py": f"B = {version}\n", "c.py": "C = 3\n" * 1000}
    digests = {p: hashlib.sha256(t.encode()).hexdigest() for p, t in files.items()}
    return {**files, MANIFEST: json.dumps({"files": digests})}


@pytest.fixture
def cache(tmp_path: Path) -> Cache:
    return Cache(tmp_path / "cache")


def test_originals_of_all_files_are_found_after_many_versions(
    cache: Cache, tmp_path: Path
) -> None:
    root = tmp_path / "package"
    for version in range(50):
        files = _package(version)
        store_package(cache, files, write(root, files))
    for path in ("a.py", "b.py", "c.py"):
        (root / path).write_text("edited", encoding="utf-8")
    found = find_originals(root, ("a.py", "b.py", "c.py"), cache)
    assert found == {p: files[p].encode() for p in ("a.py", "b.py", "c.py")}


def test_next_version_adds_what_changed(cache: Cache, tmp_path: Path) -> None:
    root = tmp_path / "package"
    assert cache.folder is not None
    for version in range(2):
        files = _package(version)
        store_package(cache, files, write(root, files))
    assert len([*cache.folder.iterdir()]) == 2
    for path in cache.folder.iterdir():
        path.unlink()
    files = _package(2)
    store_package(cache, files, write(root, files))  # Nothing to add it to.
    (root / "a.py").write_text("edited", encoding="utf-8")
    assert find_originals(root, ("a.py",), cache) == {"a.py": b"A = 1\n"}
