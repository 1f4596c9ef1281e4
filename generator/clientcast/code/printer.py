"""Prints nodes as Python source: the only place where they become text."""

from typing import assert_never

from clientcast.code.imports import Imports, import_lines
from clientcast.code.literals import constant, string
from clientcast.code.nodes import (
    Arguments,
    Assignment,
    Attribute,
    Builtin,
    Call,
    Constant,
    Dict,
    Expression,
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

_LONGEST_PARAMETER = 88 - 8 - len(",")
"""Characters of a parameter of a method that stands on a line of its own."""

Node = Expression | Arguments | Signature | Assignment | Imports


def printed(node: Node) -> str:
    """Return the source text of a node, on one line unless it is `Imports`.

    Raises:
        ValueError: A name is no identifier, or a number has no literal.
    """
    match node:
        case Arguments():
            return ", ".join(_arguments(node))
        case Signature(positional, keyword_only):
            parts = ["self", *map(_parameter, positional)]
            if keyword_only:
                parts += ["*", *map(_parameter, keyword_only)]
            return ", ".join(parts)
        case Assignment(name, annotation, value):
            text = _identifier(name)
            if annotation is not None:
                text += f": {_expression(annotation)}"
            return text if value is None else f"{text} = {_expression(value)}"
        case Imports():
            return "\n".join(import_lines(node))
        case _:
            return _expression(node)


def _expression(node: Expression) -> str:
    match node:
        case Name(name) | Builtin(name):
            return _identifier(name)
        case Attribute(value, name):
            return f"{_expression(value)}.{_identifier(name)}"
        case Constant(value):
            return constant(value)
        case Quoted(annotation):
            return string(_expression(annotation))
        case Subscript(value, items):
            return f"{_expression(value)}[{_listed(items)}]"
        case Union(members):
            return " | ".join(map(_expression, members))
        case Call(function, arguments):
            return f"{_expression(function)}({', '.join(_arguments(arguments))})"
        case Dict(items):
            pairs = (
                f"{_expression(key)}: {_expression(value)}" for key, value in items
            )
            return f"{{{', '.join(pairs)}}}"
        case List(items):
            return f"[{_listed(items)}]"
        case Tuple(items):
            return f"({_listed(items)}{',' if len(items) == 1 else ''})"
        case Lambda(body):
            return f"lambda: {_expression(body)}"
        case _:
            assert_never(node)


def _listed(items: tuple[Expression, ...]) -> str:
    return ", ".join(map(_expression, items))


def _arguments(arguments: Arguments) -> list[str]:
    return [
        *map(_expression, arguments.positional),
        *(
            f"{_identifier(name)}={_expression(value)}"
            for name, value in arguments.keywords
        ),
    ]


def _parameter(parameter: Parameter) -> str:
    """Return a parameter; a union that needs several lines has parentheses.

    Black adds them, and ruff leaves what it finds.
    """
    text = printed(Assignment(parameter.name, parameter.annotation, parameter.default))
    is_union = isinstance(parameter.annotation, Union)
    if parameter.default is None or not is_union or len(text) <= _LONGEST_PARAMETER:
        return text
    annotation = _expression(parameter.annotation)
    return f"{parameter.name}: ({annotation}) = {_expression(parameter.default)}"


def _identifier(name: str) -> str:
    if not (name.isascii() and name.isidentifier()):
        raise ValueError(f"{name!r} is no identifier")
    return name
