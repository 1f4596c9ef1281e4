"""The fake of the token endpoint of OAuth 2.0 (RFC 6749, section 3.2)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Concatenate, ParamSpec, Self

import msgspec

from ..codec.plain_data import encode_json
from ..errors import APIError, TokenError
from .descriptions import ArgumentDescription, OperationDescription
from .operation import CallsFake
from .replies import JSON, Reply
from .routing import TOKEN_ENDPOINT
from .server import FakeServer

P = ParamSpec("P")

_TOKEN = b'{"access_token": "fake", "token_type": "Bearer", "expires_in": 3600}'
_DESCRIPTION = OperationDescription(
    "POST",
    "",
    content_type="application/x-www-form-urlencoded",
    arguments={n: ArgumentDescription("form", n) for n in ("grant_type", "scope")},
    example=msgspec.Raw(_TOKEN),
)


def request_token(self: Any, grant_type: str, *, scope: str | None = None) -> None:
    """Request a token: a function for the parameters of the calls."""


class TokenEndpointFake(CallsFake[P]):
    """The fake of the token endpoint: each request gets a token.

    `fake.token_endpoint.calls == [call("client_credentials", scope="read")]`. Calls do not have
    the credentials. `raises(TokenError(error="invalid_client"))` refuses a token.
    """

    def __init__(
        self, server: FakeServer, method: Callable[Concatenate[Any, P], Any]
    ) -> None:
        super().__init__(server, TOKEN_ENDPOINT, method)
        server.token_endpoint = _DESCRIPTION

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
            error: The error, such as `TokenError(error="invalid_client", status_code=401)`.
            code: The error code, in place of that of a `TokenError`.
            message: The description, in place of that of a `TokenError`.
            headers: Headers of the response.

        Raises:
            TypeError: If no response makes a client raise it.
        """
        error = error() if error is TokenError else error
        if not isinstance(error, TokenError):
            return super().raises(error, code=code, message=message, headers=headers)
        members = {
            "error": code or error.error,
            "error_description": message or error.error_description,
        }
        body = {name: text for name, text in members.items() if text is not None}
        sent = {"Content-Type": JSON}
        if error.retry_after is not None:
            sent["Retry-After"] = f"{error.retry_after:g}"
        sent.update(headers or {})
        reply = Reply(error.status_code, encode_json(body), sent)
        return self._answer(lambda _: reply)
