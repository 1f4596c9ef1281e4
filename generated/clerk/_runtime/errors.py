"""What a client raises. Texts name the route, never an id, a token, a URL or a body."""

from __future__ import annotations

import re
from typing import Any

import httpx2

_SAFE_TEXT = re.compile(r"[\w.:/-]{1,80}")


class APIError(Exception):
    """Anything that went wrong between this client and the API.

    Attributes:
        last_page: Where a list broke off, its last page that came: `last_page.next_page()`
            goes on from there. None elsewhere.
    """

    last_page: Any = None


class APIConnectionError(APIError):
    """No answer came: the server was not reached, or the connection broke.

    Attributes:
        attempts: How often the call was tried.
        maybe_delivered: Whether the server may have received it, and carried it out.
    """

    attempts: int = 0
    maybe_delivered: bool = False


class APITimeoutError(APIConnectionError):
    """No answer came in time."""


class AcceptedError(APIError):
    """The server took the call, and had not finished it in time; it goes on there.

    Attributes:
        request_id: What the client's `resume` takes to ask for the answer later.
    """

    def __init__(self, message: str, request_id: str) -> None:
        super().__init__(message)
        self.request_id = request_id


class ResponseValidationError(APIError):
    """An answer came that cannot be read.

    Attributes:
        response: The answer.
    """

    def __init__(self, message: str, response: httpx2.Response) -> None:
        super().__init__(message)
        self.response = response


class PaginationError(APIError):
    """The server's paging leads in a circle, or to another server."""


class ResponseWarning(UserWarning):
    """An answer was read, and part of it is not what the API's description says."""


class APIStatusError(APIError):
    """The server answered with a status that is no success.

    Attributes:
        response: The answer.
        status_code: Its HTTP status.
        body: Its body as the model of this status, as plain JSON where it is no such model,
            or None where it is no JSON.
        code: The API's own code of the error, or None.
        message: The API's own words, or None. They may name what was asked for.
        request_id: What the API calls this request when you ask its support, or None.
        retry_after: Seconds that the server asks to wait before another call, or None.
        attempts: How often the call was tried.
        maybe_applied: Whether a try before this answer may have been carried out: a 404
            then may mean that a deletion worked.
    """

    retry_after: float | None = None
    attempts: int = 1
    maybe_applied: bool = False

    def __init__(
        self,
        route: str,
        response: httpx2.Response,
        *,
        body: object = None,
        code: str | None = None,
        message: str | None = None,
        request_id: str | None = None,
    ) -> None:
        self.response = response
        self.status_code = response.status_code
        self.body = body
        self.code = code
        self.message = message
        self.request_id = request_id
        text = f"{route} was answered {self.status_code}"
        for name, value in (("code", code), ("request id", request_id)):
            if value is not None and _SAFE_TEXT.fullmatch(value):
                text += f", {name} {value}"
        super().__init__(text)


class BadRequestError(APIStatusError):
    """400: the request is malformed."""


class AuthenticationError(APIStatusError):
    """401: the credential is missing, wrong or expired."""


class PermissionDeniedError(APIStatusError):
    """403: the credential does not allow this."""


class NotFoundError(APIStatusError):
    """404: there is no such thing, or this credential may not see it."""


class ConflictError(APIStatusError):
    """409: the state of the thing does not allow this."""


class UnprocessableEntityError(APIStatusError):
    """422: the request is well-formed, and one of its values is not acceptable."""


class RateLimitError(APIStatusError):
    """429: too many requests."""


class InternalServerError(APIStatusError):
    """5xx: the server failed."""


_BY_STATUS: dict[int, type[APIStatusError]] = {
    400: BadRequestError,
    401: AuthenticationError,
    403: PermissionDeniedError,
    404: NotFoundError,
    409: ConflictError,
    422: UnprocessableEntityError,
    429: RateLimitError,
}


def status_error_class(status: int) -> type[APIStatusError]:
    """The class of error for an HTTP status (RFC 9110, section 15)."""
    if status >= 500:
        return InternalServerError
    return _BY_STATUS.get(status, APIStatusError)
