"""The synchronous client: sends what a call becomes, and waits."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
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


class Sender:
    """Sends what a call becomes, and reads what comes back."""

    def __init__(
        self,
        base_url: str,
        held: Mapping[Scheme, str],
        errors: ErrorShape,
        timeout: float,
        http: httpx2.Client,
    ) -> None:
        self._base_url = base_url
        self._held = held
        self._errors = errors
        self._timeout = timeout
        self._http = http

    def send(self, call: Call[T]) -> T:
        """Carry a call out.

        Raises:
            ValueError: An argument cannot be sent; nothing was.
            APIError: No answer came, or one that is no success.
        """
        request = build_request(call, self._base_url, self._held, self._timeout)
        try:
            response = self._http.send(request, auth=None, follow_redirects=False)
        except httpx2.TimeoutException as error:
            raise APITimeoutError(f"{call} was not answered in time") from error
        except httpx2.TransportError as error:
            raise APIConnectionError(f"{call} was not answered") from error
        return value_of(call, response, self._errors)


class Client:
    """What every client is: a context that closes the connections that are its own."""

    def __init__(
        self,
        base_url: str,
        held: Mapping[Scheme, str],
        errors: ErrorShape,
        *,
        timeout: float,
        http: httpx2.Client | None,
    ) -> None:
        self._base_url = checked_base_url(base_url)
        self._owns_http = http is None
        self._http = httpx2.Client() if http is None else http
        self._sender = Sender(self._base_url, held, errors, timeout, self._http)

    def __repr__(self) -> str:
        return f"<{type(self).__name__} {self._base_url}>"

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Close the connections, but not those of an `http` that was passed in."""
        if self._owns_http:
            self._http.close()


class Resource:
    """A group of operations."""

    def __init__(self, sender: Sender) -> None:
        self._sender = sender

    def _send(self, call: Call[T]) -> T:
        return self._sender.send(call)

    def _page(self, call: Call[B], item: type[T], paging: Paging) -> Page[T, B]:
        return Page(self._sender, call, item, paging, self._sender.send(call))


class Page(Generic[T, B]):
    """One page of a list. Iterating over it goes on through all pages after it.

    Attributes:
        items: The items of this page alone.
        body: The whole answer.
    """

    def __init__(
        self, sender: Sender, call: Call[B], item: type[T], paging: Paging, body: B
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

    def next_page(self) -> Page[T, B]:
        """Fetch the page after this one.

        Raises:
            LookupError: This is the last page; see `has_next`.
            APIError: As the operation raises it.
        """
        if self._next is None:
            raise LookupError("this is the last page")
        body = self._sender.send(self._next)
        return Page(self._sender, self._next, self._item, self._paging, body)

    def __iter__(self) -> Iterator[T]:
        page = self
        while True:
            for item in page.items:
                yield item
            if not page.has_next:
                return
            page = page.next_page()
