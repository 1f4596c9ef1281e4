"""Operations, their paging and their polling."""

from collections.abc import Iterator

from msgspec import Struct

from clientcast.ir.messages import Body, Parameter, Response, Success
from clientcast.ir.schemas import Documentation, Type
from clientcast.ir.state import StateOptions


class CursorPaging(Struct, frozen=True):
    """Paging by a cursor in the response body, which the next request sends.

    Attributes:
        parameter: The name of the request parameter of the cursor.
        cursor: JSON pointer into the response body, or the name of a response header.
        items: JSON pointers into the response body, to the lists of items.
        has_more: JSON pointer to whether there is a next page, or the name of a response
            header; empty if the response does not say.
    """

    parameter: str
    cursor: str
    items: tuple[str, ...]
    has_more: str


class OffsetPaging(Struct, frozen=True):
    """Paging by the number of items to skip.

    Attributes:
        parameter: The name of the request parameter of the offset.
        limit: The name of the request parameter of the page size.
        items: JSON pointers into the response body, to the lists of items.
        total: JSON pointer to the number of all items, or the name of a response header; empty
            if the response has none.
        has_more: As for `CursorPaging`.
    """

    parameter: str
    limit: str
    items: tuple[str, ...]
    total: str
    has_more: str


class PageNumberPaging(Struct, frozen=True):
    """Paging by the number of the page.

    Attributes:
        parameter: The name of the request parameter of the number.
        first: The number of the first page; None for the default of the parameter.
        limit: The name of the request parameter of the page size; empty if there is none.
        items: JSON pointers into the response body, to the lists of items.
        total, has_more: As for `OffsetPaging`.
        total_pages: JSON pointer to the number of pages, or the name of a response header;
            empty if the response has none.
    """

    parameter: str
    first: int | None
    limit: str
    items: tuple[str, ...]
    total: str
    total_pages: str
    has_more: str


class LinkPaging(Struct, frozen=True):
    """Paging by the URL of the next page.

    Attributes:
        items: JSON pointers into the response body, to the lists of items.
        url: JSON pointer to the URL, or the name of a response header; empty for the `Link`
            header (RFC 8288).
    """

    items: tuple[str, ...]
    url: str


Paging = CursorPaging | OffsetPaging | PageNumberPaging | LinkPaging


class Polling(Struct, frozen=True):
    """Polling for the result of an accepted request (status 202).

    Attributes:
        path: The path template to request with GET until the status is no longer 202. It has
            one parameter.
        parameter: The name of that parameter.
        request_id: JSON pointer into the body of the 202 response, to the parameter's value.
    """

    path: str
    parameter: str
    request_id: str


class Requirement(Struct, frozen=True):
    """A security scheme that a request must satisfy, with the OAuth scopes."""

    scheme: str
    scopes: tuple[str, ...]


class Operation(Struct, frozen=True):
    """An HTTP method on a path.

    Attributes:
        pointer: JSON pointer of the operation.
        id: The `operationId`; empty for none.
        path: The path template.
        resource: The resource that the method belongs to: the first tag, or `x-client`'s
            `resource`. Dots nest.
        name: The name that `x-client` gives the method; empty for none.
        variant: What distinguishes one of several methods for the operation: `as stream`.
        alternative_bodies: Bodies with other encodings than that of `body`.
        success: The result of a call.
        alternatives: The results if the caller requests other media types.
        stream: The result if the caller requests a stream; None if there is none, or if
            `success` is one.
        security: Alternative sets of security schemes; one set is enough. An empty set, or no
            set at all, means a request without credentials.
        retry_safe: Whether the document declares the operation safe to retry.
        server: The URL of the operation's own server; empty for the server of the API.
        state: The effect on stored items that the document declares; None for none.
    """

    pointer: str
    id: str
    method: str
    path: str
    resource: str
    name: str
    variant: str
    text: Documentation
    deprecated: bool
    parameters: tuple[Parameter, ...]
    body: Body | None
    alternative_bodies: tuple[Body, ...]
    responses: tuple[Response, ...]
    success: Success
    alternatives: tuple[Success, ...]
    stream: Success | None
    security: tuple[tuple[Requirement, ...], ...]
    paging: Paging | None
    polling: Polling | None
    retry_safe: bool
    server: str
    state: StateOptions | None = None


def response_types(operation: Operation) -> Iterator[Type]:
    """Yield the types of all responses of an operation, including those of its results."""
    for response in operation.responses:
        if response.type is not None:
            yield response.type
        if response.stream is not None:
            yield response.stream.type
            yield from (type_ for _, type_ in response.stream.types_by_event)
    for success in (operation.success, *operation.alternatives):
        if success.type is not None:
            yield success.type
        yield from (
            type_ for _, type_ in (*success.types_by_status, *success.types_by_event)
        )
