"""Asynchronous client: base classes of clients and resources."""

from __future__ import annotations

import ssl
from collections.abc import Awaitable, Callable, Mapping
from typing import Any, ParamSpec, Self, TypeVar, overload

from ..call.config import (
    Config,
    OnRequest,
    OnResponse,
    bytes_or_maximum,
    seconds_or_infinity,
)
from ..call.extras import extras
from ..call.request import Call, bytes_encoder, given_headers, header_problem
from ..call.responses import ErrorFormat, Response, record_responses
from ..call.routes import route_call
from ..call.security import (
    AsyncCredential,
    Scheme,
    TokenSource,
    replaced_credentials,
)
from ..codec.model import UNSET, UnsetType
from ..codec.request_body import AsyncSource
from ..wire.server import base_url_problem, parse_trusted_origins
from ..wire.transport_errors import without_tracebacks
from .attributes import copy_without
from .async_sender import AsyncSender
from .async_transport import AsyncConnections, AsyncHttp, HttpOpener
from .user_http import header_conflict

P = ParamSpec("P")
T = TypeVar("T")


class AsyncClient:
    """Base class of clients: resources, options and connections."""

    _new_encoder = staticmethod(bytes_encoder)

    def __init__(
        self,
        base_url: str,
        credentials: Mapping[
            Scheme, AsyncCredential | TokenSource[AsyncSender, Awaitable[str]]
        ],
        errors: ErrorFormat,
        *,
        api_headers: Mapping[str, str | None] | None = None,
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
        headers = given_headers(api_headers or {})
        problem = header_problem(headers) or header_conflict(http, headers)
        if problem:
            raise ValueError(problem)
        self._connections = AsyncConnections(
            base_url.rstrip("/"),
            http,
            ssl_context,
            credentials,
            follow_redirects=follow_redirects,
        )
        config = Config(
            base_url.rstrip("/"),
            errors,
            api_headers=headers,
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
            new_encoder=self._new_encoder,
            rng=self._connections.clock.rng,
        )
        self._owns_connections = True
        self._sender = AsyncSender(
            config, credentials, self._connections, on_request, on_response
        )

    def with_options(
        self,
        *,
        timeout: float | None | UnsetType = UNSET,
        max_retries: int | None = None,
        max_body: int | None | UnsetType = UNSET,
        strict_responses: bool | None = None,
        follow_redirects: bool | None = None,
        extra_headers: Mapping[str, str] | None = None,
        extra_query: Mapping[str, object] | None = None,
        extra_body: Mapping[str, object] | None = None,
        headers: Mapping[str, str] | None = None,
        base_url: str | None = None,
        credentials: Mapping[str, AsyncCredential] | None = None,
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
            strict_responses: Whether a response that does not match its schema raises
                `ResponseValidationError` instead of a `ResponseWarning`.
            follow_redirects: Whether redirects are followed. Another origin receives no
                credentials, cookies and headers of the client.
            extra_headers: Additional headers of every request. One that has a credential
                otherwise, such as `Authorization`, is sent in its place.
            extra_query: Additional query parameters, sent as `extra_headers` are.
            extra_body: Additional properties of JSON objects and forms. A call with another body
                or none is refused.
            headers: Another name of `extra_headers`.
            base_url: The base URL. Operations with servers of their own use it, too. One at
                another origin needs `credentials`.
            credentials: The credentials, by name of the client's argument, in place of all that
                this client has. An empty mapping is for none.

        A call that has an argument of the same name as an extra one is refused.

        Raises:
            ValueError: If a header is reserved for the client or has an invalid value, if an
                option is out of range, or if credentials of this client would be sent to another
                origin.
            TypeError: If an option has another type.
        """
        held = self._sender.credentials
        try:
            if headers is not None:
                extra_headers = {**headers, **(extra_headers or {})}
            added = extras(extra_headers, extra_query, extra_body)
            if credentials is not None:
                held = replaced_credentials(held, credentials)
                self._connections.check_schemes(held)
            config = self._sender.config.for_server(
                base_url,
                has_credentials=bool(held),
                has_own_credentials=credentials is not None,
            ).with_changes(
                timeout,
                max_retries,
                added,
                strict_responses,
                max_body,
                follow_redirects,
            )
        except (TypeError, ValueError) as error:
            problem = without_tracebacks(error)
        else:
            other = copy_without(self, AsyncResource)
            other._owns_connections = False
            other._sender = self._sender.with_config(config, held)
            return other
        del headers, extra_headers, extra_query, extra_body, base_url, credentials
        raise problem  # Error trackers record local variables.

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

    @overload
    async def request(
        self,
        method: str,
        path: str,
        *,
        returns: type[T],
        path_arguments: Mapping[str, object] | None = None,
        query: Mapping[str, object] | None = None,
        headers: Mapping[str, str] | None = None,
        json: object = UNSET,
        form: object = None,
        multipart: object = None,
        content: bytes | str | AsyncSource | None = None,
        retry_safe: bool = False,
    ) -> T: ...

    @overload
    async def request(
        self,
        method: str,
        path: str,
        *,
        returns: None = None,
        path_arguments: Mapping[str, object] | None = None,
        query: Mapping[str, object] | None = None,
        headers: Mapping[str, str] | None = None,
        json: object = UNSET,
        form: object = None,
        multipart: object = None,
        content: bytes | str | AsyncSource | None = None,
        retry_safe: bool = False,
    ) -> Any: ...

    async def request(
        self,
        method: str,
        path: str,
        *,
        returns: Any = None,
        path_arguments: Mapping[str, object] | None = None,
        query: Mapping[str, object] | None = None,
        headers: Mapping[str, str] | None = None,
        json: object = UNSET,
        form: object = None,
        multipart: object = None,
        content: bytes | str | AsyncSource | None = None,
        retry_safe: bool = False,
    ) -> Any:
        """Call a route that the document does not have.

        It is called as an operation is: with the credentials, limits, retries and hooks of this
        client, and the same errors. If the client has several credentials for one header, query
        parameter or cookie, the first is sent.

        Args:
            method: The HTTP method.
            path: The path below the base URL, such as `/users/{id}`.
            returns: The type of the response: a model, `list[...]` of one, `bytes`, or `str` for
                text. By default JSON data, text or bytes by its `Content-Type`.
            path_arguments: The values of the names in braces. They are encoded, and no error
                shows them.
            query: Query parameters; None is not sent.
            headers: Headers. One that has a credential otherwise, such as `Authorization`, is
                sent in its place.
            json: The JSON body; None is null.
            form: The members of a body of `application/x-www-form-urlencoded`.
            multipart: The members of a body of `multipart/form-data`; files are `File`s.
            content: A body that is sent as it is. `headers` has its `Content-Type`. Only a client
                with an operation that sends files or text accepts an open file, a path, or an
                iterable of bytes.
            retry_safe: Whether the request may be repeated although its method is not
                idempotent. An `Idempotency-Key` in `headers` allows it, too.

        Raises:
            ValueError: If the path leaves the base URL, or an argument cannot be sent.
            APIError: As for every operation.
        """
        bodies = {
            "json": json,
            "form": form,
            "multipart": multipart,
            "content": content,
        }
        try:
            call = route_call(
                method,
                path,
                returns,
                self._sender.credentials,
                path_arguments=path_arguments or {},
                query=query or {},
                headers=headers or {},
                bodies=bodies,
                retry_safe=retry_safe,
            )
        except ValueError as error:
            problem = without_tracebacks(error)
        else:
            del path, path_arguments, query, headers, bodies
            del json, form, multipart, content
            return await self._sender.send(call)
        del path, path_arguments, query, headers, bodies
        del json, form, multipart, content
        raise problem  # Error trackers record local variables.

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
