"""Asynchronous sender: sends the requests of calls and waits between attempts."""

from __future__ import annotations

from collections.abc import Awaitable, Mapping
from contextlib import AbstractContextManager, nullcontext
from copy import copy
from typing import TypeVar

import httpx2

from ..call.config import Config, OnRequest, OnResponse
from ..call.exchange import Exchange, Finish, Send
from ..call.request import Call
from ..call.responses import Response
from ..call.security import (
    AsyncCredential,
    Scheme,
    Secret,
    TokenSource,
    validated_secret,
)
from ..wire.response_body import BodyError, DecodedResponse
from ..wire.transport_errors import redacted
from .async_transport import (
    AsyncConnections,
    body_stream,
    call_hook,
    resolve_credential,
)

T = TypeVar("T")

_NO_LIMIT = nullcontext()


class AsyncSender:
    """Sends calls, each with its retries and polling."""

    def __init__(
        self,
        config: Config,
        credentials: Mapping[
            Scheme, AsyncCredential | TokenSource[AsyncSender, Awaitable[str]]
        ],
        connections: AsyncConnections,
        on_request: OnRequest | None = None,
        on_response: OnResponse | None = None,
    ) -> None:
        self.config = config
        self.credentials = credentials
        self._connections = connections
        self.clock = connections.clock
        self._on_request = on_request
        self._on_response = on_response
        for credential in credentials.values():
            if isinstance(credential, TokenSource):
                credential.check(config.base_url, allow_http=config.allow_http)
        self._runs_user_code = self._has_user_code()

    def for_endpoint(
        self, config: Config, credentials: Mapping[Scheme, AsyncCredential]
    ) -> AsyncSender:
        """Return a sender for an endpoint of its own, over the same connections, without hooks."""
        return AsyncSender(config, credentials, self._connections)

    def with_config(
        self,
        config: Config,
        credentials: Mapping[
            Scheme, AsyncCredential | TokenSource[AsyncSender, Awaitable[str]]
        ],
    ) -> AsyncSender:
        """Return this sender with other values, over the same connections."""
        other = copy(self)
        other.config = config
        other.credentials = credentials
        other._runs_user_code = other._has_user_code()
        return other

    def _has_user_code(self) -> bool:
        """Return whether an attempt calls hooks, or what returns credentials."""
        has_hooks = self._on_request is not None or self._on_response is not None
        return has_hooks or not all(
            isinstance(credential, str) for credential in self.credentials.values()
        )

    async def send(self, call: Call[T]) -> T:
        """Send a call and return its value; see `fetch`."""
        exchange = Exchange(call, self.config, self.credentials, self.clock.monotonic())
        return exchange.parse_value(await self.final_response(exchange))

    async def fetch(self, call: Call[T]) -> Response[T]:
        """Send a call, with retries, and return its parsed response.

        Raises:
            ValueError: If an argument or credential cannot be sent; nothing is sent then.
            APIError: If no response comes, or its status is not 2xx, or it cannot be read.
        """
        exchange = Exchange(call, self.config, self.credentials, self.clock.monotonic())
        return exchange.parse_response(await self.final_response(exchange))

    async def final_response(self, exchange: Exchange[T]) -> DecodedResponse:
        """Send attempts until the exchange is finished; return the final response."""
        while True:
            outcome = await self._attempt(exchange)
            action: Send | Finish
            if isinstance(outcome, httpx2.TransportError):
                action = exchange.handle_transport_error(
                    outcome, self.clock.monotonic()
                )
            else:
                action = exchange.handle_response(outcome, self.clock.monotonic())
            if isinstance(action, Finish):
                return action.response
            await self.clock.sleep(action.delay)

    async def _attempt(
        self, exchange: Exchange[T]
    ) -> DecodedResponse | httpx2.TransportError:
        try:
            with self._limit(exchange):
                return await self._send_attempt(exchange)
        except httpx2.TransportError as error:
            return redacted(error)

    def _limit(self, exchange: Exchange[T]) -> AbstractContextManager[object]:
        """Return the context manager that ends an attempt at the deadline of its call.

        None is needed if all that takes time is a transport which ends by itself.
        """
        if self._connections.keeps_deadlines and not (
            self._runs_user_code or exchange.encoder.may_stream(exchange.call)
        ):
            return _NO_LIMIT
        return self.clock.limit(exchange.deadline)

    async def _send_attempt(self, exchange: Exchange[T]) -> DecodedResponse:
        """Return the response of one attempt.

        After a 401 response the request is sent once more if a credential has changed since.
        """
        credentials = await self._resolve_credentials(exchange, {})
        response = await self._send_once(exchange, credentials)
        if response.status_code == 401:
            renewed = await self._resolve_credentials(exchange, credentials)
            if renewed != credentials and exchange.may_repeat_body():
                response = await self._send_once(exchange, renewed)
        return response

    async def _resolve_credentials(
        self, exchange: Exchange[T], rejected: Mapping[Scheme, Secret]
    ) -> dict[Scheme, Secret]:
        """Return the current secrets for one attempt, only of the schemes that it uses.

        Args:
            exchange: The call.
            rejected: The secrets that the server rejected with 401; empty on the first request.
        """
        return {
            scheme: await self._secret(exchange, scheme, rejected.get(scheme))
            for scheme in exchange.schemes
        }

    async def _secret(
        self, exchange: Exchange[T], scheme: Scheme, rejected: Secret | None
    ) -> Secret:
        """Return the current secret of a scheme; the credential of the call comes first."""
        given = exchange.given_credentials
        credential = given[scheme] if scheme in given else self.credentials[scheme]
        if isinstance(credential, Secret):
            return credential
        if isinstance(credential, str) or callable(credential):
            return validated_secret(scheme, await resolve_credential(credential))
        need = exchange.token_need(scheme, rejected)
        return validated_secret(scheme, await credential.token(self, need))

    async def _send_once(
        self, exchange: Exchange[T], credentials: Mapping[Scheme, Secret]
    ) -> DecodedResponse:
        request = exchange.request(credentials, self.clock.monotonic())
        if self._on_request is not None:
            await call_hook(self._on_request, request)
        raw_response = await self._connections.send(
            request, is_foreign=exchange.has_left_origin
        )
        is_kept_open = False
        try:
            response = await self._read_body(exchange, raw_response)
        except BodyError as error:
            problem = str(error)
        else:
            if self._on_response is not None:
                await call_hook(self._on_response, response.httpx_response)
            is_kept_open = exchange.has_open_stream
            return response
        finally:
            if not is_kept_open:
                await raw_response.aclose()
        raise exchange.unreadable_body_error(raw_response, problem)

    async def _read_body(
        self, exchange: Exchange[T], raw_response: httpx2.Response
    ) -> DecodedResponse:
        if exchange.begin_stream(raw_response):
            return DecodedResponse(raw_response, b"")
        receiver = exchange.body_receiver(raw_response)
        async for chunk in body_stream(raw_response):
            receiver.feed(chunk)
            del chunk  # Error trackers record the local variables of frames.
        return DecodedResponse(raw_response, receiver.content())
