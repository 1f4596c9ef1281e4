"""The `Link` header of responses (RFC 8288, section 3): parsing and resolution."""

from __future__ import annotations

import re

import httpx2

_LINK = re.compile(r"<([^<>]*)>([^<]*)")
_REL = re.compile(r""";\s*rel\s*=\s*(?:"([^"]*)"|([^\s;,"]+))""", re.IGNORECASE)


def next_link(header: str) -> str | None:
    """Return the reference of the link with the relation `next`, or None."""
    for link in _LINK.finditer(header):
        rel = _REL.search(link[2])
        names = (rel[1] or rel[2] or "") if rel else ""
        if "next" in names.lower().split():
            return link[1].strip()
    return None


def resolve_link(reference: str, url: str, base_url: str) -> str | None:
    """Resolve a link against the request URL; None if it leaves the base URL.

    Args:
        reference: An absolute or relative URL (RFC 3986, section 4.1).
        url: The URL of the request whose response has the link.
        base_url: The base URL of the client; credentials are sent nowhere else.
    """
    try:
        target = httpx2.URL(url).join(reference)
    except httpx2.InvalidURL:
        return None
    base = httpx2.URL(base_url)
    if (target.scheme, target.host, target.port) != (base.scheme, base.host, base.port):
        return None
    path = base.path.rstrip("/") + "/"
    if target.userinfo or not f"{target.path}/".startswith(path):
        return None
    return str(target.copy_with(fragment=None))
