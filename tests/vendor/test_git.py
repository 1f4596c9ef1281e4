"""Tests of git as a source of old contents: it reads, and runs nothing of the repository."""

import subprocess
from pathlib import Path

import pytest
from clientcast.git import GitError, commits_of, exported, merge_file, old_contents


@pytest.fixture
def repository(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A repository whose settings and hooks run a program, which leaves a file."""
    folder = tmp_path / "repository"
    (folder / "specs/parts").mkdir(parents=True)
    monkeypatch.chdir(folder)
    git("init", "-q")
    for number in (1, 2):
        Path("specs/a.yaml").write_text(f"a: {number}\n")
        Path("specs/parts/b.json").write_text(f"[{number}]")
        Path("specs/c.txt").write_text("text\n")
        Path(".gitattributes").write_text(
            "*.yaml filter=ours diff=ours export-ignore\n"
        )
        git("add", ".")
        git("commit", "-qm", str(number))
    program = tmp_path / "program"
    program.write_text(f"#!/bin/sh\ntouch {tmp_path}/was-run\ncat\n")
    program.chmod(0o755)
    for setting in (
        "core.fsmonitor",
        "core.pager",
        "diff.external",
        "diff.ours.textconv",
        "filter.ours.smudge",
        "filter.ours.clean",
        "gpg.program",
        "merge.ours.driver",
    ):
        git("config", setting, str(program))
    git("config", "log.showSignature", "true")
    return folder


def git(*arguments: str) -> None:
    options = ("-c", "user.name=a", "-c", "user.email=a@example.com")
    subprocess.run(["git", *options, *arguments], check=True, capture_output=True)


def test_git_reads_old_contents_and_runs_no_program(repository: Path) -> None:
    found = set(old_contents(repository / "specs", "a.yaml"))
    assert found == {b"a: 1\n", b"a: 2\n"}
    _, first = commits_of(repository / "specs/a.yaml")
    with exported(repository / "specs", first) as folder:
        texts = {
            path.relative_to(folder).as_posix(): path.read_text()
            for path in folder.rglob("*")
            if path.is_file()
        }
    assert texts == {"a.yaml": "a: 1\n", "parts/b.json": "[1]"}
    assert not folder.exists()
    labels = ("a", "b", "c")
    assert merge_file(b"1\n2\n3\n4\n", b"2\n3\n4\n", b"2\n3\n4\n5\n", labels) == (
        b"1\n2\n3\n4\n5\n",
        0,
    )
    assert not (repository.parent / "was-run").exists()


def test_file_of_an_equal_path_in_another_folder_is_found(repository: Path) -> None:
    git("mv", "specs", "moved [1]")
    assert b"a: 1\n" in list(old_contents(repository / "moved [1]", "a.yaml"))


def test_nothing_is_found_outside_of_a_repository(tmp_path: Path) -> None:
    assert list(old_contents(tmp_path, "a.yaml")) == []
    assert commits_of(tmp_path / "a.yaml") == ()


def test_variables_of_a_hook_are_not_used(
    repository: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GIT_DIR", str(tmp_path / "elsewhere"))
    assert len(commits_of(repository / "specs/a.yaml")) == 2


def test_missing_git_and_binary_files_are_errors(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    labels = ("a", "b", "c")
    with pytest.raises(GitError, match="does not merge it"):
        merge_file(b"1\0\n", b"2\0\n", b"3\0\n", labels)
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(GitError, match="git is not installed"):
        merge_file(b"", b"", b"", labels)
