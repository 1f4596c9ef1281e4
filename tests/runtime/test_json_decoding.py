"""Tests of decoding hostile JSON, and that errors contain no data of it."""

from __future__ import annotations

import json
import math
import traceback
from datetime import date, datetime
from pathlib import Path
from typing import Any, Literal

import msgspec
import pytest
from _runtime.codec import json_decoding
from _runtime.codec.json_decoding import Mismatch, decode_json
from _runtime.codec.model import Model, OpenEnum, OpenModel
from _runtime.codec.request_body import json_body
from hypothesis import given, settings
from hypothesis import strategies as st

SECRET = "s3cr3t"


class Color(OpenEnum):
    RED = "red"


class Left(Model, kw_only=True):
    side: Literal["left"]
    size: int


class Right(Model, kw_only=True):
    side: Literal["right"]
    size: str


class Thing(Model, kw_only=True, rename="camel"):
    name: str
    made_at: datetime | None = None
    size: int | None = None
    price: float = 0.0
    color: Color | None = None
    on: date | None = None
    side: Left | None = None
    tags: dict[str, str] | None = None
    parent: Thing | None = None
    extra: dict[str, Any] | None = None


class Choice(Model, kw_only=True):
    side: Left | Right | None = None
    extra: list[Left | Right | Thing] | str | None = None


STRICT_TYPES: list[Any] = [
    *(str, int, float, bool, datetime, date, Any, Color, Thing, type(None)),
    *(list[Any], dict[str, Any], list[int], dict[str, Thing], list[Thing | None]),
    *(int | str | None, float | bool, list[Color] | Thing, Literal["left", 1]),
]
TYPES = [*STRICT_TYPES, Choice, list[Left | Right | None], Left | Thing | Choice | str]
"""Types that msgspec supports, and some with unions of objects."""


def decode_error(content: bytes, type_: Any) -> str:
    with pytest.raises(msgspec.DecodeError) as raised:
        decode_json(content, type_)
    assert type(raised.value) is msgspec.DecodeError
    return str(raised.value)


every_type = pytest.mark.parametrize("type_", TYPES, ids=str)


@every_type
@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"<html>",
        b"nan",
        b"-NaN",
        b"+Infinity",
        b"[NaN,]",
        b'[NaN, "\\ud800"]',
        b"01",
        b"[1,]",
        b"{} {}",
        b"\0",
        b'"\n"',
        b'"\xff"',
        b'"\xed\xa0\x80"',
        b'"\\ud800"',
        b'"\\udc00\\ud800"',
        '{"name": "x"'.encode("utf-16"),
        '{"name": "x"'.encode("utf-32-le"),
        "\xe9".encode("latin-1"),
    ],
    ids=lambda content: ascii(content)[:24],
)
def test_invalid_json_is_refused(content: bytes, type_: Any) -> None:
    assert decode_error(content, type_)
    assert decode_error(b'{"name": ' + content + b"}", type_)


@every_type
@pytest.mark.parametrize("start", [b"[", b'{"extra":', b'{"parent":', b'{"x":'])
def test_deeply_nested_json_is_refused(start: bytes, type_: Any) -> None:
    end = b"]" if start == b"[" else b"}"
    for content in (start * 100_000, start * 100_000 + b"1" + end * 100_000):
        assert "deep" in decode_error(content, type_)


def test_deep_nesting_during_conversion_is_refused() -> None:
    """msgspec decodes it, but converting it field by field takes more of the stack."""
    content = b'{"parent": ' * 400 + b"1" + b"}" * 400
    assert "deep" in decode_error(content, Thing)


def test_numbers_of_any_size_are_decoded() -> None:
    assert decode_json(b"-0", int) == (0, [])
    negative, mismatches = decode_json(b"-0.0", float)
    assert math.copysign(1, negative) == -1 and mismatches == []
    digits = b"1" * 4000
    assert decode_json(digits, int) == (int(digits), [])
    value, mismatches = decode_json(digits, str)
    assert value == int(digits)
    assert list(map(str, mismatches)) == ["$: expected string, got integer"]


class OpenCount(OpenModel, kw_only=True):
    id: float
    parts: dict[str, list[float]] | None = None


class Count(Model, kw_only=True):
    id: float
    parts: dict[str, list[float]] | None = None
    text: str | None = None


@pytest.mark.parametrize(
    "json_text",
    [
        '{"id":9007199254740993}',
        '{"id": -12345678901234567890, "parts":{"a":[1.5,9007199254740993]}}',
        '{"id":1.5,"parts":{"a":[\n9007199254740993 ]}}',
        '{"added":{"b":9007199254740993},"id":9007199254740993}',
    ],
)
def test_integer_that_a_float_cannot_hold_stays_exact(json_text: str) -> None:
    value, mismatches = decode_json(json_text.encode(), OpenCount)
    assert not mismatches
    assert json.loads(json_body(value)) == json.loads(json_text)


