"""Tests of `clientcast.output` in folders that an attacker prepared.

The manifest is forged or stale, or something is planted in or beside the folder.
"""

import json
import os
import secrets
import stat
from pathlib import Path
from typing import IO

import pytest
from clientcast import flushing
from clientcast.manifest import MANIFEST
from clientcast.comparison import OutputError, compare
from clientcast.output import write

from tests.output.test_output import (
    FIRST_PACKAGE,
    SECOND_PACKAGE,
    USER_FILES,
    digest,
    file_states,
    kinds_by_path,
    list_siblings,
    posix,
    read_files,
    with_manifest,
    write_files,
)

OTHER = digest("something else")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "place").mkdir()
    return tmp_path / "place" / "okta"


def write_manifest(folder: Path, digests: dict[str, str]) -> None:
    write_files(folder, {MANIFEST: json.dumps({"files": digests})})


# a manifest that does not match the files


def test_stale_manifest_deletes_no_file_with_another_digest(folder: Path) -> None:
    write_files(folder, USER_FILES)
    write_manifest(folder, dict.fromkeys(USER_FILES, OTHER))
    assert {
        kinds_by_path(compare(folder, FIRST_PACKAGE))[path] for path in USER_FILES
    } == {"kept"}
    changes = write(folder, FIRST_PACKAGE)
    assert {c.path for c in changes if c.kind == "kept"} == USER_FILES.keys()
    assert read_files(folder) == {**FIRST_PACKAGE, **USER_FILES}
    assert write(folder, FIRST_PACKAGE) == ()
    assert write(folder, SECOND_PACKAGE, force=True)
    assert read_files(folder) == {**SECOND_PACKAGE, **USER_FILES}


def test_edited_file_is_kept_when_the_package_loses_it(folder: Path) -> None:
    write(folder, FIRST_PACKAGE)
    write_files(folder, {"only_one/here.py": "edited\n"})
    (change,) = [
        c for c in write(folder, SECOND_PACKAGE) if c.path == "only_one/here.py"
    ]
    assert (change.kind, change.edited, change.diff()) == ("kept", True, "")
    assert read_files(folder) == {**SECOND_PACKAGE, "only_one/here.py": "edited\n"}


def test_edited_files_are_overwritten_only_on_request(folder: Path) -> None:
    write(folder, FIRST_PACKAGE)
    write_files(folder, {"client.py": "edited\n", "_runtime/wire.py": "edited\n"})
    before = file_states(folder)
    for files in (FIRST_PACKAGE, SECOND_PACKAGE):
        with pytest.raises(
            OutputError, match="_runtime/wire.py, client.py were edited"
        ):
            write(folder, files)
    assert file_states(folder) == before
    assert list_siblings(folder) == []
    changes = write(folder, SECOND_PACKAGE, force=True)
    assert {c.path for c in changes if c.edited} == {"client.py", "_runtime/wire.py"}
    assert read_files(folder) == SECOND_PACKAGE


def test_edit_that_equals_the_new_text_is_no_conflict(folder: Path) -> None:
    write(folder, FIRST_PACKAGE)
    write_files(folder, {"client.py": SECOND_PACKAGE["client.py"]})
    write(folder, SECOND_PACKAGE)
    assert read_files(folder) == SECOND_PACKAGE


def test_line_endings_that_git_changed_are_no_edit(folder: Path) -> None:
    write(folder, FIRST_PACKAGE)
    for path, text in FIRST_PACKAGE.items():
        write_files(folder, {path: text.replace("\n", "\r\n")})
    assert not any(change.edited for change in compare(folder, SECOND_PACKAGE))
    write(folder, SECOND_PACKAGE)
    assert read_files(folder) == SECOND_PACKAGE


def test_forged_digest_affects_no_file_outside_the_folder(folder: Path) -> None:
    write_files(folder.parent, {"x": "outside\n"})
    write_manifest(
        folder, {"../x": digest("outside\n"), "a/../../x": digest("outside\n")}
    )
    with pytest.raises(OutputError, match=f"{MANIFEST} is in the way"):
        write(folder, FIRST_PACKAGE)
    write(folder, FIRST_PACKAGE, force=True)
    assert (folder.parent / "x").read_text() == "outside\n"


