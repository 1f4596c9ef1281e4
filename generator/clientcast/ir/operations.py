"""Operations, and how their lists are paged and their answers waited for."""

from collections.abc import Iterator
from dataclasses import dataclass

from clientcast.ir.messages import Body, Parameter, Response, Success
from clientcast.ir.schemas import Documentation, Type


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
        alternative_bodies: Bodies of other kinds that it takes in place of `body`.
        stream: What it returns where it is asked for a stream in place of `success`.
        retry_safe: Whether the document says that it may be repeated without harm.
        server: The URL of its own server; empty where it is the API's.
    """

    pointer: str
    id: str
    method: str
    path: str
    resource: str
    name: str
    text: Documentation
    deprecated: bool
    parameters: tuple[Parameter, ...]
    body: Body | None
    alternative_bodies: tuple[Body, ...]
    responses: tuple[Response, ...]
    success: Success
    stream: Success | None
    security: tuple[tuple[Requirement, ...], ...]
    paging: Paging | None
    polling: Polling | None
    retry_safe: bool
    server: str


def response_types(operation: Operation) -> Iterator[Type]:
    """Yield the types of an operation's responses, and of what it returns."""
    for response in operation.responses:
        if response.type is not None:
            yield response.type
        if response.stream is not None:
            yield response.stream.type
            yield from (type_ for _, type_ in response.stream.types_by_event)
    success = operation.success
    if success.type is not None:
        yield success.type
    yield from (
        type_ for _, type_ in (*success.types_by_status, *success.types_by_event)
    )
