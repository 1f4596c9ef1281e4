"""Tests of `clientcast.output`: what is compared, and that it is replaced all or nothing."""

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
from clientcast import swap
from clientcast.manifest import MANIFEST
from clientcast.output import Change, OutputError, compare, write

GENERATOR = Path(swap.__file__).parents[1]

posix = pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork and signals")

ways = pytest.mark.parametrize("way", ["exchange", "two renames"])


def package(version: str, **more: str) -> dict[str, str]:
    """A package of which each version says another thing in most files."""
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


ONE = package("one")
TWO = package("two")
MINE = {"mine.txt": "mine\n", "own/deep/notes.md": "notes\n"}


def put(folder: Path, files: dict[str, str]) -> None:
    for path, text in files.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_bytes(text.encode())


def tree(folder: Path) -> dict[str, str]:
    """The plain files below, without following symlinks."""
    return {
        path.relative_to(folder).as_posix(): path.read_bytes().decode()
        for path in folder.rglob("*")
        if stat.S_ISREG(path.lstat().st_mode)
    }


def beside(folder: Path) -> list[str]:
    """What stands beside the folder, hidden siblings too."""
    return sorted(name for name in os.listdir(folder.parent) if name != folder.name)


def everything(folder: Path) -> dict[str, tuple[int, int, int]]:
    """Inode, mode and mtime of all that is there."""
    states = {path: path.lstat() for path in [folder, *folder.rglob("*")]}
    return {
        str(path): (state.st_ino, state.st_mode, state.st_mtime_ns)
        for path, state in states.items()
    }


def kinds(changes: tuple[Change, ...]) -> dict[str, str]:
    return {change.path: change.kind for change in changes}


