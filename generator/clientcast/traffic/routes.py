"""Matching of recorded URLs to operations, by server, base path and path template."""

import re
from collections.abc import Iterable, Iterator
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from msgspec import Struct

from clientcast import ir
from clientcast.document_operations import DocumentOperation, document_operations
from clientcast.openapi import TEMPLATE_EXPRESSION
from clientcast.plain import mapping, text, texts
from clientcast.source import Document

_LOOPBACK = ("localhost", "127.0.0.1", "::1", "")


class RequestTarget(Struct, frozen=True):
    """The URL of a request in parts.

    Attributes:
        host: In lower case; empty if the recording has none.
        query: Names and values, decoded.
    """

    host: str
    port: str
    path: str
    query: tuple[tuple[str, str], ...]


class Route(Struct, frozen=True):
    """An operation with the patterns of its URLs.

    Attributes:
        path: Pattern of the path below the server; each path parameter is a group.
        names: The names of the path parameters.
        query: The pairs of a query in the template.
    """

    operation: ir.Operation
    document_operation: DocumentOperation
    path: re.Pattern[str]
    names: tuple[str, ...]
    query: tuple[tuple[str, str], ...]
    bases: tuple["Base", ...]

    @property
    def generality(self) -> tuple[int, int]:
        """Return a key that orders literal paths before templates."""
        return len(self.names), -len(self.operation.path)


class Base(Struct, frozen=True):
    """A server: patterns of its host and its base path.

    Attributes:
        is_any_host: Whether the host consists of a variable with any value.
    """

    host: re.Pattern[str]
    path: re.Pattern[str]
    is_any_host: bool


class Match(Struct, frozen=True):
    """A route of a request, with the values of its path parameters, still encoded."""

    route: Route
    values: tuple[str, ...]


class Routes:
    """The routes of an API.

    Args:
        document: The document.
        api: Its API.
        servers: Further base URLs.
    """

    def __init__(self, document: Document, api: ir.Api, servers: Iterable[str]) -> None:
        operations = {operation.pointer: operation for operation in api.operations}
        self._given = tuple(_base({"url": url}) for url in servers)
        self._routes: dict[tuple[str, int], list[Route]] = {}
        self._all: list[Route] = []
        self.segments: set[str] = set()
        """The literal segments of all paths."""
        for found in document_operations(document.data):
            operation = operations.get(found.pointer)
            if operation is not None:
                self._add(_route(operation, found, self._given))
        for routes in self._routes.values():
            routes.sort(key=lambda route: route.generality)

    def match(self, method: str, target: RequestTarget) -> Match | None:
        """Return the route of a request; None if there is none."""
        return next(self._matches(method, target), None)

    def other_methods(self, target: RequestTarget) -> Match | None:
        """Return a route with the path of a request, whatever the method."""
        methods = {method for method, _ in self._routes}
        found = (self.match(method, target) for method in sorted(methods))
        return next((match for match in found if match is not None), None)

    def is_own_host(self, target: RequestTarget) -> bool:
        """Return whether a host is a server of the API, and not only of its form."""
        if target.host in _LOOPBACK:
            return True
        bases = {*self._given, *(base for route in self._all for base in route.bases)}
        return any(not base.is_any_host and _has_host(base, target) for base in bases)

    def _add(self, route: Route) -> None:
        template = route.operation.path.partition("?")[0]
        length = -1 if "{+" in template else template.count("/")
        key = route.operation.method, length
        self._routes.setdefault(key, []).append(route)
        self._all.append(route)
        paths = [template, *(_path_of(s) for s in route.document_operation.servers)]
        self.segments |= {
            segment
            for path in paths
            for segment in path.split("/")
            if "{" not in segment
        }

    def _matches(self, method: str, target: RequestTarget) -> Iterator[Match]:
        for below, base in self._paths(target):
            for length in (below.count("/"), -1):
                for route in self._routes.get((method, length), ()):
                    found = route.path.fullmatch(below)
                    if (
                        found is not None
                        and (base is None or base in route.bases)
                        and set(route.query) <= set(target.query)
                    ):
                        yield Match(route, found.groups())

    def _paths(self, target: RequestTarget) -> Iterator[tuple[str, Base | None]]:
        """Yield the path below each base path, and the base; None for the root of any server."""
        bases = dict.fromkeys(base for route in self._all for base in route.bases)
        is_local = target.host in _LOOPBACK
        for base in bases:
            found = base.path.match(target.path)
            if found is None or not (is_local or _has_host(base, target)):
                continue
            below = target.path[found.end() :] or "/"
            yield below, base
        if is_local:
            yield target.path, None


