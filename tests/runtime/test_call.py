"""Tests of the HTTP requests that calls become."""

from collections.abc import Callable
from datetime import date, datetime, timedelta, timezone
from decimal import Decimal
from types import MappingProxyType, NoneType
from typing import Any
from urllib.parse import quote

import httpx2
import msgspec
import pytest
from _runtime.call.request import Call, build_request
from _runtime.call.security import Scheme
from _runtime.codec.model import UNSET, OpenEnum
from _runtime.codec.request_body import (
    File,
    given_properties,
    none_if_empty,
    nullable,
)
from _runtime.codec.styles import Styled
from _runtime.errors import PaginationError

BASE = "https://api.example/base"


class Color(OpenEnum):
    RED = "red"


def request(
    credentials: dict[Scheme, str] | None = None, **arguments: Any
) -> httpx2.Request:
    arguments = {"method": "GET", "route": "/things", "returns": NoneType, **arguments}
    return build_request(Call(**arguments), BASE, credentials or {}, 5.0)


@pytest.mark.parametrize(
    ("value", "segment"),
    [
        ("plain", "plain"),
        ("a/../b", "a%2F..%2Fb"),
        ("%2e%2e%2fusers", "%252e%252e%252fusers"),
        ("a b?c#d", "a%20b%3Fc%23d"),
        ("ünï", "%C3%BCn%C3%AF"),
        ("...", "..."),
        (7, "7"),
        (True, "true"),
        (Color.RED, "red"),
        (date(2026, 1, 2), "2026-01-02"),
        (["a", "b"], "a,b"),
        (["a,b", "c"], "a%2Cb,c"),
    ],
)
def test_path_argument_is_encoded_as_one_segment(value: object, segment: str) -> None:
    sent = request(route="/things/{id}/parts", path={"id": value})
    assert sent.url.raw_path == f"/base/things/{segment}/parts".encode()
    assert sent.url.host == "api.example"


@pytest.mark.parametrize("value", ["", " ", ".", "..", "%2e", "%2E%2e", None, []])
def test_empty_or_dot_path_argument_is_refused(value: object) -> None:
    with pytest.raises(ValueError, match="id of GET /things/{id} may not be empty"):
        request(route="/things/{id}", path={"id": value})


@pytest.mark.parametrize("value", ["a\r\nX: y", "a\0", "\x1b[0m", "\x7f"])
def test_control_characters_in_path_argument_are_refused(value: str) -> None:
    with pytest.raises(ValueError, match="control characters") as caught:
        request(route="/things/{id}", path={"id": value})
    assert value not in str(caught.value)


@pytest.mark.parametrize("where", ["path", "query"])
def test_too_long_url_is_refused(where: str) -> None:
    arguments: dict[str, Any] = {"path": {"id": 1}, where: {"id": "x" * 65536}}
    with pytest.raises(ValueError, match="too long"):
        request(route="/things/{id}", **arguments)


def test_path_argument_equal_to_another_route_is_refused() -> None:
    others = ("/things/me/parts", "/things/{id}/parts/mine")

    def sent(**path: str) -> str:
        route = "/things/{id}/parts" if len(path) == 1 else "/things/{id}/parts/{part}"
        return request(route=route, path=path, excluded_routes=others).url.path

    with pytest.raises(ValueError, match="would be GET /things/me/parts"):
        sent(id="me")
    with pytest.raises(ValueError, match="would be GET /things/{id}/parts/mine"):
        sent(id="7", part="mine")
    assert sent(id="Me") == "/base/things/Me/parts"
    assert sent(id="me", part="7") == "/base/things/me/parts/7"


@pytest.mark.parametrize(
    ("link", "sent"),
    [
        (
            "https://api.example/base/things?after=a%2Fb&x=",
            "/base/things?after=a%2Fb&x=",
        ),
        ("/base/other/things?page=2#top", "/base/other/things?page=2"),
        ("?page=2", "/base/things?page=2"),
        ("https://API.example:443/base/things?p", "/base/things?p"),
        ("things/2", "/base/things/2"),
    ],
)
def test_link_replaces_route_and_query(link: str, sent: str) -> None:
    built = request(query={"page": 1}, link=link)
    assert built.url.host == "api.example"
    assert built.url.raw_path.decode() == sent
    query = Scheme("key", "api-key", location="query")
    built = request({query: "k1"}, link=link)
    assert (
        built.url.raw_path.decode()
        == sent + ("&" if "?" in sent else "?") + "api-key=k1"
    )


