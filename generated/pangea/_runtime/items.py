"""Reads the body of a stream into its items. No socket."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar, get_args

import httpx2
import msgspec

from .body import BodyError, Decompressor
from .call import Call
from .errors import APIConnectionError, APITimeoutError, ResponseValidationError
from .framing import Events, Frame, Separated
from .reading import Mismatch, read
from .responses import tell, unreadable
from .setup import Setup

T = TypeVar("T")

FRAMINGS = ("events", "lines", "sequence")
"""How a call reads a stream: server-sent events, JSON Lines, a JSON text sequence."""

_LAST = b"[DONE]"
"""The data of an event that by common practice says that no other comes; it is no JSON."""
_NO_JSON = Mismatch("$", "JSON", "text")
_EVENTS = "text/event-stream"


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


class Items(Generic[T]):
    """Makes items of the body of one answer, fed piece by piece.

    Args:
        call: What was asked.
        setup: What holds for every call.
        response: The answer, whose body is to come.

    Attributes:
        silence: Seconds that the server may say nothing.
        is_over: Whether no more items come.

    Raises:
        BodyError: It is not encoded as was asked for, or no such stream.
    """

    def __init__(
        self, call: Call[Any], setup: Setup, response: httpx2.Response
    ) -> None:
        is_plain = response.is_stream_consumed
        encoding = "" if is_plain else response.headers.get("content-encoding", "")
        self._decompressor = Decompressor(encoding)
        self._framing = _framing(call, setup, response)
        self._call = call
        self._strict = setup.strict
        self._response = response
        self.silence = setup.timeout
        self.is_over = False

    def none(self) -> Iterator[T]:
        """No items, before anything has come."""
        yield from ()

    def of(self, data: bytes | None) -> Iterator[T]:
        """The items that end in the next piece of the body; None is its end.

        Raises:
            BodyError: One cannot be read.
        """
        for frame in self._frames(data):
            if self._call.reads == "events" and frame.data == _LAST:
                self.is_over = True
                return
            yield self._item(frame)

    def error(self, problem: str) -> ResponseValidationError:
        """The error of a stream of which an item cannot be read."""
        return unreadable(self._call, self._response, problem)

    def broken(self, error: httpx2.TransportError) -> APIConnectionError:
        """The error of a stream that goes on no longer."""
        if isinstance(error, httpx2.TimeoutException):
            return APITimeoutError(
                f"the stream of {self._call} said nothing for {self.silence:g} s"
            )
        return APIConnectionError(f"the stream of {self._call} broke off")

    def _frames(self, data: bytes | None) -> Iterator[Frame]:
        if data is None:
            self.is_over = True
            self._decompressor.end()
            yield from self._framing.end()
        else:
            for piece in self._decompressor.pieces(data):
                yield from self._framing.feed(piece)

    def _item(self, frame: Frame) -> Any:
        if self._call.reads == "events":
            type_ = self._call.by_event.get(frame.event, self._call.returns)
            data = self._data(frame.data, type_)
            return ServerSentEvent(data, frame.event, frame.id, frame.retry)
        try:
            return self._fitting(*read(frame.data, self._call.returns))
        except msgspec.DecodeError as error:
            problem = str(error)
        raise BodyError(problem)

    def _data(self, data: bytes, type_: Any) -> Any:
        """What an event says: JSON, or where it is none, text."""
        text = data.decode("utf-8", "replace")
        if type_ is str:
            return text
        try:
            return self._fitting(*read(data, type_))
        except msgspec.DecodeError:
            may_be_text = type_ is Any or str in get_args(type_)
        return self._fitting(text, [] if may_be_text else [_NO_JSON])

    def _fitting(self, value: Any, mismatches: list[Mismatch]) -> Any:
        if self._strict and mismatches:
            raise BodyError(str(mismatches[0]))
        tell(self._call, mismatches)
        return value


def _framing(
    call: Call[Any], setup: Setup, response: httpx2.Response
) -> Events | Separated:
    if call.reads == "events":
        said = response.headers.get("content-type", _EVENTS).partition(";")[0]
        if said.strip().lower() != _EVENTS:
            raise BodyError("it is no stream of events")
        return Events(setup.max_body)
    return Separated(b"\n" if call.reads == "lines" else b"\x1e", setup.max_body)
