"""Retry state machine of one call. Performs no I/O and reads no clock.

The senders send requests, wait and read the clock. Every decision is made here, so that the
synchronous and the asynchronous client behave alike.
"""

from __future__ import annotations

import logging
from collections.abc import Collection, Container, Generator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any, Generic, Protocol, TypeVar
from uuid import uuid4

import httpx2
import msgspec

from ..codec.styles import is_given
from ..errors import (
    AcceptedError,
    APIConnectionError,
    APIError,
    APIStatusError,
    APITimeoutError,
    FailureReason,
    PaginationError,
    ResponseValidationError,
)
from ..wire.lazy_messages import content_encoding
from ..wire.response_body import BodyReader, DecodedResponse
from ..wire.transport_errors import (
    NOT_SENT,
    PERMANENT_REASONS,
    failure_reason,
    is_stale_connection,
    without_tracebacks,
)
from .config import Config
from .extras import NO_EXTRAS, replaced_schemes
from .redirects import MAX_REDIRECTS, is_redirect, resolve_redirect
from .request import (
    NO_HEADERS,
    BodyEncoder,
    Call,
    build_request,
    idempotency_header,
)
from .responses import (
    Response,
    record_response,
    response_error,
    response_value,
    unreadable_body_error,
)
from .retry import (
    IDEMPOTENT_METHODS,
    may_retry_status,
    poll_delay,
    retry_after,
    retry_delay,
)
from .security import (
    Scheme,
    Secret,
    TokenNeed,
    given_credentials,
    missing_credentials_problem,
    satisfied_requirement,
)
from .strict import refuse_naive_datetimes

T = TypeVar("T")

_log = logging.getLogger(__name__.partition("._runtime")[0])


@dataclass(frozen=True, slots=True)
class Send:
    """Next action of a call: send another request after a delay.

    Attributes:
        delay: Seconds to wait.
    """

    delay: float


@dataclass(frozen=True, slots=True)
class Finish:
    """Next action of a call: return its final response."""

    response: DecodedResponse


class BodyReceiver(Protocol):
    """Receiver of one response body."""

    def feed(self, data: bytes) -> None:
        """Receive the next chunk.

        Raises:
            BodyError: If the data is invalid for its content encoding.
        """
        ...

    def content(self) -> bytes:
        """Return the complete body, or nothing if it is kept elsewhere.

        Raises:
            BodyError: If the body is truncated.
        """
        ...


class BodyDestination(Protocol):
    """Place other than memory for the response body of a call."""

    @property
    def can_restart(self) -> bool:
        """True if another attempt can write its body from the beginning."""
        ...

    def start(self, response: httpx2.Response) -> BodyReceiver:
        """Return the receiver of a response body.

        Raises:
            BodyError: If the content encoding is unsupported.
        """
        ...


class Override(Protocol):
    """Change to one call, such as a download of its response."""

    def apply(self, exchange: Exchange[Any]) -> None:
        """Change the exchange of the call, before its first request.

        Raises:
            TypeError: If the call does not allow it.
        """
        ...


_override: ContextVar[Override | None] = ContextVar("override", default=None)


@contextmanager
def overriding(override: Override) -> Generator[None]:
    """Apply an override to the first call in this block, in this task or thread."""
    token = _override.set(override)
    try:
        yield
    finally:
        _override.reset(token)


