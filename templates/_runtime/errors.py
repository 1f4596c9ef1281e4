"""Exceptions of clients. Their messages name the route, never an id, token, URL or body."""

from __future__ import annotations

import re
from enum import StrEnum
from typing import Any

import httpx2

_SAFE_TEXT = re.compile(r"[\w.:/-]{1,80}")


class APIError(Exception):
    """Base class of the errors of this client.

    A test makes any of them with what it needs, such as `NotFoundError("gone")`: each attribute is
    a keyword argument.

    A copy of an error, and one that is pickled to reach another process, has no `last_page`,
    and of its `response` only the status: the others lead to the request and its credentials.

    Attributes:
        last_page: The last page that was fetched if fetching a later page failed, else None.
            `last_page.next_page()` fetches it again.
    """

    last_page: Any = None

    def __reduce__(self) -> tuple[Any, ...]:
        attributes = {**vars(self), "last_page": None}
        response = attributes.get("response")
        if response is not None:
            attributes["response"] = httpx2.Response(response.status_code)
        return _rebuild, (type(self), self.args, attributes)


def _rebuild(
    class_: type[APIError], args: tuple[object, ...], attributes: dict[str, Any]
) -> APIError:
    """Return an error with the given arguments and attributes, without calling `__init__`."""
    error = class_.__new__(class_, *args)
    vars(error).update(attributes)
    return error


class FailureReason(StrEnum):
    """Reasons why a call got no response. The value is a text for people."""

    UNKNOWN_HOST = "the host name could not be resolved"
    REFUSED = "the connection was refused"
    UNREACHABLE = "the network or host is unreachable"
    PROXY_UNREACHABLE = "the proxy could not be reached"
    PROXY_CREDENTIALS = "the proxy needs other credentials"
    PROXY_REFUSED = "the proxy refused to connect"
    UNTRUSTED_CERTIFICATE = "the certificate of the server is not trusted; ssl_context= sets the trusted CAs"
    INVALID_CERTIFICATE = "the certificate of the server is expired or for another host"
    CLIENT_CERTIFICATE = (
        "the server does not accept the client certificate, or needs one; ssl_context="
        " sets it"
    )
    TLS = "TLS failed"
    CONNECT_TIMEOUT = "connecting took too long"
    POOL_TIMEOUT = "no connection became free in time"
    WRITE_TIMEOUT = "sending the request took too long"
    READ_TIMEOUT = "the server did not respond in time"
    DISCONNECTED = "the connection broke"
    INVALID_RESPONSE = "the response is not valid HTTP"
    UNKNOWN = "the cause is unknown"


class APIConnectionError(APIError):
    """No response: the server could not be reached, or the connection broke.

    Attributes:
        reason: The cause, of the last attempt.
        attempts: Number of attempts, retries included.
        maybe_delivered: Whether the server may have received and processed the request.
    """

    reason = FailureReason.UNKNOWN

    def __init__(
        self,
        message: str | None = None,
        *,
        reason: FailureReason | None = None,
        attempts: int = 1,
        maybe_delivered: bool = False,
    ) -> None:
        self.reason = reason or self.reason
        super().__init__(
            f"there was no response: {self.reason}" if message is None else message
        )
        self.attempts = attempts
        self.maybe_delivered = maybe_delivered


class APITimeoutError(APIConnectionError):
    """No response within the timeout."""

    reason = FailureReason.READ_TIMEOUT


class AcceptedError(APIError):
    """The server accepted the call and still processes it, but the timeout has passed.

    Attributes:
        request_id: Argument of the client's `resume`, which waits for the result.
    """

    def __init__(
        self,
        message: str = "the call was accepted but is not finished yet",
        request_id: str = "",
    ) -> None:
        super().__init__(message)
        self.request_id = request_id


class ResponseValidationError(APIError):
    """The response body cannot be read, or does not match its schema in strict mode.

    Attributes:
        response: The HTTP response; an empty one with `status_code` if a test gives none.
        status_code: The HTTP status.
    """

    def __init__(
        self,
        message: str = "the response does not match its schema",
        *,
        response: httpx2.Response | None = None,
        status_code: int | None = None,
    ) -> None:
        super().__init__(message)
        self.status_code = _status(type(self), status_code, response, usual=200)
        self.response = response or httpx2.Response(self.status_code)

    @property
    def media_type(self) -> str:
        """The `Content-Type` of the response; empty for none."""
        content_type: str = self.response.headers.get("content-type", "")
        return content_type

    @property
    def body_start(self) -> str:
        """The first 200 characters of the body; empty if it was not read.

        It is in no message, since it may contain secrets.
        """
        try:
            start = self.response.content[:800]
        except httpx2.ResponseNotRead:
            return ""
        return start.decode(self.response.encoding or "utf-8", "replace")[:200]


class PaginationError(APIError):
    """The next page of a list was fetched before, is on another server, or cannot be requested."""


class PaginationWarning(UserWarning):
    """Items of a list may be missing: its total fell while its pages were read, as happens if
    items are removed, or a page leads to no other although the response says that there are more.
    """


class ResponseWarning(UserWarning):
    """A part of a response body does not match its schema; it is returned unconverted."""


class WebhookVerificationError(APIError):
    """A webhook is not signed as it should be: it must not be trusted."""


class WebhookBodyError(APIError):
    """The body of a webhook that is signed correctly is not JSON."""


