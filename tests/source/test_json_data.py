"""Tests of the fast reader of JSON against the reader by events."""

import json
from typing import Any

import pytest
from clientcast.source.build import MAX_KEY, MAX_NODES, MAX_POINTERS, build
from clientcast.source.events import MAX_DEPTH, json_events
from clientcast.source.json_data import JsonPositions, read_regular_json

REGULAR = [
    "null",
    "[]",
    ' {"a": [1, -0, 2.50, 1E3, 12345678901234567890], "": {"x/y~z": [[], {}]}}\r\n',
    '{"a": "\\u00e9\\ud83d" }'.replace("\\ud83d", "\\n"),
    '[true, false, null, "x", {"k": {"k": "k"}}]',
]


@pytest.mark.parametrize("text", REGULAR)
def test_regular_json_is_read_as_by_events(text: str) -> None:
    regular = read_regular_json(text)
    built = build(json_events(text), with_positions=True)
    assert regular is not None
    assert json.dumps(regular.value) == json.dumps(built.value)
    positions = JsonPositions(text)
    found = {pointer: positions.get(pointer) for pointer in built.positions}
    assert found == built.positions
    assert positions.get("/missing") is None


@pytest.mark.parametrize(
    "text",
    [
        '{"a": 1, "a": 1}',
        '"\\ud800"',
        "[NaN]",
        "[1e999]",
        '{"a": 1,}',
        f'{{"{"k" * (MAX_KEY + 1)}": 1}}',
        "[" * (MAX_DEPTH + 1) + "]" * (MAX_DEPTH + 1),
        "[" * 100_000,
    ],
)
def test_irregular_json_is_left_to_the_reader_by_events(text: str) -> None:
    assert read_regular_json(text) is None


def test_deepest_json_is_regular() -> None:
    assert read_regular_json("[" * MAX_DEPTH + "1" + "]" * MAX_DEPTH) is not None


def test_positions_of_a_duplicate_key_are_those_of_the_first() -> None:
    text = '{"a": 1, "a": 2}'
    built = build(json_events(text), with_positions=True)
    assert JsonPositions(text).get("/a") == built.positions["/a"]


def test_json_above_the_limits_is_irregular(monkeypatch: pytest.MonkeyPatch) -> None:
    values: Any = {"a" * 100: [0] * 100}
    text = json.dumps(values)
    module = "clientcast.source.json_data"
    assert MAX_NODES > 102 and MAX_POINTERS > 10_000
    assert read_regular_json(text) is not None
    monkeypatch.setattr(f"{module}.MAX_NODES", 101)
    assert read_regular_json(text) is None
    monkeypatch.setattr(f"{module}.MAX_NODES", 102)
    monkeypatch.setattr(f"{module}.MAX_POINTERS", 10_000)
    assert read_regular_json(text) is None
