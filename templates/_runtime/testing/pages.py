"""Pages of a fake: response bodies that lead a client from one page to the next."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from urllib.parse import parse_qs, parse_qsl, urlencode

import httpx2
import msgspec

from ..codec.media_types import is_json
from ..codec.plain_data import encode_json, to_plain_data, to_text
from ..codec.pointers import Pointer, value_at
from ..codec.type_guards import is_array
from .descriptions import OperationDescription, PagingDescription
from .replies import JSON, Received, Reply, example_reply, replaced_at, without

_LINK_PARAMETER = "fake-page"


@dataclass(frozen=True, slots=True)
class PageOfItems:
    """A page of a list.

    Attributes:
        items: The items as plain data.
        following: The position of the next page, such as `page-2`; empty for the last page.
        total: The number of items of all pages.
        total_pages: The number of pages.
    """

    items: Sequence[object]
    following: str
    total: int
    total_pages: int


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


def position_number(
    paging: PagingDescription, position: str, page_size: int
) -> int | None:
    """Return the number of items before a position; None if the fake returns no such position."""
    if not position:
        return 0
    if paging.kind == "page":
        is_page = position.isdecimal() and int(position) >= paging.first
        return (int(position) - paging.first) * page_size if is_page else None
    number = position.rpartition("-")[2]
    return int(number) if number.isdecimal() else None


def item_cursor(paging: PagingDescription) -> Pointer | None:
    """Return the pointer within an item to the cursor after it; None for other cursors."""
    cursor, depth = paging.cursor, len(paging.items)
    if isinstance(cursor, str) or cursor is None:
        return None
    is_of_item = cursor[:depth] == paging.items and cursor[depth : depth + 1] == (-1,)
    return cursor[depth + 1 :] if is_of_item else None


@dataclass(frozen=True, slots=True)
class PageSequence:
    """Pages with given items, each for the request that leads to it.

    Attributes:
        description: The operation.
        pages: The items of each page, as plain data.
    """

    description: OperationDescription
    pages: Sequence[Sequence[object]]

    @property
    def paging(self) -> PagingDescription:
        """The paging of the operation.

        Raises:
            TypeError: If it has none.
        """
        if self.description.paging is None:
            raise TypeError("the operation has no pages")
        return self.description.paging

    def problem(self) -> str:
        """Return why no client gets from each page to the next; empty if it does."""
        own_cursor = item_cursor(self.paging)
        if own_cursor is None:
            return ""
        seen: set[str] = set()
        for number, cursor in enumerate(self._cursors(own_cursor), 1):
            name = "/".join(map(str, own_cursor))
            if cursor is None and number < len(self.pages):
                return (
                    f"page {number} has no last item with the {name} that is the cursor of the"
                    " next page"
                )
            if cursor in seen:
                return (
                    f"page {number} ends with the {name} {cursor!r} of an earlier page, which"
                    " is the cursor of the next page: give each item its own"
                )
            seen.add(cursor or "")
        return ""

    def reply(self, received: Received, default_limit: int) -> Reply | str:
        """Return the page that a request is for, or why there is none.

        Args:
            received: The call.
            default_limit: The page size of the call.
        """
        index = self._index(received.position)
        if index is None:
            return f"no page of this fake leads to the position {received.position!r}"
        items = self.pages[index] if index < len(self.pages) else ()
        has_more = index + 1 < len(self.pages)
        if self.paging.kind == "offset" and received.position:
            every = [item for page in self.pages for item in page]
            start = int(received.position)
            is_within = start > sum(map(len, self.pages[:index]))
            if is_within:
                items = every[start : start + len(items)]
                has_more = start + len(items) < len(every)
        if has_more and self._seems_last(len(items), default_limit):
            return (
                f"page {index + 1} has {len(items)} item(s), fewer than the page size of"
                f" {default_limit}: clients take it for the last page, as the responses have"
                " no total. Give it as many items, or call with a smaller page size"
            )
        page = PageOfItems(
            items,
            f"page-{index + 2}" if has_more else "",
            sum(map(len, self.pages)),
            len(self.pages),
        )
        return page_reply(self.description, self.paging, page, received)

    def _index(self, position: str) -> int | None:
        """Return the index of the page at a position; None if no page leads to it."""
        paging, pages = self.paging, self.pages
        if not position:
            return 0
        own_cursor = item_cursor(paging)
        if own_cursor is not None:
            cursors = [*self._cursors(own_cursor)]
            return cursors.index(position) + 1 if position in cursors else None
        number = position_number(paging, position, 1)
        if number is None or paging.kind == "page":
            return number
        if paging.kind != "offset":
            return number - 1 if 0 < number <= len(pages) else None
        for index, page in enumerate(pages):
            if number < len(page) or not (page or number):
                return index
            number -= len(page)
        return len(pages)

    def _cursors(self, own_cursor: Pointer) -> Iterator[str | None]:
        """Yield the cursor after each page."""
        for page in self.pages:
            value = value_at(page[-1], own_cursor) if page else None
            yield None if value is None else to_text(value)

    def _seems_last(self, count: int, limit: int) -> bool:
        """Return whether clients take a page for the last one by its length."""
        paging = self.paging
        places = (paging.total, paging.total_pages, paging.has_more)
        if paging.kind not in ("offset", "page") or any(p is not None for p in places):
            return False
        return not count or count < limit


def page_reply(
    description: OperationDescription,
    paging: PagingDescription,
    page: PageOfItems,
    received: Received,
) -> Reply:
    """Return the response with a page: the example, with the items and the next position."""
    body: object = (
        msgspec.json.decode(description.example) if description.example else None
    )
    cursor = _cursor(body, paging, page.following) if page.following else paging.end
    headers: dict[str, str] = {"Content-Type": description.media_type or JSON}
    body = replaced_at(body, paging.items, page.items)
    link = _link(received, page.following) if page.following else paging.end
    values: list[tuple[Pointer | str | None, object]] = [
        (None if item_cursor(paging) is not None else paging.cursor, cursor),
        (paging.has_more, bool(page.following)),
        (paging.total, page.total),
        (paging.total_pages, page.total_pages),
        (paging.url, link),
    ]
    for place, value in values:
        if isinstance(place, str):
            if value is not None and value is not msgspec.UNSET:
                headers[place] = (
                    str(value).lower() if isinstance(value, bool) else str(value)
                )
        elif place is not None and value is msgspec.UNSET:
            body = without(body, place)
        elif place is not None:
            body = replaced_at(body, place, value)
    if paging.kind == "link" and paging.url is None and page.following:
        headers["Link"] = f'<{link}>; rel="next"'
    return Reply(description.status, encode_json(body), headers)


def example_page(description: OperationDescription, received: Received) -> Reply:
    """Return the example of an operation with pages, as the only page.

    An offset or number of another page gets no items, so that a client which asks for it ends.
    """
    paging = description.paging
    body = msgspec.json.decode(description.example) if description.example else None
    items = None if paging is None else value_at(body, paging.items)
    if paging is None or not is_array(items):
        return example_reply(description)
    if paging.kind in ("offset", "page"):
        items = [] if position_number(paging, received.position, 1) else items
    return page_reply(
        description, paging, PageOfItems(items, "", len(items), 1), received
    )


def plain_items(items: Sequence[object]) -> list[object]:
    """Return the items of a page as plain data."""
    return [to_plain_data(item, "an item", "returned") for item in items]


def _cursor(example: object, paging: PagingDescription, following: str) -> str | int:
    """Return the cursor of the next page, as a number if that of the example is one."""
    number = following.rpartition("-")[2]
    place = () if isinstance(paging.cursor, str) else paging.cursor or ()
    before = value_at(example, place) if place else None
    is_number = isinstance(before, int) and not isinstance(before, bool)
    return int(number) if is_number else following


def _link(received: Received, following: str) -> str:
    """Return the URL of the next page, with the other parameters of the call."""
    url = received.url
    query = parse_qsl(url.query.decode("ascii"), keep_blank_values=True) if url else []
    others = [(name, value) for name, value in query if name != _LINK_PARAMETER]
    return f"?{urlencode([*others, (_LINK_PARAMETER, following)])}"


def page_size(description: OperationDescription, received: Received) -> int:
    """Return the least number of items of a page that is not the last one; 0 if unknown.

    A server may return fewer items than a call has as its limit, but not fewer than its default.
    """
    paging = description.paging
    if paging is None or not paging.limit:
        return 0
    first, *rest = paging.limit
    given: object = None
    for name, place in description.arguments.items():
        if place.name == first and name in received.arguments:
            given = value_at(received.arguments[name], tuple(rest))
    limit = given if isinstance(given, int) else paging.default_limit
    return min(limit, paging.default_limit)
