"""Printer of nodes: the only module that writes Python source."""

from typing import assert_never

from clientcast.code.imports import Imports, import_lines
from clientcast.code.literals import scalar_literal, string_literal
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

_LINE_LENGTH = 88
_METHOD_INDENT, _FUNCTION_INDENT = 8, 4
"""Columns before a parameter on a line of its own."""

Node = Expression | Arguments | Signature | Assignment | Imports


def to_source(node: Node) -> str:
    """Return the source text of a node, on one line unless it is `Imports`.

    Raises:
        ValueError: If a name is no identifier, or a number has no literal.
    """
    match node:
        case Arguments():
            return ", ".join(_argument_sources(node))
        case Signature(positional, keyword_only, is_method):
            parts = ["self"] if is_method else []
            indent = _METHOD_INDENT if is_method else _FUNCTION_INDENT
            length = _LINE_LENGTH - indent - len(",")
            parts += (_parameter_source(p, length) for p in positional)
            if keyword_only:
                parts.append("*")
                parts += (_parameter_source(p, length) for p in keyword_only)
            return ", ".join(parts)
        case Assignment(name, annotation, value):
            text = _checked_identifier(name)
            if annotation is not None:
                text += f": {_expression_source(annotation)}"
            return text if value is None else f"{text} = {_expression_source(value)}"
        case Imports():
            return "\n".join(import_lines(node))
        case _:
            return _expression_source(node)


def _expression_source(node: Expression) -> str:
    match node:
        case Name(name) | Builtin(name):
            return _checked_identifier(name)
        case Attribute(value, name):
            return f"{_expression_source(value)}.{_checked_identifier(name)}"
        case Constant(value):
            return scalar_literal(value)
        case Quoted(annotation):
            return string_literal(_expression_source(annotation))
        case Subscript(value, items):
            return f"{_expression_source(value)}[{_comma_separated(items)}]"
        case Union(members):
            return " | ".join(map(_expression_source, members))
        case Call(function, arguments):
            return f"{_expression_source(function)}({', '.join(_argument_sources(arguments))})"
        case Dict(items):
            pairs = (
                f"{_expression_source(key)}: {_expression_source(value)}"
                for key, value in items
            )
            return f"{{{', '.join(pairs)}}}"
        case List(items):
            return f"[{_comma_separated(items)}]"
        case Tuple(items):
            return f"({_comma_separated(items)}{',' if len(items) == 1 else ''})"
        case Lambda(body):
            return f"lambda: {_expression_source(body)}"
        case _:
            assert_never(node)


def _comma_separated(items: tuple[Expression, ...]) -> str:
    return ", ".join(map(_expression_source, items))


def _argument_sources(arguments: Arguments) -> list[str]:
    return [
        *map(_expression_source, arguments.positional),
        *(
            f"{_checked_identifier(name)}={_expression_source(value)}"
            for name, value in arguments.keywords
        ),
    ]


def _parameter_source(parameter: Parameter, length: int) -> str:
    """Return the source of a parameter, with parentheses around a union of several lines.

    Black adds these parentheses; ruff neither adds nor removes them.
    """
    name, annotation, default = parameter.name, parameter.annotation, parameter.default
    text = to_source(Assignment(name, annotation, default))
    if not isinstance(annotation, Union) or len(text) <= length:
        return text
    text = f"{name}: ({_expression_source(annotation)})"
    return text if default is None else f"{text} = {_expression_source(default)}"


def _checked_identifier(name: str) -> str:
    if not (name.isascii() and name.isidentifier()):
        raise ValueError(f"{name!r} is no identifier")
    return name
