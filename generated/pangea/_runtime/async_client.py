"""The asynchronous client: sends what a call becomes, and awaits the answer."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from typing import Generic, Self, TypeVar

import httpx2

from .call import Call, build_request
from .errors import APIConnectionError, APITimeoutError
from .paging import Paging, items_of
from .responses import ErrorShape, value_of
from .security import Scheme
from .server import checked_base_url

T = TypeVar("T")
B = TypeVar("B")


class AsyncSender:
    """Sends what a call becomes, and reads what comes back."""

    def __init__(
        self,
        base_url: str,
        held: Mapping[Scheme, str],
        errors: ErrorShape,
        timeout: float,
        http: httpx2.AsyncClient,
    ) -> None:
        self._base_url = base_url
        self._held = held
        self._errors = errors
        self._timeout = timeout
        self._http = http

    async def send(self, call: Call[T]) -> T:
        """Carry a call out.

        Raises:
            ValueError: An argument cannot be sent; nothing was.
            APIError: No answer came, or one that is no success.
        """
        request = build_request(call, self._base_url, self._held, self._timeout)
        try:
            response = await self._http.send(request, auth=None, follow_redirects=False)
        except httpx2.TimeoutException as error:
            raise APITimeoutError(f"{call} was not answered in time") from error
        except httpx2.TransportError as error:
            raise APIConnectionError(f"{call} was not answered") from error
        return value_of(call, response, self._errors)


class AsyncClient:
    """What every client is: a context that closes the connections that are its own."""

    def __init__(
        self,
        base_url: str,
        held: Mapping[Scheme, str],
        errors: ErrorShape,
        *,
        timeout: float,
        http: httpx2.AsyncClient | None,
    ) -> None:
        self._base_url = checked_base_url(base_url)
        self._owns_http = http is None
        self._http = httpx2.AsyncClient() if http is None else http
        self._sender = AsyncSender(self._base_url, held, errors, timeout, self._http)

    def __repr__(self) -> str:
        return f"<{type(self).__name__} {self._base_url}>"

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.aclose()

    async def aclose(self) -> None:
        """Close the connections, but not those of an `http` that was passed in."""
        if self._owns_http:
            await self._http.aclose()


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
        self, sender: AsyncSender, call: Call[B], item: type[T], paging: Paging, body: B
    ) -> None:
        self._sender = sender
        self._item = item
        self._paging = paging
        self.body = body
        self.items: list[T] = items_of(paging, body)
        self._next: Call[B] | None = paging.next_call(call, body, self.items)

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
            APIError: As the operation raises it.
        """
        if self._next is None:
            raise LookupError("this is the last page")
        body = await self._sender.send(self._next)
        return AsyncPage(self._sender, self._next, self._item, self._paging, body)

    async def __aiter__(self) -> AsyncIterator[T]:
        page = self
        while True:
            for item in page.items:
                yield item
            if not page.has_next:
                return
            page = await page.next_page()
