"""Tests of `clientcast.output`: comparison, and replacement all or nothing."""

import errno
import hashlib
import json
import os
import random
import re
import shutil
import signal
import socket
import stat
import subprocess
import sys
import textwrap
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from clientcast import flushing, swap
from clientcast.comparison import Change, OutputError, compare
from clientcast.manifest import MANIFEST
from clientcast.output import write

from tests.support.selection import first_of_each

GENERATOR = Path(swap.__file__).parents[1]

posix = pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork and signals")

ways = pytest.mark.parametrize("way", ["exchange", "two renames"])


def package(version: str, **more: str) -> dict[str, str]:
    """Return a package whose versions differ in most files."""
    files = {
        "__init__.py": f"version = '{version}'\n",
        "client.py": f"# {version} café ☕\n" * 50,
        "py.typed": "",
        "_runtime/__init__.py": "",
        "_runtime/send.py": "def send() -> None: ...\n",
        "_runtime/wire.py": f"# {version}\n",
        f"only_{version}/here.py": f"# {version}\n",
        **more,
    }
    return with_manifest(files)


def with_manifest(files: dict[str, str]) -> dict[str, str]:
    digests = {path: digest(text) for path, text in files.items()}
    return {**files, MANIFEST: json.dumps({"files": digests}) + "\n"}


def digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


FIRST_PACKAGE = package("one")
SECOND_PACKAGE = package("two")
USER_FILES = {"mine.txt": "mine\n", "own/deep/notes.md": "notes\n"}


def write_files(folder: Path, files: dict[str, str]) -> None:
    for path, text in files.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_bytes(text.encode())


def read_files(folder: Path) -> dict[str, str]:
    """Return the texts of the plain files below a folder, without following symlinks."""
    return {
        path.relative_to(folder).as_posix(): path.read_bytes().decode()
        for path in folder.rglob("*")
        if stat.S_ISREG(path.lstat().st_mode)
    }


def list_siblings(folder: Path) -> list[str]:
    """Return the names beside the folder, including hidden ones."""
    return sorted(name for name in os.listdir(folder.parent) if name != folder.name)


def file_states(folder: Path) -> dict[str, tuple[int, int, int]]:
    """Return the inode, mode and mtime of every path below a folder."""
    states = {path: path.lstat() for path in [folder, *folder.rglob("*")]}
    return {
        str(path): (state.st_ino, state.st_mode, state.st_mtime_ns)
        for path, state in states.items()
    }


def kinds_by_path(changes: tuple[Change, ...]) -> dict[str, str]:
    return {change.path: change.kind for change in changes}


