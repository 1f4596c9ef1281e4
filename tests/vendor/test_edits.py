"""Tests of edits of generated files: refused, shown, merged or overwritten."""

import hashlib
import json
import os
import shutil
import subprocess
from pathlib import Path

import pytest
from clientcast.comparison import OutputError
from clientcast.merging import Merge

from tests.support.releases import clientcast, edit, file_texts

PETS = """\
openapi: 3.1.0
info: {title: Pets, version: 1.0.0}
servers: [{url: 'https://pets.example'}]
paths:
  /pets/{petId}:
    get:
      operationId: getPet
      tags: [pets]
      summary: Retrieve a pet
      parameters: [{name: petId, in: path, required: true, schema: {type: string}}]
      responses: {'204': {description: There is one.}}
"""
MORE = """\
  /owners:
    get:
      operationId: listOwners
      tags: [owners]
      summary: List the owners
      responses: {'204': {description: There are some.}}
"""
SETTINGS = '[tool.clientcast]\nspecs = ["pets.yaml"]\noutput = "acme"\n'
CLIENT = Path("acme/pets/client.py")
EDIT = ('"""Retrieve a pet.', '"""Retrieve a pet, as we say.')


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A project with a package that was edited, and a document that has changed since."""
    folder = tmp_path / "project"
    folder.mkdir()
    monkeypatch.chdir(folder)
    monkeypatch.setenv("CLIENTCAST_CACHE_DIR", str(tmp_path / "cache"))
    Path("pyproject.toml").write_text(SETTINGS)
    Path("pets.yaml").write_text(PETS)
    clientcast("generate")
    edit(CLIENT, *EDIT)
    Path("pets.yaml").write_text(PETS + MORE)
    return folder


def git(*arguments: str) -> None:
    options = ("-c", "user.name=a", "-c", "user.email=a@example.com")
    subprocess.run(["git", *options, *arguments], check=True, capture_output=True)


def count_changes(before: dict[str, bytes], after: dict[str, bytes]) -> int:
    """Return the number of files that differ."""
    return sum(before.get(path) != text for path, text in after.items())


def test_edited_file_is_refused_by_name(project: Path) -> None:
    before = file_texts(project)
    message = clientcast("generate", status=1).stderr
    assert message.startswith("Error: acme/pets/client.py was edited since it was")
    for option in ("--diff", "--merge", "--force"):
        assert option in message
    edit(Path("acme/pets/README.md"), "# Pets", "# Our pets")
    lines = clientcast("generate", status=1).stderr.splitlines()
    assert lines[:2] == [
        "acme/pets/README.md: edited since it was generated",
        "acme/pets/client.py: edited since it was generated",
    ]
    assert lines[2].startswith("Error: 2 files in acme/pets were edited")
    edit(Path("acme/pets/README.md"), "# Our pets", "# Pets")
    assert file_texts(project) == before


def test_diff_shows_the_edited_file_first_and_writes_nothing(project: Path) -> None:
    before = file_texts(project)
    result = clientcast("generate", "--diff", status=1)
    assert result.stdout.startswith("--- a/client.py\n+++ b/client.py\n")
    assert '\n-        """Retrieve a pet, as we say.\n' in result.stdout
    assert "--- a/async_client.py" in result.stdout
    assert "--merge" in result.stderr and "--diff" not in result.stderr
    shown = clientcast("generate", "--diff", "--force").stdout
    assert file_texts(project) == before
    written = clientcast("generate", "--force").stdout
    number = count_changes(before, file_texts(project))
    summary = f"pets: 2 operations, {number} files {{}} in acme/pets"
    assert shown.splitlines()[-1] == summary.format("would change")
    assert written.splitlines()[-1] == summary.format("changed")


