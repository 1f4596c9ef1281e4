"""Tests of `clientcast check PATH` and `clientcast update PATH` without any settings."""

import json
import shutil
from pathlib import Path

import pytest
from clientcast import __version__

from tests.support.project import ROOT
from tests.support.releases import clientcast, edit, file_texts, make_release, seal

DEST = "src/acme/okta"
LATER = {"client.py": ('"""Refresh the current', '"""Renew the current')}
EDIT = ('"""Close the current', '"""End the current')


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder of the clients that come with clientcast, with one that is vendored."""
    folder, home = tmp_path / "project", tmp_path / "home"
    folder.mkdir()
    monkeypatch.chdir(folder)
    monkeypatch.setenv("CLIENTCAST_CACHE_DIR", str(tmp_path / "cache"))
    monkeypatch.setattr("clientcast.assets.home_clients", lambda: home)
    make_release(home, {})
    clientcast("vendor", "okta", DEST)
    return home


def test_unedited_current_package_has_no_problems(home: Path) -> None:
    result = clientcast("check", DEST)
    assert result.stdout == (
        f"{DEST}: Okta Sessions 5.1.0, clientcast {__version__}, no problems\nexit 0\n"
    )
    assert "unchanged" in clientcast("update", DEST).stdout


def test_check_names_edited_and_missing_files(home: Path) -> None:
    edit(Path(DEST, "client.py"), *EDIT)
    Path(DEST, "py.typed").unlink()
    Path(DEST, "ours.py").write_text("OURS = 1\n")
    lines = Path(DEST, "client.py").read_text().splitlines()
    number = next(n for n, line in enumerate(lines, start=1) if EDIT[1] in line)
    result = clientcast("check", DEST, status=1)
    assert result.stdout.splitlines() == [
        f"{DEST}/client.py:{number}:1: edited this file was edited by hand;"
        " see it with --diff, or accept it with --allow-edits",
        f"{DEST}/py.typed:1:1: missing this file was deleted",
        f"{DEST}: Okta Sessions 5.1.0, clientcast {__version__}, 1 file edited,"
        " 1 file missing",
        "exit 1: 1 package with findings",
    ]
    assert (
        f"\n-        {EDIT[1]}" in clientcast("check", DEST, "--diff", status=1).stdout
    )


def test_check_accepts_edits_with_the_option(home: Path) -> None:
    edit(Path(DEST, "client.py"), *EDIT)
    result = clientcast("check", DEST, "--allow-edits")
    assert result.stdout == (
        f"{DEST}: Okta Sessions 5.1.0, clientcast {__version__}, 1 file edited,"
        " no problems\nexit 0\n"
    )
    Path(DEST, "py.typed").unlink()
    clientcast("check", DEST, "--allow-edits", status=1)


def test_line_endings_are_no_edit(home: Path) -> None:
    for path in Path(DEST).rglob("*.py"):
        path.write_bytes(path.read_bytes().replace(b"\n", b"\r\n"))
    assert "no problems" in clientcast("check", DEST).stdout


def test_package_behind_its_document_and_generator_is_updated(home: Path) -> None:
    make_release(home, LATER, generator="0.4.0", version="6.0.0")
    result = clientcast("check", DEST, status=1)
    assert result.stdout.splitlines()[-2] == (
        f"{DEST}: Okta Sessions 5.1.0 -> 6.0.0, clientcast {__version__} -> 0.4.0,"
        f" behind okta of clientcast {__version__},"
        f" 1 safe, clientcast update {DEST} changes 1 file"
    )
    Path(DEST, "ours").mkdir()
    Path(DEST, "ours/notes.txt").write_text("mine\n")
    result = clientcast("update", DEST)
    assert "Okta Sessions 5.1.0 -> 6.0.0" in result.stdout
    assert result.stdout.endswith(f"2 files changed in {DEST}\n")
    expected = {**file_texts(home / "okta"), "ours/notes.txt": b"mine\n"}
    assert file_texts(Path(DEST)) == expected


def test_update_refuses_merges_or_overwrites_edits(home: Path) -> None:
    edit(Path(DEST, "client.py"), *EDIT)
    make_release(home, LATER)
    before = file_texts(Path(DEST))
    message = clientcast("update", DEST, status=1).stderr
    assert f"{DEST}/client.py was edited since it was generated" in message
    clientcast("update", DEST, "--diff", status=1)
    assert file_texts(Path(DEST)) == before
    assert "update src/acme/okta --merge" in clientcast("check", DEST, status=1).stdout
    clientcast("update", DEST, "--merge")
    text = Path(DEST, "client.py").read_text()
    assert EDIT[1] in text and LATER["client.py"][1] in text
    clientcast("update", DEST, "--force")
    assert file_texts(Path(DEST)) == file_texts(home / "okta")


def test_conflicting_edit_is_refused_as_a_whole(home: Path) -> None:
    edit(Path(DEST, "client.py"), LATER["client.py"][0], '"""Prolong the current')
    make_release(home, {**LATER, "errors.py": ('"""Errors', '"""All errors')})
    before = file_texts(Path(DEST))
    clientcast("update", DEST, "--merge", status=1)
    assert file_texts(Path(DEST)) == before
    clientcast("update", DEST, "--conflict-markers", status=1)
    assert "<<<<<<< edited\n" in Path(DEST, "client.py").read_text()