@posix
@pytest.mark.parametrize("kind", ["folder", "fifo", "symlink", "dangling"])
def test_forged_record_of_a_special_file_is_ignored(folder: Path, kind: str) -> None:
    write_files(folder.parent, {"outside": "outside\n"})
    write_manifest(folder, {"it": digest("outside\n"), "it/below": digest("")})
    place = folder / "it"
    if kind == "folder":
        write_files(folder, {"it/below": "mine\n"})
    elif kind == "fifo":
        os.mkfifo(place)
    else:
        place.symlink_to("../outside" if kind == "symlink" else "nowhere")
    before = place.lstat()
    write(folder, FIRST_PACKAGE)
    assert (place.lstat().st_mode, place.lstat().st_mtime) == (
        before.st_mode,
        before.st_mtime,
    )
    assert (folder.parent / "outside").read_text() == "outside\n"


def test_forged_record_of_a_too_large_file_is_ignored(folder: Path) -> None:
    write_manifest(folder, {"huge": OTHER, "client.py": OTHER})
    for name in ("huge", "client.py"):
        with open(folder / name, "wb") as file:
            file.truncate(1 << 40)  # sparse
    with pytest.raises(OutputError, match=r"client\.py is in the way"):
        write(folder, FIRST_PACKAGE, force=True)
    (folder / "client.py").unlink()
    write(folder, FIRST_PACKAGE)
    assert (folder / "huge").stat().st_size == 1 << 40


def test_too_large_manifest_is_foreign(folder: Path) -> None:
    write_files(folder, {MANIFEST: '{"files": {}}'})
    with open(folder / MANIFEST, "r+b") as file:
        file.truncate(1 << 40)
    with pytest.raises(OutputError, match=f"{MANIFEST} is in the way"):
        write(folder, FIRST_PACKAGE)
    assert (folder / MANIFEST).stat().st_size == 1 << 40


@pytest.mark.parametrize("path", ["a/" * 400_000 + "b", "n" * 2000, "n" * 300])
def test_forged_record_of_a_too_long_path_is_ignored(folder: Path, path: str) -> None:
    write_manifest(folder, {path: OTHER})
    write(folder, FIRST_PACKAGE, force=True)
    assert read_files(folder) == FIRST_PACKAGE


# names


@pytest.mark.parametrize(
    "path",
    ["con", "aux.py", "a/NUL.tar.gz", "Com1/x.py", "lpt9.md", "com¹.py", "CONIN$"]
    + ["conout$.txt", "nul .py", "a.", "a./b", "a ", "a:b", "a?", 'a"b', "a<b", "*"],
)
def test_name_that_windows_cannot_hold_is_refused(folder: Path, path: str) -> None:
    with pytest.raises(OutputError, match="a file of a package cannot have this path"):
        write(folder, {path: "x"})
    assert list_siblings(folder) == []


@pytest.mark.parametrize("path", ["console.py", "com.py", "com10.py", "a/nul_.py"])
def test_name_like_a_device_is_written(folder: Path, path: str) -> None:
    write(folder, {path: "x"})
    assert read_files(folder) == {path: "x"}


@pytest.mark.parametrize(
    ("one", "other"),
    [("a.py", "A.py"), ("a/x", "A/y"), ("a", "A/y"), ("é", "e\u0301"), ("ß", "SS")],
)
def test_names_that_differ_in_case_alone_are_refused(
    folder: Path, one: str, other: str
) -> None:
    for first, second in ((one, other), (other, one)):
        with pytest.raises(OutputError, match="differ only in case"):
            write(folder, {first: "x", second: "x"})
    assert list_siblings(folder) == []


# planted beside the folder


@posix
@pytest.mark.parametrize("there", [True, False])
def test_lock_symlink_is_not_followed(folder: Path, there: bool) -> None:
    victim = folder.parent / "victim"
    if there:
        victim.write_text("kept\n")
    (folder.parent / ".okta.lock").symlink_to(victim)
    with pytest.raises(OutputError, match="not made through a symlink"):
        write(folder, FIRST_PACKAGE)
    assert victim.exists() == there and (not there or victim.read_text() == "kept\n")
    assert (folder.parent / ".okta.lock").is_symlink()
    assert not folder.exists()


