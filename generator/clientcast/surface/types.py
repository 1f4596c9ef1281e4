"""The surface of a client: what the code that calls it depends on.

Two surfaces are equal if no caller can tell them apart, whether they are made from the view of a
document or from the code of a package. Places are not compared. The asynchronous client has the
same surface as the synchronous one.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import TypeAlias


@dataclass(frozen=True, slots=True)
class ClassType:
    """A class or alias, with its type arguments: `str`, `list[str]`, `Session`, `None`."""

    name: str
    arguments: tuple["Annotation", ...] = ()

    def __str__(self) -> str:
        inner = ", ".join(map(str, self.arguments))
        return f"{self.name}[{inner}]" if inner else self.name


@dataclass(frozen=True, slots=True)
class LiteralType:
    """`Literal[...]`, with its values as they are written in Python."""

    values: tuple[str, ...]

    def __str__(self) -> str:
        return f"Literal[{', '.join(self.values)}]"


@dataclass(frozen=True, slots=True)
class UnionType:
    """`A | B`."""

    members: tuple["Annotation", ...]

    def __str__(self) -> str:
        return " | ".join(map(str, self.members))


Annotation: TypeAlias = ClassType | LiteralType | UnionType

ANY, NONE = ClassType("Any"), ClassType("None")


@dataclass(frozen=True, slots=True)
class Argument:
    """An argument of a method or constructor.

    Attributes:
        default: The default as it is written in Python; empty if the argument is required.
        sent_as: The location and name in the request, such as `query limit`; empty if unknown.
    """

    name: str
    annotation: Annotation
    default: str = ""
    is_keyword_only: bool = True
    sent_as: str = ""

    @property
    def is_required(self) -> bool:
        """Whether a call must have the argument."""
        return not self.default


@dataclass(frozen=True, slots=True)
class Request:
    """Request of a method.

    Attributes:
        method: The HTTP method.
        path: The path template.
        options: Everything else that decides how the call is sent and its response is read, as
            it is written in Python.
    """

    method: str
    path: str
    options: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Method:
    """A method of a client.

    Attributes:
        name: The dotted name, such as `sessions.get`.
        request: What the method sends; None if its code was written by hand.
        security: The alternatives of credentials, each by the names of constructor arguments.
        raises: The errors that the API documents.
        deprecation: The warning of a deprecated method, or the names of deprecated arguments.
        text: The docstring.
    """

    name: str
    arguments: tuple[Argument, ...]
    returns: Annotation
    request: Request | None
    security: tuple[tuple[str, ...], ...]
    raises: tuple[str, ...]
    deprecation: str
    text: str
    place: str = field(default="", compare=False)


@dataclass(frozen=True, slots=True)
class Member:
    """A field of a model.

    Attributes:
        default: The default as it is written in Python; empty if the field is required.
        wire_name: The name in JSON.
    """

    name: str
    annotation: Annotation
    default: str
    wire_name: str
    text: str
    place: str = field(default="", compare=False)


@dataclass(frozen=True, slots=True)
class Model:
    """A class of request and response data.

    Attributes:
        bases: The base classes, the nearest first.
        members: The fields by name, with those of the base classes.
    """

    name: str
    bases: tuple[str, ...]
    members: Mapping[str, Member]
    text: str
    place: str = field(default="", compare=False)


@dataclass(frozen=True, slots=True)
class Enum:
    """An enum.

    Attributes:
        base: The base class.
        values: The values, as they are written in Python, by the name of their member.
        text: The docstring of the class and of its members.
    """

    name: str
    base: str
    values: Mapping[str, str]
    text: str
    place: str = field(default="", compare=False)


@dataclass(frozen=True, slots=True)
class Alias:
    """A named type."""

    name: str
    annotation: Annotation
    text: str
    place: str = field(default="", compare=False)


@dataclass(frozen=True, slots=True)
class Resource:
    """An attribute of a client that has methods.

    Attributes:
        path: The dotted name of the attribute.
        class_name: The name of its class.
        module: The module of the class in the package.
    """

    path: str
    class_name: str
    module: str
    text: str
    place: str = field(default="", compare=False)


@dataclass(frozen=True, slots=True)
class Webhooks:
    """The receiver of webhooks.

    Attributes:
        attribute: The attribute of the client.
        event_name: The name of the type of events.
        event: The type of events.
        scheme: How deliveries are signed, as it is written in Python.
    """

    attribute: str
    event_name: str
    event: Annotation
    scheme: str
    place: str = field(default="", compare=False)


@dataclass(frozen=True, slots=True)
class Client:
    """The class of a client.

    Attributes:
        arguments: The arguments of the constructor, all by keyword.
        required: The arguments that `base_url` does not replace and that have no default: a
            constructor without them raises an error.
        environment: The environment variables that an argument is read from, by its name.
        credentials: Where a credential is sent, by the name of its argument.
        needs_credential: Whether the constructor fails without a credential.
        servers: The servers by name, as they are written in Python; the default has no name.
        errors: How the body of an error is read, as it is written in Python.
        headers: The headers of every request, as they are written in Python.
    """

    name: str
    arguments: tuple[Argument, ...]
    required: frozenset[str]
    environment: Mapping[str, tuple[str, ...]]
    credentials: Mapping[str, str]
    needs_credential: bool
    servers: Mapping[str, str]
    errors: Mapping[str, str]
    headers: str
    text: str
    place: str = field(default="", compare=False)


@dataclass(frozen=True, slots=True)
class Surface:
    """Everything that callers of a client depend on; each part by its name.

    Attributes:
        exports: The names that the package exports, without those of the other parts.
        error_body: The type of the body of errors.
    """

    client: Client
    resources: Mapping[str, Resource]
    methods: Mapping[str, Method]
    models: Mapping[str, Model]
    enums: Mapping[str, Enum]
    aliases: Mapping[str, Alias]
    webhooks: Webhooks | None
    exports: frozenset[str]
    error_body: Annotation


def names_in(annotation: Annotation) -> Iterator[str]:
    """Yield the names of the classes and aliases in an annotation."""
    match annotation:
        case ClassType(name, arguments):
            yield name
            for argument in arguments:
                yield from names_in(argument)
        case UnionType(members):
            for member in members:
                yield from names_in(member)
        case LiteralType():
            pass
