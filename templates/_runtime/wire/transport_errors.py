"""Classification and redaction of transport errors."""

from __future__ import annotations

import errno
import re
import socket
import ssl
from collections.abc import Iterator
from typing import TypeVar, cast

import httpx2

from ..errors import FailureReason

X = TypeVar("X", bound=BaseException)

_STALE = "the server had closed the connection"
NOT_SENT = (
    httpx2.ConnectError | httpx2.ConnectTimeout | httpx2.PoolTimeout | httpx2.ProxyError
)
"""Errors that occur before the request is sent."""

PERMANENT_REASONS = frozenset(
    {
        FailureReason.PROXY_CREDENTIALS,
        FailureReason.UNTRUSTED_CERTIFICATE,
        FailureReason.INVALID_CERTIFICATE,
        FailureReason.CLIENT_CERTIFICATE,
        FailureReason.TLS,
    }
)
"""The reasons for which no retry helps."""

_REASONS: tuple[tuple[type[httpx2.TransportError], FailureReason], ...] = (
    (httpx2.PoolTimeout, FailureReason.POOL_TIMEOUT),
    (httpx2.ConnectTimeout, FailureReason.CONNECT_TIMEOUT),
    (httpx2.WriteTimeout, FailureReason.WRITE_TIMEOUT),
    (httpx2.TimeoutException, FailureReason.READ_TIMEOUT),
    (httpx2.NetworkError, FailureReason.DISCONNECTED),
    (httpx2.ProtocolError, FailureReason.INVALID_RESPONSE),
)
_UNREACHABLE = {errno.ENETUNREACH, errno.EHOSTUNREACH, errno.ENETDOWN, errno.EHOSTDOWN}
_EXPIRED, _NOT_YET_VALID, _OTHER_HOST, _OTHER_ADDRESS = 10, 9, 62, 64
"""Results of the verification of a certificate by OpenSSL."""

_CLIENT_CERTIFICATE_ALERTS = {
    "TLSV13_ALERT_CERTIFICATE_REQUIRED",
    "SSLV3_ALERT_BAD_CERTIFICATE",
    "SSLV3_ALERT_UNSUPPORTED_CERTIFICATE",
    "SSLV3_ALERT_CERTIFICATE_REVOKED",
    "SSLV3_ALERT_CERTIFICATE_EXPIRED",
    "SSLV3_ALERT_CERTIFICATE_UNKNOWN",
    "TLSV1_ALERT_UNKNOWN_CA",
    "TLSV1_ALERT_ACCESS_DENIED",
}
"""Alerts by which a server refuses the certificate of a client (RFC 8446, section 6.2)."""

_NOT_REACHED = {
    FailureReason.UNKNOWN_HOST,
    FailureReason.REFUSED,
    FailureReason.UNREACHABLE,
}
_PROXY_STATUS = re.compile(r"(\d{3})\b")
_SOCKS_CREDENTIALS = ("Requested ", "Invalid username/password")
"""Beginnings of the messages of httpcore2 if a SOCKS proxy needs other credentials."""


def failure_reason(error: httpx2.TransportError) -> FailureReason:
    """Return the reason of a transport error, by its causes and then by its class."""
    if isinstance(error, httpx2.ProxyError):
        return _proxy_reason(error)
    if is_stale_connection(error):
        return FailureReason.DISCONNECTED
    for cause in _causes(error):
        reason = _system_reason(cause)
        if reason is not None:
            return reason
    found = (reason for class_, reason in _REASONS if isinstance(error, class_))
    return next(found, FailureReason.UNKNOWN)


def _system_reason(cause: BaseException) -> FailureReason | None:
    """Return the reason of an error of a socket or of TLS; None for any other."""
    if isinstance(cause, ssl.SSLCertVerificationError):
        code = getattr(cause, "verify_code", None)
        if code in (_EXPIRED, _NOT_YET_VALID, _OTHER_HOST, _OTHER_ADDRESS):
            return FailureReason.INVALID_CERTIFICATE
        return FailureReason.UNTRUSTED_CERTIFICATE
    if isinstance(cause, ssl.SSLEOFError | ssl.SSLZeroReturnError):
        return FailureReason.DISCONNECTED
    if isinstance(cause, ssl.SSLWantReadError | ssl.SSLWantWriteError):
        return None
    if isinstance(cause, ssl.SSLError):
        is_refused = getattr(cause, "reason", None) in _CLIENT_CERTIFICATE_ALERTS
        return FailureReason.CLIENT_CERTIFICATE if is_refused else FailureReason.TLS
    if isinstance(cause, socket.gaierror):
        return FailureReason.UNKNOWN_HOST
    if isinstance(cause, ConnectionRefusedError):
        return FailureReason.REFUSED
    if isinstance(cause, OSError) and cause.errno in _UNREACHABLE:
        return FailureReason.UNREACHABLE
    return None


def is_stale_connection(error: httpx2.TransportError) -> bool:
    """Return whether the server had closed a kept-alive connection before its reuse."""
    return isinstance(error, httpx2.RemoteProtocolError) and str(error) == _STALE


def redacted(error: httpx2.TransportError) -> httpx2.TransportError:
    """Return a transport error without data of the request or response, safe to show."""
    if isinstance(error, httpx2.ProtocolError):
        text = (
            _STALE if "disconnected" in str(error) else "the response is not valid HTTP"
        )
        return type(error)(text)
    if isinstance(error, httpx2.ProxyError):
        status = _proxy_status(error)
        text = f"{status} from the proxy" if status else _proxy_reason(error).value
        return type(error)(text)
    return without_tracebacks(error)


def unreachable_proxy(error: Exception) -> httpx2.ProxyError | None:
    """Return the error of a proxy to which no connection could be opened; None for another.

    Args:
        error: The error of a request through the proxy.
    """
    is_unreachable = any(
        _system_reason(cause) in _NOT_REACHED for cause in _causes(error)
    )
    text = FailureReason.PROXY_UNREACHABLE.value
    return httpx2.ProxyError(text) if is_unreachable else None


def _proxy_reason(error: httpx2.ProxyError) -> FailureReason:
    """Return the reason of the error of a proxy, which may be redacted, by its text."""
    text = str(error)
    if text == FailureReason.PROXY_UNREACHABLE:
        return FailureReason.PROXY_UNREACHABLE
    if (
        _proxy_status(error) == "407"
        or text.startswith(_SOCKS_CREDENTIALS)
        or text == FailureReason.PROXY_CREDENTIALS
    ):
        return FailureReason.PROXY_CREDENTIALS
    return FailureReason.PROXY_REFUSED


def _proxy_status(error: httpx2.ProxyError) -> str:
    """Return the status by which a proxy refused to connect; empty if it is unknown."""
    status = _PROXY_STATUS.match(str(error))
    return status[1] if status else ""


def without_tracebacks(error: X) -> X:
    """Remove the tracebacks of an error and its causes: local variables hold secrets."""
    for cause in list(_causes(error)):
        cause.__traceback__ = None
    return error


def _causes(error: BaseException) -> Iterator[BaseException]:
    """Yield an error and its causes, those within exception groups included."""
    seen: set[int] = set()
    todo: list[BaseException | None] = [error]
    while todo:
        cause = todo.pop()
        if cause is None or id(cause) in seen:
            continue
        seen.add(id(cause))
        yield cause
        todo.append(cause.__cause__ or cause.__context__)
        if isinstance(cause, BaseExceptionGroup):
            group = cast("BaseExceptionGroup[BaseException]", cause)
            todo += reversed(group.exceptions)
