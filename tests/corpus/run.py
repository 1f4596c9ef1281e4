"""Runner of the documents of a corpus, each in a process with limited resources."""

import atexit
import os
import signal
import tempfile
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from tests.corpus.documents import Document
from tests.corpus.results import Failure, Result, read
from tests.support.forks import ForkServer
from tests.support.project import ROOT

OLDEST = "3.11"
PACKAGE = "client"
"""Name of each package, in a folder named after its document."""

_running: set[int] = set()
"""The process groups that run."""

_servers: dict[tuple[str, int], ForkServer] = {}
"""The servers by function and thread."""


@dataclass(frozen=True, slots=True)
class Limits:
    """Limits of one document.

    Attributes:
        seconds: CPU seconds; the limit of wall time is four times as much.
        megabytes: Memory.
    """

    seconds: int = 300
    megabytes: int = 4096


@dataclass(frozen=True, slots=True)
class CorpusRunner:
    """Runner of documents.

    Attributes:
        folder: Folder for the packages.
        mypy: Whether mypy checks them.
        jobs: Number of documents run at the same time.
        wire: Whether each operation is called.
        testing: Whether the packages have fakes, of which each operation is called.
    """

    folder: Path
    mypy: bool = True
    jobs: int = 1
    limits: Limits = Limits()
    wire: bool = False
    testing: bool = False

    def run_all(
        self, documents: list[Document], stop: threading.Event | None = None
    ) -> Iterator[Result]:
        """Run documents in order, and yield their results; start none once `stop` is set."""

        def run_unless_stopped(document: Document) -> Result | None:
            return (
                None
                if stop is not None and stop.is_set()
                else self.run_document(document)
            )

        with ThreadPoolExecutor(self.jobs) as pool:
            try:
                for result in pool.map(run_unless_stopped, documents):
                    if result is not None:
                        yield result
            except BaseException:  # Such as Ctrl-C, which the processes do not get.
                pool.shutdown(wait=False, cancel_futures=True)
                kill_all()
                raise

    def run_document(self, document: Document) -> Result:
        """Run one document."""
        with tempfile.TemporaryDirectory() as scratch:
            result_file = Path(scratch) / "result.json"
            arguments = [str(document.path.resolve())]
            arguments += [
                str(self.folder.resolve() / document.name),
                PACKAGE,
                str(result_file),
            ]
            arguments += [f"--within={document.within.resolve()}"]
            arguments += [f"--seconds={self.limits.seconds}"]
            arguments += [f"--megabytes={self.limits.megabytes}"]
            arguments += ["--wire"] if self.wire else []
            arguments += ["--testing"] if self.testing else []
            process_result = run_fork(
                "tests.corpus.worker:main", arguments, 4 * self.limits.seconds
            )
            result = (
                read(result_file)[0] if result_file.exists() else Result(document.name)
            )
        result.document, result.size = document.name, document.size
        result.valid = document.valid or _validate(document, self.limits)
        if process_result.problem:
            result.failures.append(
                Failure(result.stage, process_result.problem, process_result.output)
            )
        if self.mypy and not result.problems:
            seconds = 4 * self.limits.seconds
            package = f"{document.name}/{PACKAGE}"
            result.findings = mypy_findings(self.folder, package, seconds)
        return result


def mypy_findings(folder: Path, package: str, seconds: float) -> list[str]:
    """Return the findings of `mypy --strict` in a package, a path relative to a folder."""
    # All packages have the same name, so that the cache serves httpx2 and the runtime for all.
    # One cache per thread, as mypy must not write it concurrently.
    cache = folder / f".mypy-{threading.get_ident()}"
    arguments = ["--strict", "--python-version", OLDEST, package]
    arguments += ["--no-error-summary", "--no-pretty", f"--cache-dir={cache}"]
    process_result = run_fork("mypy.__main__:console_entry", arguments, seconds, folder)
    lines = [
        line for line in process_result.output.splitlines() if ": note: " not in line
    ]
    found = [line.removeprefix(f"{package}/") for line in lines]
    if process_result.problem and not any(": error: " in line for line in found):
        found = [f"mypy: {process_result.problem}", *found]
    return found


def _validate(document: Document, limits: Limits) -> str:
    arguments = [str(document.path.resolve())]
    process_result = run_fork(
        "tests.corpus.validity:main", arguments, 4 * limits.seconds
    )
    validity = process_result.output.strip()
    return validity if validity in ("yes", "no") else "?"


@dataclass(frozen=True, slots=True)
class ProcessResult:
    """Problem of an ended process, empty for none, and its output."""

    problem: str
    output: str


def run_fork(
    function: str, arguments: list[str], seconds: float, folder: Path = ROOT
) -> ProcessResult:
    """Run a function in a fork, and kill it with its children if it takes too long."""
    server = _servers.setdefault(
        (function, threading.get_ident()), ForkServer(function, merged=True)
    )
    groups: list[int] = []
    late = threading.Event()

    def end() -> None:
        late.set()
        _kill_group(groups[0])

    timer = threading.Timer(seconds, end)

    def started(group: int) -> None:
        groups.append(group)
        _running.add(group)
        timer.start()

    try:
        status, output = server.run(arguments, folder=folder, started=started)
    finally:
        timer.cancel()
        for group in groups:
            _kill_group(group)
            _running.discard(group)
    problem = "it did not end in time" if late.is_set() else _problem_of_status(status)
    return ProcessResult(problem, _shortened(output))


@atexit.register
def _close_servers() -> None:
    for server in _servers.values():
        server.close()


def _shortened(output: bytes) -> str:
    return output.decode("utf-8", "replace")[-20_000:]


def _problem_of_status(status: int) -> str:
    if status == -signal.SIGXCPU:
        return "it took more CPU time than it may"
    if status < 0:
        return f"ended by {signal.Signals(-status).name}"
    return f"ended with status {status}" if status else ""


def kill_all() -> None:
    """Kill all running processes."""
    for group in list(_running):
        _kill_group(group)


def _kill_group(group: int) -> None:
    """Kill a process and its children, which may outlive it."""
    try:
        os.killpg(group, signal.SIGKILL)
    except ProcessLookupError:
        pass