def test_breaking_changes_of_an_update_come_first(home: Path) -> None:
    make_release(
        home,
        {
            **LATER,
            "models.py": (
                "    idp: IdentityProvider",
                "    provider: IdentityProvider",
            ),
            "async_client.py": ("def get(", "def retrieve("),
        },
    )
    edit(home / "okta/client.py", "def get(", "def retrieve(")
    seal(home / "okta")
    for arguments in (("check",), ("update", "--diff"), ("update",)):
        command, *options = arguments
        status = 1 if command == "check" else 0
        result = clientcast(command, DEST, *options, status=status)
        lines = result.stdout.splitlines()
        judged = [line for line in lines if line.startswith(("breaking: ", "safe: "))]
        assert judged[0].startswith("breaking: ")
        assert any("sessions.get" in line for line in judged), judged
        assert " breaking, " in lines[-2 if command == "check" else -1]
    assert "no problems" in clientcast("check", DEST).stdout


def test_method_that_was_added_by_hand_is_no_breaking_change(home: Path) -> None:
    client = Path(DEST, "client.py")
    text = client.read_text() + "    def ours(self) -> None:\n        pass\n"
    client.write_text(text)
    make_release(home, LATER)
    assert "breaking" not in clientcast("check", DEST, status=1).stdout
    assert "breaking" not in clientcast("update", DEST, "--merge").stdout
    assert "def ours" in client.read_text()


def test_package_of_a_newer_generator_is_not_taken_back_unasked(home: Path) -> None:
    edit(
        Path(DEST, "clientcast.json"), f"clientcast {__version__}", "clientcast 99.0.0"
    )
    result = clientcast("check", DEST)
    assert f"newer than this clientcast, {__version__}" in result.stdout
    message = clientcast("update", DEST, status=1).stderr
    assert "is of clientcast 99.0.0, newer than" in message and "--force" in message
    clientcast("update", DEST, "--force")
    assert file_texts(Path(DEST)) == file_texts(home / "okta")


def test_package_of_another_document_needs_it(home: Path) -> None:
    spec = ROOT / "specs" / "clerk.yaml"
    shutil.copy(spec, "clerk.yaml")
    clientcast("generate", "--spec", "clerk.yaml", "--output", "clerk")
    result = clientcast("check", "clerk")
    assert result.stdout == (
        f"clerk: Clerk Sessions 2026-05-12, clientcast {__version__},"
        " document not known: name it with --spec\nexit 0\n"
    )
    assert "with --spec" in clientcast("update", "clerk", status=1).stderr
    assert "no problems" in clientcast("check", "clerk", "--spec", "clerk.yaml").stdout
    edit(Path("clerk.yaml"), "version: '2026-05-12'", "version: '2027'")
    result = clientcast("check", "clerk", "--spec", "clerk.yaml", status=1)
    assert "Clerk Sessions 2026-05-12 -> 2027" in result.stdout
    clientcast("update", "clerk", "--spec", "clerk.yaml")
    assert "no problems" in clientcast("check", "clerk", "--spec", "clerk.yaml").stdout
    Path("clerk.yaml").write_text("openapi: [\n")
    before = file_texts(Path("clerk"))
    clientcast("check", "clerk", "--spec", "clerk.yaml", status=1)
    result = clientcast("update", "clerk", "--spec", "clerk.yaml", status=1)
    assert result.stdout.endswith("\nexit 1: errors in clerk.yaml\n")
    assert file_texts(Path("clerk")) == before