class Exchange(Generic[T]):
    """The retry state machine of one call.

    The sender sends `request()`, reports the outcome to `handle_response` or
    `handle_transport_error`, and follows the action that these return: `Send` or `Finish`.
    After a 202 response the requests poll for the result of the call instead of repeating it.

    Args:
        call: The operation and its arguments.
        config: The configuration of the client.
        credentials: The security schemes for which the client has a credential.
        now: The monotonic clock in seconds, like every `now` of this class.

    Attributes:
        deadline: End of the call, on the monotonic clock in seconds.
        attempts: Number of requests sent so far.
        schemes: The security schemes that each request is sent with.
        given_credentials: The credentials of the call, in place of those of the client.
        has_left_origin: Whether a redirect has led to another origin, which receives no
            credentials.
        call: The operation and its arguments.
        destination: Where the body of a successful response goes; None for memory.
        has_open_stream: Whether the body of the final response is read after the call.
        encoder: The encoder of the request bodies.

    Raises:
        ValueError: If the client lacks a credential that the operation needs, or must not
            send it to the server of the operation.
        TypeError: If the call does not allow its override.
    """

    def __init__(
        self, call: Call[T], config: Config, credentials: Container[Scheme], now: float
    ) -> None:
        given = given_credentials(call.credentials)
        extras = config.extras
        sent: Collection[Scheme] = given
        replaced: frozenset[Scheme] = frozenset()
        if extras is not NO_EXTRAS:
            replaced = replaced_schemes(extras, call, given)
            sent = {*given, *replaced}
        schemes = satisfied_requirement(call.security, credentials, sent)
        if schemes is None:
            problem = missing_credentials_problem(call.security, credentials, sent)
            raise ValueError(f"{call} {problem}")
        if replaced:
            schemes = tuple(scheme for scheme in schemes if scheme not in replaced)
        problem = config.server_problem(call.server, has_credentials=bool(schemes))
        if problem:
            raise ValueError(f"{call} {problem}")
        self.deadline = now + config.timeout
        self.attempts = 0
        self.schemes = schemes
        self.given_credentials: Mapping[Scheme, Secret] = given
        self.has_left_origin = False
        self.destination: BodyDestination | None = None
        self.has_open_stream = False
        self.encoder: BodyEncoder = config.new_encoder()
        key_name = idempotency_header(call)
        if extras is not NO_EXTRAS and extras.has_header("Idempotency-Key"):
            key_name = "Idempotency-Key"
        elif key_name is not None and not is_given(call.header[key_name]):
            call = msgspec.structs.replace(
                call, header={**call.header, key_name: str(uuid4())}
            )
        self.call = call
        self._call_to_send = call
        self._extras = extras
        self._config = config
        self._attempt_started_at = now
        self._is_awaiting_response = False
        self._maybe_delivered = False
        self._has_uncounted_retry = True
        self._may_repeat = (
            call.method in IDEMPOTENT_METHODS or call.retry_safe or key_name is not None
        )
        self._reason = FailureReason.UNKNOWN
        self._retries = 0
        self._polls = 0
        self._redirects = 0
        self._repeat_problem = ""
        self._accepted_request_id: str | None = None
        override = _override.get()
        if override is not None:
            _override.set(None)  # The next call in this context has none.
            override.apply(self)

    def token_need(self, scheme: Scheme, rejected: Secret | None) -> TokenNeed:
        """Return the requirements of an attempt for its token.

        Args:
            scheme: The security scheme of the token.
            rejected: The token that the server rejected with 401; None on the first request.
        """
        return TokenNeed(self.call.scopes.get(scheme, ()), self.deadline, rejected)

    def request(
        self, credentials: Mapping[Scheme, Secret], now: float
    ) -> httpx2.Request:
        """Build the request of the next attempt.

        Args:
            credentials: The secret of each scheme in `schemes`.
            now: The monotonic clock in seconds.

        Raises:
            APITimeoutError: If the deadline has passed.
            AcceptedError: If the deadline has passed and the server still processes the call.
            ValueError: If an argument cannot be sent.
            OSError: If a file to upload cannot be read.
            PaginationError: If the link to the next page is on another server.
        """
        if now >= self.deadline:
            raise self.timeout_error()
        try:
            call = self._call_to_send
            if self._extras is not NO_EXTRAS:
                call = self._extras.add_to(call)
            if self._config.strict:
                refuse_naive_datetimes(call)
            request = build_request(
                call,
                self._config.base_url_for(call.server),
                credentials,
                self.deadline - now,
                NO_HEADERS if self.has_left_origin else self._config.api_headers,
                self.encoder,
                self.attempts + 1,
            )
        except UnicodeEncodeError:
            request_error: Exception = ValueError(
                f"{self.call}: an argument has a lone surrogate, which UTF-8 cannot encode"
            )
        except (TypeError, ValueError, OSError, PaginationError) as error:
            request_error = error
        else:
            self.attempts += 1
            self._attempt_started_at = now
            self._is_awaiting_response = True
            return request
        raise without_tracebacks(request_error)

    def begin_stream(self, response: httpx2.Response) -> bool:
        """Return whether the body of a response is a stream; set `has_open_stream` if it is.

        Raises:
            BodyError: If it is one that cannot be read.
        """
        return self.has_open_stream

    def body_receiver(self, response: httpx2.Response) -> BodyReceiver:
        """Return the receiver of a response body: `destination`, or memory.

        Raises:
            BodyError: If the content encoding is unsupported.
        """
        if self.destination is not None and 200 <= response.status_code < 300:
            return self.destination.start(response)
        return BodyReader(content_encoding(response), self._config.max_body)

    def unreadable_body_error(
        self, response: httpx2.Response, problem: str
    ) -> ResponseValidationError:
        """Return the error for a response whose body cannot be read."""
        return unreadable_body_error(self.call, response, problem)

    def handle_response(self, response: DecodedResponse, now: float) -> Send | Finish:
        """Handle a response: return the next action of the call.

        Raises:
            AcceptedError: If the server still processes the call and there is no time to poll
                again.
            ResponseValidationError: If the server accepted the call without a request id.
            APIStatusError: If a redirect must not be followed.
        """
        status = response.status_code
        self._is_awaiting_response = False
        self._log_attempt(str(status), now)
        if status < 400:
            self._config.retry_budget.refund()
            polling = self.call.polling
            if status == 202 and polling is not None:
                if self._accepted_request_id is None:
                    self.start_polling(polling.parse_request_id(self.call, response))
                return Send(self._poll_delay(response, now))
            if self._config.follow_redirects and is_redirect(response.raw_response):
                self._follow_redirect(response)
                return Send(0.0)
            return Finish(response)
        if not may_retry_status(status, response.headers, idempotent=self._may_repeat):
            return Finish(response)
        if self._retries < self._config.max_retries and not self.may_repeat_body():
            return Finish(response)
        delay = self._retry_delay(retry_after(response.headers), now)
        if delay is not None:
            return Send(delay)
        if self._accepted_request_id is not None:
            raise self._accepted_error(self._accepted_request_id)
        return Finish(response)

    def parse_response(self, response: DecodedResponse) -> Response[T]:
        """Parse the final response into the value that the call returns.

        Raises:
            APIStatusError: If the status is not that of a result.
            ResponseValidationError: If the body cannot be read.
        """
        value = self.parse_value(response)
        return Response(response.status_code, response.headers, value)

    def parse_value(self, response: DecodedResponse) -> T:
        """Return the value of the final response, as `parse_response`."""
        if self.destination is not None and response.status_code >= 300:
            raise self.status_error(response)
        extras = self._extras
        try:
            value = response_value(
                self.call,
                response,
                self._config.errors,
                strict=self._config.strict,
                accepts_any=extras is not NO_EXTRAS and extras.has_header("Accept"),
            )
        except APIStatusError as error:
            raise self._complete_status_error(error, response)
        return record_response(response, value)

    def status_error(self, response: DecodedResponse) -> APIStatusError:
        """Return the error for a response with a status other than 2xx."""
        error = response_error(self.call, response, self._config.errors)
        return self._complete_status_error(error, response)

    def may_repeat_body(self) -> bool:
        """Return whether the last request body can be sent again; if not, errors say why."""
        self._repeat_problem = self.encoder.repeat_problem
        return not self._repeat_problem

    def handle_transport_error(self, error: httpx2.TransportError, now: float) -> Send:
        """Handle an attempt that got no response: return the next action of the call.

        Raises:
            Exception: If reading the request body raised it.
            APIConnectionError: If the call is not retried.
            AcceptedError: If it is not retried and the server still processes the call.
        """
        self._log_attempt(type(error).__name__, now)
        if self.encoder.failure is not None:
            raise self.encoder.failure
        self._reason = failure_reason(error)
        was_sent = (
            self._is_awaiting_response
            and not isinstance(error, NOT_SENT)
            and self._reason is not FailureReason.CLIENT_CERTIFICATE
        )
        self._is_awaiting_response = False
        self._maybe_delivered = self._maybe_delivered or was_sent
        if now >= self.deadline:
            raise self.timeout_error() from error
        may_retry = self._may_repeat or not was_sent
        if may_retry:
            may_retry = self.may_repeat_body()
        if (
            was_sent
            and may_retry
            and self._has_uncounted_retry
            and is_stale_connection(error)
        ):
            # A stale connection is no sign of an outage: no delay, and not counted as a retry.
            self._has_uncounted_retry = False
            return Send(0.0)
        delay = None
        if self.destination is not None and not self.destination.can_restart:
            may_retry = False
        if may_retry and self._reason not in PERMANENT_REASONS:
            delay = self._retry_delay(None, now)
        if delay is not None:
            return Send(delay)
        if self._accepted_request_id is not None:
            raise self._accepted_error(self._accepted_request_id) from error
        if isinstance(error, httpx2.TimeoutException):
            raise self._connection_error(
                APITimeoutError, f"{self.call} got no response in time: {self._reason}"
            ) from error
        message = f"{self.call} got no response: {self._reason}"
        if self._repeat_problem:
            message += f"; not retried: {self._repeat_problem}"
        raise self._connection_error(APIConnectionError, message) from error

    def start_polling(self, request_id: str) -> None:
        """Replace the requests of the call by polls for its result.

        Raises:
            TypeError: If its operation has no polling.
        """
        if self.call.polling is None:
            raise TypeError(
                f"{self.call} cannot be resumed: its operation has no polling"
            )
        self._accepted_request_id = request_id
        self._may_repeat = True
        if self._extras is not NO_EXTRAS:
            self._extras = self._extras.without_body()
        self._call_to_send = self.call.polling.poll(self.call, request_id)

    def timeout_error(self) -> APIError:
        """Return the error for a call whose deadline has passed."""
        if self._accepted_request_id is not None:
            return self._accepted_error(self._accepted_request_id)
        message = f"{self.call} got no response within {self._config.timeout:g} s"
        if self._reason is not FailureReason.UNKNOWN:
            message += f": {self._reason}"
        if self._reason is FailureReason.WRITE_TIMEOUT:
            message += "; with_options(timeout=...) allows more time"
        return self._connection_error(APITimeoutError, message)

    def _poll_delay(self, response: DecodedResponse, now: float) -> float:
        """Return the delay before the next poll after a 202 response."""
        self._retries = 0
        server_delay = retry_after(response.headers)
        delay = poll_delay(
            self._polls, server_delay, self.deadline - now, self._config.rng
        )
        self._polls += 1
        if delay is None:
            raise self._accepted_error(str(self._accepted_request_id))
        return delay

    def _follow_redirect(self, response: DecodedResponse) -> None:
        """Replace the next request of the call by one to where a redirect leads.

        Raises:
            APIStatusError: If it must not be followed.
        """
        redirect = resolve_redirect(
            response.raw_response, allow_http=self._config.allow_http
        )
        self._redirects += 1
        if self._redirects > MAX_REDIRECTS:
            redirect = f"there were more than {MAX_REDIRECTS} redirects"
        elif not isinstance(redirect, str) and redirect.keeps_body:
            redirect = self.encoder.repeat_problem or redirect
        if isinstance(redirect, str):
            error = response_error(
                self.call,
                response,
                self._config.errors,
                f"the redirect is not followed: {redirect}",
            )
            raise self._complete_status_error(error, response)
        if not redirect.keeps_body:
            self._maybe_delivered = True
            self._extras = self._extras.without_body()
        if redirect.method in IDEMPOTENT_METHODS:
            self._may_repeat = True
        if not redirect.is_same_origin:
            self.has_left_origin = True
            self._extras = self._extras.for_other_origin()
            self.schemes = ()
        self._call_to_send = redirect.apply(self._call_to_send)

    def _retry_delay(self, server_delay: float | None, now: float) -> float | None:
        """Return the delay before a retry and spend the retry budget; None for no retry."""
        if self._retries >= self._config.max_retries:
            return None
        delay = retry_delay(
            self._retries, server_delay, self.deadline - now, self._config.rng
        )
        if delay is None or not self._config.retry_budget.spend():
            return None
        self._retries += 1
        return delay

    def _complete_status_error(
        self, error: APIStatusError, response: DecodedResponse
    ) -> APIStatusError:
        """Set the attributes of a status error that depend on all attempts."""
        error.attempts = self.attempts
        error.maybe_applied = self._maybe_delivered
        error.retry_after = retry_after(response.headers)
        if self._repeat_problem:
            error.args = (f"{error}; not retried: {self._repeat_problem}",)
        return error

    def _accepted_error(self, request_id: str) -> AcceptedError:
        return AcceptedError(
            f"{self.call} was accepted but is not finished yet: resume it with the"
            " request_id of this error",
            request_id,
        )

    def _connection_error(
        self, class_: type[APIConnectionError], message: str
    ) -> APIConnectionError:
        return class_(
            message,
            reason=self._reason,
            attempts=self.attempts,
            maybe_delivered=self._maybe_delivered,
        )

    def _log_attempt(self, outcome: str, now: float) -> None:
        if _log.isEnabledFor(logging.DEBUG):
            milliseconds = (now - self._attempt_started_at) * 1000
            _log.debug(
                "%s %s, attempt %d, %.0f ms",
                self._call_to_send,
                outcome,
                self.attempts,
                milliseconds,
            )
