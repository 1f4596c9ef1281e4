"""Connections, deadlines and delays of the synchronous client."""

from __future__ import annotations

import os
import ssl
import time
from collections.abc import Callable, Generator, Iterable, Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass
from random import Random
from threading import Lock
from typing import TypeVar

import httpx2

from ..call.security import Credential, Scheme
from ..wire.deadline import DEADLINE
from ..wire.log_filter import SUPPRESS_LOGS
from ..wire.proxies import Proxies
from ..wire.server import tls_opener
from .user_http import (
    SSL_CONTEXT_PROBLEM,
    HttpOption,
    apply_settings,
    keeps_deadlines,
)

V = TypeVar("V")


class Deadline:
    """Context manager: limit network I/O to a deadline and suppress its logs.

    Args:
        deadline: The deadline on the monotonic clock in seconds.
    """

    def __init__(self, deadline: float) -> None:
        self._deadline = deadline

    def __enter__(self) -> None:
        self._deadline_token = DEADLINE.set(self._deadline)
        self._logs_token = SUPPRESS_LOGS.set(True)

    def __exit__(self, *_: object) -> None:
        SUPPRESS_LOGS.reset(self._logs_token)
        DEADLINE.reset(self._deadline_token)


@dataclass(frozen=True, slots=True)
class Clock:
    """The time of a client.

    Attributes:
        monotonic: Function that returns the time in seconds.
        sleep: Function that waits for a number of seconds.
        limit: Function that returns a context manager, which ends its block at a time.
        rng: The random number generator of delays; None for the global one.
    """

    monotonic: Callable[[], float] = time.monotonic
    sleep: Callable[[float], object] = time.sleep
    limit: Callable[[float], AbstractContextManager[object]] = Deadline
    rng: Random | None = None


REAL_TIME = Clock()


class ClockTransport(httpx2.BaseTransport):
    """Base class of transports in memory, with a time of their own, as a fake has."""

    clock: Clock


def resolve_credential(credential: Credential) -> str:
    """Return the current value of a credential."""
    return credential if isinstance(credential, str) else credential()


def body_stream(response: httpx2.Response) -> httpx2.SyncByteStream:
    """Return the stream of chunks of a response body.

    Raises:
        TypeError: If `http` is synchronous in an asynchronous client, or vice versa.
    """
    if response.is_stream_consumed:  # by an event hook of httpx2, or a mock transport
        return httpx2.ByteStream(response.content)
    if isinstance(response.stream, httpx2.SyncByteStream):
        return response.stream
    raise TypeError("the http of this client is asynchronous, the client is not")


def close_chunks(chunks: Iterator[bytes]) -> None:
    """Close the iterator over the chunks of a body."""
    if isinstance(chunks, Generator):
        chunks.close()


def discard_response(response: httpx2.Response) -> None:
    """Close a response that is garbage collected."""
    response.close()


def call_hook(hook: Callable[[V], object], value: V) -> None:
    """Call a hook of the user."""
    hook(value)


Http = httpx2.Client | httpx2.BaseTransport
"""What sends the requests of a client."""

HttpOpener = Callable[[], Http]
"""A function that returns an httpx2 client or transport, called once in each process. What it
returns is closed with the client."""


class Connections:
    """Connections that requests are sent over: the user's `http`, or a pool for each process.

    Two processes that read from one connection receive each other's responses. A forked
    process therefore never uses the connections of its parent. It does not close them either,
    since closing TLS connections sends data.

    Args:
        base_url: The URL that all requests begin with.
        http: The `http` option of the client; None for a pool.
        ssl_context: The TLS configuration of a pool; None for one with the system's CAs.
        schemes: The security schemes that the client has credentials for.
        follow_redirects: Whether the client follows redirects.

    Raises:
        TypeError: If `http` is asynchronous or of another type.
        ValueError: If `http` has a setting that would not apply.

    Attributes:
        clock: The time.
        keeps_deadlines: Whether the transport ends a request at its read timeout, its response
            included.
    """

    def __init__(
        self,
        base_url: str,
        http: Http | HttpOpener | None,
        ssl_context: ssl.SSLContext | None = None,
        schemes: Iterable[Scheme] = (),
        *,
        follow_redirects: bool = False,
    ) -> None:
        if http is None:
            tls = tls_opener(base_url, ssl_context)
            proxies = Proxies(base_url, tls)
            http = lambda: _open_pool(proxies, tls())
        elif ssl_context is not None:
            raise ValueError(SSL_CONTEXT_PROBLEM)
        self._http = HttpOption[Http](
            http, httpx2.Client, httpx2.BaseTransport, schemes, follow_redirects
        )
        self.clock = http.clock if isinstance(http, ClockTransport) else REAL_TIME
        self._process_id = os.getpid()
        self._transports: dict[int, Http] = {}
        self._locks: dict[int, Lock] = {}
        self.keeps_deadlines = keeps_deadlines(http)
        self._is_closed = False

    def check_schemes(self, schemes: Iterable[Scheme]) -> None:
        """Check the `http` of the user for the credentials of these security schemes.

        Raises:
            ValueError: If it has a setting that would not apply.
        """
        self._http.check_schemes(schemes)

    def send(
        self, request: httpx2.Request, *, is_foreign: bool = False
    ) -> httpx2.Response:
        """Send a request and return the response, whose body is not read yet.

        Args:
            request: The request.
            is_foreign: Whether a redirect has led to another origin, which gets no headers,
                cookies, query parameters and credentials of an httpx2 client.

        Raises:
            RuntimeError: If the client is closed, or its `http` is from another process.
        """
        if self._is_closed:
            raise RuntimeError("this client is closed")
        process_id = os.getpid()
        transport = self._http.shared
        if transport is not None:
            if self._process_id != process_id:
                raise RuntimeError(
                    "the http of this client is from another process: pass a function"
                    " that returns one, which is called once in each process"
                )
        else:
            transport = self._transports.get(process_id) or self._open(process_id)
        if isinstance(transport, httpx2.Client):
            if is_foreign:
                return transport.send(
                    request, auth=None, follow_redirects=False, stream=True
                )
            apply_settings(transport, self._http.cookies, request)
            return transport.send(request, follow_redirects=False, stream=True)
        response = transport.handle_request(request)
        response.request = request
        return response

    def _open(self, process_id: int) -> Http:
        """Open the pool of this process, or call the factory, in one thread only."""
        # A lock that another thread holds during a fork stays locked in the child.
        with self._locks.setdefault(process_id, Lock()):
            if process_id not in self._transports:
                self._transports[process_id] = self._http.open()
            return self._transports[process_id]

    def close(self) -> None:
        """Close the pool, or what a factory returned, but not an `http` of the user."""
        self._is_closed = True
        transport = self._transports.pop(os.getpid(), None)
        if transport is not None:
            transport.close()


def _open_pool(proxies: Proxies, ssl_context: ssl.SSLContext | None) -> Http:
    """Return a pool. Its module is imported here, because httpcore2 takes long to import."""
    from ..wire.pool import Pool

    return Pool(proxies, ssl_context)
