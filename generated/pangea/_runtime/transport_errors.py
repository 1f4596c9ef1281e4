"""What the errors of a transport say of the call, and how they are shown."""

from __future__ import annotations

import ssl
from collections.abc import Iterator
from typing import TypeVar

import httpx2

X = TypeVar("X", bound=BaseException)

_STALE = "the server had closed the connection"
NOT_SENT = httpx2.ConnectError | httpx2.ConnectTimeout | httpx2.PoolTimeout
"""What says that nothing was sent."""


def is_stale_connection(error: httpx2.TransportError) -> bool:
    """Whether a kept connection had been closed by the server when it was used again."""
    return isinstance(error, httpx2.RemoteProtocolError) and str(error) == _STALE


def is_tls_error(error: BaseException) -> bool:
    """Whether the server's certificate was the trouble, which no other try changes."""
    return any(isinstance(cause, ssl.SSLError) for cause in _causes(error))


def redacted(error: httpx2.TransportError) -> httpx2.TransportError:
    """An error of a transport that can be shown: it repeats nothing that was sent or came."""
    if isinstance(error, httpx2.ProtocolError):
        text = _STALE if "disconnected" in str(error) else "what came is no answer"
        return type(error)(text)
    return without_tracebacks(error)


def without_tracebacks(error: X) -> X:
    """An error without the frames it came through, whose locals have what was sent."""
    for cause in list(_causes(error)):
        cause.__traceback__ = None
    return error


def _causes(error: BaseException) -> Iterator[BaseException]:
    cause: BaseException | None = error
    while cause is not None:
        yield cause
        cause = cause.__cause__ or cause.__context__
