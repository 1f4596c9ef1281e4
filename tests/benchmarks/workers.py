"""Workers: processes that run a call many times and report its cost (`programs/loop.py`)."""

import os
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import TracebackType

from tests.benchmarks.costs import Cost

PROGRAMS = Path(__file__).with_name("programs")


class Workers:
    """Workers that are started when they are first needed, and ended with the block."""

    def __init__(self) -> None:
        self._running: dict[Sequence[str], subprocess.Popen[str]] = {}

    def __enter__(self) -> "Workers":
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        for process in self._running.values():
            process.kill()
            process.communicate()

    def run(
        self, command: Sequence[str], environment: Mapping[str, str], calls: int
    ) -> Cost:
        """Let a worker run its call, and return the cost of one."""
        if command not in self._running:
            self._running[command] = subprocess.Popen(
                command,
                env={**os.environ, **environment},
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                text=True,
            )
        process = self._running[command]
        assert process.stdin is not None and process.stdout is not None
        process.stdin.write(f"{calls}\n")
        process.stdin.flush()
        line = process.stdout.readline()
        if not line:
            return Cost(0, 0, 0, True)
        cpu, wall = (float(part) / calls for part in line.split())
        return Cost(cpu, wall)