def disable_exchange(monkeypatch: pytest.MonkeyPatch, way: str) -> None:
    if way == "two renames":
        monkeypatch.setattr(swap, "_exchange", lambda one, other: False)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Return the path of a package that does not exist yet, alone in its parent folder."""
    (tmp_path / "place").mkdir()
    return tmp_path / "place" / "okta"


# Change


def test_diff_of_a_change_is_unified() -> None:
    change = Change("a/b.py", "one\ntwo\n", "one\nthree\n")
    assert change.kind == "changed"
    assert change.diff() == (
        "--- a/a/b.py\n+++ b/a/b.py\n@@ -1,2 +1,2 @@\n one\n-two\n+three\n"
    )


def test_diff_of_an_absent_file_names_dev_null() -> None:
    added = Change("x", None, "1\n")
    removed = Change("x", "1\n", None)
    assert (added.kind, removed.kind) == ("added", "removed")
    assert added.diff() == "--- /dev/null\n+++ b/x\n@@ -0,0 +1 @@\n+1\n"
    assert removed.diff() == "--- a/x\n+++ /dev/null\n@@ -1 +0,0 @@\n-1\n"


def test_diff_of_an_empty_file_is_a_header() -> None:
    assert Change("py.typed", None, "").diff() == "--- /dev/null\n+++ b/py.typed\n"
    assert Change("py.typed", "", None).kind == "removed"


@pytest.mark.skipif(shutil.which("patch") is None, reason="needs patch")
@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("a\nb", "a\nb\n"),
        ("a\nb\n", "a\nb"),
        ("a\nb", "a\nc"),
        ("a\r\nb\r\n", "a\nb\n"),
        ("a\x0cb\u2028c\x85d\n", "a\x0cb\u2028c\x85e\n"),
        ("", "new\n"),
        ("\n\n", "\n"),
        ("".join(f"{n}\n" for n in range(99)), "".join(f"{n}\n" for n in range(7, 99))),
    ],
)
def test_diff_is_applied_by_patch(tmp_path: Path, before: str, after: str) -> None:
    write_files(tmp_path, {"file": before})
    diff = Change("file", before, after).diff().encode()
    command = ["patch", "--binary", "-p1", "-d", str(tmp_path)]
    subprocess.run(command, input=diff, check=True, capture_output=True)
    assert read_files(tmp_path) == {"file": after}


# compare


def test_compare_with_a_missing_folder_adds_all(folder: Path) -> None:
    changes = compare(folder, FIRST_PACKAGE)
    assert [change.path for change in changes] == sorted(FIRST_PACKAGE)
    assert {change.kind for change in changes} == {"added"}
    assert not folder.exists()
    assert list_siblings(folder) == []


def test_compare_with_a_missing_parent_adds_all(tmp_path: Path) -> None:
    assert len(compare(tmp_path / "a" / "b", FIRST_PACKAGE)) == len(FIRST_PACKAGE)


def test_compare_returns_the_changes_of_write(folder: Path) -> None:
    write(folder, FIRST_PACKAGE)
    write_files(folder, USER_FILES)
    expected = compare(folder, SECOND_PACKAGE)
    assert kinds_by_path(expected) == {
        "__init__.py": "changed",
        "_runtime/wire.py": "changed",
        "client.py": "changed",
        MANIFEST: "changed",
        "only_one/here.py": "removed",
        "only_two/here.py": "added",
    }
    assert [change.path for change in expected] == sorted(kinds_by_path(expected))
    assert write(folder, SECOND_PACKAGE) == expected
    assert compare(folder, SECOND_PACKAGE) == ()


def test_deleted_file_is_added_again(folder: Path) -> None:
    write(folder, FIRST_PACKAGE)
    (folder / "client.py").unlink()
    assert kinds_by_path(compare(folder, FIRST_PACKAGE)) == {"client.py": "added"}
    assert kinds_by_path(write(folder, FIRST_PACKAGE)) == {"client.py": "added"}
    assert read_files(folder) == FIRST_PACKAGE


@pytest.mark.parametrize(
    ("on_disk", "before"),
    [
        (FIRST_PACKAGE["client.py"].replace("\n", "\r\n").encode(), None),
        (b"\xff\xfe\x00 caf\xe9\n", "\\xff\\xfe\x00 caf\\xe9\n"),
        (b"\xef\xbb\xbf" + FIRST_PACKAGE["client.py"].encode(), None),
        (b"", ""),
    ],
)
def test_files_are_compared_as_bytes(
    folder: Path, on_disk: bytes, before: str | None
) -> None:
    write(folder, FIRST_PACKAGE)
    (folder / "client.py").write_bytes(on_disk)
    (change,) = compare(folder, FIRST_PACKAGE)
    assert change.kind == "changed"
    assert change.before == (on_disk.decode() if before is None else before)
    change.diff().encode()
    assert write(folder, FIRST_PACKAGE, force=True) == (change,)
    assert (folder / "client.py").read_bytes() == FIRST_PACKAGE["client.py"].encode()


def test_foreign_file_is_not_a_change(folder: Path) -> None:
    write(folder, FIRST_PACKAGE)
    write_files(folder, USER_FILES)
    assert compare(folder, FIRST_PACKAGE) == ()


def test_recorded_file_that_left_the_package_is_removed(folder: Path) -> None:
    write(folder, FIRST_PACKAGE)
    assert kinds_by_path(compare(folder, {})) == dict.fromkeys(FIRST_PACKAGE, "removed")
    write_files(folder, USER_FILES)
    write(folder, {})
    assert read_files(folder) == USER_FILES
    assert sorted(os.listdir(folder)) == ["mine.txt", "own"]


@pytest.mark.parametrize(
    "manifest",
    [
        b"",
        b"{",
        b"\xff\xfe\xff",
        b"null",
        b"[]",
        b"{}",
        b'{"files": null}',
        b'{"files": ["client.py"]}',
        b'{"files": {"client.py": 7}}',
        b'{"files": {"client.py": "abc"}}',
        b'{"files": {"client.py": "%s", "%s": "%s"}}'
        % (b"0" * 64, b"/etc/x", b"0" * 64),
        b'{"files": {"client.py": "%s", "../x": "%s"}}' % (b"0" * 64, b"0" * 64),
        b'{"files": {"client.py": "%s", "a/../x": "%s"}}' % (b"0" * 64, b"0" * 64),
        b'{"files": {"client.py": "%s", "a\\\\b": "%s"}}' % (b"0" * 64, b"0" * 64),
        b'{"files": {"client.py": "%s", "": "%s"}}' % (b"0" * 64, b"0" * 64),
        b'{"files": {"client.py": "%s", "\\ud800": "%s"}}' % (b"0" * 64, b"0" * 64),
        b"[" * 200_000,
        b'{"files": ' + b"9" * 5000 + b"}",
    ],
)
def test_broken_manifest_and_its_files_are_foreign(
    folder: Path, manifest: bytes
) -> None:
    folder.mkdir()
    write_files(folder, {"client.py": "mine\n", "x": "mine\n"})
    write_files(folder.parent, {"x": "outside\n"})
    (folder / MANIFEST).write_bytes(manifest)
    assert compare(folder, {}) == write(folder, {}) == ()
    with pytest.raises(OutputError, match=r"okta/client\.py"):
        write(folder, FIRST_PACKAGE, force=True)
    (folder / "client.py").unlink()
    with pytest.raises(OutputError, match=f"{MANIFEST} is in the way"):
        write(folder, FIRST_PACKAGE)
    assert (folder / MANIFEST).read_bytes() == manifest
    write(folder, FIRST_PACKAGE, force=True)
    assert read_files(folder) == {**FIRST_PACKAGE, "x": "mine\n"}
    assert (folder.parent / "x").read_text() == "outside\n"


@posix
def test_recorded_path_beyond_a_symlink_is_foreign(folder: Path) -> None:
    outside = folder.parent / "outside"
    write_files(outside, {"kept.py": "kept\n"})
    folder.mkdir()
    (folder / "sub").symlink_to(outside)
    (folder / "link.py").symlink_to(outside / "kept.py")
    manifest = {"files": {"sub/kept.py": digest("kept\n"), "link.py": digest("kept\n")}}
    write_files(folder, {MANIFEST: json.dumps(manifest)})
    assert kinds_by_path(compare(folder, FIRST_PACKAGE))[MANIFEST] == "changed"
    write(folder, FIRST_PACKAGE)
    assert (folder / "link.py").is_symlink() and (folder / "sub").is_symlink()
    assert read_files(outside) == {"kept.py": "kept\n"}


@posix
@pytest.mark.parametrize("files", [{"sub/x.py": "new\n"}, {"sub": "new\n"}])
def test_write_does_not_follow_symlinks_in_the_folder(
    folder: Path, files: dict[str, str]
) -> None:
    outside = folder.parent / "outside"
    write_files(outside, {"x.py": "kept\n"})
    folder.mkdir()
    (folder / "sub").symlink_to(outside)
    with pytest.raises(OutputError, match="okta/sub is in the way"):
        write(folder, with_manifest(files))
    assert read_files(outside) == {"x.py": "kept\n"}
    assert os.listdir(folder) == ["sub"]


# write


def test_first_write_creates_all_files(folder: Path) -> None:
    changes = write(folder, FIRST_PACKAGE)
    assert kinds_by_path(changes) == dict.fromkeys(FIRST_PACKAGE, "added")
    assert read_files(folder) == FIRST_PACKAGE
    assert list_siblings(folder) == []
    assert (folder / "client.py").read_bytes() == FIRST_PACKAGE["client.py"].encode()


@posix
def test_file_modes_follow_the_umask(folder: Path) -> None:
    old = os.umask(0o022)
    try:
        write(folder, FIRST_PACKAGE)
        assert stat.S_IMODE(folder.stat().st_mode) == 0o755
        assert stat.S_IMODE((folder / "_runtime").stat().st_mode) == 0o755
        assert stat.S_IMODE((folder / "client.py").stat().st_mode) == 0o644
        folder.chmod(0o2750)
        (folder / "_runtime").chmod(0o700)
        os.umask(0o077)
        write(folder, SECOND_PACKAGE)
    finally:
        os.umask(old)
    assert stat.S_IMODE(folder.stat().st_mode) == 0o2750
    assert stat.S_IMODE((folder / "_runtime").stat().st_mode) == 0o700
    assert stat.S_IMODE((folder / "client.py").stat().st_mode) == 0o600
    assert stat.S_IMODE((folder / "py.typed").stat().st_mode) == 0o644


@pytest.mark.skipif(
    not hasattr(os, "geteuid") or os.geteuid() != 0, reason="needs root"
)
def test_folders_keep_their_owner(folder: Path) -> None:
    write(folder, FIRST_PACKAGE)
    write_files(folder, USER_FILES)
    for place in (folder, folder / "own", folder / "mine.txt"):
        os.chown(place, 1234, 2345)
    write(folder, SECOND_PACKAGE)
    for place in (folder, folder / "own", folder / "mine.txt"):
        assert (place.stat().st_uid, place.stat().st_gid) == (1234, 2345)


def test_write_without_changes_touches_no_file(folder: Path) -> None:
    write(folder, FIRST_PACKAGE)
    write_files(folder, USER_FILES)
    before = file_states(folder.parent)
    assert write(folder, FIRST_PACKAGE) == ()
    assert file_states(folder.parent) == before


def test_empty_package_and_missing_folder_is_no_change(folder: Path) -> None:
    assert write(folder, {}) == ()
    assert not folder.exists()


@ways
def test_unchanged_file_keeps_its_times(
    folder: Path, monkeypatch: pytest.MonkeyPatch, way: str
) -> None:
    disable_exchange(monkeypatch, way)
    write(folder, FIRST_PACKAGE)
    same, changed = folder / "_runtime" / "send.py", folder / "client.py"
    for path in (same, changed):
        os.utime(path, (1_000_000_000, 1_000_000_000))
    write(folder, SECOND_PACKAGE)
    assert same.stat().st_mtime == 1_000_000_000
    assert changed.stat().st_mtime > 1_000_000_000
    assert read_files(folder) == SECOND_PACKAGE


def test_folder_with_a_new_module_gets_a_new_mtime(folder: Path) -> None:
    write(folder, FIRST_PACKAGE)
    write_files(folder, USER_FILES)
    for place in (folder, folder / "own"):
        os.utime(place, (1_000_000_000, 1_000_000_000))
    write(folder, SECOND_PACKAGE)
    assert folder.stat().st_mtime > 1_000_000_000  # importlib caches by it
    assert (folder / "own").stat().st_mtime == 1_000_000_000


@ways
def test_foreign_files_are_kept(
    folder: Path, monkeypatch: pytest.MonkeyPatch, way: str
) -> None:
    disable_exchange(monkeypatch, way)
    write(folder, FIRST_PACKAGE)
    write_files(
        folder,
        {**USER_FILES, "_runtime/__pycache__/a.pyc": "code", "only_one/mine.py": "m"},
    )
    (folder / "empty" / "too").mkdir(parents=True)
    (folder / "mine.txt").chmod(0o640)
    (folder / "own").chmod(0o711)
    os.utime(folder / "own" / "deep", (1_000_000_000, 1_000_000_000))
    before = {(folder / path): (folder / path).stat() for path in USER_FILES}
    write(folder, SECOND_PACKAGE)
    kept = {**USER_FILES, "_runtime/__pycache__/a.pyc": "code", "only_one/mine.py": "m"}
    assert read_files(folder) == {**SECOND_PACKAGE, **kept}
    assert (folder / "empty" / "too").is_dir()
    assert stat.S_IMODE((folder / "own").stat().st_mode) == 0o711
    assert (folder / "own" / "deep").stat().st_mtime == 1_000_000_000
    for path, state in before.items():
        now = path.stat()
        assert (now.st_mode, now.st_mtime_ns) == (state.st_mode, state.st_mtime_ns)
        assert now.st_nlink == 1
    assert list_siblings(folder) == []


def test_emptied_package_folder_is_removed(folder: Path) -> None:
    write(folder, FIRST_PACKAGE)
    write(folder, SECOND_PACKAGE)
    assert not (folder / "only_one").exists()


@posix
def test_special_files_are_kept(folder: Path, tmp_path: Path) -> None:
    write(folder, FIRST_PACKAGE)
    os.mkfifo(folder / "fifo")
    (folder / "dangling").symlink_to("nowhere")
    (folder / "to_file").symlink_to("client.py")
    (folder / "to_folder").symlink_to("/")
    (folder / "loop").symlink_to("loop")
    strange = os.fsdecode(b"caf\xe9 \x01\n\\")
    (folder / strange).write_text("strange\n")
    here = os.getcwd()
    os.chdir(folder)  # a socket's path is short
    with socket.socket(socket.AF_UNIX) as server:
        server.bind("socket")
    os.chdir(here)
    names = ("fifo", "dangling", "to_file", "to_folder", "loop", strange, "socket")
    before = {name: (folder / name).lstat() for name in names}
    links = {name: os.readlink(folder / name) for name in names[1:5]}
    write(folder, SECOND_PACKAGE)
    for name, state in before.items():
        now = (folder / name).lstat()
        assert (now.st_mode, now.st_mtime_ns) == (state.st_mode, state.st_mtime_ns)
    assert {name: os.readlink(folder / name) for name in links} == links
    assert read_files(folder) == {**SECOND_PACKAGE, strange: "strange\n"}


@posix
def test_file_that_cannot_be_linked_is_copied(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def no_links(*args: object, **options: object) -> None:
        raise OSError(errno.ENOTSUP, os.strerror(errno.ENOTSUP))

    write(folder, FIRST_PACKAGE)
    write_files(folder, USER_FILES)
    (folder / "link").symlink_to("nowhere")
    (folder / "mine.txt").chmod(0o640)
    for path in ("mine.txt", "py.typed"):
        os.utime(folder / path, (1_000_000_000, 1_000_000_000))
    monkeypatch.setattr(os, "link", no_links)
    write(folder, SECOND_PACKAGE)
    assert read_files(folder) == {**SECOND_PACKAGE, **USER_FILES}
    assert os.readlink(folder / "link") == "nowhere"
    assert (folder / "mine.txt").stat().st_mtime == 1_000_000_000
    assert (folder / "py.typed").stat().st_mtime == 1_000_000_000
    assert stat.S_IMODE((folder / "mine.txt").stat().st_mode) == 0o640

    os.mkfifo(folder / "fifo")
    with pytest.raises(OutputError, match="fifo"):
        write(folder, FIRST_PACKAGE)
    assert read_files(folder) == {**SECOND_PACKAGE, **USER_FILES}
    assert list_siblings(folder) == []


def test_foreign_file_is_not_overwritten(folder: Path) -> None:
    write_files(folder, {"client.py": "mine\n"})
    before = file_states(folder.parent)
    with pytest.raises(OutputError, match=r"okta/client\.py is in the way"):
        write(folder, FIRST_PACKAGE)
    assert file_states(folder) == {k: v for k, v in before.items() if "okta" in k}
    assert read_files(folder) == {"client.py": "mine\n"}
    assert list_siblings(folder) == []


def test_equal_foreign_file_is_adopted(folder: Path) -> None:
    write_files(folder, {"client.py": FIRST_PACKAGE["client.py"]})
    assert "client.py" not in kinds_by_path(write(folder, FIRST_PACKAGE))
    assert kinds_by_path(write(folder, SECOND_PACKAGE))["client.py"] == "changed"
    assert read_files(folder) == SECOND_PACKAGE


@pytest.mark.parametrize(
    ("foreign", "files"),
    [
        ({"models/mine.py": "m"}, {"models": "x"}),
        ({"models": "m"}, {"models/x.py": "x"}),
        ({"client.py/mine.py": "m"}, {"client.py": "x"}),
    ],
)
def test_foreign_path_in_the_way_is_refused(
    folder: Path, foreign: dict[str, str], files: dict[str, str]
) -> None:
    write_files(folder, foreign)
    with pytest.raises(OutputError, match="is in the way"):
        write(folder, with_manifest(files))
    assert read_files(folder) == foreign
    assert list_siblings(folder) == []


def test_empty_foreign_folder_in_the_way_is_refused(folder: Path) -> None:
    (folder / "client.py").mkdir(parents=True)
    with pytest.raises(OutputError, match="is in the way"):
        write(folder, FIRST_PACKAGE)
    assert (folder / "client.py").is_dir()


@posix
def test_fifo_in_the_way_does_not_block(folder: Path) -> None:
    folder.mkdir()
    for name in ("client.py", MANIFEST):
        os.mkfifo(folder / name)
    assert kinds_by_path(compare(folder, FIRST_PACKAGE))["client.py"] == "added"
    with pytest.raises(OutputError, match="is in the way"):
        write(folder, FIRST_PACKAGE)


def test_file_becomes_a_folder_and_back(folder: Path) -> None:
    flat = with_manifest({"models": "flat\n"})
    deep = with_manifest({"models/a.py": "a\n", "models/b/c.py": "c\n"})
    for files in (flat, deep, flat, deep):
        write(folder, files)
        assert read_files(folder) == files
    write_files(folder, {"models/mine.py": "m"})
    with pytest.raises(OutputError, match=r"models/mine\.py is in the way"):
        write(folder, flat)


@pytest.mark.parametrize(
    "path",
    ["", ".", "..", "/etc/x", "//x", "../x", "a/../x", "a/..", "./x", "a//b", "a/"]
    + ["a\\b", "..\\x", "C:x", "C:/x", "c:\\x", "a\0b", "a\nb", "a\x7fb", "a\x85b"]
    + ["\ud800"],
)
def test_path_outside_the_folder_is_refused(folder: Path, path: str) -> None:
    for act in (compare, write):
        with pytest.raises(OutputError) as caught:
            act(folder, {path: "x"})
        assert repr(path) in str(caught.value)
        assert "\n" not in str(caught.value)
    assert not folder.exists()
    assert list_siblings(folder) == []


def test_file_below_a_file_is_refused(folder: Path) -> None:
    with pytest.raises(OutputError, match="a/b"):
        write(folder, {"a": "1", "a/b": "2"})
    assert list_siblings(folder) == []


def test_text_with_a_surrogate_is_refused(folder: Path) -> None:
    with pytest.raises(OutputError, match=r"client\.py"):
        write(folder, {"client.py": "\ud800"})
    assert list_siblings(folder) == []


def test_newlines_are_written_unchanged(folder: Path) -> None:
    write(folder, with_manifest({"a": "1\n2\r\n3"}))
    assert (folder / "a").read_bytes() == b"1\n2\r\n3"


# paths


@pytest.mark.parametrize(
    "name", ["with space", "Ω-naïve ☕", "new", "a.b[c]*?", "-x", "~"]
)
def test_folder_may_have_any_name(tmp_path: Path, name: str) -> None:
    folder = tmp_path / "a place" / name
    for files in (FIRST_PACKAGE, SECOND_PACKAGE, FIRST_PACKAGE):
        write(folder, files)
        assert read_files(folder) == files
        assert list_siblings(folder) == []


def test_missing_parents_are_created(tmp_path: Path) -> None:
    write(tmp_path / "a" / "b" / "okta", FIRST_PACKAGE)
    assert read_files(tmp_path / "a" / "b" / "okta") == FIRST_PACKAGE


@posix
def test_symlink_to_a_folder_is_followed(folder: Path, tmp_path: Path) -> None:
    write_files(folder, USER_FILES)
    link = tmp_path / "link"
    link.symlink_to(folder)
    for files in (FIRST_PACKAGE, SECOND_PACKAGE):
        write(link, files)
        assert link.is_symlink()
        assert read_files(folder) == {**files, **USER_FILES}
    assert compare(link, SECOND_PACKAGE) == ()
    assert sorted(os.listdir(tmp_path)) == ["link", "place"]
    assert list_siblings(folder) == []


@posix
def test_dangling_symlink_target_is_created(folder: Path, tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to(folder)
    write(tmp_path / "link", FIRST_PACKAGE)
    assert read_files(folder) == FIRST_PACKAGE


@posix
def test_symlink_loop_is_refused(folder: Path) -> None:
    folder.symlink_to(folder)
    for act in (compare, write):
        with pytest.raises(OutputError, match="okta"):
            act(folder, FIRST_PACKAGE)
    assert list_siblings(folder) == []


def test_file_in_place_of_the_folder_is_refused(folder: Path) -> None:
    folder.write_text("a file\n")
    for act in (compare, write):
        with pytest.raises(OutputError, match="okta: Not a directory"):
            act(folder, FIRST_PACKAGE)
    assert folder.read_text() == "a file\n"
    assert list_siblings(folder) == []


def test_parent_that_is_a_file_is_refused(folder: Path) -> None:
    folder.write_text("a file\n")
    with pytest.raises(OutputError, match="okta/a/b: "):
        write(folder / "a" / "b", FIRST_PACKAGE)
    assert folder.read_text() == "a file\n"
    assert list_siblings(folder) == []


def test_root_of_the_file_system_is_refused() -> None:
    with pytest.raises(OutputError, match="root of the file system"):
        write(Path(Path.cwd().anchor), FIRST_PACKAGE)


@posix
@ways
def test_working_directory_can_be_replaced(
    folder: Path, monkeypatch: pytest.MonkeyPatch, way: str
) -> None:
    disable_exchange(monkeypatch, way)
    write_files(folder, USER_FILES)
    monkeypatch.chdir(folder)
    for files in (FIRST_PACKAGE, SECOND_PACKAGE, FIRST_PACKAGE):
        write(Path(), files)
        assert read_files(Path()) == read_files(folder) == {**files, **USER_FILES}
        assert os.getcwd() == str(folder)
        assert list_siblings(folder) == []
    monkeypatch.chdir(folder / "own" / "deep")
    write(Path("../.."), SECOND_PACKAGE)
    assert os.getcwd() == str(folder / "own" / "deep")
    assert os.listdir() == ["notes.md"]


def test_too_long_name_is_refused(tmp_path: Path) -> None:
    with pytest.raises(OutputError, match="too long"):
        write(tmp_path / "made" / ("n" * 250), FIRST_PACKAGE)
    assert os.listdir(tmp_path) == []


def test_error_message_is_one_line(tmp_path: Path) -> None:
    folder = tmp_path / "a\nb\x1b[31m"
    folder.write_text("")
    with pytest.raises(OutputError) as caught:
        write(folder, FIRST_PACKAGE)
    assert str(caught.value).isprintable()


# errors of the system


ROOT_WITHOUT_POWERS = ["setpriv", "--bounding-set=-dac_override,-dac_read_search"]


def run_python(code: str, *args: str, before: list[str] | None = None) -> str:
    """Run code with the names of this module in a child process."""
    here = Path(__file__)
    paths = [str(GENERATOR), str(here.parent), str(here.parents[2])]
    start = f"import sys; sys.path[:0] = {paths!r}\n"
    start += f"from {here.stem} import *\n"
    command = [*(before or []), sys.executable, "-c", start + textwrap.dedent(code)]
    done = subprocess.run([*command, *args], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return done.stdout


def succeeds(command: list[str]) -> bool:
    if shutil.which(command[0]) is None:
        return False
    return subprocess.run([*command, "true"], capture_output=True).returncode == 0


@posix
@pytest.mark.parametrize("locked", ["the folder", "the parent", "a foreign folder"])
def test_missing_permission_changes_nothing(folder: Path, locked: str) -> None:
    before = ROOT_WITHOUT_POWERS if os.geteuid() == 0 else []
    if before and not succeeds(before):
        pytest.skip("root cannot be held to permissions here: no setpriv")
    write(folder, FIRST_PACKAGE)
    write_files(folder, USER_FILES)
    place = {"the folder": folder, "the parent": folder.parent}.get(locked)
    place = place or folder / "own"
    place.chmod(0o000 if locked == "a foreign folder" else 0o555)
    try:
        said = run_python(
            """
            assert write(Path(sys.argv[1]), FIRST_PACKAGE) == ()
            try:
                write(Path(sys.argv[1]), SECOND_PACKAGE)
            except OutputError as error:
                print(error)
            """,
            str(folder),
            before=before,
        )
    finally:
        place.chmod(0o755)
    assert said.startswith(f"{folder}: Permission denied")
    assert said.count("\n") == 1
    assert read_files(folder) == {**FIRST_PACKAGE, **USER_FILES}
    assert list_siblings(folder) == []


@posix
def test_read_only_foreign_folder_is_kept(folder: Path) -> None:
    before = ROOT_WITHOUT_POWERS if os.geteuid() == 0 else []
    if before and not succeeds(before):
        pytest.skip("root cannot be held to permissions here: no setpriv")
    write(folder, FIRST_PACKAGE)
    write_files(folder, USER_FILES)
    (folder / "own" / "deep").chmod(0o555)
    (folder / "own").chmod(0o555)
    try:
        run_python(
            "write(Path(sys.argv[1]), SECOND_PACKAGE)", str(folder), before=before
        )
        assert stat.S_IMODE((folder / "own").stat().st_mode) == 0o555
        assert stat.S_IMODE((folder / "own" / "deep").stat().st_mode) == 0o555
    finally:
        (folder / "own").chmod(0o755)
        (folder / "own" / "deep").chmod(0o755)
    assert read_files(folder) == {**SECOND_PACKAGE, **USER_FILES}
    assert list_siblings(folder) == []


@pytest.fixture
def mount_command() -> list[str]:
    """Return a command prefix that creates a mount namespace."""
    for command in (["unshare", "-m"], ["unshare", "-rm"]):
        if succeeds([*command, "sh", "-c", "mount -t tmpfs none /mnt && $0"]):
            return command
    pytest.skip("mounting is not permitted here")


def test_full_disk_changes_nothing(tmp_path: Path, mount_command: list[str]) -> None:
    said = run_python(
        """
        disk = Path(sys.argv[1])
        small = "mount -t tmpfs -o size=256k none".split()
        subprocess.run([*small, str(disk)], check=True)
        folder, filler = disk / "okta", disk / "filler"
        big = {f"m{n}.py": f"# {n}\\n" * 1000 for n in range(8)}
        old = {**package("one", **big), "mine.txt": "mine\\n"}
        write_files(folder, old)
        new = package("two", **{path: text + "#" for path, text in big.items()})
        refused = 0
        for pages in range(64):
            for parent in (folder, disk / "made" / "okta"):
                size = os.statvfs(disk).f_bavail * os.statvfs(disk).f_frsize
                filler.write_bytes(b"x" * max(0, size - 4096 * pages))
                try:
                    write(parent, new)
                except OutputError as error:
                    refused += 1
                    assert str(error).startswith(f"{parent}: No space left on device")
                    assert read_files(folder) == old, pages
                    assert not (disk / "made").exists()
                else:
                    shutil.rmtree(disk / "made", ignore_errors=True)
                    assert read_files(folder) in (old, {**new, "mine.txt": "mine\\n"}), pages
                filler.unlink()
                assert os.listdir(disk) == ["okta"], os.listdir(disk)
                shutil.rmtree(folder)
                write_files(folder, old)
        print(refused)
        """,
        str(tmp_path),
        before=mount_command,
    )
    assert 20 < int(said) < 128


@pytest.mark.parametrize("there", [True, False])
def test_read_only_mount_is_refused(
    folder: Path, mount_command: list[str], there: bool
) -> None:
    if there:
        write(folder, FIRST_PACKAGE)
    said = run_python(
        """
        folder = Path(sys.argv[1])
        place = str(folder.parent)
        subprocess.run(["mount", "--bind", place, place], check=True)
        subprocess.run(["mount", "-o", "remount,bind,ro", place], check=True)
        if folder.exists():
            assert write(folder, FIRST_PACKAGE) == ()
        try:
            write(folder, SECOND_PACKAGE)
        except OutputError as error:
            print(error)
        """,
        str(folder),
        before=mount_command,
    )
    assert said.startswith(f"{folder}: Read-only file system")
    assert said.count("\n") == 1
    assert list_siblings(folder) == []
    assert not there or read_files(folder) == FIRST_PACKAGE


@pytest.mark.parametrize("mounted", ["", "own"])
def test_mount_point_is_refused(
    folder: Path, mount_command: list[str], mounted: str
) -> None:
    write(folder, FIRST_PACKAGE)
    write_files(folder, USER_FILES)
    said = run_python(
        """
        folder, place = Path(sys.argv[1]), sys.argv[2]
        subprocess.run(["mount", "-t", "tmpfs", "none", place], check=True)
        write_files(Path(place), USER_FILES)
        before = read_files(folder)
        try:
            write(folder, SECOND_PACKAGE)
        except OutputError as error:
            print(error)
        assert read_files(folder) == before
        """,
        str(folder),
        str(folder / mounted),
        before=mount_command,
    )
    assert "mount point" in said
    assert read_files(folder) == {**FIRST_PACKAGE, **USER_FILES}
    assert list_siblings(folder) == []


# kills, failures and concurrent runs


def is_one_version(
    folder: Path, kept: dict[str, str], *versions: dict[str, str]
) -> bool:
    return read_files(folder) in [{**files, **kept} for files in versions]


@posix
def test_sigkill_at_any_time_leaves_a_whole_package(folder: Path) -> None:
    """Runs that replace one version by the other are killed at random times."""
    write(folder, FIRST_PACKAGE)
    write_files(folder, USER_FILES)
    chance = random.Random(9)
    left = 0
    for _ in range(60):
        ready, tell = os.pipe()
        child = os.fork()
        if child == 0:
            os.write(tell, b"!")
            while True:
                write(folder, SECOND_PACKAGE)
                write(folder, FIRST_PACKAGE)
        os.read(ready, 1)
        time.sleep(chance.uniform(0, 0.06))
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
        os.close(ready)
        os.close(tell)
        assert is_one_version(folder, USER_FILES, FIRST_PACKAGE, SECOND_PACKAGE)
        left += any(name.startswith(".okta.new.") for name in list_siblings(folder))
        write(folder, FIRST_PACKAGE)
        assert is_one_version(folder, USER_FILES, FIRST_PACKAGE)
        assert list_siblings(folder) == []
    assert left > 0, "no run was killed while it wrote"


STEPS = re.compile(r"open|os\.(mkdir|rename|link|remove|rmdir|chmod|utime|scandir)")

SMALL_FIRST = with_manifest({"a.py": "1\n", "same.py": "", "only_one/b.py": "1\n"})
SMALL_SECOND = with_manifest({"a.py": "2\n", "same.py": "", "only_two/b.py": "2\n"})

NOT_REACHED = 99


def fork_and_act_at_step(number: int, act: Callable[[], None], target: Path) -> int:
    """Write in a child process, which acts at the step of a number.

    Only steps that touch the disk count. Returns how the child ends: 0, 1 on an
    OutputError, OTHERWISE where it has fewer steps, or minus the signal.
    """
    child = os.fork()
    if child:
        return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    count = 0

    def hook(event: str, args: tuple[object, ...]) -> None:
        nonlocal count
        if STEPS.fullmatch(event):
            count += 1
            if count == number:
                act()

    code = 2
    try:
        sys.addaudithook(hook)
        write(target, SMALL_SECOND)
        code = 0 if count >= number else NOT_REACHED
    except OutputError:
        code = 1
    finally:
        os._exit(code)


def kill() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def fail() -> None:
    raise OSError(errno.EIO, os.strerror(errno.EIO))


first_or_not = pytest.mark.parametrize(
    ("first", "way"), [(True, ""), (False, "exchange"), (False, "two renames")]
)


@posix
@first_or_not
@pytest.mark.parametrize("act", first_of_each([kill, fail]))
def test_kill_or_failure_at_each_step_leaves_a_whole_package(
    folder: Path,
    monkeypatch: pytest.MonkeyPatch,
    first: bool,
    way: str,
    act: Callable[[], None],
) -> None:
    disable_exchange(monkeypatch, way)
    kept: dict[str, str] = {} if first else {"own/mine.txt": "mine\n"}
    away = 0
    codes: list[int] = []
    while NOT_REACHED not in codes:
        if first:
            shutil.rmtree(folder, ignore_errors=True)
        else:
            write(folder, SMALL_FIRST)
            write_files(folder, kept)
        number = len(codes) + 1
        codes.append(fork_and_act_at_step(number, act, folder))
        if folder.exists():
            assert is_one_version(folder, kept, SMALL_FIRST, SMALL_SECOND), number
            assert (
                codes[-1] != 1 or first or is_one_version(folder, kept, SMALL_FIRST)
            ), number
        else:
            away += 1
        write(folder, SMALL_SECOND)
        assert is_one_version(folder, kept, SMALL_SECOND), number
        assert list_siblings(folder) == [], number
    assert set(codes[:-1]) == ({-signal.SIGKILL} if act is kill else {0, 1})
    assert len(codes) > 20
    if not first:  # only a kill between two renames leaves it away
        assert (away > 0) == (way == "two renames" and act is kill)


def make_leftover(folder: Path, number: str, files: dict[str, str]) -> Path:
    """Create the work folder of a killed run."""
    work = folder.with_name(f".{folder.name}.new.{number}")
    write_files(work, {"clientcast": "", **files})
    return work


def test_work_folders_of_killed_runs_are_removed(folder: Path) -> None:
    write(folder, FIRST_PACKAGE)
    make_leftover(folder, "1", {})
    make_leftover(folder, "2a", {"new/half.py": "", "old/x/y.py": ""})
    (folder.parent / ".okta.new.3").mkdir()
    write_files(folder.parent, {".okta.lock": ""})
    assert write(folder, FIRST_PACKAGE) == ()
    assert list_siblings(folder) == ([] if os.name == "posix" else [".okta.lock"])
    assert read_files(folder) == FIRST_PACKAGE


def test_folder_set_aside_by_a_killed_run_is_restored(folder: Path) -> None:
    write(folder, FIRST_PACKAGE)
    write_files(folder, USER_FILES)
    folder.rename(make_leftover(folder, "77", {"new/half.py": ""}) / "old")
    write(folder, SECOND_PACKAGE)
    assert is_one_version(folder, USER_FILES, SECOND_PACKAGE)
    assert list_siblings(folder) == []


@posix
def test_concurrent_run_fails_at_once(folder: Path) -> None:
    write(folder, FIRST_PACKAGE)
    with swap.locked(folder):
        before = read_files(folder.parent)
        start = time.monotonic()
        with pytest.raises(OutputError, match="okta: another run is writing there"):
            write(folder, SECOND_PACKAGE)
        assert time.monotonic() - start < 30  # However busy the machine is.
        assert read_files(folder.parent) == before
    assert list_siblings(folder) == []
    write(folder, SECOND_PACKAGE)
    assert read_files(folder) == SECOND_PACKAGE


@posix
def test_lock_removed_by_its_holder_is_not_acquired(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Two runs must not hold locks on two files of the same name."""
    write(folder, FIRST_PACKAGE)
    lock = folder.parent / ".okta.lock"
    opened = os.open

    def late(path: Path, flags: int, mode: int = 0o777) -> int:
        handle = opened(path, flags, mode)
        if path == lock:
            lock.unlink()
        return handle

    with monkeypatch.context() as patch:
        patch.setattr(os, "open", late)
        with pytest.raises(OutputError, match="another run is writing there"):
            write(folder, SECOND_PACKAGE)
    assert read_files(folder) == FIRST_PACKAGE
    write(folder, SECOND_PACKAGE)
    assert read_files(folder) == SECOND_PACKAGE


