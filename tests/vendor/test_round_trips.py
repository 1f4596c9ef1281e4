"""Round trips in projects, with processes of clientcast as it is installed from a wheel."""

import os
import shutil
import signal
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest
from clientcast.cli import main

from tests.support.project import ROOT
from tests.support.releases import edit, file_texts, make_release

DEST = "src/acme/idp"
LATER = {"client.py": ('"""Refresh the current', '"""Renew the current')}
EDIT = ('"""Close the current', '"""End the current')
PYPROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
WHEEL = PYPROJECT["tool"]["hatch"]["build"]["targets"]["wheel"]
WITHOUT_POWERS = ["setpriv", "--bounding-set=-dac_override,-dac_read_search"]


class Installed:
    """An installed clientcast, which is a folder of its own."""

    def __init__(self, folder: Path) -> None:
        self.package = folder / "clientcast"
        ignored = shutil.ignore_patterns("__pycache__")
        shutil.copytree(ROOT / "generator/clientcast", self.package, ignore=ignored)
        included = WHEEL["force-include"]
        for source, target in included.items():
            shutil.copytree(ROOT / source, folder / target, ignore=ignored)
        self.home = folder / included["generated"]
        self.environment = {
            **os.environ,
            "PYTHONPATH": str(folder),
            "PYTHONDONTWRITEBYTECODE": "1",
            "CLIENTCAST_CACHE_DIR": "",
        }

    def start(self, *arguments: str, before: list[str]) -> subprocess.Popen[str]:
        return subprocess.Popen(
            [*before, sys.executable, "-P", "-m", "clientcast", *arguments],
            env=self.environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def run(self, *arguments: str, status: int = 0, before: list[str] = []) -> str:
        process = self.start(*arguments, before=before)
        stdout, stderr = process.communicate()
        assert process.returncode == status, stdout + stderr
        return stdout + stderr


@pytest.fixture
def installed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Installed:
    (tmp_path / "project").mkdir()
    monkeypatch.chdir(tmp_path / "project")
    return Installed(tmp_path / "installed")


def git(*arguments: str) -> None:
    options = ("-c", "user.name=a", "-c", "user.email=a@example.com")
    subprocess.run(["git", *options, *arguments], check=True, capture_output=True)


@pytest.mark.parametrize("in_git", [True, pytest.param(False, marks=pytest.mark.full)])
def test_vendor_edit_check_update_and_merge(installed: Installed, in_git: bool) -> None:
    installed.run("vendor", "okta", DEST)
    client, notes = Path(DEST, "client.py"), Path(DEST, "own/notes.txt")
    notes.parent.mkdir()
    notes.write_text("mine\n")
    if in_git:
        git("init", "-q")
        git("add", ".")
        git("commit", "-qm", "vendored")
    assert "no problems" in installed.run("check", DEST)
    edit(client, *EDIT)
    assert "client.py:" in installed.run("check", DEST, status=1)
    make_release(installed.home, LATER, generator="0.4.0", version="6.0.0")
    assert "5.1.0 -> 6.0.0" in installed.run("check", DEST, status=1)
    before = file_texts(Path(DEST))
    assert "--merge" in installed.run("update", DEST, status=1)
    if in_git:
        assert "your edits are kept" in installed.run("update", DEST, "--merge")
        assert EDIT[1] in client.read_text()
        assert LATER["client.py"][1] in client.read_text()
    else:  # Nothing has the text before the edit: no cache, no git, another release.
        said = installed.run("update", DEST, "--merge", status=1)
        assert "what client.py was before the edit is not known" in said
        assert file_texts(Path(DEST)) == before
        edit(client, *reversed(EDIT))
        installed.run("update", DEST)
        assert "no problems" in installed.run("check", DEST)
    assert notes.read_text() == "mine\n"
    code = "from acme.idp import Okta; Okta(domain='a.okta.com', api_token='t').close()"
    environment = {**os.environ, "PYTHONPATH": "src"}
    subprocess.run([sys.executable, "-c", code], env=environment, check=True)


def test_read_only_tree_is_refused(installed: Installed) -> None:
    before = WITHOUT_POWERS if os.geteuid() == 0 else []
    if before and shutil.which(before[0]) is None:
        pytest.skip("root cannot be held to permissions here: no setpriv")
    installed.run("vendor", "okta", DEST)
    make_release(installed.home, LATER)
    texts = file_texts(Path(DEST))
    folders = [path for path in (Path("src"), *Path("src").rglob("*")) if path.is_dir()]
    try:
        for folder in folders:
            folder.chmod(0o555)
        assert "behind" in installed.run("check", DEST, status=1, before=before)
        said = installed.run("update", DEST, status=1, before=before)
        assert "Permission denied" in said and said.count("\n") == 2
        new = installed.run("vendor", "clerk", "src/clerk", status=1, before=before)
        assert "Permission denied" in new
    finally:
        for folder in folders:
            folder.chmod(0o755)
    assert file_texts(Path(DEST)) == texts
    assert sorted(os.listdir("src")) == ["acme"]


@pytest.mark.full
def test_two_updates_at_once_leave_one_whole_package(installed: Installed) -> None:
    installed.run("vendor", "okta", DEST)
    for number in range(3):
        make_release(installed.home, {"client.py": ("Refresh", f"Renew {number}")})
        processes = [installed.start("update", DEST, before=[]) for _ in range(3)]
        outputs = [process.communicate() for process in processes]
        for process, (_, stderr) in zip(processes, outputs, strict=True):
            is_busy = "another run is writing there" in stderr
            assert process.returncode == (1 if is_busy else 0), stderr
        assert 0 in [process.returncode for process in processes]
        assert f"Renew {number}" in Path(DEST, "client.py").read_text()
        assert "no problems" in installed.run("check", DEST)
    assert os.listdir("src/acme") == ["idp"]


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("CLIENTCAST_CACHE_DIR", str(tmp_path / "cache"))
    monkeypatch.setattr("clientcast.assets.home_clients", lambda: tmp_path / "home")
    yield tmp_path / "home"


def run_until_step(number: int, *arguments: str) -> int:
    """Run a command in a child, which is killed at its step of a number that writes."""
    child = os.fork()
    if child:
        return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    count = 0

    def hook(event: str, args: tuple[object, ...]) -> None:
        nonlocal count
        written = os.O_WRONLY | os.O_RDWR | os.O_CREAT
        is_step = event in ("os.mkdir", "os.rename", "os.link", "os.remove", "os.rmdir")
        if is_step or (
            event == "open" and isinstance(args[2], int) and args[2] & written
        ):
            count += 1
            if count == number:
                os.kill(os.getpid(), signal.SIGKILL)

    code = 1
    try:
        null = os.open(os.devnull, os.O_WRONLY)
        os.dup2(null, 1)
        os.dup2(null, 2)
        sys.addaudithook(hook)
        main(arguments, standalone_mode=False)
        code = 0
    except SystemExit as error:
        code = 1 if error.code else 0
    finally:
        os._exit(code)


@pytest.mark.full
@pytest.mark.parametrize("command", ["vendor", "update", "update --merge"])
def test_sigkill_at_any_step_leaves_the_old_or_the_new_package(
    home: Path, command: str
) -> None:
    make_release(home, {})
    dest, extra = Path("src/okta"), Path("src/okta/own.txt")
    arguments = ("vendor", "okta", str(dest))
    main(arguments, standalone_mode=False)
    extra.write_text("mine\n")
    if command == "update --merge":
        edit(dest / "client.py", *EDIT)
    old = file_texts(dest)
    make_release(home, LATER)
    if command != "vendor":
        arguments = ("update", str(dest), *command.split()[1:])
    new = {**old, **file_texts(home / "okta")}
    if command == "update --merge":
        new["client.py"] = old["client.py"].replace(
            *(text.encode() for text in LATER["client.py"])
        )
    if command == "vendor":
        old, new = {}, file_texts(home / "okta")
    seen, killed, number = set[bool](), 0, 1
    while True:
        shutil.rmtree("src")
        Path("src").mkdir()
        for path, content in old.items():
            (dest / path).parent.mkdir(parents=True, exist_ok=True)
            (dest / path).write_bytes(content)
        status = run_until_step(number, *arguments)
        is_new = file_texts(dest) == new if dest.exists() else False
        assert is_new or (file_texts(dest) if dest.exists() else {}) == old, number
        seen.add(is_new)
        if status == 0:
            break
        killed += 1
        assert status == -signal.SIGKILL
        assert run_until_step(0, *arguments) == 0  # It cleans up, and ends.
        assert file_texts(dest) == new
        assert os.listdir("src") == ["okta"]
        number += 1 if number < 8 else 9
    assert seen == {False, True} and killed > 15
