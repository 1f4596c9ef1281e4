"""Types of values, and declared schemas."""

from collections.abc import Callable, Iterator
from enum import StrEnum

from msgspec import Struct
from msgspec.structs import replace

from clientcast.ir.xml import Xml


class ScalarKind(StrEnum):
    """The kind of a string, number or boolean."""

    STRING = "string"
    INTEGER = "integer"
    NUMBER = "number"
    BOOLEAN = "boolean"
    DATE_TIME = "date-time"
    DATE = "date"
    BINARY = "binary"
    TIME = "time"
    DURATION = "duration"
    UUID = "uuid"
    BYTES = "byte"
    DECIMAL = "decimal"
    DECIMAL_STRING = "decimal string"


class Scalar(Struct, frozen=True):
    """A string, number or boolean, or a string with a format that has its own Python type."""

    kind: ScalarKind


class ListOf(Struct, frozen=True):
    """A JSON array with items of one type."""

    item: "Type"


class TupleOf(Struct, frozen=True):
    """A JSON array of fixed length, with a type for each position."""

    items: tuple["Type", ...]


class MapOf(Struct, frozen=True):
    """A JSON object with any keys, and values of one type."""

    value: "Type"


class Named(Struct, frozen=True):
    """The name of a declared schema: a Record, an Enum or an Alias of `Api.schemas`."""

    pointer: str


class Nullable(Struct, frozen=True):
    """A type or null."""

    type: "Type"


class UnionOf(Struct, frozen=True):
    """A union of types (`oneOf`, `anyOf`, an array of `type`).

    If the union has a discriminator, that property is a Constant in each member.
    """

    members: tuple["Type", ...]


class Constant(Struct, frozen=True):
    """A value of a fixed set (`const`, or an `enum` without names that is not all strings)."""

    values: tuple[str | int | bool, ...]


class Anything(Struct, frozen=True):
    """Any JSON value."""


Type = (
    Scalar | ListOf | TupleOf | MapOf | Named | Nullable | UnionOf | Constant | Anything
)


def child_types(type_: Type) -> tuple[Type, ...]:
    """Return the item, value or member types of a type; empty for a scalar or a name."""
    match type_:
        case Scalar() | Named():
            return ()
        case ListOf(child) | MapOf(child) | Nullable(child):
            return (child,)
        case UnionOf(members) | TupleOf(members):
            return members
        case _:
            return ()


def map_child_types(type_: Type, function: Callable[[Type], Type]) -> Type:
    """Return a type with the result of a function in place of each of its `child_types`."""
    match type_:
        case ListOf(child):
            return ListOf(function(child))
        case MapOf(child):
            return MapOf(function(child))
        case Nullable(child):
            return Nullable(function(child))
        case UnionOf(members):
            return replace(type_, members=tuple(map(function, members)))
        case TupleOf(items):
            return TupleOf(tuple(map(function, items)))
        case _:
            return type_


class Documentation(Struct, frozen=True):
    """Summary and description in Markdown (CommonMark); empty for none."""

    summary: str = ""
    description: str = ""


class Field(Struct, frozen=True):
    """A property of a Record, or a parameter.

    Attributes:
        name: The name in requests and responses.
        default: The value that the server uses if the property is omitted, as JSON; empty for
            none.
        example: An example value as JSON; empty for none.
        constraints: Validation keywords of the schema, as `keyword: value`.
        read_only: Whether the property occurs only in responses.
        write_only: Whether the property occurs only in requests.
        is_tag: Whether it is a discriminating property whose values select the record.
        is_kept: Whether a JSON Merge Patch may leave it out, but not remove it with null.
        xml: The `xml` keyword; None if no body of the document is XML.
    """

    name: str
    type: Type
    required: bool
    description: str = ""
    default: str = ""
    deprecated: bool = False
    example: str = ""
    constraints: tuple[str, ...] = ()
    read_only: bool = False
    write_only: bool = False
    is_tag: bool = False
    is_kept: bool = False
    xml: Xml | None = None


class Record(Struct, frozen=True):
    """A JSON object with known properties.

    Attributes:
        name_hint: Words for the name of the class, outermost first. The first is the
            pointer of the operation if the schema is inline in one.
        additional: The type of other properties; None if the document declares none.
        is_closed: Whether the document forbids other properties.
        base: The pointer of the record that it extends; empty for none. `fields` has all of
            the base's fields, with the same types.
        xml: The `xml` keyword; None if no body of the document is XML.
    """

    pointer: str
    name_hint: tuple[str, ...]
    fields: tuple[Field, ...]
    additional: "Type | None"
    description: str = ""
    deprecated: bool = False
    is_closed: bool = False
    base: str = ""
    xml: Xml | None = None

    @property
    def has_additional_properties(self) -> bool:
        """Return whether the document declares other properties than `fields`."""
        return self.additional is not None


class Member(Struct, frozen=True):
    """A known value of an Enum.

    Attributes:
        name: The name that the document gives it; empty for none.
    """

    value: str | int
    name: str = ""
    description: str = ""


class Enum(Struct, frozen=True):
    """A string or an integer with known values.

    Attributes:
        name_hint: Words for the name of the enum, outermost first. The first is the
            pointer of the operation if the schema is inline in one.
        members: Its values, which are all strings or all integers.
    """

    pointer: str
    name_hint: tuple[str, ...]
    members: tuple[Member, ...]
    description: str = ""

    @property
    def values(self) -> tuple[str | int, ...]:
        """Return the known values."""
        return tuple(member.value for member in self.members)

    @property
    def is_integer(self) -> bool:
        """Return whether the values are integers."""
        return isinstance(self.members[0].value, int)


class Alias(Struct, frozen=True):
    """A named type that is no Record or Enum.

    Attributes:
        name_hint: Words for the name of the alias, outermost first. The first is the
            pointer of the operation if the schema is inline in one.
    """

    pointer: str
    name_hint: tuple[str, ...]
    type: Type
    description: str = ""


Schema = Record | Enum | Alias


def member_types(schema: Schema) -> Iterator[Type]:
    """Yield the types of a record's properties and its base, or the type of an alias."""
    match schema:
        case Record(fields=fields, additional=additional, base=base):
            yield from (field.type for field in fields)
            if additional is not None:
                yield additional
            if base:
                yield Named(base)
        case Alias(type=type_):
            yield type_
        case Enum():
            pass
