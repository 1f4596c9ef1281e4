"""Programs of `tests/production/programs`, run as processes of their own."""

import os
import re
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from tests.support.project import GENERATED, ROOT

PROGRAMS = Path(__file__).parent / "programs"

_URL = re.compile(r"http://127\.0\.0\.1:\d+")


@dataclass
class Service:
    """A running service.

    Attributes:
        url: Its base URL.
        lines: The lines of its output so far.
        exit_code: Its exit code once it has ended.
    """

    url: str
    lines: list[str] = field(default_factory=list[str])
    exit_code: int | None = None


def environment(extra: Mapping[str, str]) -> dict[str, str]:
    """Return an environment without proxies, in which programs find the generated clients."""
    kept = {k: v for k, v in os.environ.items() if not k.lower().endswith("_proxy")}
    path = os.pathsep.join((str(GENERATED), str(PROGRAMS)))
    settings = {"PYTHONPATH": path, "PYTHONWARNINGS": "always", "API_URL": ""}
    return {**kept, **settings, **extra}


def run_program(name: str, **variables: str) -> str:
    """Run a program to its end and return its output."""
    done = subprocess.run(
        [sys.executable, str(PROGRAMS / f"{name}.py")],
        capture_output=True,
        text=True,
        timeout=120,
        cwd=ROOT,
        env=environment(variables),
    )
    assert (done.returncode, done.stderr) == (0, ""), done.stderr
    return done.stdout


@contextmanager
def run_service(*arguments: str, **variables: str) -> Iterator[Service]:
    """Run `python -m` with these arguments for a block, and then end it with SIGTERM.

    The program prints the URL that it listens to.
    """
    process = subprocess.Popen(
        [sys.executable, "-m", *arguments],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        cwd=PROGRAMS,
        env=environment(variables),
    )
    assert process.stdout is not None
    lines: list[str] = []
    try:
        for line in process.stdout:
            lines.append(line)
            if found := _URL.search(line):
                break
        else:
            raise AssertionError("".join(lines))
        service = Service(found[0], lines)
        reader = threading.Thread(target=lines.extend, args=(process.stdout,))
        reader.start()
        try:
            yield service
        finally:
            process.send_signal(signal.SIGTERM)
            service.exit_code = process.wait(60)
            reader.join()
    finally:
        process.kill()
        process.wait()
        process.stdout.close()
