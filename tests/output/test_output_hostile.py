"""Tests of `clientcast.output` in folders that a stranger prepared.

The manifest is forged or stale, or something is planted in or beside the folder.
"""

import json
import os
import secrets
import stat
from pathlib import Path

import pytest
from clientcast import swap
from clientcast.manifest import MANIFEST
from clientcast.output import OutputError, compare, write

from tests.output.test_output import (
    MINE,
    ONE,
    TWO,
    beside,
    digest,
    everything,
    kinds,
    posix,
    put,
    tree,
    with_manifest,
)

OTHER = digest("something else")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "place").mkdir()
    return tmp_path / "place" / "okta"


def forge(folder: Path, digests: dict[str, str]) -> None:
    put(folder, {MANIFEST: json.dumps({"files": digests})})


# a manifest that does not match the files


def test_stale_manifest_deletes_no_file_with_another_digest(folder: Path) -> None:
    put(folder, MINE)
    forge(folder, dict.fromkeys(MINE, OTHER))
    assert {kinds(compare(folder, ONE))[path] for path in MINE} == {"kept"}
    changes = write(folder, ONE)
    assert {c.path for c in changes if c.kind == "kept"} == MINE.keys()
    assert tree(folder) == {**ONE, **MINE}
    assert write(folder, ONE) == ()
    assert write(folder, TWO, force=True)
    assert tree(folder) == {**TWO, **MINE}


def test_edited_file_is_kept_when_the_package_loses_it(folder: Path) -> None:
    write(folder, ONE)
    put(folder, {"only_one/here.py": "edited\n"})
    (change,) = [c for c in write(folder, TWO) if c.path == "only_one/here.py"]
    assert (change.kind, change.edited, change.diff()) == ("kept", True, "")
    assert tree(folder) == {**TWO, "only_one/here.py": "edited\n"}


def test_edited_files_are_overwritten_only_on_request(folder: Path) -> None:
    write(folder, ONE)
    put(folder, {"client.py": "edited\n", "_runtime/wire.py": "edited\n"})
    before = everything(folder)
    for files in (ONE, TWO):
        with pytest.raises(OutputError, match="wire.py .and 1 more. was edited"):
            write(folder, files)
    assert everything(folder) == before
    assert beside(folder) == []
    changes = write(folder, TWO, force=True)
    assert {c.path for c in changes if c.edited} == {"client.py", "_runtime/wire.py"}
    assert tree(folder) == TWO


def test_edit_that_equals_the_new_text_is_no_conflict(folder: Path) -> None:
    write(folder, ONE)
    put(folder, {"client.py": TWO["client.py"]})
    write(folder, TWO)
    assert tree(folder) == TWO


def test_line_endings_that_git_changed_are_no_edit(folder: Path) -> None:
    write(folder, ONE)
    for path, text in ONE.items():
        put(folder, {path: text.replace("\n", "\r\n")})
    assert not any(change.edited for change in compare(folder, TWO))
    write(folder, TWO)
    assert tree(folder) == TWO


def test_forged_digest_of_a_users_file_reaches_no_file_outside(folder: Path) -> None:
    put(folder.parent, {"x": "outside\n"})
    forge(folder, {"../x": digest("outside\n"), "a/../../x": digest("outside\n")})
    with pytest.raises(OutputError, match=f"{MANIFEST} is in the way"):
        write(folder, ONE)
    write(folder, ONE, force=True)
    assert (folder.parent / "x").read_text() == "outside\n"


@posix
@pytest.mark.parametrize("kind", ["folder", "fifo", "symlink", "dangling"])
def test_forged_manifest_names_what_is_no_plain_file(folder: Path, kind: str) -> None:
    put(folder.parent, {"outside": "outside\n"})
    forge(folder, {"it": digest("outside\n"), "it/below": digest("")})
    place = folder / "it"
    if kind == "folder":
        put(folder, {"it/below": "mine\n"})
    elif kind == "fifo":
        os.mkfifo(place)
    else:
        place.symlink_to("../outside" if kind == "symlink" else "nowhere")
    before = place.lstat()
    write(folder, ONE)
    assert (place.lstat().st_mode, place.lstat().st_mtime) == (
        before.st_mode,
        before.st_mtime,
    )
    assert (folder.parent / "outside").read_text() == "outside\n"


def test_forged_manifest_names_a_file_too_large_to_read(folder: Path) -> None:
    forge(folder, {"huge": OTHER, "client.py": OTHER})
    for name in ("huge", "client.py"):
        with open(folder / name, "wb") as file:
            file.truncate(1 << 40)  # sparse
    with pytest.raises(OutputError, match=r"client\.py is in the way"):
        write(folder, ONE, force=True)
    (folder / "client.py").unlink()
    write(folder, ONE)
    assert (folder / "huge").stat().st_size == 1 << 40