class TokenError(APIError):
    """The authorization server gave no token (RFC 6749, section 5.2).

    Attributes:
        status_code: The HTTP status of the token response.
        error: The error code, such as `invalid_client`; None if there is none.
        error_description: The description of the server for developers; None if there is none.
        retry_after: Seconds to wait before the next call according to the response, or None.
    """

    def __init__(
        self,
        message: str = "the authorization server gave no token",
        status_code: int = 400,
        *,
        error: str | None = None,
        error_description: str | None = None,
        retry_after: float | None = None,
    ) -> None:
        if error is not None and _SAFE_TEXT.fullmatch(error):
            message = f"{message}, error {error}"
        super().__init__(message)
        self.status_code = status_code
        self.error = error
        self.error_description = error_description
        self.retry_after = retry_after


class APIStatusError(APIError):
    """The response has a status other than 2xx.

    Attributes:
        response: The HTTP response; one without a body if a test gives none.
        status_code: The HTTP status. The class gives it, except for this one: a test gives
            `status_code` or `response`.
        body: The response body: the model for this status, or plain JSON data if it does not
            match the model, or its text if it is text, HTML or XML, or None if it is neither.
        code: Error code of the API, or None.
        message: Error message of the API, or None; the whole body if it is plain text. It may
            contain data of the request.
        request_id: Id of the request for the support of the API, or None.
        retry_after: Seconds to wait before the next call according to the response, or None.
        attempts: Number of attempts, retries included.
        maybe_applied: Whether the server may have processed an earlier attempt. If so, a 404
            for a deletion may mean that it succeeded.
    """

    status_code: int

    def __init__(
        self,
        message: str | None = None,
        *,
        status_code: int | None = None,
        response: httpx2.Response | None = None,
        body: object = None,
        code: str | None = None,
        request_id: str | None = None,
        retry_after: float | None = None,
        attempts: int = 1,
        maybe_applied: bool = False,
    ) -> None:
        usual: int | None = getattr(self, "status_code", None)
        status = _status(type(self), status_code, response, usual)
        if usual is not None and (
            status_error_class(status) is not status_error_class(usual)
        ):
            raise ValueError(
                f"{type(self).__name__} is not the error of the status {status}"
            )
        if response is None:
            delay = {} if retry_after is None else {"Retry-After": f"{retry_after:g}"}
            response = httpx2.Response(status, headers=delay)
        super().__init__(
            _status_text("the server", status, code, request_id)
            if message is None
            else message
        )
        self.response = response
        self.status_code = status
        self.body = body
        self.code = code
        self.message = message
        self.request_id = request_id
        self.retry_after = retry_after
        self.attempts = attempts
        self.maybe_applied = maybe_applied


class BadRequestError(APIStatusError):
    """400: the request is invalid."""

    status_code = 400


class AuthenticationError(APIStatusError):
    """401: the credential is missing, invalid or expired."""

    status_code = 401


class PermissionDeniedError(APIStatusError):
    """403: the credential does not allow this."""

    status_code = 403


class NotFoundError(APIStatusError):
    """404: the resource does not exist, or the credential gives no access to it."""

    status_code = 404


class ConflictError(APIStatusError):
    """409: the request conflicts with the current state of the resource."""

    status_code = 409


class UnprocessableEntityError(APIStatusError):
    """422: the request is well-formed, but one of its values is invalid."""

    status_code = 422


class RateLimitError(APIStatusError):
    """429: too many requests."""

    status_code = 429


class InternalServerError(APIStatusError):
    """5xx: the server failed."""

    status_code = 500


_BY_STATUS: dict[int, type[APIStatusError]] = {
    class_.status_code: class_
    for class_ in (
        BadRequestError,
        AuthenticationError,
        PermissionDeniedError,
        NotFoundError,
        ConflictError,
        UnprocessableEntityError,
        RateLimitError,
    )
}


def status_error_class(status: int) -> type[APIStatusError]:
    """Return the exception class for an HTTP status (RFC 9110, section 15)."""
    if status >= 500:
        return InternalServerError
    return _BY_STATUS.get(status, APIStatusError)


def status_error(
    route: str,
    response: httpx2.Response,
    *,
    body: object = None,
    code: str | None = None,
    message: str | None = None,
    request_id: str | None = None,
    reason: str = "",
) -> APIStatusError:
    """Return the error for a response with a status other than 2xx.

    Args:
        route: The method and route of the call.
        response: The HTTP response.
        body, code, message, request_id: The attributes of the error.
        reason: Why a redirect was not followed; empty if there is none.
    """
    status = response.status_code
    text = _status_text(route, status, code, request_id)
    error = status_error_class(status)(
        f"{text}: {reason}" if reason else text,
        response=response,
        body=body,
        code=code,
        request_id=request_id,
    )
    error.message = message
    return error


def _status_text(
    route: str, status: int, code: str | None, request_id: str | None
) -> str:
    """Return the message of a status error, with what is safe to show of a code and an id."""
    text = f"{route} returned {status}"
    for name, value in (("code", code), ("request id", request_id)):
        if value is not None and _SAFE_TEXT.fullmatch(value):
            text += f", {name} {value}"
    return text


def _status(
    class_: type[APIError],
    status_code: int | None,
    response: httpx2.Response | None,
    usual: int | None,
) -> int:
    """Return the status of an error, from its arguments or its class."""
    if response is None:
        status = usual if status_code is None else status_code
        if status is None:
            raise TypeError(f"{class_.__name__} needs status_code= or response=")
        return status
    if status_code not in (None, response.status_code):
        raise ValueError(
            f"status_code is {status_code}, and the response has {response.status_code}"
        )
    return response.status_code
