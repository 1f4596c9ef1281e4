"""Whether a value of a type may be a list or an object, which are written in more than one way."""

from collections.abc import Mapping

from clientcast.ir import (
    Alias,
    Anything,
    ListOf,
    MapOf,
    Named,
    Nullable,
    OneOf,
    Record,
    Schema,
    TupleOf,
    Type,
)

Declared = Mapping[str, Schema]


def may_be_list(type_: Type, declared: Declared) -> bool:
    """Whether some value of a type is a list."""
    return any(
        isinstance(t, ListOf | TupleOf | Anything) for t in _members(type_, declared)
    )


def may_be_object(type_: Type, declared: Declared) -> bool:
    """Whether some value of a type is an object."""
    return any(
        isinstance(member, MapOf | Anything)
        or isinstance(member, Named)
        and isinstance(declared[member.pointer], Record)
        for member in _members(type_, declared)
    )


def _members(type_: Type, declared: Declared) -> list[Type]:
    """A type as the types of which a value has one: no union, no alias."""
    found: list[Type] = []
    seen: set[str] = set()
    waiting = [type_]
    while waiting:
        match waiting.pop():
            case Nullable(inner):
                waiting.append(inner)
            case OneOf(members):
                waiting.extend(members)
            case Named(pointer) if pointer not in seen and isinstance(
                alias := declared[pointer], Alias
            ):
                seen.add(pointer)
                waiting.append(alias.type)
            case other:
                found.append(other)
    return found
