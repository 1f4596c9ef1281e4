"""What an API is, with no Python in it: the types between `parse` and `bind`.

References, `allOf` and the differences between versions of OpenAPI are settled before
anything stands here. A schema is named by the JSON pointer of its declaration.
"""

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
class OneOf:
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
    Scalar | ListOf | TupleOf | MapOf | Named | Nullable | OneOf | Constant | Anything
)


@dataclass(frozen=True, slots=True)
class Text:
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
    limits: tuple[str, ...] = ()
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
    hint: tuple[str, ...]
    fields: tuple[Field, ...]
    additional: "Type | None"
    description: str = ""
    deprecated: bool = False

    @property
    def open(self) -> bool:
        """Whether the document says that there may be more properties."""
        return self.additional is not None


@dataclass(frozen=True, slots=True)
class Enum:
    """A string of which some values are known."""

    pointer: str
    hint: tuple[str, ...]
    values: tuple[str, ...]
    description: str = ""


@dataclass(frozen=True, slots=True)
class Alias:
    """A type that the document gives a name."""

    pointer: str
    hint: tuple[str, ...]
    type: Type
    description: str = ""


Schema = Record | Enum | Alias


class Location(StrEnum):
    """Where a parameter travels (OpenAPI 3.1, Parameter Object, `in`)."""

    PATH = "path"
    QUERY = "query"
    HEADER = "header"
    COOKIE = "cookie"


class Style(StrEnum):
    """How a value is written (OpenAPI 3.1, section 4.8.12.2), or `json` for `content`."""

    SIMPLE = "simple"
    LABEL = "label"
    MATRIX = "matrix"
    FORM = "form"
    SPACE_DELIMITED = "spaceDelimited"
    PIPE_DELIMITED = "pipeDelimited"
    DEEP_OBJECT = "deepObject"
    JSON = "json"


@dataclass(frozen=True, slots=True)
class Writing:
    """How a value is written into a URL, a header or a form.

    Attributes:
        explode: Whether each item or member is written by itself.
        reserved: Whether characters that URLs reserve are left as they are.
    """

    style: Style
    explode: bool
    reserved: bool = False


@dataclass(frozen=True, slots=True)
class Parameter:
    """A parameter of an operation. `field.name` is its name on the wire.

    Attributes:
        writing: How it is written; None for the usual way of its place.
    """

    location: Location
    field: Field
    writing: Writing | None = None


class MediaKind(StrEnum):
    """How a body is written and read."""

    JSON = "json"
    FORM = "form"
    MULTIPART = "multipart"
    TEXT = "text"
    BYTES = "bytes"


@dataclass(frozen=True, slots=True)
class Content:
    """A body of one kind.

    Attributes:
        media_types: As the document has them: one, but of text and bytes all.
        example: A body, as JSON; empty for none.
        writings: How members of a form are written, where that is not the usual way.
        part_types: The media types of members of a multipart body, where not the usual ones.
    """

    kind: MediaKind
    media_types: tuple[str, ...]
    type: Type
    example: str = ""
    writings: tuple[tuple[str, Writing], ...] = ()
    part_types: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Body:
    """A request body."""

    content: Content
    required: bool
    description: str = ""


@dataclass(frozen=True, slots=True)
class Response:
    """An answer that an operation documents.

    Attributes:
        status: "200", a range such as "4XX", or "default".
        content: Its body; None for no body.
        media_types: All that it may be sent as.
        headers: The names of its headers, and what they say.
    """

    status: str
    description: str
    content: Content | None
    media_types: tuple[str, ...] = ()
    headers: tuple[tuple[str, str], ...] = ()

    @property
    def type(self) -> Type | None:
        """Of its JSON body; None for no body, or one of another kind."""
        is_json = self.content is not None and self.content.kind is MediaKind.JSON
        return self.content.type if self.content is not None and is_json else None


@dataclass(frozen=True, slots=True)
class Success:
    """What an operation returns.

    Attributes:
        type: None for no body.
        kind: How the body is written.
        accept: The media types that are asked for, as the header `Accept` has them.
        by_status: The type of each status, where they differ.
    """

    type: Type | None = None
    kind: MediaKind = MediaKind.JSON
    accept: str = "application/json"
    by_status: tuple[tuple[int, Type], ...] = ()


@dataclass(frozen=True, slots=True)
class CursorPaging:
    """The answer carries a cursor that the next request repeats. JSON pointers into the body."""

    parameter: str
    cursor: str
    items: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class OffsetPaging:
    """The request says how many items to skip. JSON pointers into the body; total may be empty."""

    parameter: str
    limit: str
    items: tuple[str, ...]
    total: str


@dataclass(frozen=True, slots=True)
class LinkPaging:
    """The `Link` header of an answer has the next page (RFC 8288). JSON pointers into the body."""

    items: tuple[str, ...]


Paging = CursorPaging | OffsetPaging | LinkPaging


@dataclass(frozen=True, slots=True)
class Polling:
    """How the answer is asked for to a request that was accepted to be finished later (202).

    Attributes:
        path: Asked with GET until it answers with another status; it has one parameter.
        parameter: The name of that parameter.
        request_id: JSON pointer into the body of the 202, to what the parameter takes.
    """

    path: str
    parameter: str
    request_id: str


@dataclass(frozen=True, slots=True)
class Requirement:
    """One security scheme that a request satisfies, with its scopes."""

    scheme: str
    scopes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Operation:
    """One method on one path.

    Attributes:
        resource: The tag, or what the document says instead; dots nest.
        name: What the document calls the method; words in any case.
        security: Any one of the alternatives is enough, each a set of schemes; an empty
            alternative is a request without credentials, and no alternatives likewise.
        other_bodies: Bodies of other kinds that it takes in place of `body`.
        retry_safe: Whether the document says that it may be repeated without harm.
        server: The URL of its own server; empty where it is the API's.
    """

    pointer: str
    id: str
    method: str
    path: str
    resource: str
    name: str
    text: Text
    deprecated: bool
    parameters: tuple[Parameter, ...]
    body: Body | None
    other_bodies: tuple[Body, ...]
    responses: tuple[Response, ...]
    success: Success
    security: tuple[tuple[Requirement, ...], ...]
    paging: Paging | None
    polling: Polling | None
    retry_safe: bool
    server: str


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
    """Where the API lives: a URL with variables in braces."""

    url: str
    variables: tuple[ServerVariable, ...]


@dataclass(frozen=True, slots=True)
class ErrorShape:
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
    text: Text
    server: Server | None
    schemes: tuple[SecurityScheme, ...]
    operations: tuple[Operation, ...]
    inbound: tuple[Type, ...]
    schemas: dict[str, Schema]
    tags: dict[str, str]
    errors: ErrorShape
