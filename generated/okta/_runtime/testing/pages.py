"""Pages of a fake: response bodies that lead a client from one page to the next."""

from __future__ import annotations

from collections.abc import Sequence
from urllib.parse import parse_qs

import httpx2
import msgspec

from ..codec.media_types import is_json
from ..codec.plain_data import encode_json, to_plain_data
from ..codec.pointers import Pointer, value_at
from .descriptions import OperationDescription, PagingDescription
from .replies import JSON, Responder, Received, Reply, replaced_at

_LINK_PARAMETER = "fake-page"


def position_in(description: OperationDescription, request: httpx2.Request) -> str:
    """Return the position of the page that a request is for; empty for the first."""
    paging = description.paging
    if paging is None:
        return ""
    query = parse_qs(request.url.query.decode("ascii"))
    name, *_ = paging.argument or (_LINK_PARAMETER,)
    if str(name) in query:
        return query[str(name)][0]
    if not request.content or not paging.argument:
        return ""
    media_type = request.headers.get("content-type", "")
    if not is_json(media_type):
        return parse_qs(request.content.decode()).get(str(name), [""])[0]
    position = value_at(msgspec.json.decode(request.content), paging.argument)
    return "" if position is None else str(position)


def paged_response(
    description: OperationDescription, pages: Sequence[Sequence[object]]
) -> Responder:
    """Return the response that serves pages with these items, by what each request is for."""
    paging = description.paging
    if paging is None:
        raise TypeError("the operation has no pages")
    starts = [0]
    for page in pages:
        starts.append(starts[-1] + len(page))

    def response(received: Received) -> Reply:
        index = _page_index(paging, starts, received.position)
        items = pages[index] if 0 <= index < len(pages) else ()
        return _page_reply(description, paging, pages, index, items, starts)

    return response


def _page_index(paging: PagingDescription, starts: Sequence[int], position: str) -> int:
    """Return the index of the page at a position."""
    if paging.kind == "offset":
        offset = int(position) if position.isdecimal() else 0
        return next((i for i, start in enumerate(starts) if start >= offset), 0)
    if paging.kind == "page":
        return int(position) - paging.first if position.isdecimal() else 0
    return int(position.removeprefix("page-")) - 1 if position else 0


def _page_reply(
    description: OperationDescription,
    paging: PagingDescription,
    pages: Sequence[Sequence[object]],
    index: int,
    items: Sequence[object],
    starts: Sequence[int],
) -> Reply:
    body: object = (
        msgspec.json.decode(description.example) if description.example else None
    )
    plain = [to_plain_data(item, "an item", "returned") for item in items]
    headers: dict[str, str] = {"Content-Type": description.media_type or JSON}
    body = replaced_at(body, paging.items, plain)
    has_more = index + 1 < len(pages)
    following = f"page-{index + 2}" if has_more else None
    link = f"?{_LINK_PARAMETER}={following}" if has_more else None
    values: list[tuple[Pointer | str | None, object]] = [
        (paging.cursor, following),
        (paging.has_more, has_more),
        (paging.total, starts[-1]),
        (paging.total_pages, len(pages)),
        (paging.url, link),
    ]
    for place, value in values:
        if isinstance(place, str):
            if value is not None:
                headers[place] = (
                    str(value).lower() if isinstance(value, bool) else str(value)
                )
        elif place is not None:
            body = replaced_at(body, place, value)
    if paging.kind == "link" and paging.url is None and link is not None:
        headers["Link"] = f'<{link}>; rel="next"'
    return Reply(description.status, encode_json(body), headers)