@pytest.mark.parametrize(
    "link",
    [
        "https://evil.example/base/things?page=2",
        "//evil.example/base/things",
        "http://api.example/base/things?page=2",
        "https://api.example:8443/base/things",
        "https://api.example@evil.example/base/things",
        "https://user:pw@api.example/base/things",
        "https://api.example/elsewhere",
        "https://api.example/base/../elsewhere",
        "https://api.example/basement",
        "https://[",
        "javascript:alert(1)",
    ],
)
def test_link_outside_the_base_url_is_refused(link: str) -> None:
    with pytest.raises(
        PaginationError, match="next page of GET /things is on another server"
    ):
        request(link=link)


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
        b"text=a%26b%3Dc%20d&yes=true&many=x&many=red&empty=&when=2026-01-02T03%3A04%3A00%2B02%3A00"
        b"&na%C3%AFve=2026-01-02"
    )


def test_header_and_cookie_arguments_are_sent() -> None:
    sent = request(
        header={"X-One": "1", "X-None": None, "X-Many": ["a", "b"], "Cookie": "sid=1"},
        cookie={"lang": "de; x"},
    )
    assert sent.headers["X-One"] == "1"
    assert sent.headers["X-Many"] == "a,b"
    assert "X-None" not in sent.headers
    assert sent.headers["Cookie"] == "sid=1; lang=de%3B%20x"
    assert sent.headers["Accept"] == "application/json"


def test_header_argument_overrides_default_header() -> None:
    sent = request(header={"user-agent": "shop/1"})
    assert sent.headers.get_list("User-Agent") == ["shop/1"]


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
def test_invalid_header_value_is_refused_without_showing_it(value: str) -> None:
    with pytest.raises(ValueError, match="X-One has a line break") as caught:
        request(header={"X-One": value})
    assert "s3cret" not in str(caught.value)


def test_json_body_of_arguments_omits_none_and_sends_explicit_null() -> None:
    members = {"a": None, "b": nullable(None), "c": nullable(UNSET), "d": nullable(1)}
    sent = request(method="POST", json=given_properties(members))
    assert sent.content == b'{"b":null,"d":1}'
    assert sent.headers["Content-Type"] == "application/json"
    assert request(json=given_properties({"a": None})).content == b"{}"


def test_json_body_that_is_passed_whole_keeps_its_nulls() -> None:
    body = {"a": None, "b": {"c": [None]}}
    assert request(method="POST", json=body).content == b'{"a":null,"b":{"c":[null]}}'
    assert request(json=MappingProxyType(body)).content == (
        b'{"a":null,"b":{"c":[null]}}'
    )
    assert request(json={}).content == b"{}"
    assert request(method="POST", json=[1, Color.RED]).content == b'[1,"red"]'


def test_optional_json_body_without_properties_is_not_sent() -> None:
    sent = request(method="POST", json=none_if_empty({"a": None, "b": UNSET}))
    assert sent.content == b""
    assert "Content-Type" not in sent.headers
    assert sent.headers["Content-Length"] == "0"
    assert request(json=none_if_empty({"a": 0})).content == b'{"a":0}'
    assert request(json=none_if_empty({"a": nullable(None)})).content == b'{"a":null}'


HEADER = Scheme("token", "Authorization", prefix="Bearer ")
QUERY = Scheme("key", "api-key", location="query")
COOKIE = Scheme("sid", "sid", location="cookie")


def test_credentials_are_sent_in_the_location_of_their_scheme() -> None:
    nothing = request({})
    assert "Authorization" not in nothing.headers
    assert "Cookie" not in nothing.headers
    assert nothing.url.query == b""
    pair = request({QUERY: "k1", COOKIE: "c1"})
    assert pair.url.query == b"api-key=k1"
    assert pair.headers["Cookie"] == "sid=c1"
    assert "Authorization" not in pair.headers
    assert request({HEADER: "t1"}).headers["Authorization"] == "Bearer t1"
    both = request({HEADER: "t1"}, header={"authorization": "mine"})
    assert both.headers.get_list("Authorization") == ["Bearer t1"]


def test_header_with_an_empty_list_or_object_is_not_sent() -> None:
    sent = request(header={"X-List": [], "X-Map": {}, "X-Text": ""})
    assert [n for n in sent.headers if n.startswith("x-")] == ["x-text"]


def test_repr_of_request_omits_the_url() -> None:
    sent = request({HEADER: "s3cret"}, route="/{id}", path={"id": "s3cret"})
    assert repr(sent) == "<Request GET>"


def test_connect_timeout_is_at_most_five_seconds() -> None:
    def timeouts(timeout: float) -> dict[str, float]:
        call = Call("GET", "/things", NoneType)
        built = build_request(call, BASE, {}, timeout).extensions["timeout"]
        return {name: built[name] for name in ("connect", "read")}

    assert timeouts(30) == {"connect": 5, "read": 30}
    assert timeouts(2) == {"connect": 2, "read": 2}


def test_repr_of_call_omits_arguments() -> None:
    call = Call("GET", "/{id}", str, path={"id": "s3cret"}, json={"a": "s3cret"})
    assert "s3cret" not in repr(call)
    assert str(call) == "GET /{id}"


