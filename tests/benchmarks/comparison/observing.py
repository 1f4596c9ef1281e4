"""Observation of a call: what a client sends, and what its caller gets."""

import json
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from tests.benchmarks.comparison.clients import Client
from tests.faults.server import Action, Request, run_server

LIMIT = 35.0
"""Seconds after which a call that is still running is ended."""
_START = 25.0
"""Seconds for the start of a probe, and the import of its client."""


class ProbeError(Exception):
    """A probe does not work; the text is its output."""


@dataclass(frozen=True, slots=True)
class Observation:
    """Observations of a call.

    Attributes:
        value: What the probe reports of the return value.
        error: The class of the error; empty if there was none.
        warnings: The classes of the warnings.
        log: All that was logged at DEBUG, by any logger.
        seconds: Duration of the call.
        requests: The requests that the server received.
        was_ended: Whether it was still running after the limit.
    """

    value: Any = None
    error: str = ""
    warnings: tuple[str, ...] = ()
    log: str = ""
    seconds: float = LIMIT
    requests: tuple[Request, ...] = ()
    was_ended: bool = False


def observe(
    client: Client, call: str, arguments: Sequence[str], actions: Sequence[Action]
) -> Observation:
    """Run a call of a client against a server, in a process of its own.

    Raises:
        ProbeError: The probe fails.
    """
    with run_server(*actions) as server:
        command = [str(client.python), str(client.probe), client.vendor, server.url]
        try:
            done = subprocess.run(
                [*command, call, *arguments],
                env=client.variables,
                capture_output=True,
                text=True,
                timeout=LIMIT + _START,
                check=False,
            )
        except subprocess.TimeoutExpired:
            return Observation(requests=_in_time(server.requests), was_ended=True)
        if done.returncode:
            raise ProbeError(f"{client.family}, {client.vendor}: {done.stderr}")
        outcome = json.loads(done.stdout)
        return Observation(
            outcome["value"],
            outcome["error"],
            tuple(outcome["warnings"]),
            outcome["log"],
            outcome["seconds"],
            _in_time(server.requests),
            outcome["seconds"] > LIMIT,
        )


def _in_time(requests: Sequence[Request]) -> tuple[Request, ...]:
    """Return the requests within the limit from the first on."""
    return tuple(r for r in requests if r.arrived <= requests[0].arrived + LIMIT)
