"""Test harness of a case: a mode, a server, clients, and what these return and raise."""

import inspect
from collections.abc import AsyncGenerator, AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from operator import attrgetter
from types import ModuleType
from typing import Any

import okta

from tests.faults.leak_search import ID, TOKEN
from tests.faults.modes import Mode
from tests.faults.server import Server

CREDENTIALS = {"okta": "api_token", "clerk": "secret_key", "pangea": "token"}
"""The constructor argument for the credential of each client."""


_END = object()


class AwaitableClient:
    """A client whose methods are awaited in any mode, also synchronous."""

    def __init__(self, harness: "Harness", client: Any) -> None:
        self.harness = harness
        self.client = client

    async def __call__(self, method: str, *args: Any, **kwargs: Any) -> Any:
        """Call a method of the client, such as `sessions.get`."""
        return await self.harness.call(attrgetter(method)(self.client), *args, **kwargs)

    async def raw(self, method: str, *args: Any, **kwargs: Any) -> Any:
        """Call a method through the client's `raw`."""
        bound = attrgetter(method)(self.client)
        return await self.harness.call(self.client.raw, bound, *args, **kwargs)

    def with_options(self, **options: Any) -> "AwaitableClient":
        """Return the client with other options."""
        try:
            return AwaitableClient(self.harness, self.client.with_options(**options))
        except BaseException as error:
            self.harness.raised.append(error)
            raise

    async def close(self) -> None:
        close = "aclose" if self.harness.mode.is_async else "close"
        await self.harness.call(getattr(self.client, close))


@dataclass
class Harness:
    """The mode and server of a case, with a record of everything that users of clients see.

    Attributes:
        mode: How clients are called.
        server: The faulty server.
        raised: The errors raised by clients.
        shown: The clients, and the return values of their methods.
    """

    mode: Mode
    server: Server
    raised: list[BaseException] = field(default_factory=list[BaseException])
    shown: list[object] = field(default_factory=list[object])

    async def call(
        self, function: Callable[..., Any], *args: Any, **kwargs: Any
    ) -> Any:
        """Call a function of a client, await its result if needed, and record it."""
        try:
            returned = function(*args, **kwargs)
            if inspect.isawaitable(returned):
                returned = await returned
        except BaseException as error:
            self.raised.append(error)
            raise
        self.shown.append(returned)
        return returned

    def open(self, package: ModuleType = okta, **options: Any) -> AwaitableClient:
        """Return a client of the server with a secret credential; the caller closes it."""
        name = CREDENTIALS.get(package.__name__, "token")
        options = {name: TOKEN, "base_url": self.server.url, **options}
        try:
            client = self.mode.client(package, **options)
        except BaseException as error:
            self.raised.append(error)
            raise
        parts = [part for part in vars(client).values() if not isinstance(part, dict)]
        self.shown += [client, *parts]
        return AwaitableClient(self, client)

    @asynccontextmanager
    async def client(
        self, package: ModuleType = okta, **options: Any
    ) -> AsyncIterator[AwaitableClient]:
        """Open a client of the server for a block."""
        caller = self.open(package, **options)
        try:
            yield caller
        finally:
            await caller.close()

    @asynccontextmanager
    async def pool(self, size: int) -> AsyncIterator[Any]:
        """Open a transport with at most `size` connections for a block."""
        http = self.mode.pool(size)
        try:
            yield http
        finally:
            await http.aclose() if self.mode.is_async else http.close()

    async def wait_for_connections(self, count: int = 0) -> int:
        """Wait up to 2 s until at most `count` connections are open; return the number."""
        for _ in range(200):
            if len(self.server.open) <= count:
                break
            await self.mode.sleep(0.01)
        return len(self.server.open)

    async def iterate(self, page: Any) -> AsyncGenerator[Any]:
        """Yield the items of a page and of all later pages."""
        items: Any = aiter(page) if self.mode.is_async else iter(page)
        step: Any = anext if self.mode.is_async else next
        while (item := await self.call(step, items, _END)) is not _END:
            yield item


Scenario = Callable[[Harness], Any]
"""What a case calls: a coroutine function, or a function that runs its own event loops."""


def call_once(
    method: str, *args: Any, package: ModuleType = okta, **options: Any
) -> Scenario:
    """Return a scenario with one call of a new client that has these options."""

    async def scenario(harness: Harness) -> Any:
        async with harness.client(package, **options) as client:
            return await client(method, *args)

    return scenario


def failing_call(method: str, *args: Any, **options: Any) -> Scenario:
    """Return a scenario with a call that fails and closes its connection, but not the client."""

    async def scenario(harness: Harness) -> Any:
        async with harness.client(**options) as client:
            try:
                return await client(method, *args)
            except okta.OktaError:
                left = await harness.wait_for_connections()
                assert left == 0, f"{left} connections are left"
                raise

    return scenario


def get_session(**options: Any) -> Scenario:
    """Return a scenario with a GET, which is idempotent."""
    return call_once("sessions.get", ID, **options)


def create_session(**options: Any) -> Scenario:
    """Return a scenario with a POST, which is not idempotent."""
    return call_once("sessions.create", f"{ID}-session-token", **options)


def refresh_session(**options: Any) -> Scenario:
    """Return a scenario with a POST that the document marks as safe to retry."""
    return call_once("sessions.refresh", ID, **options)


def revoke_session(**options: Any) -> Scenario:
    """Return a scenario with a DELETE, which is idempotent and returns None."""
    return call_once("sessions.revoke", ID, **options)