def parse_url(url: str) -> RequestTarget | None:
    """Parse the URL of a request; None if it is invalid."""
    try:
        parts = urlsplit(url)
        port = parts.port
        pairs = parse_qsl(parts.query, keep_blank_values=True, max_num_fields=1000)
    except ValueError:
        return None
    host = (parts.hostname or "").removesuffix(".")
    default = {"https": 443, "http": 80}.get(parts.scheme)
    shown_port = "" if port in (None, default) else str(port)
    return RequestTarget(host, shown_port, parts.path or "/", tuple(pairs))


def _has_host(base: Base, target: RequestTarget) -> bool:
    authority = f"{target.host}:{target.port}" if target.port else target.host
    return base.host.fullmatch(authority) is not None


def _route(
    operation: ir.Operation, found: DocumentOperation, given: tuple[Base, ...]
) -> Route:
    path, _, query = operation.path.partition("?")
    names: list[str] = []
    pattern = ""
    end = 0
    for expression in TEMPLATE_EXPRESSION.finditer(path):
        name = expression[1]
        pattern += re.escape(path[end : expression.start()])
        pattern += "(.+)" if name.startswith("+") else "([^/]+)"
        names.append(name.removeprefix("+"))
        end = expression.end()
    pattern += re.escape(path[end:]).removesuffix("/") + "/?"
    servers = found.servers or ({"url": "/"},)
    bases = (*given, *(_base(server) for server in servers))
    pairs = tuple(parse_qsl(query, keep_blank_values=True))
    return Route(operation, found, re.compile(pattern), tuple(names), pairs, bases)


def _base(server: Any) -> Base:
    """Return the patterns of a Server Object; a relative URL has any host."""
    value = mapping(server)
    url, variables = text(value.get("url")), mapping(value.get("variables"))
    scheme, separator, rest = url.partition("://")
    authority, _, path = (rest if separator else url).partition("/")
    if not separator:
        authority = "{host}"
    host = _pattern(authority.lower(), variables, "[^/:]*(?::[0-9]+)?")
    port = ":443" if scheme == "https" else ":80"
    host = host.removesuffix(re.escape(port))
    plain = path.strip("/")
    base_path = f"/{_pattern(plain, variables, '[^/]*')}" if plain else ""
    is_any_host = not TEMPLATE_EXPRESSION.sub("", authority).strip(":.")
    return Base(re.compile(host), re.compile(f"{base_path}(?=/|$)"), is_any_host)


def _pattern(template: str, variables: dict[str, Any], any_value: str) -> str:
    parts = TEMPLATE_EXPRESSION.split(template)
    pattern = re.escape(parts[0])
    for name, literal in zip(parts[1::2], parts[2::2], strict=True):
        found = next(
            (v for n, v in variables.items() if n.lower() == name.lower()), None
        )
        values = texts(mapping(found).get("enum"))
        joined = "|".join(map(re.escape, values))
        pattern += f"(?:{joined})" if values else any_value
        pattern += re.escape(literal)
    return pattern


def _path_of(server: Any) -> str:
    url = text(mapping(server).get("url"))
    return f"/{url.partition('://')[2].partition('/')[2]}"
