"""What holds for every call of a client: where it goes, its limits, its headers."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from math import isfinite

import httpx2

from .responses import ErrorShape
from .retry import RetryBudget
from .server import base_url_problem, origin_of

OnRequest = Callable[[httpx2.Request], object]
"""Called before each try with what is sent. An asynchronous client awaits what it returns."""

OnResponse = Callable[[httpx2.Response], object]
"""Called after each try that was answered with the answer, read. Awaited likewise."""


@dataclass(frozen=True, slots=True)
class Config:
    """What holds for every call of a client.

    Attributes:
        base_url: What goes before the route.
        errors: What the API's errors look like.
        timeout: Seconds that a call may take in all: every try, pause and byte.
        max_retries: How often a call is tried again.
        max_body: Bytes that the body of an answer may have, decompressed.
        headers: Sent with every call.
        strict: Whether an answer that does not fit its description is an error.
        budget: The retries that the client has left.
        use_operation_servers: Whether an operation that has a server of its own is carried out there.
        trusted: Origins besides that of the base URL that credentials may be sent to.
    """

    base_url: str
    errors: ErrorShape
    timeout: float = 30.0
    max_retries: int = 2
    max_body: int = 8 * 1024 * 1024
    headers: Mapping[str, str] = field(default_factory=dict[str, str], repr=False)
    strict: bool = False
    retry_budget: RetryBudget = field(default_factory=RetryBudget)
    use_operation_servers: bool = False
    trusted_origins: frozenset[str] = frozenset()

    def base_url_for(self, server: str) -> str:
        """Where a call goes.

        Args:
            server: The URL of the operation's own server; empty for none.

        Raises:
            ValueError: Credentials would be sent there in clear.
        """
        if not (server and self.use_operation_servers):
            return self.base_url
        problem = base_url_problem(server)
        if problem:
            raise ValueError(problem.replace("base_url", "the operation's server"))
        return server

    def server_problem(self, server: str, *, has_credentials: bool) -> str:
        """Return why a call may not be sent to a server; empty if it may.

        Credentials, and headers of `with_options`, go to no other host than that of the
        base URL, unless the caller trusts it.

        Args:
            server: The URL of the operation's own server; empty for none.
            secured: Whether the call is sent with credentials.
        """
        if not (
            server and self.use_operation_servers and (has_credentials or self.headers)
        ):
            return ""
        origin = origin_of(server)
        if origin == origin_of(self.base_url) or origin in self.trusted_origins:
            return ""
        contents = "credentials" if has_credentials else "the headers of with_options"
        return (
            f"would send {contents} to {origin}, which is another host than that of the API:"
            f" pass trusted_servers=({origin!r},) if it may have them"
        )

    def __post_init__(self) -> None:
        if not (isfinite(self.timeout) and self.timeout >= 0):
            raise ValueError("timeout is a number of seconds, such as 30")
        if self.max_retries < 0:
            raise ValueError("max_retries is a number of times, such as 2")

    def with_changes(
        self,
        timeout: float | None,
        max_retries: int | None,
        headers: Mapping[str, str] | None,
        strict: bool | None,
    ) -> Config:
        """The same with some values changed; None leaves one as it is."""
        return replace(
            self,
            timeout=self.timeout if timeout is None else timeout,
            max_retries=self.max_retries if max_retries is None else max_retries,
            headers={**self.headers, **(headers or {})},
            strict=self.strict if strict is None else strict,
        )
