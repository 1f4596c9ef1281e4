"""Asynchronous client whose operations may be accepted before they are finished."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import ParamSpec, TypeVar

from ..call.exchange import overriding
from ..call.polling import Resumption
from .async_base import AsyncClient

P = ParamSpec("P")
T = TypeVar("T")


class AsyncPollingClient(AsyncClient):
    """Base class of clients with an operation with 202 responses."""

    async def resume(
        self,
        request_id: str,
        method: Callable[P, Awaitable[T]],
        *args: P.args,
        **kwargs: P.kwargs,
    ) -> T:
        """Wait for the result of a call that the server accepted but had not finished.

        The call is not sent again. The result is parsed as the response of the method.

        Args:
            request_id: The `request_id` of the `AcceptedError` that the call raised.
            method: The method that was called, such as `client.sessions.list`.
            args: The positional arguments that it was called with.
            kwargs: The keyword arguments that it was called with.

        Raises:
            AcceptedError: If the call is still not finished.
            TypeError: If the operation of the method is never accepted with 202.
            APIError: If the method raises it.
        """
        with overriding(Resumption(request_id)):
            return await method(*args, **kwargs)
