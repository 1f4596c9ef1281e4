"""Tests of how an answer is read whose fields do not all fit, and of what is said of it."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime, timedelta, timezone
from typing import Any, Literal

import pytest
from _runtime import conversion
from _runtime.conversion import MAX_MISMATCHES
from _runtime.json_decoding import decode_json
from _runtime.model import Model, OpenEnum


class Color(OpenEnum):
    RED = "red"


class Part(Model, kw_only=True):
    size: int
    color: Color | None = None


class Thing(Model, kw_only=True, rename="camel"):
    name: str
    made_at: datetime
    on: date | None = None
    price: float = 0.0
    parts: list[Part] | None = None
    by_name: dict[str, Part] | None = None
    kind: Literal["a", "b"] | None = None
    owner: Thing | None = None
    extra: dict[str, Any] | None = None


class Left(Model, kw_only=True):
    side: Literal["left"]
    size: int


class Right(Model, kw_only=True):
    side: Literal["right"]
    weight: int


SOUND: dict[str, Any] = {
    "name": "n",
    "madeAt": "2026-01-02T03:04:05Z",
    "on": "2026-01-02",
    "price": 1,
    "parts": [{"size": 1, "color": "red"}, {"size": 2, "color": "blue"}],
    "byName": {"x": {"size": 3}},
    "kind": "a",
    "owner": {"name": "o", "madeAt": "2026-01-02T03:04:05Z"},
    "extra": {"a": [1, None]},
    "unknown": {"is": "ignored"},
}


def said(value: object, type_: Any) -> tuple[Any, list[str]]:
    result, mismatches = decode_json(json.dumps(value).encode(), type_)
    return result, [str(mismatch) for mismatch in mismatches]


def test_what_fits_is_read_without_a_word() -> None:
    thing, mismatches = said(SOUND, Thing)
    assert mismatches == []
    assert thing.made_at == datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)
    assert thing.parts[1].color == "blue"
    assert isinstance(thing.parts[1].color, Color)
    assert thing.by_name["x"] == Part(size=3)
    assert thing.owner.owner is None


@pytest.mark.parametrize(
    ("change", "mismatch", "kept"),
    [
        ({"name": None}, "$.name: expected string, got null", None),
        ({"name": 5}, "$.name: expected string, got integer", 5),
        ({"madeAt": "today"}, "$.madeAt: expected date-time, got string", "today"),
        ({"kind": "c"}, "$.kind: expected 'a' | 'b' | null, got string", "c"),
        ({"price": "1"}, "$.price: expected number, got string", "1"),
        ({"price": True}, "$.price: expected number, got boolean", True),
        ({"owner": []}, "$.owner: expected Thing | null, got array", []),
        ({"parts": {}}, "$.parts: expected array | null, got object", {}),
    ],
)
def test_what_does_not_fit_stays_as_it_came(
    change: dict[str, Any], mismatch: str, kept: object
) -> None:
    thing, mismatches = said({**SOUND, **change}, Thing)
    assert mismatches == [mismatch]
    (name,) = change
    attribute = {"madeAt": "made_at"}.get(name, name)
    assert getattr(thing, attribute) == kept
    assert (
        thing.parts is None
        or name == "parts"
        or thing.parts[0] == Part(size=1, color=Color.RED)
    )


def test_a_missing_field_is_none() -> None:
    thing, mismatches = said({"madeAt": SOUND["madeAt"]}, Thing)
    assert mismatches == ["$.name: expected string, got nothing"]
    assert thing.name is None
    assert thing.made_at.year == 2026


def test_paths_lead_into_lists_and_maps() -> None:
    value: dict[str, object] = {
        **SOUND,
        "parts": [{"size": 1}, {"size": "big", "color": 7}],
        "byName": {"x": {}},
    }
    thing, mismatches = said(value, Thing)
    assert mismatches == [
        "$.parts[1].size: expected integer, got string",
        "$.parts[1].color: expected Color | null, got integer",
        "$.byName.*.size: expected integer, got nothing",
    ]
    assert thing.parts[0] == Part(size=1)
    assert thing.parts[1].size == "big"


def test_union_of_objects() -> None:
    union = Left | Right
    assert said({"side": "left", "size": 1}, union) == (Left(side="left", size=1), [])
    value, mismatches = said([{"side": "right", "weight": 2}], list[union])
    assert value == [Right(side="right", weight=2)]
    assert mismatches == []


def test_union_takes_the_member_that_its_constant_names() -> None:
    value, mismatches = said({"side": "right", "size": 1}, Left | Right)
    assert isinstance(value, Right)
    assert mismatches == ["$.weight: expected integer, got nothing"]
    value, mismatches = said({"side": "top", "size": 1}, Left | Right)
    assert value == {"side": "top", "size": 1}
    assert mismatches == ["$: expected Left | Right, got object"]


def test_union_of_scalars_and_null() -> None:
    assert said(None, Left | Right | None) == (None, [])
    assert said("x", int | str) == ("x", [])
    assert said([1], int | str) == ([1], ["$: expected integer | string, got array"])
    _, mismatches = said([True, 1, True], list[int | str])
    assert [mismatch.partition(":")[0] for mismatch in mismatches] == ["$[0]", "$[2]"]


def test_enum_keeps_what_it_does_not_know() -> None:
    color: str = Color("mauve")
    assert color == "mauve" and str(color) == "mauve"
    assert color == Color("mauve") and hash(color) == hash("mauve")
    assert color not in list(Color)
    assert said(["mauve", 3], list[Color]) == (
        [color, 3],
        ["$[1]: expected Color, got integer"],
    )


def test_a_wrong_constant_is_told_where_no_other_type_is_possible() -> None:
    value, mismatches = said({"a": {"side": "top", "size": 1}}, dict[str, Left | None])
    assert isinstance(value["a"], Left) and value["a"].size == 1
    assert mismatches == ["$.*.side: expected 'left', got string"]


def test_a_whole_number_is_an_integer_however_it_is_written() -> None:
    result, mismatches = decode_json(b"[1.0, 2e2, -0.0, 1.5]", list[int | None])
    assert result == [1, 200, 0, 1.5] and list(map(type, result[:3])) == [int] * 3
    assert list(map(str, mismatches)) == ["$[3]: expected integer | null, got number"]


NOON = datetime(2026, 1, 2, 12, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "time"),
    [
        ("2026-01-02T12:00:00Z", NOON),
        ("2026-01-02t12:00:00z", NOON),
        ("2026-01-02 12:00:00Z", NOON),
        ("2026-01-02T12:00:00-00:00", NOON),
        ("2026-01-02T14:00:00+0200", NOON),
        ("2026-01-02T12:00:00.000001999Z", NOON + timedelta(microseconds=2)),
        ("2026-01-02T11:59:59.9999999Z", NOON),
        ("2016-12-31T23:59:60Z", datetime(2017, 1, 1, tzinfo=UTC)),
        ("2016-12-31T23:59:60.5Z", datetime(2017, 1, 1, 0, 0, 0, 500_000, UTC)),
        ("2017-01-01T00:59:60+01:00", datetime(2017, 1, 1, tzinfo=UTC)),
    ],
)
def test_a_time_is_read_in_the_forms_that_rfc_3339_allows(
    text: str, time: datetime
) -> None:
    assert said(text, datetime) == (time, [])
    assert said({"a": [text]}, dict[str, list[datetime | None]]) == ({"a": [time]}, [])


def test_a_time_keeps_its_offset() -> None:
    (time,), _ = said(["2026-01-02T12:00:00+02:00"], list[datetime])
    assert time.tzinfo == timezone(timedelta(hours=2))


@pytest.mark.parametrize(
    "text",
    [
        "",
        "60",
        "2026-01-02",
        "2026-01-02T12:00Z",
        "2026-01-02T24:00:00Z",
        "2026-01-02T12:00:61Z",
        "2026-13-02T12:00:60Z",
        "9999-12-31T23:59:60Z",
        "9999-12-31T23:59:59.9999999Z",
        "0000-01-01T00:00:00Z",
    ],
)
def test_what_is_no_time_stays_text(text: str) -> None:
    expected = text, ["$: expected date-time, got string"]
    assert said(text, datetime) == expected


class Times(Model, kw_only=True):
    at: datetime | None = None
    more: list[datetime] | None = None
    by_name: dict[str, Times | datetime] | None = None
    text: str | None = None
    other: Any = None


NAIVE = "2026-01-02T12:00:00.5"


@pytest.mark.parametrize(
    ("value", "path"),
    [
        ({"at": NAIVE}, "$.at"),
        ({"more": ["2026-01-02T12:00:00Z", NAIVE]}, "$.more[1]"),
        ({"by_name": {"x": {"at": NAIVE}}}, "$.by_name.*.at"),
        ({"by_name": {"x": NAIVE}}, "$.by_name.*"),
    ],
)
def test_a_time_without_an_offset_stays_one_and_is_told(
    value: dict[str, object], path: str
) -> None:
    times, mismatches = said(value, Times)
    assert mismatches == [f"{path}: expected date-time with offset, got string"]
    naive = datetime(2026, 1, 2, 12, 0, 0, 500_000)
    found: Any = times.at or times.more or times.by_name["x"]
    found = found[1] if times.more else getattr(found, "at", found)
    assert found == naive and found.tzinfo is None


def test_a_text_that_looks_like_a_time_is_not_one() -> None:
    times, mismatches = said({"text": NAIVE, "other": NAIVE}, Times)
    assert mismatches == [] and times.text == times.other == NAIVE


def test_of_many_mismatches_the_first_are_told() -> None:
    values, mismatches = decode_json(json.dumps(["x"] * 1000).encode(), list[int])
    assert values == ["x"] * 1000
    assert [m.path for m in mismatches] == [f"$[{i}]" for i in range(MAX_MISMATCHES)]


class Branch(Model, kw_only=True):
    below: list[Branch | Twig]
    weight: int


class Twig(Model, kw_only=True):
    below: list[Branch | Twig]
    leaves: int


def test_unions_within_unions_take_no_more_time_than_others(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Each of a chain is tried as either class, and looked at no more than twice as each."""
    depth, end = 60, [7] * 2 * MAX_MISMATCHES
    chain: dict[str, object] = {"below": end, "leaves": 1}
    for _ in range(depth):
        chain = {"below": [chain], "leaves": 1}
    struct_fields, asked = conversion.struct_fields, list[object]()

    def counted(type_: Any) -> Any:
        asked.append(type_)
        assert len(asked) <= 4 * (depth + 1)
        return struct_fields(type_)

    monkeypatch.setattr(conversion, "struct_fields", counted)
    value, mismatches = said(chain, Branch | Twig)
    assert len(mismatches) == MAX_MISMATCHES
    for _ in range(depth):
        assert isinstance(value, Twig)
        (value,) = value.below
    assert isinstance(value, Twig) and list[object](value.below) == end
