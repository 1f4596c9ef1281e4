"""Type aliases, ordered so that each follows the aliases it refers to."""

from collections.abc import Iterable, Iterator, Mapping

from clientcast.bind import runtime
from clientcast.bind.docstrings import docstring
from clientcast.bind.types import Annotations
from clientcast.code import Constant, Name, Subscript, union
from clientcast.ir import (
    Alias,
    Enum,
    Named,
    Schema,
    Type,
    child_types,
)
from clientcast.view import Alias as AliasView


def bind_enum_parameter(enum: Enum, name: str) -> AliasView:
    """Return the alias that annotates arguments of an enum type."""
    literal = Subscript(runtime.LITERAL, tuple(map(Constant, enum.values)))
    kind = "integer" if enum.is_integer else "string"
    text = f"An argument of type `{name}`: a member or its {kind} value."
    return AliasView(
        f"{name}Param",
        union(Name(name), literal),
        docstring(text),
        is_recursive=False,
        pointer=enum.pointer,
    )


def bind_alias(
    schema: Alias, annotations: Annotations, is_recursive: bool, text: str
) -> AliasView:
    """Return the alias of a schema.

    Args:
        schema: The schema.
        annotations: The annotations of the alias's module.
        is_recursive: Whether the alias contains itself with no object in between.
        text: The docstring of the alias, as a literal.
    """
    name = annotations.names[schema.pointer]
    type_ = annotations.for_response(schema.type)
    return AliasView(name, type_, text, is_recursive, schema.pointer)


def topological_order(
    schemas: Mapping[str, Schema], pointers: Iterable[str]
) -> list[str]:
    """Order declarations so that each alias follows the aliases it refers to.

    Recursive aliases resolve their parts when a value is decoded, so their order is free.
    """
    ordered: dict[str, None] = {}
    visited: set[str] = set()
    stack = [(pointer, False) for pointer in reversed([*pointers])]
    while stack:
        pointer, is_complete = stack.pop()
        if is_complete:
            ordered[pointer] = None
        elif pointer not in visited:
            visited.add(pointer)
            stack.append((pointer, True))
            references = [*_referenced_aliases(schemas, pointer)]
            stack += [(reference, False) for reference in reversed(references)]
    return list(ordered)


def is_recursive_alias(schemas: Mapping[str, Schema], pointer: str) -> bool:
    """Return whether an alias contains itself with no object in between."""
    visited: set[str] = set()
    stack = list(_referenced_aliases(schemas, pointer))
    while stack:
        reference = stack.pop()
        if reference == pointer:
            return True
        if reference not in visited:
            visited.add(reference)
            stack += _referenced_aliases(schemas, reference)
    return False


def _referenced_aliases(schemas: Mapping[str, Schema], pointer: str) -> Iterator[str]:
    schema = schemas[pointer]
    stack: list[Type] = [schema.type] if isinstance(schema, Alias) else []
    while stack:
        type_ = stack.pop(0)
        stack += child_types(type_)
        if isinstance(type_, Named) and isinstance(schemas[type_.pointer], Alias):
            yield type_.pointer
