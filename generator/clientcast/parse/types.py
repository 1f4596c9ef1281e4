"""Whether a value of a type may be a list or an object, which are written in more than one way."""

from collections.abc import Mapping

from clientcast.ir import (
    Alias,
    Anything,
    ListOf,
    MapOf,
    Named,
    Nullable,
    Record,
    Schema,
    TupleOf,
    Type,
    UnionOf,
)

Declared = Mapping[str, Schema]


def may_be_list(type_: Type, declared: Declared) -> bool:
    """Whether some value of a type is a list."""
    return any(
        isinstance(t, ListOf | TupleOf | Anything)
        for t in _alternatives(type_, declared)
    )


def may_be_object(type_: Type, declared: Declared) -> bool:
    """Whether some value of a type is an object."""
    return any(
        isinstance(member, MapOf | Anything)
        or isinstance(member, Named)
        and isinstance(declared[member.pointer], Record)
        for member in _alternatives(type_, declared)
    )


def _alternatives(type_: Type, declared: Declared) -> list[Type]:
    """A type as the types of which a value has one: no union, no alias."""
    alternatives: list[Type] = []
    seen: set[str] = set()
    pending = [type_]
    while pending:
        match pending.pop():
            case Nullable(inner):
                pending.append(inner)
            case UnionOf(members):
                pending.extend(members)
            case Named(pointer) if pointer not in seen and isinstance(
                alias := declared[pointer], Alias
            ):
                seen.add(pointer)
                pending.append(alias.type)
            case other:
                alternatives.append(other)
    return alternatives


def union_of(members: tuple[Type, ...]) -> Type:
    """A union of types, each once; anything where one of them is that, or there are none."""
    unique = tuple(dict.fromkeys(members))
    if not unique or Anything() in unique:
        return Anything()
    return unique[0] if len(unique) == 1 else UnionOf(unique)


def make_nullable(type_: Type) -> Type:
    """The type, or null."""
    return type_ if isinstance(type_, Nullable | Anything) else Nullable(type_)
