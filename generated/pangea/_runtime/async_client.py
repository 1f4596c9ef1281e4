"""The asynchronous client: sends what a call becomes, and awaits the answer."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from copy import copy
from time import monotonic
from typing import Generic, ParamSpec, Self, TypeVar

import httpx2

from .async_transport import AsyncConnections, current, ends_at, sleep
from .body import BodyError
from .call import Call
from .errors import PaginationError
from .exchange import Exchange, Setup
from .paging import Paging, items_of
from .responses import ErrorShape, Response, answers_kept, keep
from .security import AsyncCredential, Scheme, checked, satisfied
from .server import checked_base_url

P = ParamSpec("P")
T = TypeVar("T")
B = TypeVar("B")


class AsyncSender:
    """Carries calls out, each with its tries and pauses."""

    def __init__(
        self,
        setup: Setup,
        held: Mapping[Scheme, AsyncCredential],
        connections: AsyncConnections,
    ) -> None:
        self._setup = setup
        self._held = held
        self._connections = connections

    async def send(self, call: Call[T]) -> T:
        """Carry a call out.

        Raises:
            ValueError: An argument cannot be sent; nothing was.
            APIError: No answer came, or one that is no success.
        """
        exchange = Exchange(call, self._setup, monotonic())
        while True:
            request = exchange.request(await self._credentials(call), monotonic())
            try:
                response = await self._receive(request, exchange)
            except httpx2.TransportError as error:
                pause = exchange.failed(error, monotonic())
            else:
                wanted = exchange.answered(response, monotonic())
                if wanted is None:
                    keep(response)
                    return exchange.value(response)
                pause = wanted
            await sleep(pause)

    async def _credentials(self, call: Call[T]) -> dict[Scheme, str]:
        """The credentials of one try; only those that are sent are asked for."""
        found: dict[Scheme, str] = {}
        for scheme in satisfied(call.security, self._held) or ():
            credential = await current(self._held[scheme])
            found[scheme] = checked(scheme, credential)
        return found

    async def _receive(
        self, request: httpx2.Request, exchange: Exchange[T]
    ) -> httpx2.Response:
        with ends_at(exchange.ends):
            http = self._connections.http()
            response = await http.send(
                request, auth=None, follow_redirects=False, stream=True
            )
            try:
                if response.is_stream_consumed:  # by a hook or a test's transport
                    return response
                reader = exchange.body_reader(response)
                async for piece in response.aiter_raw():
                    reader.feed(piece)
                return reader.response(response)
            except BodyError as error:
                raise exchange.unreadable(response, error) from None
            finally:
                await response.aclose()


class AsyncClient:
    """What every client is: resources, options, and connections to close."""

    def __init__(
        self,
        base_url: str,
        held: Mapping[Scheme, AsyncCredential],
        errors: ErrorShape,
        *,
        timeout: float,
        max_retries: int,
        strict_responses: bool,
        http: httpx2.AsyncClient | None,
    ) -> None:
        self._setup = Setup(
            checked_base_url(base_url),
            errors,
            timeout=timeout,
            max_retries=max_retries,
            strict=strict_responses,
        )
        self._held = held
        self._connections = AsyncConnections(self._setup.base_url, http)
        self._closes = True
        self._attach(AsyncSender(self._setup, held, self._connections))

    def _attach(self, sender: AsyncSender) -> None:
        """Make the resources, which send with a sender; each API's client has its own."""

    def with_options(
        self,
        *,
        timeout: float | None = None,
        max_retries: int | None = None,
        headers: Mapping[str, str] | None = None,
        strict_responses: bool | None = None,
    ) -> Self:
        """This client with other options, over the same connections; it closes none.

        Args:
            timeout: Seconds that a call may take in all.
            max_retries: How often a call is tried again.
            headers: Sent with every call, besides those that it has itself.
            strict_responses: Whether an answer that does not fit its description is an
                error.

        Raises:
            ValueError: A header is one that the client itself must set, or cannot be sent.
        """
        other = copy(self)
        other._closes = False
        other._setup = self._setup.changed(
            timeout, max_retries, headers, strict_responses
        )
        other._attach(AsyncSender(other._setup, self._held, self._connections))
        return other

    async def raw(
        self,
        method: Callable[P, Awaitable[T]],
        *args: P.args,
        **kwargs: P.kwargs,
    ) -> Response[T]:
        """Call a method of this client for its answer with status and headers.

        Args:
            method: Such as `client.sessions.get`.
            args: Its arguments.
            kwargs: Its arguments.

        Raises:
            TypeError: It makes no call.
        """
        with answers_kept() as answers:
            value = await method(*args, **kwargs)
        if not answers:
            raise TypeError("raw takes a method that makes a call, and its arguments")
        return Response(answers[-1].status_code, answers[-1].headers, value)

    def __repr__(self) -> str:
        return f"<{type(self).__name__} {self._setup.base_url}>"

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.aclose()

    async def aclose(self) -> None:
        """Close the connections, but not those of an `http` that was passed in."""
        if self._closes:
            await self._connections.aclose()


class AsyncResource:
    """A group of operations."""

    def __init__(self, sender: AsyncSender) -> None:
        self._sender = sender

    async def _send(self, call: Call[T]) -> T:
        return await self._sender.send(call)

    async def _page(
        self, call: Call[B], item: type[T], paging: Paging
    ) -> AsyncPage[T, B]:
        return AsyncPage(
            self._sender, call, item, paging, await self._sender.send(call)
        )


class AsyncPage(Generic[T, B]):
    """One page of a list. Iterating over it goes on through all pages after it.

    Attributes:
        items: The items of this page alone.
        body: The whole answer.
    """

    def __init__(
        self,
        sender: AsyncSender,
        call: Call[B],
        item: type[T],
        paging: Paging,
        body: B,
        seen: frozenset[str | int | None] = frozenset(),
    ) -> None:
        self.body = body
        self.items: list[T] = items_of(paging, body)
        self._sender = sender
        self._call = call
        self._item = item
        self._paging = paging
        self._next = paging.next_position(call, body, self.items)
        self._seen = seen | {call.argument(paging.argument)}

    def __repr__(self) -> str:
        return f"<{type(self).__name__} of {len(self.items)} items>"

    @property
    def has_next(self) -> bool:
        """Whether there may be a page after this one."""
        return self._next is not None

    async def next_page(self) -> AsyncPage[T, B]:
        """Fetch the page after this one.

        Raises:
            LookupError: This is the last page; see `has_next`.
            PaginationError: The server's pages lead in a circle.
            APIError: As the operation raises it.
        """
        if self._next is None:
            raise LookupError("this is the last page")
        if self._next in self._seen:
            raise PaginationError(f"the pages of {self._call} lead in a circle")
        call = self._call.with_argument(self._paging.argument, self._next)
        body = await self._sender.send(call)
        return AsyncPage(self._sender, call, self._item, self._paging, body, self._seen)

    async def __aiter__(self) -> AsyncIterator[T]:
        page = self
        while True:
            for item in page.items:
                yield item
            if not page.has_next:
                return
            page = await page.next_page()
