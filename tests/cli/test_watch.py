"""Tests of `clientcast watch`: a real process, and files saved as editors save them."""

import json
import os
import queue
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import click
import pytest
from clientcast.cache import NO_CACHE
from clientcast.cli import main
from clientcast.cli.watch import regenerate
from clientcast.cli.writing import Edits
from clientcast.config import Job
from clientcast.inputs import InputFile, look_up
from clientcast.watching import wait_for_changes
from click.testing import CliRunner

from tests.support.project import ROOT

DOCUMENT = """\
openapi: 3.1.0
info: {title: Parcels, version: 1.0.0}
servers: [{url: https://parcels.example.com}]
tags: [{name: parcels, description: Parcels on their way.}]
paths:
  /parcels:
    get:
      operationId: getParcel
      tags: [parcels]
      summary: Retrieve the parcel
      responses:
        '200':
          description: The parcel.
          content:
            application/json:
              schema: {$ref: 'parts/parcel.yaml'}
"""
PARCEL = """\
title: Parcel
description: A parcel.
type: object
required: [id]
properties:
  id: {type: string, description: Its id.}
"""
SECONDS = 180
PROGRAM = """
import runpy, signal

# Background processes of a shell ignore SIGINT.
signal.signal(signal.SIGINT, signal.default_int_handler)
runpy.run_module("clientcast", run_name="__main__", alter_sys=True)
"""


def overwrite(path: Path, text: str) -> None:
    path.write_text(text, encoding="utf-8")


def replace(path: Path, text: str) -> None:
    """Save as most editors do: write another file, and rename it."""
    new = path.with_name(f".{path.name}.swp")
    new.write_text(text, encoding="utf-8")
    os.replace(new, path)


def back_up(path: Path, text: str) -> None:
    """Save as vim does with a backup: rename the old file, and write a new one."""
    os.replace(path, path.with_name(f"{path.name}~"))
    path.write_text(text, encoding="utf-8")


def remove_first(path: Path, text: str) -> None:
    """Save as `git checkout` does."""
    path.unlink()
    path.write_text(text, encoding="utf-8")


SAVES = (overwrite, replace, back_up, remove_first)
Save = Callable[[Path, str], None]


class Changes:
    """Iteration over the changes of files, as `watch` uses it."""

    def __init__(self, *paths: Path) -> None:
        self._paths = paths
        self._inputs: list[InputFile] = []
        self.read()
        self._changes = wait_for_changes(lambda: self._inputs)

    def read(self) -> None:
        self._inputs = [look_up(path) for path in self._paths]

    def wait(self) -> None:
        next(self._changes)
        self.read()


@pytest.mark.parametrize(
    "save",
    [*SAVES[:2], *(pytest.param(save, marks=pytest.mark.full) for save in SAVES[2:])],
)
def test_saved_file_is_a_change(save: Save, tmp_path: Path) -> None:
    path = tmp_path / "a.yaml"
    path.write_text("1", encoding="utf-8")
    changes = Changes(path)
    save(path, "2")  # before it is watched
    changes.wait()
    later = threading.Timer(0.2, save, (path, "3"))
    later.start()
    changes.wait()
    later.join()
    assert path.read_text(encoding="utf-8") == "3"


def test_missing_file_and_folder_are_watched(tmp_path: Path) -> None:
    path = tmp_path / "parts" / "deep" / "a.yaml"
    changes = Changes(path)

    def create() -> None:
        path.parent.mkdir(parents=True)
        path.write_text("1", encoding="utf-8")

    later = threading.Timer(0.2, create)
    later.start()
    changes.wait()
    later.join()


@pytest.mark.skipif(sys.platform == "win32", reason="symlinks need a permission")
def test_target_of_a_symlink_is_watched(tmp_path: Path) -> None:
    target, path = tmp_path / "there" / "b.yaml", tmp_path / "a.yaml"
    target.parent.mkdir()
    target.write_text("1", encoding="utf-8")
    path.symlink_to(target)
    changes = Changes(path)
    later = threading.Timer(0.2, replace, (target, "2"))
    later.start()
    changes.wait()
    later.join()


