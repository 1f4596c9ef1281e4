"""Reads servers: where an API lives, and an operation that lives elsewhere."""

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from clientcast import ir
from clientcast.parse.context import Context
from clientcast.plain import mapping, text, texts
from clientcast.references import Found
from clientcast.trust import Trust, filled_url, is_secure, origin_of, resolved_url


def read_server(context: Context, holder: Found) -> ir.Server | None:
    """The first server, if its URL says where it is and not only a path."""
    servers = context.items(context.child(holder, "servers"))
    if not servers:
        return None
    url = text(mapping(servers[0].value).get("url"))
    if "://" not in url:
        return None
    variables = tuple(
        _variable(name, mapping(found.value))
        for name, found in context.entries(context.child(servers[0], "variables"))
    )
    return ir.Server(url.rstrip("/"), variables)


def read_own_server(
    context: Context, usual: ir.Server | None, path_item: Found, operation: Found
) -> str:
    """The URL of an operation's own server, or its path's; empty where it has none.

    A variable in it has its default. A URL of a path alone is one of the usual server
    (RFC 3986, section 5.2).
    """
    for holder in (operation, path_item):
        servers = context.items(context.child(holder, "servers"))
        if not servers:
            continue
        url = filled_url(servers[0].value)
        url = resolved_url(url, usual.url if usual else "").rstrip("/")
        is_usual = usual is not None and url == usual.url
        return "" if is_usual or "{" in url or "://" not in url else url
    return ""


def with_other_hosts(
    context: Context,
    usual: ir.Server | None,
    operations: Iterable[ir.Operation],
    trust: Trust,
) -> ir.Server | None:
    """The usual server with what is known of other hosts that operations have."""
    if usual is None:
        return None
    servers = context.items(context.child(Found("", context.document.data), "servers"))
    own = {origin_of(resolved_url(filled_url(s.value), usual.url)) for s in servers}
    used = {origin_of(operation.server) for operation in operations}
    others = sorted(used - {origin_of(usual.url), ""})
    allowed = own | set(map(origin_of, trust.servers))
    trusted = (origin for origin in others if origin in allowed and is_secure(origin))
    return replace(usual, others=tuple(others), trusted=tuple(trusted))


def _variable(name: str, value: dict[str, Any]) -> ir.ServerVariable:
    hints = mapping(value.get("x-client"))
    return ir.ServerVariable(
        name=name,
        default=text(value.get("default")),
        values=texts(value.get("enum")),
        description=text(value.get("description")),
        argument=text(hints.get("argument")) or name,
        environment=texts(hints.get("env")),
        required=hints.get("required") is True,
    )
