"""One call on its way: what is sent next, when, and what came of it. No socket, no clock.

The clients send, wait and read the clock; all that is decided is decided here, so that the
synchronous and the asynchronous client cannot differ in it.
"""

from __future__ import annotations

import logging
from collections.abc import Container, Mapping
from contextlib import suppress
from dataclasses import replace
from typing import Any, Generic, TypeVar
from uuid import uuid4

import httpx2
import msgspec

from .call import Call, build_request, idempotency_header
from .config import Config
from .downloads import FileWriter, pop_current_download
from .errors import (
    AcceptedError,
    APIConnectionError,
    APIError,
    APIStatusError,
    APITimeoutError,
    PaginationError,
    ResponseValidationError,
)
from .json_decoding import decode_json
from .pointers import text_at
from .polling import pop_resumed_request_id
from .response_body import BodyReader, DecodedResponse
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
from .security import Scheme, Secret, describe_requirements, satisfied_requirement
from .stream_decoder import STREAM_FORMATS, StreamDecoder
from .transport_errors import (
    NOT_SENT,
    is_stale_connection,
    is_tls_error,
    without_tracebacks,
)

T = TypeVar("T")
E = TypeVar("E", bound=APIConnectionError)

_log = logging.getLogger(__name__.partition("._runtime")[0])


