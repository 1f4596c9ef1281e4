"""Asynchronous client: base classes of clients and resources."""

from __future__ import annotations

import ssl
from collections.abc import Awaitable, Callable, Mapping
from copy import copy
from typing import ParamSpec, Self, TypeVar

from ..call.config import (
    Config,
    OnRequest,
    OnResponse,
    bytes_or_maximum,
    seconds_or_infinity,
)
from ..call.request import Call, header_problem
from ..call.responses import ErrorFormat, Response, record_responses
from ..call.security import AsyncCredential, Scheme, TokenSource
from ..codec.model import UNSET, UnsetType
from ..wire.server import base_url_problem, parse_trusted_origins
from .async_sender import AsyncSender
from .async_transport import AsyncConnections, AsyncHttp, HttpOpener

P = ParamSpec("P")
T = TypeVar("T")


class AsyncClient:
    """Base class of clients: resources, options and connections."""

    def __init__(
        self,
        base_url: str,
        credentials: Mapping[
            Scheme, AsyncCredential | TokenSource[AsyncSender, Awaitable[str]]
        ],
        errors: ErrorFormat,
        *,
        timeout: float | None,
        max_retries: int,
        max_body: int | None = 8 * 1024 * 1024,
        strict_responses: bool,
        allow_http: bool = False,
        follow_redirects: bool = False,
        use_operation_servers: bool = False,
        trusted_servers: tuple[str, ...] = (),
        on_request: OnRequest | None = None,
        on_response: OnResponse | None = None,
        ssl_context: ssl.SSLContext | None = None,
        http: AsyncHttp | HttpOpener | None = None,
    ) -> None:
        may_use_http = allow_http or not credentials
        problem = base_url_problem(base_url, allow_http=may_use_http)
        if problem:
            del base_url  # Error trackers record local variables.
            raise ValueError(problem)
        config = Config(
            base_url.rstrip("/"),
            errors,
            timeout=seconds_or_infinity(timeout),
            max_retries=max_retries,
            max_body=bytes_or_maximum(max_body),
            strict=strict_responses,
            use_operation_servers=use_operation_servers,
            trusted_origins=parse_trusted_origins(
                trusted_servers if use_operation_servers else (),
                allow_http=may_use_http,
            ),
            allow_http=allow_http,
            has_credentials=bool(credentials),
            follow_redirects=follow_redirects,
        )
        self._connections = AsyncConnections(
            config.base_url,
            http,
            ssl_context,
            credentials,
            follow_redirects=follow_redirects,
        )
        self._owns_connections = True
        self._sender = AsyncSender(
            config, credentials, self._connections, on_request, on_response
        )
        self._attach_resources(self._sender)

    def _attach_resources(self, sender: AsyncSender) -> None:
        """Create the resources of the client; each generated client overrides this."""

    def with_options(
        self,
        *,
        timeout: float | None | UnsetType = UNSET,
        max_retries: int | None = None,
        max_body: int | None | UnsetType = UNSET,
        headers: Mapping[str, str] | None = None,
        strict_responses: bool | None = None,
        follow_redirects: bool | None = None,
    ) -> Self:
        """Return a copy of this client with other options and the same connections.

        An option that is not given is unchanged. Closing the copy does not close the
        connections.

        Args:
            timeout: Seconds that a call may take in total, including retries; None for no
                limit.
            max_retries: Maximum number of retries of a call.
            max_body: Maximum size of a decompressed response body, or of an item of a stream,
                in bytes; None for no limit.
            headers: Additional headers of every request.
            strict_responses: Whether a response that does not match its schema raises
                `ResponseValidationError` instead of a `ResponseWarning`.
            follow_redirects: Whether redirects are followed. Another origin receives no
                credentials, cookies and headers of the client.

        Raises:
            ValueError: If a header is reserved for the client or has an invalid value, or if
                an option is out of range.
            TypeError: If an option has another type.
        """
        problem = header_problem(headers or {})
        if problem:
            del headers  # Error trackers record local variables.
            raise ValueError(problem)
        config = self._sender.config.with_changes(
            timeout,
            max_retries,
            headers,
            strict_responses,
            max_body,
            follow_redirects,
        )
        other = copy(self)
        other._owns_connections = False
        other._sender = self._sender.with_config(config)
        other._attach_resources(other._sender)
        return other

    async def raw(
        self,
        method: Callable[P, Awaitable[T]],
        *args: P.args,
        **kwargs: P.kwargs,
    ) -> Response[T]:
        """Call a method of this client and return status, headers and value of the response.

        Args:
            method: A method of a resource, such as `client.sessions.get`.
            args: Positional arguments of the method.
            kwargs: Keyword arguments of the method.

        Raises:
            TypeError: If the method sends no request.
            APIError: If the method raises it.
        """
        with record_responses() as responses:
            value = await method(*args, **kwargs)
        if not responses:
            raise TypeError(
                "raw takes a method that sends a request, and its arguments"
            )
        return Response(responses[-1].status_code, responses[-1].headers, value)

    def __repr__(self) -> str:
        return f"<{type(self).__name__} {self._sender.config.base_url}>"

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.aclose()

    async def aclose(self) -> None:
        """Close the connections, except those of an `http` that was passed in."""
        if self._owns_connections:
            await self._connections.aclose()


class AsyncResource:
    """Base class of resources, which group the operations of a client."""

    def __init__(self, sender: AsyncSender) -> None:
        self._sender = sender

    async def _send(self, call: Call[T]) -> T:
        return await self._sender.send(call)
