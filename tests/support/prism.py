"""Prism, a third-party mock server, run for a spec.

Prism rejects a request that the spec does not allow, and responds with the spec's examples, or
with random values of its schemas. With `--errors` it also rejects its own responses if they do
not match the spec. It checks neither the scheme in front of an API key, nor credentials sent to
operations without security, nor undocumented query parameters.
"""

import os
import socket
import subprocess
import time
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.support.node import node_program

SECONDS_TO_START = 60
LIFELINE = "--import=data:text/javascript,process.stdin.on('end',process.exit).resume()"
"""Node option: end the program when its standard input closes, even if the parent is killed."""


@dataclass(frozen=True, slots=True)
class Prism:
    """A running mock server.

    Attributes:
        url: Base URL of the server.
        log: Log file of the server.
    """

    url: str
    log: Path


@contextmanager
def run_prism(spec: Path, log: Path) -> Generator[Prism]:
    """Start Prism on a free port of loopback, and stop it at the end."""
    process, url = _start(spec, log)
    try:
        yield Prism(url, log)
    finally:
        _stop(process)


def _start(spec: Path, log: Path) -> tuple[subprocess.Popen[bytes], str]:
    """Start Prism on a free port; retry, as another program may take the port first."""
    for _ in range(3):
        with socket.create_server(("127.0.0.1", 0)) as free:
            port = free.getsockname()[1]
        command = [node_program("prism"), "mock", "--errors", "--seed", "1"]
        with log.open("wb") as out:
            process = subprocess.Popen(
                [*command, "--host", "127.0.0.1", "--port", str(port), str(spec)],
                env={**os.environ, "NODE_OPTIONS": LIFELINE},
                stdin=subprocess.PIPE,
                stdout=out,
                stderr=subprocess.STDOUT,
            )
        if _wait_until_listening(process, port):
            return process, f"http://127.0.0.1:{port}"
        _stop(process)
    raise RuntimeError(f"Prism did not start:\n{log.read_text('utf-8')}")


def _stop(process: subprocess.Popen[bytes]) -> None:
    with process:
        process.kill()


def _wait_until_listening(process: subprocess.Popen[bytes], port: int) -> bool:
    for _ in range(SECONDS_TO_START * 20):
        if process.poll() is not None:
            return False
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError:
            time.sleep(0.05)
        else:
            return True
    return False