class Exchange(Generic[T]):
    """A call from its first try to its end.

    Args:
        call: The operation and its arguments.
        config: What holds for every call.
        credentials: The kinds of credential that the client has.
        now: The monotonic clock, in seconds, as every `now` here.

    Attributes:
        deadline: When the call must be over.
        attempts: How often it was tried.
        schemes: The credentials that each try is sent with.
        stream_decoder: What makes items of the answer, where that is a stream that has begun.

    Raises:
        ValueError: The client lacks a credential that the operation needs, or may not send
            it to the operation's server.
        TypeError: The call is to be resumed, and is of an operation that never is; or it is
            to be written to a file, and returns no bytes.
    """

    def __init__(
        self, call: Call[T], config: Config, credentials: Container[Scheme], now: float
    ) -> None:
        schemes = satisfied_requirement(call.security, credentials)
        if schemes is None:
            raise ValueError(
                f"{call} needs {describe_requirements(call.security)}, and has none"
            )
        problem = config.server_problem(call.server, has_credentials=bool(schemes))
        if problem:
            raise ValueError(f"{call} {problem}")
        self.deadline = now + config.timeout
        self.attempts = 0
        self.schemes = schemes
        self.stream_decoder: StreamDecoder[Any] | None = None
        key = idempotency_header(call)
        if key is not None and call.header[key] is None:
            call = replace(call, header={**call.header, key: str(uuid4())})
        self._call = call
        self._current_call = call
        self._config = config
        self._attempt_started_at = now
        self._is_awaiting_response = False
        self._maybe_delivered = False
        self._has_free_resend = True
        self._may_repeat = (
            call.method in IDEMPOTENT_METHODS or call.retry_safe or key is not None
        )
        self._retries = 0
        self._polls = 0
        self._accepted_request_id: str | None = None
        self._download = pop_current_download()
        if self._download is not None:
            if call.response_format != "bytes":
                raise TypeError(f"{call} returns no bytes that could be downloaded")
            self._download.is_claimed = True
        request_id = pop_resumed_request_id()
        if request_id is not None:
            self._start_polling(request_id)

    def request(
        self, credentials: Mapping[Scheme, Secret], now: float
    ) -> httpx2.Request:
        """The request of the next try.

        Args:
            credentials: The credentials of `schemes`.
            now: The monotonic clock.

        Raises:
            APITimeoutError: There is no time for one.
            ValueError: An argument cannot be sent.
            PaginationError: The next page is said to be elsewhere.
        """
        if now >= self.deadline:
            raise self.timeout_error()
        try:
            request = build_request(
                self._current_call,
                self._config.base_url_for(self._current_call.server),
                credentials,
                self.deadline - now,
                self._config.headers,
            )
        except UnicodeEncodeError:
            refused: Exception = ValueError(
                f"{self._call}: an argument has half of a surrogate pair, which no text has"
            )
        except (TypeError, ValueError, PaginationError) as error:
            refused = error
        else:
            self.attempts += 1
            self._attempt_started_at = now
            self._is_awaiting_response = True
            return request
        raise without_tracebacks(refused)

    def begin_stream(self, response: httpx2.Response) -> bool:
        """Whether the body of an answer is a stream, which is left open.

        Raises:
            BodyError: It is a stream of another kind, or encoded in a way that was not
                asked for.
        """
        if (
            self._call.response_format in STREAM_FORMATS
            and 200 <= response.status_code < 300
        ):
            self.stream_decoder = StreamDecoder(self._call, self._config, response)
            # From here on it is each wait that takes no longer, not all of them.
            response.request.extensions["timeout"][
                "read"
            ] = self.stream_decoder.idle_timeout
        return self.stream_decoder is not None

    def body_reader(self, response: httpx2.Response) -> BodyReader | FileWriter:
        """What takes the body of an answer.

        Raises:
            BodyError: It is encoded in a way that was not asked for.
        """
        if self._download is not None and 200 <= response.status_code < 300:
            return self._download.start(response)
        is_plain = response.is_stream_consumed
        encoding = "" if is_plain else response.headers.get("content-encoding", "")
        return BodyReader(encoding, self._config.max_body)

    def unreadable_body_error(
        self, response: httpx2.Response, problem: str
    ) -> ResponseValidationError:
        """The error of an answer whose body cannot be read."""
        return unreadable_body_error(self._call, response, problem)

    def handle_response(self, response: DecodedResponse, now: float) -> float | None:
        """What an answer leads to.

        Returns:
            Seconds to wait before the next try, or None where this was the last.

        Raises:
            AcceptedError: The server goes on with the call, and there is no time to wait.
            ResponseValidationError: The server goes on with it, and does not say as what.
        """
        status = response.status_code
        self._is_awaiting_response = False
        self._log_attempt(str(status), now)
        if status < 400:
            self._config.retry_budget.refund()
            if status == 202 and self._call.polling is not None:
                return self._poll_delay(response, now)
            return None
        if not may_retry_status(status, response.headers, idempotent=self._may_repeat):
            return None
        delay = self._retry_delay(retry_after(response.headers), now)
        if delay is None and self._accepted_request_id is not None:
            raise self._accepted_error(self._accepted_request_id)
        return delay

    def parse_response(self, response: DecodedResponse) -> Response[T]:
        """The answer, with what the call returns.

        Raises:
            APIStatusError: The status of the answer is no success.
            ResponseValidationError: The answer cannot be read.
        """
        try:
            value = response_value(
                self._call, response, self._config.errors, strict=self._config.strict
            )
        except APIStatusError as error:
            raise self._complete_status_error(error, response)
        return record_response(Response(response.status_code, response.headers, value))

    def require_stream(self, response: DecodedResponse) -> StreamDecoder[Any]:
        """What makes items of a stream that has begun.

        Raises:
            APIStatusError: The status of the answer is no success.
        """
        if self.stream_decoder is None:
            error = response_error(self._call, response, self._config.errors)
            raise self._complete_status_error(error, response)
        return self.stream_decoder

    def handle_transport_error(self, error: httpx2.TransportError, now: float) -> float:
        """What a try without an answer leads to.

        Returns:
            Seconds to wait before the next try.

        Raises:
            APIConnectionError: There is none.
            AcceptedError: Likewise, and the server goes on with the call.
        """
        self._log_attempt(type(error).__name__, now)
        was_sent = self._is_awaiting_response and not isinstance(error, NOT_SENT)
        self._is_awaiting_response = False
        self._maybe_delivered = self._maybe_delivered or was_sent
        if now >= self.deadline:
            raise self.timeout_error() from error
        if (
            was_sent
            and self._has_free_resend
            and self._may_repeat
            and is_stale_connection(error)
        ):
            self._has_free_resend = False
            return 0.0
        delay = None
        may_retry = self._may_repeat or not was_sent
        if self._download is not None and not self._download.can_restart:
            may_retry = False
        if may_retry and not is_tls_error(error):
            delay = self._retry_delay(None, now)
        if delay is not None:
            return delay
        if self._accepted_request_id is not None:
            raise self._accepted_error(self._accepted_request_id) from error
        if isinstance(error, httpx2.TimeoutException):
            late = APITimeoutError(f"{self._call} was not answered in time")
            raise self._complete_connection_error(late) from error
        failure = APIConnectionError(f"{self._call} was not answered")
        raise self._complete_connection_error(failure) from error

    def timeout_error(self) -> APIError:
        """The error of a call whose time is up."""
        if self._accepted_request_id is not None:
            return self._accepted_error(self._accepted_request_id)
        message = f"{self._call} was not answered within {self._config.timeout:g} s"
        return self._complete_connection_error(APITimeoutError(message))

    def _poll_delay(self, response: DecodedResponse, now: float) -> float:
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
        found: str | None = None
        if self._call.polling is not None:
            with suppress(msgspec.DecodeError):
                body, _ = decode_json(response.content, Any)
                found = text_at(body, self._call.polling.request_id)
                del body
        if not found:
            problem = "no id to ask for the answer with"
            raise unreadable_body_error(self._call, response.httpx_response, problem)
        return found

    def _start_polling(self, request_id: str) -> None:
        """Ask from now on for the answer to a call that the server has accepted."""
        polling = self._call.polling
        if polling is None:
            raise TypeError(f"{self._call} is never accepted to be finished later")
        self._accepted_request_id = request_id
        self._may_repeat = True
        self._current_call = replace(
            self._call,
            method="GET",
            route=polling.route,
            path={polling.parameter: request_id},
            query={},
            header={},
            cookie={},
            json=None,
        )

    def _retry_delay(self, server_delay: float | None, now: float) -> float | None:
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
        error.attempts = self.attempts
        error.maybe_applied = self._maybe_delivered
        error.retry_after = retry_after(response.headers)
        return error

    def _accepted_error(self, request_id: str) -> AcceptedError:
        return AcceptedError(
            f"{self._call} was accepted, and is not finished yet", request_id
        )

    def _complete_connection_error(self, error: E) -> E:
        error.attempts = self.attempts
        error.maybe_delivered = self._maybe_delivered
        return error

    def _log_attempt(self, outcome: str, now: float) -> None:
        if _log.isEnabledFor(logging.DEBUG):
            took = (now - self._attempt_started_at) * 1000
            _log.debug(
                "%s %s, try %d, %.0f ms",
                self._current_call,
                outcome,
                self.attempts,
                took,
            )
