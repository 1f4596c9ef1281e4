"""The server side of a fake: passes each request to its operation, and polls to accepted calls."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from importlib.resources import files
from threading import RLock
from typing import Any

import httpx2

from ..call.responses import ErrorFormat
from .clock import FakeClock
from .descriptions import OperationDescription, decode_descriptions
from .operation_state import FakeOperationState, OperationStores, Rule
from .replies import Received, Reply, encoded, error_body, replaced_at
from .routing import TOKEN_ENDPOINT, Routes


class UnexpectedCall(AssertionError):
    """A call for which a test has set no response."""


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
    def _routes(self) -> Routes:
        return Routes(self.descriptions)

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
        name = self._routes.find(request)
        if name is None:
            poll = self._poll_of(request)
            if poll is not None:
                return poll
            name = self._routes.find_by_path(request)
        if name is None:
            route = request.extensions.get("route") or request.url.path
            raise self.unexpected(
                f"{request.method} {route} was requested, which is no operation of this API"
            )
        return self._find_state(name).reply(request)

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


@dataclass
class _Poll:
    """An accepted call, and how many polls it still takes."""

    state: FakeOperationState
    rule: Rule
    received: Received
    remaining: int
