"""Paging styles: how a response refers to the next page of a list.

Each style is one class. It reads the position of a page from its call, the next position from
the response, and returns the call for it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Protocol

import msgspec

from ..caller_warnings import warn_caller
from ..codec.plain_data import to_plain_data
from ..codec.pointers import Pointer, value_at
from ..codec.type_guards import is_array, json_type
from ..errors import PaginationError, PaginationWarning
from .arguments import ArgumentPath
from .links import next_link
from .request import Call
from .responses import Response

Position = str | int
"""Position of a page: a cursor, an offset, a page number, or a URL."""

Place = Pointer | str
"""The place of a value in a response: a pointer into its body, or the name of a header."""


MAX_EMPTY_PAGES = 10
"""Maximum number of pages without items, in a row, of a list by offset."""


class Paging(Protocol):
    """A paging style.

    Attributes:
        items: Pointers to the items in the response body; the first to a list counts.
    """

    @property
    def items(self) -> tuple[Pointer, ...]: ...

    def position(self, call: Call[Any]) -> str | None:
        """Return the position that a call asks for; None for the first page."""
        ...

    def next_position(
        self,
        call: Call[Any],
        response: Response[Any],
        items: list[Any],
        empty_pages: int,
    ) -> Position | None:
        """Return the position of the next page; None if this is the last page.

        Args:
            call: The call of the page.
            response: The response to it.
            items: The items of the page.
            empty_pages: The number of pages without items since the last one with items.

        Raises:
            PaginationError: If the response says that there is a next page, but not where.
        """
        ...

    def call_at(self, call: Call[Any], position: Position) -> Call[Any] | None:
        """Return the call for the page at a position; None if its body has no place for it."""
        ...


@dataclass(frozen=True, slots=True)
class CursorPaging:
    """Paging with a cursor from the response that the next request sends.

    Attributes:
        argument: The argument that takes the cursor.
        cursor: Place of the next cursor in the response.
        items: Pointers to the items in the response body; the first to a list counts.
        has_more: Place of whether there is a next page; None if the response does not say.
    """

    argument: ArgumentPath
    cursor: Place
    items: tuple[Pointer, ...]
    has_more: Place | None = None

    def position(self, call: Call[Any]) -> str | None:
        """Return the cursor of a call, or None."""
        return _text(self.argument.value_in(call))

    def next_position(
        self,
        call: Call[Any],
        response: Response[Any],
        items: list[Any],
        empty_pages: int,
    ) -> Position | None:
        """Return the cursor of the next page; None if it is missing, null, empty or 0."""
        has_more = _boolean_in(response, self.has_more)
        cursor = _value_in(response, self.cursor)
        if has_more and not cursor:
            warn_caller(
                f"{call}: a page has no cursor, but the response says that there are more",
                PaginationWarning,
            )
        if has_more is False or not cursor:
            return None
        if not isinstance(cursor, float):
            cursor = to_plain_data(cursor, "cursor")
        if isinstance(cursor, str | int) and not isinstance(cursor, bool):
            return cursor
        kind = json_type(cursor)
        del cursor
        raise PaginationError(
            f"the cursor of the next page of {call} is of type {kind}"
        )

    def call_at(self, call: Call[Any], position: Position) -> Call[Any] | None:
        """Return the call for the page at a cursor."""
        return self.argument.replaced_in(call, position)


@dataclass(frozen=True, slots=True)
class OffsetPaging:
    """Paging with an offset and a limit.

    Attributes:
        argument: The argument that takes the offset.
        limit: The argument that takes the limit.
        default_limit: The server's limit if the argument is not given; 0 if unknown.
        items: Pointers to the items in the response body; the first to a list counts.
        total: Place of the number of items of all pages; None if there is none.
        has_more: As for `CursorPaging`.
    """

    argument: ArgumentPath
    limit: ArgumentPath
    default_limit: int
    items: tuple[Pointer, ...]
    total: Place | None = None
    has_more: Place | None = None

    def position(self, call: Call[Any]) -> str | None:
        """Return the offset of a call, or None."""
        return _text(self.argument.value_in(call))

    def next_position(
        self,
        call: Call[Any],
        response: Response[Any],
        items: list[Any],
        empty_pages: int,
    ) -> Position | None:
        """Return the offset of the next page; None if this is the last page.

        Without a total, a page that is shorter than the limit is the last one, unless the
        server may have reduced the limit: its own default is the least that it returns. A
        server that filters pages may return empty ones before the last, but a total that is
        too great must not cause any number of requests.
        """
        given_limit = _integer(self.limit.value_in(call))
        limit = self.default_limit if given_limit is None else given_limit
        offset = _integer(self.argument.value_in(call)) or 0
        has_more = _boolean_in(response, self.has_more)
        total = _number_in(response, self.total)
        if has_more is None and total is not None:
            has_more = offset + len(items) < total
        if has_more is None:
            has_more = bool(items) and len(items) >= min(limit, self.default_limit)
        cannot_pass = not items and given_limit is None and not limit
        if has_more and (cannot_pass or empty_pages >= MAX_EMPTY_PAGES):
            _warn_of_empty_pages(call, empty_pages)
            return None
        following = offset + (len(items) or limit)
        return following if has_more and following > offset else None

    def call_at(self, call: Call[Any], position: Position) -> Call[Any] | None:
        """Return the call for the page at an offset."""
        return self.argument.replaced_in(call, position)


@dataclass(frozen=True, slots=True)
class PageNumberPaging:
    """Paging with the number of the page.

    Attributes:
        argument: The argument that takes the number.
        items: Pointers to the items in the response body; the first to a list counts.
        first: The number of the first page.
        limit: The argument that takes the page size; None if there is none.
        default_limit: The server's page size if the argument is not given; 0 if unknown.
        total: Place of the number of items of all pages; None if there is none.
        total_pages: Place of the number of pages; None if there is none.
        has_more: As for `CursorPaging`.
    """

    argument: ArgumentPath
    items: tuple[Pointer, ...]
    first: int = 1
    limit: ArgumentPath | None = None
    default_limit: int = 0
    total: Place | None = None
    total_pages: Place | None = None
    has_more: Place | None = None

    def position(self, call: Call[Any]) -> str | None:
        """Return the page number of a call, or None."""
        return _text(self.argument.value_in(call))

    def next_position(
        self,
        call: Call[Any],
        response: Response[Any],
        items: list[Any],
        empty_pages: int,
    ) -> Position | None:
        """Return the number of the next page; None if this is the last page.

        A page without items is the last one, unless the response says that there are more
        pages. One that is shorter than the limit is the last one if the response says nothing
        and the server cannot have reduced the limit.
        """
        given = _integer(self.argument.value_in(call))
        page = self.first if given is None else given
        has_more = _boolean_in(response, self.has_more)
        total_pages = _number_in(response, self.total_pages)
        if has_more is None and total_pages is not None:
            has_more = page - self.first + 1 < total_pages
        if has_more is None:
            return (
                page + 1
                if items and self._may_have_more(call, response, items, page)
                else None
            )
        if has_more and empty_pages >= MAX_EMPTY_PAGES:
            _warn_of_empty_pages(call, empty_pages)
            return None
        return page + 1 if has_more else None

    def _may_have_more(
        self, call: Call[Any], response: Response[Any], items: list[Any], page: int
    ) -> bool:
        """Return whether more items may follow, judged by the total or the length of the page."""
        given_limit = (
            None if self.limit is None else _integer(self.limit.value_in(call))
        )
        limit = self.default_limit if given_limit is None else given_limit
        least_limit = min(limit, self.default_limit)
        total = _number_in(response, self.total)
        if total is None:
            return len(items) >= least_limit
        # The last page may be shorter than those before it.
        earlier = (page - self.first) * max(least_limit, len(items))
        return earlier + len(items) < total

    def call_at(self, call: Call[Any], position: Position) -> Call[Any] | None:
        """Return the call for the page of a number."""
        return self.argument.replaced_in(call, position)


@dataclass(frozen=True, slots=True)
class LinkPaging:
    """Paging with the URL of the next page, absolute or relative.

    Attributes:
        items: Pointers to the items in the response body; the first to a list counts.
        url: Place of the URL; None for the `Link` header (RFC 8288).
    """

    items: tuple[Pointer, ...]
    url: Place | None = None

    def position(self, call: Call[Any]) -> str | None:
        """Return the URL of a call from an earlier response, or None."""
        return call.link

    def next_position(
        self,
        call: Call[Any],
        response: Response[Any],
        items: list[Any],
        empty_pages: int,
    ) -> Position | None:
        """Return the URL of the next page; None if it is missing, null or empty."""
        if self.url is None:
            return next_link(response.headers.get("link", ""))
        url = _value_in(response, self.url)
        if url is None or isinstance(url, str):
            return url or None
        kind = json_type(url)
        del url
        raise PaginationError(f"the URL of the next page of {call} is of type {kind}")

    def call_at(self, call: Call[Any], position: Position) -> Call[Any]:
        """Return the call for the page at a URL."""
        return msgspec.structs.replace(call, link=str(position))


def warn_of_removals(
    paging: Paging, call: Call[Any], before: Response[Any], after: Response[Any]
) -> None:
    """Warn if the total of a list by offset or page number fell from one page to the next.

    Args:
        paging: The paging style.
        call: The call of the later page.
        before: The response of the earlier page.
        after: The response of the later page.
    """
    if not isinstance(paging, OffsetPaging | PageNumberPaging):
        return
    old, new = _number_in(before, paging.total), _number_in(after, paging.total)
    del before, after  # Error trackers record local variables.
    if old is not None and new is not None and new < old:
        warn_caller(
            f"{call}: the total fell from {old} to {new} while pages were read, so that items"
            " may be missing: collect the items with `all` before you remove any",
            PaginationWarning,
        )


def _warn_of_empty_pages(call: Call[Any], number: int) -> None:
    warn_caller(
        f"{call}: the list ends here, although the response says that there are more"
        f" items: {number} page(s) in a row have none",
        PaginationWarning,
    )


def page_items(paging: Paging, body: object) -> list[Any]:
    """Return the items of one page; an empty list if no pointer leads to a list."""
    for path in paging.items:
        items = value_at(body, path)
        if is_array(items):
            return items
    return []


def _value_in(response: Response[Any], place: Place | None) -> object:
    """Return the value at a place of a response; None if there is none."""
    if place is None:
        return None
    if isinstance(place, str):
        return response.headers.get(place)
    return value_at(response.value, place)


def _boolean_in(response: Response[Any], place: Place | None) -> bool | None:
    value = _value_in(response, place)
    if isinstance(value, str):
        return {"true": True, "false": False}.get(value.lower())
    return value if isinstance(value, bool) else None


def _number_in(response: Response[Any], place: Place | None) -> int | float | None:
    value = _value_in(response, place)
    return value if isinstance(value, float) else _integer(value)


def _text(value: object) -> str | None:
    return None if value is None else str(value)


def _integer(value: object) -> int | None:
    """Return a value as an integer, which may be text; None if it is no integer."""
    if isinstance(value, str) and value.isascii() and value.isdecimal():
        return int(value)
    return value if isinstance(value, int) and not isinstance(value, bool) else None
