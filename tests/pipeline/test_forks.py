"""Tests of work in a fork: the same result with and without one, whatever happens to it."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.benchmarks.documents import document
from tests.support.project import ROOT

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="forks need Linux")

OPERATIONS = 210
FORKS = 3
PREPARE = """
import os, signal, sys, threading, time
from clientcast import forks
from clientcast.forks import Forked, can_fork
parent = os.getpid()
os.sched_getaffinity = lambda process: {0, 1}
def where(): return {"parent": os.getpid() == parent}
def run(work, large=True):
    with Forked(work, dict[str, bool], is_large=large) as forked:
        return forked.result()
"""
ONE_CORE = "os.sched_getaffinity = lambda process: {0}\n"


def run(program: str, *arguments: str) -> str:
    """Run a program in a process of its own, which has no threads; return its output."""
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", PREPARE + program, *arguments],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0 and done.stderr == "", done.stderr
    return done.stdout.strip()


def test_large_work_is_done_in_a_fork() -> None:
    assert run("print(run(where))") == "{'parent': False}"


@pytest.mark.parametrize(
    "reason",
    [
        "large = False",
        ONE_CORE,
        "sys.platform = 'darwin'",
        "sys.platform = 'win32'",
        "threading.Thread(target=time.sleep, args=(60,), daemon=True).start()",
        "def fail(): raise BlockingIOError\nos.fork = fail",
    ],
    ids=["small", "one-core", "macos", "windows", "thread", "no-processes"],
)
def test_parent_does_the_work_where_a_fork_is_not_possible(reason: str) -> None:
    program = f"large = True\n{reason}\nprint(run(where, large))"
    assert run(program) == "{'parent': True}"


@pytest.mark.parametrize(
    "end",
    [
        "os.kill(os.getpid(), signal.SIGKILL)",
        "os._exit(0)",
        "sys.exit(0)",
        "raise ValueError",
        "return {'parent': object()}",
    ],
    ids=["killed", "ended", "exit", "error", "result-of-another-type"],
)
def test_parent_does_the_work_of_a_fork_that_fails(end: str) -> None:
    program = f"""
def work():
    if os.getpid() != parent:
        {end}
    return where()
print(run(work))
"""
    assert run(program) == "{'parent': True}"


def test_error_is_raised_in_the_parent() -> None:
    program = """
def work(): raise ValueError(os.getpid() == parent)
try:
    run(work)
except ValueError as error:
    print(error)
"""
    assert run(program) == "True"


def test_fork_is_ended_with_its_block() -> None:
    program = """
try:
    with Forked(lambda: time.sleep(600), dict[str, bool], is_large=True) as forked:
        raise KeyboardInterrupt
except KeyboardInterrupt:
    pass
try:
    os.waitpid(-1, 0)
except ChildProcessError:
    print("no child", len(os.listdir("/proc/self/fd")))
"""
    before = run('print(len(os.listdir("/proc/self/fd")))')
    assert run(program) == f"no child {before}"


def test_result_may_be_larger_than_a_pipe() -> None:
    program = """
work = lambda: {str(number): True for number in range(100_000)}
print(run(work) == work())
"""
    assert run(program) == "True"


CAST = """
from clientcast.cli import main
start = Forked._start
def count(self):
    with open("forks", "a") as file:
        file.write(".")
    start(self)
Forked._start = count
main(["generate", "--spec", sys.argv[1], "--output", sys.argv[2]])
"""


def generate(
    folder: Path, prepare: str = "", old: str = "", new: str = ""
) -> tuple[str, str, int]:
    """Generate a package of many operations, from a document with one text replaced.

    Returns:
        The manifest, or an empty text; what is printed; the number of forks.
    """
    source = folder / "things.json"
    text = document(OPERATIONS)
    assert old in text
    source.write_text(text.replace(old, new, 1), encoding="utf-8")
    output = folder / "out" / str(len(list(folder.iterdir())))
    done = subprocess.run(
        [sys.executable, "-c", PREPARE + prepare + CAST, str(source), str(output)],
        cwd=folder,
        env={**os.environ, "CLIENTCAST_CACHE_DIR": ""},
        capture_output=True,
        text=True,
        check=False,
    )
    manifest = output / "clientcast.json"
    shown = (done.stdout + done.stderr).replace(str(output), "OUTPUT")
    text = manifest.read_text(encoding="utf-8") if manifest.exists() else ""
    forks = folder / "forks"
    count = len(forks.read_text()) if forks.exists() else 0
    forks.unlink(missing_ok=True)
    return text, shown, count


def test_package_is_the_same_without_forks(tmp_path: Path) -> None:
    manifest, shown, forks = generate(tmp_path)
    assert forks == FORKS
    assert manifest != ""
    assert (manifest, shown, 0) == generate(tmp_path, ONE_CORE)


@pytest.mark.parametrize(
    "old, new, code",
    [
        ('"type": "integer"', '"type": "int"', "unknown-type"),
        ('"/thing000s/{id}"', '"/thing000s/{}"', "bad-path"),
    ],
    ids=["corrected", "error"],
)
def test_mistakes_are_reported_and_corrected_as_without_forks(
    old: str, new: str, code: str, tmp_path: Path
) -> None:
    manifest, shown, forks = generate(tmp_path, old=old, new=new)
    assert forks
    assert code in shown
    assert bool(manifest) is (code != "bad-path")
    assert (manifest, shown, 0) == generate(tmp_path, ONE_CORE, old, new)


KILLED = """
encode = forks.msgspec.msgpack.encode
def killed(value):
    if os.getpid() != parent: os.kill(os.getpid(), signal.SIGKILL)
    return encode(value)
forks.msgspec.msgpack.encode = killed
"""


def test_package_is_the_same_if_forks_are_killed(tmp_path: Path) -> None:
    manifest, shown, forks = generate(tmp_path, KILLED)
    assert forks > FORKS
    assert manifest != ""
    assert (manifest, shown, 0) == generate(tmp_path, ONE_CORE)


REFUSED = """
from clientcast import code_files
def refused(modules, formatter, cache, render=code_files.render_modules):
    files = render(modules, formatter, cache)
    return {p: t.replace("_send(", "_sent(") for p, t in files.items()}
code_files.render_modules = refused
"""
FAULTY = """
from clientcast.bind.method_docstrings import MethodDocstrings
def fail(self, operation, *rest): raise ValueError("no text")
MethodDocstrings.for_operation = fail
"""


@pytest.mark.parametrize("fault", [REFUSED, FAULTY], ids=["refused", "error"])
def test_faults_are_reported_as_without_forks(fault: str, tmp_path: Path) -> None:
    manifest, shown, forks = generate(tmp_path, fault)
    assert forks
    assert manifest == ""
    assert "fault of clientcast" in shown
    assert "Traceback" not in shown
    assert ("", shown, 0) == generate(tmp_path, fault + ONE_CORE)
