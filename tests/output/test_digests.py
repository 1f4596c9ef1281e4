"""Tests of the comparison of a folder with digests: `write` would change nothing."""

import hashlib
from pathlib import Path

import pytest
from clientcast.comparison import OutputError, compare, has_digests
from clientcast.output import is_written, write

from tests.output.test_output import FIRST_PACKAGE, SECOND_PACKAGE, write_files

DIGESTS = {
    path: hashlib.sha256(text.encode()).hexdigest()
    for path, text in FIRST_PACKAGE.items()
}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    write(tmp_path / "package", FIRST_PACKAGE)
    return tmp_path / "package"


def test_written_package_has_its_digests(folder: Path) -> None:
    assert has_digests(folder, DIGESTS) and is_written(folder, DIGESTS)
    write_files(folder, {"mine.txt": "mine\n"})
    assert has_digests(folder, DIGESTS) and is_written(folder, DIGESTS)


@pytest.mark.parametrize("path", FIRST_PACKAGE)
def test_every_byte_counts(path: str, folder: Path) -> None:
    file = folder / path
    content = file.read_bytes()
    for other in (content + b"\n", content.replace(b"\n", b"\r\n") or b" "):
        file.write_bytes(other)
        assert not has_digests(folder, DIGESTS)
        assert compare(folder, FIRST_PACKAGE)
    file.unlink()
    assert not has_digests(folder, DIGESTS)
    file.symlink_to(folder / "elsewhere")
    (folder / "elsewhere").write_bytes(content)
    assert not has_digests(folder, DIGESTS)


def test_absent_folder_and_other_package_differ(folder: Path) -> None:
    assert not has_digests(folder.parent / "absent", DIGESTS)
    assert not has_digests(folder / "client.py", DIGESTS)
    write(folder, SECOND_PACKAGE)
    assert not has_digests(folder, DIGESTS)


def test_foreign_module_in_the_way_is_refused(folder: Path) -> None:
    write_files(folder, {"client/__init__.py": ""})
    for ask in (has_digests, is_written):
        with pytest.raises(OutputError, match="in place of a generated module"):
            ask(folder, DIGESTS)


def test_leftovers_of_a_killed_run_are_written_again(folder: Path) -> None:
    (folder.parent / ".package.lock").touch()
    assert has_digests(folder, DIGESTS) and not is_written(folder, DIGESTS)


def test_home_folder_is_refused(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for variable in ("HOME", "USERPROFILE"):
        monkeypatch.setenv(variable, str(folder))
    with pytest.raises(OutputError, match="your home folder"):
        is_written(folder, DIGESTS)
