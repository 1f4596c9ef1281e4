"""Configuration of a client that applies to every call: base URL, limits and headers."""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from math import inf, isfinite
from random import Random
from typing import Any

import httpx2

from ..codec.model import UnsetType
from ..wire.server import base_url_problem, origin_of
from .extras import NO_EXTRAS, Extras
from .request import BodyEncoder, bytes_encoder
from .responses import ErrorFormat
from .retry import RetryBudget

OnRequest = Callable[[httpx2.Request], object]
"""Hook called before each attempt with its request, whose `extensions["route"]` is the path
without its arguments. An asynchronous client awaits its result."""

OnResponse = Callable[[httpx2.Response], object]
"""Hook called after each attempt with the response; the body is empty for a stream. An
asynchronous client awaits its result."""


@dataclass(frozen=True, slots=True)
class Config:
    """Configuration of a client.

    Attributes:
        base_url: The URL that routes are appended to, without a trailing slash.
        errors: The structure of the API's error responses.
        timeout: Seconds that a call may take in total, including retries and delays; infinity
            for no limit.
        max_retries: Maximum number of retries of a call.
        max_body: Maximum size of a decompressed response body in bytes.
        extras: What is added to every request.
        api_headers: Headers of every request that the API needs, unless the call has them.
        strict: Whether a response that does not match its schema is an error.
        retry_budget: The retries that the client may still make.
        use_operation_servers: Whether operations with a server of their own use it.
        trusted_origins: Origins besides that of the base URL that credentials are sent to.
        allow_http: Whether credentials may be sent over plain HTTP to another machine.
        has_credentials: Whether the client has credentials. Without any, plain HTTP needs no
            permission.
        follow_redirects: Whether redirects are followed.
        new_encoder: A function that returns the encoder of the request bodies of a call.
        rng: The random number generator of delays; None for the global one.
    """

    base_url: str
    errors: ErrorFormat
    timeout: float = 30.0
    max_retries: int = 2
    max_body: int = 8 * 1024 * 1024
    extras: Extras = NO_EXTRAS
    api_headers: Mapping[str, str] = field(default_factory=dict[str, str])
    strict: bool = False
    retry_budget: RetryBudget = field(default_factory=RetryBudget)
    use_operation_servers: bool = False
    trusted_origins: frozenset[str] = frozenset()
    allow_http: bool = False
    has_credentials: bool = True
    follow_redirects: bool = False
    new_encoder: Callable[[], BodyEncoder] = bytes_encoder
    rng: Random | None = None

    def base_url_for(self, server: str) -> str:
        """Return the base URL of a call.

        Args:
            server: The URL of the operation's own server; empty for none.

        Raises:
            ValueError: If that server is invalid as a base URL.
        """
        if not (server and self.use_operation_servers):
            return self.base_url
        problem = base_url_problem(
            server, allow_http=self.allow_http or not self.has_credentials
        )
        if problem:
            raise ValueError(problem.replace("base_url", "the operation's server"))
        return server

    def server_problem(self, server: str, *, has_credentials: bool) -> str:
        """Return why a call must not be sent to a server; empty if it may.

        Credentials, and the headers and query parameters of `with_options`, are sent only to
        the origin of the base URL and to trusted origins.

        Args:
            server: The URL of the operation's own server; empty for none.
            has_credentials: Whether the call is sent with credentials.
        """
        if not (server and self.use_operation_servers):
            return ""
        if not (has_credentials or self.extras.headers or self.extras.query):
            return ""
        origin = origin_of(server)
        if origin == origin_of(self.base_url) or origin in self.trusted_origins:
            return ""
        contents = (
            "credentials"
            if has_credentials
            else "the extra_headers or extra_query of with_options"
        )
        return (
            f"would send {contents} to {origin}, which is not the server of the API:"
            f" pass trusted_servers=({origin!r},) if it may receive them"
        )

    def for_server(
        self, base_url: str | None, *, has_credentials: bool, has_own_credentials: bool
    ) -> Config:
        """Return a copy for another base URL, or for other credentials.

        Args:
            base_url: The base URL; None for this one.
            has_credentials: Whether it is used with credentials.
            has_own_credentials: Whether these are not those of this configuration.

        Raises:
            ValueError: If the base URL is invalid, or it is at another origin and would receive
                what is for this one.
        """
        changes: dict[str, Any] = {"has_credentials": has_credentials}
        problem = base_url_problem(
            self.base_url if base_url is None else base_url,
            allow_http=self.allow_http or not has_credentials,
        )
        if base_url is not None and not problem:
            changes["base_url"] = base_url.rstrip("/")
            changes["use_operation_servers"] = False
            if origin_of(base_url) != origin_of(self.base_url):
                changes["retry_budget"] = RetryBudget()
                problem = self._origin_problem(
                    has_credentials and not has_own_credentials
                )
        if problem:
            del base_url, changes  # Error trackers record local variables.
            raise ValueError(problem)
        return replace(self, **changes)

    def _origin_problem(self, has_old_credentials: bool) -> str:
        """Return what may not be sent to another origin; empty if there is nothing."""
        if has_old_credentials:
            return (
                "the credentials of this client are not for the origin of this base_url: pass"
                " credentials= for it, or {} to send none"
            )
        if self.extras.headers or self.extras.query:
            return (
                "the extra_headers and extra_query of this client are not for the origin of"
                " this base_url: pass base_url= before them"
            )
        return ""

    def __post_init__(self) -> None:
        _check_max_retries(self.max_retries)

    def with_changes(
        self,
        timeout: float | None | UnsetType,
        max_retries: int | None,
        extras: Extras,
        strict: bool | None,
        max_body: int | None | UnsetType,
        follow_redirects: bool | None,
    ) -> Config:
        """Return a copy with the given values changed; UNSET, or None if it has no meaning of its
        own, leaves one unchanged.
        """
        return replace(
            self,
            timeout=(
                self.timeout
                if isinstance(timeout, UnsetType)
                else seconds_or_infinity(timeout)
            ),
            max_retries=self.max_retries if max_retries is None else max_retries,
            extras=self.extras.extended(extras) if extras else self.extras,
            strict=self.strict if strict is None else strict,
            max_body=(
                self.max_body
                if isinstance(max_body, UnsetType)
                else bytes_or_maximum(max_body)
            ),
            follow_redirects=(
                self.follow_redirects if follow_redirects is None else follow_redirects
            ),
        )


def _check_max_retries(max_retries: object) -> None:
    if not isinstance(max_retries, int):
        raise TypeError("max_retries must be a number, such as 2")
    if max_retries < 0:
        raise ValueError("max_retries must not be negative")


def seconds_or_infinity(timeout: object) -> float:
    """Return the `timeout` option of a client in seconds; infinity for None.

    Raises:
        TypeError: If it is not a number.
        ValueError: If it is infinite or negative.
    """
    if timeout is None:
        return inf
    problem = "timeout must be a number of seconds, such as 30, or None for no limit"
    if not isinstance(timeout, int | float):
        raise TypeError(problem)
    if not (isfinite(timeout) and timeout >= 0):
        raise ValueError(problem)
    return timeout


def bytes_or_maximum(max_body: object) -> int:
    """Return the `max_body` option of a client; the largest size of an object for None.

    Raises:
        TypeError: If it is not an integer.
        ValueError: If it is not positive.
    """
    if max_body is None:
        return sys.maxsize
    if not isinstance(max_body, int):
        raise TypeError("max_body must be a number of bytes, or None for no limit")
    if max_body <= 0:
        raise ValueError("max_body must be positive")
    return max_body
