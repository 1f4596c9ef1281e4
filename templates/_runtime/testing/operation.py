"""Fakes of operations: their responses, and the calls that they received.

The types of arguments and results are those of the client's own methods.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from copy import copy
from typing import Any, Concatenate, Generic, ParamSpec, Self, TypeVar

from ..codec.model import UNSET
from ..codec.plain_data import encode_json, to_plain_data
from ..errors import APIError
from .calls import RecordedCall, call
from .operation_state import FakeOperationState, Rule
from .replies import Received, Reply, Responder, encoded, error_reply
from .server import FakeServer

P = ParamSpec("P")
R = TypeVar("R")


class CallsFake(Generic[P]):
    """Base class of the fakes of operations.

    An operation responds with its example until another response is set.
    """

    def __init__(
        self, server: FakeServer, name: str, method: Callable[Concatenate[Any, P], Any]
    ) -> None:
        self._state = server.state(name, method)
        self._rule: Rule | None = None
        self._appends = False

    @property
    def calls(self) -> list[RecordedCall]:
        """The calls so far: `fake.sessions.get.calls == [call("102")]`."""
        return list(self._state.calls)

    def call(self, *args: P.args, **kwargs: P.kwargs) -> call:
        """Return a call with these arguments, to compare with `calls`."""
        return call(*args, **kwargs)

    def when(self, *args: P.args, **kwargs: P.kwargs) -> Self:
        """Return the responses to calls with these arguments, to set them.

        Arguments that are not given may have any value, and `unittest.mock.ANY` is any value.
        """
        other = copy(self)
        other._rule = self._state.rule_for(args, kwargs)
        return other

    @property
    def then(self) -> Self:
        """The next response in sequence: `.raises(RateLimitError).then.returns(...)`."""
        other = copy(self)
        other._appends = True
        return other

    def raises(
        self,
        error: type[APIError] | APIError,
        *,
        code: str | None = None,
        message: str | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> Self:
        """Respond with the response or fault for which clients raise an error.

        Args:
            error: The error, such as `NotFoundError`. Its body is the document's example.
            code: The error code in the body.
            message: The message in the body.
            headers: Headers of the response.

        Raises:
            TypeError: If no response makes a client raise it.
        """
        state = self._state
        reply = error_reply(
            error,
            state.description,
            state.server.errors,
            code=code,
            message=message,
            headers=headers,
        )
        return self._answer(lambda _: reply)

    def responds(
        self,
        status: int,
        *,
        json: object = UNSET,
        text: str | None = None,
        content: bytes | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> Self:
        """Respond with a response, such as `responds(429, headers={"Retry-After": "1"})`.

        Without a body, it has the example of the document for the status, if there is one.

        Args:
            status: The HTTP status.
            json: The body, as JSON data or a model.
            text: The body, as text.
            content: The body, as bytes.
            headers: The headers.
        """
        if json is not UNSET:
            media_type, body = "application/json", encode_json(
                to_plain_data(json, "json", "returned")
            )
        elif text is not None:
            media_type, body = "text/plain; charset=utf-8", text.encode()
        elif content is not None:
            media_type, body = "application/octet-stream", content
        else:
            example = self._state.example(status)
            media_type = example.headers.get("Content-Type", "")
            body = example.content
        sent = {"Content-Type": media_type} if body else {}
        reply = Reply(status, body, {**sent, **(headers or {})})
        return self._answer(lambda _: reply)

    def responds_normally(self) -> Self:
        """Respond as if no response were set: `.raises(RateLimitError).then.responds_normally()`.

        A stateful fake reads or changes its items then; another responds with the example.
        """
        return self._answer(self._state.default_reply)

    def times_out(self) -> Self:
        """Let the call reach its deadline without a response."""
        return self._answer(lambda _: Reply(fault="timeout", has_body=False))

    def resets_connection(self) -> Self:
        """Break the connection after the request was sent."""
        return self._answer(lambda _: Reply(fault="reset", has_body=False))

    def refuses_connection(self) -> Self:
        """Refuse the connection, so that nothing is sent."""
        return self._answer(lambda _: Reply(fault="refused", has_body=False))

    def is_slow(self, seconds: float) -> Self:
        """Let each response take some time, which passes at once; see `fake.clock`."""
        self._current_rule().delay = seconds
        return self

    def reset(self) -> None:
        """Forget all responses and calls."""
        self._state.reset()

    def _current_rule(self) -> Rule:
        return self._state.default if self._rule is None else self._rule

    def _answer(self, response: Responder) -> Self:
        """Set the response, or add it to the sequence."""
        with self._state.server.lock:
            rule = self._current_rule()
            if not self._appends:
                rule.responses.clear()
                rule.used = 0
            elif not rule.responses:
                rule.responses.append(self._state.default_reply)
            rule.responses.append(response)
        return self


class OperationFake(CallsFake[P], Generic[P, R]):
    """The fake of an operation: `fake.sessions.get.returns(session(id="102"))`."""

    def __init__(
        self, server: FakeServer, name: str, method: Callable[Concatenate[Any, P], R]
    ) -> None:
        super().__init__(server, name, method)

    def returns(self, value: R, *, status: int | None = None) -> Self:
        """Respond with the response that clients read as this value.

        Args:
            value: The value.
            status: The status of the response; None for that of the document.

        Raises:
            TypeError: If the operation has no such result.
        """
        if status is None:
            reply = self._state.encode_result(value, self._state.return_type)
        else:
            reply = encoded(value, self._state.description, status)
        return self._answer(lambda _: reply)

    def responds_by(self, function: Callable[P, R]) -> Self:
        """Respond with what a function returns for the arguments of each call.

        An error that it raises becomes the response for it.
        """
        return self._answer(function_response(self._state, function))


def function_response(
    state: FakeOperationState, function: Callable[..., object]
) -> Responder:
    """Return the response that calls a function with the arguments."""

    def response(received: Received) -> Reply:
        recorded = RecordedCall(state.signature, received.arguments)
        try:
            value = function(*recorded.args, **recorded.kwargs)
        except APIError as error:
            return error_reply(error, state.description, state.server.errors)
        return encoded(value, state.description)

    return response
