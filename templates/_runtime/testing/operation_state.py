"""The responses that a test has set for an operation, and the calls that it received."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, Protocol

import httpx2
import msgspec

from ..codec.json_decoding import decode_json
from ..codec.plain_data import encode_json
from .arguments import read_arguments, type_hints
from .calls import RecordedCall, bound_arguments, describe, matches
from .descriptions import OperationDescription
from .pages import example_page, position_in
from .replies import (
    JSON,
    Received,
    Reply,
    Responder,
    encoded,
    error_body,
    example_reply,
)
from .routing import TOKEN_ENDPOINT

if TYPE_CHECKING:
    from .server import FakeServer


@dataclass
class Rule:
    """The responses to some calls of an operation.

    Attributes:
        expected: The arguments of the calls; None for all calls.
        responses: The responses, in sequence; the last one repeats. Empty for the example.
        delay: The seconds that each response takes.
        polls: The number of polls until an accepted call is finished; 0 for no 202 response.
        used: The number of responses so far.
    """

    expected: Mapping[str, object] | None
    responses: list[Responder] = field(default_factory=list[Responder])
    delay: float = 0.0
    polls: int = 0
    used: int = 0

    def next_response(self) -> Responder | None:
        """Return the next response; None for the example."""
        if not self.responses:
            return None
        response = self.responses[min(self.used, len(self.responses) - 1)]
        self.used += 1
        return response


class FakeOperationState:
    """The responses and calls of one operation.

    Args:
        server: The server of the fake.
        name: The dotted name of the operation, such as `sessions.get`.
        method: The method of the client.
    """

    def __init__(
        self, server: FakeServer, name: str, method: Callable[..., object]
    ) -> None:
        self.server = server
        self.name = name
        self.method = method
        signature = inspect.signature(method)
        _, *parameters = signature.parameters.values()
        self.signature = signature.replace(parameters=parameters)
        self.rules: list[Rule] = []
        self.default = Rule(None)
        self.calls: list[RecordedCall] = []

    @property
    def description(self) -> OperationDescription:
        """The operation."""
        return self.server.descriptions[self.name]

    def reset(self) -> None:
        """Forget all responses and calls."""
        with self.server.lock:
            self.rules.clear()
            self.default = Rule(None)
            self.calls.clear()

    def rule_for(self, args: tuple[object, ...], kwargs: Mapping[str, object]) -> Rule:
        """Return the rule for calls with these arguments.

        Raises:
            TypeError: If the operation has no such arguments.
        """
        self.signature.bind_partial(*args, **kwargs)
        expected = bound_arguments(self.signature, args, kwargs) or {}
        for rule in self.rules:
            if rule.expected == expected:
                return rule
        rule = Rule(expected)
        self.rules.append(rule)
        return rule

    @property
    def return_type(self) -> Any:
        """The type that the method returns."""
        return type_hints(self.method).get("return", Any)

    def encode_result(self, value: object, type_: Any) -> Reply:
        """Return the response that clients read as a value.

        Args:
            value: The value.
            type_: The type of results.

        Raises:
            TypeError: If the operation has no such result.
        """
        is_result = not (type_ in (str, bytes) and not isinstance(value, type_))
        reply = encoded(value, self.description) if is_result else Reply()
        if self.description.format == "json" and reply.content:
            is_result = _is_json_of(reply.content, type_)
        if not is_result:
            expected = inspect.formatannotation(type_)
            raise TypeError(
                f"{self.name} returns {expected}, not {type(value).__name__}"
            )
        return reply

    def example(self, status: int) -> Reply:
        """Return the response with the example for a status; without a body if none."""
        description = self.description
        if status == description.status:
            return example_reply(description)
        body = error_body(description, status)
        if body is None:
            return Reply(status)
        return Reply(status, encode_json(body), {"Content-Type": JSON})

    def reply(self, request: httpx2.Request) -> Reply:
        """Record a request and return the response to it."""
        try:
            arguments = read_arguments(self.description, self.method, request)
        except (msgspec.MsgspecError, ValueError) as error:
            raise self.server.unexpected(
                f"{self.name} was called with a body that cannot be read: {error}"
            ) from error
        position = position_in(self.description, request)
        received = Received(arguments, position, request.url)
        with self.server.lock:
            self._record(arguments, request.extensions.get("attempt", 1))
            rule = self._matching_rule(arguments)
            response = rule.next_response()
        if rule.polls:
            reply = self.server.accept(self, rule, received)
        else:
            reply = self.response_to(response, received)
        return replace(reply, delay=rule.delay)

    def _record(self, arguments: Mapping[str, object], attempt: int) -> None:
        """Record a call, or another attempt of one."""
        places = self.description.arguments.items()
        implicit = frozenset(name for name, argument in places if argument.implicit)
        recorded = RecordedCall(self.signature, arguments, implicit)
        for earlier in reversed(self.calls):
            if earlier.attempts == attempt - 1 and earlier == recorded:
                earlier.attempts = attempt
                return
        self.calls.append(recorded)

    def response_to(self, response: Responder | None, received: Received) -> Reply:
        """Return the reply that is set for a call, or else the default."""
        return (response or self.default_reply)(received)

    def default_reply(self, received: Received) -> Reply:
        """Return the reply that no test sets: by the stored items, or the example."""
        stores = self.server.stores
        if stores is not None and stores.has(self.name):
            return stores.reply(self, received)
        return example_page(self.description, received)

    def _matching_rule(self, arguments: Mapping[str, object]) -> Rule:
        for rule in reversed(self.rules):
            if rule.expected is not None and matches(rule.expected, arguments):
                return rule
        is_strict = self.server.is_strict and self.name != TOKEN_ENDPOINT
        stores = self.server.stores
        is_stored = stores is not None and stores.has(self.name)
        is_open = is_stored or not (self.rules or is_strict)
        if self.default.responses or is_open:
            return self.default
        raise self.server.unexpected(self._expectation(arguments))

    def _expectation(self, arguments: Mapping[str, object]) -> str:
        """Return what is wrong with a call, and what was expected."""
        made = describe(self.name, arguments)
        if not self.rules:
            return (
                f"{made} was called, and the test has set no response for {self.name}"
            )
        expected = [describe(self.name, rule.expected or {}) for rule in self.rules]
        return f"{made} was called, expected {' or '.join(expected)}"


def _is_json_of(content: bytes, type_: Any) -> bool:
    """Return whether JSON is of the kind that a type is read from, whatever it has inside."""
    try:
        _, mismatches = decode_json(content, type_)
    except msgspec.DecodeError:
        return False
    return not any(mismatch.path == "$" for mismatch in mismatches)


class OperationStores(Protocol):
    """The stores of a stateful fake."""

    def has(self, operation: str) -> bool:
        """Return whether an operation reads or changes stored items."""
        ...

    def reply(self, operation: FakeOperationState, received: Received) -> Reply:
        """Return the reply of such an operation."""
        ...

    def clear(self) -> None:
        """Forget all items."""
        ...
