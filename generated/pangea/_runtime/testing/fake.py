"""The base class of fakes."""

from __future__ import annotations

from types import TracebackType
from typing import Self

from .clock import FakeClock
from .server import FakeServer, UnexpectedCall
from .transport import AsyncFakeTransport, FakeTransport


class Fake:
    """Base class of fakes: the server in memory, and its time.

    Attributes:
        clock: The time of the clients.
        http: The `http` argument of a client that a test makes itself.
        async_http: The `http` argument of an asynchronous client.
    """

    def __init__(self, server: FakeServer) -> None:
        self._server = server
        server.root = self
        self.clock: FakeClock = server.clock
        self.http = FakeTransport(server)
        self.async_http = AsyncFakeTransport(server)

    def __repr__(self) -> str:
        return f"<{type(self).__name__}>"

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if error is None:
            self.check()

    def check(self) -> None:
        """Check that no call was unexpected, also if the code under test caught the error.

        Raises:
            UnexpectedCall: If one was.
        """
        if self._server.problems:
            raise UnexpectedCall(self._server.problems[0])

    def reset(self) -> None:
        """Forget all responses and calls."""
        self._server.reset()
