"""Tests of the choice between the members of a union, in any order of the members."""

from __future__ import annotations

import json
import threading
from datetime import date, datetime, time
from itertools import permutations
from typing import Any, Literal, Union
from uuid import UUID

import msgspec
import pytest
from _runtime.codec.json_decoding import decode_json
from _runtime.codec.model import (
    ADDITIONAL,
    UNSET,
    Model,
    OpenEnum,
    OpenModel,
    Unknown,
    constant,
    recursive,
)
from _runtime.codec.plain_data import to_plain_data


class Color(OpenEnum):
    RED = "red"


class Size(OpenEnum):
    BIG = "big"


class Loose(OpenModel, kw_only=True):
    a: int | None = None
    b: str | None = None


class Other(OpenModel, kw_only=True):
    b: str | None = None
    c: int | None = None


class Place(OpenModel, kw_only=True):
    room: int
    note: str | None = None


class Refusal(OpenModel, kw_only=True):
    reason: str


class Noted(OpenModel, kw_only=True):
    note: str | None = None


class Named(OpenModel, kw_only=True):
    name: str


class Start(OpenModel, kw_only=True):
    type: Literal["start"] = msgspec.field(default_factory=constant("start"))
    at: int


class Stop(OpenModel, kw_only=True):
    type: Literal["stop"] = msgspec.field(default_factory=constant("stop"))


class Open(Model, kw_only=True):
    room: int
    rest: dict[str, Any] = msgspec.field(
        default_factory=dict[str, Any], name=ADDITIONAL
    )


Json = recursive("Json", lambda: dict[str, Json] | list[Json] | str | int | None)


def decode_in_each_order(value: object, *members: Any) -> tuple[Any, list[str]]:
    """Decode a value as a union in each order of its members; all must give the same."""
    content = json.dumps(value).encode()
    results: list[tuple[Any, list[str]]] = []
    for ordered in permutations(members):
        decoded, mismatches = decode_json(content, Union[ordered])  # noqa: UP007
        results.append((decoded, [mismatch.path for mismatch in mismatches]))
        sent = json.dumps(to_plain_data(decoded), sort_keys=True)
        assert sent == json.dumps(value, sort_keys=True)
    first = results[0]
    assert all(
        result == first and type(result[0]) is type(first[0]) for result in results
    )
    return first


@pytest.mark.parametrize(
    ("value", "members", "expected"),
    [
        (1, (int, float), int),
        (1.0, (int, float), float),
        (1.5, (int, float, str), float),
        (True, (int, float, bool, str), bool),
        (1, (int, bool, str), int),
        ("1", (int, float, str), str),
        (1.0, (Literal[1], float), float),
        ("2026-01-02", (date, str), date),
        ("2026-1-2", (date, str), str),
        ("x", (date, datetime, UUID, str), str),
        ("2026-01-02T03:04:05Z", (datetime, str), datetime),
        ("2026-01-02t03:04:05z", (datetime, str), str),
        ("2026-01-02T03:04:05", (datetime, str), str),
        ("03:04:05", (time, str, date), time),
        ("b6e8a5a0-1b1e-4c5e-9b1a-0f3c2d4e5f60", (UUID, str), UUID),
        ("B6E8A5A0-1B1E-4C5E-9B1A-0F3C2D4E5F60", (UUID, str), str),
        ("YWJj", (bytes, str), str),
        ("2026-01-02", (date, bytes), date),
        ("red", (Color, str), Color),
        ("mauve", (Color, str), str),
        ("big", (Color, Size), Size),
        ("2026-01-02", (Color, date), date),
        ("mauve", (Color, date), Color),
        ("auto", (Literal["auto"], Color, date), str),
    ],
)
def test_value_decides_the_member_and_is_sent_unchanged(
    value: object, members: tuple[Any, ...], expected: type
) -> None:
    decoded, mismatches = decode_in_each_order(value, *members)
    assert type(decoded) is expected and not mismatches


