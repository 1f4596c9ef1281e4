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

from .body import Answer, BodyReader
from .call import Call, build_request, idempotency_header
from .downloads import FileWriter, current_download
from .errors import (
    AcceptedError,
    APIConnectionError,
    APIError,
    APIStatusError,
    APITimeoutError,
    PaginationError,
    ResponseValidationError,
)
from .failures import NOT_SENT, is_about_trust, is_stale, without_frames
from .items import FRAMINGS, Items
from .pointers import text_at
from .polling import resumed
from .reading import read
from .responses import Response, error_of, kept, unreadable, value_of
from .retry import (
    IDEMPOTENT,
    may_retry_status,
    pause_before_poll,
    pause_before_retry,
    wished_pause,
)
from .security import Scheme, Secret, satisfied, wanted
from .setup import Setup

T = TypeVar("T")
E = TypeVar("E", bound=APIConnectionError)

_log = logging.getLogger(__name__.partition("._runtime")[0])


class Exchange(Generic[T]):
    """A call from its first try to its end.

    Args:
        call: The operation and its arguments.
        setup: What holds for every call.
        held: The kinds of credential that the client has.
        now: The monotonic clock, in seconds, as every `now` here.

    Attributes:
        ends: When the call must be over.
        attempts: How often it was tried.
        schemes: The credentials that each try is sent with.
        items: What makes items of the answer, where that is a stream that has begun.

    Raises:
        ValueError: The client lacks a credential that the operation needs, or may not send
            it to the operation's server.
        TypeError: The call is to be resumed, and is of an operation that never is; or it is
            to be written to a file, and returns no bytes.
    """

    def __init__(
        self, call: Call[T], setup: Setup, held: Container[Scheme], now: float
    ) -> None:
        schemes = satisfied(call.security, held)
        if schemes is None:
            raise ValueError(f"{call} needs {wanted(call.security)}, and has none")
        problem = setup.problem_of_server(call.server, secured=bool(schemes))
        if problem:
            raise ValueError(f"{call} {problem}")
        self.ends = now + setup.timeout
        self.attempts = 0
        self.schemes = schemes
        self.items: Items[Any] | None = None
        key = idempotency_header(call)
        if key is not None and call.header[key] is None:
            call = replace(call, header={**call.header, key: str(uuid4())})
        self._call = call
        self._sent = call
        self._setup = setup
        self._began = now
        self._under_way = False
        self._maybe_delivered = False
        self._stale_is_free = True
        self._repeatable = (
            call.method in IDEMPOTENT or call.retry_safe or key is not None
        )
        self._retries = 0
        self._polls = 0
        self._accepted_as: str | None = None
        self._download = current_download()
        if self._download is not None:
            if call.reads != "bytes":
                raise TypeError(f"{call} returns no bytes that could be downloaded")
            self._download.is_taken = True
        request_id = resumed()
        if request_id is not None:
            self._follow(request_id)

    def request(self, held: Mapping[Scheme, Secret], now: float) -> httpx2.Request:
        """The request of the next try.

        Args:
            held: The credentials of `schemes`.
            now: The monotonic clock.

        Raises:
            APITimeoutError: There is no time for one.
            ValueError: An argument cannot be sent.
            PaginationError: The next page is said to be elsewhere.
        """
        if now >= self.ends:
            raise self.too_late()
        try:
            request = build_request(
                self._sent,
                self._setup.base_url_of(self._sent.server),
                held,
                self.ends - now,
                self._setup.headers,
            )
        except UnicodeEncodeError:
            refused: Exception = ValueError(
                f"{self._call}: an argument has half of a surrogate pair, which no text has"
            )
        except (TypeError, ValueError, PaginationError) as error:
            refused = error
        else:
            self.attempts += 1
            self._began = now
            self._under_way = True
            return request
        raise without_frames(refused)

    def begins_stream(self, response: httpx2.Response) -> bool:
        """Whether the body of an answer is a stream, which is left open.

        Raises:
            BodyError: It is a stream of another kind, or encoded in a way that was not
                asked for.
        """
        if self._call.reads in FRAMINGS and 200 <= response.status_code < 300:
            self.items = Items(self._call, self._setup, response)
            # From here on it is each wait that takes no longer, not all of them.
            response.request.extensions["timeout"]["read"] = self.items.silence
        return self.items is not None

    def body_reader(self, response: httpx2.Response) -> BodyReader | FileWriter:
        """What takes the body of an answer.

        Raises:
            BodyError: It is encoded in a way that was not asked for.
        """
        if self._download is not None and 200 <= response.status_code < 300:
            return self._download.begin(response)
        is_plain = response.is_stream_consumed
        encoding = "" if is_plain else response.headers.get("content-encoding", "")
        return BodyReader(encoding, self._setup.max_body)

    def unreadable(
        self, response: httpx2.Response, problem: str
    ) -> ResponseValidationError:
        """The error of an answer whose body cannot be read."""
        return unreadable(self._call, response, problem)

    def answered(self, answer: Answer, now: float) -> float | None:
        """What an answer leads to.

        Returns:
            Seconds to wait before the next try, or None where this was the last.

        Raises:
            AcceptedError: The server goes on with the call, and there is no time to wait.
            ResponseValidationError: The server goes on with it, and does not say as what.
        """
        status = answer.status_code
        self._under_way = False
        self._note(str(status), now)
        if status < 400:
            self._setup.budget.succeed()
            if status == 202 and self._call.polling is not None:
                return self._accepted(answer, now)
            return None
        if not may_retry_status(status, answer.headers, idempotent=self._repeatable):
            return None
        pause = self._pause(wished_pause(answer.headers), now)
        if pause is None and self._accepted_as is not None:
            raise self._unfinished(self._accepted_as)
        return pause

    def value(self, answer: Answer) -> Response[T]:
        """The answer, with what the call returns.

        Raises:
            APIStatusError: The status of the answer is no success.
            ResponseValidationError: The answer cannot be read.
        """
        try:
            value = value_of(
                self._call, answer, self._setup.errors, strict=self._setup.strict
            )
        except APIStatusError as error:
            raise self._refused(error, answer)
        return kept(Response(answer.status_code, answer.headers, value))

    def opened(self, answer: Answer) -> Items[Any]:
        """What makes items of a stream that has begun.

        Raises:
            APIStatusError: The status of the answer is no success.
        """
        if self.items is None:
            error = error_of(self._call, answer, self._setup.errors)
            raise self._refused(error, answer)
        return self.items

    def failed(self, error: httpx2.TransportError, now: float) -> float:
        """What a try without an answer leads to.

        Returns:
            Seconds to wait before the next try.

        Raises:
            APIConnectionError: There is none.
            AcceptedError: Likewise, and the server goes on with the call.
        """
        self._note(type(error).__name__, now)
        was_sent = self._under_way and not isinstance(error, NOT_SENT)
        self._under_way = False
        self._maybe_delivered = self._maybe_delivered or was_sent
        if now >= self.ends:
            raise self.too_late() from error
        if was_sent and self._stale_is_free and self._repeatable and is_stale(error):
            self._stale_is_free = False
            return 0.0
        pause = None
        may_repeat = self._repeatable or not was_sent
        if self._download is not None and not self._download.may_begin:
            may_repeat = False
        if may_repeat and not is_about_trust(error):
            pause = self._pause(None, now)
        if pause is not None:
            return pause
        if self._accepted_as is not None:
            raise self._unfinished(self._accepted_as) from error
        if isinstance(error, httpx2.TimeoutException):
            late = APITimeoutError(f"{self._call} was not answered in time")
            raise self._finished(late) from error
        failure = APIConnectionError(f"{self._call} was not answered")
        raise self._finished(failure) from error

    def too_late(self) -> APIError:
        """The error of a call whose time is up."""
        if self._accepted_as is not None:
            return self._unfinished(self._accepted_as)
        message = f"{self._call} was not answered within {self._setup.timeout:g} s"
        return self._finished(APITimeoutError(message))

    def _accepted(self, answer: Answer, now: float) -> float:
        if self._accepted_as is None:
            self._follow(self._accepted_id(answer))
        self._retries = 0
        wish = wished_pause(answer.headers)
        pause = pause_before_poll(self._polls, wish, self.ends - now)
        self._polls += 1
        if pause is None:
            raise self._unfinished(str(self._accepted_as))
        return pause

    def _accepted_id(self, answer: Answer) -> str:
        found: str | None = None
        if self._call.polling is not None:
            with suppress(msgspec.DecodeError):
                body, _ = read(answer.content, Any)
                found = text_at(body, self._call.polling.request_id)
                del body
        if not found:
            problem = "no id to ask for the answer with"
            raise unreadable(self._call, answer.response, problem)
        return found

    def _follow(self, request_id: str) -> None:
        """Ask from now on for the answer to a call that the server has accepted."""
        polling = self._call.polling
        if polling is None:
            raise TypeError(f"{self._call} is never accepted to be finished later")
        self._accepted_as = request_id
        self._repeatable = True
        self._sent = replace(
            self._call,
            method="GET",
            route=polling.route,
            path={polling.parameter: request_id},
            query={},
            header={},
            cookie={},
            json=None,
        )

    def _pause(self, wish: float | None, now: float) -> float | None:
        if self._retries >= self._setup.max_retries:
            return None
        pause = pause_before_retry(self._retries, wish, self.ends - now)
        if pause is None or not self._setup.budget.take():
            return None
        self._retries += 1
        return pause

    def _refused(self, error: APIStatusError, answer: Answer) -> APIStatusError:
        error.attempts = self.attempts
        error.maybe_applied = self._maybe_delivered
        error.retry_after = wished_pause(answer.headers)
        return error

    def _unfinished(self, request_id: str) -> AcceptedError:
        return AcceptedError(
            f"{self._call} was accepted, and is not finished yet", request_id
        )

    def _finished(self, error: E) -> E:
        error.attempts = self.attempts
        error.maybe_delivered = self._maybe_delivered
        return error

    def _note(self, outcome: str, now: float) -> None:
        if _log.isEnabledFor(logging.DEBUG):
            took = (now - self._began) * 1000
            _log.debug(
                "%s %s, try %d, %.0f ms", self._sent, outcome, self.attempts, took
            )
