"""Tests of converting data that does not match its type, and of the mismatches reported."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime, timedelta, timezone
from typing import Any, Literal

import pytest
from _runtime.codec import conversion
from _runtime.codec.conversion import MAX_MISMATCHES
from _runtime.codec.json_decoding import decode_json
from _runtime.codec.model import UNSET, Model, OpenEnum, OpenModel
from _runtime.codec.plain_data import to_plain_data


class Color(OpenEnum):
    RED = "red"


class Part(OpenModel, kw_only=True):
    size: int
    color: Color | None = None


class Thing(OpenModel, kw_only=True, rename="camel"):
    name: str
    made_at: datetime
    on: date | None = None
    price: float = 0.0
    parts: list[Part] | None = None
    by_name: dict[str, Part] | None = None
    kind: Literal["a", "b"] | None = None
    owner: Thing | None = None
    extra: dict[str, Any] | None = None


class Left(OpenModel, kw_only=True):
    side: Literal["left"]
    size: int


class Right(OpenModel, kw_only=True):
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
    "unknown": {"is": "kept"},
}


def convert_json(value: object, type_: Any) -> tuple[Any, list[str]]:
    result, mismatches = decode_json(json.dumps(value).encode(), type_)
    return result, [str(mismatch) for mismatch in mismatches]


def test_matching_data_is_converted_without_mismatches() -> None:
    thing, mismatches = convert_json(SOUND, Thing)
    assert mismatches == []
    assert thing.made_at == datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)
    assert thing.parts[1].color == "blue"
    assert isinstance(thing.parts[1].color, Color)
    assert thing.by_name["x"] == Part(size=3)
    assert thing.owner.owner is None
    assert thing.additional_properties == {"unknown": {"is": "kept"}}


@pytest.mark.parametrize(
    ("change", "mismatch", "unconverted"),
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
def test_mismatching_data_stays_unconverted(
    change: dict[str, Any], mismatch: str, unconverted: object
) -> None:
    thing, mismatches = convert_json({**SOUND, **change}, Thing)
    assert mismatches == [mismatch]
    (name,) = change
    attribute = {"madeAt": "made_at"}.get(name, name)
    assert getattr(thing, attribute) == unconverted
    assert (
        thing.parts is None
        or name == "parts"
        or thing.parts[0] == Part(size=1, color=Color.RED)
    )


def test_missing_required_property_is_unset() -> None:
    thing, mismatches = convert_json({"madeAt": SOUND["madeAt"]}, Thing)
    assert mismatches == ["$.name: expected string, got nothing"]
    assert thing.name is UNSET
    assert to_plain_data(thing) == {"madeAt": SOUND["madeAt"]}
    assert thing.made_at.year == 2026


class Closed(Model, kw_only=True):
    size: int
    below: Closed | None = None


def test_property_that_the_schema_forbids_is_a_mismatch_without_its_name() -> None:
    value = {"size": 1, "below": {"size": 2, "s3cr3t": "x"}, "more": None}
    closed, mismatches = convert_json(value, Closed)
    assert closed == Closed(size=1, below=Closed(size=2))
    assert mismatches == [
        "$.*: expected no such property, got null",
        "$.below.*: expected no such property, got string",
    ]


def test_union_prefers_the_member_that_allows_all_properties() -> None:
    class Other(Model, kw_only=True):
        size: int
        name: str | None = None

    value, mismatches = convert_json({"size": 1, "name": "a"}, Closed | Other)
    assert (value, mismatches) == (Other(size=1, name="a"), [])


def test_mismatching_models_keep_additional_properties() -> None:
    value: Any = {**SOUND, "name": 5, "parts": [{"size": 1, "more": [1]}]}
    thing, mismatches = convert_json(value, Thing)
    assert mismatches == ["$.name: expected string, got integer"]
    assert thing.additional_properties == {"unknown": {"is": "kept"}}
    assert thing.parts[0].additional_properties == {"more": [1]}
    assert thing.owner == Thing(name="o", made_at=thing.made_at)


def test_mismatch_paths_contain_indexes_but_no_map_keys() -> None:
    value: dict[str, object] = {
        **SOUND,
        "parts": [{"size": 1}, {"size": "big", "color": 7}],
        "byName": {"x": {}},
    }
    thing, mismatches = convert_json(value, Thing)
    assert mismatches == [
        "$.parts[1].size: expected integer, got string",
        "$.parts[1].color: expected Color | null, got integer",
        "$.byName.*.size: expected integer, got nothing",
    ]
    assert thing.parts[0] == Part(size=1)
    assert thing.parts[1].size == "big"


def test_union_of_objects_selects_the_best_member() -> None:
    union = Left | Right
    assert convert_json({"side": "left", "size": 1}, union) == (
        Left(side="left", size=1),
        [],
    )
    value, mismatches = convert_json([{"side": "right", "weight": 2}], list[union])
    assert value == [Right(side="right", weight=2)]
    assert mismatches == []


def test_union_selects_the_member_with_the_matching_constant() -> None:
    value, mismatches = convert_json({"side": "right", "size": 1}, Left | Right)
    assert isinstance(value, Right)
    assert mismatches == ["$.weight: expected integer, got nothing"]
    value, mismatches = convert_json({"side": "top", "size": 1}, Left | Right)
    assert value == {"side": "top", "size": 1}
    assert mismatches == ["$: expected Left | Right, got object"]


def test_union_of_scalars_accepts_null() -> None:
    assert convert_json(None, Left | Right | None) == (None, [])
    assert convert_json("x", int | str) == ("x", [])
    assert convert_json([1], int | str) == (
        [1],
        ["$: expected integer | string, got array"],
    )
    _, mismatches = convert_json([True, 1, True], list[int | str])
    assert [mismatch.partition(":")[0] for mismatch in mismatches] == ["$[0]", "$[2]"]


def test_unknown_enum_value_is_preserved() -> None:
    color: str = Color("mauve")
    assert color == "mauve" and str(color) == "mauve"
    assert color == Color("mauve") and hash(color) == hash("mauve")
    assert color not in list(Color)
    assert convert_json(["mauve", 3], list[Color]) == (
        [color, 3],
        ["$[1]: expected Color, got integer"],
    )


def test_wrong_constant_is_a_mismatch_outside_unions() -> None:
    value, mismatches = convert_json(
        {"a": {"side": "top", "size": 1}}, dict[str, Left | None]
    )
    assert isinstance(value["a"], Left) and value["a"].size == 1
    assert mismatches == ["$.*.side: expected 'left', got string"]


def test_integral_float_is_converted_to_integer() -> None:
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
def test_datetime_accepts_the_forms_of_rfc_3339(text: str, time: datetime) -> None:
    assert convert_json(text, datetime) == (time, [])
    assert convert_json({"a": [text]}, dict[str, list[datetime | None]]) == (
        {"a": [time]},
        [],
    )


def test_datetime_keeps_its_offset() -> None:
    (time,), _ = convert_json(["2026-01-02T12:00:00+02:00"], list[datetime])
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
def test_invalid_datetime_stays_text(text: str) -> None:
    expected = text, ["$: expected date-time, got string"]
    assert convert_json(text, datetime) == expected


class Times(OpenModel, kw_only=True):
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
def test_datetime_without_offset_is_converted_with_a_mismatch(
    value: dict[str, object], path: str
) -> None:
    times, mismatches = convert_json(value, Times)
    assert mismatches == [f"{path}: expected date-time with offset, got string"]
    naive = datetime(2026, 1, 2, 12, 0, 0, 500_000)
    found: Any = times.at or times.more or times.by_name["x"]
    found = found[1] if times.more else getattr(found, "at", found)
    assert found == naive and found.tzinfo is None


def test_string_like_a_datetime_stays_a_string() -> None:
    times, mismatches = convert_json({"text": NAIVE, "other": NAIVE}, Times)
    assert mismatches == [] and times.text == times.other == NAIVE


def test_only_the_first_mismatches_are_reported() -> None:
    values, mismatches = decode_json(json.dumps(["x"] * 1000).encode(), list[int])
    assert values == ["x"] * 1000
    assert [m.path for m in mismatches] == [f"$[{i}]" for i in range(MAX_MISMATCHES)]


class Branch(OpenModel, kw_only=True):
    below: list[Branch | Twig]
    weight: int


class Twig(OpenModel, kw_only=True):
    below: list[Branch | Twig]
    leaves: int


def test_nested_unions_are_converted_in_linear_time(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Each object of the chain is converted to each member at most twice."""
    depth, end = 60, [7] * 2 * MAX_MISMATCHES
    chain: dict[str, object] = {"below": end, "leaves": 1}
    for _ in range(depth):
        chain = {"below": [chain], "leaves": 1}
    struct_fields, requested_types = conversion.struct_fields, list[object]()

    def counted(type_: Any) -> Any:
        requested_types.append(type_)
        assert len(requested_types) <= 4 * (depth + 2)
        return struct_fields(type_)

    monkeypatch.setattr(conversion, "struct_fields", counted)
    value, mismatches = convert_json(chain, Branch | Twig)
    assert len(mismatches) == MAX_MISMATCHES
    for _ in range(depth):
        assert isinstance(value, Twig)
        (value,) = value.below
    assert isinstance(value, Twig) and list[object](value.below) == end
