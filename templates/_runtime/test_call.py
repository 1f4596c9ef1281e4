"""Tests of what a call becomes on the wire."""

from datetime import date, datetime, timedelta, timezone
from types import NoneType
from typing import Any

import httpx2
import pytest

from _runtime.call import Call, build_request, nullable, unless_empty
from _runtime.model import UNSET, OpenEnum
from _runtime.security import Scheme

BASE = "https://api.example/base"


class Color(OpenEnum):
    RED = "red"


def request(held: dict[Scheme, str] | None = None, **arguments: Any) -> httpx2.Request:
    arguments = {"method": "GET", "route": "/things", "returns": NoneType, **arguments}
    return build_request(Call(**arguments), BASE, held or {}, 5.0)


@pytest.mark.parametrize(
    ("value", "segment"),
    [
        ("plain", "plain"),
        ("a/../b", "a%2F..%2Fb"),
        ("%2e%2e", "%252e%252e"),
        ("a b?c#d", "a%20b%3Fc%23d"),
        ("ünï", "%C3%BCn%C3%AF"),
        ("\r\nX: y", "%0D%0AX%3A%20y"),
        ("...", "..."),
        (7, "7"),
        (True, "true"),
        (Color.RED, "red"),
        (date(2026, 1, 2), "2026-01-02"),
        (["a", "b"], "a%2Cb"),
    ],
)
def test_an_argument_of_the_path_is_one_segment(value: object, segment: str) -> None:
    sent = request(route="/things/{id}/parts", path={"id": value})
    assert sent.url.raw_path == f"/base/things/{segment}/parts".encode()
    assert sent.url.host == "api.example"


@pytest.mark.parametrize("value", ["", ".", "..", None, []])
def test_an_argument_that_is_no_segment_is_refused(value: object) -> None:
    with pytest.raises(ValueError, match="id of GET /things/{id} may not be empty"):
        request(route="/things/{id}", path={"id": value})


def test_query() -> None:
    east = timezone(timedelta(hours=2))
    sent = request(
        query={
            "text": "a&b=c d",
            "none": None,
            "unset": UNSET,
            "yes": True,
            "many": ["x", Color.RED],
            "empty": "",
            "when": datetime(2026, 1, 2, 3, 4, tzinfo=east),
            "naïve": date(2026, 1, 2),
        }
    )
    assert sent.url.query == (
        b"text=a%26b%3Dc%20d&yes=true&many=x&many=red&empty=&when=2026-01-02T01%3A04%3A00Z"
        b"&na%C3%AFve=2026-01-02"
    )


def test_headers_and_cookies() -> None:
    sent = request(
        header={"X-One": "1", "X-None": None, "X-Many": ["a", "b"], "Cookie": "sid=1"},
        cookie={"lang": "de; x"},
    )
    assert sent.headers["X-One"] == "1"
    assert sent.headers["X-Many"] == "a,b"
    assert "X-None" not in sent.headers
    assert sent.headers["Cookie"] == "sid=1; lang=de%3B%20x"
    assert sent.headers["Accept"] == "application/json"


@pytest.mark.parametrize(
    "value",
    [
        "s3cret\r\nX-Evil: 1",
        "s3cret\n",
        "s3cret\x00",
        " s3cret",
        "s3cretü",
        "s3cret\x7f",
    ],
)
def test_a_header_that_cannot_be_is_refused_and_not_shown(value: str) -> None:
    with pytest.raises(ValueError, match="X-One has a line break") as caught:
        request(header={"X-One": value})
    assert "s3cret" not in str(caught.value)


def test_json_body() -> None:
    sent = request(
        method="POST",
        json={"a": None, "b": nullable(None), "c": nullable(UNSET), "d": nullable(1)},
    )
    assert sent.content == b'{"b":null,"d":1}'
    assert sent.headers["Content-Type"] == "application/json"
    assert request(method="POST", json={"a": None}).content == b"{}"
    assert request(method="POST", json=[1, Color.RED]).content == b'[1,"red"]'


def test_optional_json_body() -> None:
    sent = request(method="POST", json=unless_empty({"a": None, "b": UNSET}))
    assert sent.content == b""
    assert "Content-Type" not in sent.headers
    assert sent.headers["Content-Length"] == "0"
    assert request(json=unless_empty({"a": 0})).content == b'{"a":0}'
    assert request(json=unless_empty({"a": nullable(None)})).content == b'{"a":null}'


HEADER = Scheme("token", "Authorization", prefix="Bearer ")
QUERY = Scheme("key", "api-key", location="query")
COOKIE = Scheme("sid", "sid", location="cookie")


def test_only_wanted_credentials_are_sent() -> None:
    held = {HEADER: "t1", QUERY: "k1", COOKIE: "c1"}
    nothing = request(held)
    assert "Authorization" not in nothing.headers
    assert "Cookie" not in nothing.headers
    assert nothing.url.query == b""
    pair = request(held, security=((QUERY, COOKIE), (HEADER,)))
    assert pair.url.query == b"api-key=k1"
    assert pair.headers["Cookie"] == "sid=c1"
    assert "Authorization" not in pair.headers


def test_the_first_alternative_that_is_held_is_sent() -> None:
    security = ((QUERY, COOKIE), (HEADER,), ())
    sent = request({QUERY: "k1", HEADER: "t1"}, security=security)
    assert sent.headers["Authorization"] == "Bearer t1"
    assert sent.url.query == b""
    assert "Authorization" not in request({}, security=security).headers


def test_a_missing_credential_is_named() -> None:
    with pytest.raises(ValueError, match="GET /things needs key and sid, or token"):
        request({QUERY: "k1"}, security=((QUERY, COOKIE), (HEADER,)))


def test_repr_shows_no_argument() -> None:
    call = Call("GET", "/{id}", str, path={"id": "s3cret"}, json={"a": "s3cret"})
    assert "s3cret" not in repr(call)
    assert str(call) == "GET /{id}"


def test_a_moment_of_no_time_zone_is_refused() -> None:
    naive = datetime(2026, 1, 2)
    with pytest.raises(ValueError, match="without a time zone"):
        request(query={"t": naive})
    with pytest.raises(ValueError, match="without a time zone"):
        request(json={"a": [{"t": naive}]})
    east = naive.replace(tzinfo=timezone(timedelta(hours=2)))
    assert request(json={"t": [east]}).content == b'{"t":["2026-01-01T22:00:00Z"]}'
