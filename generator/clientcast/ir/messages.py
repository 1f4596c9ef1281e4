"""Parameters, request bodies and responses."""

from enum import StrEnum

from msgspec import Struct

from clientcast.ir.schemas import Anything, Field, Type
from clientcast.ir.xml import Xml


class Location(StrEnum):
    """The location of a parameter (OpenAPI 3.1, Parameter Object, `in`)."""

    PATH = "path"
    QUERY = "query"
    HEADER = "header"
    COOKIE = "cookie"


class Style(StrEnum):
    """Serialization style of a parameter (OpenAPI 3.1, section 4.8.12.2).

    `JSON` is for parameters with `content`. The last two are for a parameter that is the whole
    query string (OpenAPI 3.2, `querystring`).
    """

    SIMPLE = "simple"
    LABEL = "label"
    MATRIX = "matrix"
    FORM = "form"
    SPACE_DELIMITED = "spaceDelimited"
    PIPE_DELIMITED = "pipeDelimited"
    DEEP_OBJECT = "deepObject"
    COOKIE = "cookie"
    JSON = "json"
    QUERYSTRING = "whole"
    QUERYSTRING_JSON = "wholeJson"


class Serialization(Struct, frozen=True):
    """Serialization of a value in a URL, a header or a form.

    Attributes:
        explode: Whether each item or property becomes a parameter of its own.
        allow_reserved: Whether reserved characters of URLs are sent without percent-encoding.
    """

    style: Style
    explode: bool
    allow_reserved: bool = False

    @property
    def is_json(self) -> bool:
        """Return whether the value is JSON text."""
        return self.style in (Style.JSON, Style.QUERYSTRING_JSON)


class Parameter(Struct, frozen=True):
    """A parameter of an operation. `field.name` is its name in the request.

    Attributes:
        serialization: None for the default serialization of the location.
        scheme: The security scheme whose credential fills the parameter; empty for none.
    """

    location: Location
    field: Field
    serialization: Serialization | None = None
    scheme: str = ""


class MediaKind(StrEnum):
    """Encoding of a body."""

    JSON = "json"
    FORM = "form"
    MULTIPART = "multipart"
    XML = "xml"
    TEXT = "text"
    BYTES = "bytes"
    EVENTS = "events"
    LINES = "lines"
    SEQUENCE = "sequence"
    UNDESCRIBED = "undescribed"

    @property
    def is_stream(self) -> bool:
        """Return whether the body is server-sent events, JSON Lines or a JSON sequence."""
        return self in (MediaKind.EVENTS, MediaKind.LINES, MediaKind.SEQUENCE)

    @property
    def is_data(self) -> bool:
        """Return whether the body is a value that becomes a model."""
        return self in (MediaKind.JSON, MediaKind.XML)


class Content(Struct, frozen=True):
    """A body with one encoding.

    Attributes:
        media_types: Media types of the document: several if all are read alike.
        type: The type of the body; of a stream, the type of an item or of an event's data.
        example: An example body as JSON; empty for none.
        serializations: Serializations of form fields that differ from the default.
        part_types: Media types of parts of a multipart body that differ from the default.
        types_by_event: The data type of each event name, and of an empty one for all others;
            empty if events of any name have the same type.
        file_parts: Parts of a multipart body that are octets although the type is any.
        xml: The `xml` keyword of an XML body.
    """

    kind: MediaKind
    media_types: tuple[str, ...]
    type: Type
    example: str = ""
    serializations: tuple[tuple[str, Serialization], ...] = ()
    part_types: tuple[tuple[str, str], ...] = ()
    types_by_event: tuple[tuple[str, Type], ...] = ()
    file_parts: tuple[str, ...] = ()
    xml: Xml | None = None


class Body(Struct, frozen=True):
    """A request body."""

    content: Content
    required: bool
    description: str = ""


class Response(Struct, frozen=True):
    """A documented response of an operation.

    Attributes:
        status: "200", a range such as "4XX", or "default".
        contents: The bodies, the most structured first: one for each encoding and type.
        stream: The body as a stream; None if no media type of the response is a stream.
        media_types: All media types of the response.
        headers: Names and descriptions of the response headers.
    """

    status: str
    description: str
    contents: tuple[Content, ...]
    stream: Content | None
    media_types: tuple[str, ...] = ()
    headers: tuple[tuple[str, str], ...] = ()

    @property
    def content(self) -> Content | None:
        """Return the most structured body; None for no body."""
        return self.contents[0] if self.contents else None

    @property
    def type(self) -> Type | None:
        """Return the type of the JSON or XML body; None if there is none."""
        if self.content is None or not self.content.kind.is_data:
            return None
        return self.content.type

    @property
    def is_undescribed(self) -> bool:
        """Return whether a body may come that the document does not describe.

        A 204 or 205 response has no body (RFC 9110, 15.3.5 and 15.3.6).
        """
        return not self.media_types and self.status not in ("204", "205")


class Success(Struct, frozen=True):
    """The result of a successful call.

    Attributes:
        type: The type of the body, see `Content.type`; None for no body.
        kind: The encoding of the body.
        accept: The value of the `Accept` request header.
        types_by_status: The type for each status; empty if all are the same.
        undescribed: The statuses of other successful responses, such as `201` and `2XX`, whose
            body may come and is not described.
        redirects: The documented 3xx statuses whose body is not returned. The result is then
            None.
        types_by_event: The data type of each event name, and of an empty one for all others;
            empty if events of any name have the same type.
        contents: The bodies by status, number or range, if they are XML or not all of one
            encoding; else empty.
    """

    type: Type | None = None
    kind: MediaKind = MediaKind.JSON
    accept: str = "application/json"
    types_by_status: tuple[tuple[int | str, Type], ...] = ()
    undescribed: tuple[str, ...] = ()
    redirects: tuple[str, ...] = ()
    types_by_event: tuple[tuple[str, Type], ...] = ()
    contents: tuple[tuple[int | str, tuple[Content, ...]], ...] = ()

    @property
    def is_downloadable(self) -> bool:
        """Return whether the body may be bytes, which can be written to a file as they come."""
        is_any = isinstance(self.type, Anything)
        return self.kind is MediaKind.BYTES or (
            self.kind is MediaKind.UNDESCRIBED and is_any
        )


UNDESCRIBED = Success(Anything(), MediaKind.UNDESCRIBED, "application/json, */*;q=0.5")
"""The result of an operation whose successful responses have no described body."""
