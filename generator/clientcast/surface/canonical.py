"""Nodes of code in one form, whoever wrote them, and their annotations and source."""

from collections.abc import Mapping
from typing import assert_never

from clientcast.code import (
    Arguments,
    Attribute,
    Builtin,
    Call,
    Constant,
    Dict,
    Expression,
    Lambda,
    List,
    Name,
    Quoted,
    Subscript,
    Tuple,
    Union,
    scalar_literal,
    to_source,
)
from clientcast.surface.types import (
    ANY,
    NONE,
    Annotation,
    ClassType,
    LiteralType,
    UnionType,
)

_ANYTHING = "ANYTHING"
"""What stands for `Any` among the arguments of `Call`."""


def canonical(
    node: Expression, constants: Mapping[str, Expression] | None = None
) -> Expression:
    """Return a node without quotes, aliases of imports and names of constants.

    Args:
        node: The node.
        constants: The values to use in place of names.
    """
    known = constants or {}

    def inner(part: Expression) -> Expression:
        return canonical(part, known)

    match node:
        case Name(name, source):
            original = source.name if source is not None else ""
            found = known.get(original or name)
            return Name(original or name) if found is None else inner(found)
        case Builtin(name):
            return Name(name)
        case Attribute(value, name):
            is_builtin = isinstance(value, Name) and value.name == "builtins"
            return Name(name) if is_builtin else Attribute(inner(value), name)
        case Constant():
            return node
        case Quoted(annotation):
            return inner(annotation)
        case Subscript(value, items):
            return Subscript(inner(value), tuple(map(inner, items)))
        case Union(members):
            return Union(tuple(map(inner, members)))
        case Call(function, arguments):
            return Call(inner(function), canonical_arguments(arguments, known))
        case Dict(items):
            return Dict(tuple((inner(key), inner(value)) for key, value in items))
        case List(items):
            return List(tuple(map(inner, items)))
        case Tuple(items):
            return Tuple(tuple(map(inner, items)))
        case Lambda(body):
            return Lambda(inner(body))
        case _:
            assert_never(node)


def canonical_arguments(
    arguments: Arguments, constants: Mapping[str, Expression] | None = None
) -> Arguments:
    """Return arguments whose values are canonical."""
    return Arguments(
        tuple(canonical(value, constants) for value in arguments.positional),
        tuple(
            (name, canonical(value, constants)) for name, value in arguments.keywords
        ),
    )


def source(node: Expression, constants: Mapping[str, Expression] | None = None) -> str:
    """Return the source of a canonical node."""
    return to_source(canonical(node, constants))


def annotation(
    node: Expression, constants: Mapping[str, Expression] | None = None
) -> Annotation:
    """Return the type that a node annotates."""
    return _annotation(canonical(node, constants))


def _annotation(node: Expression) -> Annotation:
    match node:
        case Constant(None):
            return NONE
        case Constant(str() as text):  # Code that clientcast does not print.
            return ClassType(text)
        case Name(name):
            return ANY if name == _ANYTHING else ClassType(name)
        case Subscript(Name("Literal"), items):
            return LiteralType(tuple(map(to_source, items)))
        case Subscript(value, items):
            return ClassType(to_source(value), tuple(map(_annotation, items)))
        case Union(members):
            parts: dict[Annotation, None] = {}
            for member in map(_annotation, members):
                inner = member.members if isinstance(member, UnionType) else (member,)
                parts.update(dict.fromkeys(inner))
            return UnionType(tuple(parts)) if len(parts) > 1 else next(iter(parts))
        case Constant(value):
            return ClassType(scalar_literal(value))
        case _:
            return ClassType(to_source(node))
