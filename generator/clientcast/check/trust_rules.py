"""Rules for what only the configuration of a project can allow."""

from collections.abc import Iterator
from typing import Any

from clientcast.check.walk import Walk, shorten
from clientcast.plain import is_list, mapping, sequence, text, texts
from clientcast.trust import (
    Trust,
    environment_prefixes,
    may_read_environment,
    origin_of,
    resolve_server_url,
    url_with_defaults,
)


def check_trust(walk: Walk, trust: Trust) -> None:
    """Report environment variables of other names, and servers of other hosts.

    Such variables are removed: the client does not read them.
    """
    _check_environment(walk, trust)
    _check_servers(walk, trust)


def _check_environment(walk: Walk, trust: Trust) -> None:
    data = walk.document.data
    client = text(mapping(data.get("x-client")).get("name"))
    client = client or text(mapping(data.get("info")).get("title"))
    prefix = shorten(environment_prefixes(client)[0])
    for kind in ("SecurityScheme", "ServerVariable"):
        for pointer, value in walk.objects(kind):
            names = mapping(value.get("x-client")).get("env")
            for index, name in enumerate(texts(names)):
                if may_read_environment(name, client, trust):
                    continue
                where = f"{pointer}/x-client/env"
                where = f"{where}/{index}" if is_list(names) else where
                walk.warn(
                    where,
                    "foreign-environment",
                    f"'{shorten(name)}' is not read: environment variables of this"
                    f" client begin with {prefix}",
                    "list it in 'environment' of [tool.clientcast] if it may be read",
                )
                walk.fixes.remove(where)


def _check_servers(walk: Walk, trust: Trust) -> None:
    """Report servers of other hosts than those of the document.

    If the first server of the document is a path, all calls go to the caller's base URL.
    """
    document_urls = [
        url_with_defaults(server)
        for server in sequence(walk.document.data.get("servers"))
    ]
    if not document_urls or "://" not in document_urls[0]:
        return
    known = {
        origin_of(resolve_server_url(url, document_urls[0])) for url in document_urls
    }
    known |= {origin_of(url) for url in trust.servers}
    for pointer, server in _overriding_servers(walk):
        url = resolve_server_url(url_with_defaults(server), document_urls[0])
        origin = origin_of(url)
        if origin in known - {""} or "://" not in url:
            continue
        if origin:
            walk.warn(
                f"{pointer}/url",
                "untrusted-server",
                f"{shorten(origin)} is not a server of the document: it gets no credentials",
                "list it in 'trusted_servers' of [tool.clientcast] if you trust it",
            )
        elif all(part in text(mapping(server).get("url")) for part in ("{", "://")):
            walk.warn(
                f"{pointer}/url",
                "bad-server-url",
                "with the defaults of its variables, this URL has no valid host",
                "write https://, a host and a path",
            )


def _overriding_servers(walk: Walk) -> Iterator[tuple[str, Any]]:
    """Yield the first server of each path item and operation that has servers."""
    for kind in ("PathItem", "Operation"):
        for pointer, holder in walk.objects(kind):
            servers = sequence(holder.get("servers"))
            if servers:
                yield f"{pointer}/servers/0", servers[0]
