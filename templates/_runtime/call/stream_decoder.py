"""Decoder of streamed response bodies into items. Performs no I/O."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from math import inf
from typing import Any, Generic, TypeVar, get_args

import httpx2
import msgspec

from ..codec.json_decoding import Mismatch, decode_json
from ..codec.model import Unknown
from ..codec.type_guards import is_object
from ..errors import APIConnectionError, APITimeoutError, ResponseValidationError
from ..wire.lazy_messages import content_encoding
from ..wire.response_body import BodyError, DecodedResponse, Decompressor
from .config import Config
from .exchange import Exchange
from .request import ANYTHING, Call
from .responses import unreadable_body_error, warn_mismatches
from .stream_parsers import DelimitedParser, EventStreamParser, Frame

T = TypeVar("T")

_DONE = b"[DONE]"
"""Data of the last event of a stream, a common convention; it is not JSON."""
_NO_NAME = "message"
"""The type of an event that has none."""
_NOT_JSON = Mismatch("$", "JSON", "text")
_EVENT_STREAM = "text/event-stream"


@dataclass(frozen=True, slots=True)
class ServerSentEvent(Generic[T]):
    """A server-sent event (WHATWG HTML, section 9.2).

    Attributes:
        data: The data of the event.
        event: The type of the event.
        id: The last event id of the stream so far; empty if there was none.
        retry: Milliseconds to wait before reconnecting, or None if the event has none.
    """

    data: T = field(repr=False)
    event: str = "message"
    id: str = field(default="", repr=False)
    retry: int | None = None


class StreamExchange(Exchange[T]):
    """The retry state machine of a call whose response is a stream."""

    _decoder: StreamDecoder[T] | None = None

    def begin_stream(self, response: httpx2.Response) -> bool:
        """Return whether the body of a response is a stream: whether its status is 2xx.

        Raises:
            BodyError: If the media type is not that of the expected stream, or the content
                encoding is unsupported.
        """
        if 200 <= response.status_code < 300:
            self._decoder = StreamDecoder(self.call, self._config, response)
            # From here on the timeout limits each wait for data, not the whole call.
            timeouts = response.request.extensions["timeout"]
            idle_timeout = self._decoder.idle_timeout
            timeouts["read"] = None if idle_timeout == inf else idle_timeout
            self.has_open_stream = True
        return self.has_open_stream

    def decoder(self, response: DecodedResponse) -> StreamDecoder[T]:
        """Return the decoder of the final response.

        Raises:
            APIStatusError: If the status is not 2xx.
        """
        if self._decoder is None:
            raise self.status_error(response)
        return self._decoder


class StreamDecoder(Generic[T]):
    """Incremental decoder of one streamed response body.

    Args:
        call: The call that the stream responds to.
        config: The configuration of the client.
        response: The response, whose body is not read yet.

    Attributes:
        idle_timeout: Seconds to wait for the next data.
        is_finished: Whether the stream has ended.

    Raises:
        BodyError: If the content encoding or the media type is unsupported.
    """

    def __init__(
        self, call: Call[Any], config: Config, response: httpx2.Response
    ) -> None:
        self._decompressor = Decompressor(content_encoding(response))
        self._parser = _create_parser(call, config, response)
        self._call = call
        self._strict = config.strict
        self._response = response
        self.idle_timeout = config.timeout
        self.is_finished = False

    def no_items(self) -> Iterator[T]:
        """Return an empty iterator, for the time before the first chunk."""
        yield from ()

    def decode(self, data: bytes | None) -> Iterator[T]:
        """Yield the items that are complete after the next chunk of the body.

        Args:
            data: The chunk; None at the end of the body.

        Raises:
            BodyError: If an item cannot be read.
        """
        for frame in self._parse_frames(data):
            if self._call.response_format == "events" and frame.data == _DONE:
                self.is_finished = True
                return
            yield self._decode_item(frame)

    def validation_error(self, problem: str) -> ResponseValidationError:
        """Return the error for an item that cannot be read."""
        return unreadable_body_error(self._call, self._response, problem)

    def connection_error(self, error: httpx2.TransportError) -> APIConnectionError:
        """Return the error for a connection that broke or timed out during the stream."""
        if isinstance(error, httpx2.TimeoutException):
            return APITimeoutError(
                f"the stream of {self._call} sent no data for {self.idle_timeout:g} s"
            )
        return APIConnectionError(f"the stream of {self._call} broke off")

    def _parse_frames(self, data: bytes | None) -> Iterator[Frame]:
        if data is None:
            self.is_finished = True
            self._decompressor.end()
            yield from self._parser.end()
        else:
            for chunk in self._decompressor.decompress(data):
                yield from self._parser.feed(chunk)

    def _decode_item(self, frame: Frame) -> Any:
        if self._call.response_format == "events":
            data = self._decode_event(frame)
            return ServerSentEvent(data, frame.event, frame.id, frame.retry)
        try:
            return self._report_mismatches(
                *decode_json(frame.data, self._call.returns, self._response.headers)
            )
        except msgspec.DecodeError as error:
            problem = str(error)
        raise BodyError(problem)

    def _decode_event(self, frame: Frame) -> Any:
        """Decode the data of an event by its name.

        The data of an event without a name is of any type. That of an event with an unknown
        name stays plain data.
        """
        by_event = self._call.by_event
        if not by_event or frame.event == _NO_NAME and _NO_NAME not in by_event:
            return self._decode_data(frame.data, by_event.get("", self._call.returns))
        for name in (frame.event, ""):
            if name in by_event:
                return self._decode_data(frame.data, by_event[name])
        expected = f"event {' | '.join(map(repr, by_event))}"
        data = self._decode_data(frame.data, ANYTHING)
        mismatch = Mismatch("$", expected, "another event")
        return self._report_mismatches(
            Unknown(data) if is_object(data) else data, [mismatch]
        )

    def _decode_data(self, data: bytes, type_: Any) -> Any:
        """Decode the data of an event: JSON, or text if it is not JSON."""
        text = data.decode("utf-8", "replace")
        if type_ is str:
            return text
        try:
            return self._report_mismatches(*decode_json(data, type_))
        except msgspec.DecodeError:
            may_be_text = type_ is Any or str in get_args(type_)
        return self._report_mismatches(text, [] if may_be_text else [_NOT_JSON])

    def _report_mismatches(self, value: Any, mismatches: list[Mismatch]) -> Any:
        if self._strict and mismatches:
            raise BodyError(str(mismatches[0]))
        warn_mismatches(self._call, mismatches)
        return value


def _create_parser(
    call: Call[Any], config: Config, response: httpx2.Response
) -> EventStreamParser | DelimitedParser:
    if call.response_format == "events":
        content_type = response.headers.get("content-type", _EVENT_STREAM)
        if content_type.partition(";")[0].strip().lower() != _EVENT_STREAM:
            raise BodyError("its media type is not text/event-stream")
        return EventStreamParser(config.max_body)
    return DelimitedParser(
        b"\n" if call.response_format == "lines" else b"\x1e", config.max_body
    )