def test_other_numbers_are_floats() -> None:
    content = b'{"id":5,"parts":{"a":[9007199254740991]},"text":"1234567890123456789"}'
    value, mismatches = decode_json(content, Count)
    assert not mismatches
    assert [type(n) for n in (value.id, *value.parts["a"])] == [float, float]


@every_type
@pytest.mark.parametrize(
    "text", ["NaN", "Infinity", "-Infinity", "1e999", "-1e999", "1" * 5000]
)
def test_numbers_that_no_float_has_are_decoded_and_reported(
    text: str, type_: Any
) -> None:
    for content in (text, f"[1, {text}]", f'{{"name": "x", "extra": {text}}}'):
        value, mismatches = decode_json(content.encode(), type_)
        assert mismatches
    value, mismatches = decode_json(f"[1, {text}]".encode(), Any)
    assert value[0] == 1 and repr(value[1]) == repr(float(text))
    assert [mismatch.path for mismatch in mismatches] == ["$[1]"]


def test_number_that_no_float_has_costs_one_value() -> None:
    content = (
        b'{"name": "x", "price": NaN, "extra": {"s3cr3t": [Infinity]}, "size": -1e999}'
    )
    thing, mismatches = decode_json(content, Thing)
    assert (thing.name, repr(thing.price)) == ("x", "nan")
    assert list(map(str, mismatches)) == [
        "$.size: expected integer | null, got number",
        "$.price: expected finite number, got NaN",
        "$.extra.*[0]: expected finite number, got infinity",
    ]


@pytest.mark.parametrize(
    ("encoding", "content_type", "actual"),
    [
        ("latin-1", "application/json; charset=iso-8859-1", "ISO8859-1"),
        ("cp1252", 'application/json;Charset="windows-1252"', "CP1252"),
        ("shift_jis", "application/json; charset=Shift_JIS; x=y", "SHIFT_JIS"),
        ("utf-16", "application/json", "UTF-16"),
        ("utf-16", "application/json; charset=utf-8", "UTF-16"),
        ("utf-16-le", "", "UTF-16-LE"),
        ("utf-16-be", "application/json; charset=utf-16be", "UTF-16-BE"),
        ("utf-32", "application/json; charset=utf-32", "UTF-32"),
    ],
)
@pytest.mark.parametrize("type_", [Thing, Any, Choice])
def test_other_encodings_are_decoded_and_reported(
    encoding: str, content_type: str, actual: str, type_: Any
) -> None:
    text = '{"name": "\xe9", "extra": {"a": 0.5}}'
    if encoding == "shift_jis":
        text = text.replace("\xe9", "\u8868")
    headers = {"content-type": content_type}
    value, mismatches = decode_json(text.encode(encoding), type_, headers)
    expected, more = decode_json(text.encode(), type_, headers)
    assert value == expected
    assert mismatches == [*more, Mismatch("$", "UTF-8", actual)]
    nan = text.replace("0.5", "NaN").encode(encoding)
    _, mismatches = decode_json(nan, type_, headers)
    assert [mismatch.path for mismatch in mismatches[-1:]] == ["$"]
    assert any(mismatch.actual == "NaN" for mismatch in mismatches)


@pytest.mark.parametrize(
    ("charset", "problem"),
    [
        ("", "it is not UTF-8$"),
        ("utf-8", "it is not UTF-8$"),
        (
            "x-user-defined",
            "it is not UTF-8, and its charset x-user-defined is unknown",
        ),
        ("idna", "its charset idna is unknown"),
        ("us-ascii", "it is not ASCII"),
        ("s\u00e9cret", "it is not UTF-8, and its charset s is unknown"),
    ],
)
def test_undecodable_charset_is_an_error_that_names_it(
    charset: str, problem: str
) -> None:
    headers = {"content-type": f"application/json; charset={charset}"}
    with pytest.raises(msgspec.DecodeError, match=problem):
        decode_json(b'"\xe9"', Any, headers)


def test_utf_8_counts_more_than_a_declared_charset() -> None:
    headers = {"content-type": "application/json; charset=iso-8859-1"}
    assert decode_json('"\xe9"'.encode(), str, headers) == ("\xe9", [])


def test_last_of_duplicate_properties_counts() -> None:
    thing, mismatches = decode_json(b'{"name": "a", "name": "b"}', Thing)
    assert thing.name == "b" and mismatches == []
    thing, mismatches = decode_json(b'{"name": "a", "size": "x", "name": "b"}', Thing)
    assert thing.name == "b" and [m.path for m in mismatches] == ["$.size"]


