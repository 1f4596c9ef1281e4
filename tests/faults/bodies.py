"""Faulty response bodies: invalid JSON, mismatches with the schema, decompression bombs."""

import gzip
import json
import zlib
from collections.abc import Callable, Iterator
from typing import Any

import okta

from tests.faults.actions import (
    OK_RESPONSE,
    respond,
    response_bytes,
    send_bytes,
    send_chunks,
)
from tests.faults.harness import Harness, Scenario, get_session, revoke_session
from tests.faults.leak_search import CANARY, ID, RESPONSE_DATA
from tests.faults.row import Case, Observation, Row
from tests.faults.server import Action, Responder
from tests.faults.vendors import SESSION, session

JSON = "Content-Type: application/json"


def _after_bare_lf(size: int) -> Action:
    """Return an action that sends a head whose lines end in LF alone, and a large body."""

    def action(responder: Responder) -> None:
        body = session()
        length = size // 65536 * 65536 + len(body)
        responder.send(b"HTTP/1.1 200 OK\nContent-Length: %d\n\n" % length)
        for _ in range(size // 65536):
            responder.send(b" " * 65536)
        responder.send(body)

    return action


def _refused(name: str, body: bytes, *headers: str, **options: Any) -> Case:
    """Return a case with an unreadable body, which raises an error and is not retried."""
    return Case(
        name=name,
        server=(respond(200, body, *headers),),
        outcome="ResponseValidationError",
        **options,
    )


def _read(name: str, body: bytes, *headers: str, **options: Any) -> Case:
    return Case(name=name, server=(respond(200, body, *headers),), **options)


def _mismatch_cases(name: str, body: bytes, path: str) -> Iterator[Case]:
    """Yield cases with a mismatch: a warning with its JSON path, or an error if strict."""
    yield _read(name, body, outcome="Session", warning=f"{path}: expected")
    yield _refused(
        f"{name}, strict",
        body,
        scenario=get_session(strict_responses=True),
        check=_check_message(f"{path}: expected"),
    )


def _check_message(text: str) -> Callable[[Observation], None]:
    def check(observation: Observation) -> None:
        assert text in str(observation.error), str(observation.error)

    return check


def _check_value(**expected: object) -> Callable[[Observation], None]:
    def check(observation: Observation) -> None:
        for name, value in expected.items():
            assert getattr(observation.value, name) == value, name

    return check


def _encoded(body: bytes, encoding: str) -> tuple[bytes, str]:
    return body, f"Content-Encoding: {encoding}"


def _padded_session(size: int) -> Callable[[], Iterator[bytes]]:
    """Return an iterator function over a session after `size` spaces."""

    def body() -> Iterator[bytes]:
        space = b" " * 65536
        for _ in range(size // len(space)):
            yield space
        yield session()

    return body


def _gzip_bomb(size: int) -> Callable[[], Iterator[bytes]]:
    def body() -> Iterator[bytes]:
        compressor = zlib.compressobj(9, wbits=31)
        for chunk in _padded_session(size)():
            if out := compressor.compress(chunk):
                yield out
        yield compressor.flush()

    return body


def _large(
    name: str, body: Callable[[], Iterator[bytes]], *headers: str, **options: Any
) -> Case:
    return Case(
        name=name,
        server=(send_chunks(body, *headers),),
        **{
            "outcome": "ResponseValidationError",
            "max_memory": 64.0,
            "max_seconds": 30.0,
            **options,
        },
    )


def _call_after(first: Action) -> Scenario:
    """Return a scenario with a second call of a client, after a first with this response."""

    async def scenario(harness: Harness) -> Any:
        harness.server.actions = (first, respond(200, session(id="own")))
        async with harness.client() as client:
            assert await client("sessions.revoke", ID) is None
            await harness.mode.sleep(0.05)
            return (await client("sessions.get", ID)).id

    return scenario


async def _failing_calls(harness: Harness) -> Any:
    """Make five calls whose bodies are not read to the end, then a successful one."""
    async with harness.client() as client:
        for _ in range(5):
            try:
                await client("sessions.get", ID)
            except okta.ResponseValidationError:
                left = await harness.wait_for_connections()
                assert left == 0, f"{left} connections are left"
        harness.server.actions = (OK_RESPONSE,)
        return await client("sessions.get", ID)


def _check_own(observation: Observation) -> None:
    assert observation.value == "own"


_without_id = json.dumps({k: v for k, v in SESSION.items() if k != "id"}).encode()
_invalid = session()[:-1] + b', "x": "\xff%s"}' % CANARY.encode()
_deep = b'{"a":' * 100_000

ROWS = (
    Row(
        "F47",
        "200 with truncated or invalid JSON",
        "`ResponseValidationError`; the message contains no part of the body",
        (
            _refused("truncated", session()[:-5], JSON),
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
            _read(
                "JSON with the media type of HTML", session(), "Content-Type: text/html"
            ),
            _read("JSON without a media type", session()),
        ),
    ),
    Row(
        "F49",
        "200 without a body, or 204, for an operation that returns one",
        "`ResponseValidationError`; `None` for an operation that returns no body, with a warning if one comes",
        (
            _refused("200", b""),
            Case(
                name="204",
                server=(respond(204, b""),),
                outcome="ResponseValidationError",
            ),
            Case(
                name="204 as in the document",
                server=(respond(204, b""),),
                scenario=revoke_session(),
                outcome="None",
            ),
            Case(
                name="200 with an undocumented body",
                scenario=revoke_session(),
                outcome="None",
                warning="$: expected no body, got one, which is not returned",
            ),
        ),
    ),
    Row(
        "F50",
        "null, an array, a number or a string instead of an object",
        "`ResponseValidationError`",
        tuple(
            _refused(name, body, check=_check_message("$: expected Session"))
            for name, body in (
                ("null", b"null"),
                ("list", b"[]"),
                ("number", b"7"),
                ("text", b'"text"'),
            )
        ),
    ),
    Row(
        "F51",
        "A required property is missing, null or of another type",
        "The rest is converted, a warning has the JSON path; `ResponseValidationError` if strict",
        (
            *_mismatch_cases("missing", _without_id, "$.id"),
            *_mismatch_cases("null", session(id=None), "$.id"),
            *_mismatch_cases("of another type", session(id={CANARY: CANARY}), "$.id"),
            *_mismatch_cases("invalid date", session(expiresAt=CANARY), "$.expiresAt"),
        ),
    ),
    Row(
        "F52",
        "An unknown enum value",
        "Preserved",
        (
            _read(
                "",
                session(status=RESPONSE_DATA),
                check=_check_value(status=RESPONSE_DATA),
            ),
        ),
    ),
    Row(
        "F53",
        "Unknown properties",
        "Kept in `additional_properties`",
        (
            _read(
                "",
                session(zzz={"deep": [RESPONSE_DATA]}, zz=None),
                check=_check_value(id=RESPONSE_DATA),
            ),
        ),
    ),
    Row(
        "F54",
        "Numbers that are invalid or too large",
        "`ResponseValidationError`, or accepted: NaN, infinities and 1e999 with a warning that has the JSON path",
        (
            *(
                _refused(number.decode(), session()[:-1] + b', "id": %s}' % number)
                for number in (b"01", b"1e", b"0x1F", b"+1")
            ),
            *(
                case
                for number in (b"NaN", b"-Infinity", b"1e999")
                for name, path in ((b"id", "$.id"), (b"zzz", "$.*"))
                for case in _mismatch_cases(
                    f"{number.decode()} as {name.decode()}",
                    session()[:-1] + b', "%s": %s}' % (name, number),
                    path,
                )
            ),
            _read("-0 in an unknown property", session()[:-1] + b', "zzz": -0}'),
            *_mismatch_cases(
                "5,000 digits", session()[:-1] + b', "zzz": %s}' % (b"9" * 5000), "$.*"
            ),
        ),
    ),
    Row(
        "F55",
        "A duplicate property",
        "The last one counts",
        (
            _read(
                "",
                b'{"id": "first", ' + session()[1:],
                check=_check_value(id=RESPONSE_DATA),
            ),
        ),
    ),
    Row(
        "F56",
        "JSON with 100,000 levels of nesting",
        "`ResponseValidationError`",
        (
            _refused("objects", _deep),
            _refused("lists", b"[" * 100_000),
            _refused("closed lists", b"[" * 100_000 + b"]" * 100_000),
            _refused("in an unknown property", session()[:-1] + b', "zzz": ' + _deep),
            Case(
                name="in an error",
                server=(respond(404, b"[" * 100_000),),
                outcome="NotFoundError",
            ),
        ),
    ),
    Row(
        "F57",
        "A body of 256 MB",
        "`ResponseValidationError` at 8 MiB, with less than 64 MiB of memory",
        (_large("", _padded_session(256_000_000)),),
    ),
    Row(
        "F58",
        "A gzip bomb of 512 MB",
        "`ResponseValidationError` at 8 MiB decompressed, with less than 64 MiB of memory",
        (_large("", _gzip_bomb(512_000_000), "Content-Encoding: gzip"),),
    ),
    Row(
        "F59",
        "A body that does not match its `Content-Encoding`, or an encoding not accepted",
        "`ResponseValidationError`",
        (
            _refused("not gzip", *_encoded(session(), "gzip")),
            _refused(
                "truncated gzip", *_encoded(gzip.compress(session())[:-9], "gzip")
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
        "A charset other than UTF-8, in the body or only in its media type",
        "UTF-8 is read whatever the media type says; otherwise its charset, UTF-16 or UTF-32 is read with a warning; `ResponseValidationError` if that fails, or if strict",
        (
            _read(
                "UTF-8 declared as latin-1",
                session(login="é"),
                "Content-Type: application/json; charset=latin-1",
                check=_check_value(login="é"),
            ),
            *_mismatch_cases("UTF-16", session().decode().encode("utf-16"), "$"),
            _read(
                "latin-1",
                session(login="#").replace(b"#", b"\xe9"),
                "Content-Type: application/json; charset=latin-1",
                warning="$: expected UTF-8, got ISO8859-1",
                check=_check_value(login="é"),
            ),
            _refused(
                "an unknown charset",
                session(login="#").replace(b"#", b"\xe9"),
                "Content-Type: application/json; charset=x-other",
            ),
            _read("a byte order mark", b"\xef\xbb\xbf" + session()),
            _refused(
                "invalid UTF-8 in a known property",
                session(id="#").replace(b"#", b"\xff"),
            ),
        ),
    ),
    Row(
        "G10",
        "A body of 100 MB",
        "`ResponseValidationError` at 8 MiB, with less than 64 MiB of memory",
        (
            _large("", _padded_session(100_000_000)),
            _large(
                "8 MB, which is accepted",
                _padded_session(8_000_000),
                outcome="Session",
            ),
            Case(
                name="8 MB after a head without CR",
                server=(_after_bare_lf(8_000_000),),
                max_memory=64.0,
            ),
        ),
    ),
    Row(
        "G11",
        "204 with a body",
        "The body is ignored, and the next call gets its own response",
        tuple(
            Case(
                name=name,
                scenario=_call_after(send_bytes(data)),
                outcome="str",
                requests=2,
                check=_check_own,
            )
            for name, data in (
                ("with a length", response_bytes(204, b'{"id": "forged"}')),
                (
                    "a response",
                    b"HTTP/1.1 204 X\r\n\r\n"
                    + response_bytes(200, session(id="forged")),
                ),
                ("a few bytes", b"HTTP/1.1 204 X\r\n\r\nno"),
            )
        ),
    ),
    Row(
        "G22",
        "A response is refused before its end, five times",
        "The connection is closed, and the client stays usable",
        (
            Case(
                name="too large",
                server=(send_chunks(_padded_session(20_000_000)),),
                scenario=_failing_calls,
                requests=6,
            ),
            Case(
                name="not gzip",
                server=(
                    send_chunks(_padded_session(2_000_000), "Content-Encoding: gzip"),
                ),
                scenario=_failing_calls,
                requests=6,
            ),
        ),
    ),
)
