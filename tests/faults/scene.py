"""Where a call of the matrix plays: a mode and a server, and what callers get to see."""

import inspect
from collections.abc import AsyncGenerator, AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from operator import attrgetter
from types import ModuleType
from typing import Any

import okta

from tests.faults.modes import Mode
from tests.faults.server import Server
from tests.faults.silence import ID, TOKEN

CREDENTIALS = {"okta": "api_token", "clerk": "secret_key", "pangea": "token"}
"""What each client's constructor calls its credential."""


_END = object()


class Caller:
    """A client in some mode, whose methods are awaited in any mode."""

    def __init__(self, scene: "Scene", client: Any) -> None:
        self.scene = scene
        self.client = client

    async def __call__(self, method: str, *args: Any, **kwargs: Any) -> Any:
        """Call a method of the client, such as `sessions.get`."""
        return await self.scene.made(attrgetter(method)(self.client), *args, **kwargs)

    async def raw(self, method: str, *args: Any, **kwargs: Any) -> Any:
        """Call a method for its answer with status and headers."""
        bound = attrgetter(method)(self.client)
        return await self.scene.made(self.client.raw, bound, *args, **kwargs)

    def changed(self, **options: Any) -> "Caller":
        """The same client with other options."""
        try:
            return Caller(self.scene, self.client.with_options(**options))
        except BaseException as error:
            self.scene.raised.append(error)
            raise

    async def close(self) -> None:
        close = "aclose" if self.scene.mode.is_async else "close"
        await self.scene.made(getattr(self.client, close))


@dataclass
class Scene:
    """Where a case plays: a mode and a server; it keeps what callers get to see.

    Attributes:
        raised: The errors that callers got.
        shown: The clients they made, and what their calls returned.
    """

    mode: Mode
    server: Server
    raised: list[BaseException] = field(default_factory=list[BaseException])
    shown: list[object] = field(default_factory=list[object])

    async def made(
        self, function: Callable[..., Any], *args: Any, **kwargs: Any
    ) -> Any:
        """What a function of a client returns, awaited where that is needed."""
        try:
            returned = function(*args, **kwargs)
            if inspect.isawaitable(returned):
                returned = await returned
        except BaseException as error:
            self.raised.append(error)
            raise
        self.shown.append(returned)
        return returned

    def open(self, package: ModuleType = okta, **options: Any) -> Caller:
        """A client of the server, with a secret for its credential; it is not closed."""
        name = CREDENTIALS.get(package.__name__, "token")
        options = {name: TOKEN, "base_url": self.server.url, **options}
        try:
            client = self.mode.client(package, **options)
        except BaseException as error:
            self.raised.append(error)
            raise
        parts = [part for part in vars(client).values() if not isinstance(part, dict)]
        self.shown += [client, *parts]
        return Caller(self, client)

    @asynccontextmanager
    async def client(
        self, package: ModuleType = okta, **options: Any
    ) -> AsyncIterator[Caller]:
        """A client of the server for a block."""
        caller = self.open(package, **options)
        try:
            yield caller
        finally:
            await caller.close()

    @asynccontextmanager
    async def pool(self, size: int) -> AsyncIterator[Any]:
        """A transport of at most so many connections for a block."""
        http = self.mode.pool(size)
        try:
            yield http
        finally:
            await http.aclose() if self.mode.is_async else http.close()

    async def settled(self, count: int = 0) -> int:
        """How many connections are open, once they are as few as that or time is up."""
        for _ in range(200):
            if len(self.server.open) <= count:
                break
            await self.mode.sleep(0.01)
        return len(self.server.open)

    async def each(self, page: Any) -> AsyncGenerator[Any]:
        """The items of a page and of all pages after it."""
        items: Any = aiter(page) if self.mode.is_async else iter(page)
        step: Any = anext if self.mode.is_async else next
        while (item := await self.made(step, items, _END)) is not _END:
            yield item


Play = Callable[[Scene], Any]
"""What is done in the face of a fault: a coroutine function, or one that runs its own loops."""


def one(method: str, *args: Any, package: ModuleType = okta, **options: Any) -> Play:
    """One call of a new client, which is made with these options."""

    async def play(scene: Scene) -> Any:
        async with scene.client(package, **options) as client:
            return await client(method, *args)

    return play


def dropped(method: str, *args: Any, **options: Any) -> Play:
    """One call that fails, and closes its connection though the client stays open."""

    async def play(scene: Scene) -> Any:
        async with scene.client(**options) as client:
            try:
                return await client(method, *args)
            except okta.OktaError:
                left = await scene.settled()
                assert left == 0, f"{left} connections are left"
                raise

    return play


def get(**options: Any) -> Play:
    """A GET, which may be repeated."""
    return one("sessions.get", ID, **options)


def create(**options: Any) -> Play:
    """A POST, which may not be repeated."""
    return one("sessions.create", f"{ID}-session-token", **options)


def refresh(**options: Any) -> Play:
    """A POST that the spec marks as safe to repeat."""
    return one("sessions.refresh", ID, **options)


def revoke(**options: Any) -> Play:
    """A DELETE, which may be repeated, and returns nothing."""
    return one("sessions.revoke", ID, **options)
