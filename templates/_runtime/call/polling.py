"""Polling for the result of a call that the server accepted with 202 (RFC 9110, 15.3.3)."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from typing import Any, TypeVar

import msgspec

from ..codec.json_decoding import decode_json
from ..codec.pointers import Pointer, text_at
from ..wire.response_body import DecodedResponse
from .exchange import Exchange
from .request import Call
from .responses import unreadable_body_error

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Polling:
    """The route that has the results of accepted calls.

    Attributes:
        route: Path template to GET until the status is not 202.
        parameter: The only parameter of the route: the request id.
        request_id: Pointer to the request id in the body of the 202 response.
    """

    route: str
    parameter: str
    request_id: Pointer

    def parse_request_id(self, call: Call[Any], response: DecodedResponse) -> str:
        """Return the request id of a 202 response.

        Raises:
            ResponseValidationError: If it has none.
        """
        request_id: str | None = None
        with suppress(msgspec.DecodeError):
            body, _ = decode_json(response.content, Any, response.headers)
            request_id = text_at(body, self.request_id)
            del body  # Error trackers record local variables.
        if not request_id:
            problem = "it has no request id, which polling needs"
            raise unreadable_body_error(call, response.httpx_response, problem)
        return request_id

    def poll(self, call: Call[T], request_id: str) -> Call[T]:
        """Return the call that asks for the result of another call."""
        return msgspec.structs.replace(
            call,
            method="GET",
            route=self.route,
            path={self.parameter: request_id},
            query={},
            header={},
            cookie={},
            json=None,
            form=None,
            multipart=None,
            content=None,
            link=None,
        )


@dataclass(frozen=True, slots=True)
class Resumption:
    """Override of a call that was accepted before: it polls, and is not sent again."""

    request_id: str

    def apply(self, exchange: Exchange[Any]) -> None:
        """Make the requests of a call poll for its result.

        Raises:
            TypeError: If the operation of the call has no polling.
        """
        exchange.start_polling(self.request_id)
