"""Resources: the tree of client attributes that groups the operations."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from clientcast import ir
from clientcast.bind.names import Scope, pascal_case, snake_case
from clientcast.bind.runtime import (
    DEPRECATED,
    DEPRECATED_ARGUMENTS,
    RESOURCE_ATTRIBUTE,
    reserved_client_attributes,
)

_NOUN = re.compile(r"[^\W\d_][\w-]*")
_PREFIX_SEGMENT = re.compile(r"api|rest|v\d\w*", re.IGNORECASE)
BUILTINS = "builtins"
"""The module that hidden builtins are qualified with."""
CLASS_FUNCTIONS = (
    DEPRECATED.name,
    DEPRECATED_ARGUMENTS.name,
    RESOURCE_ATTRIBUTE.name,
)
"""Functions that the bodies of classes call, which no name in such a class may hide."""


@dataclass
class ResourceNode:
    """A resource, with its operations and nested resources."""

    path: tuple[str, ...]
    tag: str = ""
    operations: list[ir.Operation] = field(default_factory=list[ir.Operation])
    children: dict[str, "ResourceNode"] = field(
        default_factory=dict[str, "ResourceNode"]
    )

    @property
    def first_pointer(self) -> str:
        """The pointer of the first operation of the resource or of its nested resources."""
        return next(o.pointer for node in self.walk() for o in node.operations)

    def walk(self) -> Iterator["ResourceNode"]:
        """Yield all nested resources, each after its own nested ones, and this one last."""
        for child in self.children.values():
            yield from child.walk()
        yield self


def resource_tree(api: ir.Api) -> ResourceNode:
    """Return the tree of resources of an API; the root is the client itself."""
    root = ResourceNode(())
    reserved = {*reserved_client_attributes(), BUILTINS, RESOURCE_ATTRIBUTE.name}
    for operation in api.operations:
        node = root
        for part in resource_of(operation).split("."):
            name = snake_case(part, "resource")
            if name in (CLASS_FUNCTIONS if node.path else reserved):
                name = f"{name}_"
            node = node.children.setdefault(name, ResourceNode((*node.path, name)))
        node.tag = node.tag or operation.resource
        node.operations.append(operation)
    return root


def resource_of(operation: ir.Operation) -> str:
    """Return the resource of an operation as the document writes it."""
    return operation.resource or _first_noun(operation.path)


def _first_noun(path: str) -> str:
    """Return the resource of an operation without tag: `customers` of `/v1/customers/{id}`."""
    nouns = (_NOUN.match(segment) for segment in path.split("/"))
    found = (
        noun[0] for noun in nouns if noun and not _PREFIX_SEGMENT.fullmatch(noun[0])
    )
    return next(found, "default")


def name_classes(root: ResourceNode, scope: Scope) -> dict[tuple[str, ...], str]:
    """Return a class name for each resource, by its path."""
    names: dict[tuple[str, ...], str] = {}
    for node in root.walk():
        if node.path:
            base_name = pascal_case(*node.path, kind="Resource")
            names[node.path] = scope.claim(
                base_name, f"{base_name}Resource", patterns=("{}", "Async{}")
            )
    return names


def method_paths(
    root: ResourceNode, methods: Mapping[str, str]
) -> dict[str, tuple[str, ...]]:
    """Map the pointer of each operation to its attributes: `("sessions", "get")`."""
    return {
        operation.pointer: (*node.path, methods[operation.pointer])
        for node in root.walk()
        for operation in node.operations
    }


def names_by_operation_id(
    root: ResourceNode, methods: Mapping[str, str]
) -> dict[str, str]:
    """Map each operationId to the dotted Python name of its operation."""
    paths = method_paths(root, methods)
    names: dict[str, str] = {}
    for node in root.walk():
        for operation in node.operations:
            if operation.id:
                names.setdefault(operation.id, ".".join(paths[operation.pointer]))
    return names