@posix
@pytest.mark.parametrize("first", [True, False])
def test_concurrent_writers_leave_one_whole_package(folder: Path, first: bool) -> None:
    for _ in range(5):
        if first:
            shutil.rmtree(folder, ignore_errors=True)
        else:
            write(folder, package("zero"))
            write_files(folder, USER_FILES)
        wait, go = os.pipe()
        children = []
        for files in (FIRST_PACKAGE, SECOND_PACKAGE):
            child = os.fork()
            if child == 0:
                os.close(go)
                os.read(wait, 1)
                try:
                    write(folder, files)
                except OutputError as error:
                    os._exit(1 if "another run is writing" in str(error) else 2)
                except BaseException:
                    os._exit(2)
                os._exit(0)
            children.append(child)
        os.close(wait)
        os.close(go)
        codes = [os.waitstatus_to_exitcode(os.waitpid(c, 0)[1]) for c in children]
        assert 0 in codes and 2 not in codes
        assert is_one_version(
            folder, {} if first else USER_FILES, FIRST_PACKAGE, SECOND_PACKAGE
        )
        assert list_siblings(folder) == []
        if codes == [0, 1]:
            assert is_one_version(folder, {} if first else USER_FILES, FIRST_PACKAGE)


@posix
def test_folder_is_never_missing_during_exchange(folder: Path) -> None:
    write(folder, FIRST_PACKAGE)
    if not swap._exchange(folder, folder):
        pytest.skip("this file system cannot exchange")
    child = os.fork()
    if child == 0:
        while True:
            write(folder, SECOND_PACKAGE)
            write(folder, FIRST_PACKAGE)
    try:
        end = time.monotonic() + 0.5
        while time.monotonic() < end:
            assert (folder / MANIFEST).read_text() in (
                FIRST_PACKAGE[MANIFEST],
                SECOND_PACKAGE[MANIFEST],
            )
    finally:
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)


