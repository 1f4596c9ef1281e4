"""The server side of a fake: finds the operation of each request, and its response."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from importlib.resources import files
from threading import RLock
from typing import Any, Protocol
from urllib.parse import parse_qsl

import httpx2
import msgspec

from ..call.responses import ErrorFormat
from ..codec.media_types import essence
from ..codec.plain_data import encode_json
from .arguments import read_arguments, route_pattern, unknown_names
from .calls import RecordedCall, bound_arguments, describe, matches
from .clock import FakeClock
from .descriptions import OperationDescription, decode_descriptions
from .pages import example_page, position_in
from .replies import (
    JSON,
    Responder,
    Received,
    Reply,
    encoded,
    error_body,
    example_reply,
    replaced_at,
)

_FORM = "application/x-www-form-urlencoded"
TOKEN_ENDPOINT = "token_endpoint"
"""The name of the token endpoint among the operations; its route is empty."""


class UnexpectedCall(AssertionError):
    """A call for which a test has set no response."""


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
        key_names = (n for n, a in places if a.name.lower() == "idempotency-key")
        recorded = RecordedCall(self.signature, arguments, next(key_names, ""))
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


class FakeServer:
    """The in-memory server of a fake.

    Args:
        package: The package of the fake, with `operations.json`.
        errors: The structure of error responses.
        is_strict: Whether a call fails if no response is set for it; otherwise it gets the example.
        stores: The items that operations read and change; None for none.
    """

    def __init__(
        self,
        package: str,
        errors: ErrorFormat,
        *,
        is_strict: bool = False,
        stores: OperationStores | None = None,
    ) -> None:
        self.errors = errors
        self.is_strict = is_strict
        self.stores = stores
        self.clock = FakeClock()
        self.lock = RLock()
        self.problems: list[str] = []
        self.root: object = None
        self.token_endpoint: OperationDescription | None = None
        self._package = package
        self._states: dict[str, FakeOperationState] = {}
        self._polls: dict[str, _Poll] = {}

    @cached_property
    def descriptions(self) -> Mapping[str, OperationDescription]:
        """The operations by dotted name."""
        content = files(self._package).joinpath("operations.json").read_bytes()
        found = decode_descriptions(content)
        if self.token_endpoint is not None:
            found[TOKEN_ENDPOINT] = self.token_endpoint
        return found

    @cached_property
    def _by_route(self) -> dict[tuple[str, str], list[str]]:
        """The operations by method and route."""
        found: dict[tuple[str, str], list[str]] = {}
        for name, description in self.descriptions.items():
            key = (description.method, description.path)
            found.setdefault(key, []).append(name)
        return found

    def state(self, name: str, method: Callable[..., object]) -> FakeOperationState:
        """Return the state of an operation whose fake is made."""
        return self._states.setdefault(name, FakeOperationState(self, name, method))

    def reset(self) -> None:
        """Forget all responses, calls, problems and stored items."""
        if self.stores is not None:
            self.stores.clear()
        with self.lock:
            self.problems.clear()
            self._polls.clear()
            self.clock.sleeps.clear()
            for state in self._states.values():
                state.reset()

    def _find_state(self, name: str) -> FakeOperationState:
        if name not in self._states:
            attribute, _, _ = name.partition(".")
            for renamed in (attribute, f"{attribute}_"):
                getattr(self.root, renamed, None)  # Makes the fakes of a resource.
        return self._states[name]

    def unexpected(self, problem: str) -> UnexpectedCall:
        """Record a problem and return the error for it."""
        self.problems.append(problem)
        return UnexpectedCall(problem)

    def reply(self, request: httpx2.Request) -> Reply:
        """Return the response to a request.

        Raises:
            UnexpectedCall: If the test has set no response for it.
        """
        method = request.method
        route = request.extensions.get("route")
        names = self._by_route.get((method, str(route)))
        if names is None:
            poll = self._poll_of(request)
            if poll is not None:
                return poll
            names = self._names_by_path(request)
        if not names:
            raise self.unexpected(
                f"{method} {route or request.url.path} was requested, which is no"
                " operation of this API"
            )
        return self._find_state(self._variant(names, request)).reply(request)

    def _names_by_path(self, request: httpx2.Request) -> list[str]:
        """Return the operations whose route matches the path, the narrowest route first."""
        path = request.url.raw_path.decode("ascii").partition("?")[0]
        query = {*parse_qsl(request.url.query.decode("ascii"))}
        needs_form = self.token_endpoint is not None and _is_token_request(request)
        found: list[tuple[bool, int, int, str]] = []
        for (method, route), names in self._by_route.items():
            match = route_pattern(route).fullmatch(path)
            if method != request.method or match is None:
                continue
            if not {*parse_qsl(route.partition("?")[2])} <= query:
                continue
            if self._takes_form(names) if needs_form else route:
                has_prefix = bool(match["base"])
                found.append((has_prefix, route.count("{"), -len(route), route))
        return self._by_route[request.method, min(found)[-1]] if found else []

    def _takes_form(self, names: Iterable[str]) -> bool:
        return any(self.descriptions[n].content_type.startswith(_FORM) for n in names)

    def _variant(self, names: Sequence[str], request: httpx2.Request) -> str:
        """Return which of the operations of one route a request is for.

        Headers decide, and if they are the same, the names in its query and body.
        """

        def likeness(name: str) -> tuple[bool, bool, int]:
            description = self.descriptions[name]
            content_type = request.headers.get("content-type", "").partition(";")[0]
            return (
                request.headers.get("accept") == description.accept,
                content_type == description.content_type.partition(";")[0],
                -len(unknown_names(description, request)),
            )

        first, *others = names
        return max(names, key=likeness) if others else first

    def accept(
        self, state: FakeOperationState, rule: Rule, received: Received
    ) -> Reply:
        """Return a 202 response, and keep the call for the polls that follow."""
        polling = state.description.polling
        if polling is None:
            raise TypeError(f"{state.name} is never accepted with 202")
        with self.lock:
            request_id = f"request-{len(self._polls) + 1}"
            self._polls[request_id] = _Poll(state, rule, received, rule.polls)
        return self._accepted(polling.request_id, request_id, state)

    def _accepted(
        self, pointer: Any, request_id: str, state: FakeOperationState
    ) -> Reply:
        body = replaced_at(error_body(state.description, 202), pointer, request_id)
        return encoded(body, OperationDescription("GET", "/", status=202))

    def _poll_of(self, request: httpx2.Request) -> Reply | None:
        """Return the response to a poll; None if the request is none."""
        path = request.url.path
        with self.lock:
            for request_id, poll in self._polls.items():
                polling = poll.state.description.polling
                if polling is None or not path.endswith(f"/{request_id}"):
                    continue
                if poll.remaining > 1:
                    poll.remaining -= 1
                    return self._accepted(polling.request_id, request_id, poll.state)
                response = poll.rule.next_response()
                return poll.state.response_to(response, poll.received)
        return None


def _is_token_request(request: httpx2.Request) -> bool:
    """Return whether a request is for an OAuth 2.0 token, wherever it is sent (RFC 6749, 4)."""
    content_type = essence(request.headers.get("content-type", ""))
    return content_type == _FORM and b"grant_type=" in request.content


@dataclass
class _Poll:
    """An accepted call, and how many polls it still takes."""

    state: FakeOperationState
    rule: Rule
    received: Received
    remaining: int
