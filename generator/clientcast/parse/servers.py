"""Parsing of servers: that of the API, and those of single operations."""

import re
from collections.abc import Iterable
from typing import Any

from msgspec.structs import replace

from clientcast import ir
from clientcast.parse.context import Context
from clientcast.plain import mapping, text, texts
from clientcast.references import Located
from clientcast.trust import (
    Trust,
    is_secure,
    origin_of,
    resolve_server_url,
    url_with_defaults,
)


def read_server(context: Context, parent: Located) -> ir.Server | None:
    """Return the first server; None if its URL is relative."""
    servers = context.items(context.child(parent, "servers"))
    return _read_server(context, servers[0]) if servers else None


def read_named_servers(context: Context, parent: Located) -> tuple[ir.Server, ...]:
    """Return the servers that have a name of their own; none if only the first has one.

    The name is `name` (OpenAPI 3.2), or else what a short description begins with. Two servers
    of one name have none.
    """
    servers = context.items(context.child(parent, "servers"))
    names = [server_name(mapping(server.value)) for server in servers]
    if not any(names[1:]):
        return ()
    read = (
        (name, _read_server(context, server))
        for name, server in zip(names, servers, strict=True)
        if name and names.count(name) == 1
    )
    return tuple(
        replace(server, name=name) for name, server in read if server is not None
    )


def server_name(value: dict[str, Any]) -> str:
    """Return the name of a server; empty for none.

    Of a description it is the text before the first punctuation, without words that any server
    could have: `sandbox` for "The sandbox server (fake data)".
    """
    if name := text(value.get("name")):
        return name
    clause = _END_OF_CLAUSE.split(text(value.get("description")).strip(), maxsplit=1)[0]
    words = [word.lower() for word in _WORD.findall(clause)]
    names = [word for word in words if word not in _GENERAL_WORDS] or words
    return "_".join(names) if len(names) <= _MAX_WORDS else ""


_END_OF_CLAUSE = re.compile(r"[^\w\s.-]|\.(?=\s|$)|\s-+\s|\n")
_WORD = re.compile(r"[A-Za-z0-9]+")
_GENERAL_WORDS = frozenset(
    "a an api base endpoint env environment for host is our server servers the this url"
    " your".split()
)
_MAX_WORDS = 3
"""A longer description is a sentence and no name."""


def _read_server(context: Context, server: Located) -> ir.Server | None:
    """Return a server; None if its URL is relative."""
    url = text(mapping(server.value).get("url"))
    if "://" not in url:
        return None
    variables = tuple(
        _read_variable(name, mapping(found.value))
        for name, found in context.entries(context.child(server, "variables"))
    )
    return ir.Server(url.rstrip("/"), variables)


def first_server_url(context: Context) -> str:
    """Return the URL of the first server as it is in the document; empty for none."""
    servers = context.items(
        context.child(Located("", context.document.data), "servers")
    )
    return text(mapping(servers[0].value).get("url")) if servers else ""


def read_operation_server(
    context: Context,
    default_server: ir.Server | None,
    path_item: Located,
    operation: Located,
) -> str:
    """Return the URL of the server of an operation or its path; empty for that of the API.

    Variables have their defaults. A relative URL is resolved against the server of the API
    (RFC 3986, section 5.2).
    """
    for parent in (operation, path_item):
        servers = context.items(context.child(parent, "servers"))
        if not servers:
            continue
        url = url_with_defaults(servers[0].value)
        url = resolve_server_url(
            url, default_server.url if default_server else ""
        ).rstrip("/")
        is_default = default_server is not None and url == default_server.url
        return "" if is_default or "{" in url or "://" not in url else url
    return ""


def add_other_origins(
    context: Context,
    default_server: ir.Server | None,
    operations: Iterable[ir.Operation],
    trust: Trust,
) -> ir.Server | None:
    """Return the server of the API with the origins of operations that have other servers."""
    if default_server is None:
        return None
    servers = context.items(
        context.child(Located("", context.document.data), "servers")
    )
    document_origins = {
        origin_of(resolve_server_url(url_with_defaults(s.value), default_server.url))
        for s in servers
    }
    operation_origins = {origin_of(operation.server) for operation in operations}
    other_origins = sorted(operation_origins - {origin_of(default_server.url), ""})
    allowed_origins = document_origins | set(map(origin_of, trust.servers))
    trusted_origins = (
        origin
        for origin in other_origins
        if origin in allowed_origins and is_secure(origin)
    )
    return replace(
        default_server,
        other_origins=tuple(other_origins),
        trusted_origins=tuple(trusted_origins),
    )


def _read_variable(name: str, value: dict[str, Any]) -> ir.ServerVariable:
    options = mapping(value.get("x-client"))
    return ir.ServerVariable(
        name=name,
        default=text(value.get("default")),
        values=texts(value.get("enum")),
        description=text(value.get("description")),
        argument=text(options.get("argument")) or name,
        environment=texts(options.get("env")),
        required=options.get("required") is True,
    )