def without_exchange(monkeypatch: pytest.MonkeyPatch, way: str) -> None:
    if way == "two renames":
        monkeypatch.setattr(swap, "_exchange", lambda one, other: False)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Where a package goes: not there yet, and alone in the folder above."""
    (tmp_path / "place").mkdir()
    return tmp_path / "place" / "okta"


# Change


def test_a_change_is_a_unified_diff() -> None:
    change = Change("a/b.py", "one\ntwo\n", "one\nthree\n")
    assert change.kind == "changed"
    assert change.diff() == (
        "--- a/a/b.py\n+++ b/a/b.py\n@@ -1,2 +1,2 @@\n one\n-two\n+three\n"
    )


def test_an_absent_file_is_dev_null() -> None:
    added = Change("x", None, "1\n")
    removed = Change("x", "1\n", None)
    assert (added.kind, removed.kind) == ("added", "removed")
    assert added.diff() == "--- /dev/null\n+++ b/x\n@@ -0,0 +1 @@\n+1\n"
    assert removed.diff() == "--- a/x\n+++ /dev/null\n@@ -1 +0,0 @@\n-1\n"


def test_an_empty_file_has_a_header() -> None:
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
def test_patch_understands_the_diff(tmp_path: Path, before: str, after: str) -> None:
    put(tmp_path, {"file": before})
    diff = Change("file", before, after).diff().encode()
    command = ["patch", "--binary", "-p1", "-d", str(tmp_path)]
    subprocess.run(command, input=diff, check=True, capture_output=True)
    assert tree(tmp_path) == {"file": after}


# compare


def test_a_missing_folder_is_all_added(folder: Path) -> None:
    changes = compare(folder, ONE)
    assert [change.path for change in changes] == sorted(ONE)
    assert {change.kind for change in changes} == {"added"}
    assert not folder.exists()
    assert beside(folder) == []


def test_a_missing_parent_is_all_added(tmp_path: Path) -> None:
    assert len(compare(tmp_path / "a" / "b", ONE)) == len(ONE)


def test_compare_tells_what_write_does(folder: Path) -> None:
    write(folder, ONE)
    put(folder, MINE)
    expected = compare(folder, TWO)
    assert kinds(expected) == {
        "__init__.py": "changed",
        "_runtime/wire.py": "changed",
        "client.py": "changed",
        MANIFEST: "changed",
        "only_one/here.py": "removed",
        "only_two/here.py": "added",
    }
    assert [change.path for change in expected] == sorted(kinds(expected))
    assert write(folder, TWO) == expected
    assert compare(folder, TWO) == ()


def test_a_deleted_file_is_added(folder: Path) -> None:
    write(folder, ONE)
    (folder / "client.py").unlink()
    assert kinds(compare(folder, ONE)) == {"client.py": "added"}
    assert kinds(write(folder, ONE)) == {"client.py": "added"}
    assert tree(folder) == ONE


@pytest.mark.parametrize(
    ("on_disk", "before"),
    [
        (ONE["client.py"].replace("\n", "\r\n").encode(), None),
        (b"\xff\xfe\x00 caf\xe9\n", "\\xff\\xfe\x00 caf\\xe9\n"),
        (b"\xef\xbb\xbf" + ONE["client.py"].encode(), None),
        (b"", ""),
    ],
)
def test_bytes_are_compared(folder: Path, on_disk: bytes, before: str | None) -> None:
    write(folder, ONE)
    (folder / "client.py").write_bytes(on_disk)
    (change,) = compare(folder, ONE)
    assert change.kind == "changed"
    assert change.before == (on_disk.decode() if before is None else before)
    change.diff().encode()
    assert write(folder, ONE, force=True) == (change,)
    assert (folder / "client.py").read_bytes() == ONE["client.py"].encode()


def test_a_foreign_file_is_never_mentioned(folder: Path) -> None:
    write(folder, ONE)
    put(folder, MINE)
    assert compare(folder, ONE) == ()


def test_a_file_that_is_no_longer_ours_to_make_is_removed(folder: Path) -> None:
    write(folder, ONE)
    assert kinds(compare(folder, {})) == dict.fromkeys(ONE, "removed")
    put(folder, MINE)
    write(folder, {})
    assert tree(folder) == MINE
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
def test_a_broken_manifest_and_what_it_names_are_foreign(
    folder: Path, manifest: bytes
) -> None:
    folder.mkdir()
    put(folder, {"client.py": "mine\n", "x": "mine\n"})
    put(folder.parent, {"x": "outside\n"})
    (folder / MANIFEST).write_bytes(manifest)
    assert compare(folder, {}) == write(folder, {}) == ()
    with pytest.raises(OutputError, match=r"okta/client\.py"):
        write(folder, ONE, force=True)
    (folder / "client.py").unlink()
    with pytest.raises(OutputError, match=f"{MANIFEST} is in the way"):
        write(folder, ONE)
    assert (folder / MANIFEST).read_bytes() == manifest
    write(folder, ONE, force=True)
    assert tree(folder) == {**ONE, "x": "mine\n"}
    assert (folder.parent / "x").read_text() == "outside\n"


@posix
def test_what_a_manifest_names_beyond_a_symlink_is_not_ours(folder: Path) -> None:
    outside = folder.parent / "outside"
    put(outside, {"kept.py": "kept\n"})
    folder.mkdir()
    (folder / "sub").symlink_to(outside)
    (folder / "link.py").symlink_to(outside / "kept.py")
    manifest = {"files": {"sub/kept.py": digest("kept\n"), "link.py": digest("kept\n")}}
    put(folder, {MANIFEST: json.dumps(manifest)})
    assert kinds(compare(folder, ONE))[MANIFEST] == "changed"
    write(folder, ONE)
    assert (folder / "link.py").is_symlink() and (folder / "sub").is_symlink()
    assert tree(outside) == {"kept.py": "kept\n"}


@posix
@pytest.mark.parametrize("files", [{"sub/x.py": "new\n"}, {"sub": "new\n"}])
def test_nothing_is_written_through_a_symlink_below(
    folder: Path, files: dict[str, str]
) -> None:
    outside = folder.parent / "outside"
    put(outside, {"x.py": "kept\n"})
    folder.mkdir()
    (folder / "sub").symlink_to(outside)
    with pytest.raises(OutputError, match="okta/sub is in the way"):
        write(folder, with_manifest(files))
    assert tree(outside) == {"x.py": "kept\n"}
    assert os.listdir(folder) == ["sub"]


# write


def test_a_first_write(folder: Path) -> None:
    changes = write(folder, ONE)
    assert kinds(changes) == dict.fromkeys(ONE, "added")
    assert tree(folder) == ONE
    assert beside(folder) == []
    assert (folder / "client.py").read_bytes() == ONE["client.py"].encode()


@posix
def test_modes_are_the_usual_ones(folder: Path) -> None:
    old = os.umask(0o022)
    try:
        write(folder, ONE)
        assert stat.S_IMODE(folder.stat().st_mode) == 0o755
        assert stat.S_IMODE((folder / "_runtime").stat().st_mode) == 0o755
        assert stat.S_IMODE((folder / "client.py").stat().st_mode) == 0o644
        folder.chmod(0o2750)
        (folder / "_runtime").chmod(0o700)
        os.umask(0o077)
        write(folder, TWO)
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
    write(folder, ONE)
    put(folder, MINE)
    for place in (folder, folder / "own", folder / "mine.txt"):
        os.chown(place, 1234, 2345)
    write(folder, TWO)
    for place in (folder, folder / "own", folder / "mine.txt"):
        assert (place.stat().st_uid, place.stat().st_gid) == (1234, 2345)


def test_nothing_changed_touches_nothing(folder: Path) -> None:
    write(folder, ONE)
    put(folder, MINE)
    before = everything(folder.parent)
    assert write(folder, ONE) == ()
    assert everything(folder.parent) == before


def test_no_files_and_no_folder_is_no_change(folder: Path) -> None:
    assert write(folder, {}) == ()
    assert not folder.exists()


@ways
def test_an_unchanged_file_keeps_its_times(
    folder: Path, monkeypatch: pytest.MonkeyPatch, way: str
) -> None:
    without_exchange(monkeypatch, way)
    write(folder, ONE)
    same, changed = folder / "_runtime" / "send.py", folder / "client.py"
    for path in (same, changed):
        os.utime(path, (1_000_000_000, 1_000_000_000))
    write(folder, TWO)
    assert same.stat().st_mtime == 1_000_000_000
    assert changed.stat().st_mtime > 1_000_000_000
    assert tree(folder) == TWO


def test_a_folder_with_a_new_module_gets_a_new_time(folder: Path) -> None:
    write(folder, ONE)
    put(folder, MINE)
    for place in (folder, folder / "own"):
        os.utime(place, (1_000_000_000, 1_000_000_000))
    write(folder, TWO)
    assert folder.stat().st_mtime > 1_000_000_000  # importlib caches by it
    assert (folder / "own").stat().st_mtime == 1_000_000_000


@ways
def test_what_is_foreign_is_kept(
    folder: Path, monkeypatch: pytest.MonkeyPatch, way: str
) -> None:
    without_exchange(monkeypatch, way)
    write(folder, ONE)
    put(folder, {**MINE, "_runtime/__pycache__/a.pyc": "code", "only_one/mine.py": "m"})
    (folder / "empty" / "too").mkdir(parents=True)
    (folder / "mine.txt").chmod(0o640)
    (folder / "own").chmod(0o711)
    os.utime(folder / "own" / "deep", (1_000_000_000, 1_000_000_000))
    before = {(folder / path): (folder / path).stat() for path in MINE}
    write(folder, TWO)
    kept = {**MINE, "_runtime/__pycache__/a.pyc": "code", "only_one/mine.py": "m"}
    assert tree(folder) == {**TWO, **kept}
    assert (folder / "empty" / "too").is_dir()
    assert stat.S_IMODE((folder / "own").stat().st_mode) == 0o711
    assert (folder / "own" / "deep").stat().st_mtime == 1_000_000_000
    for path, state in before.items():
        now = path.stat()
        assert (now.st_mode, now.st_mtime_ns) == (state.st_mode, state.st_mtime_ns)
        assert now.st_nlink == 1
    assert beside(folder) == []


def test_a_folder_of_ours_that_became_empty_goes(folder: Path) -> None:
    write(folder, ONE)
    write(folder, TWO)
    assert not (folder / "only_one").exists()


@posix
def test_exotic_files_are_kept(folder: Path, tmp_path: Path) -> None:
    write(folder, ONE)
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
    write(folder, TWO)
    for name, state in before.items():
        now = (folder / name).lstat()
        assert (now.st_mode, now.st_mtime_ns) == (state.st_mode, state.st_mtime_ns)
    assert {name: os.readlink(folder / name) for name in links} == links
    assert tree(folder) == {**TWO, strange: "strange\n"}


@posix
def test_a_file_that_cannot_be_linked_is_copied(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def no_links(*args: object, **options: object) -> None:
        raise OSError(errno.ENOTSUP, os.strerror(errno.ENOTSUP))

    write(folder, ONE)
    put(folder, MINE)
    (folder / "link").symlink_to("nowhere")
    (folder / "mine.txt").chmod(0o640)
    for path in ("mine.txt", "py.typed"):
        os.utime(folder / path, (1_000_000_000, 1_000_000_000))
    monkeypatch.setattr(os, "link", no_links)
    write(folder, TWO)
    assert tree(folder) == {**TWO, **MINE}
    assert os.readlink(folder / "link") == "nowhere"
    assert (folder / "mine.txt").stat().st_mtime == 1_000_000_000
    assert (folder / "py.typed").stat().st_mtime == 1_000_000_000
    assert stat.S_IMODE((folder / "mine.txt").stat().st_mode) == 0o640

    os.mkfifo(folder / "fifo")
    with pytest.raises(OutputError, match="fifo"):
        write(folder, ONE)
    assert tree(folder) == {**TWO, **MINE}
    assert beside(folder) == []


def test_a_foreign_file_is_not_overwritten(folder: Path) -> None:
    put(folder, {"client.py": "mine\n"})
    before = everything(folder.parent)
    with pytest.raises(OutputError, match=r"okta/client\.py is in the way"):
        write(folder, ONE)
    assert everything(folder) == {k: v for k, v in before.items() if "okta" in k}
    assert tree(folder) == {"client.py": "mine\n"}
    assert beside(folder) == []


def test_a_foreign_file_that_is_equal_becomes_ours(folder: Path) -> None:
    put(folder, {"client.py": ONE["client.py"]})
    assert "client.py" not in kinds(write(folder, ONE))
    assert kinds(write(folder, TWO))["client.py"] == "changed"
    assert tree(folder) == TWO


@pytest.mark.parametrize(
    ("foreign", "files"),
    [
        ({"models/mine.py": "m"}, {"models": "x"}),
        ({"models": "m"}, {"models/x.py": "x"}),
        ({"client.py/mine.py": "m"}, {"client.py": "x"}),
    ],
)
def test_a_foreign_file_or_folder_in_the_way(
    folder: Path, foreign: dict[str, str], files: dict[str, str]
) -> None:
    put(folder, foreign)
    with pytest.raises(OutputError, match="is in the way"):
        write(folder, with_manifest(files))
    assert tree(folder) == foreign
    assert beside(folder) == []


def test_an_empty_foreign_folder_is_in_the_way_too(folder: Path) -> None:
    (folder / "client.py").mkdir(parents=True)
    with pytest.raises(OutputError, match="is in the way"):
        write(folder, ONE)
    assert (folder / "client.py").is_dir()


@posix
def test_a_fifo_in_the_way_hangs_nobody(folder: Path) -> None:
    folder.mkdir()
    for name in ("client.py", MANIFEST):
        os.mkfifo(folder / name)
    assert kinds(compare(folder, ONE))["client.py"] == "added"
    with pytest.raises(OutputError, match="is in the way"):
        write(folder, ONE)


def test_a_file_becomes_a_folder_and_back(folder: Path) -> None:
    flat = with_manifest({"models": "flat\n"})
    deep = with_manifest({"models/a.py": "a\n", "models/b/c.py": "c\n"})
    for files in (flat, deep, flat, deep):
        write(folder, files)
        assert tree(folder) == files
    put(folder, {"models/mine.py": "m"})
    with pytest.raises(OutputError, match=r"models/mine\.py is in the way"):
        write(folder, flat)


@pytest.mark.parametrize(
    "path",
    ["", ".", "..", "/etc/x", "//x", "../x", "a/../x", "a/..", "./x", "a//b", "a/"]
    + ["a\\b", "..\\x", "C:x", "C:/x", "c:\\x", "a\0b", "a\nb", "a\x7fb", "a\x85b"]
    + ["\ud800"],
)
def test_a_path_that_leads_outside_is_refused(folder: Path, path: str) -> None:
    for act in (compare, write):
        with pytest.raises(OutputError) as caught:
            act(folder, {path: "x"})
        assert repr(path) in str(caught.value)
        assert "\n" not in str(caught.value)
    assert not folder.exists()
    assert beside(folder) == []


def test_a_file_below_a_file_is_refused(folder: Path) -> None:
    with pytest.raises(OutputError, match="a/b"):
        write(folder, {"a": "1", "a/b": "2"})
    assert beside(folder) == []


def test_a_text_that_utf8_cannot_hold_is_refused(folder: Path) -> None:
    with pytest.raises(OutputError, match=r"client\.py"):
        write(folder, {"client.py": "\ud800"})
    assert beside(folder) == []


def test_newlines_are_written_as_they_are(folder: Path) -> None:
    write(folder, with_manifest({"a": "1\n2\r\n3"}))
    assert (folder / "a").read_bytes() == b"1\n2\r\n3"


# where


@pytest.mark.parametrize(
    "name", ["with space", "Ω-naïve ☕", "new", "a.b[c]*?", "-x", "~"]
)
def test_a_folder_of_any_name(tmp_path: Path, name: str) -> None:
    folder = tmp_path / "a place" / name
    for files in (ONE, TWO, ONE):
        write(folder, files)
        assert tree(folder) == files
        assert beside(folder) == []


def test_missing_parents_are_made(tmp_path: Path) -> None:
    write(tmp_path / "a" / "b" / "okta", ONE)
    assert tree(tmp_path / "a" / "b" / "okta") == ONE


@posix
def test_a_symlink_to_a_folder_is_written_through(folder: Path, tmp_path: Path) -> None:
    put(folder, MINE)
    link = tmp_path / "link"
    link.symlink_to(folder)
    for files in (ONE, TWO):
        write(link, files)
        assert link.is_symlink()
        assert tree(folder) == {**files, **MINE}
    assert compare(link, TWO) == ()
    assert sorted(os.listdir(tmp_path)) == ["link", "place"]
    assert beside(folder) == []


@posix
def test_a_symlink_that_leads_nowhere_yet(folder: Path, tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to(folder)
    write(tmp_path / "link", ONE)
    assert tree(folder) == ONE


@posix
def test_a_symlink_in_a_circle(folder: Path) -> None:
    folder.symlink_to(folder)
    for act in (compare, write):
        with pytest.raises(OutputError, match="okta"):
            act(folder, ONE)
    assert beside(folder) == []


def test_a_file_is_no_folder(folder: Path) -> None:
    folder.write_text("a file\n")
    for act in (compare, write):
        with pytest.raises(OutputError, match="okta: Not a directory"):
            act(folder, ONE)
    assert folder.read_text() == "a file\n"
    assert beside(folder) == []


def test_a_parent_that_is_a_file(folder: Path) -> None:
    folder.write_text("a file\n")
    with pytest.raises(OutputError, match="okta/a/b: "):
        write(folder / "a" / "b", ONE)
    assert folder.read_text() == "a file\n"
    assert beside(folder) == []


def test_the_root_of_the_file_system_is_refused() -> None:
    with pytest.raises(OutputError, match="root of the file system"):
        write(Path(Path.cwd().anchor), ONE)


@posix
@ways
def test_the_working_directory(
    folder: Path, monkeypatch: pytest.MonkeyPatch, way: str
) -> None:
    without_exchange(monkeypatch, way)
    put(folder, MINE)
    monkeypatch.chdir(folder)
    for files in (ONE, TWO, ONE):
        write(Path(), files)
        assert tree(Path()) == tree(folder) == {**files, **MINE}
        assert os.getcwd() == str(folder)
        assert beside(folder) == []
    monkeypatch.chdir(folder / "own" / "deep")
    write(Path("../.."), TWO)
    assert os.getcwd() == str(folder / "own" / "deep")
    assert os.listdir() == ["notes.md"]


def test_a_name_that_is_too_long(tmp_path: Path) -> None:
    with pytest.raises(OutputError, match="too long"):
        write(tmp_path / "made" / ("n" * 250), ONE)
    assert os.listdir(tmp_path) == []


def test_a_message_is_one_line(tmp_path: Path) -> None:
    folder = tmp_path / "a\nb\x1b[31m"
    folder.write_text("")
    with pytest.raises(OutputError) as caught:
        write(folder, ONE)
    assert str(caught.value).isprintable()


# what the system refuses


ROOT_WITHOUT_POWERS = ["setpriv", "--bounding-set=-dac_override,-dac_read_search"]


def python(code: str, *args: str, before: list[str] | None = None) -> str:
    """Runs code that has all of this module's names, in a process of its own."""
    here = Path(__file__)
    start = f"import sys; sys.path[:0] = [{str(GENERATOR)!r}, {str(here.parent)!r}]\n"
    start += f"from {here.stem} import *\n"
    command = [*(before or []), sys.executable, "-c", start + textwrap.dedent(code)]
    done = subprocess.run([*command, *args], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return done.stdout


def works(command: list[str]) -> bool:
    if shutil.which(command[0]) is None:
        return False
    return subprocess.run([*command, "true"], capture_output=True).returncode == 0


@posix
@pytest.mark.parametrize("locked", ["the folder", "the parent", "a foreign folder"])
def test_no_permission(folder: Path, locked: str) -> None:
    before = ROOT_WITHOUT_POWERS if os.geteuid() == 0 else []
    if before and not works(before):
        pytest.skip("root cannot be held to permissions here: no setpriv")
    write(folder, ONE)
    put(folder, MINE)
    place = {"the folder": folder, "the parent": folder.parent}.get(locked)
    place = place or folder / "own"
    place.chmod(0o000 if locked == "a foreign folder" else 0o555)
    try:
        said = python(
            """
            assert write(Path(sys.argv[1]), ONE) == ()
            try:
                write(Path(sys.argv[1]), TWO)
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
    assert tree(folder) == {**ONE, **MINE}
    assert beside(folder) == []


@posix
def test_a_read_only_folder_of_somebody_is_carried_over(folder: Path) -> None:
    before = ROOT_WITHOUT_POWERS if os.geteuid() == 0 else []
    if before and not works(before):
        pytest.skip("root cannot be held to permissions here: no setpriv")
    write(folder, ONE)
    put(folder, MINE)
    (folder / "own" / "deep").chmod(0o555)
    (folder / "own").chmod(0o555)
    try:
        python("write(Path(sys.argv[1]), TWO)", str(folder), before=before)
        assert stat.S_IMODE((folder / "own").stat().st_mode) == 0o555
        assert stat.S_IMODE((folder / "own" / "deep").stat().st_mode) == 0o555
    finally:
        (folder / "own").chmod(0o755)
        (folder / "own" / "deep").chmod(0o755)
    assert tree(folder) == {**TWO, **MINE}
    assert beside(folder) == []


@pytest.fixture
def mounting() -> list[str]:
    """A command that gives the one after it mounts of its own."""
    for command in (["unshare", "-m"], ["unshare", "-rm"]):
        if works([*command, "sh", "-c", "mount -t tmpfs none /mnt && $0"]):
            return command
    pytest.skip("mounting is not permitted here")


def test_no_space(tmp_path: Path, mounting: list[str]) -> None:
    said = python(
        """
        disk = Path(sys.argv[1])
        small = "mount -t tmpfs -o size=256k none".split()
        subprocess.run([*small, str(disk)], check=True)
        folder, filler = disk / "okta", disk / "filler"
        big = {f"m{n}.py": f"# {n}\\n" * 1000 for n in range(8)}
        old = {**package("one", **big), "mine.txt": "mine\\n"}
        put(folder, old)
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
                    assert tree(folder) == old, pages
                    assert not (disk / "made").exists()
                else:
                    shutil.rmtree(disk / "made", ignore_errors=True)
                    assert tree(folder) in (old, {**new, "mine.txt": "mine\\n"}), pages
                filler.unlink()
                assert os.listdir(disk) == ["okta"], os.listdir(disk)
                shutil.rmtree(folder)
                put(folder, old)
        print(refused)
        """,
        str(tmp_path),
        before=mounting,
    )
    assert 20 < int(said) < 128


@pytest.mark.parametrize("there", [True, False])
def test_a_read_only_mount(folder: Path, mounting: list[str], there: bool) -> None:
    if there:
        write(folder, ONE)
    said = python(
        """
        folder = Path(sys.argv[1])
        place = str(folder.parent)
        subprocess.run(["mount", "--bind", place, place], check=True)
        subprocess.run(["mount", "-o", "remount,bind,ro", place], check=True)
        if folder.exists():
            assert write(folder, ONE) == ()
        try:
            write(folder, TWO)
        except OutputError as error:
            print(error)
        """,
        str(folder),
        before=mounting,
    )
    assert said.startswith(f"{folder}: Read-only file system")
    assert said.count("\n") == 1
    assert beside(folder) == []
    assert not there or tree(folder) == ONE


@pytest.mark.parametrize("mounted", ["", "own"])
def test_a_mount_point_is_refused(
    folder: Path, mounting: list[str], mounted: str
) -> None:
    write(folder, ONE)
    put(folder, MINE)
    said = python(
        """
        folder, place = Path(sys.argv[1]), sys.argv[2]
        subprocess.run(["mount", "-t", "tmpfs", "none", place], check=True)
        put(Path(place), MINE)
        before = tree(folder)
        try:
            write(folder, TWO)
        except OutputError as error:
            print(error)
        assert tree(folder) == before
        """,
        str(folder),
        str(folder / mounted),
        before=mounting,
    )
    assert "mount point" in said
    assert tree(folder) == {**ONE, **MINE}
    assert beside(folder) == []


# killed, failing and meeting others


def whole(folder: Path, kept: dict[str, str], *versions: dict[str, str]) -> bool:
    return tree(folder) in [{**files, **kept} for files in versions]


@posix
def test_kill_9_at_any_time(folder: Path) -> None:
    """60 runs that write over one version with the other, killed at random times."""
    write(folder, ONE)
    put(folder, MINE)
    chance = random.Random(9)
    left = 0
    for _ in range(60):
        ready, tell = os.pipe()
        child = os.fork()
        if child == 0:
            os.write(tell, b"!")
            while True:
                write(folder, TWO)
                write(folder, ONE)
        os.read(ready, 1)
        time.sleep(chance.uniform(0, 0.06))
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
        os.close(ready)
        os.close(tell)
        assert whole(folder, MINE, ONE, TWO)
        left += any(name.startswith(".okta.new.") for name in beside(folder))
        write(folder, ONE)
        assert whole(folder, MINE, ONE)
        assert beside(folder) == []
    assert left > 0, "no run was killed while it wrote"


STEPS = re.compile(r"open|os\.(mkdir|rename|link|remove|rmdir|chmod|utime|scandir)")

FEW_ONE = with_manifest({"a.py": "1\n", "same.py": "", "only_one/b.py": "1\n"})
FEW_TWO = with_manifest({"a.py": "2\n", "same.py": "", "only_two/b.py": "2\n"})

OTHERWISE = 99


def fork_and_act_at_step(number: int, act: Callable[[], None], target: Path) -> int:
    """Writes in a child, which acts when it comes to the step of this number.

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
        write(target, FEW_TWO)
        code = 0 if count >= number else OTHERWISE
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
@pytest.mark.parametrize("act", [kill, fail])
def test_killed_or_failing_at_every_step(
    folder: Path,
    monkeypatch: pytest.MonkeyPatch,
    first: bool,
    way: str,
    act: Callable[[], None],
) -> None:
    without_exchange(monkeypatch, way)
    kept: dict[str, str] = {} if first else {"own/mine.txt": "mine\n"}
    away = 0
    codes: list[int] = []
    while OTHERWISE not in codes:
        if first:
            shutil.rmtree(folder, ignore_errors=True)
        else:
            write(folder, FEW_ONE)
            put(folder, kept)
        number = len(codes) + 1
        codes.append(fork_and_act_at_step(number, act, folder))
        if folder.exists():
            assert whole(folder, kept, FEW_ONE, FEW_TWO), number
            assert codes[-1] != 1 or first or whole(folder, kept, FEW_ONE), number
        else:
            away += 1
        write(folder, FEW_TWO)
        assert whole(folder, kept, FEW_TWO), number
        assert beside(folder) == [], number
    assert set(codes[:-1]) == ({-signal.SIGKILL} if act is kill else {0, 1})
    assert len(codes) > 20
    if not first:  # only a kill between two renames leaves it away
        assert (away > 0) == (way == "two renames" and act is kill)


def left_behind(folder: Path, number: str, files: dict[str, str]) -> Path:
    """What a killed run leaves beside the folder."""
    work = folder.with_name(f".{folder.name}.new.{number}")
    put(work, {"clientcast": "", **files})
    return work


def test_work_folders_of_killed_runs_are_removed(folder: Path) -> None:
    write(folder, ONE)
    left_behind(folder, "1", {})
    left_behind(folder, "2a", {"new/half.py": "", "old/x/y.py": ""})
    (folder.parent / ".okta.new.3").mkdir()
    put(folder.parent, {".okta.lock": ""})
    assert write(folder, ONE) == ()
    assert beside(folder) == ([] if os.name == "posix" else [".okta.lock"])
    assert tree(folder) == ONE


def test_a_folder_that_a_killed_run_set_aside_is_put_back(folder: Path) -> None:
    write(folder, ONE)
    put(folder, MINE)
    folder.rename(left_behind(folder, "77", {"new/half.py": ""}) / "old")
    write(folder, TWO)
    assert whole(folder, MINE, TWO)
    assert beside(folder) == []


@posix
def test_a_second_run_fails_at_once(folder: Path) -> None:
    write(folder, ONE)
    with swap.locked(folder):
        before = tree(folder.parent)
        start = time.monotonic()
        with pytest.raises(OutputError, match="okta: another run is writing there"):
            write(folder, TWO)
        assert time.monotonic() - start < 1
        assert tree(folder.parent) == before
    assert beside(folder) == []
    write(folder, TWO)
    assert tree(folder) == TWO


@posix
def test_a_lock_file_that_its_holder_removes_locks_nobody_out_or_in(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Two runs must not hold two files of one name."""
    write(folder, ONE)
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
            write(folder, TWO)
    assert tree(folder) == ONE
    write(folder, TWO)
    assert tree(folder) == TWO


@posix
@pytest.mark.parametrize("first", [True, False])
def test_five_pairs_at_once(folder: Path, first: bool) -> None:
    for _ in range(5):
        if first:
            shutil.rmtree(folder, ignore_errors=True)
        else:
            write(folder, package("zero"))
            put(folder, MINE)
        wait, go = os.pipe()
        children = []
        for files in (ONE, TWO):
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
        assert whole(folder, {} if first else MINE, ONE, TWO)
        assert beside(folder) == []
        if codes == [0, 1]:
            assert whole(folder, {} if first else MINE, ONE)


@posix
def test_a_reader_never_finds_the_folder_missing(folder: Path) -> None:
    write(folder, ONE)
    if not swap._exchange(folder, folder):
        pytest.skip("this file system cannot exchange")
    child = os.fork()
    if child == 0:
        while True:
            write(folder, TWO)
            write(folder, ONE)
    try:
        end = time.monotonic() + 0.5
        while time.monotonic() < end:
            assert (folder / MANIFEST).read_text() in (ONE[MANIFEST], TWO[MANIFEST])
    finally:
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)


@ways
def test_ctrl_c_leaves_nothing_behind(
    folder: Path, monkeypatch: pytest.MonkeyPatch, way: str
) -> None:
    without_exchange(monkeypatch, way)
    write(folder, ONE)

    def interrupted(place: Path, content: bytes) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("clientcast.output.write_new_file", interrupted)
    with pytest.raises(KeyboardInterrupt):
        write(folder, TWO)
    assert tree(folder) == ONE
    assert beside(folder) == []


@posix
@first_or_not
def test_all_is_on_the_disk_before_it_takes_its_place(
    folder: Path, monkeypatch: pytest.MonkeyPatch, first: bool, way: str
) -> None:
    without_exchange(monkeypatch, way)
    if not first:
        write(folder, ONE)
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
    monkeypatch.setattr(os, "fsync", record)
    monkeypatch.setattr(os, "rename", renamed)
    monkeypatch.setattr(swap, "_exchange", swapped)
    write(folder, TWO)
    expected = {path.stat().st_ino for path in [folder, *folder.rglob("*")]} - same
    assert set(at_exchange) == expected
    assert folder.parent.stat().st_ino in flushed[len(at_exchange) :]
