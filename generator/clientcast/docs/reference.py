"""Reference of a client as plain data, the source of the pages and of `clientcast docs --json`.

Descriptions are the original, unsanitized Markdown. An unknown value is an empty string, an empty
list or null.
"""

from msgspec import Struct

from clientcast.docs.classes import Alias, Enum, ErrorClass, Model


class Example(Struct, frozen=True):
    """A complete program for both clients.

    Attributes:
        synchronous: Program for the synchronous client.
        asynchronous: Program for the asynchronous client, with top-level `await`.
    """

    synchronous: str
    asynchronous: str


class Argument(Struct, frozen=True):
    """An argument of a method.

    Attributes:
        name: Python name of the argument.
        type: Python annotation of the argument.
        required: True if the argument has no default.
        keyword_only: True if the argument can only be passed by name.
        default: Default value as a Python expression; empty if it is required.
        description: Description in Markdown.
        wire_name: Name of the parameter or property in the request; empty for a whole body.
        place: Location in the request: `path`, `query`, `header`, `cookie` or `body`.
        server_default: Value that the server uses if the parameter is not sent.
        values: Allowed values; empty if other values are allowed too.
        limits: Other constraints on the value, as text.
        example: Example value.
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


class Credential(Struct, frozen=True):
    """A credential argument of a client.

    Attributes:
        argument: Name of the constructor argument.
        location: Location in the request: `header`, `query` or `cookie`.
        name: Name of the header, query parameter or cookie.
        prefix: Prefix of the value, including the space.
        environment: Environment variables to read, in order, if the argument is not passed.
    """

    argument: str
    location: str
    name: str
    prefix: str
    environment: tuple[str, ...]


class Requirement(Struct, frozen=True):
    """A security requirement of an operation.

    Attributes:
        argument: Name of the constructor argument.
        scheme: Name of the security scheme.
        scopes: Required scopes.
    """

    argument: str
    scheme: str
    scopes: tuple[str, ...]


class Header(Struct, frozen=True):
    """A response header.

    Attributes:
        name: Name of the header.
        description: Description in Markdown.
    """

    name: str
    description: str


class Response(Struct, frozen=True):
    """A documented response of an operation.

    Attributes:
        status: HTTP status, a range such as `4XX`, or `default`.
        description: Description in Markdown.
        content_types: Media types of the body.
        type: Python annotation of the body; empty if there is none.
        error: Class of the error that it raises; empty for a success.
        headers: Response headers.
        example: Example of the body, as JSON.
    """

    status: str
    description: str
    content_types: tuple[str, ...]
    type: str
    error: str
    headers: tuple[Header, ...]
    example: object


class Raised(Struct, frozen=True):
    """An error that an operation raises.

    Attributes:
        error: Name of the class.
        description: Condition in Markdown.
    """

    error: str
    description: str


class Operation(Struct, frozen=True):
    """A method of a client.

    Attributes:
        name: Name on the client, such as `sessions.get`.
        operation_id: Operation ID in the document.
        http_method: Method of the request.
        path: Path template of the request.
        server: URL of its own server; empty if it uses the client's.
        signature: Signature in the synchronous client, without `self`.
        summary: Summary, in one sentence.
        description: Description in Markdown.
        deprecated: True if the API marks it as deprecated.
        arguments: Arguments of the method.
        content_type: Media type of the request body; empty if there is none.
        accept: `Accept` header of the request.
        credentials: Alternative security requirements; each is a list of credentials that are
            sent together. An empty list if no credentials are sent.
        returns: Python annotation of the return value.
        returns_description: Description of the return value in Markdown.
        paging: Pagination style and parameter; empty if it returns no pages.
        polled: True if the client polls for the result after a response with status 202.
        repeatable: True if the operation is idempotent.
        responses: Documented responses.
        raises: Errors that the API documents, by class.
        example: Example call.
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
    accept: str
    credentials: tuple[tuple[Requirement, ...], ...]
    returns: str
    returns_description: str
    paging: str
    polled: bool
    repeatable: bool
    responses: tuple[Response, ...]
    raises: tuple[Raised, ...]
    example: Example | None


class Resource(Struct, frozen=True):
    """An attribute of a client that groups operations.

    Attributes:
        name: Dotted name of the attribute, such as `client.session`.
        description: Description in Markdown.
        operations: Operations of the resource.
    """

    name: str
    description: str
    operations: tuple[Operation, ...]


class Client(Struct, frozen=True):
    """The client classes of a package.

    Attributes:
        name: Name of the synchronous class.
        async_name: Name of the asynchronous class.
        arguments: Keyword arguments of both constructors.
        credentials: Credentials among the arguments.
        server: URL of the server, with variables in braces.
        example: Program that creates, uses and closes the client.
        error_handling_example: The same program with error handling.
        fake: Name of the fake in `testing`; empty if the package has none.
        fake_example: Program that calls the fake.
    """

    name: str
    async_name: str
    arguments: tuple[Argument, ...]
    credentials: tuple[Credential, ...]
    server: str
    example: Example | None
    error_handling_example: Example | None
    fake: str = ""
    fake_example: str = ""


class Reference(Struct, frozen=True):
    """The reference of one package.

    Attributes:
        package: Dotted name that the package is imported by.
        title: Title of the API.
        version: Version of the API.
        generator: Name and version of the generator.
        digest: SHA-256 of the document that the package was generated from.
        summary: Summary of the API, in one sentence.
        description: Description of the API in Markdown.
        client: Client classes.
        resources: Resources of the client.
        models: Classes of request and response data.
        enums: Enums of strings or integers.
        aliases: Named types.
        errors: Exception and warning classes, each after its base class.
        error_body: Usual Python annotation of an error's `body`; empty if it is unknown.
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
