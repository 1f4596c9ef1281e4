"""Redirects (RFC 9110, section 15.4): where they lead, and what is sent there."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, TypeVar

import httpx2
import msgspec

from ..wire.server import is_loopback, origin_of
from .request import Call

T = TypeVar("T")

REDIRECT_STATUSES = frozenset({301, 302, 303, 307, 308})
"""Statuses whose `Location` is where the request is sent next."""

MAX_REDIRECTS = 10

_NOT_A_URL = "its Location is not a URL"


@dataclass(frozen=True, slots=True)
class Redirect:
    """A redirect that is followed.

    Attributes:
        url: The URL that it leads to.
        method: The method of the next request.
        keeps_body: Whether the next request has the same body.
        is_same_origin: Whether it leads to the origin that sent it. Credentials, cookies and
            header arguments go nowhere else.
    """

    url: str = field(repr=False)
    method: str
    keeps_body: bool
    is_same_origin: bool

    def apply(self, call: Call[T]) -> Call[T]:
        """Return the call that follows the redirect of another call."""
        changes: dict[str, Any] = {"target": self.url, "query": {}, "server": ""}
        if not self.keeps_body:
            changes.update(json=None, form=None, multipart=None, content=None)
        if not self.is_same_origin:
            changes.update(header={}, cookie={})
        return msgspec.structs.replace(call, method=self.method, **changes)


def is_redirect(response: httpx2.Response) -> bool:
    """Return whether a response is a redirect with a `Location`."""
    return response.status_code in REDIRECT_STATUSES and bool(
        response.headers.get("location")
    )


def resolve_redirect(response: httpx2.Response, *, allow_http: bool) -> Redirect | str:
    """Return the redirect of a response, or why it is not followed.

    Args:
        response: A response with a `Location`.
        allow_http: Whether requests may be sent unencrypted to another machine, also if the
            redirect is from https.
    """
    source = response.request.url
    try:
        target = source.join(response.headers["location"])
        is_same_origin = origin_of(str(source)) == origin_of(str(target))
    except (httpx2.InvalidURL, ValueError):
        return _NOT_A_URL
    if "%" in target.host:  # An invalid character, which httpx2 encodes.
        return _NOT_A_URL
    if target.scheme not in ("http", "https") or not target.host:
        return "it leads to a URL that is neither https nor http"
    if target.userinfo:
        return "it leads to a URL with a user or password"
    if target.scheme == "http" and not allow_http:
        if source.scheme == "https":
            return "it leads from https to http, which allow_http=True allows"
        if is_loopback(source.host) and not is_loopback(target.host):
            return "it leads to http on another machine, which allow_http=True allows"
    method = _next_method(response.request.method, response.status_code)
    return Redirect(
        str(target.copy_with(fragment=None)),
        method,
        method == response.request.method,
        is_same_origin,
    )


def _next_method(method: str, status: int) -> str:
    """Return the method of the request after a redirect (RFC 9110, 15.4.2 to 15.4.4)."""
    if status == 303 and method != "HEAD":
        return "GET"
    return "GET" if status in (301, 302) and method == "POST" else method
