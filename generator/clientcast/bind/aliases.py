"""Types with a name, in an order in which each is there before it is used."""

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
    types_in,
)
from clientcast.view import Alias as View


def enum_parameter(enum: Enum, name: str) -> View:
    """Return the alias that arguments of an enum's type have."""
    literal = Subscript(runtime.LITERAL, tuple(map(Constant, enum.values)))
    text = f"What an argument takes for a `{name}`: a member, or its plain value."
    return View(f"{name}Param", union(Name(name), literal), docstring(text))


def alias(
    schema: Alias, annotations: Annotations, is_recursive: bool, text: str
) -> View:
    """Return a type with a name.

    Args:
        schema: The type.
        annotations: Those of the module that it stands in.
        is_recursive: Whether it contains itself with no object between.
        text: Its docstring.
    """
    name = annotations.names[schema.pointer]
    return View(name, annotations.received(schema.type), text, is_recursive)


def in_order(schemas: Mapping[str, Schema], pointers: Iterable[str]) -> list[str]:
    """Declarations in their order, but each alias after those that it is made of.

    Those that contain themselves ask for their parts later.
    """
    ordered: dict[str, None] = {}
    begun: set[str] = set()
    waiting = [(pointer, False) for pointer in reversed([*pointers])]
    while waiting:
        pointer, has_parts = waiting.pop()
        if has_parts:
            ordered[pointer] = None
        elif pointer not in begun:
            begun.add(pointer)
            waiting.append((pointer, True))
            parts = [*_aliases_in(schemas, pointer)]
            waiting += [(part, False) for part in reversed(parts)]
    return list(ordered)


def contains_itself(schemas: Mapping[str, Schema], pointer: str) -> bool:
    """Whether an alias leads to itself with no object between."""
    seen: set[str] = set()
    waiting = list(_aliases_in(schemas, pointer))
    while waiting:
        part = waiting.pop()
        if part == pointer:
            return True
        if part not in seen:
            seen.add(part)
            waiting += _aliases_in(schemas, part)
    return False


def _aliases_in(schemas: Mapping[str, Schema], pointer: str) -> Iterator[str]:
    schema = schemas[pointer]
    waiting: list[Type] = [schema.type] if isinstance(schema, Alias) else []
    while waiting:
        type_ = waiting.pop(0)
        waiting += types_in(type_)
        if isinstance(type_, Named) and isinstance(schemas[type_.pointer], Alias):
            yield type_.pointer
