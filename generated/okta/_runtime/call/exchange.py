"""Retry state machine of one call. Performs no I/O and reads no clock.

The senders send requests, wait and read the clock. Every decision is made here, so that the
synchronous and the asynchronous client behave alike.
"""

from __future__ import annotations

import logging
from collections.abc import Container, Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from math import inf
from typing import Any, Generic, TypeVar
from uuid import uuid4

import httpx2
import msgspec

from ..codec.json_decoding import decode_json
from ..codec.pointers import text_at
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
from ..wire.response_body import BodyReader, DecodedResponse
from ..wire.transport_errors import (
    NOT_SENT,
    PERMANENT_REASONS,
    failure_reason,
    is_stale_connection,
    without_tracebacks,
)
from .config import Config
from .downloads import FileWriter, pop_current_download
from .polling import pop_resumed_request_id
from .request import NO_HEADERS, Call, build_request, idempotency_header
from .redirects import MAX_REDIRECTS, is_redirect, resolve_redirect
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
    header_conflict,
    missing_credentials_problem,
    satisfied_requirement,
)
from .stream_decoder import STREAM_FORMATS, StreamDecoder
from .strict import refuse_naive_datetimes

T = TypeVar("T")
E = TypeVar("E", bound=APIConnectionError)

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
        stream_decoder: The decoder of the response body if it is a stream, else None.

    Raises:
        ValueError: If the client lacks a credential that the operation needs, or must not
            send it to the server of the operation.
        TypeError: If the call is resumed but its operation has no polling, or if the call is
            downloaded but does not return bytes.
    """

    def __init__(
        self, call: Call[T], config: Config, credentials: Container[Scheme], now: float
    ) -> None:
        given = given_credentials(call.credentials)
        schemes = satisfied_requirement(call.security, credentials, given)
        if schemes is None:
            problem = missing_credentials_problem(call.security, credentials, given)
            raise ValueError(f"{call} {problem}")
        problem = config.server_problem(call.server, has_credentials=bool(schemes))
        if config.headers and not problem:
            problem = header_conflict(
                schemes, {name.lower() for name in config.headers}
            )
        if problem:
            raise ValueError(f"{call} {problem}")
        self.deadline = now + config.timeout
        self.attempts = 0
        self.schemes = schemes
        self.given_credentials: Mapping[Scheme, Secret] = given
        self.has_left_origin = False
        self.stream_decoder: StreamDecoder[Any] | None = None
        key_name = idempotency_header(call)
        if key_name is not None and not is_given(call.header[key_name]):
            call = replace(call, header={**call.header, key_name: str(uuid4())})
        self._call = call
        self._call_to_send = call
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
        self._accepted_request_id: str | None = None
        self._download = pop_current_download()
        if self._download is not None:
            if call.response_format not in ("bytes", "undescribed"):
                raise TypeError(
                    f"{call} cannot be downloaded: it does not return bytes"
                )
            self._download.is_claimed = True
        request_id = pop_resumed_request_id()
        if request_id is not None:
            self._start_polling(request_id)

    def token_need(self, scheme: Scheme, rejected: Secret | None) -> TokenNeed:
        """Return the requirements of an attempt for its token.

        Args:
            scheme: The security scheme of the token.
            rejected: The token that the server rejected with 401; None on the first request.
        """
        return TokenNeed(self._call.scopes.get(scheme, ()), self.deadline, rejected)

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
            PaginationError: If the link to the next page is on another server.
        """
        if now >= self.deadline:
            raise self.timeout_error()
        try:
            if self._config.strict:
                refuse_naive_datetimes(self._call_to_send)
            request = build_request(
                self._call_to_send,
                self._config.base_url_for(self._call_to_send.server),
                credentials,
                self.deadline - now,
                NO_HEADERS if self.has_left_origin else self._config.headers,
            )
        except UnicodeEncodeError:
            request_error: Exception = ValueError(
                f"{self._call}: an argument has a lone surrogate, which UTF-8 cannot encode"
            )
        except (TypeError, ValueError, PaginationError) as error:
            request_error = error
        else:
            self.attempts += 1
            self._attempt_started_at = now
            self._is_awaiting_response = True
            return request
        raise without_tracebacks(request_error)

    def begin_stream(self, response: httpx2.Response) -> bool:
        """Return whether the body of a response is a stream; set `stream_decoder` if it is.

        Raises:
            BodyError: If the media type is not that of the expected stream, or the content
                encoding is unsupported.
        """
        if (
            self._call.response_format in STREAM_FORMATS
            and 200 <= response.status_code < 300
        ):
            self.stream_decoder = StreamDecoder(self._call, self._config, response)
            # From here on the timeout limits each wait for data, not the whole call.
            timeouts = response.request.extensions["timeout"]
            idle_timeout = self.stream_decoder.idle_timeout
            timeouts["read"] = None if idle_timeout == inf else idle_timeout
        return self.stream_decoder is not None

    def body_reader(self, response: httpx2.Response) -> BodyReader | FileWriter:
        """Return the reader of a response body: in memory, or into the file of a download.

        Raises:
            BodyError: If the content encoding is unsupported.
        """
        if self._download is not None and 200 <= response.status_code < 300:
            return self._download.start(response)
        is_decoded = response.is_stream_consumed
        encoding = "" if is_decoded else response.headers.get("content-encoding", "")
        return BodyReader(encoding, self._config.max_body)

    def unreadable_body_error(
        self, response: httpx2.Response, problem: str
    ) -> ResponseValidationError:
        """Return the error for a response whose body cannot be read."""
        return unreadable_body_error(self._call, response, problem)

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
            if status == 202 and self._call.polling is not None:
                return Send(self._poll_delay(response, now))
            if self._config.follow_redirects and is_redirect(response.raw_response):
                self._follow_redirect(response)
                return Send(0.0)
            return Finish(response)
        if not may_retry_status(status, response.headers, idempotent=self._may_repeat):
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
            APIStatusError: If the status is not 2xx.
            ResponseValidationError: If the body cannot be read.
        """
        try:
            value = response_value(
                self._call, response, self._config.errors, strict=self._config.strict
            )
        except APIStatusError as error:
            raise self._complete_status_error(error, response)
        return record_response(Response(response.status_code, response.headers, value))

    def require_stream(self, response: DecodedResponse) -> StreamDecoder[Any]:
        """Return the decoder of a response that is a stream.

        Raises:
            APIStatusError: If the status is not 2xx.
        """
        if self.stream_decoder is None:
            error = response_error(self._call, response, self._config.errors)
            raise self._complete_status_error(error, response)
        return self.stream_decoder

    def handle_transport_error(self, error: httpx2.TransportError, now: float) -> Send:
        """Handle an attempt that got no response: return the next action of the call.

        Raises:
            APIConnectionError: If the call is not retried.
            AcceptedError: If it is not retried and the server still processes the call.
        """
        self._log_attempt(type(error).__name__, now)
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
        if (
            was_sent
            and self._has_uncounted_retry
            and self._may_repeat
            and is_stale_connection(error)
        ):
            # A stale connection is no sign of an outage: no delay, and not counted as a retry.
            self._has_uncounted_retry = False
            return Send(0.0)
        delay = None
        may_retry = self._may_repeat or not was_sent
        if self._download is not None and not self._download.can_restart:
            may_retry = False
        if may_retry and self._reason not in PERMANENT_REASONS:
            delay = self._retry_delay(None, now)
        if delay is not None:
            return Send(delay)
        if self._accepted_request_id is not None:
            raise self._accepted_error(self._accepted_request_id) from error
        if isinstance(error, httpx2.TimeoutException):
            timed_out = APITimeoutError(
                f"{self._call} got no response in time: {self._reason}"
            )
            raise self._complete_connection_error(timed_out) from error
        failure = APIConnectionError(f"{self._call} got no response: {self._reason}")
        raise self._complete_connection_error(failure) from error

    def timeout_error(self) -> APIError:
        """Return the error for a call whose deadline has passed."""
        if self._accepted_request_id is not None:
            return self._accepted_error(self._accepted_request_id)
        message = f"{self._call} got no response within {self._config.timeout:g} s"
        if self._reason is not FailureReason.UNKNOWN:
            message += f": {self._reason}"
        return self._complete_connection_error(APITimeoutError(message))

    def _poll_delay(self, response: DecodedResponse, now: float) -> float:
        """Return the delay before the next poll after a 202 response."""
        if self._accepted_request_id is None:
            self._start_polling(self._parse_request_id(response))
        self._retries = 0
        server_delay = retry_after(response.headers)
        delay = poll_delay(self._polls, server_delay, self.deadline - now)
        self._polls += 1
        if delay is None:
            raise self._accepted_error(str(self._accepted_request_id))
        return delay

    def _parse_request_id(self, response: DecodedResponse) -> str:
        request_id: str | None = None
        if self._call.polling is not None:
            with suppress(msgspec.DecodeError):
                body, _ = decode_json(response.content, Any, response.headers)
                request_id = text_at(body, self._call.polling.request_id)
                del body
        if not request_id:
            problem = "it has no request id, which polling needs"
            raise unreadable_body_error(self._call, response.httpx_response, problem)
        return request_id

    def _start_polling(self, request_id: str) -> None:
        """Replace the requests of the call by polls for its result."""
        polling = self._call.polling
        if polling is None:
            raise TypeError(
                f"{self._call} cannot be resumed: its operation has no polling"
            )
        self._accepted_request_id = request_id
        self._may_repeat = True
        self._call_to_send = replace(
            self._call,
            method="GET",
            route=polling.route,
            path={polling.parameter: request_id},
            query={},
            header={},
            cookie={},
            json=None,
            form=None,
            multipart=None,
            content=None,
            link=None,
        )

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
        if isinstance(redirect, str):
            error = response_error(
                self._call,
                response,
                self._config.errors,
                f"the redirect is not followed: {redirect}",
            )
            raise self._complete_status_error(error, response)
        if not redirect.keeps_body:
            self._maybe_delivered = True
        if redirect.method in IDEMPOTENT_METHODS:
            self._may_repeat = True
        if not redirect.is_same_origin:
            self.has_left_origin = True
            self.schemes = ()
        self._call_to_send = redirect.apply(self._call_to_send)

    def _retry_delay(self, server_delay: float | None, now: float) -> float | None:
        """Return the delay before a retry and spend the retry budget; None for no retry."""
        if self._retries >= self._config.max_retries:
            return None
        delay = retry_delay(self._retries, server_delay, self.deadline - now)
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
        return error

    def _accepted_error(self, request_id: str) -> AcceptedError:
        return AcceptedError(
            f"{self._call} was accepted but is not finished yet: resume it with the"
            " request_id of this error",
            request_id,
        )

    def _complete_connection_error(self, error: E) -> E:
        """Set the attributes of a connection error that depend on all attempts."""
        error.reason = self._reason
        error.attempts = self.attempts
        error.maybe_delivered = self._maybe_delivered
        return error

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
