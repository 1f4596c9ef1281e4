"""The classes that a package declares, as plain data: what goes over the wire, what is raised."""

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Field:
    """A field of a model.

    Attributes:
        name: What it is called in Python.
        type: Its annotation.
        required: Whether it is always there.
        nullable: Whether it may be null.
        wire_name: What the API calls it.
        description: What it means, in Markdown.
    """

    name: str
    type: str
    required: bool
    nullable: bool
    wire_name: str
    description: str


@dataclass(frozen=True, slots=True)
class Model:
    """A class of what goes over the wire.

    Attributes:
        name: The class.
        description: What it stands for, in Markdown.
        fields: What it holds.
        used_by: The operations and models that name it.
    """

    name: str
    description: str
    fields: tuple[Field, ...]
    used_by: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Member:
    """A known value of an enum.

    Attributes:
        name: What it is called in Python.
        value: What goes over the wire.
    """

    name: str
    value: object


@dataclass(frozen=True, slots=True)
class Enum:
    """A class of texts of which some are known; the server may send others.

    Attributes:
        name: The class.
        description: What it stands for, in Markdown.
        members: What is known.
        parameter: The type of an argument that takes a member or its plain value; empty where
            none does.
        used_by: The operations and models that name it.
    """

    name: str
    description: str
    members: tuple[Member, ...]
    parameter: str
    used_by: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Alias:
    """A type with a name.

    Attributes:
        name: The name.
        type: The annotation that it stands for.
        description: What it stands for, in Markdown.
        used_by: The operations and models that name it.
    """

    name: str
    type: str
    description: str
    used_by: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Attribute:
    """What an error carries.

    Attributes:
        name: What it is called.
        description: What it is, in Markdown.
    """

    name: str
    description: str


@dataclass(frozen=True, slots=True)
class ErrorClass:
    """A class that a client raises, or warns with.

    Attributes:
        name: The class.
        base: The class above it: one of these, or one of Python's own.
        status: The HTTP status that it stands for, such as `404` or `5xx`; empty for none.
        description: What it means, in Markdown.
        attributes: What it carries besides what its base does.
    """

    name: str
    base: str
    status: str
    description: str
    attributes: tuple[Attribute, ...]


def base_error(errors: Iterable[ErrorClass]) -> str:
    """The class that all errors of calls are kinds of; empty for none."""
    return next((error.name for error in errors if error.base == "Exception"), "")
