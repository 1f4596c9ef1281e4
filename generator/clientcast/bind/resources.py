"""Resources: the tree of attributes that a client's operations hang on."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from clientcast import ir
from clientcast.bind.names import Scope, pascal, snake
from clientcast.bind.runtime import client_attributes

_METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE")
_NOUN = re.compile(r"[^\W\d_][\w-]*")
_NO_NOUN = re.compile(r"api|rest|v\d\w*", re.IGNORECASE)
_BUILTINS = "builtins"
"""The module that hidden builtins are qualified with."""


@dataclass
class Node:
    """A resource, and the resources below it."""

    path: tuple[str, ...]
    tag: str = ""
    operations: list[ir.Operation] = field(default_factory=list[ir.Operation])
    children: dict[str, "Node"] = field(default_factory=dict[str, "Node"])

    def below(self) -> Iterator["Node"]:
        """This and all resources below it, those that others need first."""
        for child in self.children.values():
            yield from child.below()
        yield self


def tree_of(api: ir.Api) -> Node:
    """The resources of an API; the root stands for the client itself."""
    root = Node(())
    reserved = {*client_attributes(), _BUILTINS}
    for operation in api.operations:
        node = root
        resource = operation.resource or _first_noun(operation.path)
        for part in resource.split("."):
            name = snake(part, "resource")
            if not node.path and name in reserved:
                name = f"{name}_"
            node = node.children.setdefault(name, Node((*node.path, name)))
        node.tag = node.tag or operation.resource
        node.operations.append(operation)
    return root


def _first_noun(path: str) -> str:
    """What an operation without a tag is about: `customers` of `/v1/customers/{id}`."""
    nouns = (_NOUN.match(segment) for segment in path.split("/"))
    found = (noun[0] for noun in nouns if noun and not _NO_NOUN.fullmatch(noun[0]))
    return next(found, "default")


def name_classes(root: Node, scope: Scope) -> dict[tuple[str, ...], str]:
    """A class name for each resource, by its path."""
    names: dict[tuple[str, ...], str] = {}
    for node in root.below():
        if node.path:
            plain = pascal(*node.path, kind="Resource")
            names[node.path] = scope.name(
                plain, f"{plain}Resource", forms=("{}", "Async{}")
            )
    return names


def name_methods(root: Node) -> dict[str, str]:
    """The name of each operation's method, by the operation's pointer.

    Of operations of the same name, the one with the shortest path has it, of one path that
    which reads; the others also say their path or method, wherever in the document each of
    them stands.
    """
    names: dict[str, str] = {}
    for node in root.below():
        scope = Scope((*node.children, _BUILTINS))
        alike: dict[str, list[ir.Operation]] = {}
        for operation in node.operations:
            alike.setdefault(snake(operation.name, "call"), []).append(operation)
        for name, operations in alike.items():
            operations.sort(key=lambda o: (len(o.path), o.path, _rank(o.method)))
            names[operations[0].pointer] = scope.name(name)
        for name, (first, *others) in alike.items():
            for operation in others:
                more = operation.path if operation.path != first.path else ""
                longer = snake(f"{name} {more or operation.method}")
                names[operation.pointer] = scope.name(
                    longer, snake(f"{longer} {operation.method}")
                )
    return names


def _rank(method: str) -> tuple[int, str]:
    return (_METHODS.index(method) if method in _METHODS else len(_METHODS), method)


def spoken_by_pointer(root: Node, methods: dict[str, str]) -> dict[str, str]:
    """How one speaks of each operation in Python, `sessions.get`, by its pointer."""
    return {
        operation.pointer: ".".join((*node.path, methods[operation.pointer]))
        for node in root.below()
        for operation in node.operations
    }


def spoken_names(root: Node, methods: dict[str, str]) -> dict[str, str]:
    """The same by operationId, of those that have one."""
    spoken = spoken_by_pointer(root, methods)
    names: dict[str, str] = {}
    for node in root.below():
        for operation in node.operations:
            if operation.id:
                names.setdefault(operation.id, spoken[operation.pointer])
    return names
