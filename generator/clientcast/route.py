"""Routes: the path templates of requests, from the keys of `paths` with their mistakes fixed."""

import re
from collections import defaultdict
from collections.abc import Collection, Iterable

from clientcast.openapi import TEMPLATE_EXPRESSION

_COLON_PARAMETER = re.compile(r"(?<=/):([^/?{}]+)")
"""A path parameter in the notation of other frameworks; its group is the name."""


def request_route(
    path: str, in_path: Collection[str], in_query: Collection[str]
) -> str:
    """Return the route of a key of `paths`, with its parameters in braces.

    A valid path is its own route. Mistakes are fixed: a fragment is removed, `:name` and
    `{Name}` become `{name}` if there is a path parameter `name`, and a query keeps only the
    pairs that are not query parameters.

    Args:
        path: The key.
        in_path: The names of the path parameters of the operation.
        in_query: The names of its query parameters.
    """
    path_part, _, query = path.partition("#")[0].partition("?")
    path_part = f"/{path_part.removeprefix('/')}".replace(" ", "%20")
    path_part = _COLON_PARAMETER.sub(
        lambda found: f"{{{found[1]}}}" if found[1] in in_path else found[0], path_part
    )
    pairs = [pair for pair in query.split("&") if pair]
    constant_pairs = [pair for pair in pairs if pair.partition("=")[0] not in in_query]
    route = "?".join(filter(None, (path_part, "&".join(constant_pairs)))).replace(
        " ", "%20"
    )
    unused = {loose_key(name): name for name in in_path if f"{{{name}}}" not in route}
    return TEMPLATE_EXPRESSION.sub(
        lambda found: (
            found[0]
            if found[1].removeprefix("+") in in_path or found[1] in in_path
            else f"{{{unused.get(loose_key(found[1]), found[1])}}}"
        ),
        route,
    )


def route_parameters(route: str, in_path: Collection[str]) -> list[str]:
    """Return the names of the parameters in a route; `{+name}` is the parameter `name`.

    Args:
        route: The route.
        in_path: The names of the path parameters, which may begin with a plus.
    """
    names = TEMPLATE_EXPRESSION.findall(route)
    return [name if name in in_path else name.removeprefix("+") for name in names]


def loose_key(name: str) -> str:
    """Return a name in lower case without punctuation, to compare names loosely."""
    return "".join(character for character in name.casefold() if character.isalnum())


def unique_by_loose_key(names: Iterable[str]) -> dict[str, str]:
    """Map the loose key (`loose_key`) of each name to it, unless several names share it."""
    found: dict[str, str] = {}
    ambiguous: set[str] = set()
    for name in names:
        likeness = loose_key(name)
        if found.setdefault(likeness, name) is not name:
            ambiguous.add(likeness)
    return {
        likeness: name for likeness, name in found.items() if likeness not in ambiguous
    }


class RouteIndex:
    """Index of the routes of one method by their segments.

    Attributes:
        compared: Number of pairs of routes compared so far.
    """

    def __init__(self, routes: Iterable[str]) -> None:
        self.compared = 0
        self._routes = list(routes)
        self._by_segment: defaultdict[tuple[int, int, str], list[int]] = defaultdict(
            list
        )
        """Routes by the number of segments, the position of a segment, and its text."""
        self._by_length: defaultdict[int, list[int]] = defaultdict(list)
        for index, route in enumerate(self._routes):
            segments = route.split("/")
            self._by_length[len(segments)].append(index)
            for place, segment in enumerate(segments):
                if "{" not in segment:
                    self._by_segment[len(segments), place, segment].append(index)

    def candidates(self, route: str) -> list[int]:
        """Return the indexes of routes that may be narrower: the fewest that share a segment."""
        if "{" not in route:
            return []
        segments = route.split("/")
        found = self._by_length[len(segments)]
        for place, segment in enumerate(segments):
            if segment and "{" not in segment:
                loose_key = self._by_segment.get((len(segments), place, segment), [])
                found = min(found, loose_key, key=len)
        return found

    def count_narrower(self, max_compared: int, max_narrower: int) -> int:
        """Return the number of pairs of a route and a narrower one.

        Counting stops when a maximum of compared or found pairs is exceeded.
        """
        found = 0
        for route in self._routes:
            if self.compared + len(self.candidates(route)) > max_compared:
                self.compared = max_compared + 1
                break
            found += len(self.narrower_routes(route))
            if found > max_narrower:
                break
        return found

    def narrower_routes(self, route: str) -> tuple[str, ...]:
        """Return the routes whose every path also matches a route that has more paths."""
        found = [self._routes[index] for index in self.candidates(route)]
        self.compared += len(found)
        return tuple(other for other in found if _is_narrower_route(other, route))


def _is_narrower_route(route: str, than: str) -> bool:
    """Return whether every path of a route also matches another one that has more paths."""
    if route == than:
        return False
    is_narrower = False
    for part, wide_segment in zip(route.split("/"), than.split("/"), strict=True):
        if "{" not in wide_segment:
            if part != wide_segment:
                return False
        elif "{" not in part:
            if not _matches_texts(part, TEMPLATE_EXPRESSION.split(wide_segment)[::2]):
                return False
            is_narrower = True
    return is_narrower


def _matches_texts(part: str, texts: list[str]) -> bool:
    """Return whether a segment has these texts in this order, with characters between them.

    Each text is matched at its first occurrence, so there is no backtracking.
    """
    if len(texts) == 1:  # A brace that begins no parameter.
        return part == texts[0]
    first, *middle, last = texts
    if not part.startswith(first):
        return False
    place = len(first)
    for text in middle:
        place = part.find(text, place + 1)
        if place < 0:
            return False
        place += len(text)
    return part.endswith(last) and len(part) - len(last) > place
