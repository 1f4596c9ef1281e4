"""Reads servers: where an API lives, and an operation that lives elsewhere."""

from typing import Any
from urllib.parse import urljoin, urlsplit

from clientcast import ir
from clientcast.parse.context import Context
from clientcast.plain import mapping, text, texts
from clientcast.references import Found


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
        url = text(mapping(servers[0].value).get("url"))
        for name, found in context.entries(context.child(servers[0], "variables")):
            default = text(mapping(found.value).get("default"))
            url = url.replace(f"{{{name}}}", default)
        try:
            if "://" not in url and usual is not None and not usual.variables:
                url = urljoin(f"{usual.url}/", url)
            url = url.rstrip("/")
            has_host = bool(urlsplit(url).hostname)
        except ValueError:  # `check` says that it is no URL.
            return ""
        is_usual = usual is not None and url == usual.url
        return "" if is_usual or "{" in url or not has_host else url
    return ""


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
