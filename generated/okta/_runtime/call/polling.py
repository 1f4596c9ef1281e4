"""Polling for the result of a call that the server accepted with 202."""

from __future__ import annotations

from collections.abc import Generator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass

from ..codec.pointers import Pointer


@dataclass(frozen=True, slots=True)
class Polling:
    """Polling for the result of an accepted call (RFC 9110, section 15.3.3).

    Attributes:
        route: Path template to GET until the status is not 202.
        parameter: The only parameter of the route: the request id.
        request_id: Pointer to the request id in the body of the 202 response.
    """

    route: str
    parameter: str
    request_id: Pointer


_resumed_request_id: ContextVar[str | None] = ContextVar("resumed", default=None)


@contextmanager
def resuming(request_id: str) -> Generator[None]:
    """Make the call in this block poll for a request that was accepted before."""
    token = _resumed_request_id.set(request_id)
    try:
        yield
    finally:
        _resumed_request_id.reset(token)


def pop_resumed_request_id() -> str | None:
    """Return the request id that the current call resumes, once: later calls get None."""
    request_id = _resumed_request_id.get()
    if request_id is not None:
        _resumed_request_id.set(None)
    return request_id