def test_manifest_too_large_to_read_is_foreign(folder: Path) -> None:
    put(folder, {MANIFEST: '{"files": {}}'})
    with open(folder / MANIFEST, "r+b") as file:
        file.truncate(1 << 40)
    with pytest.raises(OutputError, match=f"{MANIFEST} is in the way"):
        write(folder, ONE)
    assert (folder / MANIFEST).stat().st_size == 1 << 40


@pytest.mark.parametrize("path", ["a/" * 400_000 + "b", "n" * 2000, "n" * 300])
def test_forged_manifest_names_a_path_that_is_too_long(folder: Path, path: str) -> None:
    forge(folder, {path: OTHER})
    write(folder, ONE, force=True)
    assert tree(folder) == ONE


# names


@pytest.mark.parametrize(
    "path",
    ["con", "aux.py", "a/NUL.tar.gz", "Com1/x.py", "lpt9.md", "com¹.py", "CONIN$"]
    + ["conout$.txt", "nul .py", "a.", "a./b", "a ", "a:b", "a?", 'a"b', "a<b", "*"],
)
def test_name_that_windows_cannot_hold_is_refused(folder: Path, path: str) -> None:
    with pytest.raises(OutputError, match="no file of a package can have this path"):
        write(folder, {path: "x"})
    assert beside(folder) == []


@pytest.mark.parametrize("path", ["console.py", "com.py", "com10.py", "a/nul_.py"])
def test_name_like_a_device_is_written(folder: Path, path: str) -> None:
    write(folder, {path: "x"})
    assert tree(folder) == {path: "x"}


@pytest.mark.parametrize(
    ("one", "other"),
    [("a.py", "A.py"), ("a/x", "A/y"), ("a", "A/y"), ("é", "e\u0301"), ("ß", "SS")],
)
def test_names_that_differ_in_case_alone_are_refused(
    folder: Path, one: str, other: str
) -> None:
    for first, second in ((one, other), (other, one)):
        with pytest.raises(OutputError, match="differ in case alone"):
            write(folder, {first: "x", second: "x"})
    assert beside(folder) == []


# planted beside the folder


@posix
@pytest.mark.parametrize("there", [True, False])
def test_lock_is_not_made_through_a_symlink(folder: Path, there: bool) -> None:
    victim = folder.parent / "victim"
    if there:
        victim.write_text("kept\n")
    (folder.parent / ".okta.lock").symlink_to(victim)
    with pytest.raises(OutputError, match="not made through a symlink"):
        write(folder, ONE)
    assert victim.exists() == there and (not there or victim.read_text() == "kept\n")
    assert (folder.parent / ".okta.lock").is_symlink()
    assert not folder.exists()


