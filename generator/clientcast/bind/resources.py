"""Resources: the tree of attributes that a client's operations hang on."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from clientcast import ir
from clientcast.bind.names import Scope, pascal_case, snake_case
from clientcast.bind.runtime import reserved_client_attributes

_METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE")
_NOUN = re.compile(r"[^\W\d_][\w-]*")
_PREFIX_SEGMENT = re.compile(r"api|rest|v\d\w*", re.IGNORECASE)
_BUILTINS = "builtins"
"""The module that hidden builtins are qualified with."""


@dataclass
class ResourceNode:
    """A resource, and the resources below it."""

    path: tuple[str, ...]
    tag: str = ""
    operations: list[ir.Operation] = field(default_factory=list[ir.Operation])
    children: dict[str, "ResourceNode"] = field(
        default_factory=dict[str, "ResourceNode"]
    )

    def walk(self) -> Iterator["ResourceNode"]:
        """This and all resources below it, those that others need first."""
        for child in self.children.values():
            yield from child.walk()
        yield self


def resource_tree(api: ir.Api) -> ResourceNode:
    """The resources of an API; the root stands for the client itself."""
    root = ResourceNode(())
    reserved = {*reserved_client_attributes(), _BUILTINS}
    for operation in api.operations:
        node = root
        resource = operation.resource or _first_noun(operation.path)
        for part in resource.split("."):
            name = snake_case(part, "resource")
            if not node.path and name in reserved:
                name = f"{name}_"
            node = node.children.setdefault(name, ResourceNode((*node.path, name)))
        node.tag = node.tag or operation.resource
        node.operations.append(operation)
    return root


def _first_noun(path: str) -> str:
    """What an operation without a tag is about: `customers` of `/v1/customers/{id}`."""
    nouns = (_NOUN.match(segment) for segment in path.split("/"))
    found = (
        noun[0] for noun in nouns if noun and not _PREFIX_SEGMENT.fullmatch(noun[0])
    )
    return next(found, "default")


def name_classes(root: ResourceNode, scope: Scope) -> dict[tuple[str, ...], str]:
    """A class name for each resource, by its path."""
    names: dict[tuple[str, ...], str] = {}
    for node in root.walk():
        if node.path:
            base_name = pascal_case(*node.path, kind="Resource")
            names[node.path] = scope.claim(
                base_name, f"{base_name}Resource", patterns=("{}", "Async{}")
            )
    return names


def name_methods(root: ResourceNode) -> dict[str, str]:
    """The name of each operation's method, by the operation's pointer.

    Of operations of the same name, the one with the shortest path has it, of one path that
    which reads; the others also say their path or method, wherever in the document each of
    them stands.
    """
    names: dict[str, str] = {}
    for node in root.walk():
        scope = Scope((*node.children, _BUILTINS))
        by_name: dict[str, list[ir.Operation]] = {}
        for operation in node.operations:
            by_name.setdefault(snake_case(operation.name, "call"), []).append(operation)
        for name, operations in by_name.items():
            operations.sort(key=lambda o: (len(o.path), o.path, _method_rank(o.method)))
            names[operations[0].pointer] = scope.claim(name)
        for name, (first, *others) in by_name.items():
            for operation in others:
                path = operation.path if operation.path != first.path else ""
                longer_name = snake_case(f"{name} {path or operation.method}")
                names[operation.pointer] = scope.claim(
                    longer_name, snake_case(f"{longer_name} {operation.method}")
                )
    return names


def _method_rank(method: str) -> tuple[int, str]:
    return (_METHODS.index(method) if method in _METHODS else len(_METHODS), method)


def qualified_names(root: ResourceNode, methods: dict[str, str]) -> dict[str, str]:
    """How one speaks of each operation in Python, `sessions.get`, by its pointer."""
    return {
        operation.pointer: ".".join((*node.path, methods[operation.pointer]))
        for node in root.walk()
        for operation in node.operations
    }


def names_by_operation_id(
    root: ResourceNode, methods: dict[str, str]
) -> dict[str, str]:
    """The same by operationId, of those that have one."""
    by_pointer = qualified_names(root, methods)
    names: dict[str, str] = {}
    for node in root.walk():
        for operation in node.operations:
            if operation.id:
                names.setdefault(operation.id, by_pointer[operation.pointer])
    return names
