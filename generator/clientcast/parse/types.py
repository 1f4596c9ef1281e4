"""Operations on IR types."""

from collections.abc import Mapping

from msgspec.structs import replace

from clientcast.ir import (
    Alias,
    Anything,
    ListOf,
    MapOf,
    Named,
    Nullable,
    Record,
    Scalar,
    ScalarKind,
    Schema,
    TupleOf,
    Type,
    UnionOf,
)

Declared = Mapping[str, Schema]


def may_be_list(type_: Type, declared: Declared) -> bool:
    """Return whether a value of the type may be a list."""
    return any(
        isinstance(t, ListOf | TupleOf | Anything)
        for t in alternatives(type_, declared)
    )


def may_be_object(type_: Type, declared: Declared) -> bool:
    """Return whether a value of the type may be an object."""
    return any(
        isinstance(member, MapOf | Anything)
        or isinstance(member, Named)
        and isinstance(declared[member.pointer], Record)
        for member in alternatives(type_, declared)
    )


def alternatives(type_: Type, declared: Declared) -> list[Type]:
    """Return the types that a value may have, without unions, null and aliases."""
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
    """Return the union of types without duplicates; Anything if empty or if one is Anything.

    Beside a decimal number, a decimal as text is text: Python has one class for both.
    """
    if Scalar(ScalarKind.DECIMAL) in members:
        members = tuple(map(_without_decimal_format, members))
    unique = tuple(dict.fromkeys(members))
    if not unique or Anything() in unique:
        return Anything()
    return unique[0] if len(unique) == 1 else UnionOf(unique)


def _without_decimal_format(type_: Type) -> Type:
    is_text = type_ == Scalar(ScalarKind.DECIMAL_STRING)
    return Scalar(ScalarKind.STRING) if is_text else type_


def make_nullable(type_: Type) -> Type:
    """Return a type that also allows null."""
    return type_ if isinstance(type_, Nullable | Anything) else Nullable(type_)


def state_null(declared: dict[str, Schema]) -> None:
    """Make each field nullable whose type is a nullable alias, as recursive ones can be."""
    nullable = {
        Named(schema.pointer)
        for schema in declared.values()
        if isinstance(schema, Alias) and isinstance(schema.type, Nullable)
    }
    for pointer, schema in declared.items():
        if nullable and isinstance(schema, Record):
            fields = tuple(
                replace(f, type=Nullable(f.type)) if f.type in nullable else f
                for f in schema.fields
            )
            declared[pointer] = replace(schema, fields=fields)
