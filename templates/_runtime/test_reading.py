"""Tests of how answers are read: strictly where they fit, field by field where not."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime
from typing import Any, Literal

import msgspec
import pytest

from _runtime.model import Model, OpenEnum
from _runtime.reading import read


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
    result, mismatches = read(json.dumps(value).encode(), type_)
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
        "$.byName.x.size: expected integer, got nothing",
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


def test_not_json() -> None:
    with pytest.raises(msgspec.DecodeError):
        read(b"<html>", Thing)


def test_enum_keeps_what_it_does_not_know() -> None:
    color: str = Color("mauve")
    assert color == "mauve" and str(color) == "mauve"
    assert color == Color("mauve") and hash(color) == hash("mauve")
    assert color not in list(Color)
    assert said(["mauve", 3], list[Color]) == (
        [color, 3],
        ["$[1]: expected Color, got integer"],
    )