@pytest.mark.parametrize(
    ("value", "members", "expected"),
    [
        ({"a": 1}, (Loose, Other), Loose(a=1)),
        ({"c": 1}, (Loose, Other), Other(c=1)),
        ({"b": "x", "c": 1}, (Loose, Other), Other(b="x", c=1)),
        ({"room": 1}, (Place, Refusal), Place(room=1)),
        ({"room": 1}, (Place, dict[str, int]), Place(room=1)),
        ({"room": 1, "x": 2}, (Loose, dict[str, int]), {"room": 1, "x": 2}),
        ({"room": "x"}, (Place, dict[str, str]), {"room": "x"}),
        ({"room": 1, "x": 2}, (Open, Loose), Open(room=1, rest={"x": 2})),
        ({"type": "stop"}, (Start, Stop), Stop()),
        ({"type": "start", "at": 1}, (Start, Stop, Refusal), Start(at=1)),
        ([{"room": 1}], (list[Place], list[Refusal]), [Place(room=1)]),
        (
            [{"reason": "x"}],
            (list[Place], list[Refusal], Place),
            [Refusal(reason="x")],
        ),
        (
            {"note": None, "name": "n"},
            (Noted, Named),
            Named(name="n", additional_properties={"note": None}),
        ),
        (
            {"rooms": [{"room": 1}]},
            (dict[str, list[Place]], dict[str, list[int]]),
            {"rooms": [Place(room=1)]},
        ),
    ],
)
def test_object_is_read_as_the_member_that_it_fits(
    value: object, members: tuple[Any, ...], expected: object
) -> None:
    decoded, mismatches = decode_in_each_order(value, *members, Unknown)
    assert decoded == expected and not mismatches


@pytest.mark.parametrize(
    ("value", "members", "path"),
    [
        ({}, (Start, Stop), "$"),
        ({"data": {}}, (Start, Stop, Refusal), "$"),
        ({"type": "ping"}, (Start, Stop), "$"),
        ({"type": None}, (Start, Stop), "$"),
        ({"note": "x"}, (Place, Refusal), "$"),
        ({"room": "x", "reason": 1}, (Place, Refusal), "$"),
        ({"room": []}, (Place, dict[str, int]), "$"),
    ],
)
def test_object_that_fits_no_member_stays_plain_data(
    value: dict[str, Any], members: tuple[Any, ...], path: str
) -> None:
    decoded, mismatches = decode_in_each_order(value, *members, Unknown)
    assert type(decoded) is Unknown and decoded == value
    assert mismatches == [path]
    decoded, mismatches = decode_in_each_order(value, *members)
    assert type(decoded) is dict and mismatches == [path]


def test_only_member_with_its_required_properties_is_read_with_a_warning() -> None:
    decoded, mismatches = decode_in_each_order(
        {"room": 1, "note": 7}, Place, Refusal, Unknown
    )
    assert isinstance(decoded, Place) and mismatches == ["$.note"]


def test_array_that_fits_no_member_stays_plain_data() -> None:
    value = [{"note": "x"}]
    decoded, mismatches = decode_in_each_order(value, list[Place], list[Refusal])
    assert decoded == value and mismatches == ["$"]


def test_recursive_alias_is_a_member_like_others() -> None:
    value = {"room": 1, "more": [{"room": "x"}, None, 3]}
    decoded, mismatches = decode_in_each_order(value, Json, Refusal)
    assert decoded == value and not mismatches


def test_missing_required_constant_is_a_mismatch_outside_unions() -> None:
    for content in (b'{"at": 1}', b'{"at": 1, "type": "other"}'):
        start, mismatches = decode_json(content, Start)
        assert isinstance(start, Start) and start.at == 1
        assert [mismatch.path for mismatch in mismatches] == ["$.type"]
    start, _ = decode_json(b'{"at": 1}', Start)
    assert start.type is UNSET and to_plain_data(start) == {"at": 1}
    starts, mismatches = decode_json(b'[{"at": 1, "type": "start"}]', list[Start])
    assert starts == [Start(at=1)] and not mismatches


def test_constants_made_in_other_threads_do_not_count_as_missing() -> None:
    stopped = threading.Event()

    def make_models() -> None:
        while not stopped.is_set():
            Stop()

    thread = threading.Thread(target=make_models)
    thread.start()
    try:
        for _ in range(1000):
            assert decode_json(b'[{"type": "stop"}]', list[Stop])[1] == []
    finally:
        stopped.set()
        thread.join()


def test_constant_is_sent_although_it_is_the_default() -> None:
    assert to_plain_data(Stop()) == {"type": "stop"}
    assert msgspec.json.encode(Start(at=1)) == b'{"type":"start","at":1}'


def test_repr_of_unknown_object_omits_values() -> None:
    assert repr(Unknown(kind="secret", id=7)) == "<Unknown: kind, id>"
    assert repr(Unknown()) == "<Unknown>"
