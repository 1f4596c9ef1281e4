"""Reads the `Link` header of an answer (RFC 8288, section 3), and resolves what it refers to."""

from __future__ import annotations

import re

import httpx2

_LINK = re.compile(r"<([^<>]*)>([^<]*)")
_REL = re.compile(r""";\s*rel\s*=\s*(?:"([^"]*)"|([^\s;,"]+))""", re.IGNORECASE)


def next_link(header: str) -> str | None:
    """The reference of the link whose relation is `next`, None where there is none."""
    for link in _LINK.finditer(header):
        rel = _REL.search(link[2])
        names = (rel[1] or rel[2] or "") if rel else ""
        if "next" in names.lower().split():
            return link[1].strip()
    return None


def resolve_link(reference: str, url: str, base_url: str) -> str | None:
    """What a reference refers to, None where that is not below the base URL.

    Args:
        reference: A URL or the end of one (RFC 3986, section 4.1).
        url: Where it was found.
        base_url: What all requests go below; credentials are for no other place.
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
