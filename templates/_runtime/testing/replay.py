"""Transports that replay recorded exchanges."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from threading import RLock

import anyio.lowlevel
import httpx2
import msgspec

from ..client.async_transport import AsyncClockTransport
from ..client.transport import ClockTransport
from .clock import FakeClock
from .exchanges import (
    PlainObject,
    decode_exact,
    exchanges_in,
    fault_of,
    request_data,
    response_of,
)
from .matching import differences
from .server import UnexpectedCall


class Replay:
    """Recorded exchanges, each of which responds to one request.

    Attributes:
        clock: The time of the clients, which no test waits for.
        problems: Why requests were refused.
    """

    def __init__(self, path: Path) -> None:
        self.clock = FakeClock()
        self.problems: list[str] = []
        self._path = path
        self._lock = RLock()
        content = path.read_bytes()
        try:
            exchanges = exchanges_in(decode_exact(content))
        except msgspec.DecodeError as error:
            raise ValueError(f"{path} is no recording: {error}") from None
        if exchanges is None:
            raise ValueError(f"{path} is no recording of this version")
        self._exchanges = exchanges
        self._remaining = [*range(len(exchanges))]

    def response(
        self, request: httpx2.Request
    ) -> tuple[PlainObject, httpx2.Response, bytes]:
        """Return the data of the response to a request, the response, and its body.

        Raises:
            UnexpectedCall: If the request is not recorded, or not so often.
            httpx2.TransportError: If a fault is recorded in place of a response.
        """
        sent = request_data(request)
        with self._lock:
            index = self._find(sent)
            if index is None:
                problem = self._problem(request, sent)
                self.problems.append(problem)
                raise UnexpectedCall(problem)
            self._remaining.remove(index)
        data: PlainObject = self._exchanges[index]["response"]
        if "status" not in data:
            raise self.fault(data, request)
        return data, *response_of(data)

    def fault(
        self, data: PlainObject, request: httpx2.Request
    ) -> httpx2.TransportError:
        """Return a recorded fault, after the time that it takes."""
        error = fault_of(data)
        if isinstance(error, httpx2.ReadTimeout | httpx2.WriteTimeout):
            limit = request.extensions.get("timeout", {}).get("read")
            self.clock.advance(limit or 0.0)
        return error

    def end(self, *, is_failed: bool) -> None:
        """Check that no request was refused, also if the code under test caught the error.

        Raises:
            UnexpectedCall: If one was, and the block of the recording has not failed.
        """
        if self.problems and not is_failed:
            raise UnexpectedCall(self.problems[0])

    def _find(self, sent: PlainObject) -> int | None:
        """Return the index of the first exchange that is left for a request; None for none."""
        index: int
        for index in self._remaining:
            if not any(differences(self._exchanges[index]["request"], sent)):
                return index
        return None

    def _problem(self, request: httpx2.Request, sent: PlainObject) -> str:
        """Return why a request is refused. It names no value that was sent."""
        name = f"{request.method} {request.extensions.get('route') or request.url.path}"
        where = f"in {self._path.name}"
        how = "mode='record' records it"
        found = [[*differences(each["request"], sent)] for each in self._exchanges]
        count = sum(not places for places in found)
        if count:
            times = "once" if count == 1 else f"{count} times"
            return f"{name} is recorded {times} {where}, and was sent once more: {how}"
        if not found:
            return f"{name} is not recorded {where}, which is empty: {how}"
        rank = [("method" in places, len(places)) for places in found]
        index = rank.index(min(rank))
        nearest = self._exchanges[index]["request"]
        return (
            f"{name} is not recorded {where}: the nearest, exchange {index + 1}"
            f" ({nearest.get('method')} {nearest.get('url')}), differs in"
            f" {', '.join(found[index][:5])}; {how}"
        )


class ReplayTransport(ClockTransport):
    """Transport of synchronous clients that replays."""

    def __init__(self, replay: Replay) -> None:
        self._replay = replay
        self.clock = replay.clock.for_client()

    def handle_request(self, request: httpx2.Request) -> httpx2.Response:
        """Return the recorded response."""
        request.read()
        data, response, content = self._replay.response(request)
        return httpx2.Response(
            response.status_code,
            headers=response.headers,
            stream=_Body(self._replay, request, data, content),
        )


class AsyncReplayTransport(AsyncClockTransport):
    """Transport of asynchronous clients that replays."""

    def __init__(self, replay: Replay) -> None:
        self._replay = replay
        self.clock = replay.clock.for_async_client()

    async def handle_async_request(self, request: httpx2.Request) -> httpx2.Response:
        """Return the recorded response."""
        await request.aread()
        await anyio.lowlevel.checkpoint()
        data, response, content = self._replay.response(request)
        return httpx2.Response(
            response.status_code,
            headers=response.headers,
            stream=_AsyncBody(self._replay, request, data, content),
        )


class _Body(httpx2.SyncByteStream):
    """The body of a recorded response, which may break."""

    def __init__(
        self,
        replay: Replay,
        request: httpx2.Request,
        data: PlainObject,
        content: bytes,
    ) -> None:
        self._replay = replay
        self._request = request
        self._data = data
        self._content = content

    def __iter__(self) -> Iterator[bytes]:
        if self._content:
            yield self._content
        if "fault" in self._data or "is_cut" in self._data:
            raise self._replay.fault(self._data, self._request)


class _AsyncBody(httpx2.AsyncByteStream):
    """`_Body`, asynchronous."""

    def __init__(
        self,
        replay: Replay,
        request: httpx2.Request,
        data: PlainObject,
        content: bytes,
    ) -> None:
        self._body = _Body(replay, request, data, content)

    async def __aiter__(self) -> AsyncIterator[bytes]:
        for chunk in self._body:
            yield chunk
