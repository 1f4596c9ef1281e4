"""What goes over the wire: parameters, bodies and answers."""

from dataclasses import dataclass
from enum import StrEnum

from clientcast.ir.schemas import Field, Type


class Location(StrEnum):
    """Where a parameter travels (OpenAPI 3.1, Parameter Object, `in`)."""

    PATH = "path"
    QUERY = "query"
    HEADER = "header"
    COOKIE = "cookie"


class Style(StrEnum):
    """How a value is written (OpenAPI 3.1, section 4.8.12.2), or `json` for `content`.

    The last two are for a value that is a whole query by itself (3.2, `querystring`).
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


@dataclass(frozen=True, slots=True)
class Serialization:
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
    serialization: Serialization | None = None


class MediaKind(StrEnum):
    """How a body is written and read."""

    JSON = "json"
    FORM = "form"
    MULTIPART = "multipart"
    TEXT = "text"
    BYTES = "bytes"
    EVENTS = "events"
    LINES = "lines"
    SEQUENCE = "sequence"

    @property
    def is_stream(self) -> bool:
        """Whether it is read item by item: server-sent events, JSON Lines, JSON sequences."""
        return self in (MediaKind.EVENTS, MediaKind.LINES, MediaKind.SEQUENCE)


@dataclass(frozen=True, slots=True)
class Content:
    """A body of one kind.

    Attributes:
        media_types: As the document has them: one, but of text and bytes all.
        type: Of a stream that of an item, and where the items are events of their data.
        example: A body, as JSON; empty for none.
        writings: How members of a form are written, where that is not the usual way.
        part_types: The media types of members of a multipart body, where not the usual ones.
        types_by_event: The type of the data of each kind of event, where they differ.
    """

    kind: MediaKind
    media_types: tuple[str, ...]
    type: Type
    example: str = ""
    serializations: tuple[tuple[str, Serialization], ...] = ()
    part_types: tuple[tuple[str, str], ...] = ()
    types_by_event: tuple[tuple[str, Type], ...] = ()


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
        stream: Its body where that is a stream.
        media_types: All that it may be sent as.
        headers: The names of its headers, and what they say.
    """

    status: str
    description: str
    content: Content | None
    stream: Content | None
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
        type: None for no body; of a stream as `Content` has it.
        kind: How the body is written.
        accept: The media types that are asked for, as the header `Accept` has them.
        types_by_status: The type of each status, where they differ.
        types_by_event: The type of the data of each kind of event, where they differ.
    """

    type: Type | None = None
    kind: MediaKind = MediaKind.JSON
    accept: str = "application/json"
    types_by_status: tuple[tuple[int, Type], ...] = ()
    types_by_event: tuple[tuple[str, Type], ...] = ()
