"""Costs of a process or of a loop, and how they are measured."""

import os
import subprocess
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

_KEPT = ("PATH", "HOME", "LANG", "TMPDIR", "SYSTEMROOT", "NODE_PATH")
"""The variables of the environment that a measured process gets."""


class Cost(NamedTuple):
    """Cost of one run of a variant.

    Attributes:
        cpu: CPU seconds; for a process, with those of its children.
        wall: Seconds that passed.
        megabytes: Peak of memory of the largest process; 0 if it is not measured.
        failed: Whether there is no result.
        has_error: Whether the process exited with an error, although there is a result.
    """

    cpu: float
    wall: float
    megabytes: float = 0.0
    failed: bool = False
    has_error: bool = False


def run_process(
    command: Sequence[str | Path],
    folder: Path,
    environment: Mapping[str, str] | None = None,
) -> Cost:
    """Run a program in a folder, and return its cost. Its output is discarded."""
    own = {name: os.environ[name] for name in _KEPT if name in os.environ}
    began = time.perf_counter()
    process = subprocess.Popen(
        [str(part) for part in command],
        cwd=folder,
        env=own | dict(environment or {}),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    _, status, usage = os.wait4(process.pid, 0)
    wall = time.perf_counter() - began
    process.returncode = os.waitstatus_to_exitcode(status)
    return Cost(
        usage.ru_utime + usage.ru_stime,
        wall,
        usage.ru_maxrss / 1024,
        process.returncode != 0,
    )
