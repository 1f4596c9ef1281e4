"""URLs of requests: only what follows a base URL is checked for each of them."""

from __future__ import annotations

import re
from functools import lru_cache

import httpx2
import msgspec

_NORMALIZED = re.compile(
    r"/(?:[A-Za-z0-9._~!$&'()*+,;=:@/?-]++|%[0-9A-Fa-f]{2})*+", re.ASCII
)
"""The end of a URL that httpx2 leaves as it is, unless it has a segment of dots."""


class RequestUrl(msgspec.Struct, frozen=True, eq=False):
    """The URL of a request in its normalized form.

    Attributes:
        text: The URL.
        server: A URL of the same server.
        host: The `Host` header.
        target_index: Where the path begins in the text.
    """

    text: str
    server: httpx2.URL
    host: str
    target_index: int

    @property
    def target(self) -> str:
        """The path and the query."""
        target = self.text[self.target_index :]
        return target if target.startswith("/") else f"/{target}"

    def __repr__(self) -> str:
        return f"<RequestUrl {self.host}>"  # URLs contain ids.


def request_url(text: str, base_url: str) -> RequestUrl:
    """Return a URL in the form in which httpx2 sends it.

    Args:
        text: The URL.
        base_url: What most URLs begin with. It is parsed once.

    Raises:
        httpx2.InvalidURL: If a URL is invalid.
    """
    end = text[len(base_url) :] if text.startswith(base_url) else ""
    if "/." in end or not _NORMALIZED.fullmatch(end):
        return parsed_url(httpx2.URL(text))
    base = _parse_base(base_url)
    if base is None:
        return parsed_url(httpx2.URL(text))
    return RequestUrl(base.text + end, base.server, base.host, base.target_index)


@lru_cache(maxsize=64)
def _parse_base(base_url: str) -> RequestUrl | None:
    """Return the URL that others are appended to; None if that would not append to its path."""
    has_more = "?" in base_url or "#" in base_url
    return None if has_more else parsed_url(httpx2.URL(base_url))


def parsed_url(url: httpx2.URL) -> RequestUrl:
    """Return a URL of httpx2 as that of a request."""
    text = str(url).partition("#")[0]
    target = url.raw_path.decode("ascii")
    if not text.endswith(target):
        target = target[1:]  # The path is empty.
    host = url.netloc.decode("ascii")
    return RequestUrl(text, url, host, len(text) - len(target))
