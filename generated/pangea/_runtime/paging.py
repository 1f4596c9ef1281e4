"""Paging styles: how a response refers to the next page of a list."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from .call import Call
from .links import next_link
from .pointers import Pointer, value_at
from .responses import Response
from .styles import to_plain_data
from .type_guards import is_array

Position = str | int
"""Position of a page: a cursor, an offset, or a URL."""


@dataclass(frozen=True, slots=True)
class CursorPaging:
    """Paging with a cursor from the response that the next request sends.

    Attributes:
        argument: The query parameter, or property of the JSON body, for the cursor.
        cursor: Pointer to the next cursor in the response body.
        items: Pointers to the items in the response body; the first to a list counts.
    """

    argument: str
    cursor: Pointer
    items: tuple[Pointer, ...]

    def position(self, call: Call[Any]) -> Position | None:
        """Return the cursor of a call, or None."""
        return call.argument(self.argument)

    def next_position(
        self, call: Call[Any], response: Response[Any], items: list[Any]
    ) -> Position | None:
        """Return the cursor of the next page; None if this is the last page."""
        cursor = to_plain_data(value_at(response.value, self.cursor), "cursor")
        if isinstance(cursor, str | int) and not isinstance(cursor, bool):
            return cursor or None
        return None

    def call_at(self, call: Call[Any], position: Position) -> Call[Any]:
        """Return the call for the page at a cursor."""
        return call.with_argument(self.argument, position)


@dataclass(frozen=True, slots=True)
class OffsetPaging:
    """Paging with an offset and a limit.

    Attributes:
        argument: The query parameter for the offset.
        limit: The query parameter for the limit.
        default_limit: The server's limit if the parameter is not given; 0 if unknown.
        items: Pointers to the items in the response body; the first to a list counts.
        total: Pointer to the number of items of all pages; None if there is none.
    """

    argument: str
    limit: str
    default_limit: int
    items: tuple[Pointer, ...]
    total: Pointer | None = None

    def position(self, call: Call[Any]) -> Position | None:
        """Return the offset of a call, or None."""
        return call.argument(self.argument)

    def next_position(
        self, call: Call[Any], response: Response[Any], items: list[Any]
    ) -> Position | None:
        """Return the offset of the next page; None if this is the last page."""
        skipped, limit = call.query.get(self.argument), call.query.get(self.limit)
        end = (skipped if isinstance(skipped, int) else 0) + len(items)
        total = None if self.total is None else value_at(response.value, self.total)
        if isinstance(total, int | float):
            has_more = end < total
        else:
            has_more = len(items) >= (
                limit if isinstance(limit, int) else self.default_limit
            )
        return end if has_more and items else None

    def call_at(self, call: Call[Any], position: Position) -> Call[Any]:
        """Return the call for the page at an offset."""
        return call.with_argument(self.argument, position)


@dataclass(frozen=True, slots=True)
class LinkPaging:
    """Paging with the URL of the next page in the `Link` header (RFC 8288).

    Attributes:
        items: Pointers to the items in the response body; the first to a list counts.
    """

    items: tuple[Pointer, ...]

    def position(self, call: Call[Any]) -> Position | None:
        """Return the URL of a call from an earlier response, or None."""
        return call.link

    def next_position(
        self, call: Call[Any], response: Response[Any], items: list[Any]
    ) -> Position | None:
        """Return the URL of the next page; None if this is the last page."""
        return next_link(response.headers.get("link", ""))

    def call_at(self, call: Call[Any], position: Position) -> Call[Any]:
        """Return the call for the page at a URL."""
        return replace(call, link=str(position))


Paging = CursorPaging | OffsetPaging | LinkPaging


def page_items(paging: Paging, body: object) -> list[Any]:
    """Return the items of one page; an empty list if no pointer leads to a list."""
    for path in paging.items:
        items = value_at(body, path)
        if is_array(items):
            return items
    return []
