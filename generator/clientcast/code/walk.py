"""Traversal of trees of nodes: names, imports, and names that a class shadows."""

from collections.abc import Iterator
from typing import assert_never

from msgspec.structs import replace

from clientcast.code.nodes import (
    Arguments,
    Assignment,
    Attribute,
    Builtin,
    Call,
    Constant,
    Dict,
    Expression,
    Import,
    Lambda,
    List,
    Name,
    Parameter,
    Quoted,
    Signature,
    Subscript,
    Tuple,
    Union,
)

Node = Expression | Arguments | Signature | Assignment


def names_in(node: Node) -> Iterator[Name | Builtin]:
    """Yield the names of a tree, once for each use."""
    pending: list[Node] = [node]
    while pending:
        match pending.pop():
            case (Name() | Builtin()) as name:
                yield name
            case part:
                pending += _child_nodes(part)


def imports_in(*nodes: Node) -> Iterator[Import]:
    """Yield the imports of the names of trees."""
    for node in nodes:
        for name in names_in(node):
            if isinstance(name, Name) and name.source is not None:
                yield name.source


def qualify(node: Expression, shadowed: frozenset[str]) -> Expression:
    """Qualify the names in an annotation that members of the class shadow.

    A builtin becomes `builtins.list`, an imported name gets an alias: `date_type`.

    Args:
        node: The annotation.
        shadowed: The names of the class's members.
    """
    if not shadowed:
        return node

    def inner(part: Expression) -> Expression:
        return qualify(part, shadowed)

    match node:
        case Builtin(name) if name in shadowed:
            return Attribute(Name("builtins", Import("builtins")), name)
        case Name(name, Import(module, original)) if name in shadowed:
            alias = f"{name}_type"
            return Name(alias, Import(module, original, alias))
        case Subscript(value, items):
            return Subscript(inner(value), tuple(map(inner, items)))
        case Union(members):
            return Union(tuple(map(inner, members)))
        case Quoted(annotation):
            return Quoted(inner(annotation))
        case _:
            return node


def qualify_signature(signature: Signature, shadowed: frozenset[str]) -> Signature:
    """Qualify the names in a signature's annotations that members of the class shadow."""
    if not shadowed:
        return signature

    def inner(parameter: Parameter) -> Parameter:
        return replace(parameter, annotation=qualify(parameter.annotation, shadowed))

    return Signature(
        tuple(map(inner, signature.positional)),
        tuple(map(inner, signature.keyword_only)),
    )


def _child_nodes(node: Node) -> Iterator[Node]:
    match node:
        case Name() | Builtin() | Constant():
            pass
        case Attribute(value) | Lambda(value) | Quoted(value):
            yield value
        case Subscript(value, items):
            yield value
            yield from items
        case Union(items) | List(items) | Tuple(items):
            yield from items
        case Call(function, arguments):
            yield function
            yield arguments
        case Arguments(positional, keywords):
            yield from positional
            yield from (value for _, value in keywords)
        case Dict(items):
            for pair in items:
                yield from pair
        case Signature(positional, keyword_only):
            for parameter in (*positional, *keyword_only):
                yield Assignment(
                    parameter.name, parameter.annotation, parameter.default
                )
        case Assignment(_, annotation, value):
            yield from filter(None, (annotation, value))
        case _:
            assert_never(node)
