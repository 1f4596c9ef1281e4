"""The synchronous client: its resources, its options and its pages."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from copy import copy
from os import PathLike
from typing import Any, BinaryIO, Generic, ParamSpec, Self, TypeVar

import httpx2

from .call import Call, problem_of_headers
from .downloads import downloading
from .errors import APIError, PaginationError
from .items import ServerSentEvent
from .paging import Paging, Position, items_of
from .polling import resuming
from .responses import ErrorShape, Response, answers_kept
from .security import Credential, Scheme
from .sender import Sender
from .server import problem_of_base_url, trusted_origins
from .setup import OnRequest, OnResponse, Setup
from .stream import Stream
from .transport import Connections

P = ParamSpec("P")
T = TypeVar("T")
B = TypeVar("B")


class Client:
    """What every client is: resources, options, and connections to close."""

    def __init__(
        self,
        base_url: str,
        held: Mapping[Scheme, Credential],
        errors: ErrorShape,
        *,
        timeout: float,
        max_retries: int,
        strict_responses: bool,
        own_servers: bool = False,
        trusted_servers: tuple[str, ...] = (),
        on_request: OnRequest | None = None,
        on_response: OnResponse | None = None,
        http: httpx2.Client | httpx2.BaseTransport | None = None,
    ) -> None:
        problem = problem_of_base_url(base_url)
        if problem:
            del base_url  # What an error leaves behind may be recorded, with its locals.
            raise ValueError(problem)
        setup = Setup(
            base_url.rstrip("/"),
            errors,
            timeout=timeout,
            max_retries=max_retries,
            strict=strict_responses,
            own_servers=own_servers,
            trusted=trusted_origins(trusted_servers if own_servers else ()),
        )
        self._connections = Connections(setup.base_url, http)
        self._closes = True
        self._sender = Sender(setup, held, self._connections, on_request, on_response)
        self._attach(self._sender)

    def _attach(self, sender: Sender) -> None:
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
        problem = problem_of_headers(headers or {})
        if problem:
            del headers  # What an error leaves behind may be recorded, with its locals.
            raise ValueError(problem)
        setup = self._sender.setup.changed(
            timeout, max_retries, headers, strict_responses
        )
        other = copy(self)
        other._closes = False
        other._sender = self._sender.with_setup(setup)
        other._attach(other._sender)
        return other

    def raw(
        self,
        method: Callable[P, T],
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
            value = method(*args, **kwargs)
        if not answers:
            raise TypeError("raw takes a method that makes a call, and its arguments")
        return Response(answers[-1].status_code, answers[-1].headers, value)

    def download(
        self,
        to: str | PathLike[str] | BinaryIO,
        method: Callable[P, bytes | None],
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
            method(*args, **kwargs)
        return download.size

    def resume(
        self,
        request_id: str,
        method: Callable[P, T],
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
            return method(*args, **kwargs)

    def __repr__(self) -> str:
        return f"<{type(self).__name__} {self._sender.setup.base_url}>"

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Close the connections, but not those of an `http` that was passed in."""
        if self._closes:
            self._connections.close()


class Resource:
    """A group of operations."""

    def __init__(self, sender: Sender) -> None:
        self._sender = sender

    def _send(self, call: Call[T]) -> T:
        return self._sender.send(call)

    def _stream(self, call: Call[T]) -> Stream[T]:
        return self._sender.stream(call)

    def _events(self, call: Call[T]) -> Stream[ServerSentEvent[T]]:
        return self._sender.stream(call)

    def _page(self, call: Call[B], item: type[T], paging: Paging) -> Page[T, B]:
        return Page(self._sender, call, item, paging, self._sender.fetch(call))


class Page(Generic[T, B]):
    """One page of a list. Iterating over it goes on through all pages after it.

    Attributes:
        items: The items of this page alone.
        body: The whole answer.
    """

    def __init__(
        self,
        sender: Sender,
        call: Call[B],
        item: type[T],
        paging: Paging,
        answer: Response[B],
        seen: frozenset[Position | None] = frozenset(),
    ) -> None:
        self.body = answer.value
        self.items: list[T] = items_of(paging, answer.value)
        self._sender = sender
        self._call = call
        self._item = item
        self._paging = paging
        self._next = paging.next_position(call, answer, self.items)
        self._seen = seen | {paging.position(call)}

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
            PaginationError: The server's pages lead in a circle, or to another server.
            APIError: As the operation raises it; its `last_page` is this one.
        """
        if self._next is None:
            raise LookupError("this is the last page")
        if self._next in self._seen:
            raise PaginationError(f"the pages of {self._call} lead in a circle")
        call = self._paging.call_at(self._call, self._next)
        try:
            answer = self._sender.fetch(call)
        except APIError as error:
            error.last_page = self
            raise
        return Page(self._sender, call, self._item, self._paging, answer, self._seen)

    def __iter__(self) -> Iterator[T]:
        return _Items(self)


class _Items(Iterator[T]):
    """The items of a page and of all pages after it."""

    def __init__(self, page: Page[T, Any]) -> None:
        self._page = page
        self._items = iter(page.items)

    def __next__(self) -> T:
        while True:
            for item in self._items:
                return item
            if not self._page.has_next:
                raise StopIteration
            self._page = self._page.next_page()
            self._items = iter(self._page.items)
