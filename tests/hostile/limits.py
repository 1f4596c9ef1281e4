"""Forked child process with limits, whose CPU time and memory are measured."""

import os
import resource
import signal
import sys
import tempfile
import time
import traceback
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

CRASHED = 70
"""Exit status of a child whose function raised an exception."""


@dataclass(frozen=True, slots=True)
class Limits:
    """Limits of a child process.

    Attributes:
        seconds: CPU time of each process; it is killed one second after it.
        address_space: Megabytes that each process may reserve.
        wall_seconds: Time until the child and all of its processes are killed.
    """

    seconds: int = 20
    address_space: int = 3072
    wall_seconds: float = 180


@dataclass(frozen=True, slots=True)
class ChildResult:
    """Result of a child process.

    Attributes:
        status: Exit status, or the negative number of the signal that killed it.
        cpu: CPU time in seconds, including its child processes.
        megabytes: Peak resident memory of the largest of these processes.
        stdout: Standard output.
        stderr: Standard error.
        reports: Lines passed to `report`.
    """

    status: int
    cpu: float
    megabytes: int
    stdout: str
    stderr: str
    reports: tuple[str, ...]

    @property
    def output(self) -> str:
        """Standard output and standard error."""
        return self.stdout + self.stderr


_report_file = -1


def report(line: str) -> None:
    """Report one line to the parent; it is kept even if the child is killed later."""
    text = " ".join(line.split("\n")).encode("utf-8", "backslashreplace")
    os.write(_report_file, text + b"\n")


def run(act: Callable[[], object], folder: Path, limits: Limits) -> ChildResult:
    """Run a function in a forked child process whose current directory is `folder`."""
    with (
        tempfile.TemporaryFile() as stdout,
        tempfile.TemporaryFile() as stderr,
        tempfile.TemporaryFile() as reports,
    ):
        sys.stdout.flush()
        sys.stderr.flush()
        child = os.fork()
        if child == 0:
            _run_child(act, folder, limits, (stdout, stderr, reports))
        status, usage = _wait(child, limits.wall_seconds)
        return ChildResult(
            status,
            usage.ru_utime + usage.ru_stime,
            usage.ru_maxrss // 1024,
            _text(stdout),
            _text(stderr),
            tuple(_text(reports).splitlines()),
        )


def _run_child(
    act: Callable[[], object],
    folder: Path,
    limits: Limits,
    files: tuple[BinaryIO, BinaryIO, BinaryIO],
) -> None:
    global _report_file
    status = CRASHED
    try:
        os.setsid()
        stdout, stderr, reports = (file.fileno() for file in files)
        os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
        os.dup2(stdout, 1)
        os.dup2(stderr, 2)
        _report_file = reports
        os.chdir(folder)
        # Only soft limits: a child of clientcast may set higher ones for itself.
        for kind, value in (
            (resource.RLIMIT_CORE, 0),
            (resource.RLIMIT_CPU, limits.seconds),
            (resource.RLIMIT_AS, limits.address_space << 20),
        ):
            resource.setrlimit(kind, (value, resource.getrlimit(kind)[1]))
        act()
        status = 0
    except SystemExit as error:
        status = error.code if isinstance(error.code, int) else int(bool(error.code))
    except BaseException:
        traceback.print_exc()
    finally:
        try:
            sys.stdout.flush()
            sys.stderr.flush()
        finally:
            os._exit(status)


def _wait(child: int, seconds: float) -> tuple[int, resource.struct_rusage]:
    end = time.monotonic() + seconds
    pause = 0.002
    while True:
        pid, status, usage = os.wait4(child, os.WNOHANG)
        if pid:
            break
        if time.monotonic() > end:
            _kill_group(child)
        time.sleep(pause)
        pause = min(2 * pause, 0.01)
    _kill_group(child)
    return os.waitstatus_to_exitcode(status), usage


def _kill_group(child: int) -> None:
    try:
        os.killpg(child, signal.SIGKILL)
    except ProcessLookupError:
        pass


def _text(file: BinaryIO) -> str:
    file.seek(0)
    return file.read().decode("utf-8", "backslashreplace")
