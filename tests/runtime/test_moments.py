"""Tests of date-times, times and durations: those that were read are sent back as they came."""

import copy
import json
import pickle
from datetime import UTC, datetime, time, timedelta
from types import NoneType
from typing import Any
from urllib.parse import quote

import httpx2
import pytest
from _runtime.call.request import Call, build_request
from _runtime.codec.json_decoding import decode_json
from _runtime.codec.model import Model
from _runtime.codec.plain_data import to_plain_data


class Moments(Model):
    moment: datetime | None = None
    clock: time | None = None
    lasts: timedelta | None = None
    many: list[datetime] | None = None
    by_name: dict[str, tuple[timedelta, time]] | None = None
    inner: "Moments | None" = None


DATE_TIMES = (
    "2026-02-03T10:11:12Z",
    "2026-02-03T10:11:12+02:00",
    "2026-02-03T10:11:12-23:59",
    "2026-02-03T10:11:12.123456Z",
    "2026-02-03T10:11:12.123456789Z",
    "2026-02-03T10:11:12.1234567+02:00",
    "2026-06-30T23:59:60Z",
    "2026-07-01T01:59:60.5+02:00",
)
TIMES = ("10:11:12", "10:11:12Z", "10:11:12+02:00", "10:11:12.123456789Z")
DURATIONS = ("P1DT2H", "PT1M0.5S", "P2W", "-P1W", "PT1.123456789S", "PT0.0000001S")
VALUES = (
    *(("moment", text) for text in DATE_TIMES),
    *(("clock", text) for text in TIMES),
    *(("lasts", text) for text in DURATIONS),
)


def read(**members: Any) -> Any:
    value, mismatches = decode_json(json.dumps(members).encode(), Moments)
    assert mismatches == []
    return value


def request(**arguments: Any) -> httpx2.Request:
    route = arguments.pop("route", "/")
    call = Call("POST", route, NoneType, **arguments)
    return build_request(call, "https://moments.example", {}, 10)


@pytest.mark.parametrize(("name", "text"), VALUES)
def test_moment_that_was_read_is_sent_back_everywhere(name: str, text: str) -> None:
    values = read(**{name: text})
    value = getattr(values, name)
    path = request(route="/{id}", path={"id": value}).url.raw_path.decode()
    assert path == f"/{quote(text, safe='')}"
    assert request(query={"m": value}).url.params["m"] == text
    assert request(header={"m": value}).headers["m"] == text
    assert request(cookie={"m": value}).headers["Cookie"] == f"m={quote(text, safe='')}"
    assert request(form={"m": [value]}).content == f"m={quote(text, safe='')}".encode()
    assert text.encode() in request(multipart={"m": value}).content.split(b"\r\n")
    assert request(form=values).content == f"{name}={quote(text, safe='')}".encode()
    assert text.encode() in request(multipart=values).content.split(b"\r\n")
    for body in (values, [values], {"a": value}):
        sent = request(json=body).content
        assert json.loads(sent) == json.loads(
            json.dumps(
                body, default=lambda part: text if part is value else {name: text}
            )
        )


@pytest.mark.parametrize("is_exact", [True, False], ids=["msgspec", "conversion"])
def test_moments_within_lists_maps_and_models_keep_their_digits(is_exact: bool) -> None:
    nano, second = "2026-02-03T10:11:12.123456789Z", "2026-02-03T10:11:12Z"
    content: dict[str, Any] = {
        "many": [nano, second],
        "by_name": {"a": ["PT1.123456789S", "10:11:12.123456789Z"]},
        "inner": {"moment": nano},
    }
    if not is_exact:
        content["many"].append("2026-06-30T23:59:60Z")
    values = read(**content)
    assert values.many[0] == datetime(2026, 2, 3, 10, 11, 12, 123457, UTC)
    assert type(values.many[1]) is datetime
    assert to_plain_data(values) == content


@pytest.mark.parametrize(("name", "text"), VALUES)
def test_moment_keeps_its_digits_in_copies(name: str, text: str) -> None:
    value = getattr(read(**{name: text}), name)
    for copied in (
        copy.copy(value),
        copy.deepcopy(value),
        pickle.loads(pickle.dumps(value)),
    ):
        assert copied == value
        assert to_plain_data(copied) == text


def test_result_of_a_calculation_has_no_text_of_its_operands() -> None:
    values = read(moment="2026-02-03T10:11:12.123456789Z", lasts="P1W")
    later = values.moment + values.lasts
    assert to_plain_data(later) == "2026-02-10T10:11:12.123457Z"
    assert to_plain_data(values.moment.replace(microsecond=0)) == "2026-02-03T10:11:12Z"
    assert to_plain_data(2 * values.lasts) == "P14D"
    assert to_plain_data(copy.copy(later)) == "2026-02-10T10:11:12.123457Z"


@pytest.mark.parametrize("text", ["P1Y", "P1M", "P1Y2M3D", "P99999999999D"])
def test_duration_that_python_cannot_hold_stays_text(text: str) -> None:
    values, mismatches = decode_json(json.dumps({"lasts": text}).encode(), Moments)
    assert [str(m) for m in mismatches] == [
        "$.lasts: expected duration | null, got string"
    ]
    assert values.lasts == text
    assert to_plain_data(values) == {"lasts": text}


@pytest.mark.parametrize("separator", ["T", "t", " "])
@pytest.mark.parametrize("fraction", ["", ".5", ".123456"])
@pytest.mark.parametrize("clock", ["10:11:12", "10\\u003a11:12", "10:11:1\\u0032"])
def test_date_time_without_offset_is_reported(
    separator: str, fraction: str, clock: str
) -> None:
    text = f"2026-02-03{separator}{clock}{fraction}"
    content = f'{{"many": ["2026-02-03T10:11:12Z", "{text}"]}}'.encode()
    value, (mismatch,) = decode_json(content, Moments)
    assert mismatch.path == "$.many[1]"
    assert value.many[0].tzinfo is not None
