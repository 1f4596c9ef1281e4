"""Runs a function in forks of one process, which has imported what the function needs.

    python -m tests.support.forks MODULE:FUNCTION

An interpreter that imports clientcast takes half a second of CPU time before it does anything.
"""

import io
import json
import os
import subprocess
import sys
import tempfile
import traceback
from collections.abc import Callable, Sequence
from contextlib import suppress
from functools import cached_property
from importlib import import_module
from pathlib import Path
from typing import NoReturn

from tests.support.project import ROOT

GENERATOR = ROOT / "generator"


class ForkServer:
    """Process that runs a function in a fork of itself for each call of `run`.

    Its module's function `prepare`, if it has one, runs once in the process.

    Args:
        function: Module and name of the function: `tests.corpus.worker:main`.
        merged: Whether the output of a fork includes its standard error.
    """

    def __init__(self, function: str, *, merged: bool = False) -> None:
        self._function = function
        self._merged = merged

    @cached_property
    def _process(self) -> subprocess.Popen[bytes]:
        search = os.pathsep.join([str(ROOT), str(GENERATOR)])
        return subprocess.Popen(
            [sys.executable, "-P", "-m", "tests.support.forks", self._function],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env={**os.environ, "PYTHONPATH": search},
        )

    def run(
        self,
        arguments: Sequence[str] = (),
        *,
        content: bytes = b"",
        folder: Path = ROOT,
        started: Callable[[int], None] = lambda process: None,
    ) -> tuple[int, bytes]:
        """Run the function.

        Args:
            arguments: The arguments after the name of the program in `sys.argv`.
            content: The standard input.
            folder: The current directory.
            started: Called with the id of the fork and of its process group, which no other
                process has before the next call of `run`.

        Returns:
            The exit status, or the negative number of a signal, and the output.
        """
        requests, responses = self._process.stdin, self._process.stdout
        assert requests is not None and responses is not None
        request = {
            "arguments": list(arguments),
            "folder": str(folder),
            "merged": self._merged,
            "size": len(content),
        }
        requests.write(json.dumps(request).encode() + b"\n" + content)
        requests.flush()
        started(int(responses.readline()))
        status, size = map(int, responses.readline().split())
        return status, responses.read(size)

    def close(self) -> None:
        """End the process, if it was started."""
        if "_process" in vars(self):
            self._process.communicate()


def run_forked(
    function: Callable[[], object], content: bytes, output: int, *, merged: bool = False
) -> NoReturn:
    """Run a function in this fork, and end it.

    Args:
        content: The standard input.
        output: File descriptor of the standard output.
        merged: Whether it is that of the standard error, too.
    """
    status = 1
    try:
        sys.stdin = io.TextIOWrapper(io.BytesIO(content), encoding="utf-8")
        os.dup2(output, 1)
        sys.stdout = open(1, "w", encoding="utf-8", closefd=False)
        if merged:
            os.dup2(output, 2)
            sys.stderr = open(2, "w", encoding="utf-8", closefd=False)
        function()
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


def serve(name: str) -> None:
    """Read requests from standard input, and write the id, status and output of a fork of each."""
    module_name, _, function_name = name.partition(":")
    module = import_module(module_name)
    function = getattr(module, function_name)
    if hasattr(module, "prepare"):
        module.prepare()
    requests, responses = sys.stdin.buffer, sys.stdout.buffer
    process = 0
    while line := requests.readline():
        request = json.loads(line)
        content = requests.read(request["size"])
        if process:  # Ends the last one only now: its id could be another's after that.
            os.waitpid(process, 0)
        with tempfile.TemporaryFile() as file:
            process = os.fork()
            if process == 0:
                os.setpgid(0, 0)
                os.chdir(request["folder"])
                sys.argv = [function_name, *request["arguments"]]
                run_forked(function, content, file.fileno(), merged=request["merged"])
            with suppress(OSError):  # It has ended, or has done so itself.
                os.setpgid(process, process)
            responses.write(b"%d\n" % process)
            responses.flush()
            ended = os.waitid(os.P_PID, process, os.WEXITED | os.WNOWAIT)
            assert ended is not None
            signaled = ended.si_code != os.CLD_EXITED
            status = -ended.si_status if signaled else ended.si_status
            file.seek(0)
            output = file.read()
        responses.write(b"%d %d\n" % (status, len(output)) + output)
        responses.flush()


if __name__ == "__main__":
    serve(sys.argv[1])
