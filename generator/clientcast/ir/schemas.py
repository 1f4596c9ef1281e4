"""Types of values, and the schemas that a document declares."""

from dataclasses import dataclass
from enum import StrEnum


class ScalarKind(StrEnum):
    """A value that JSON writes as one token."""

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


@dataclass(frozen=True, slots=True)
class Scalar:
    """A string, number, boolean, or a string with a format that has a type of its own."""

    kind: ScalarKind


@dataclass(frozen=True, slots=True)
class ListOf:
    """A JSON array of one type."""

    item: "Type"


@dataclass(frozen=True, slots=True)
class TupleOf:
    """A JSON array with a type for each position."""

    items: tuple["Type", ...]


@dataclass(frozen=True, slots=True)
class MapOf:
    """A JSON object whose keys are data."""

    value: "Type"


@dataclass(frozen=True, slots=True)
class Named:
    """A Record, an Enum or an Alias of `Api.schemas`."""

    pointer: str


@dataclass(frozen=True, slots=True)
class Nullable:
    """The type inside, or null."""

    type: "Type"


@dataclass(frozen=True, slots=True)
class UnionOf:
    """One of several types (`oneOf`, `anyOf`, an array of `type`).

    A discriminator is settled: each member's property is then a Constant.
    """

    members: tuple["Type", ...]


@dataclass(frozen=True, slots=True)
class Constant:
    """One of a few values that are known beforehand (`const`, `enum` of integers)."""

    values: tuple[str | int | bool, ...]


@dataclass(frozen=True, slots=True)
class Anything:
    """Any JSON value: the document says no more."""


Type = (
    Scalar | ListOf | TupleOf | MapOf | Named | Nullable | UnionOf | Constant | Anything
)


def child_types(type_: Type) -> tuple[Type, ...]:
    """The types that a type is made of; of one that is only named, or has no parts, none."""
    match type_:
        case ListOf(child) | MapOf(child) | Nullable(child):
            return (child,)
        case UnionOf(members) | TupleOf(members):
            return members
        case _:
            return ()


@dataclass(frozen=True, slots=True)
class Documentation:
    """What people read of a thing. Markdown (CommonMark), or empty."""

    summary: str = ""
    description: str = ""


@dataclass(frozen=True, slots=True)
class Field:
    """A property of a Record, or of a body that becomes arguments.

    Attributes:
        name: As it goes over the wire.
        default: What the server takes where it is absent, as JSON; empty for none.
        example: A value that it may have, as JSON; empty for none.
        limits: What its schema says of its values besides the type, as `keyword: value`.
        read_only: Whether only the server says what it is.
        write_only: Whether it is sent and never comes back.
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


@dataclass(frozen=True, slots=True)
class Record:
    """A JSON object with known properties.

    Attributes:
        hint: Words to name it by, outermost first.
        additional: What other properties hold; None where the document speaks of no others.
    """

    pointer: str
    name_hint: tuple[str, ...]
    fields: tuple[Field, ...]
    additional: "Type | None"
    description: str = ""
    deprecated: bool = False

    @property
    def has_additional_properties(self) -> bool:
        """Whether the document says that there may be more properties."""
        return self.additional is not None


@dataclass(frozen=True, slots=True)
class Enum:
    """A string of which some values are known."""

    pointer: str
    name_hint: tuple[str, ...]
    values: tuple[str, ...]
    description: str = ""


@dataclass(frozen=True, slots=True)
class Alias:
    """A type that the document gives a name."""

    pointer: str
    name_hint: tuple[str, ...]
    type: Type
    description: str = ""


Schema = Record | Enum | Alias
