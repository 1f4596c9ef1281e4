"""Credentials of the asynchronous client that fetch OAuth 2.0 tokens."""

from __future__ import annotations

from collections.abc import Awaitable

from ..call.oauth import (
    OAuthFlows,
    TokenGrant,
    TokenOptions,
    token_failure,
    token_grant,
)
from ..call.security import AsyncCredential, Secret, TokenNeed, TokenSource
from ..errors import APIStatusError, ResponseValidationError
from .async_sender import AsyncSender
from .async_token_lock import AsyncTokenLock
from .async_transport import call_hook


def oauth_credential(
    flows: OAuthFlows,
    access_token: AsyncCredential | None,
    *,
    client_id: str | None,
    client_secret: str | None = None,
    refresh_token: str | None = None,
    token_url: str | None = None,
    token_options: TokenOptions | None = None,
) -> AsyncCredential | TokenSource[AsyncSender, Awaitable[str]] | None:
    """Return the credential of an OAuth 2.0 scheme: the access token, or what fetches tokens.

    Raises:
        ValueError: If an argument is missing, empty, or would be ignored.
    """
    grant = token_grant(
        flows,
        access_token,
        client_id=client_id,
        client_secret=client_secret,
        refresh_token=refresh_token,
        token_url=token_url,
        options=token_options,
    )
    return access_token if grant is None else AsyncOAuthTokens(grant)


class AsyncOAuthTokens(TokenSource[AsyncSender, Awaitable[str]]):
    """Tokens that are fetched when they are needed, and kept until they expire.

    Args:
        grant: The client's right to tokens.
    """

    def __init__(self, grant: TokenGrant) -> None:
        self._grant = grant
        self._lock = AsyncTokenLock()

    def check(self, base_url: str, *, allow_http: bool) -> None:
        self._grant.endpoint_url(base_url, allow_http=allow_http)

    async def token(self, sender: AsyncSender, need: TokenNeed) -> str:
        token = self._grant.cached_token(need, sender.clock.monotonic())
        if token is not None:
            return token
        async with self._lock.hold(need.deadline):
            token = self._grant.cached_token(need, sender.clock.monotonic())
            if token is None:
                token = await self._fetch(sender, need)
        return token

    async def _fetch(self, sender: AsyncSender, need: TokenNeed) -> Secret:
        sent_at = sender.clock.monotonic()
        request = self._grant.request(need, sender.config, sent_at)
        endpoint = sender.for_endpoint(request.config, request.credentials)
        try:
            token, new_refresh_token = self._grant.accept(
                need, request, await endpoint.send(request.call), sent_at
            )
        except (APIStatusError, ResponseValidationError) as error:
            failure = token_failure(request, error)
        else:
            hook = self._grant.options.on_refresh_token
            if new_refresh_token is not None and hook is not None:
                await call_hook(hook, str(new_refresh_token))
            return token
        other = self._grant.cached_token(need, sender.clock.monotonic())
        if (
            other is not None
        ):  # Another thread or event loop has used the refresh token.
            return other
        raise failure
