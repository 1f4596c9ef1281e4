"""Tests of the fast reader of JSON against the reader by events."""

import json
from collections.abc import Iterator
from typing import Any

import pytest
from clientcast.plain import escape
from clientcast.source.build import MAX_KEY, MAX_NODES, MAX_POINTERS, build
from clientcast.source.events import MAX_DEPTH, json_events
from clientcast.source.json_data import JsonPositions, read_regular_json
from clientcast.source.json_lines import JsonLines
from clientcast.source.positions import Position

REGULAR = [
    "null",
    "[]",
    ' {"a": [1, -0, 2.50, 1E3, 12345678901234567890], "": {"x/y~z": [[], {}]}}\r\n',
    '{"a": "\\u00e9\\ud83d" }'.replace("\\ud83d", "\\n"),
    '[true, false, null, "x", {"k": {"k": "k"}}]',
]


def _pointers(value: Any, around: str = "") -> Iterator[str]:
    yield around
    children = value if isinstance(value, dict) else {}
    if isinstance(value, list):
        children = dict(enumerate(value))
    for key, child in children.items():
        yield from _pointers(child, f"{around}/{escape(str(key))}")


@pytest.mark.parametrize("text", REGULAR)
def test_regular_json_is_read_as_by_events(text: str) -> None:
    regular = read_regular_json(text)
    built = build(json_events(text))
    assert regular is not None
    assert json.dumps(regular.value) == json.dumps(built.value)
    positions = JsonPositions(text, JsonLines(text))
    for pointer in _pointers(built.value):
        assert positions.get(pointer) == built.positions.get(pointer) != None
    for pointer in ("/missing", "/a/0/0", "/a/9", "/a/b"):
        assert positions.get(pointer) is built.positions.get(pointer) is None


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
    built = build(json_events(text))
    positions = JsonPositions(text, JsonLines(text))
    assert positions.get("/a") == built.positions.get("/a") == Position(1, 7, 1, 2)


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


@pytest.mark.parametrize(
    "text",
    [
        "",
        "\n",
        "a",
        "a\nb",
        "\n\na\r\n\n",
        "x" * 100_000,
        "x" * 40_000 + "\n" + "y" * 70_000 + "\n\n" + "z" * 33_000,
        "\u00e9\U0001f600\n" * 30_000,
        "x" * (1 << 15) + "\n" + "y" * ((1 << 15) - 1) + "\n",
    ],
    ids=range(9),
)
def test_lines_are_found_without_splitting_the_text(text: str) -> None:
    lines, split = JsonLines(text), text.split("\n")
    assert len(lines) == len(split)
    for number in (*range(min(len(split), 5)), len(split) // 2, len(split) - 1):
        assert lines[number] == split[number]
        offset = sum(len(line) + 1 for line in split[:number])
        assert lines.place(offset) == (number + 1, 1)
        last = offset + len(split[number])
        assert lines.place(last) == (number + 1, len(split[number]) + 1)
    assert list(lines[:3]) == split[:3]
    assert lines[0] is lines[0]  # Diagnostics share it: it may be the whole document.
    with pytest.raises(IndexError):
        lines[len(split)]
