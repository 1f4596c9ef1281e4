"""Names of methods, unique within their resource."""

from collections.abc import Callable, Iterable

from clientcast import ir
from clientcast.bind.collisions import Claims, Collision
from clientcast.bind.method_words import method_candidates
from clientcast.bind.names import Scope, current_naming, snake_case
from clientcast.bind.resources import (
    BUILTINS,
    CLASS_FUNCTIONS,
    ResourceNode,
    resource_of,
)
from clientcast.bind.unique_names import shortest_unique_names
from clientcast.bind.variants import original_pointer

_METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE")


def name_methods(root: ResourceNode) -> tuple[dict[str, str], list[Collision]]:
    """Return the name of each operation's method, by pointer, and the changed names.

    The order in the document does not matter. A method with the name of a nested resource or a
    decorator ends with an underscore.
    """
    names: dict[str, str] = {}
    collisions: list[Collision] = []
    for node in root.walk():
        claims = Claims(Scope((*node.children, BUILTINS, *CLASS_FUNCTIONS)))
        if current_naming() == "short":
            names |= _short_names(node, claims)
        else:
            names |= _names_by_operation_id(node, claims)
        collisions += claims.collisions
    return names, collisions


def _short_names(node: ResourceNode, claims: Claims) -> dict[str, str]:
    """Return the shortest names; if operations share one, each of them has a longer one."""
    variants: dict[str, list[ir.Operation]] = {}
    for operation in _sorted(node.operations):
        variants.setdefault(original_pointer(operation), []).append(operation)
    candidates = {
        pointer: method_candidates(
            operations[0], resource_of(operations[0]), [o.variant for o in operations]
        )
        for pointer, operations in variants.items()
    }
    taken = (*node.children, BUILTINS, *CLASS_FUNCTIONS)
    return {
        operation.pointer: claims.claim(
            operation.pointer, name, f"{name}_", owner=_owner(node)
        )
        for pointer, names in shortest_unique_names(candidates, taken).items()
        for operation, name in zip(variants[pointer], names, strict=True)
    }


def _owner(node: ResourceNode) -> Callable[[str], str]:
    """Return a function that finds the operation of a nested resource, by attribute."""

    def pointer(name: str) -> str:
        return node.children[name].first_pointer if name in node.children else ""

    return pointer


def _names_by_operation_id(node: ResourceNode, claims: Claims) -> dict[str, str]:
    """Return the names that are the operationIds in snake case.

    If operations share a name, the one with the shortest path keeps it, and among equal paths
    the one with the first of `_METHODS`. The path or the HTTP method is added to the names of
    the others.
    """
    names: dict[str, str] = {}
    by_name: dict[str, list[ir.Operation]] = {}
    for operation in node.operations:
        name = operation.name or operation.id or f"{operation.method} {operation.path}"
        name = snake_case(f"{name}{operation.variant}", "call")
        by_name.setdefault(name, []).append(operation)
    for name, operations in by_name.items():
        operations[:] = _sorted(operations)
        names[operations[0].pointer] = claims.claim(
            operations[0].pointer, name, f"{name}_", owner=_owner(node)
        )
    for name, (first, *others) in by_name.items():
        for operation in others:
            path = operation.path if operation.path != first.path else ""
            longer_name = snake_case(f"{name} {path or operation.method}")
            names[operation.pointer] = claims.claim(
                operation.pointer,
                longer_name,
                snake_case(f"{longer_name} {operation.method}"),
            )
    return names


def _sorted(operations: Iterable[ir.Operation]) -> list[ir.Operation]:
    return sorted(
        operations, key=lambda o: (len(o.path), o.path, _method_rank(o.method))
    )


def _method_rank(method: str) -> tuple[int, str]:
    return (_METHODS.index(method) if method in _METHODS else len(_METHODS), method)
