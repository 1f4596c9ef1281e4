"""Descriptions of operations for their fakes, which `operations.json` of a package has."""

from __future__ import annotations

import msgspec

from ..codec.pointers import Pointer


class ArgumentDescription(msgspec.Struct, forbid_unknown_fields=True):
    """The place of an argument in requests.

    Attributes:
        place: The keyword of `Call` that carries it: path, query, header, cookie, json, form,
            multipart, content or content_type; or xml.
        name: The name in the request; empty for a whole body.
        style, explode: The serialization; an empty style is the default of the place.
        implicit: Whether the client sends it if it is not given: its header, or a key.
    """

    place: str
    name: str = ""
    style: str = ""
    explode: bool = False
    implicit: bool = False


class PagingDescription(msgspec.Struct, forbid_unknown_fields=True):
    """The paging of an operation: by `cursor`, `offset`, `page` or `link`.

    Attributes:
        argument: The name of the argument of the position in requests, as keys if it is in the
            body; empty for links.
        items: Pointer to the items in the response body.
        limit: The argument of the page size, likewise; empty for none.
        default_limit: The page size without it; 0 if unknown.
        first: The number of the first page.
        cursor, has_more, total, total_pages, url: Pointers into the response body, or names of
            headers; None if the responses have no such value.
        end: What the last page has in place of a cursor or URL; unset if it has nothing.
    """

    kind: str
    items: Pointer
    argument: Pointer = ()
    limit: Pointer = ()
    default_limit: int = 0
    first: int = 1
    cursor: Pointer | str | None = None
    has_more: Pointer | str | None = None
    total: Pointer | str | None = None
    total_pages: Pointer | str | None = None
    url: Pointer | str | None = None
    end: str | int | None | msgspec.UnsetType = msgspec.UNSET


class PollingDescription(msgspec.Struct, forbid_unknown_fields=True):
    """The request for the result of an accepted call; see `Polling`."""

    path: str
    request_id: Pointer


class OperationDescription(msgspec.Struct, forbid_unknown_fields=True):
    """An operation.

    Attributes:
        method, path: Its request line.
        format: The format of a successful response, as in `Call`.
        status: The status of a successful response.
        media_type: The media type of its body.
        accept, content_type: The headers that tell variants of the operation apart; empty if
            it has none.
        arguments: The arguments by name.
        example: The example of a successful response, as JSON; empty if it has no body. That
            of text, bytes and streams is a string with the body.
        xml: The constant of `_xml.py` by which a successful response is XML; empty if it is none.
        xml_body: That of the request body.
        errors: The examples of error bodies, by status.
    """

    method: str
    path: str
    format: str = "json"
    status: int = 200
    media_type: str = "application/json"
    accept: str = ""
    content_type: str = ""
    arguments: dict[str, ArgumentDescription] = {}
    example: msgspec.Raw = msgspec.Raw(b"")
    xml: str = ""
    xml_body: str = ""
    errors: dict[str, msgspec.Raw] = {}
    paging: PagingDescription | None = None
    polling: PollingDescription | None = None


decode_descriptions = msgspec.json.Decoder(dict[str, OperationDescription]).decode
"""Decoder of `operations.json`."""
