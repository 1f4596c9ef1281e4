"""Nodes of code, from the syntax trees of Python."""

import ast
from collections.abc import Mapping

from clientcast.code import (
    Arguments,
    Attribute,
    Call,
    Constant,
    Dict,
    Expression,
    Lambda,
    List,
    Name,
    Parameter,
    Signature,
    Subscript,
    Tuple,
    Union,
)

Aliases = Mapping[str, str]
"""The names of imports, by the name that a module gives them."""


def import_aliases(module: ast.Module) -> Aliases:
    """Return the aliases of the imports of a module."""
    return {
        alias.asname: alias.name
        for node in ast.walk(module)
        if isinstance(node, ast.ImportFrom)
        for alias in node.names
        if alias.asname
    }


def expression(node: ast.expr, aliases: Aliases) -> Expression:
    """Return the node of an expression; its source as a text if no generated code has it."""

    def inner(part: ast.expr) -> Expression:
        return expression(part, aliases)

    match node:
        case ast.Name(id=name):
            return Name(aliases.get(name, name))
        case ast.Attribute(value=value, attr=name):
            return Attribute(inner(value), name)
        case ast.Constant(
            value=str() | int() | float() | bytes() | bool() | None as value
        ):
            return Constant(value)
        case ast.Constant(value=value) if value is ...:
            return Constant(...)
        case ast.UnaryOp(
            op=ast.USub(), operand=ast.Constant(value=value)
        ) if isinstance(value, int | float):
            return Constant(-value)
        case ast.Subscript(value=value, slice=ast.Tuple(elts=items)):
            return Subscript(inner(value), tuple(map(inner, items)))
        case ast.Subscript(value=value, slice=item):
            return Subscript(inner(value), (inner(item),))
        case ast.BinOp(op=ast.BitOr()):
            return Union(tuple(map(inner, _union_members(node))))
        case ast.Call(func=function):
            return Call(inner(function), arguments(node, aliases))
        case ast.Dict(keys=keys, values=values) if None not in keys:
            pairs = zip(keys, values, strict=True)
            return Dict(tuple((inner(k), inner(v)) for k, v in pairs if k is not None))
        case ast.List(elts=items):
            return List(tuple(map(inner, items)))
        case ast.Tuple(elts=items):
            return Tuple(tuple(map(inner, items)))
        case ast.Lambda(body=body, args=ast.arguments(args=[])):
            return Lambda(inner(body))
        case _:
            return Constant(ast.unparse(node))


def quoted_expression(node: ast.expr, aliases: Aliases) -> Expression:
    """Return the node of an annotation, which may be a string."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return expression(ast.parse(node.value, mode="eval").body, aliases)
    return expression(node, aliases)


def arguments(node: ast.Call | ast.ClassDef, aliases: Aliases) -> Arguments:
    """Return the arguments of a call, or the bases and keywords of a class."""
    positional = node.args if isinstance(node, ast.Call) else node.bases
    return Arguments(
        tuple(expression(value, aliases) for value in positional),
        tuple(
            (keyword.arg or "**", expression(keyword.value, aliases))
            for keyword in node.keywords
        ),
    )


def signature(node: ast.arguments, aliases: Aliases) -> Signature:
    """Return the parameters of a function without `self`."""
    positional = [*node.posonlyargs, *node.args]
    missing = [None] * (len(positional) - len(node.defaults))
    pairs = [*zip(positional, [*missing, *node.defaults], strict=True)]
    if pairs and pairs[0][0].arg == "self":
        del pairs[0]
    return Signature(
        tuple(_parameter(*pair, aliases) for pair in pairs),
        tuple(
            _parameter(*pair, aliases)
            for pair in zip(node.kwonlyargs, node.kw_defaults, strict=True)
        ),
    )


def _parameter(
    parameter: ast.arg, default: ast.expr | None, aliases: Aliases
) -> Parameter:
    return Parameter(
        parameter.arg,
        (
            Name("Any")
            if parameter.annotation is None
            else quoted_expression(parameter.annotation, aliases)
        ),
        None if default is None else expression(default, aliases),
    )


def _union_members(node: ast.expr) -> list[ast.expr]:
    """Return the members of `A | B | C`, which is nested to the left."""
    members: list[ast.expr] = []
    while isinstance(node, ast.BinOp) and isinstance(node.op, ast.BitOr):
        members.append(node.right)
        node = node.left
    return [node, *reversed(members)]
