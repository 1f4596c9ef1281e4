"""Routes of requests, from the keys of `paths`; independent of the generator.

Some documents make mistakes whose meaning is obvious: `:name` or another spelling for the
placeholder of a path parameter, a space, a query or a fragment. A client corrects them.
"""

import re
from collections import Counter
from collections.abc import Collection, Mapping

PLACEHOLDER = re.compile(r"\{([^{}]+)\}")

_COLON_NAME = re.compile(r"(?<=/):([^/{}]+)")
"""A placeholder as other frameworks write it."""


def expected_route(
    path: str, in_path: Collection[str], in_query: Collection[str]
) -> str:
    """Return the route of a request: path, and a query if it is part of the key.

    Args:
        path: Key of `paths`.
        in_path: Names of the path parameters; each placeholder gets one of them if it fits.
        in_query: Names of the query parameters, which replace pairs of the key's query.
    """
    route, _, query = path.partition("#")[0].partition("?")
    route = f"/{route.removeprefix('/')}".replace(" ", "%20")
    route = _COLON_NAME.sub(lambda m: f"{{{m[1]}}}" if m[1] in in_path else m[0], route)
    unused = {
        _letters(name): name for name in in_path if name not in placeholder_names(route)
    }

    def renamed(match: re.Match[str]) -> str:
        name = match[1]
        if name in in_path or name.removeprefix("+") in in_path:
            return match[0]
        return f"{{{unused.get(_letters(name), name)}}}"

    pairs = [pair for pair in query.split("&") if pair]
    fixed = "&".join(p for p in pairs if p.partition("=")[0] not in in_query)
    return PLACEHOLDER.sub(renamed, f"{route}?{fixed}" if fixed else route)


def unnamed(route: str) -> str:
    """Return a route without the names of its placeholders."""
    return PLACEHOLDER.sub("{}", route)


def placeholder_names(route: str) -> list[str]:
    """Return the names of the parameters in a route; `{+name}` is the parameter `name`."""
    return [name.removeprefix("+") for name in PLACEHOLDER.findall(route)]


def missing_operations(routes: dict[str, str], sent: Mapping[str, int]) -> list[str]:
    """Return the operations that a client lacks.

    Args:
        routes: Route of each operation, by method and path.
        sent: Number of methods for each route without the names of its placeholders.
    """
    missing: list[str] = []
    wanted = Counter[str]()
    for operation, route in routes.items():
        wanted[unnamed(route)] += 1
        if wanted[unnamed(route)] > sent.get(unnamed(route), 0):
            missing.append(operation)
    return sorted(missing)


def _letters(name: str) -> str:
    return "".join(c for c in name.casefold() if c.isalnum())
