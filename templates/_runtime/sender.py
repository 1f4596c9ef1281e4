"""The synchronous sending: carries calls out, and waits."""

from __future__ import annotations

from collections.abc import Mapping
from copy import copy
from time import monotonic
from typing import Any, TypeVar

import httpx2

from .body import Answer, BodyError
from .call import Call
from .exchange import Exchange
from .failures import presentable
from .responses import Response, kept
from .security import Credential, Scheme, Secret, checked
from .setup import OnRequest, OnResponse, Setup
from .stream import Stream
from .transport import (
    Connections,
    Deadline,
    current,
    sleep,
    stream_of,
    tell,
)

T = TypeVar("T")


class Sender:
    """Carries calls out, each with its tries and pauses."""

    def __init__(
        self,
        setup: Setup,
        held: Mapping[Scheme, Credential],
        connections: Connections,
        on_request: OnRequest | None = None,
        on_response: OnResponse | None = None,
    ) -> None:
        self.setup = setup
        self._held = held
        self._connections = connections
        self._on_request = on_request
        self._on_response = on_response

    def with_setup(self, setup: Setup) -> Sender:
        """The same for another setup."""
        other = copy(self)
        other.setup = setup
        return other

    def send(self, call: Call[T]) -> T:
        """Carry a call out, for its value; see `fetch`."""
        return self.fetch(call).value

    def fetch(self, call: Call[T]) -> Response[T]:
        """Carry a call out.

        Raises:
            ValueError: An argument cannot be sent; nothing was.
            APIError: No answer came, or one that is no success.
        """
        exchange = Exchange(call, self.setup, self._held, monotonic())
        return exchange.value(self._answer(exchange))

    def stream(self, call: Call[Any]) -> Stream[Any]:
        """Carry a call out whose answer comes by and by.

        Raises:
            ValueError: An argument cannot be sent; nothing was.
            APIError: No answer came, or one that is no success.
        """
        exchange = Exchange(call, self.setup, self._held, monotonic())
        answer = self._answer(exchange)
        stream = Stream[Any](answer.received, exchange.opened(answer))
        return kept(Response(answer.status_code, answer.headers, stream)).value

    def _answer(self, exchange: Exchange[T]) -> Answer:
        """The answer after which nothing is sent any more."""
        while True:
            outcome = self._attempt(exchange)
            if isinstance(outcome, httpx2.TransportError):
                pause = exchange.failed(outcome, monotonic())
            else:
                wanted = exchange.answered(outcome, monotonic())
                if wanted is None:
                    return outcome
                pause = wanted
            sleep(pause)

    def _attempt(self, exchange: Exchange[T]) -> Answer | httpx2.TransportError:
        try:
            with Deadline(exchange.ends):
                return self._try(exchange)
        except httpx2.TransportError as error:
            return presentable(error)

    def _try(self, exchange: Exchange[T]) -> Answer:
        """One answer; where it refuses a credential that has changed, that to the new one."""
        held = self._credentials(exchange)
        answer = self._receive(exchange, held)
        if answer.status_code == 401:
            renewed = self._credentials(exchange)
            if renewed != held:
                answer = self._receive(exchange, renewed)
        return answer

    def _credentials(self, exchange: Exchange[T]) -> dict[Scheme, Secret]:
        """The credentials of one try; only those that are sent are asked for."""
        return {
            scheme: checked(scheme, current(self._held[scheme]))
            for scheme in exchange.schemes
        }

    def _receive(self, exchange: Exchange[T], held: Mapping[Scheme, Secret]) -> Answer:
        request = exchange.request(held, monotonic())
        if self._on_request is not None:
            tell(self._on_request, request)
        received = self._connections.send(request)
        stays_open = False
        try:
            answer = self._read(exchange, received)
        except BodyError as error:
            problem = str(error)
        else:
            if self._on_response is not None:
                tell(self._on_response, answer.response)
            stays_open = exchange.items is not None
            return answer
        finally:
            if not stays_open:
                received.close()
        raise exchange.unreadable(received, problem)

    def _read(self, exchange: Exchange[T], received: httpx2.Response) -> Answer:
        if exchange.begins_stream(received):
            return Answer(received, b"")
        reader = exchange.body_reader(received)
        for piece in stream_of(received):
            reader.feed(piece)
            del piece  # A body is no local of a frame that an error leaves.
        return Answer(received, reader.content())
