"""Which routes are other operations although arguments of a route could lead there."""

from collections import defaultdict
from collections.abc import Iterable, Mapping

from clientcast import ir
from clientcast.route import Routes


def narrower_routes(
    operations: Iterable[ir.Operation],
) -> Mapping[str, tuple[str, ...]]:
    """For the pointer of each operation, the narrower routes of its method.

    The server takes `/users/me` for that route and not for `/users/{id}` (OpenAPI 3.1,
    section 4.8.8.2), so that an id of `me` would be another operation.
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
    routes = Routes(operation.path for operation in operations)
    return [(operation, routes.narrower(operation.path)) for operation in operations]