@pytest.mark.parametrize("type_", [Thing, Any, Choice])
def test_byte_order_mark_is_skipped(type_: Any) -> None:
    content = b'{"name": "x", "side": "left", "size": 1}'
    assert decode_json(b"\xef\xbb\xbf" + content, type_) == decode_json(content, type_)
    decode_error(b"\xef\xbb\xbf" * 2 + content, type_)


TEXTS = st.text() | st.sampled_from(
    ["left", "right", "red", "2026-01-02", "2026-01-02T03:04:05Z", "2026-01-02T03:04Z"]
)
NAMES = st.sampled_from([f.encode_name for f in msgspec.structs.fields(Thing)])
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers()
    # 1.0 is an integer here, which msgspec refuses.
    | st.floats(allow_nan=False, allow_infinity=False).filter(lambda x: x % 1 != 0)
    | TEXTS,
    lambda inner: st.lists(inner) | st.dictionaries(NAMES | st.text(), inner),
    max_leaves=25,
)


@settings(deadline=None, max_examples=500)
@given(VALUES)
def test_any_json_is_decoded_with_paths_of_mismatches(value: Any) -> None:
    content = json.dumps(value).encode()
    for type_ in STRICT_TYPES:
        result, mismatches = decode_json(content, type_)
        try:
            expected = msgspec.json.decode(content, type=type_)
        except msgspec.ValidationError:
            assert mismatches, type_
        else:
            assert (result, mismatches) == (expected, []), type_
    for type_ in TYPES:
        result, mismatches = decode_json(content, type_)
        if not mismatches:
            assert decode_json(msgspec.json.encode(result), type_) == (result, [])


@settings(deadline=None, max_examples=500)
@given(
    st.binary() | st.text(st.characters()).map(lambda text: json.dumps(text).encode())
)
def test_any_bytes_are_decoded_or_raise_decode_error(content: bytes) -> None:
    for type_ in TYPES:
        try:
            decode_json(content, type_)
        except msgspec.DecodeError:
            pass


def secret_contents() -> list[bytes]:
    """Return valid and invalid JSON with a secret in every position."""
    values: list[Any] = [SECRET, {SECRET: SECRET}, [SECRET], {SECRET: 7}, None, 7]
    names = [f.encode_name for f in msgspec.structs.fields(Thing)]
    sound = [{name: value} for name in names for value in values]
    deep = [{name: {"side": SECRET, "size": {SECRET: SECRET}}} for name in names]
    texts = [json.dumps(value).encode() for value in (*values, *sound, *deep)]
    broken = [text[:-1] + end for text in texts for end in (b"", b"}", b"\xff", b"~")]
    return [*texts, *broken, f'{{"{SECRET}": "\\ud800"}}'.encode()]


def test_messages_contain_no_data_of_the_response() -> None:
    mismatch_count = refused = 0
    for content in secret_contents():
        for type_ in TYPES:
            try:
                _, mismatches = decode_json(content, type_)
                assert SECRET not in repr(mismatches) + "".join(map(str, mismatches))
                mismatch_count += len(mismatches)
            except msgspec.DecodeError as error:
                refused += 1
                assert SECRET not in repr(error)
    assert mismatch_count > 500 and refused > 500


@pytest.mark.parametrize(
    "content",
    [
        f"<{SECRET}>".encode(),
        f'"{SECRET}'.encode() + b'\xff"',
        b"[" * 10_000 + SECRET.encode(),
        b'{"parent": ' * 400 + json.dumps(SECRET).encode() + b"}" * 400,
        f'{{"name": 1e999, "extra": {{"{SECRET}": NaN}},}}'.encode(),
    ],
    ids=["html", "not UTF-8", "deep", "deep objects", "trailing comma"],
)
def test_frames_of_a_decode_error_do_not_hold_the_body(content: bytes) -> None:
    """An error tracker that records local variables finds no body in frames of the runtime."""
    with pytest.raises(msgspec.DecodeError) as raised:
        decode_json(content, Thing)
    links: list[BaseException | None] = [raised.value]
    for error in links:
        if error is None:
            continue
        links += error.__context__, error.__cause__
        report = traceback.TracebackException.from_exception(error, capture_locals=True)
        ours = [
            frame
            for frame in report.stack
            if Path(frame.filename).parent == Path(json_decoding.__file__).parent
            and frame.filename != __file__
        ]
        assert ours or error is not raised.value
        assert not any(SECRET in repr(frame.locals) for frame in ours)
        assert SECRET not in repr(error)
    assert links == [raised.value, None, None]
