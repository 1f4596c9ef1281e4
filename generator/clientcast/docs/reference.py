"""All that the reference of a client says, as plain data: what `--json` gives, and pages repeat.

Texts are as they were written, in Markdown; nothing of them is made safe here. What is not
known is an empty text, an empty list or null.
"""

from dataclasses import dataclass

from clientcast.docs.classes import Alias, Enum, ErrorClass, Model


@dataclass(frozen=True, slots=True)
class Example:
    """A program that can be run as it stands, in both modes.

    Attributes:
        synchronous: With the synchronous client.
        asynchronous: With the asynchronous client, where `await` may stand at the top.
    """

    synchronous: str
    asynchronous: str


@dataclass(frozen=True, slots=True)
class Argument:
    """An argument of a method.

    Attributes:
        name: What it is called in Python.
        type: Its annotation.
        required: Whether it must be given.
        keyword_only: Whether it must be given by its name.
        default: What it is where it is not given, as Python text.
        description: What it is for, in Markdown.
        wire_name: What the API calls it; empty for a whole body.
        place: Where it is sent: `path`, `query`, `header`, `cookie` or `body`.
        server_default: What the server takes where it is not sent.
        values: The values that are known to be allowed; empty where others are too.
        limits: What else a value must be, in words.
        example: A value that it may have.
    """

    name: str
    type: str
    required: bool
    keyword_only: bool
    default: str
    description: str
    wire_name: str = ""
    place: str = ""
    server_default: object = None
    values: tuple[object, ...] = ()
    limits: tuple[str, ...] = ()
    example: object = None


@dataclass(frozen=True, slots=True)
class Credential:
    """A kind of credential that a client takes.

    Attributes:
        argument: What the constructor calls it.
        location: Where it is sent: `header`, `query` or `cookie`.
        name: The header, query parameter or cookie.
        prefix: Put before the value, with the space.
        environment: The variables that are asked in turn where it is not given.
    """

    argument: str
    location: str
    name: str
    prefix: str
    environment: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Requirement:
    """A credential that an operation is sent with.

    Attributes:
        argument: What the constructor calls it.
        scheme: What the API calls it.
        scopes: What it must allow.
    """

    argument: str
    scheme: str
    scopes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Header:
    """A header of an answer.

    Attributes:
        name: What it is called.
        description: What it says, in Markdown.
    """

    name: str
    description: str


@dataclass(frozen=True, slots=True)
class Response:
    """How an operation may be answered.

    Attributes:
        status: An HTTP status, a range such as `4XX`, or `default`.
        description: When that is so, in Markdown.
        content_types: The media types that its body may have.
        type: The annotation of its body; empty for no body.
        error: The class that is raised; empty where none is.
        headers: What comes along.
        example: A body, as JSON.
    """

    status: str
    description: str
    content_types: tuple[str, ...]
    type: str
    error: str
    headers: tuple[Header, ...]
    example: object


@dataclass(frozen=True, slots=True)
class Raised:
    """An error that an operation is known to raise.

    Attributes:
        error: Its class.
        description: When, in Markdown.
    """

    error: str
    description: str


@dataclass(frozen=True, slots=True)
class Operation:
    """A method of a client.

    Attributes:
        name: As it is called on the client: `sessions.get`.
        operation_id: What the API calls it.
        http_method: Of its request.
        path: The route of its request.
        server: The URL that its request goes to; empty where that is the client's.
        signature: As it stands in the synchronous client, without `self`.
        summary: What it does, in a sentence.
        description: The same at length, in Markdown.
        deprecated: Whether the API advises against it.
        arguments: What it takes.
        content_type: The media type of its request's body; empty for no body.
        credentials: Alternatives, any one of which is enough; each what goes together. None
            where it is sent without.
        returns: The annotation of what it returns.
        returns_description: What that is, in Markdown.
        paging: What pages are followed by; empty where it returns none.
        polled: Whether the server may accept it to be finished later.
        repeatable: Whether it may be repeated without harm.
        responses: How it may be answered.
        raises: The errors that the API documents, by class.
        example: A call.
    """

    name: str
    operation_id: str
    http_method: str
    path: str
    server: str
    signature: str
    summary: str
    description: str
    deprecated: bool
    arguments: tuple[Argument, ...]
    content_type: str
    credentials: tuple[tuple[Requirement, ...], ...]
    returns: str
    returns_description: str
    paging: str
    polled: bool
    repeatable: bool
    responses: tuple[Response, ...]
    raises: tuple[Raised, ...]
    example: Example | None


@dataclass(frozen=True, slots=True)
class Resource:
    """A part of a client that holds methods.

    Attributes:
        name: How it is reached from the client: `client.session`.
        description: What its methods are about, in Markdown.
        operations: Its methods.
    """

    name: str
    description: str
    operations: tuple[Operation, ...]


@dataclass(frozen=True, slots=True)
class Client:
    """The class that a program begins with.

    Attributes:
        name: The synchronous class.
        async_name: The asynchronous class.
        arguments: What both take, all by name.
        credentials: The kinds of credentials among the arguments.
        server: The URL that requests go to, with its variables in braces.
        example: How it is made, used and closed.
        error_handling_example: The same, with what may go wrong told.
    """

    name: str
    async_name: str
    arguments: tuple[Argument, ...]
    credentials: tuple[Credential, ...]
    server: str
    example: Example | None
    error_handling_example: Example | None


@dataclass(frozen=True, slots=True)
class Reference:
    """The reference of one package.

    Attributes:
        package: What it is imported as.
        title: What the API is called.
        version: Of the API.
        generator: What generated the package.
        digest: SHA-256 of the document that it was generated from.
        summary: What the API is for, in a sentence.
        description: The same at length, in Markdown.
        client: The class that a program begins with.
        resources: The parts of the client that hold methods.
        models: What goes over the wire.
        enums: Texts of which some are known.
        aliases: Types with a name.
        errors: What is raised, each class after its base.
        error_body: The annotation of what an error's `body` usually is; empty for unknown.
    """

    package: str
    title: str
    version: str
    generator: str
    digest: str
    summary: str
    description: str
    client: Client
    resources: tuple[Resource, ...]
    models: tuple[Model, ...]
    enums: tuple[Enum, ...]
    aliases: tuple[Alias, ...]
    errors: tuple[ErrorClass, ...]
    error_body: str

    @property
    def operations(self) -> tuple[Operation, ...]:
        """The operations of all resources."""
        return tuple(o for resource in self.resources for o in resource.operations)
