"""How an operation's answer is cut into pages, and where the next one begins."""

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
"""Where a page begins: a cursor, how many items come before it, or its address."""


@dataclass(frozen=True, slots=True)
class CursorPaging:
    """The answer carries a cursor that the next call repeats.

    Attributes:
        argument: The parameter, or member of the JSON body, that takes the cursor.
        cursor: Where the answer keeps it.
        items: Where the answer keeps its items; the first place that has a list.
    """

    argument: str
    cursor: Pointer
    items: tuple[Pointer, ...]

    def position(self, call: Call[Any]) -> Position | None:
        """The cursor that a call is sent with."""
        return call.argument(self.argument)

    def next_position(
        self, call: Call[Any], response: Response[Any], items: list[Any]
    ) -> Position | None:
        """The cursor of the page after this one, None where this is the last."""
        cursor = to_plain_data(value_at(response.value, self.cursor))
        if isinstance(cursor, str | int) and not isinstance(cursor, bool):
            return cursor or None
        return None

    def call_at(self, call: Call[Any], position: Position) -> Call[Any]:
        """The call for the page at a cursor."""
        return call.with_argument(self.argument, position)


@dataclass(frozen=True, slots=True)
class OffsetPaging:
    """The call says how many items to skip and how many to return at most.

    Attributes:
        argument: The parameter that takes how many to skip.
        limit: The parameter that takes how many to return.
        default_limit: What the server takes where it is not given; 0 for unknown.
        items: Where the answer keeps its items; the first place that has a list.
        total: Where it keeps how many there are of all pages; None for nowhere.
    """

    argument: str
    limit: str
    default_limit: int
    items: tuple[Pointer, ...]
    total: Pointer | None = None

    def position(self, call: Call[Any]) -> Position | None:
        """How many items a call skips."""
        return call.argument(self.argument)

    def next_position(
        self, call: Call[Any], response: Response[Any], items: list[Any]
    ) -> Position | None:
        """How many items come before the next page, None where this is the last."""
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
        """The call for the page after so many items."""
        return call.with_argument(self.argument, position)


@dataclass(frozen=True, slots=True)
class LinkPaging:
    """The answer's `Link` header has the address of the next page (RFC 8288).

    Attributes:
        items: Where the answer keeps its items; the first place that has a list.
    """

    items: tuple[Pointer, ...]

    def position(self, call: Call[Any]) -> Position | None:
        """The address that a call was given in place of its route's."""
        return call.link

    def next_position(
        self, call: Call[Any], response: Response[Any], items: list[Any]
    ) -> Position | None:
        """The address of the next page, None where this is the last."""
        return next_link(response.headers.get("link", ""))

    def call_at(self, call: Call[Any], position: Position) -> Call[Any]:
        """The call for the page at an address."""
        return replace(call, link=str(position))


Paging = CursorPaging | OffsetPaging | LinkPaging


def page_items(paging: Paging, body: object) -> list[Any]:
    """The items of one page; none where the answer has no list in any of the places."""
    for path in paging.items:
        items = value_at(body, path)
        if is_array(items):
            return items
    return []
