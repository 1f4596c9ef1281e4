"""A row of the matrix as data: a fault, what is called in its face, and what is expected."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from tests.faults.actions import GOOD
from tests.faults.certificates import Kind
from tests.faults.modes import MODES, Mode
from tests.faults.scene import Play, get
from tests.faults.server import Action, Server
from tests.faults.silence import Heard


@dataclass
class Seen:
    """What came of a case in one mode.

    Attributes:
        value: What the play returned.
        error: What it raised.
        seconds: How long it took.
    """

    mode: Mode
    server: Server
    heard: Heard
    value: Any
    error: Any
    seconds: float

    @property
    def outcome(self) -> str:
        """The class of what was returned or raised."""
        found = self.value if self.error is None else self.error
        return "None" if found is None else type(found).__name__

    @property
    def gaps(self) -> list[float]:
        """Seconds between the requests that the server saw."""
        moments = [request.arrived for request in self.server.requests]
        return [b - a for a, b in zip(moments, moments[1:], strict=False)]

    @property
    def warned(self) -> list[str]:
        return [str(warning.message) for warning in self.heard.warned]


@dataclass(frozen=True, kw_only=True)
class Case:
    """One way in which a fault shows, with one play.

    Attributes:
        name: What tells it from the other cases of its row.
        server: What the server does at each request; the last action goes on.
        play: What is called.
        outcome: The class of what it returns or raises.
        says: What the table has of the value, such as `{} wrong`.
        requests: How many of them the server sees, exactly or at least and at most.
        connections: How many are opened.
        attempts: What the error says of how often the call was tried.
        maybe_delivered: What it says of whether the server may have carried it out.
        least, most: Seconds.
        warning: What is in the one warning that comes, if one does.
        check: Fails where something else is wrong.
        tls: What kind of certificate the server has; plain HTTP without one.
        refuses: Whether the server refuses connections at first.
        greeting: What it says first on each connection.
        leaves: Whether connections may be left behind: none can be closed once its event
            loop is gone.
        casts: Which of the matrix's own documents is cast before.
        environment: Variables that are set meanwhile.
        peak: MiB of memory that this may take, in a process of its own.
    """

    name: str = ""
    server: tuple[Action, ...] = (GOOD,)
    play: Play = get()
    outcome: str = "Session"
    says: str = ""
    requests: int | tuple[int, int] = 1
    connections: int | None = None
    attempts: int | None = None
    maybe_delivered: bool | None = None
    least: float = 0.0
    most: float = 10.0
    warning: str | None = None
    check: Callable[[Seen], None] | None = None
    tls: Kind | None = None
    refuses: bool = False
    greeting: bytes = b""
    leaves: bool = False
    casts: str = ""
    environment: Mapping[str, str] = field(default_factory=dict[str, str])
    peak: float | None = None


@dataclass(frozen=True)
class Row:
    """A row of the matrix.

    Attributes:
        id: F and a number for the common list of faults, G for those it leaves out.
        fault: What goes wrong.
        expected: What the client makes of it.
        cases: All of them must come out as they say.
        modes: Those that it is for.
    """

    id: str
    fault: str
    expected: str
    cases: tuple[Case, ...]
    modes: tuple[Mode, ...] = MODES


def paused(least: float, most: float) -> Callable[[Seen], None]:
    """A check that the one pause between two requests took so many seconds."""

    def check(seen: Seen) -> None:
        (gap,) = seen.gaps
        assert least <= gap <= most, f"paused {gap:.2f} s"

    return check
