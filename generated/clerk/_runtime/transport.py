"""The synchronous client's transport: what it sends over, its deadline and its pauses."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Generator, Iterator
from typing import TypeVar

import httpx2

from .log_filter import SUPPRESS_LOGS
from .pool import DEADLINE, Pool
from .security import Credential
from .server import ssl_context_for

V = TypeVar("V")

sleep = time.sleep


class Deadline:
    """Lets nothing that is sent or received in its block go on after a moment, or be logged.

    Args:
        moment: On the monotonic clock, in seconds.
    """

    def __init__(self, deadline: float) -> None:
        self._deadline = deadline

    def __enter__(self) -> None:
        self._deadline_token = DEADLINE.set(self._deadline)
        self._logs_token = SUPPRESS_LOGS.set(True)

    def __exit__(self, *_: object) -> None:
        SUPPRESS_LOGS.reset(self._logs_token)
        DEADLINE.reset(self._deadline_token)


def resolve_credential(credential: Credential) -> str:
    """A credential as it is now."""
    return credential if isinstance(credential, str) else credential()


def body_stream(response: httpx2.Response) -> httpx2.SyncByteStream:
    """What the body of an answer comes by.

    Raises:
        TypeError: What was given to send over is of the other kind.
    """
    if response.is_stream_consumed:  # by the caller's hook, or a test's transport
        return httpx2.ByteStream(response.content)
    if isinstance(response.stream, httpx2.SyncByteStream):
        return response.stream
    raise TypeError("the http of this client is of the other kind")


def close_chunks(chunks: Iterator[bytes]) -> None:
    """Take no more pieces of a body."""
    if isinstance(chunks, Generator):
        chunks.close()


def discard_response(response: httpx2.Response) -> None:
    """Close an answer that nobody can read any more."""
    response.close()


def call_hook(hook: Callable[[V], object], value: V) -> None:
    """Call a hook of the caller's."""
    hook(value)


class Connections:
    """What requests are sent over: what the caller gave, or connections of its own.

    Two processes that read from one connection get each other's answers, so that a forked
    process never uses what its parent used. It does not close it either: that could speak
    on connections that the parent still uses.

    Args:
        base_url: Where all requests go.
        given: The caller's, or None.
    """

    def __init__(
        self, base_url: str, http: httpx2.Client | httpx2.BaseTransport | None
    ) -> None:
        self._base_url = base_url
        self._user_http = http
        self._user_http_process = os.getpid()
        self._transports: dict[int, httpx2.BaseTransport] = {}
        self._ssl_context = ssl_context_for(base_url) if http is None else None
        self._is_closed = False

    def send(self, request: httpx2.Request) -> httpx2.Response:
        """Send a request, for an answer whose body is still to be read.

        Raises:
            RuntimeError: The connections are closed, or the caller's and from another process.
        """
        if self._is_closed:
            raise RuntimeError("this client is closed")
        process_id = os.getpid()
        transport = (
            self._transports.get(process_id)
            if self._user_http is None
            else self._user_http
        )
        if transport is None:
            created = Pool(self._base_url, self._ssl_context)
            transport = self._transports.setdefault(process_id, created)
        if self._user_http is not None and self._user_http_process != process_id:
            raise RuntimeError("the http of this client is from another process")
        if not isinstance(transport, httpx2.BaseTransport):
            return transport.send(
                request, auth=None, follow_redirects=False, stream=True
            )
        response = transport.handle_request(request)
        response.request = request
        return response

    def close(self) -> None:
        """Close the connections that are its own."""
        self._is_closed = True
        transport = self._transports.pop(os.getpid(), None)
        if transport is not None:
            transport.close()
