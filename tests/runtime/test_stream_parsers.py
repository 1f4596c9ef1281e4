"""Tests of the parsers of streams, by table and with random chunks."""

from collections.abc import Callable

import pytest
from _runtime.call.stream_parsers import DelimitedParser, EventStreamParser, Frame
from _runtime.wire.response_body import BodyError
from hypothesis import given
from hypothesis import strategies as st

Parser = EventStreamParser | DelimitedParser


def frames(parser: Parser, *chunks: bytes) -> list[Frame]:
    found = [frame for chunk in chunks for frame in parser.feed(chunk)]
    return found + list(parser.end())


def events(*chunks: bytes) -> list[Frame]:
    return frames(EventStreamParser(1000), *chunks)


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        (b"", []),
        (b"data: a\n\n", [Frame(b"a")]),
        (b"data: a\r\rdata: b\r\n\r\n", [Frame(b"a"), Frame(b"b")]),
        (b"\xef\xbb\xbfdata: a\n\n", [Frame(b"a")]),
        (b"data: a\n\n\xef\xbb\xbfdata: b\n\n", [Frame(b"a")]),
        (b"data: a\ndata: b\ndata\n\n", [Frame(b"a\nb\n")]),
        (b"data:a\ndata:  b\n\n", [Frame(b"a\n b")]),
        (b"data: a: b\n\n", [Frame(b"a: b")]),
        (b"data\n\n", [Frame(b"")]),
        (b"event: x\n\n", []),
        (b"event: x\ndata: a\n\ndata: b\n\n", [Frame(b"a", "x"), Frame(b"b")]),
        (b"event:\ndata: a\n\n", [Frame(b"a")]),
        (b": ping\n\n:\ndata: a\n\n", [Frame(b"a")]),
        (b"other: 1\nDATA: 2\n data: 3\ndata: a\n\n", [Frame(b"a")]),
        (b"id: 1\n\ndata: a\n\n", [Frame(b"a", id="1")]),
        (
            b"id: 1\ndata: a\n\ndata: b\n\nid\ndata: c\n\n",
            [Frame(b"a", id="1"), Frame(b"b", id="1"), Frame(b"c")],
        ),
        (b"id: 1\nid: 2\0\ndata: a\n\n", [Frame(b"a", id="1")]),
        (
            b"retry: 20\ndata: a\n\ndata: b\n\n",
            [Frame(b"a", retry=20), Frame(b"b")],
        ),
        (b"retry: 2s\ndata: a\n\n", [Frame(b"a")]),
        (b"retry: " + b"9" * 500 + b"\ndata: a\n\n", [Frame(b"a")]),
        ("event: ü\nid: ö\ndata: ä\n\n".encode(), [Frame("ä".encode(), "ü", "ö")]),
        (b"event: \xff\ndata: a\n\n", [Frame(b"a", "\ufffd")]),
        (b"data: a\n\ndata: not finished\n", [Frame(b"a")]),
        (b"data: a\n\ndata: not finis", [Frame(b"a")]),
        (b"data: \x0b\x0c\x1e\xe2\x80\xa8\n\n", [Frame(b"\x0b\x0c\x1e\xe2\x80\xa8")]),
    ],
)
def test_events(body: bytes, expected: list[Frame]) -> None:
    assert events(body) == expected
    assert events(*(body[i : i + 1] for i in range(len(body)))) == expected


@pytest.mark.parametrize(
    ("separator", "body", "expected"),
    [
        (b"\n", b"", []),
        (b"\n", b'{"a":1}\n{"a":2}\r\n', [b'{"a":1}', b'{"a":2}']),
        (b"\n", b"1\n\n \r\n2", [b"1", b"2"]),
        (b"\n", b"[1,\r2]\n", [b"[1,\r2]"]),
        (b"\x1e", b"\x1e1\n\x1e[\n2\n]\n", [b"1", b"[\n2\n]"]),
        (b"\x1e", b"\x1e\x1e1\n\x1e", [b"1"]),
    ],
)
def test_delimited_items_are_split(
    separator: bytes, body: bytes, expected: list[bytes]
) -> None:
    wanted = [Frame(item) for item in expected]
    assert frames(DelimitedParser(separator, 1000), body) == wanted
    assert (
        frames(DelimitedParser(separator, 1000), *(bytes([byte]) for byte in body))
        == wanted
    )


LINES = st.lists(
    st.sampled_from(
        ["data: a", "data", "event: x", "id: 1", "id", "retry: 5", ": c", "", "\r"]
    ),
    max_size=20,
)
PARSERS: list[Callable[[], Parser]] = [
    lambda: EventStreamParser(1000),
    lambda: DelimitedParser(b"\n", 1000),
    lambda: DelimitedParser(b"\x1e", 1000),
]


@pytest.mark.parametrize("parser", PARSERS)
@given(
    body=st.one_of(
        st.binary(max_size=200),
        st.tuples(LINES, st.sampled_from(["\n", "\r", "\r\n"])).map(
            lambda pair: pair[1].join(pair[0]).encode()
        ),
    ),
    cuts=st.lists(st.integers(0, 200), max_size=8),
)
def test_result_is_independent_of_chunks(
    parser: Callable[[], Parser], body: bytes, cuts: list[int]
) -> None:
    offsets = sorted({0, len(body), *(cut for cut in cuts if cut < len(body))})
    chunks = [body[a:b] for a, b in zip(offsets, offsets[1:], strict=False)]
    assert b"".join(chunks) == body
    assert frames(parser(), *chunks) == frames(parser(), body)


@pytest.mark.parametrize(
    ("parser", "chunk"),
    [
        (EventStreamParser(100), b"data: aaaaaaaa"),
        (EventStreamParser(100), b"data: a\n"),
        (EventStreamParser(100), b"data\n"),
        (DelimitedParser(b"\n", 100), b"12345"),
    ],
)
def test_endless_item_exceeds_the_limit(parser: Parser, chunk: bytes) -> None:
    with pytest.raises(BodyError, match="larger than max_body, 100 bytes"):
        frames(parser, *[chunk] * 101)


def test_stream_of_small_items_may_be_endless() -> None:
    assert (
        len(frames(EventStreamParser(100), *[b": comment\ndata: a\n\n"] * 1000)) == 1000
    )
    assert len(frames(DelimitedParser(b"\n", 100), *[b"1234567890\n"] * 1000)) == 1000
