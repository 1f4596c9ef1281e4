"""Synchronous stream of a response: yields items as they arrive."""

from __future__ import annotations

import warnings
from typing import Any, Generic, Self, TypeVar

import httpx2

from ..call.request import Call
from ..call.responses import record_response
from ..call.stream_decoder import ServerSentEvent, StreamDecoder, StreamExchange
from ..wire.response_body import BodyError
from ..wire.transport_errors import redacted
from .base import Resource
from .transport import Clock, body_stream, close_chunks, discard_response

T = TypeVar("T")


class Stream(Generic[T]):
    """Items of a response that arrive over time: `for item in stream`.

    The stream closes at its end, on an error, and at the end of its `with` block. Until
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
        self._chunks = iter(body_stream(raw_response))
        self._is_closed = False

    def __iter__(self) -> Self:
        return self

    def __next__(self) -> T:
        """Return the next item.

        Raises:
            APITimeoutError: If no data arrives within the client's `timeout`.
            APIConnectionError: If the connection breaks.
            ResponseValidationError: If an item cannot be read or is too large.
        """
        if self._is_closed:
            raise StopIteration
        try:
            return self._next_item()
        except BaseException:  # StopIteration too: the stream has ended.
            self.close()
            raise

    def _next_item(self) -> T:
        while True:
            try:
                for item in self._decoded:
                    return item
            except BodyError as error:
                problem = str(error)
                break
            if self._decoder.is_finished:
                raise StopIteration
            self._decoded = self._decoder.decode(self._next_chunk())
        raise self._decoder.validation_error(problem)

    def _next_chunk(self) -> bytes | None:
        """Return the next chunk of the body; None at its end."""
        try:
            with self._clock.limit(
                self._clock.monotonic() + self._decoder.idle_timeout
            ):
                return next(self._chunks, None)
        except httpx2.TransportError as error:
            failure = redacted(error)
        raise self._decoder.connection_error(failure) from failure

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Close the stream and release its connection."""
        self._is_closed = True
        close_chunks(self._chunks)
        self._raw_response.close()

    def __del__(self) -> None:
        if not self._is_closed:
            discard_response(self._raw_response)
            warnings.warn("unclosed stream", ResourceWarning, source=self)


class StreamingResource(Resource):
    """Base class of resources with an operation that returns a stream."""

    def _stream(self, call: Call[T]) -> Stream[T]:
        """Send a call and return the open stream of its response.

        Raises:
            ValueError: If an argument or credential cannot be sent; nothing is sent then.
            APIError: If no response comes, or its status is not 2xx.
        """
        return self._open_stream(call)

    def _events(self, call: Call[T]) -> Stream[ServerSentEvent[T]]:
        """Send a call and return the open stream of its events, like `_stream`."""
        return self._open_stream(call)

    def _open_stream(self, call: Call[Any]) -> Stream[Any]:
        sender = self._sender
        exchange = StreamExchange(
            call, sender.config, sender.credentials, sender.clock.monotonic()
        )
        response = sender.final_response(exchange)
        stream = Stream[Any](
            response.raw_response, exchange.decoder(response), sender.clock
        )
        return record_response(response, stream)