def test_diff_is_bounded(project: Path) -> None:
    lines = "".join(f"# line {number}\n" for number in range(5000))
    CLIENT.write_text(CLIENT.read_text() + lines)
    shown = clientcast("generate", "--diff", "--force").stdout
    assert shown.count("\n") < 2000
    assert " more lines of client.py\n" in shown
    CLIENT.write_text("#\n" * 100_000)
    shown = clientcast("generate", "--diff", "--force").stdout
    assert "client.py: too long to show the differences\n" in shown


@pytest.mark.parametrize("source", ["cache", "git", "git of a moved folder"])
def test_merge_keeps_the_edit_and_takes_the_new_output(
    project: Path, source: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    if source != "cache":
        edit(CLIENT, *reversed(EDIT))
        git("init", "-q")
        git("add", ".")
        git("commit", "-qm", "generated")
        edit(CLIENT, *EDIT)
        git("commit", "-qam", "edited")
        shutil.rmtree(os.environ["CLIENTCAST_CACHE_DIR"])
        monkeypatch.setenv("CLIENTCAST_CACHE_DIR", "")
    if source == "git of a moved folder":
        git("mv", "acme", "moved")
        git("commit", "-qm", "moved")
        edit(Path("pyproject.toml"), '"acme"', '"moved"')
    folder = Path("moved" if "moved" in source else "acme", "pets")
    shown = clientcast("generate", "--merge", "--diff").stdout
    assert EDIT[1] not in shown and "+    def list" in shown
    before = file_texts(folder)
    result = clientcast("generate", "--merge")
    assert result.stderr == f"{folder.as_posix()}/client.py: your edits are kept\n"
    number = count_changes(before, file_texts(folder))
    assert f"{number} files changed" in result.stdout
    text = (folder / "client.py").read_text()
    assert EDIT[1] in text and "def list" in text and "<<<<" not in text
    again = clientcast("generate", "--merge")
    assert "unchanged" in again.stdout
    assert (folder / "client.py").read_text() == text
    clientcast("generate", status=1)


def test_original_is_generated_again_from_the_old_document(
    project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    Path("pets.yaml").write_text(PETS)
    git("init", "-q")
    git("add", ".")
    git("commit", "-qm", "with an edited package")
    for text in (PETS + "# noted\n", PETS + MORE):
        Path("pets.yaml").write_text(text)
        git("commit", "-qam", "new document")
    monkeypatch.setenv("CLIENTCAST_CACHE_DIR", "")
    result = clientcast("generate", "--merge")
    assert "client.py: your edits are kept" in result.stderr
    assert EDIT[1] in CLIENT.read_text() and "def list" in CLIENT.read_text()
    git("commit", "-qam", "merged")
    Path("pets.yaml").write_text(PETS)
    clientcast("update", "acme/pets", "--merge")
    assert EDIT[1] in CLIENT.read_text() and "def list" not in CLIENT.read_text()
    monkeypatch.setattr("clientcast.cli.recreate.__version__", "0.0.1")
    Path("pets.yaml").write_text(PETS + MORE)
    message = clientcast("generate", "--merge", status=1).stderr
    assert "is not known" in message


def test_unknown_original_is_refused(project: Path) -> None:
    shutil.rmtree(os.environ["CLIENTCAST_CACHE_DIR"])
    edit(CLIENT, EDIT[1], EDIT[1] + " Twice.")
    before = file_texts(project)
    message = clientcast("generate", "--merge", status=1).stderr
    assert "what client.py was before the edit is not known" in message
    assert file_texts(project) == before


def test_conflict_is_refused_as_a_whole_unless_markers_are_wanted(
    project: Path,
) -> None:
    edit(Path("acme/pets/README.md"), "# Pets", "# Our pets")
    edit(Path("pets.yaml"), "Retrieve a pet", "Return a pet")
    before = file_texts(project)
    message = clientcast("generate", "--merge", status=1).stderr
    assert "the edits of client.py and the new output change the same lines" in message
    assert "--conflict-markers" in message
    assert file_texts(project) == before

    result = clientcast("generate", "--conflict-markers", status=1)
    assert "acme/pets/client.py: 1 conflict to resolve\n" in result.stderr
    assert "acme/pets/README.md: your edits are kept\n" in result.stderr
    text = CLIENT.read_text()
    for marker in (
        "<<<<<<< edited\n",
        "||||||| generated before\n",
        "=======\n",
        ">>>>>>> generated now\n",
    ):
        assert text.count(marker) == 1
    assert "Return a pet." in text and EDIT[1] in text


def test_merge_to_invalid_python_is_a_conflict(tmp_path: Path) -> None:
    old = "class A:\n    x = 1\n\n\n    # 1\n    # 2\n    # 3\n"
    ours = old.replace("class A:\n    x", "x")
    new = old + "    y = 2\n"
    record = {"files": {"a.py": hashlib.sha256(old.encode()).hexdigest()}}
    (tmp_path / "clientcast.json").write_text(json.dumps(record))
    (tmp_path / "a.py").write_text(ours)
    originals = {"a.py": old.encode()}
    with pytest.raises(OutputError, match="the edits of a.py"):
        Merge(lambda *_: originals)(tmp_path, {"a.py": new.encode()})
    merge = Merge(lambda *_: originals, with_markers=True)
    merged = merge(tmp_path, {"a.py": new.encode()})
    assert merged == {"a.py": f"{ours}    y = 2\n".encode()}
    assert merge.conflicts == {"a.py": 1}


def test_files_with_edits_that_the_output_does_not_change_need_no_original(
    project: Path,
) -> None:
    edit(CLIENT, EDIT[1], EDIT[0])
    errors = Path("acme/pets/errors.py")
    errors.write_text(errors.read_text() + "OURS = 1\n")
    shutil.rmtree(os.environ["CLIENTCAST_CACHE_DIR"])
    before = file_texts(project)
    result = clientcast("generate", "--merge")
    assert (
        f"{count_changes(before, file_texts(project))} files changed" in result.stdout
    )
    assert errors.read_text().endswith("OURS = 1\n")


def test_edited_file_that_the_output_no_longer_has_is_kept(project: Path) -> None:
    Path("pets.yaml").write_text(PETS + MORE)
    clientcast("generate", "--force")
    runtime = Path("acme/pets/_runtime")
    unused = runtime / "codec" / "ours.py"
    unused.write_text("OURS = 1\n")
    clientcast("generate", "--merge")
    assert unused.read_text() == "OURS = 1\n"


def test_line_endings_of_a_checkout_are_no_edit_and_merge(project: Path) -> None:
    CLIENT.write_bytes(CLIENT.read_bytes().replace(b"\n", b"\r\n"))
    clientcast("generate", "--merge")
    text = CLIENT.read_bytes()
    assert EDIT[1].encode() in text and b"def list" in text and b"\r" not in text


def test_merge_without_git_is_refused(
    project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(project))
    message = clientcast("generate", "--merge", status=1).stderr
    assert message == "Error: git is not installed\nexit 1\n"


def test_options_for_edits_contradict_each_other(project: Path) -> None:
    message = clientcast("generate", "--merge", "--force", status=2).stderr
    assert "--force overwrites edits and --merge keeps them" in message


def test_client_of_another_api_is_refused(project: Path) -> None:
    Path("orders.yaml").write_text(
        PETS.replace("Pets", "Orders").replace("/pets", "/orders")
    )
    clientcast("generate", "--force")
    before = file_texts(project)
    arguments = ("generate", "--spec", "orders.yaml", "--output", "acme/pets")
    for option in ((), ("--merge",), ("--diff",)):
        message = clientcast(*arguments, *option, status=1).stderr
        assert "is a client of another API, 'Pets', not of 'Orders'" in message
        assert "--force" in message
    assert file_texts(project) == before
    clientcast(*arguments, "--force")
    assert "class Orders" in CLIENT.read_text()
