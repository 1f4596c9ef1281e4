"""Tests of paging styles, and of the arguments that they read and replace."""

from dataclasses import replace
from types import MappingProxyType
from typing import Any

import httpx2
import pytest
from _runtime.call.arguments import ArgumentPath
from _runtime.call.paging import CursorPaging, OffsetPaging, Position
from _runtime.call.request import Call, build_request
from _runtime.call.responses import Response
from _runtime.codec.model import Model
from _runtime.codec.request_body import nullable
from _runtime.codec.styles import styled
from _runtime.errors import PaginationError, PaginationWarning

AFTER = ArgumentPath("query", ("after",))
SIZE = ArgumentPath("query", ("size",))
CURSOR = CursorPaging(AFTER, cursor=("next",), items=(("items",),))
OFFSET = OffsetPaging(AFTER, limit=SIZE, default_limit=10, items=(("items",),))
TOTAL = OffsetPaging(
    AFTER, limit=SIZE, default_limit=2, items=(("items",),), total=("total",)
)


class Filter(Model, kw_only=True):
    state: str | None = None
    after: str | None = None


def call(**arguments: Any) -> Call[Any]:
    return Call("POST", "/rows", Any, **arguments)


def next_position(
    paging: CursorPaging | OffsetPaging,
    sent: Call[Any],
    body: object,
    count: int = 1,
    empty_pages: int = 1,
) -> Position | None:
    response: Response[Any] = Response(200, httpx2.Headers(), body)
    return paging.next_position(sent, response, ["x"] * count, empty_pages)


ENDS: list[object] = [None, "", 0, False, [], {}]


@pytest.mark.parametrize("body", [{}, None, [], *({"next": end} for end in ENDS)])
def test_missing_or_empty_cursor_ends_the_list(body: object) -> None:
    assert next_position(CURSOR, call(), body) is None


@pytest.mark.parametrize("cursor", ["a", "0", 7, -1])
def test_cursor_is_the_next_position_as_it_came(cursor: str | int) -> None:
    assert next_position(CURSOR, call(), {"next": cursor}) == cursor


@pytest.mark.parametrize("cursor", [True, 1.5, ["s3cret"], {"s3cret": 1}])
def test_cursor_of_another_type_is_an_error(cursor: object) -> None:
    with pytest.raises(
        PaginationError, match="next page of POST /rows is of type"
    ) as e:
        next_position(CURSOR, call(), {"next": cursor})
    assert "s3cret" not in str(e.value)


@pytest.mark.parametrize(
    ("query", "count", "expected"),
    [
        ({}, 10, 10),
        ({}, 9, None),
        ({}, 0, None),
        ({"after": 5}, 10, 15),
        ({"after": "5", "size": "3"}, 3, 8),
        ({"after": 5, "size": 3}, 2, None),
        ({"size": 100}, 100, 100),
        ({"size": 100}, 50, 50),  # The server may return 50 items at most.
        ({"size": 100}, 9, None),
        ({"size": 0}, 0, None),
    ],
)
def test_offset_grows_by_the_items_until_a_page_is_short(
    query: dict[str, object], count: int, expected: int | None
) -> None:
    assert next_position(OFFSET, call(query=query), {}, count) == expected


@pytest.mark.parametrize(
    ("query", "count", "expected"),
    [
        ({}, 2, 2),
        ({"after": 3}, 2, None),
        ({"after": 3}, 1, 4),
        ({"after": 9}, 0, None),
        ({}, 0, 2),  # The server filters pages after it has cut them.
        ({"after": 1, "size": 3}, 0, 4),
        ({"size": 0}, 0, None),
    ],
)
def test_offset_below_the_total_has_a_next_page(
    query: dict[str, object], count: int, expected: int | None
) -> None:
    assert next_position(TOTAL, call(query=query), {"total": 5}, count) == expected


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ({"next": "a", "more": True}, "a"),
        ({"next": "a", "more": False}, None),
        ({"next": "a", "more": None}, "a"),
        ({"next": "a"}, "a"),
        ({"more": False}, None),
        ({}, None),
    ],
)
def test_has_more_decides_whether_there_is_a_next_cursor(
    body: object, expected: str | None
) -> None:
    paging = replace(CURSOR, has_more=("more",))
    assert next_position(paging, call(), body) == expected