def test_update_names_methods_as_the_package_does(home: Path) -> None:
    spec, naming = ("--spec", "clerk.yaml"), ("--naming", "operation-id")
    shutil.copy(ROOT / "specs" / "clerk.yaml", "clerk.yaml")
    edit(Path("clerk.yaml"), "        method: list\n", "")
    clientcast("generate", *spec, "--output", "clerk", *naming)
    assert "no problems" in clientcast("check", "clerk", *spec).stdout
    assert "unchanged" in clientcast("update", "clerk", *spec).stdout
    clientcast("check", "clerk", *spec, "--naming", "short", status=1)
    settings = json.loads(Path("clerk/clientcast.json").read_text())["settings"]
    assert settings == {"naming": "operation-id"}


def test_settings_above_a_package_name_its_document(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shutil.copy(ROOT / "specs" / "clerk.yaml", "clerk.yaml")
    Path("pyproject.toml").write_text(
        '[tool.clientcast]\nspecs = ["clerk.yaml"]\noutput = "src/acme"\n'
    )
    clientcast("generate")
    clientcast("update", DEST)  # Its README imports it by its place in the new project.
    monkeypatch.chdir("src")
    assert "no problems" in clientcast("check", "acme/clerk", "acme/okta").stdout
    edit(Path("../clerk.yaml"), "version: '2026-05-12'", "version: '2027'")
    assert "behind clerk.yaml" in clientcast("check", "acme/clerk", status=1).stdout
    clientcast("update", "acme/clerk")
    monkeypatch.chdir("..")
    assert clientcast("check").stdout.endswith("no problems\nexit 0\n")


def test_hostile_manifest_prints_no_control_characters_and_short_lines(
    home: Path,
) -> None:
    manifest = Path(DEST, "clientcast.json")
    content = json.loads(manifest.read_text())
    content["generator"] = "clientcast " + "9" * 10_000
    content["spec"] = {"title": "\x1b[31m" + "x" * 10_000, "version": "\x07"}
    manifest.write_text(json.dumps(content))
    result = clientcast("check", DEST, status=1)
    assert "\x1b" not in result.output and "\x07" not in result.output
    assert max(map(len, result.output.splitlines())) < 500
    assert clientcast("update", DEST, status=1).output.count("\n") == 2


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (None, "it has no clientcast.json"),
        ("{", "its clientcast.json is invalid"),
        ('{"files": {}}', "its clientcast.json is invalid"),
        ('{"spec": {}, "files": {"../x": "0"}}', "its clientcast.json is invalid"),
    ],
)
def test_folder_that_is_no_package_is_refused(
    home: Path, content: str | None, message: str
) -> None:
    Path("other").mkdir()
    if content is not None:
        Path("other/clientcast.json").write_text(content)
    for command in ("check", "update"):
        stderr = clientcast(command, "./other", status=1).stderr
        problem = f"this is no package of clientcast: {message}"
        assert stderr == f"Error: other: {problem}\nexit 1\n"
        assert "nowhere: there is no such folder" in (
            clientcast(command, "./nowhere", status=1).stderr
        )


def test_update_applies_overlays_and_accepts_what_has_no_meaning(home: Path) -> None:
    shutil.copy(ROOT / "specs" / "clerk.yaml", "clerk.yaml")
    clientcast("generate", "--spec", "clerk.yaml", "--output", "clerk")
    edit(Path("clerk.yaml"), "type: boolean", "type: boolen")
    Path("later.yaml").write_text(
        "overlay: 1.0.0\ninfo: {title: Later, version: '1'}\n"
        "actions: [{target: $.info, update: {version: '2027'}}]\n"
    )
    arguments = ("update", "clerk", "--spec", "clerk.yaml", "--overlay", "later.yaml")
    assert "with --lenient" in clientcast(*arguments, status=1).stdout
    updated = clientcast(*arguments, "--lenient").stdout
    assert "Clerk Sessions 2026-05-12 -> 2027" in updated
    assert "any value is accepted (warning)" in updated
