"""Reads the body of a stream into its items. No socket."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar, get_args

import httpx2
import msgspec

from .call import Call
from .config import Config
from .errors import APIConnectionError, APITimeoutError, ResponseValidationError
from .json_decoding import Mismatch, decode_json
from .response_body import BodyError, Decompressor
from .responses import unreadable_body_error, warn_mismatches
from .stream_parsers import DelimitedParser, EventStreamParser, Frame

T = TypeVar("T")

STREAM_FORMATS = ("events", "lines", "sequence")
"""How a call reads a stream: server-sent events, JSON Lines, a JSON text sequence."""

_DONE = b"[DONE]"
"""The data of an event that by common practice says that no other comes; it is no JSON."""
_NOT_JSON = Mismatch("$", "JSON", "text")
_EVENT_STREAM = "text/event-stream"


@dataclass(frozen=True, slots=True)
class ServerSentEvent(Generic[T]):
    """An event of a stream (WHATWG HTML, section 9.2).

    Attributes:
        data: What it says.
        event: What kind of event it is.
        id: The id of the last event that had one, up to this; empty for none.
        retry: Milliseconds to wait before the stream is asked for again, where it says so.
    """

    data: T = field(repr=False)
    event: str = "message"
    id: str = field(default="", repr=False)
    retry: int | None = None


class StreamDecoder(Generic[T]):
    """Makes items of the body of one answer, fed piece by piece.

    Args:
        call: What was asked.
        config: What holds for every call.
        response: The answer, whose body is to come.

    Attributes:
        silence: Seconds that the server may say nothing.
        is_finished: Whether no more items come.

    Raises:
        BodyError: It is not encoded as was asked for, or no such stream.
    """

    def __init__(
        self, call: Call[Any], config: Config, response: httpx2.Response
    ) -> None:
        is_plain = response.is_stream_consumed
        encoding = "" if is_plain else response.headers.get("content-encoding", "")
        self._decompressor = Decompressor(encoding)
        self._parser = _parser(call, config, response)
        self._call = call
        self._strict = config.strict
        self._response = response
        self.idle_timeout = config.timeout
        self.is_finished = False

    def no_items(self) -> Iterator[T]:
        """No items, before anything has come."""
        yield from ()

    def decode(self, data: bytes | None) -> Iterator[T]:
        """The items that end in the next piece of the body; None is its end.

        Raises:
            BodyError: One cannot be read.
        """
        for frame in self._parse_frames(data):
            if self._call.response_format == "events" and frame.data == _DONE:
                self.is_finished = True
                return
            yield self._decode_item(frame)

    def validation_error(self, problem: str) -> ResponseValidationError:
        """The error of a stream of which an item cannot be read."""
        return unreadable_body_error(self._call, self._response, problem)

    def connection_error(self, error: httpx2.TransportError) -> APIConnectionError:
        """The error of a stream that goes on no longer."""
        if isinstance(error, httpx2.TimeoutException):
            return APITimeoutError(
                f"the stream of {self._call} said nothing for {self.idle_timeout:g} s"
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
            type_ = self._call.by_event.get(frame.event, self._call.returns)
            data = self._decode_data(frame.data, type_)
            return ServerSentEvent(data, frame.event, frame.id, frame.retry)
        try:
            return self._report_mismatches(*decode_json(frame.data, self._call.returns))
        except msgspec.DecodeError as error:
            problem = str(error)
        raise BodyError(problem)

    def _decode_data(self, data: bytes, type_: Any) -> Any:
        """What an event says: JSON, or where it is none, text."""
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


def _parser(
    call: Call[Any], config: Config, response: httpx2.Response
) -> EventStreamParser | DelimitedParser:
    if call.response_format == "events":
        content_type = response.headers.get("content-type", _EVENT_STREAM)
        if content_type.partition(";")[0].strip().lower() != _EVENT_STREAM:
            raise BodyError("it is no stream of events")
        return EventStreamParser(config.max_body)
    return DelimitedParser(
        b"\n" if call.response_format == "lines" else b"\x1e", config.max_body
    )
