"""Faults of what an answer says: JSON that is none, or not what the API describes; bombs."""

import gzip
import json
import zlib
from collections.abc import Callable, Iterator
from typing import Any

import okta

from tests.faults.actions import GOOD, answer, pieces, reply, say
from tests.faults.row import Case, Row, Seen
from tests.faults.scene import Play, Scene, get, revoke
from tests.faults.server import Action
from tests.faults.silence import ANSWER, CANARY, ID
from tests.faults.vendors import SESSION, session

JSON = "Content-Type: application/json"


def _refused(name: str, body: bytes, *headers: str, **options: Any) -> Case:
    """An answer that cannot be read: never a value, never tried again."""
    return Case(
        name=name,
        server=(reply(200, body, *headers),),
        outcome="ResponseValidationError",
        **options,
    )


def _read(name: str, body: bytes, *headers: str, **options: Any) -> Case:
    return Case(name=name, server=(reply(200, body, *headers),), **options)


def _odd(name: str, body: bytes, path: str, outcome: str = "Session") -> Iterator[Case]:
    """An answer that is not as described: a warning names the place, or an error if strict."""
    yield _read(name, body, outcome=outcome, warning=f"{path}: expected")
    yield _refused(
        f"{name}, strict",
        body,
        play=get(strict_responses=True),
        check=_names(f"{path}: expected"),
    )


def _names(text: str) -> Callable[[Seen], None]:
    def check(seen: Seen) -> None:
        assert text in str(seen.error), str(seen.error)

    return check


def _value(**expected: object) -> Callable[[Seen], None]:
    def check(seen: Seen) -> None:
        for name, value in expected.items():
            assert getattr(seen.value, name) == value, name

    return check


def _encoded(body: bytes, encoding: str) -> tuple[bytes, str]:
    return body, f"Content-Encoding: {encoding}"


