"""Tests of the cache: entries, its folder, its size, and runs at the same time."""

import os
import subprocess
import sys
import time
from pathlib import Path

import pytest
from clientcast import cache as caches
from clientcast.cache import NO_CACHE, Cache, key_of, user_cache

from tests.support.project import ROOT

KEY = key_of("text", "a")


def test_entry_is_read_as_it_was_written(tmp_path: Path) -> None:
    cache = Cache(tmp_path / "new" / "cache")
    assert cache.read(KEY) is None
    cache.write(KEY, b"one")
    cache.write(KEY, b"two")
    assert cache.read(KEY) == b"two"
    assert Cache(cache.folder).read(KEY) == b"two"
    assert [path.name for path in (tmp_path / "new" / "cache").iterdir()] == [KEY]


@pytest.mark.parametrize("damage", [b"", b"x", b"\0" * 40], ids=len)
def test_damaged_entry_is_missing(damage: bytes, tmp_path: Path) -> None:
    cache = Cache(tmp_path)
    cache.write(KEY, b"content")
    (tmp_path / KEY).write_bytes(damage)
    assert cache.read(KEY) is None
    cache.write(KEY, b"content")
    (tmp_path / KEY).write_bytes((tmp_path / KEY).read_bytes()[:-1])
    assert cache.read(KEY) is None


def test_keys_depend_on_the_kind_and_on_each_part() -> None:
    keys = {
        key_of("a", "b", "c"),
        key_of("a", "bc"),
        key_of("ab", "c"),
        key_of("a", "c", "b"),
        key_of("a", "b", "c", ""),
    }
    assert len(keys) == 5
    assert key_of("a", "é") == key_of("a", "é".encode())


def test_nothing_is_cached_without_a_folder(tmp_path: Path) -> None:
    NO_CACHE.write(KEY, b"x")
    NO_CACHE.trim()
    assert NO_CACHE.read(KEY) is None


@pytest.mark.skipif(sys.platform == "win32", reason="needs the modes of POSIX")
@pytest.mark.parametrize("mode", [0o777, 0o720])
def test_folder_that_others_may_write_to_is_not_used(mode: int, tmp_path: Path) -> None:
    Cache(tmp_path).write(KEY, b"x")
    tmp_path.chmod(mode)
    try:
        assert Cache(tmp_path).read(KEY) is None
    finally:
        tmp_path.chmod(0o700)
    assert Cache(tmp_path).read(KEY) == b"x"


@pytest.mark.skipif(sys.platform == "win32", reason="needs the modes of POSIX")
def test_created_folder_belongs_to_the_user_alone(tmp_path: Path) -> None:
    Cache(tmp_path / "cache").write(KEY, b"x")
    assert (tmp_path / "cache").stat().st_mode & 0o777 == 0o700


def test_folder_that_cannot_be_created_is_no_error(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    cache = Cache(tmp_path / "file" / "cache")
    cache.write(KEY, b"x")
    cache.trim()
    assert cache.read(KEY) is None


def test_variables_name_the_folder(tmp_path: Path) -> None:
    folder = str(tmp_path)
    assert user_cache({"CLIENTCAST_CACHE_DIR": folder}).folder == tmp_path
    assert user_cache({"CLIENTCAST_CACHE_DIR": ""}).folder is None
    if sys.platform.startswith("linux"):
        default = Path.home() / ".cache" / "clientcast"
        assert user_cache({"XDG_CACHE_HOME": folder}).folder == tmp_path / "clientcast"
        assert user_cache({"XDG_CACHE_HOME": "relative"}).folder == default
        assert user_cache({}).folder == default


def test_entries_that_were_not_used_for_longest_are_deleted(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(caches, "MAX_BYTES", 3000)
    cache = Cache(tmp_path)
    keys = [key_of("text", str(number)) for number in range(5)]
    for age, key in enumerate(reversed(keys)):
        cache.write(key, bytes(900))
        os.utime(tmp_path / key, (0, time.time() - 60 * age - 60))
    cache.read(keys[0])
    cache.trim()
    assert {path.name for path in tmp_path.iterdir()} == {keys[0], *keys[3:]}


def test_only_entries_are_deleted(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(caches, "MAX_BYTES", 0)
    names = ("notes.txt", "a" * 64 + ".txt", "A" * 64, "a" * 63)
    for name in names:
        (tmp_path / name).write_text("mine")
    cache = Cache(tmp_path)
    cache.write(KEY, b"x")
    cache.trim()
    assert {path.name for path in tmp_path.iterdir()} == {*names}


def test_unfinished_entries_of_killed_runs_are_deleted(tmp_path: Path) -> None:
    old, new = (tmp_path / f"{KEY}.{digit * 16}.partial" for digit in "01")
    for path in (old, new):
        path.touch()
    os.utime(old, (0, time.time() - 2 * 3600))
    cache = Cache(tmp_path)
    cache.write(KEY, b"x")
    cache.trim()
    assert {path.name for path in tmp_path.iterdir()} == {KEY, new.name}


def test_processes_that_write_and_trim_at_once_read_whole_entries(
    tmp_path: Path,
) -> None:
    program = """
import sys
from pathlib import Path
from clientcast import cache as caches
caches.MAX_BYTES = 3_000_000
cache = caches.Cache(Path(sys.argv[1]))
for turn in range(60):
    for number in range(5):
        key = caches.key_of("text", str(number))
        content = str(number).encode() * 1_000_000
        assert cache.read(key) in (None, content)
        cache.write(key, content)
    cache.trim()
"""
    command = [sys.executable, "-c", program, str(tmp_path)]
    env = {**os.environ, "PYTHONPATH": str(ROOT / "generator")}
    runs = [
        subprocess.Popen(command, env=env, stderr=subprocess.PIPE) for _ in range(3)
    ]
    assert [run.communicate()[1].decode() for run in runs] == ["", "", ""]
    assert not [run for run in runs if run.returncode]
    assert sum(path.stat().st_size for path in tmp_path.iterdir()) < 4_000_000
    assert not list(tmp_path.glob("*.partial"))
