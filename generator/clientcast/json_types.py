"""Types as JSON values have them: alternatives, kinds, known values, and words for messages."""

from collections.abc import Iterable, Mapping

from msgspec import Struct

from clientcast.ir import (
    Alias,
    Anything,
    Constant,
    Enum,
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

_PLAIN_KINDS = {
    ScalarKind.INTEGER: "integer",
    ScalarKind.NUMBER: "number",
    ScalarKind.DECIMAL: "number",
    ScalarKind.BOOLEAN: "boolean",
}
"""JSON kinds of scalars; those of all others are strings."""


class Alternatives(Struct, frozen=True):
    """The types that a value may have: no names of aliases or enums, no unions, no null.

    Attributes:
        types: `Named` records and types of other kinds, in order.
        values: The known strings, integers and booleans.
        is_nullable: Whether the value may be null.
    """

    types: tuple[Type, ...]
    values: tuple[str | int | bool, ...]
    is_nullable: bool

    @property
    def accepts_anything(self) -> bool:
        """Return whether any JSON value is allowed."""
        return Anything() in self.types

    @property
    def kinds(self) -> frozenset[str]:
        """Return the JSON kinds: `string`, `integer`, `number`, `boolean`, `array`, `object`."""
        kinds = {kind_of_type(type_) for type_ in self.types}
        return frozenset(kinds | set(map(kind_of_value, self.values)))

    def of_kind(self, kind: str) -> tuple[Type, ...]:
        """Return the types of a JSON kind."""
        return tuple(type_ for type_ in self.types if kind_of_type(type_) == kind)

    def values_of_kind(self, kind: str) -> tuple[str | int | bool, ...]:
        """Return the known values of a JSON kind."""
        return tuple(value for value in self.values if kind_of_value(value) == kind)


def alternatives(type_: Type, declared: Declared) -> Alternatives:
    """Return the alternatives of a type; aliases are followed once."""
    types: dict[Type, None] = {}
    values: dict[tuple[type, str | int | bool], None] = {}
    is_nullable = False
    seen: set[str] = set()
    pending = [type_]
    while pending:
        match pending.pop():
            case Nullable(inner):
                is_nullable = True
                pending.append(inner)
            case UnionOf(members):
                pending += reversed(members)
            case Constant(constants):
                values |= {(type(value), value): None for value in constants}
            case Named(pointer) as named:
                match declared[pointer]:
                    case Record():
                        types[named] = None
                    case Enum() as enum:
                        values |= {(type(value), value): None for value in enum.values}
                    case Alias(type=inner):
                        if pointer not in seen:
                            seen.add(pointer)
                            pending.append(inner)
            case other:
                types[other] = None
    return Alternatives(tuple(types), tuple(value for _, value in values), is_nullable)


def kind_of_type(type_: Type) -> str:
    """Return the JSON kind of an alternative; `any` for any JSON value."""
    match type_:
        case Scalar(kind):
            return _PLAIN_KINDS.get(kind, "string")
        case ListOf() | TupleOf():
            return "array"
        case MapOf() | Named():
            return "object"
        case _:
            return "any"


def kind_of_value(value: object) -> str:
    """Return the JSON kind of a value."""
    match value:
        case None:
            return "null"
        case bool():
            return "boolean"
        case int():
            return "integer"
        case float():
            return "number"
        case str():
            return "string"
        case list():
            return "array"
        case _:
            return "object"


def describe_type(type_: Type, declared: Declared, levels: int = 3) -> str:
    """Return a type in words, such as `string or null`; arrays to a number of levels."""
    found = alternatives(type_, declared)
    if found.accepts_anything:
        return "any JSON value"
    words = [_describe_alternative(member, declared, levels) for member in found.types]
    words += [kind_of_value(value) for value in found.values]
    if found.is_nullable:
        words.append("null")
    return join_or(words)


def join_or(words: Iterable[str]) -> str:
    """Join words without duplicates by `or`."""
    return " or ".join(dict.fromkeys(words))


def _describe_alternative(type_: Type, declared: Declared, levels: int) -> str:
    match type_:
        case Scalar(kind) if kind not in _PLAIN_KINDS and kind is not ScalarKind.STRING:
            return f"{kind.value} string".replace("string string", "string")
        case ListOf(item) if levels:
            inner = describe_type(item, declared, levels - 1)
            return "array" if inner == "any JSON value" else f"array of {inner}"
        case _:
            return kind_of_type(type_)


def item_types(types: Iterable[Type]) -> Type:
    """Return the type of the items of arrays."""
    items: list[Type] = []
    for type_ in types:
        match type_:
            case ListOf(item):
                items.append(item)
            case TupleOf(members):
                items += members
            case _:
                pass
    unique = tuple(dict.fromkeys(items))
    if not unique:
        return Anything()
    return unique[0] if len(unique) == 1 else UnionOf(unique)