def test_watch_without_watchfiles_reports_the_extra(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("clientcast.cli.watch.find_spec", lambda name: None)
    done = CliRunner().invoke(main, ["watch"])
    assert done.exit_code == 1
    assert done.output == (
        "Error: watch needs watchfiles: pip install '.[watch]' in the checkout of clientcast\nexit 1\n"
    )


def test_watch_without_files_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    settings = '[tool.clientcast]\nspecs = ["shop:app"]\noutput = "made"\n'
    Path("pyproject.toml").write_text(settings, encoding="utf-8")
    done = CliRunner().invoke(main, ["watch"])
    assert done.exit_code == 2
    assert "shop:app is no file, and is not watched\n" in done.stderr
    assert done.stderr.endswith("Error: there is no file to watch\nexit 2\n")


def test_watch_applies_overlays_and_watches_them(
    project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(project)
    Path("later.yaml").write_text(
        "overlay: 1.0.0\ninfo: {title: Later, version: '1'}\n"
        "actions: [{target: $.info, update: {version: '2027'}}]\n"
    )
    watched: list[str] = []

    def end(files: Callable[[], list[InputFile]]) -> list[None]:
        watched.extend(Path(file.path).name for file in files())
        return []

    monkeypatch.setattr("clientcast.cli.watch.wait_for_changes", end)
    done = CliRunner().invoke(main, ["watch", "--overlay", "later.yaml"])
    assert done.exit_code == 0, done.output
    assert "later.yaml" in watched
    (manifest,) = project.rglob("clientcast.json")
    assert json.loads(manifest.read_text())["spec"]["version"] == "2027"


@pytest.mark.parametrize("is_known", [True, False])
def test_file_that_is_saved_while_its_job_fails_is_stale(
    is_known: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "parcels.yaml"
    path.write_text(DOCUMENT, encoding="utf-8")
    known = (look_up(path),) if is_known else ()

    def fail(*arguments: object) -> None:
        path.write_text(DOCUMENT, encoding="utf-8")
        raise click.ClickException("parcels.yaml: No such file or directory")

    monkeypatch.setattr("clientcast.cli.watch.generate_job", fail)
    job = Job("parcels", path, tmp_path / "made", "parcels.yaml", "made")
    (file,) = regenerate(job, NO_CACHE, Edits(), known)
    assert not file.is_current()


# The process


class Watch:
    """A process of `clientcast watch`, and the lines that it prints."""

    def __init__(self, folder: Path) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-P", "-c", PROGRAM, "watch"],
            cwd=folder,
            env={**os.environ, "PYTHONPATH": str(ROOT / "generator")},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        self.lines: list[str] = []
        self._queue: queue.Queue[str | None] = queue.Queue()
        threading.Thread(target=self._read, daemon=True).start()

    def _read(self) -> None:
        assert self.process.stdout is not None
        with self.process.stdout as lines:
            for line in lines:
                self._queue.put(line)
        self._queue.put(None)

    def wait_for(self, text: str) -> None:
        """Read lines until one contains a text."""
        while True:
            line = self._queue.get(timeout=SECONDS)
            assert line is not None, self.lines
            self.lines.append(line)
            if text in line:
                return

    def interrupt(self) -> int:
        """Interrupt the process as Ctrl-C does, and return its exit status."""
        self.process.send_signal(signal.SIGINT)
        status = self.process.wait(SECONDS)
        while (line := self._queue.get(timeout=SECONDS)) is not None:
            self.lines.append(line)
        return status


@pytest.fixture
def project(tmp_path: Path) -> Path:
    (tmp_path / "parts").mkdir()
    settings = '[tool.clientcast]\nspecs = ["parcels.yaml"]\noutput = "made"\n'
    (tmp_path / "pyproject.toml").write_text(settings, encoding="utf-8")
    (tmp_path / "parcels.yaml").write_text(DOCUMENT, encoding="utf-8")
    (tmp_path / "parts/parcel.yaml").write_text(PARCEL, encoding="utf-8")
    return tmp_path


@pytest.fixture
def process(project: Path) -> Iterator[Watch]:
    watch = Watch(project)
    yield watch
    watch.process.kill()
    watch.process.wait()


@pytest.mark.full
@pytest.mark.skipif(sys.platform == "win32", reason="no SIGINT for one process")
def test_watch_generates_at_each_save_and_survives_errors(
    project: Path, process: Watch
) -> None:
    document, part, made = (
        project / "parcels.yaml",
        project / "parts/parcel.yaml",
        project / "made/parcels",
    )
    process.wait_for("watching 2 files")
    for number, save in enumerate(SAVES):
        save(document, DOCUMENT.replace("the parcel", f"parcel {number}"))
        process.wait_for("files changed in made/parcels")
        assert f"Retrieve parcel {number}" in (made / "client.py").read_text()
    replace(part, PARCEL.replace("id:", "weight:").replace("[id]", "[weight]"))
    process.wait_for("files changed in made/parcels")
    assert "weight: str" in (made / "models.py").read_text()

    before = {path: path.read_bytes() for path in made.rglob("*") if path.is_file()}
    overwrite(document, "openapi: [")
    process.wait_for("parcels: 1 error; nothing was written")
    assert any("yaml-syntax" in line for line in process.lines)
    document.unlink()
    process.wait_for("No such file")
    assert {path: path.read_bytes() for path in before} == before
    part.unlink()
    overwrite(document, DOCUMENT)
    process.wait_for("parcels: 1 error; nothing was written")
    overwrite(part, PARCEL)
    process.wait_for("files changed in made/parcels")

    (made / "client.py").write_text("# mine\n", encoding="utf-8")
    overwrite(part, PARCEL.replace("A parcel.", "A box."))
    process.wait_for("was edited since it was generated")
    assert (made / "client.py").read_text() == "# mine\n"

    assert process.interrupt() == 0
    assert process.lines[-1] == "stopped\n"
    assert not any("Traceback" in line for line in process.lines)
    assert not list((project / "made").glob(".*"))


@pytest.mark.full
@pytest.mark.skipif(sys.platform == "win32", reason="no SIGINT for one process")
def test_watch_is_interrupted_while_it_generates(project: Path, process: Watch) -> None:
    process.wait_for("watching 2 files")
    made = project / "made/parcels"
    before = (made / "client.py").read_bytes()
    saved = DOCUMENT
    for number in range(20):
        saved += f"  # {number}\n"
        overwrite(project / "parcels.yaml", saved)
    overwrite(project / "parcels.yaml", DOCUMENT.replace("the parcel", "a parcel"))
    process.wait_for("changed in made/parcels")
    assert sum("parcels: 1 operation" in line for line in process.lines) < 5
    overwrite(project / "parcels.yaml", DOCUMENT)
    assert process.interrupt() == 0
    assert (made / "client.py").read_bytes() in (
        before,
        before.replace(b"the parcel", b"a parcel"),
    )
    assert not list((project / "made").glob(".*"))
