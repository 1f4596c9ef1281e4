"""How the answer is asked for to a call that the server accepted and goes on with (202)."""

from __future__ import annotations

from collections.abc import Generator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass

from .pointers import Pointer


@dataclass(frozen=True, slots=True)
class Polling:
    """Where the answer will be (RFC 9110, section 15.3.3).

    Attributes:
        route: Asked with GET until it answers with another status than 202.
        parameter: The one parameter of the route; it takes the id of the request.
        request_id: Where the body of the 202 keeps that id, as keys and indexes.
    """

    route: str
    parameter: str
    request_id: Pointer


_resumed_request_id: ContextVar[str | None] = ContextVar("resumed", default=None)


@contextmanager
def resuming(request_id: str) -> Generator[None]:
    """Let the call that is made in this block be one that was accepted before."""
    token = _resumed_request_id.set(request_id)
    try:
        yield
    finally:
        _resumed_request_id.reset(token)


def pop_resumed_request_id() -> str | None:
    """The id under which the call that is being made was accepted; it is told once."""
    request_id = _resumed_request_id.get()
    if request_id is not None:
        _resumed_request_id.set(None)
    return request_id
