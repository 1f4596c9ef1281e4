"""RouteIndex of other operations that the arguments of a path template could produce."""

from collections import defaultdict
from collections.abc import Iterable, Mapping

from clientcast import ir
from clientcast.route import RouteIndex


def narrower_routes(
    operations: Iterable[ir.Operation],
) -> Mapping[str, tuple[str, ...]]:
    """Map the pointer of each operation to the narrower routes of the same HTTP method.

    A server matches `/users/me` to that route and not to `/users/{id}` (OpenAPI 3.1, section
    4.8.8.2), so an id of `me` would call another operation.
    """
    by_method: defaultdict[str, list[ir.Operation]] = defaultdict(list)
    for operation in operations:
        by_method[operation.method].append(operation)
    return {
        operation.pointer: narrower
        for group in by_method.values()
        for operation, narrower in _pair_with_narrower(group)
    }


def _pair_with_narrower(
    operations: list[ir.Operation],
) -> Iterable[tuple[ir.Operation, tuple[str, ...]]]:
    routes = RouteIndex(operation.path for operation in operations)
    return [
        (operation, routes.narrower_routes(operation.path)) for operation in operations
    ]