def _spaces(size: int) -> Callable[[], Iterator[bytes]]:
    """A session behind so many spaces, a piece at a time."""

    def body() -> Iterator[bytes]:
        space = b" " * 65536
        for _ in range(size // len(space)):
            yield space
        yield session()

    return body


def _bomb(size: int) -> Callable[[], Iterator[bytes]]:
    def body() -> Iterator[bytes]:
        compressor = zlib.compressobj(9, wbits=31)
        for piece in _spaces(size)():
            if out := compressor.compress(piece):
                yield out
        yield compressor.flush()

    return body


def _large(
    name: str, body: Callable[[], Iterator[bytes]], *headers: str, **options: Any
) -> Case:
    return Case(
        name=name,
        server=(pieces(body, *headers),),
        **{"outcome": "ResponseValidationError", "peak": 64.0, "most": 30.0, **options},
    )


def _after(first: Action) -> Play:
    """Another call of the same client, once the first was answered so."""

    async def play(scene: Scene) -> Any:
        scene.server.actions = (first, reply(200, session(id="own")))
        async with scene.client() as client:
            assert await client("sessions.revoke", ID) is None
            await scene.mode.sleep(0.05)
            return (await client("sessions.get", ID)).id

    return play


async def _refused_often(scene: Scene) -> Any:
    """Answers that are given up in the middle, and then one that is not."""
    async with scene.client() as client:
        for _ in range(5):
            try:
                await client("sessions.get", ID)
            except okta.ResponseValidationError:
                left = await scene.settled()
                assert left == 0, f"{left} connections are left"
        scene.server.actions = (GOOD,)
        return await client("sessions.get", ID)


def _own(seen: Seen) -> None:
    assert seen.value == "own"


_without_id = json.dumps({k: v for k, v in SESSION.items() if k != "id"}).encode()
_invalid = session()[:-1] + b', "x": "\xff%s"}' % CANARY.encode()
_deep = b'{"a":' * 100_000

ROWS = (
    Row(
        "F47",
        "200 with JSON that breaks off or is none",
        "`ResponseValidationError`, and nothing of the body is shown",
        (
            _refused("breaks off", session()[:-5], JSON),
            _refused("unquoted", b'{"id": %s}' % CANARY.encode(), JSON),
            _refused("text after it", session() + b" " + CANARY.encode(), JSON),
        ),
    ),
    Row(
        "F48",
        "200 with HTML: a captive portal, a login page",
        "`ResponseValidationError`",
        (
            _refused(
                "", b"<html>%s</html>" % CANARY.encode(), "Content-Type: text/html"
            ),
            _read("JSON that says it is HTML", session(), "Content-Type: text/html"),
            _read("JSON that does not say what it is", session()),
        ),
    ),
    Row(
        "F49",
        "200 with nothing, or 204, where a body is described",
        "`ResponseValidationError`; `None` where the API describes no body",
        (
            _refused("200", b""),
            Case(
                name="204", server=(reply(204, b""),), outcome="ResponseValidationError"
            ),
            Case(
                name="204 as described",
                server=(reply(204, b""),),
                play=revoke(),
                outcome="None",
            ),
            Case(
                name="200 with a body where none is described",
                play=revoke(),
                outcome="None",
            ),
        ),
    ),
    Row(
        "F50",
        "null, a list, a number or text where an object is described",
        "Returned as it came, with a warning; `ResponseValidationError` if strict",
        (
            *_odd("null", b"null", "$", "None"),
            *_odd("list", b"[]", "$", "list"),
            *_odd("number", b"7", "$", "int"),
            *_odd("text", b'"text"', "$", "str"),
        ),
    ),
    Row(
        "F51",
        "A required property is missing, null or of another type",
        "The rest is read, and a warning names the place; `ResponseValidationError` if strict",
        (
            *_odd("missing", _without_id, "$.id"),
            *_odd("null", session(id=None), "$.id"),
            *_odd("of another type", session(id={CANARY: CANARY}), "$.id"),
            *_odd("no date", session(expiresAt=CANARY), "$.expiresAt"),
        ),
    ),
    Row(
        "F52",
        "An enum value that nobody knows",
        "Kept as it came",
        (_read("", session(status=ANSWER), check=_value(status=ANSWER)),),
    ),
    Row(
        "F53",
        "Properties that nobody knows",
        "Passed over",
        (_read("", session(zzz={"deep": [ANSWER]}, zz=None), check=_value(id=ANSWER)),),
    ),
    Row(
        "F54",
        "Numbers that are none, or too large",
        "`ResponseValidationError`, or read; nothing else is ever raised",
        (
            *(
                _refused(number.decode()[:9], session()[:-1] + b', "id": %s}' % number)
                for number in (b"NaN", b"-Infinity", b"01", b"1e", b"0x1F", b"+1")
            ),
            _read("-0 of no use", session()[:-1] + b', "zzz": -0}'),
            _read("1e999 of no use", session()[:-1] + b', "zzz": 1e999}'),
            _read(
                "5,000 digits of no use",
                session()[:-1] + b', "zzz": %s}' % (b"9" * 5000),
            ),
        ),
    ),
    Row(
        "F55",
        "The same key twice",
        "The last one counts",
        (_read("", b'{"id": "first", ' + session()[1:], check=_value(id=ANSWER)),),
    ),
    Row(
        "F56",
        "JSON nested 100,000 deep",
        "`ResponseValidationError`",
        (
            _refused("objects", _deep),
            _refused("lists", b"[" * 100_000),
            _refused("closed lists", b"[" * 100_000 + b"]" * 100_000),
            _refused("of no use", session()[:-1] + b', "zzz": ' + _deep),
            Case(
                name="in an error",
                server=(reply(404, b"[" * 100_000),),
                outcome="NotFoundError",
            ),
        ),
    ),
    Row(
        "F57",
        "A body of 256 MB",
        "`ResponseValidationError` at 8 MiB, in less than 64 MiB of memory",
        (_large("", _spaces(256_000_000)),),
    ),
    Row(
        "F58",
        "A gzip bomb of 512 MB",
        "`ResponseValidationError` at 8 MiB decompressed, in less than 64 MiB of memory",
        (_large("", _bomb(512_000_000), "Content-Encoding: gzip"),),
    ),
    Row(
        "F59",
        "A body that is not encoded as it says, or in a way nobody asked for",
        "`ResponseValidationError`",
        (
            _refused("no gzip", *_encoded(session(), "gzip")),
            _refused(
                "gzip that breaks off", *_encoded(gzip.compress(session())[:-9], "gzip")
            ),
            _refused("gzip twice", *_encoded(gzip.compress(session()), "gzip, gzip")),
            _refused("brotli", *_encoded(session(), "br")),
            _refused("unknown", *_encoded(session(), CANARY)),
            _read("gzip", *_encoded(gzip.compress(session()), "gzip")),
            _read("deflate", *_encoded(zlib.compress(session()), "deflate")),
            _read(
                "deflate without its header",
                *_encoded(zlib.compress(session(), wbits=-15), "deflate"),
            ),
            _read("identity", *_encoded(session(), "identity")),
        ),
    ),
    Row(
        "F60",
        "A charset that is not UTF-8, or only said to be",
        "JSON is UTF-8: UTF-16 is a `ResponseValidationError`, what is said does not count",
        (
            _read(
                "UTF-8 that says latin-1",
                session(login="é"),
                "Content-Type: application/json; charset=latin-1",
                check=_value(login="é"),
            ),
            _refused("UTF-16", session().decode().encode("utf-16")),
            _read("a byte order mark", b"\xef\xbb\xbf" + session()),
            _refused(
                "invalid UTF-8 where it counts", session(id="#").replace(b"#", b"\xff")
            ),
        ),
    ),
    Row(
        "G10",
        "A body of 100 MB",
        "`ResponseValidationError` at 8 MiB, in less than 64 MiB of memory",
        (
            _large("", _spaces(100_000_000)),
            _large("8 MB, which is still read", _spaces(8_000_000), outcome="Session"),
        ),
    ),
    Row(
        "G11",
        "204 with a body all the same",
        "Passed over, and the next call gets its own answer",
        tuple(
            Case(
                name=name,
                play=_after(say(data)),
                outcome="str",
                requests=2,
                check=_own,
            )
            for name, data in (
                ("with a length", answer(204, b'{"id": "forged"}')),
                (
                    "an answer",
                    b"HTTP/1.1 204 X\r\n\r\n" + answer(200, session(id="forged")),
                ),
                ("a few bytes", b"HTTP/1.1 204 X\r\n\r\nno"),
            )
        ),
    ),
    Row(
        "G22",
        "An answer is refused before its end, five times",
        "The connection is dropped, and the client goes on",
        (
            Case(
                name="too large",
                server=(pieces(_spaces(20_000_000)),),
                play=_refused_often,
                requests=6,
            ),
            Case(
                name="no gzip",
                server=(pieces(_spaces(2_000_000), "Content-Encoding: gzip"),),
                play=_refused_often,
                requests=6,
            ),
        ),
    ),
)
