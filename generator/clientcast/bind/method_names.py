"""Names of methods, unique within their resource."""

import re
from collections.abc import Iterable

from clientcast import ir
from clientcast.bind.method_words import method_candidates
from clientcast.bind.names import Scope, current_naming, snake_case
from clientcast.bind.resources import (
    BUILTINS,
    DECORATORS,
    ResourceNode,
    resource_of,
)
from clientcast.bind.unique_names import shortest_unique_names

_VARIANT = re.compile(r"(?:#[0-9]+)?(?:#stream)?\Z")
"""What `split_by_media_type` appends to the pointer of a variant."""
_METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE")


def name_methods(root: ResourceNode) -> dict[str, str]:
    """Return the name of each operation's method, by the operation's pointer.

    The order in the document does not matter. A method with the name of a nested resource or a
    decorator ends with an underscore.
    """
    names: dict[str, str] = {}
    for node in root.walk():
        scope = Scope((*node.children, BUILTINS, *DECORATORS))
        if current_naming() == "short":
            names |= _short_names(node, scope)
        else:
            names |= _names_by_operation_id(node, scope)
    return names


def _short_names(node: ResourceNode, scope: Scope) -> dict[str, str]:
    """Return the shortest names; if operations share one, each of them has a longer one."""
    variants: dict[str, list[ir.Operation]] = {}
    for operation in _sorted(node.operations):
        pointer = operation.pointer
        if operation.variant:
            pointer = _VARIANT.sub("", pointer)
        variants.setdefault(pointer, []).append(operation)
    candidates = {
        pointer: method_candidates(
            operations[0], resource_of(operations[0]), [o.variant for o in operations]
        )
        for pointer, operations in variants.items()
    }
    taken = (*node.children, BUILTINS, *DECORATORS)
    return {
        operation.pointer: scope.claim(name, f"{name}_")
        for pointer, names in shortest_unique_names(candidates, taken).items()
        for operation, name in zip(variants[pointer], names, strict=True)
    }


def _names_by_operation_id(node: ResourceNode, scope: Scope) -> dict[str, str]:
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
        names[operations[0].pointer] = scope.claim(name, f"{name}_")
    for name, (first, *others) in by_name.items():
        for operation in others:
            path = operation.path if operation.path != first.path else ""
            longer_name = snake_case(f"{name} {path or operation.method}")
            names[operation.pointer] = scope.claim(
                longer_name, snake_case(f"{longer_name} {operation.method}")
            )
    return names


def _sorted(operations: Iterable[ir.Operation]) -> list[ir.Operation]:
    return sorted(
        operations, key=lambda o: (len(o.path), o.path, _method_rank(o.method))
    )


def _method_rank(method: str) -> tuple[int, str]:
    return (_METHODS.index(method) if method in _METHODS else len(_METHODS), method)
