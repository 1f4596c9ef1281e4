"""Tests of requests and responses of httpx2 whose attributes are made when they are read."""

import copy
import pickle
from threading import Barrier, Thread
from types import NoneType
from typing import Any

import httpx2
import pytest
from _runtime.call.request import Call, build_request
from _runtime.wire.lazy_messages import (
    LazyHeaders,
    LazyRequest,
    LazyResponse,
    content_encoding,
    parts_of,
)
from _runtime.wire.request_url import request_url

BASES = (
    "https://a.example",
    "https://a.example/v1",
    "http://A.example:80/x/../y",
    "https://a.example:8443/sp ace/.",
    "http://[::1]:8080",
    "https://\xfcber.example/\xfc",
    "https://a.example/v1?",
)
ENDS = (
    "",
    "/",
    "/things/1",
    "/things/a%2Fb/%252e?q=1&q=%C3%BC",
    "/things/..",
    "/things/.hidden/x",
    "/a/../b?c",
    "/sp ace",
    "/{braces}?{x}",
    "/\xfc?\xfc=`^|",
    "/100%",
    "/it's(1);a=b,c@d:e",
    "?q=/",
    "/x?",
    "/x?a?b",
    "/x#part",
    "/[x]\\y",
)


@pytest.mark.parametrize("base", BASES)
@pytest.mark.parametrize("end", ENDS)
def test_url_is_that_of_httpx2(base: str, end: str) -> None:
    expected = httpx2.URL(base + end)
    url = request_url(base + end, base)
    assert url.text == str(expected).partition("#")[0]
    assert url.target.encode() == expected.raw_path
    assert url.host.encode() == expected.netloc
    assert url.server.raw_host == expected.raw_host
    assert (url.server.scheme, url.server.port) == (expected.scheme, expected.port)


@pytest.mark.parametrize("end", ["/a\nb", "/a\x00", "/\x7f"])
def test_control_characters_are_refused(end: str) -> None:
    with pytest.raises(httpx2.InvalidURL):
        request_url(f"https://a.example{end}", "https://a.example")


def test_url_that_only_begins_as_the_base_url_has_its_own_server() -> None:
    url = request_url("https://a.example.evil/x", "https://a.example")
    assert (url.host, url.target) == ("a.example.evil", "/x")


def test_repr_shows_no_id_or_credential() -> None:
    request = lazy_request(header={"X-Key": "s3cret"}, path={"id": "s3cret"})
    parts = request.parts
    assert "s3cret" not in repr(parts) + repr(parts and parts.url) + repr(request)


def lazy_request(**arguments: Any) -> LazyRequest:
    """Return the request of a call that patches a thing."""
    call = Call(
        **{
            "method": "patch",
            "route": "/things/{id}",
            "returns": NoneType,
            "path": {"id": 1},
            "content": b"body",
            **arguments,
        }
    )
    request = build_request(call, "https://a.example", {}, 5.0)
    assert isinstance(request, LazyRequest)
    return request


def test_request_has_the_attributes_of_its_parts() -> None:
    request = lazy_request(header={"X-A": "1"})
    parts = request.parts
    assert parts is not None
    assert isinstance(request, httpx2.Request)
    assert (request.method, str(request.url)) == ("patch", "https://a.example/things/1")
    assert request.headers.multi_items() == [(k.lower(), v) for k, v in parts.headers]
    assert request.read() == b"body" and request.content == b"body"
    assert request.extensions == parts.extensions


def test_changed_request_is_sent_by_its_attributes() -> None:
    request = lazy_request()
    request.headers["X-A"] = "1"
    assert request.parts is None
    assert (b"X-A", b"1") in parts_of(request).headers
    request = lazy_request()
    request.url = httpx2.URL("https://b.example/y")
    assert request.parts is None
    parts = parts_of(request)
    assert (parts.url.text, parts.content) == ("https://b.example/y", b"body")
    assert request.headers["Host"] == "a.example"


def test_missing_attribute_is_an_attribute_error() -> None:
    for lazy in lazy_request(), response(), response().headers:
        assert not hasattr(lazy, "nothing")
        assert not hasattr(lazy, "nothing")


def response() -> LazyResponse:
    """Return a response that was not read."""
    pairs = [("X-A", "1"), ("x-a", "2"), ("Content-Encoding", "gzip")]
    stream = httpx2.ByteStream(b"body")
    return LazyResponse(299, lambda: pairs, stream, "gzip")


def test_response_has_all_attributes() -> None:
    got = response()
    got.request = httpx2.Request("GET", "https://a.example")
    assert isinstance(got, httpx2.Response)
    assert got.headers.get_list("X-A") == ["1", "2"] and got.headers["x-a"] == "1, 2"
    assert got.headers == httpx2.Headers(got.headers)
    assert (got.status_code, got.request.method, got.history) == (299, "GET", [])
    assert b"".join(got.iter_raw()) == b"body"
    assert got.is_closed and got.is_stream_consumed


def test_attributes_that_were_set_are_kept() -> None:
    got = response()
    got.close()
    got.status_code = 200
    assert got.extensions == {} and got.is_closed and got.status_code == 200


def test_encoding_is_that_of_a_body_that_is_still_encoded() -> None:
    got = response()
    assert content_encoding(got) == "gzip"
    got.is_stream_consumed = True
    assert content_encoding(got) == ""
    headers = [("Content-Encoding", "gzip"), ("content-encoding", "identity")]
    other = httpx2.Response(200, headers=headers, stream=httpx2.ByteStream(b""))
    assert content_encoding(other) == "gzip, identity"


@pytest.mark.parametrize("is_read", [False, True])
@pytest.mark.parametrize("clone", [copy.copy, lambda x: pickle.loads(pickle.dumps(x))])
def test_copies_are_objects_of_httpx2(clone: Any, is_read: bool) -> None:
    request, got = lazy_request(), response()
    headers = LazyHeaders(lambda: [("X-A", "1")])
    got.request = request
    if is_read:
        assert request.url and got.extensions == {} and headers["x-a"] == "1"
    assert clone(request).url == httpx2.URL("https://a.example/things/1")
    assert "things" not in repr(clone(request))
    assert clone(got).headers == got.headers and clone(got).request.method == "patch"
    assert clone(headers) == headers


def test_threads_may_read_the_same_headers() -> None:
    failures: list[BaseException] = []
    for _ in range(200):
        headers, barrier = LazyHeaders(lambda: [("X-A", "1")] * 20), Barrier(4)

        def read(headers: LazyHeaders = headers, barrier: Barrier = barrier) -> None:
            barrier.wait()
            try:
                assert headers["x-a"].startswith("1") and len(headers.raw) == 20
            except BaseException as error:
                failures.append(error)

        threads = [Thread(target=read) for _ in range(4)]
        [thread.start() for thread in threads]
        [thread.join() for thread in threads]
    assert not failures