@posix
def test_symlink_that_takes_the_place_of_the_lock_is_not_followed(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened = os.open

    def late(path: Path, flags: int, mode: int = 0o777) -> int:
        if str(path).endswith(".lock"):
            os.symlink("victim", path)
        return opened(path, flags, mode)

    monkeypatch.setattr(os, "open", late)
    with pytest.raises(OutputError, match="symbolic links"):
        write(folder, ONE)
    assert not (folder.parent / "victim").exists()


@posix
@pytest.mark.parametrize("kind", ["file", "folder", "fifo"])
def test_what_has_the_name_of_the_lock_is_kept(folder: Path, kind: str) -> None:
    lock = folder.parent / ".okta.lock"
    if kind == "file":
        lock.write_text("mine\n")
    elif kind == "folder":
        lock.mkdir()
    else:
        os.mkfifo(lock)
    before = lock.lstat()
    with pytest.raises(OutputError, match=r"\.okta\.lock"):
        write(folder, ONE)
    assert lock.lstat() == before
    assert not folder.exists()


NOT_LEFT = {
    "no mark": {"half.py": "mine\n"},
    "a mark with a text": {"clientcast": "mine\n"},
    "more than a run makes": {"clientcast": "", "mine.txt": "mine\n"},
    "a file called new": {"clientcast": "", "new": "mine\n"},
    "no mark, a tree": {"new/x": "", "old/x": ""},
}


@pytest.mark.parametrize("name", [".okta.new.1", ".okta.new.0a", ".okta.old.1"])
@pytest.mark.parametrize("files", NOT_LEFT.values(), ids=NOT_LEFT)
def test_folder_named_as_a_leftover_is_kept(
    folder: Path, name: str, files: dict[str, str]
) -> None:
    put(folder.parent / name, files)
    for version in (ONE, ONE, TWO):
        write(folder, version)
        assert tree(folder) == version
        assert tree(folder.parent / name) == files


@pytest.mark.parametrize("name", [".okta.newer.1", ".oktapus.new.1", "okta.new.1"])
def test_leftover_of_another_folder_is_kept(folder: Path, name: str) -> None:
    put(folder.parent / name, {"clientcast": "", "new/x": ""})
    write(folder, ONE)
    assert tree(folder.parent / name) == {"clientcast": "", "new/x": ""}


@posix
@pytest.mark.parametrize("name", ["new", "old", "clientcast"])
def test_symlink_in_a_forged_leftover_is_not_followed(folder: Path, name: str) -> None:
    victim = folder.parent / "victim"
    put(victim, {"own/kept": "kept\n"})
    (victim / "own").chmod(0o500)
    work = folder.parent / ".okta.new.1"
    put(work, {} if name == "clientcast" else {"clientcast": ""})
    work.mkdir(exist_ok=True)
    (work / name).symlink_to(victim)
    write(folder, ONE)
    assert tree(folder) == ONE and not folder.is_symlink()
    assert (work / name).is_symlink()
    assert tree(victim) == {"own/kept": "kept\n"}
    assert stat.S_IMODE((victim / "own").stat().st_mode) == 0o500


@posix
def test_symlink_deep_in_a_forged_leftover_is_not_followed(folder: Path) -> None:
    victim = folder.parent / "victim"
    put(victim, {"kept": "kept\n"})
    victim.chmod(0o500)
    work = folder.parent / ".okta.new.1"
    put(work, {"clientcast": "", "new/x": "", "old/x": ""})
    for place in (work / "new" / "link", work / "old" / "link"):
        place.symlink_to(victim)
    write(folder, ONE)
    assert beside(folder) == ["victim"]
    assert tree(victim) == {"kept": "kept\n"}
    assert stat.S_IMODE(victim.stat().st_mode) == 0o500


@posix
def test_planted_names_of_work_folders_lead_nowhere(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Even a name that is guessed: a folder is made, never taken over."""
    victim = folder.parent / "victim"
    victim.mkdir()
    monkeypatch.setattr(secrets, "token_hex", lambda size: "00")
    (folder.parent / ".okta.new.00").symlink_to(victim)
    with pytest.raises(OutputError, match="File exists"):
        write(folder, ONE)
    assert os.listdir(victim) == []
    assert beside(folder) == [".okta.new.00", "victim"]


@posix
def test_new_tree_is_filled_where_nobody_else_can_write(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    modes: list[int] = []
    write_new_file = swap.write_new_file

    def watched(place: Path, content: bytes) -> None:
        (work,) = folder.parent.glob(".okta.new.*")
        modes.append(stat.S_IMODE(work.stat().st_mode))
        write_new_file(place, content)

    monkeypatch.setattr("clientcast.output.write_new_file", watched)
    old = os.umask(0)
    try:
        write(folder, ONE)
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
    write(folder, ONE)
    put(folder, {path: "mine\n"})
    for act in (compare, write):
        for version in (ONE, TWO):
            with pytest.raises(OutputError) as caught:
                act(folder, version)
            assert str(caught.value).startswith(f"{folder / path} is in the way: ")
    assert tree(folder) == {**ONE, path: "mine\n"}


@pytest.mark.parametrize("path", ["client/notes.md", "client.pyi", "_runtime.so"])
def test_file_that_python_does_not_import_is_kept(folder: Path, path: str) -> None:
    put(folder, {path: "mine\n"})
    write(folder, ONE)
    assert compare(folder, ONE) == ()
    assert tree(folder) == {**ONE, path: "mine\n"}


def test_module_becomes_a_package_and_back(folder: Path) -> None:
    one = with_manifest({"models.py": "1\n"})
    many = with_manifest({"models/__init__.py": "2\n", "models/a.py": "3\n"})
    for files in (one, many, one):
        write(folder, files)
        assert tree(folder) == files
    write(folder, many)
    put(folder, {"models/__init__.py": "edited\n"})
    with pytest.raises(OutputError, match="in place of a generated module"):
        write(folder, one)


# folders that are refused


@pytest.mark.parametrize("above", ["", ".."])
def test_home_folder_and_those_above_are_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, above: str
) -> None:
    home = tmp_path / "users" / "me"
    put(home, MINE)
    monkeypatch.setattr(Path, "home", lambda: home)
    with pytest.raises(OutputError, match="is or holds your home folder"):
        write(home / above, ONE)
    assert tree(tmp_path) == {f"users/me/{path}": text for path, text in MINE.items()}
    write(home / "okta", ONE)
    assert tree(home / "okta") == ONE


@posix
def test_file_in_place_of_a_generated_one_may_be_a_symlink_and_is_kept(
    folder: Path,
) -> None:
    write(folder, ONE)
    put(folder.parent, {"outside.py": ONE["client.py"]})
    (folder / "client.py").unlink()
    (folder / "client.py").symlink_to("../outside.py")
    with pytest.raises(OutputError, match=r"client\.py is in the way"):
        write(folder, TWO, force=True)
    assert (folder.parent / "outside.py").read_text() == ONE["client.py"]
