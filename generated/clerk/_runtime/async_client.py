"""The asynchronous client: its resources, its options and its pages."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from copy import copy
from os import PathLike
from typing import Any, BinaryIO, Generic, ParamSpec, Self, TypeVar

import httpx2

from .async_sender import AsyncSender
from .async_stream import AsyncStream
from .async_transport import AsyncConnections
from .call import Call, header_problem
from .config import Config, OnRequest, OnResponse
from .downloads import downloading
from .errors import APIError, PaginationError
from .paging import Paging, Position, page_items
from .polling import resuming
from .responses import ErrorShape, Response, record_responses
from .security import AsyncCredential, Scheme
from .server import base_url_problem, parse_trusted_origins
from .stream_decoder import ServerSentEvent

P = ParamSpec("P")
T = TypeVar("T")
B = TypeVar("B")


class AsyncClient:
    """What every client is: resources, options, and connections to close."""

    def __init__(
        self,
        base_url: str,
        credentials: Mapping[Scheme, AsyncCredential],
        errors: ErrorShape,
        *,
        timeout: float,
        max_retries: int,
        strict_responses: bool,
        use_operation_servers: bool = False,
        trusted_servers: tuple[str, ...] = (),
        on_request: OnRequest | None = None,
        on_response: OnResponse | None = None,
        http: httpx2.AsyncClient | httpx2.AsyncBaseTransport | None = None,
    ) -> None:
        problem = base_url_problem(base_url)
        if problem:
            del base_url  # What an error leaves behind may be recorded, with its locals.
            raise ValueError(problem)
        config = Config(
            base_url.rstrip("/"),
            errors,
            timeout=timeout,
            max_retries=max_retries,
            strict=strict_responses,
            use_operation_servers=use_operation_servers,
            trusted_origins=parse_trusted_origins(
                trusted_servers if use_operation_servers else ()
            ),
        )
        self._connections = AsyncConnections(config.base_url, http)
        self._owns_connections = True
        self._sender = AsyncSender(
            config, credentials, self._connections, on_request, on_response
        )
        self._attach_resources(self._sender)

    def _attach_resources(self, sender: AsyncSender) -> None:
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
        problem = header_problem(headers or {})
        if problem:
            del headers  # What an error leaves behind may be recorded, with its locals.
            raise ValueError(problem)
        config = self._sender.config.with_changes(
            timeout, max_retries, headers, strict_responses
        )
        other = copy(self)
        other._owns_connections = False
        other._sender = self._sender.with_config(config)
        other._attach_resources(other._sender)
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
        with record_responses() as responses:
            value = await method(*args, **kwargs)
        if not responses:
            raise TypeError("raw takes a method that makes a call, and its arguments")
        return Response(responses[-1].status_code, responses[-1].headers, value)

    async def download(
        self,
        to: str | PathLike[str] | BinaryIO,
        method: Callable[P, Awaitable[bytes | None]],
        *args: P.args,
        **kwargs: P.kwargs,
    ) -> int:
        """Write what a method of this client returns to a file, of any size.

        A path is that of the whole file or is left as it is: what comes goes to another
        file beside it until then.

        Args:
            to: A path, or a file that is open for writing bytes.
            method: One that returns bytes.
            args: Its arguments.
            kwargs: Its arguments.

        Returns:
            How many bytes were written.

        Raises:
            TypeError: It makes no call that returns bytes.
            OSError: The file cannot be written.
            APIError: As the method raises it.
        """
        with downloading(to) as download:
            await method(*args, **kwargs)
        return download.size

    async def resume(
        self,
        request_id: str,
        method: Callable[P, Awaitable[T]],
        *args: P.args,
        **kwargs: P.kwargs,
    ) -> T:
        """Ask for the answer to a call that the server accepted and had not finished.

        Nothing is asked to be done again. The answer is read as that of the method.

        Args:
            request_id: What the `AcceptedError` of that call carries.
            method: The method that was called, such as `client.sessions.list`.
            args: Its arguments, as they were.
            kwargs: Its arguments, as they were.

        Raises:
            AcceptedError: It is still not finished.
            TypeError: Calls of this method are never accepted to be finished later.
            APIError: As the method raises it.
        """
        with resuming(request_id):
            return await method(*args, **kwargs)

    def __repr__(self) -> str:
        return f"<{type(self).__name__} {self._sender.config.base_url}>"

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.aclose()

    async def aclose(self) -> None:
        """Close the connections, but not those of an `http` that was passed in."""
        if self._owns_connections:
            await self._connections.aclose()


class AsyncResource:
    """A group of operations."""

    def __init__(self, sender: AsyncSender) -> None:
        self._sender = sender

    async def _send(self, call: Call[T]) -> T:
        return await self._sender.send(call)

    async def _stream(self, call: Call[T]) -> AsyncStream[T]:
        return await self._sender.stream(call)

    async def _events(self, call: Call[T]) -> AsyncStream[ServerSentEvent[T]]:
        return await self._sender.stream(call)

    async def _page(
        self, call: Call[B], item_type: type[T], paging: Paging
    ) -> AsyncPage[T, B]:
        return AsyncPage(
            self._sender, call, item_type, paging, await self._sender.fetch(call)
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
        item_type: type[T],
        paging: Paging,
        response: Response[B],
        visited: frozenset[Position | None] = frozenset(),
    ) -> None:
        self.body = response.value
        self.items: list[T] = page_items(paging, response.value)
        self._sender = sender
        self._call = call
        self._item_type = item_type
        self._paging = paging
        self._next_position = paging.next_position(call, response, self.items)
        self._visited = visited | {paging.position(call)}

    def __repr__(self) -> str:
        return f"<{type(self).__name__} of {len(self.items)} items>"

    @property
    def has_next(self) -> bool:
        """Whether there may be a page after this one."""
        return self._next_position is not None

    async def next_page(self) -> AsyncPage[T, B]:
        """Fetch the page after this one.

        Raises:
            LookupError: This is the last page; see `has_next`.
            PaginationError: The server's pages lead in a circle, or to another server.
            APIError: As the operation raises it; its `last_page` is this one.
        """
        if self._next_position is None:
            raise LookupError("this is the last page")
        if self._next_position in self._visited:
            raise PaginationError(f"the pages of {self._call} lead in a circle")
        call = self._paging.call_at(self._call, self._next_position)
        try:
            response = await self._sender.fetch(call)
        except APIError as error:
            error.last_page = self
            raise
        return AsyncPage(
            self._sender, call, self._item_type, self._paging, response, self._visited
        )

    def __aiter__(self) -> AsyncIterator[T]:
        return _AsyncItemIterator(self)


class _AsyncItemIterator(AsyncIterator[T]):
    """The items of a page and of all pages after it."""

    def __init__(self, page: AsyncPage[T, Any]) -> None:
        self._page = page
        self._items = iter(page.items)

    async def __anext__(self) -> T:
        while True:
            for item in self._items:
                return item
            if not self._page.has_next:
                raise StopAsyncIteration
            self._page = await self._page.next_page()
            self._items = iter(self._page.items)
