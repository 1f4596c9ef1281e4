"""Classification and redaction of transport errors."""

from __future__ import annotations

import ssl
from collections.abc import Iterator
from typing import TypeVar

import httpx2

X = TypeVar("X", bound=BaseException)

_STALE = "the server had closed the connection"
NOT_SENT = httpx2.ConnectError | httpx2.ConnectTimeout | httpx2.PoolTimeout
"""Errors that occur before the request is sent."""


def is_stale_connection(error: httpx2.TransportError) -> bool:
    """Return whether the server had closed a kept-alive connection before its reuse."""
    return isinstance(error, httpx2.RemoteProtocolError) and str(error) == _STALE


def is_tls_error(error: BaseException) -> bool:
    """Return whether TLS failed, such as for an invalid certificate: no retry helps."""
    return any(isinstance(cause, ssl.SSLError) for cause in _causes(error))


def redacted(error: httpx2.TransportError) -> httpx2.TransportError:
    """Return a transport error without data of the request or response, safe to show."""
    if isinstance(error, httpx2.ProtocolError):
        text = (
            _STALE if "disconnected" in str(error) else "the response is not valid HTTP"
        )
        return type(error)(text)
    return without_tracebacks(error)


def without_tracebacks(error: X) -> X:
    """Remove the tracebacks of an error and its causes: local variables hold secrets."""
    for cause in list(_causes(error)):
        cause.__traceback__ = None
    return error


def _causes(error: BaseException) -> Iterator[BaseException]:
    cause: BaseException | None = error
    while cause is not None:
        yield cause
        cause = cause.__cause__ or cause.__context__