def test_missing_cursor_ends_a_list_that_has_more_with_a_warning() -> None:
    paging = replace(CURSOR, has_more=("more",))
    with pytest.warns(PaginationWarning, match="no cursor, but the response says"):
        assert next_position(paging, call(), {"more": True, "next": ""}) is None


@pytest.mark.parametrize(
    ("body", "count", "expected"),
    [
        ({"more": True, "total": 1}, 1, 1),
        ({"more": False, "total": 9}, 2, None),
        ({"total": 9}, 2, 2),
        ({"more": True}, 0, 2),
    ],
)
def test_has_more_decides_whether_there_is_a_next_offset(
    body: object, count: int, expected: int | None
) -> None:
    paging = replace(TOTAL, has_more=("more",))
    assert next_position(paging, call(), body, count) == expected


def test_empty_page_that_cannot_be_passed_ends_a_list_with_a_warning() -> None:
    paging = replace(TOTAL, default_limit=0)
    with pytest.warns(PaginationWarning, match="the list ends here, although"):
        assert next_position(paging, call(), {"total": 5}, 0) is None
    assert next_position(paging, call(query={"size": 0}), {"total": 5}, 0) is None


@pytest.mark.parametrize("has_more", [None, ("more",)])
def test_empty_pages_in_a_row_end_a_list_with_a_warning(has_more: Any) -> None:
    paging, body = replace(TOTAL, has_more=has_more), {"total": 10**9, "more": True}
    query = {"after": 40}
    assert next_position(paging, call(query=query), body, 0, 9) == 42
    with pytest.warns(PaginationWarning, match="10 page\\(s\\) in a row have none"):
        assert next_position(paging, call(query=query), body, 0, 10) is None
    last = {"total": 40, "more": False}
    assert next_position(paging, call(query=query), last, 0, 10) is None


@pytest.mark.parametrize(
    "body",
    [
        {"state": "open"},
        MappingProxyType({"state": "open"}),
        Filter(state="open"),
        {"state": "open", "after": None},
    ],
)
@pytest.mark.parametrize("location", ["json", "form"])
def test_property_of_a_body_is_replaced_in_a_copy(location: Any, body: object) -> None:
    path = ArgumentPath(location, ("after",))
    before = repr(body)
    first = call(**{location: body})
    second = path.replaced_in(first, "x")
    assert second is not None
    assert (path.value_in(first), path.value_in(second)) == (None, "x")
    assert getattr(second, location) == {"state": "open", "after": "x"}
    assert (repr(body), getattr(first, location)) == (before, body)


@pytest.mark.parametrize("body", [None, nullable(None), {}])
def test_body_that_is_not_given_becomes_an_object(body: object) -> None:
    path = ArgumentPath("json", ("paging", "after"))
    assert path.value_in(call(json=body)) is None
    sent = path.replaced_in(call(json=body), 1)
    assert sent is not None
    assert sent.json == {"paging": {"after": 1}}
    assert path.value_in(sent) == 1


@pytest.mark.parametrize("body", [["s3cret"], "s3cret", {"paging": ["s3cret"]}])
def test_body_without_a_place_for_the_argument_is_refused(body: object) -> None:
    path = ArgumentPath("json", ("paging", "after"))
    assert path.value_in(call(json=body)) is None
    assert path.replaced_in(call(json=body), 1) is None


@pytest.mark.parametrize(
    ("sent_as", "value", "expected"),
    [("string", 7, "7"), ("integer", "7", 7), ("integer", "x", "x"), ("", 7, 7)],
)
def test_property_has_the_json_type_of_the_document(
    sent_as: Any, value: str | int, expected: object
) -> None:
    path = ArgumentPath("json", ("after",), sent_as)
    sent = path.replaced_in(call(json={}), value)
    assert sent is not None
    assert sent.json == {"after": expected}


@pytest.mark.parametrize("first", [None, "a"])
def test_parameter_keeps_its_style(first: str | None) -> None:
    sent = call(query={"after": styled(first, "json"), "size": styled(None, "form")})
    assert AFTER.value_in(sent) == first
    following = AFTER.replaced_in(sent, "b/c")
    assert following is not None
    request = build_request(following, "https://x", {}, 5)
    assert request.url.query == b"after=%22b%2Fc%22"
