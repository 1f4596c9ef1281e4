"""Asynchronous pages of lists."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any, Generic, TypeVar

from ..call.paging import Paging, page_items, warn_of_removals
from ..call.request import Call
from ..call.responses import Response
from ..errors import APIError, PaginationError
from .async_base import AsyncResource
from .async_sender import AsyncSender

T = TypeVar("T")
B = TypeVar("B")


class AsyncPage(Generic[T, B]):
    """A page of a list. Iterating over it yields its items and those of all later pages.

    To remove items, or to change what the list is filtered or sorted by, collect them first with
    `all`.

    Attributes:
        items: The items of this page only.
        body: The response body of this page.
    """

    def __init__(
        self,
        sender: AsyncSender,
        call: Call[B],
        item_type: type[T],
        paging: Paging,
        response: Response[B],
        visited: frozenset[str | None] = frozenset(),
        empty_pages: int = 0,
    ) -> None:
        self.body = response.value
        self.items: list[T] = page_items(paging, response.value)
        self._response = response
        self._sender = sender
        self._call = call
        self._item_type = item_type
        self._paging = paging
        self._empty_pages = 0 if self.items else empty_pages + 1
        self._next_position = paging.next_position(
            call, response, self.items, self._empty_pages
        )
        self._visited = visited | {paging.position(call)}

    def __repr__(self) -> str:
        return f"<{type(self).__name__} of {len(self.items)} items>"

    @property
    def has_next(self) -> bool:
        """True if the response refers to a next page, which may be empty."""
        return self._next_position is not None

    async def next_page(self) -> AsyncPage[T, B]:
        """Fetch the next page.

        Raises:
            LookupError: If this is the last page; see `has_next`.
            PaginationError: If the next page was fetched before, is on another server, or cannot
                be requested.
            APIError: If the operation raises it; its `last_page` is this page.
        """
        if self._next_position is None:
            raise LookupError("this is the last page")
        if str(self._next_position) in self._visited:
            raise PaginationError(f"the pages of {self._call} repeat in a circle")
        try:
            call = self._paging.call_at(self._call, self._next_position)
            if call is None:
                raise PaginationError(
                    f"the next page of {self._call} needs a body that is an object"
                )
            response = await self._sender.fetch(call)
            warn_of_removals(self._paging, call, self._response, response)
            return AsyncPage(
                self._sender,
                call,
                self._item_type,
                self._paging,
                response,
                self._visited,
                self._empty_pages,
            )
        except APIError as error:
            error.last_page = self
            raise

    async def all(self, max_items: int | None = 100_000) -> list[T]:
        """Return the items of this page and of all later pages.

        All pages are fetched first, so that the items can then be removed or changed: while a
        list is read by offset, each removed item makes it skip another.

        Args:
            max_items: The number of items from which on no further page is fetched, as a list
                may have no end; None for no limit.

        Raises:
            PaginationError: If there is a further page after `max_items` items, or `next_page`
                raises it. The `last_page` of the error is the last page that was fetched.
            APIError: If the operation raises it.
        """
        pages: list[AsyncPage[T, B]] = [self]
        count = len(self.items)
        while pages[-1].has_next:
            if max_items is not None and count >= max_items:
                error = PaginationError(
                    f"{self._call} lists more than {max_items} items: give `all` a larger"
                    " max_items, or None"
                )
                error.last_page = pages[-1]
                raise error
            pages.append(await pages[-1].next_page())
            count += len(pages[-1].items)
        return [item for page in pages for item in page.items]

    def __aiter__(self) -> AsyncIterator[T]:
        return _AsyncItemIterator(self)


class _AsyncItemIterator(AsyncIterator[T]):
    """Iterator over the items of a page and of all later pages."""

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


class AsyncPagingResource(AsyncResource):
    """Base class of resources with an operation that returns a page of a list."""

    async def _page(
        self, call: Call[B], item_type: type[T], paging: Paging
    ) -> AsyncPage[T, B]:
        """Send a call and return the page of its response."""
        response = await self._sender.fetch(call)
        return AsyncPage(self._sender, call, item_type, paging, response)
