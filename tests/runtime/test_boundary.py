"""Tests of finding the end of a response on a connection."""

import pytest
from _runtime.wire.boundary import ResponseBoundary

GET = b"GET / HTTP/1.1\r\nHost: x\r\n\r\n"
PLAIN = b"HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nbody"
CHUNKED = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nbody\r\n0\r\n\r\n"
EMPTY = b"HTTP/1.1 204 No Content\r\n\r\n"
HINTS = b"HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n"


def is_complete(
    record_received: bytes, record_sent: bytes = GET, step: int = 1 << 20
) -> bool:
    boundary = ResponseBoundary()
    boundary.record_sent(record_sent)
    for start in range(0, len(record_received), step):
        boundary.record_received(record_received[start : start + step])
    return boundary.is_complete()


@pytest.mark.parametrize("step", [1, 3, 1000])
@pytest.mark.parametrize(
    "response",
    [
        PLAIN,
        CHUNKED,
        EMPTY,
        HINTS + PLAIN,
        HINTS + HINTS + EMPTY,
        PLAIN.replace(b"Content-Length: 4", b"content-length:\t4 "),
        b"HTTP/1.1 304 Not Modified\r\nContent-Length: 4\r\n\r\n",
        PLAIN.replace(b"\r\n", b"\n"),
        PLAIN.replace(b"\r\n\r\n", b"\n\r\n"),
        HINTS.replace(b"\r\n", b"\n") + PLAIN.replace(b"\r\n", b"\n"),
    ],
)
def test_boundary_is_complete_exactly_at_the_end_of_a_response(
    response: bytes, step: int
) -> None:
    assert is_complete(response, step=step)
    assert not is_complete(response[:-1], step=step)
    for more in (b"\r\n", b"x", PLAIN, EMPTY, HINTS):
        assert not is_complete(response + more, step=step)


def test_response_to_head_has_no_body() -> None:
    head = PLAIN.removesuffix(b"body")
    assert is_complete(head, GET.replace(b"GET", b"HEAD"))
    assert not is_complete(head)
    assert not is_complete(PLAIN, GET.replace(b"GET", b"HEAD"))


def test_response_without_length_is_never_complete() -> None:
    assert not is_complete(b"HTTP/1.1 200 OK\r\n\r\nbody")


def test_boundary_restarts_with_each_request() -> None:
    boundary = ResponseBoundary()
    assert boundary.is_complete()
    for response in (PLAIN, EMPTY, CHUNKED, PLAIN):
        boundary.record_sent(GET)
        boundary.record_sent(b"the body of the request")
        assert boundary.is_complete()
        boundary.record_received(response[:20])
        assert not boundary.is_complete()
        boundary.record_received(response[20:])
        assert boundary.is_complete()
    boundary.record_received(b"\r\n")
    assert not boundary.is_complete()


def test_body_after_a_head_of_bare_lines_is_not_kept() -> None:
    boundary = ResponseBoundary()
    boundary.record_sent(GET)
    boundary.record_received(b"HTTP/1.1 200 OK\nContent-Length: 5000000\n\n")
    for _ in range(5):
        boundary.record_received(b"x" * 1_000_000)
    assert boundary.is_complete()
    assert len(boundary._head) < 100


def test_unfinished_head_is_searched_once() -> None:
    boundary = ResponseBoundary()
    boundary.record_sent(GET)
    for length in range(1, 1000):
        boundary.record_received(b"x")
        assert boundary._searched >= length - 2
