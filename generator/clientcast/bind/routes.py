"""Which routes are other operations although arguments of a route could lead there."""

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping

from clientcast import ir
from clientcast.openapi import TEMPLATE


def other_routes(operations: Iterable[ir.Operation]) -> Mapping[str, tuple[str, ...]]:
    """For the pointer of each operation, the narrower routes of its method.

    The server takes `/users/me` for that route and not for `/users/{id}` (OpenAPI 3.1,
    section 4.8.8.2), so that an id of `me` would be another operation.
    """
    alike: dict[tuple[str, int], list[ir.Operation]] = defaultdict(list)
    for operation in operations:
        alike[operation.method, operation.path.count("/")].append(operation)
    return {
        operation.pointer: tuple(
            other.path for other in group if _is_narrower(other.path, operation.path)
        )
        for group in alike.values()
        for operation in group
    }


def _is_narrower(route: str, than: str) -> bool:
    """Whether all paths of a route are paths of another one, which has more."""
    if route == than or "{" not in than:
        return False
    is_narrower = False
    for part, wide in zip(route.split("/"), than.split("/"), strict=True):
        if "{" not in wide:
            if part != wide:
                return False
        elif "{" not in part:
            if not re.fullmatch(_pattern(wide), part):
                return False
            is_narrower = True
    return is_narrower


def _pattern(part: str) -> str:
    """What a segment with parameters matches."""
    return "[^/]+".join(re.escape(text) for text in TEMPLATE.split(part)[::2])
