"""Tests of the processes of the corpus runner."""

import os
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

if sys.platform == "win32":
    pytest.skip("processes cannot be limited here", allow_module_level=True)

from tests.corpus.run import ProcessResult, kill_all, run_fork


def run_code() -> None:
    """Run the code in the arguments."""
    exec(sys.argv[1], {})


def run(code: str, seconds: float) -> ProcessResult:
    return run_fork("tests.corpus.test_run:run_code", [code], seconds)


def test_hanging_process_is_killed(tmp_path: Path) -> None:
    ended = run("while True: pass", 1)
    assert ended.problem == "it did not end in time"


def test_child_of_a_process_is_killed_with_it() -> None:
    program = (
        "import subprocess, sys; p = subprocess.Popen("
        "[sys.executable, '-c', 'import time; time.sleep(600)']); print(p.pid)"
    )
    ended = run(program, 60)
    pid = int(ended.output)
    assert ended.problem == ""
    for _ in range(100):
        if not is_running(pid):
            return
        time.sleep(0.1)  # The kill takes effect later.
    pytest.fail("it outlived the process that started it")


def is_running(pid: int) -> bool:
    try:
        os.kill(pid, 0)
        status = Path(f"/proc/{pid}/stat")
        # A zombie has ended, but its status was not read yet.
        return not status.exists() or ") Z " not in status.read_text()
    except OSError:
        return False


def test_exceeded_cpu_limit_is_reported() -> None:
    program = (
        "import resource as r; hard = r.getrlimit(r.RLIMIT_CPU)[1]\n"
        "r.setrlimit(r.RLIMIT_CPU, (1, hard))\nwhile True: pass"
    )
    ended = run(program, 600)
    assert ended.problem == "it took more CPU time than it may"


def test_failed_process_is_reported_with_its_output() -> None:
    ended = run("print(7); exit(3)", 60)
    assert (ended.problem, ended.output) == ("ended with status 3", "7\n")
    program = "import os, signal; os.kill(os.getpid(), signal.SIGSEGV)"
    assert run(program, 60).problem == "ended by SIGSEGV"


def test_kill_all_ends_running_processes(tmp_path: Path) -> None:
    begun = tmp_path / "begun"
    program = (
        f"import pathlib, time; pathlib.Path({str(begun)!r}).touch(); time.sleep(600)"
    )
    with ThreadPoolExecutor(1) as pool:
        ended = pool.submit(run, program, 600)
        while not begun.exists():
            time.sleep(0.05)
        kill_all()
        assert ended.result(60).problem == "ended by SIGKILL"
