"""The base class of fakes."""

from __future__ import annotations

from contextlib import AbstractContextManager
from types import TracebackType
from typing import TYPE_CHECKING, Self

from .clock import FakeClock
from .server import FakeServer, UnexpectedCall
from .transport import AsyncFakeTransport, FakeTransport

if TYPE_CHECKING:
    from .served import ServedFake


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

    def serve(self, *, port: int = 0) -> AbstractContextManager[ServedFake]:
        """Serve the fake over HTTP on loopback, for code in other processes or languages.

        `with fake.serve() as server` gives clients `server.url` as their base URL. Responses and
        calls are those of the fake, but time is real, and each retry is a call of its own.
        A refused connection is reset instead. At the end, all connections are closed, and an
        unexpected call is an error.

        Args:
            port: The port; 0 for a free one.
        """
        from .served import serve_fake  # Here, since few tests need a server.

        return serve_fake(self._server, port)

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
