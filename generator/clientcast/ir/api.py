"""The whole API: its servers, its credentials, its operations and its schemas."""

from dataclasses import dataclass

from clientcast.ir.messages import Location
from clientcast.ir.operations import Operation
from clientcast.ir.schemas import Documentation, Schema, Type


@dataclass(frozen=True, slots=True)
class SecurityScheme:
    """A credential and where it travels.

    Attributes:
        location: Header, query or cookie.
        parameter: The name of that header, query parameter or cookie.
        prefix: Put before the value, with its space.
        is_basic: Whether the value is a name and a password (RFC 7617).
        argument: What the client calls it; words in any case.
        environment: Variables that are asked in turn where no credential is given.
    """

    name: str
    location: Location
    parameter: str
    prefix: str
    is_basic: bool
    argument: str
    environment: tuple[str, ...]
    description: str


@dataclass(frozen=True, slots=True)
class ServerVariable:
    """A variable of the server's URL.

    Attributes:
        required: Whether the default is only an example of what to give.
    """

    name: str
    default: str
    values: tuple[str, ...]
    description: str
    argument: str
    environment: tuple[str, ...]
    required: bool


@dataclass(frozen=True, slots=True)
class Server:
    """Where the API lives: a URL with variables in braces.

    Attributes:
        others: The origins of other hosts that operations are carried out at.
        trusted: Origins besides its own that credentials may go to.
    """

    url: str
    variables: tuple[ServerVariable, ...]
    other_origins: tuple[str, ...] = ()
    trusted_origins: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ErrorFields:
    """Where an error body keeps what people ask of it.

    Attributes:
        code, message: JSON pointers into the body; empty for unknown.
        request_id: Likewise, or the name of a response header.
    """

    code: str = ""
    message: str = ""
    request_id: str = ""


@dataclass(frozen=True, slots=True)
class Api:
    """A whole API.

    Attributes:
        name: What the document wants its client called; words in any case.
        inbound: Bodies that the API sends by itself.
        tags: Descriptions of resources, by tag.
        schemas: By JSON pointer, in the document's order.
    """

    name: str
    title: str
    version: str
    text: Documentation
    server: Server | None
    schemes: tuple[SecurityScheme, ...]
    operations: tuple[Operation, ...]
    inbound_types: tuple[Type, ...]
    schemas: dict[str, Schema]
    tags: dict[str, str]
    errors: ErrorFields
