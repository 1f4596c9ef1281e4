"""Fakes of operations whose response is a stream."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, Concatenate, Generic, ParamSpec, Self, TypeVar, cast

from ..call.stream_decoder import ServerSentEvent
from ..client.stream import Stream
from ..codec.plain_data import to_json, to_plain_data
from .descriptions import OperationDescription
from .operation import CallsFake
from .replies import Reply
from .server import FakeServer

P = ParamSpec("P")
I = TypeVar("I")


class StreamFake(CallsFake[P], Generic[P, I]):
    """The fake of an operation with a stream: `fake.events.watch.streams(event(), event())`."""

    def __init__(
        self,
        server: FakeServer,
        name: str,
        method: Callable[Concatenate[Any, P], Stream[I]],
    ) -> None:
        super().__init__(server, name, method)

    def streams(self, *items: I) -> Self:
        """Respond with a stream of these items."""
        reply = _stream_reply(self._state.description, items)
        return self._answer(lambda _: reply)

    def breaks_after(self, *items: I) -> Self:
        """Respond with a stream of these items, after which the connection breaks."""
        reply = _stream_reply(self._state.description, items, fault="reset")
        return self._answer(lambda _: reply)


def _stream_reply(
    description: OperationDescription, items: Iterable[object], fault: str = ""
) -> Reply:
    content = b"".join(_frame(description.format, item) for item in items)
    headers = {"Content-Type": description.media_type}
    return Reply(description.status, content, headers, fault)


def _is_event(item: object) -> bool:
    return isinstance(item, ServerSentEvent)


def _frame(format_: str, item: Any) -> bytes:
    """Return an item of a stream in its format."""
    event = cast("ServerSentEvent[Any] | None", item) if _is_event(item) else None
    data: Any = item if event is None else event.data
    text = (
        data
        if isinstance(data, str) and format_ == "events"
        else to_json(to_plain_data(data, "an item", "returned"))
    )
    match format_:
        case "events":
            lines = [f"data: {line}" for line in text.split("\n")]
            if event is not None:
                if event.event != "message":
                    lines.insert(0, f"event: {event.event}")
                if event.id:
                    lines.append(f"id: {event.id}")
                if event.retry is not None:
                    lines.append(f"retry: {event.retry}")
            return ("\n".join(lines) + "\n\n").encode()
        case "sequence":
            return b"\x1e" + text.encode() + b"\n"
        case _:
            return text.encode() + b"\n"
