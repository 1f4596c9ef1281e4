"""One call on its way: what is sent next, when, and what came of it. No socket, no clock.

The clients send, wait and read the clock; all that is decided is decided here, so that the
synchronous and the asynchronous client cannot differ in it.
"""

from __future__ import annotations

import logging
import ssl
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Generic, TypeVar

import httpx2

from .body import BodyError, BodyReader
from .call import Call, build_request, checked_headers
from .errors import (
    APIConnectionError,
    APIStatusError,
    APITimeoutError,
    ResponseValidationError,
)
from .responses import ErrorShape, value_of
from .retry import (
    IDEMPOTENT,
    Budget,
    may_retry_status,
    pause_before_retry,
    wished_pause,
)
from .security import Scheme

T = TypeVar("T")
E = TypeVar("E", bound=APIConnectionError)

_log = logging.getLogger(__name__.partition("._runtime")[0])


@dataclass(frozen=True, slots=True)
class Setup:
    """What holds for every call of a client.

    Attributes:
        base_url: What goes before the route.
        errors: What the API's errors look like.
        timeout: Seconds that a call may take in all: every try, pause and byte.
        max_retries: How often a call is tried again.
        max_body: Bytes that the body of an answer may have, decompressed.
        headers: Sent with every call.
        strict: Whether an answer that does not fit its description is an error.
        budget: The retries that the client has left.
    """

    base_url: str
    errors: ErrorShape
    timeout: float = 30.0
    max_retries: int = 2
    max_body: int = 8 * 1024 * 1024
    headers: Mapping[str, str] = field(default_factory=dict[str, str])
    strict: bool = False
    budget: Budget = field(default_factory=Budget)

    def changed(
        self,
        timeout: float | None,
        max_retries: int | None,
        headers: Mapping[str, str] | None,
        strict: bool | None,
    ) -> Setup:
        """The same with some values changed; None leaves one as it is.

        Raises:
            ValueError: A header cannot be sent, or is the client's own to set.
        """
        return replace(
            self,
            timeout=self.timeout if timeout is None else timeout,
            max_retries=self.max_retries if max_retries is None else max_retries,
            headers={**self.headers, **checked_headers(headers or {})},
            strict=self.strict if strict is None else strict,
        )


class Exchange(Generic[T]):
    """A call from its first try to its end.

    Args:
        call: The operation and its arguments.
        setup: What holds for every call.
        now: The monotonic clock, in seconds, as every `now` here.

    Attributes:
        ends: When the call must be over.
        attempts: How often it was tried.
    """

    def __init__(self, call: Call[T], setup: Setup, now: float) -> None:
        self.ends = now + setup.timeout
        self.attempts = 0
        self._call = call
        self._setup = setup
        self._began = now
        self._maybe_delivered = False
        self._stale_is_free = True
        self._repeatable = call.method in IDEMPOTENT or call.retry_safe

    def request(self, held: Mapping[Scheme, str], now: float) -> httpx2.Request:
        """The request of the next try.

        Raises:
            APITimeoutError: There is no time for one.
            ValueError: An argument cannot be sent.
        """
        if now >= self.ends:
            raise self._too_late()
        self.attempts += 1
        self._began = now
        setup = self._setup
        return build_request(
            self._call, setup.base_url, held, self.ends - now, setup.headers
        )

    def body_reader(self, response: httpx2.Response) -> BodyReader:
        """What takes the body of an answer.

        Raises:
            ResponseValidationError: It is encoded in a way that was not asked for.
        """
        try:
            encoding = response.headers.get("content-encoding", "")
            return BodyReader(encoding, self._setup.max_body)
        except BodyError as error:
            raise self.unreadable(response, error) from None

    def unreadable(
        self, response: httpx2.Response, error: BodyError
    ) -> ResponseValidationError:
        """The error of an answer whose body cannot be read."""
        status = response.status_code
        return ResponseValidationError(
            f"{self._call} was answered {status}, and its body cannot be read: {error}",
            response,
        )

    def answered(self, response: httpx2.Response, now: float) -> float | None:
        """What an answer leads to.

        Returns:
            Seconds to wait before the next try, or None where this was the last.
        """
        status = response.status_code
        self._note(str(status), now)
        if status < 400:
            self._setup.budget.succeed()
            return None
        wish = wished_pause(response.headers)
        if not may_retry_status(
            status, idempotent=self._repeatable, said_when=wish is not None
        ):
            return None
        return self._pause(wish, now)

    def value(self, response: httpx2.Response) -> T:
        """What the call returns.

        Raises:
            APIStatusError: The status of the answer is no success.
            ResponseValidationError: The answer cannot be read.
        """
        try:
            return value_of(
                self._call, response, self._setup.errors, strict=self._setup.strict
            )
        except APIStatusError as error:
            error.attempts = self.attempts
            error.maybe_applied = self._maybe_delivered
            error.retry_after = wished_pause(response.headers)
            raise

    def failed(self, error: httpx2.TransportError, now: float) -> float:
        """What a try without an answer leads to.

        Returns:
            Seconds to wait before the next try.

        Raises:
            APIConnectionError: There is none.
        """
        self._note(type(error).__name__, now)
        was_sent = not isinstance(
            error, httpx2.ConnectError | httpx2.ConnectTimeout | httpx2.PoolTimeout
        )
        self._maybe_delivered = self._maybe_delivered or was_sent
        if now >= self.ends:
            raise self._too_late() from error
        if was_sent and self._stale_is_free and self._repeatable and _is_stale(error):
            self._stale_is_free = False
            return 0.0
        pause = None
        if (self._repeatable or not was_sent) and not _is_about_trust(error):
            pause = self._pause(None, now)
        if pause is not None:
            return pause
        if isinstance(error, httpx2.TimeoutException):
            raise self._too_late() from error
        raise self._finished(
            APIConnectionError(f"{self._call} was not answered")
        ) from error

    def _pause(self, wish: float | None, now: float) -> float | None:
        retries = self.attempts - 1
        if retries >= self._setup.max_retries:
            return None
        pause = pause_before_retry(retries, wish, self.ends - now)
        if pause is None or not self._setup.budget.take():
            return None
        return pause

    def _too_late(self) -> APITimeoutError:
        message = f"{self._call} was not answered within {self._setup.timeout:g} s"
        return self._finished(APITimeoutError(message))

    def _finished(self, error: E) -> E:
        error.attempts = self.attempts
        error.maybe_delivered = self._maybe_delivered
        return error

    def _note(self, outcome: str, now: float) -> None:
        if _log.isEnabledFor(logging.DEBUG):
            took = (now - self._began) * 1000
            _log.debug(
                "%s %s, try %d, %.0f ms", self._call, outcome, self.attempts, took
            )


def _is_stale(error: httpx2.TransportError) -> bool:
    """Whether a kept connection had been closed by the server when it was used again."""
    return isinstance(error, httpx2.RemoteProtocolError) and "disconnected" in str(
        error
    )


def _is_about_trust(error: BaseException) -> bool:
    """Whether the server's certificate was the trouble, which no other try changes."""
    cause: BaseException | None = error
    while cause is not None:
        if isinstance(cause, ssl.SSLError):
            return True
        cause = cause.__cause__ or cause.__context__
    return False
