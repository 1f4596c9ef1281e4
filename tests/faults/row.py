"""Rows of the fault matrix as data: a fault, the scenarios, and the expectations."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from tests.faults.actions import OK_RESPONSE
from tests.faults.certificates import Kind
from tests.faults.harness import Scenario, get_session
from tests.faults.leak_search import Captured
from tests.faults.modes import MODES, Mode
from tests.faults.server import Action, Server


@dataclass
class Observation:
    """Result of a case in one mode.

    Attributes:
        value: The return value of the scenario.
        error: The error that the scenario raised, or None.
        seconds: The duration of the scenario.
    """

    mode: Mode
    server: Server
    captured: Captured
    value: Any
    error: Any
    seconds: float

    @property
    def outcome(self) -> str:
        """The class of the return value or error."""
        result = self.value if self.error is None else self.error
        return "None" if result is None else type(result).__name__

    @property
    def delays(self) -> list[float]:
        """Seconds between the arrivals of successive requests at the server."""
        arrivals = [request.arrived for request in self.server.requests]
        return [b - a for a, b in zip(arrivals, arrivals[1:], strict=False)]

    @property
    def warnings(self) -> list[str]:
        """The messages of the warnings."""
        return [str(warning.message) for warning in self.captured.warned]


@dataclass(frozen=True, kw_only=True)
class Case:
    """A variant of a fault, with one scenario and its expectations.

    Attributes:
        name: The name of the case, unique in its row.
        server: The actions of the server, one for each request; the last one repeats.
        scenario: The calls of the client.
        outcome: Expected class of the return value or error, by name.
        cell_format: Format of the return value in the table, such as `{} wrong`; empty for its
            class.
        requests: Expected number of requests, exact or as minimum and maximum.
        connections: Expected number of connections; None for any.
        attempts: Expected `attempts` of the error; None for any.
        maybe_delivered: Expected `maybe_delivered` of the error; None for any.
        reason: Expected name of the `reason` of the error, or of one of several; None for any.
        min_seconds, max_seconds: Limits of the duration. Servers hold a connection for 30 s,
            and the machine may be busy.
        warning: Expected part of the only warning; None for no warning.
        check: Further assertions.
        tls: The kind of certificate of the server; None for plain HTTP.
        refuses_connections: Whether the server refuses connections at first.
        greeting: Bytes that the server sends first on each connection.
        max_body: Maximum number of bytes that the server reads of a request body; None for all.
        spec: The name of the document to generate a client from first; empty for none.
        environment: Environment variables to set.
        max_memory: Maximum memory above the start in MiB, measured in a process of its own; None
            for any.
    """

    name: str = ""
    server: tuple[Action, ...] = (OK_RESPONSE,)
    scenario: Scenario = get_session()
    outcome: str = "Session"
    cell_format: str = ""
    requests: int | tuple[int, int] = 1
    connections: int | None = None
    attempts: int | None = None
    maybe_delivered: bool | None = None
    reason: str | tuple[str, ...] | None = None
    min_seconds: float = 0.0
    max_seconds: float = 25.0
    warning: str | None = None
    check: Callable[[Observation], None] | None = None
    tls: Kind | None = None
    refuses_connections: bool = False
    greeting: bytes = b""
    max_body: int | None = None
    spec: str = ""
    environment: Mapping[str, str] = field(default_factory=dict[str, str])
    max_memory: float | None = None


@dataclass(frozen=True)
class Row:
    """A row of the matrix.

    Attributes:
        id: `F` and a number for a fault of the list that several generators are tested with, `G`
            and a number for any other.
        fault: The fault, for the table.
        expected: The behaviour of the client, for the table.
        cases: The variants of the fault.
        modes: The modes to run the cases in.
    """

    id: str
    fault: str
    expected: str
    cases: tuple[Case, ...]
    modes: tuple[Mode, ...] = MODES


def check_delay(
    min_seconds: float, max_seconds: float = 15.0
) -> Callable[[Observation], None]:
    """Return a check of the delay in seconds between two requests."""

    def check(observation: Observation) -> None:
        (delay,) = observation.delays
        assert min_seconds <= delay <= max_seconds, f"delay of {delay:.2f} s"

    return check
