"""OAuth 2.0 token requests (RFC 6749): what is sent, what comes back, and the token cache.

Performs no I/O and reads no clock. `client.oauth` and `client.async_oauth` send the requests.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from math import inf
from typing import Any, Literal
from urllib.parse import quote_plus, urljoin

from ..codec.type_guards import is_object
from ..errors import APIStatusError, ResponseValidationError, TokenError
from ..wire.server import base_url_problem
from .config import Config
from .request import ANYTHING, Call
from .responses import ErrorFormat
from .security import Scheme, Secret, TokenNeed

_MAX_BODY = 64 * 1024
"""The maximum size of a token response in bytes."""

_MAX_LEEWAY = 30.0
"""A token is renewed this many seconds before it expires, or after 90 % of its lifetime."""

_OWN_PARAMETERS = frozenset(
    {"client_id", "client_secret", "grant_type", "refresh_token", "scope"}
)


@dataclass(frozen=True, slots=True)
class OAuthFlows:
    """The URLs of a security scheme's flows (OpenAPI 3.1, OAuth Flows Object).

    A relative URL is resolved against the base URL with a slash after it.

    Attributes:
        token_url: Where tokens for client credentials come from; empty without such a flow.
        refresh_url: Where refresh tokens are exchanged; empty if no flow has them.
        prefix: The prefix of the arguments of the client's constructor.
    """

    token_url: str = ""
    refresh_url: str = ""
    prefix: str = ""


@dataclass(frozen=True, slots=True)
class TokenOptions:
    """Options of token requests, for authorization servers with rules of their own.

    Attributes:
        scopes: The scopes of one token for all operations; an empty tuple for those that the
            server grants by default. With None, client credentials get one token for each set
            of scopes that an operation needs, and a refresh token gets what it was issued for.
        client_authentication: How the client authenticates (RFC 6749, section 2.3.1): `basic`
            sends id and secret in the `Authorization` header, `body` in the form.
        parameters: Further parameters of the form, such as `audience` or `resource`.
        on_refresh_token: Called with each new refresh token of the server, to store it: the
            old one may be invalid from then on. An asynchronous client awaits its result.
    """

    scopes: tuple[str, ...] | None = None
    client_authentication: Literal["basic", "body"] = "basic"
    parameters: Mapping[str, str] = field(default_factory=dict[str, str], repr=False)
    on_refresh_token: Callable[[str], object] | None = None

    def __post_init__(self) -> None:
        if isinstance(self.scopes, str):
            raise TypeError("scopes must be a tuple of scopes, not a string")
        if self.client_authentication not in ("basic", "body"):
            raise ValueError("client_authentication must be 'basic' or 'body'")
        reserved = sorted(_OWN_PARAMETERS & set(self.parameters))
        if reserved:
            raise ValueError(f"parameters may not have {reserved[0]!r}")


@dataclass(frozen=True, slots=True)
class TokenRequest:
    """A token request.

    Attributes:
        call: The request.
        config: The configuration that it is sent with.
        credentials: The id and secret of the client if they are sent in a header.
        secrets: All secrets in the request.
    """

    call: Call[Any]
    config: Config
    credentials: Mapping[Scheme, Secret] = field(repr=False)
    secrets: tuple[Secret, ...] = field(repr=False)

    def failure(
        self, message: str, status: int, body: Mapping[str, object]
    ) -> TokenError:
        """Return the error for a response, with the texts of its body (RFC 6749, section 5.2)."""
        return TokenError(
            message,
            status,
            error=self._without_secrets(body.get("error")),
            error_description=self._without_secrets(body.get("error_description")),
        )

    def _without_secrets(self, text: object) -> str | None:
        """Return a text of the server without the secrets that it may repeat."""
        if not isinstance(text, str):
            return None
        for secret in self.secrets:
            for spelling in (secret, quote_plus(secret)):
                text = text.replace(spelling, "***")
        return text


@dataclass(frozen=True, slots=True)
class _Token:
    """A token and its end, on the monotonic clock in seconds."""

    secret: Secret
    expires_at: float


class _TokenCall(Call[Any], frozen=True, eq=False):
    """A token request, which messages and logs call so: the URL may have an id."""

    def __str__(self) -> str:
        return "the token request"


_BASIC = Scheme("client_id", "Authorization", prefix="Basic ", is_basic=True)


class TokenGrant:
    """A client's right to tokens, by its own credentials or a refresh token, and its tokens.

    Args:
        url: The URL of the token endpoint; a relative one is resolved against the base URL.
        url_name: The argument that overrides it.
        client_id: The id of the client.
        client_secret: The secret of the client; None for a public client.
        refresh_token: The refresh token; None for client credentials.
        access_token: A token to begin with; None without one.
        options: The options of token requests.

    Attributes:
        new_refresh_token: The refresh token of the last response, if it differs from the one
            before.
    """

    def __init__(
        self,
        url: str,
        url_name: str,
        client_id: str,
        client_secret: str | None,
        refresh_token: str | None,
        access_token: str | None,
        options: TokenOptions,
    ) -> None:
        self.options = options
        self._url = url
        self._url_name = url_name
        self._client_id = Secret(client_id)
        self._client_secret = None if client_secret is None else Secret(client_secret)
        self._refresh_token = None if refresh_token is None else Secret(refresh_token)
        self._tokens: dict[tuple[str, ...], _Token] = {}
        if access_token is not None:
            first = _Token(Secret(access_token), inf)
            self._tokens[self._scopes(())] = first

    def endpoint_url(self, base_url: str, *, allow_http: bool) -> str:
        """Return the URL of the token endpoint.

        Raises:
            ValueError: If it is invalid, or plain HTTP to another machine.
        """
        url = urljoin(f"{base_url}/", self._url)
        problem = base_url_problem(url.partition("?")[0], allow_http=allow_http)
        if "#" in url and not problem:
            problem = "base_url may not have a fragment"
        if problem:
            raise ValueError(problem.replace("base_url", self._url_name))
        return url

    def cached_token(self, need: TokenNeed, now: float) -> Secret | None:
        """Return the token for a request; None if it must be fetched.

        Args:
            need: What the request needs; a rejected token is not returned.
            now: The monotonic clock in seconds.
        """
        token = self._tokens.get(self._scopes(need.scopes))
        if token is None or now >= token.expires_at or token.secret == need.rejected:
            return None
        return token.secret

    def request(self, need: TokenNeed, config: Config, now: float) -> TokenRequest:
        """Return the request for a token.

        The request for client credentials may be repeated. A refresh token may be valid only
        once, so that a request that the server may have received is not.

        Args:
            need: What the request of the API needs.
            config: The configuration of the client, whose limits apply.
            now: The monotonic clock in seconds.
        """
        url = self.endpoint_url(config.base_url, allow_http=config.allow_http)
        form: dict[str, str] = {"grant_type": "client_credentials"}
        if self._refresh_token is not None:
            form = {"grant_type": "refresh_token", "refresh_token": self._refresh_token}
        scopes = self._scopes(need.scopes)
        if scopes:
            form["scope"] = " ".join(scopes)
        credentials: dict[Scheme, Secret] = {}
        if self._client_secret is None:
            form["client_id"] = self._client_id
        elif self.options.client_authentication == "body":
            form["client_id"] = self._client_id
            form["client_secret"] = self._client_secret
        else:
            credentials[_BASIC] = Secret(
                f"{quote_plus(self._client_id)}:{quote_plus(self._client_secret)}"
            )
        form.update(self.options.parameters)
        call = _TokenCall(
            "POST",
            "",
            ANYTHING,
            form=form,
            security=((_BASIC,),) if credentials else (),
            retry_safe=self._refresh_token is None,
        )
        limits = Config(
            base_url=url,
            errors=ErrorFormat(),
            timeout=max(0.0, need.deadline - now),
            max_retries=config.max_retries,
            max_body=_MAX_BODY,
            retry_budget=config.retry_budget,
            allow_http=config.allow_http,
        )
        secrets = filter(None, (self._client_secret, self._refresh_token))
        return TokenRequest(call, limits, credentials, tuple(secrets))

    def accept(
        self, need: TokenNeed, request: TokenRequest, body: object, sent_at: float
    ) -> tuple[Secret, Secret | None]:
        """Store the token of a response.

        Args:
            need: What the request of the API needs.
            request: The token request.
            body: The body of the response.
            sent_at: When the token request was sent, on the monotonic clock in seconds.

        Returns:
            The token, and the new refresh token if there is one.

        Raises:
            TokenError: If the response has no token that can be sent.
        """
        response = body if is_object(body) else {}
        problem = _response_problem(response)
        if problem:
            error = request.failure(f"the token response {problem}", 200, response)
            del body, response  # Error trackers record local variables.
            raise error
        secret = Secret(response["access_token"])
        lifetime = _lifetime(response.get("expires_in"))
        leeway = min(_MAX_LEEWAY, lifetime / 10)
        new_refresh_token = None
        if self._refresh_token is not None:
            given = response.get("refresh_token") or self._refresh_token
            if given != self._refresh_token:
                new_refresh_token = self._refresh_token = Secret(given)
        token = _Token(secret, sent_at + lifetime - leeway)
        self._tokens[self._scopes(need.scopes)] = token
        return secret, new_refresh_token

    def _scopes(self, needed: tuple[str, ...]) -> tuple[str, ...]:
        if self.options.scopes is not None:
            return self.options.scopes
        return () if self._refresh_token is not None else needed


def token_failure(
    request: TokenRequest, error: APIStatusError | ResponseValidationError
) -> TokenError:
    """Return the error for a response to a token request that has no token."""
    status = error.response.status_code
    if isinstance(error, ResponseValidationError):
        return TokenError("the token response cannot be read", status)
    body = error.body if is_object(error.body) else {}
    failure = request.failure(f"the token request returned {status}", status, body)
    failure.retry_after = error.retry_after
    return failure


def _response_problem(body: Mapping[str, object]) -> str:
    """Return why a token response is invalid (RFC 6749, section 5.1); empty if it is valid."""
    token = body.get("access_token")
    if not (isinstance(token, str) and _is_token(token)):
        return "has no access_token that can be sent"
    kind = body.get("token_type", "bearer")
    if not (isinstance(kind, str) and kind.lower() == "bearer"):
        return "has a token_type other than Bearer"
    if _lifetime(body.get("expires_in")) < 0:
        return "has an expires_in that is no number of seconds"
    refresh_token = body.get("refresh_token")
    if not (refresh_token is None or isinstance(refresh_token, str)):
        return "has a refresh_token that is no string"
    return ""


def _is_token(text: str) -> bool:
    return bool(text) and text.isascii() and text.isprintable() and " " not in text


def _lifetime(expires_in: object) -> float:
    """Return a lifetime in seconds: infinity if it is not known, negative if it is invalid."""
    if expires_in is None:
        return inf
    if isinstance(expires_in, str) and expires_in.isdecimal() and len(expires_in) < 16:
        return float(expires_in)  # Azure AD sends a string.
    if isinstance(expires_in, bool) or not isinstance(expires_in, int | float):
        return -1.0
    return float(min(expires_in, 1e15))


def token_grant(
    flows: OAuthFlows,
    access_token: object,
    *,
    client_id: str | None,
    client_secret: str | None,
    refresh_token: str | None,
    token_url: str | None,
    options: TokenOptions | None,
) -> TokenGrant | None:
    """Return the grant of the arguments of a client; None if it has no `client_id`.

    Raises:
        ValueError: If an argument is missing, empty, or would be ignored. The message contains
            none of them.
    """
    given = {
        "client_id": client_id,
        "client_secret": client_secret,
        "refresh_token": refresh_token,
        "token_url": token_url,
        "token_options": options,
    }
    names = [name for name, value in given.items() if value is not None]
    if not names:
        return None
    problem = _arguments_problem(flows, given, access_token)
    if problem:
        del given, access_token, client_id, client_secret, refresh_token
        raise ValueError(problem)
    url = flows.refresh_url if refresh_token is not None else flows.token_url
    assert client_id is not None
    return TokenGrant(
        token_url or url,
        f"{flows.prefix}token_url",
        client_id,
        client_secret,
        refresh_token,
        access_token if isinstance(access_token, str) else None,
        options or TokenOptions(),
    )


def _arguments_problem(
    flows: OAuthFlows, given: Mapping[str, object], access_token: object
) -> str:
    prefix = flows.prefix
    for name, value in given.items():
        if name != "token_options" and value is not None:
            if not (isinstance(value, str) and value):
                return f"{prefix}{name} must be a string that is not empty"
    if given["client_id"] is None:
        name = next(name for name, value in given.items() if value is not None)
        return f"pass {prefix}client_id= with {prefix}{name}="
    if given["refresh_token"] is not None:
        if access_token is None or isinstance(access_token, str):
            return ""
        return f"pass a string as access token with {prefix}refresh_token="
    if not flows.token_url:
        return f"pass {prefix}refresh_token= with {prefix}client_id="
    if given["client_secret"] is None:
        return f"pass {prefix}client_secret= with {prefix}client_id="
    if access_token is not None:
        return f"pass an access token or {prefix}client_id=, not both"
    return ""
