"""Routing of a fake: which operation a request is for."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from urllib.parse import parse_qsl

import httpx2

from ..codec.media_types import essence
from .arguments import route_pattern, unknown_names
from .descriptions import OperationDescription

_FORM = "application/x-www-form-urlencoded"
TOKEN_ENDPOINT = "token_endpoint"
"""The name of the token endpoint among the operations; its route is empty."""


class Routes:
    """The operations by method and route.

    Args:
        descriptions: The operations by dotted name.
    """

    def __init__(self, descriptions: Mapping[str, OperationDescription]) -> None:
        self._descriptions = descriptions
        self._has_token_endpoint = TOKEN_ENDPOINT in descriptions
        self._by_route: dict[tuple[str, str], list[str]] = {}
        for name, description in descriptions.items():
            key = (description.method, description.path)
            self._by_route.setdefault(key, []).append(name)

    def find(self, request: httpx2.Request) -> str | None:
        """Return the operation that the route of a request names; None if it names none."""
        route = request.extensions.get("route")
        names = self._by_route.get((request.method, str(route)))
        return None if names is None else self._variant(names, request)

    def find_by_path(self, request: httpx2.Request) -> str | None:
        """Return the operation that the path of a request leads to; None if there is none."""
        names = self._names_by_path(request)
        return self._variant(names, request) if names else None

    def _names_by_path(self, request: httpx2.Request) -> list[str]:
        """Return the operations whose route matches the path, the narrowest route first."""
        path = request.url.raw_path.decode("ascii").partition("?")[0]
        query = {*parse_qsl(request.url.query.decode("ascii"))}
        needs_form = self._has_token_endpoint and _is_token_request(request)
        found: list[tuple[bool, int, int, str]] = []
        for (method, route), names in self._by_route.items():
            match = route_pattern(route).fullmatch(path)
            if method != request.method or match is None:
                continue
            if not {*parse_qsl(route.partition("?")[2])} <= query:
                continue
            if self._takes_form(names) if needs_form else route:
                has_prefix = bool(match["base"])
                found.append((has_prefix, route.count("{"), -len(route), route))
        return self._by_route[request.method, min(found)[-1]] if found else []

    def _takes_form(self, names: Iterable[str]) -> bool:
        return any(self._descriptions[n].content_type.startswith(_FORM) for n in names)

    def _variant(self, names: Sequence[str], request: httpx2.Request) -> str:
        """Return which of the operations of one route a request is for.

        Headers decide, and if they are the same, the names in its query and body.
        """

        content_type = essence(request.headers.get("content-type", ""))

        def likeness(name: str) -> tuple[bool, int, int]:
            description = self._descriptions[name]
            return (
                request.headers.get("accept") == description.accept,
                _likeness_of_types(description, content_type),
                -len(unknown_names(description, request)),
            )

        first, *others = names
        return max(names, key=likeness) if others else first


def _likeness_of_types(description: OperationDescription, content_type: str) -> int:
    """Return how well a media type fits the body of an operation, which may have others."""
    expected = essence(description.content_type)
    if content_type == expected:
        return 3
    if not any(a.place == "content_type" for a in description.arguments.values()):
        return 0
    return 2 if content_type.partition("/")[0] == expected.partition("/")[0] else 1


def _is_token_request(request: httpx2.Request) -> bool:
    """Return whether a request is for an OAuth 2.0 token, wherever it is sent (RFC 6749, 4)."""
    content_type = essence(request.headers.get("content-type", ""))
    return content_type == _FORM and b"grant_type=" in request.content