def flush_each(monkeypatch: pytest.MonkeyPatch, many: int | None) -> None:
    """Flush each file, at the same time from a number of files; None for all by one call."""
    monkeypatch.setattr(flushing, "_little_waits", lambda: many is None)
    monkeypatch.setattr(flushing, "_MANY_FILES", 300 if many is None else many)


@ways
@pytest.mark.parametrize("many", [0, 300, None])
def test_interrupt_leaves_no_work_folder(
    folder: Path, monkeypatch: pytest.MonkeyPatch, way: str, many: int | None
) -> None:
    disable_exchange(monkeypatch, way)
    flush_each(monkeypatch, many)
    write(folder, FIRST_PACKAGE)

    def interrupted(place: str) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(flushing, "_new_file", interrupted)
    with pytest.raises(KeyboardInterrupt):
        write(folder, SECOND_PACKAGE)
    assert read_files(folder) == FIRST_PACKAGE
    assert list_siblings(folder) == []


def test_many_files_are_written(folder: Path) -> None:
    many = with_manifest({f"m{n}.py": f"{n}\n" for n in range(350)})
    write(folder, many)
    assert read_files(folder) == many
    assert list_siblings(folder) == []


@posix
@first_or_not
@pytest.mark.parametrize("many", [0, 300, None])
def test_files_are_flushed_before_the_exchange(
    folder: Path,
    monkeypatch: pytest.MonkeyPatch,
    first: bool,
    way: str,
    many: int | None,
) -> None:
    disable_exchange(monkeypatch, way)
    flush_each(monkeypatch, many)
    if not first:
        write(folder, FIRST_PACKAGE)
    flushed: list[int] = []
    at_exchange: list[int] = []
    flush_to_disk, rename, exchanged = os.fsync, os.rename, swap._exchange

    def record(handle: int) -> None:
        flushed.append(os.fstat(handle).st_ino)
        flush_to_disk(handle)

    def renamed(old: Path, new: Path) -> None:
        at_exchange[:] = at_exchange or flushed
        rename(old, new)

    def swapped(one: Path, other: Path) -> bool:
        at_exchange[:] = at_exchange or flushed
        return exchanged(one, other)

    same = {p.stat().st_ino for p in folder.rglob("*") if p.is_file()}
    flush_all = flushing._flush_file_system

    def record_all(place: str) -> bool:
        new = [p for p in Path(place).parents if p.name == "new"][-1]
        flushed.extend(p.stat().st_ino for p in new.rglob("*") if p.is_file())
        return flush_all(place)

    monkeypatch.setattr(flushing, "_flush_file_system", record_all)
    monkeypatch.setattr(os, "fsync", record)
    monkeypatch.setattr(os, "rename", renamed)
    monkeypatch.setattr(swap, "_exchange", swapped)
    write(folder, SECOND_PACKAGE)
    expected = {path.stat().st_ino for path in [folder, *folder.rglob("*")]} - same
    assert set(at_exchange) == expected
    assert folder.parent.stat().st_ino in flushed[len(at_exchange) :]


@posix
def test_files_are_flushed_one_by_one_where_not_all_can_be(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    flushed: list[str] = []
    flush = flushing.flush_to_disk

    def record(place: Path | str) -> None:
        flushed.append(Path(place).name)
        flush(place)

    monkeypatch.setattr(flushing, "_little_waits", lambda: True)
    monkeypatch.setattr(flushing, "_flush_file_system", lambda place: False)
    monkeypatch.setattr(flushing, "flush_to_disk", record)
    write(folder, FIRST_PACKAGE)
    assert sorted(flushed) == sorted(Path(path).name for path in FIRST_PACKAGE)
