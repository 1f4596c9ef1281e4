"""Models, enums, aliases and errors that a package declares, as plain data."""

from collections.abc import Iterable

from msgspec import Struct


class Field(Struct, frozen=True):
    """A field of a model.

    Attributes:
        name: Python name of the field.
        type: Python annotation of the field.
        required: True if the property is always present.
        nullable: True if the value may be null.
        wire_name: Name of the JSON property.
        description: Description in Markdown.
    """

    name: str
    type: str
    required: bool
    nullable: bool
    wire_name: str
    description: str


class Model(Struct, frozen=True):
    """A class of request or response data.

    Attributes:
        name: Name of the class.
        description: Description in Markdown.
        fields: Fields of the class, those of its base included.
        used_by: Operations and declarations that refer to it.
        base: Name of the model that it extends; empty for none.
    """

    name: str
    description: str
    fields: tuple[Field, ...]
    used_by: tuple[str, ...]
    base: str = ""


class Member(Struct, frozen=True):
    """A known value of an enum.

    Attributes:
        name: Python name of the member.
        value: Value in JSON.
        description: Description in Markdown; empty for none.
    """

    name: str
    value: object
    description: str = ""


class Enum(Struct, frozen=True):
    """An enum of strings or integers that preserves unknown values of the server.

    Attributes:
        name: Name of the class.
        description: Description in Markdown.
        members: Known members.
        parameter: Alias for arguments that accept a member or its plain value; empty if there
            is none.
        used_by: Operations and declarations that refer to it.
    """

    name: str
    description: str
    members: tuple[Member, ...]
    parameter: str
    used_by: tuple[str, ...]


class Alias(Struct, frozen=True):
    """A named type.

    Attributes:
        name: Name of the alias.
        type: Python annotation that it is equal to.
        description: Description in Markdown.
        used_by: Operations and declarations that refer to it.
    """

    name: str
    type: str
    description: str
    used_by: tuple[str, ...]


class Attribute(Struct, frozen=True):
    """An attribute of an error.

    Attributes:
        name: Name of the attribute.
        description: Description in Markdown.
    """

    name: str
    description: str


class ErrorClass(Struct, frozen=True):
    """An exception or warning class of a client.

    Attributes:
        name: Name of the class.
        base: Base class: another error class of the package, or a built-in exception.
        status: HTTP status or range that raises it, such as `404` or `5xx`; empty for none.
        description: Description in Markdown.
        attributes: Attributes that its base class does not have.
    """

    name: str
    base: str
    status: str
    description: str
    attributes: tuple[Attribute, ...]


def base_error(errors: Iterable[ErrorClass]) -> str:
    """Return the common base class of the errors of calls; empty if there is none."""
    return next((error.name for error in errors if error.base == "Exception"), "")
