"""Fakes of operations with pages."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Concatenate, Generic, ParamSpec, Self, TypeVar, get_args

from ..client.page import Page
from .operation import CallsFake, function_response
from .pages import PageSequence, page_size, plain_items
from .replies import Received, Reply, encoded
from .server import FakeServer

P = ParamSpec("P")
I = TypeVar("I")
R = TypeVar("R")


class PagedFake(CallsFake[P], Generic[P, I, R]):
    """The fake of an operation with pages: `fake.users.list.returns_pages([user()], [])`."""

    def __init__(
        self,
        server: FakeServer,
        name: str,
        method: Callable[Concatenate[Any, P], Page[I, R]],
    ) -> None:
        super().__init__(server, name, method)

    def returns_pages(self, *pages: Sequence[I]) -> Self:
        """Respond with pages of these items, each request with the page that it is for.

        Raises:
            ValueError: If a cursor is the id of an item, and not each page ends with its own.
        """
        state = self._state
        plain = [plain_items(page) for page in pages]
        sequence = PageSequence(state.description, plain)
        problem = sequence.problem()
        if problem:
            raise ValueError(problem)

        def response(received: Received) -> Reply:
            limit = page_size(state.description, received)
            reply = sequence.reply(received, limit)
            if isinstance(reply, str):
                raise state.server.unexpected(f"{state.name}: {reply}")
            return reply

        return self._answer(response)

    def returns(self, body: R, *, status: int | None = None) -> Self:
        """Respond with this response body, whatever page is requested.

        Args:
            body: The body.
            status: The status of the response; None for that of the document.

        Raises:
            TypeError: If the operation has no such body.
        """
        if status is None:
            _, type_ = get_args(self._state.return_type) or (Any, Any)
            reply = self._state.encode_result(body, type_)
        else:
            reply = encoded(body, self._state.description, status)
        return self._answer(lambda _: reply)

    def responds_by(self, function: Callable[P, R]) -> Self:
        """Respond with the body that a function returns for the arguments of each request.

        An error that it raises becomes the response for it.
        """
        return self._answer(function_response(self._state, function))
