"""Asynchronous stream of a response: yields items as they arrive."""

from __future__ import annotations

import warnings
from typing import Any, Generic, Self, TypeVar

import httpx2

from ..call.request import Call
from ..call.responses import record_response
from ..call.stream_decoder import ServerSentEvent, StreamDecoder, StreamExchange
from ..wire.response_body import BodyError
from ..wire.transport_errors import redacted
from .async_base import AsyncResource
from .async_transport import Clock, body_stream, close_chunks, discard_response

T = TypeVar("T")


class AsyncStream(Generic[T]):
    """Items of a response that arrive over time: `async for item in stream`.

    The stream closes at its end, on an error, and at the end of its `async with` block. Until
    then it occupies its connection.

    Attributes:
        status_code: The HTTP status.
        headers: The response headers; names are case-insensitive.
    """

    _is_closed = True

    def __init__(
        self,
        raw_response: httpx2.Response,
        decoder: StreamDecoder[T],
        clock: Clock,
    ) -> None:
        self.status_code = raw_response.status_code
        self.headers = raw_response.headers
        self._raw_response = raw_response
        self._decoder = decoder
        self._clock = clock
        self._decoded = decoder.no_items()
        self._chunks = aiter(body_stream(raw_response))
        self._is_closed = False

    def __aiter__(self) -> Self:
        return self

    async def __anext__(self) -> T:
        """Return the next item.

        Raises:
            APITimeoutError: If no data arrives within the client's `timeout`.
            APIConnectionError: If the connection breaks.
            ResponseValidationError: If an item cannot be read or is too large.
        """
        if self._is_closed:
            raise StopAsyncIteration
        try:
            return await self._next_item()
        except BaseException:  # StopAsyncIteration too: the stream has ended.
            await self.aclose()
            raise

    async def _next_item(self) -> T:
        while True:
            try:
                for item in self._decoded:
                    return item
            except BodyError as error:
                problem = str(error)
                break
            if self._decoder.is_finished:
                raise StopAsyncIteration
            self._decoded = self._decoder.decode(await self._next_chunk())
        raise self._decoder.validation_error(problem)

    async def _next_chunk(self) -> bytes | None:
        """Return the next chunk of the body; None at its end."""
        try:
            with self._clock.limit(
                self._clock.monotonic() + self._decoder.idle_timeout
            ):
                return await anext(self._chunks, None)
        except httpx2.TransportError as error:
            failure = redacted(error)
        raise self._decoder.connection_error(failure) from failure

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.aclose()

    async def aclose(self) -> None:
        """Close the stream and release its connection."""
        self._is_closed = True
        await close_chunks(self._chunks)
        await self._raw_response.aclose()

    def __del__(self) -> None:
        if not self._is_closed:
            discard_response(self._raw_response)
            warnings.warn("unclosed stream", ResourceWarning, source=self)


class AsyncStreamingResource(AsyncResource):
    """Base class of resources with an operation that returns a stream."""

    async def _stream(self, call: Call[T]) -> AsyncStream[T]:
        """Send a call and return the open stream of its response.

        Raises:
            ValueError: If an argument or credential cannot be sent; nothing is sent then.
            APIError: If no response comes, or its status is not 2xx.
        """
        return await self._open_stream(call)

    async def _events(self, call: Call[T]) -> AsyncStream[ServerSentEvent[T]]:
        """Send a call and return the open stream of its events, like `_stream`."""
        return await self._open_stream(call)

    async def _open_stream(self, call: Call[Any]) -> AsyncStream[Any]:
        sender = self._sender
        exchange = StreamExchange(
            call, sender.config, sender.credentials, sender.clock.monotonic()
        )
        response = await sender.final_response(exchange)
        stream = AsyncStream[Any](
            response.raw_response, exchange.decoder(response), sender.clock
        )
        return record_response(response, stream)