@pytest.mark.parametrize(
    ("zone", "text"),
    [
        (None, "2026-01-02T03:04:05.600000"),
        (timezone.utc, "2026-01-02T03:04:05.600000Z"),
        (timezone(timedelta(hours=2)), "2026-01-02T03:04:05.600000+02:00"),
        (timezone(timedelta(hours=-3.5)), "2026-01-02T03:04:05.600000-03:30"),
        (timezone(timedelta(seconds=30)), "2026-01-02T03:03:35.600000Z"),
    ],
)
def test_datetime_keeps_its_offset_or_has_none(
    zone: timezone | None, text: str
) -> None:
    time = datetime(2026, 1, 2, 3, 4, 5, 600_000, zone)
    assert request(query={"t": time}).url.params["t"] == text
    assert request(header={"t": time}).headers["t"] == text
    assert request(json=[{"t": time}]).content == f'[{{"t":"{text}"}}]'.encode()
    assert request(form={"t": time}).content == f"t={quote(text)}".encode()


@pytest.mark.parametrize(
    ("duration", "text"),
    [
        (timedelta(), "PT0S"),
        (timedelta(minutes=90), "PT1H30M"),
        (timedelta(days=1, hours=2), "P1DT2H"),
        (timedelta(days=7), "P7D"),
        (timedelta(seconds=10), "PT10S"),
        (timedelta(seconds=61, microseconds=500_000), "PT1M1.5S"),
        (timedelta(microseconds=10), "PT0.00001S"),
        (timedelta(minutes=-1), "-PT1M"),
    ],
)
def test_duration_has_days_hours_minutes_and_seconds(
    duration: timedelta, text: str
) -> None:
    assert request(query={"d": duration}).url.params["d"] == text
    assert request(json=[{"d": duration}]).content == f'[{{"d":"{text}"}}]'.encode()
    assert msgspec.convert(text, timedelta) == duration


@pytest.mark.parametrize(
    "number",
    [float("nan"), float("inf"), float("-inf"), Decimal("NaN"), Decimal("-Infinity")],
    ids=str,
)
@pytest.mark.parametrize(
    "arguments",
    [
        lambda number: {"path": {"id": number}},
        lambda number: {"query": {"id": [1, number]}},
        lambda number: {"query": {"id": Styled({"a": number}, "deepObject")}},
        lambda number: {"header": {"id": number}},
        lambda number: {"cookie": {"id": number}},
        lambda number: {"json": {"ok": 1, "id": {"a": [number]}}},
        lambda number: {"form": {"id": number}},
        lambda number: {"form": {"id": {"a": number}}},
        lambda number: {"multipart": {"id": [number]}},
        lambda number: {"multipart": {"id": Styled({"a": number}, "deepObject")}},
    ],
)
def test_number_that_is_not_finite_is_refused_by_name(
    arguments: Callable[[object], dict[str, Any]], number: object
) -> None:
    with pytest.raises(ValueError, match="^id cannot be sent: a number is NaN or infi"):
        request(**{"route": "/{id}", "path": {"id": "1"}, **arguments(number)})
    with pytest.raises(
        ValueError, match="^body cannot be sent: a number is NaN or inf"
    ):
        request(json=[number])


@pytest.mark.parametrize(
    ("number", "text"),
    [
        (5.0, "5"),
        (-3.0, "-3"),
        (0.5, "0.5"),
        (float(2**52), "4503599627370496"),
        (1e300, "1e300"),
    ],
)
def test_float_that_is_an_integer_has_no_fraction_in_parameters_and_forms(
    number: float, text: str
) -> None:
    sent = request(route="/{id}", path={"id": number}, query={"q": [number]})
    assert sent.url.raw_path.decode().endswith(f"/{text}?q={text}")
    assert request(form={"id": number}).content == f"id={text}".encode()
    assert request(json=[number]).content == f"[{number!r}]".replace("+", "").encode()


@pytest.mark.parametrize("name", ["a; b=c", "a=b", "a&b", 'a"b', "a\r\nX: y"])
def test_api_key_name_is_encoded_in_query_and_cookie(name: str) -> None:
    encoded = quote(name, safe="")
    sent = request({Scheme("key", name, location="query"): "s"})
    assert sent.url.query == f"{encoded}=s".encode()
    sent = request({Scheme("key", name, location="cookie"): "s"})
    assert sent.headers["Cookie"] == f"{encoded}=s"


def test_form_may_be_a_mapping_of_any_class() -> None:
    members = MappingProxyType({"a": [1, 2], "file": File(b"x", "a.txt")})
    parts = request(method="POST", multipart=members).content
    assert b'filename="a.txt"' in parts
    form = MappingProxyType({"a": [1, 2]})
    assert request(method="POST", form=form).content == b"a=1&a=2"