@posix
def test_symlink_that_replaces_the_lock_is_not_followed(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened = os.open

    def late(path: Path, flags: int, mode: int = 0o777) -> int:
        if str(path).endswith(".lock"):
            os.symlink("victim", path)
        return opened(path, flags, mode)

    monkeypatch.setattr(os, "open", late)
    with pytest.raises(OutputError, match="symbolic links"):
        write(folder, FIRST_PACKAGE)
    assert not (folder.parent / "victim").exists()


@posix
@pytest.mark.parametrize("kind", ["file", "folder", "fifo"])
def test_foreign_path_named_like_the_lock_is_kept(folder: Path, kind: str) -> None:
    lock = folder.parent / ".okta.lock"
    if kind == "file":
        lock.write_text("mine\n")
    elif kind == "folder":
        lock.mkdir()
    else:
        os.mkfifo(lock)
    before = lock.lstat()
    with pytest.raises(OutputError, match=r"\.okta\.lock"):
        write(folder, FIRST_PACKAGE)
    assert lock.lstat() == before
    assert not folder.exists()


NOT_LEFTOVERS = {
    "no mark": {"half.py": "mine\n"},
    "a mark with a text": {"clientcast": "mine\n"},
    "more than a run makes": {"clientcast": "", "mine.txt": "mine\n"},
    "a file called new": {"clientcast": "", "new": "mine\n"},
    "no mark, a tree": {"new/x": "", "old/x": ""},
}


@pytest.mark.parametrize("name", [".okta.new.1", ".okta.new.0a", ".okta.old.1"])
@pytest.mark.parametrize("files", NOT_LEFTOVERS.values(), ids=NOT_LEFTOVERS)
def test_folder_named_like_a_leftover_is_kept(
    folder: Path, name: str, files: dict[str, str]
) -> None:
    write_files(folder.parent / name, files)
    for version in (FIRST_PACKAGE, FIRST_PACKAGE, SECOND_PACKAGE):
        write(folder, version)
        assert read_files(folder) == version
        assert read_files(folder.parent / name) == files


@pytest.mark.parametrize("name", [".okta.newer.1", ".oktapus.new.1", "okta.new.1"])
def test_leftover_of_another_folder_is_kept(folder: Path, name: str) -> None:
    write_files(folder.parent / name, {"clientcast": "", "new/x": ""})
    write(folder, FIRST_PACKAGE)
    assert read_files(folder.parent / name) == {"clientcast": "", "new/x": ""}


@posix
@pytest.mark.parametrize("name", ["new", "old", "clientcast"])
def test_symlink_in_a_forged_leftover_is_not_followed(folder: Path, name: str) -> None:
    victim = folder.parent / "victim"
    write_files(victim, {"own/kept": "kept\n"})
    (victim / "own").chmod(0o500)
    work = folder.parent / ".okta.new.1"
    write_files(work, {} if name == "clientcast" else {"clientcast": ""})
    work.mkdir(exist_ok=True)
    (work / name).symlink_to(victim)
    write(folder, FIRST_PACKAGE)
    assert read_files(folder) == FIRST_PACKAGE and not folder.is_symlink()
    assert (work / name).is_symlink()
    assert read_files(victim) == {"own/kept": "kept\n"}
    assert stat.S_IMODE((victim / "own").stat().st_mode) == 0o500


@posix
def test_symlink_deep_in_a_forged_leftover_is_not_followed(folder: Path) -> None:
    victim = folder.parent / "victim"
    write_files(victim, {"kept": "kept\n"})
    victim.chmod(0o500)
    work = folder.parent / ".okta.new.1"
    write_files(work, {"clientcast": "", "new/x": "", "old/x": ""})
    for place in (work / "new" / "link", work / "old" / "link"):
        place.symlink_to(victim)
    write(folder, FIRST_PACKAGE)
    assert list_siblings(folder) == ["victim"]
    assert read_files(victim) == {"kept": "kept\n"}
    assert stat.S_IMODE(victim.stat().st_mode) == 0o500


@posix
def test_existing_work_folder_name_is_refused(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The name may be guessed: a work folder is created, never reused."""
    victim = folder.parent / "victim"
    victim.mkdir()
    monkeypatch.setattr(secrets, "token_hex", lambda size: "00")
    (folder.parent / ".okta.new.00").symlink_to(victim)
    with pytest.raises(OutputError, match="File exists"):
        write(folder, FIRST_PACKAGE)
    assert os.listdir(victim) == []
    assert list_siblings(folder) == [".okta.new.00", "victim"]


@posix
def test_new_tree_is_private_while_it_is_filled(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    modes: list[int] = []
    new_file = flushing._new_file

    def watched(place: str) -> IO[bytes]:
        (work,) = folder.parent.glob(".okta.new.*")
        modes.append(stat.S_IMODE(work.stat().st_mode))
        return new_file(place)

    monkeypatch.setattr(flushing, "_new_file", watched)
    old = os.umask(0)
    try:
        write(folder, FIRST_PACKAGE)
    finally:
        os.umask(old)
    assert set(modes) == {0o700}


# planted in the folder


@pytest.mark.parametrize(
    "path",
    ["client/__init__.py", "client.so", "client.cpython-311-x86_64-linux-gnu.so"]
    + ["_runtime/send.abi3.so", "_runtime/__init__.pyd", "__init__.abi3.so"]
    + ["client/__init__.cp311-win_amd64.pyd"],
)
def test_file_that_python_imports_in_place_of_a_module_is_refused(
    folder: Path, path: str
) -> None:
    write(folder, FIRST_PACKAGE)
    write_files(folder, {path: "mine\n"})
    for act in (compare, write):
        for version in (FIRST_PACKAGE, SECOND_PACKAGE):
            with pytest.raises(OutputError) as caught:
                act(folder, version)
            assert str(caught.value).startswith(f"{folder / path} is in the way: ")
    assert read_files(folder) == {**FIRST_PACKAGE, path: "mine\n"}


@pytest.mark.parametrize("path", ["client/notes.md", "client.pyi", "_runtime.so"])
def test_file_that_python_does_not_import_is_kept(folder: Path, path: str) -> None:
    write_files(folder, {path: "mine\n"})
    write(folder, FIRST_PACKAGE)
    assert compare(folder, FIRST_PACKAGE) == ()
    assert read_files(folder) == {**FIRST_PACKAGE, path: "mine\n"}


def test_module_becomes_a_package_and_back(folder: Path) -> None:
    one = with_manifest({"models.py": "1\n"})
    many = with_manifest({"models/__init__.py": "2\n", "models/a.py": "3\n"})
    for files in (one, many, one):
        write(folder, files)
        assert read_files(folder) == files
    write(folder, many)
    write_files(folder, {"models/__init__.py": "edited\n"})
    with pytest.raises(OutputError, match="in place of a generated module"):
        write(folder, one)


# folders that are refused


@pytest.mark.parametrize("above", ["", ".."])
def test_home_folder_and_those_above_are_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, above: str
) -> None:
    home = tmp_path / "users" / "me"
    write_files(home, USER_FILES)
    monkeypatch.setattr(Path, "home", lambda: home)
    with pytest.raises(OutputError, match="is or contains your home folder"):
        write(home / above, FIRST_PACKAGE)
    assert read_files(tmp_path) == {
        f"users/me/{path}": text for path, text in USER_FILES.items()
    }
    write(home / "okta", FIRST_PACKAGE)
    assert read_files(home / "okta") == FIRST_PACKAGE


@posix
def test_symlink_in_place_of_a_generated_file_is_kept(
    folder: Path,
) -> None:
    write(folder, FIRST_PACKAGE)
    write_files(folder.parent, {"outside.py": FIRST_PACKAGE["client.py"]})
    (folder / "client.py").unlink()
    (folder / "client.py").symlink_to("../outside.py")
    with pytest.raises(OutputError, match=r"client\.py is in the way"):
        write(folder, SECOND_PACKAGE, force=True)
    assert (folder.parent / "outside.py").read_text() == FIRST_PACKAGE["client.py"]
