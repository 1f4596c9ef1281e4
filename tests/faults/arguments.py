"""Arguments that would change a request if they went into it as they are."""

import math
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from tests.faults.actions import reply
from tests.faults.packages import cast
from tests.faults.row import Case, Row, Seen
from tests.faults.scene import Play, Scene, get, one
from tests.faults.silence import CANARY, ID, QUERY, TOKEN

THING = reply(200, b'{"name": "%s"}' % CANARY.encode())


def _refused(name: str, play: Play) -> Case:
    return Case(name=name, play=play, outcome="ValueError", requests=0, connections=0)


def _asked(target: str, host: str = "127.0.0.1") -> Callable[[Seen], None]:
    def check(seen: Seen) -> None:
        (request,) = seen.server.requests
        assert request.target == target, request.target
        assert request.header("Host") == f"{host}:{seen.server.port}"

    return check


def _segment(given: str, sent: str) -> Case:
    return Case(
        name=given.encode("unicode-escape").decode()[:40],
        play=one("sessions.get", given),
        check=_asked(f"/api/v1/sessions/{sent}"),
    )


def _thing(method: str, *args: Any, **kwargs: Any) -> Play:
    async def play(scene: Scene) -> Any:
        async with scene.client(cast("things")) as client:
            return await client(method, *args, **kwargs)

    return play


def _query(name: str, sent: str, **given: Any) -> Case:
    return Case(
        name=name,
        casts="things",
        server=(THING,),
        play=_thing("things.find", **given),
        outcome="Thing",
        check=_asked("/things" + sent),
    )


def _made(**options: Any) -> Play:
    """A client that is only made."""

    async def play(scene: Scene) -> None:
        scene.open(**options)

    return play


def _given(token: str) -> Play:
    """A GET with a credential that is given when it is asked for."""
    return get(api_token=lambda: token)


def _cookie(value: str) -> Play:
    async def play(scene: Scene) -> Any:
        async with scene.client() as client:
            return await client("sessions.get_current", cookie=value)

    return play


def _with_header(name: str, value: str) -> Play:
    async def play(scene: Scene) -> Any:
        async with scene.client() as client:
            other = client.changed(headers={name: value})
            return await other("sessions.get", ID)

    return play


UNSENDABLE = (
    ("a line break", f"{TOKEN}\n"),
    ("CR LF and a header", f"{TOKEN}\r\nX-A: 1"),
    ("NUL", f"{TOKEN}\0"),
    ("a space", f" {TOKEN}"),
    ("a letter that is not ASCII", f"{TOKEN}é"),
    ("a lone surrogate", f"{TOKEN}\ud800"),
)

ROWS = (
    Row(
        "F64",
        "An id that is `.` or `..`",
        "`ValueError`; nothing is sent",
        tuple(_refused(dots, one("sessions.get", dots)) for dots in (".", "..")),
    ),
    Row(
        "F65",
        "An id with a slash, a question mark and the like",
        "One segment of the path, percent-encoded",
        (
            _segment("../users", "..%2Fusers"),
            _segment("a/../../users", "a%2F..%2F..%2Fusers"),
            _segment("a/b", "a%2Fb"),
            _segment("a?x=1", "a%3Fx%3D1"),
            _segment("a#f", "a%23f"),
            _segment("a;x", "a%3Bx"),
            _segment("a\\b", "a%5Cb"),
            _segment("..\\users", "..%5Cusers"),
            _segment("...", "..."),
            _segment("ä€", "%C3%A4%E2%82%AC"),
            _segment("{sessionId}", "%7BsessionId%7D"),
            Case(
                name="a placeholder for another argument",
                casts="things",
                server=(THING,),
                play=_thing("things.get", "{b}", "x"),
                outcome="Thing",
                check=_asked("/things/%7Bb%7D/x"),
            ),
        ),
    ),
    Row(
        "F66",
        "An id that is percent-encoded already",
        "Encoded once more, so that it comes out as it was given; `%2e%2e` is a `ValueError`",
        (
            _segment("%2e%2e%2fusers", "%252e%252e%252fusers"),
            _segment("%252e", "%25252e"),
            _segment("%", "%25"),
            _refused("dots that are encoded", one("sessions.get", "%2e%2E")),
            _refused("one that is, one not", one("sessions.get", ".%2e")),
        ),
    ),
    Row(
        "F67",
        "An id that is empty, `None`, of 10 MB, or has what is no character of a text",
        "`ValueError`; nothing is sent",
        (
            _refused("empty", one("sessions.get", "")),
            _refused("None", one("sessions.get", None)),
            _refused("10 MB", one("sessions.get", CANARY * 1_500_000)),
            _refused("a lone surrogate", one("sessions.get", f"{ID}\ud800")),
            _refused("spaces", one("sessions.get", "  ")),
            _refused("NUL", one("sessions.get", f"{ID}\0")),
            _refused("CR LF", one("sessions.get", f"{ID}\r\nX-A: 1")),
        ),
    ),
    Row(
        "F68",
        "An id that is a URL of its own",
        "One segment of the path; the host stays",
        (
            _segment("https://evil.example/x", "https%3A%2F%2Fevil.example%2Fx"),
            _segment("//evil.example/x", "%2F%2Fevil.example%2Fx"),
            _segment("@evil.example", "%40evil.example"),
        ),
    ),
    Row(
        "F69",
        "Query values that would be read as something else",
        "Encoded as the API describes; `None` is left out",
        (
            _query("&, =, +, #", "?q=a%26b%3Dc%2Bd%23e", q="a&b=c+d#e"),
            _query("space and more", "?q=%20%C3%A4%25", q=" ä%"),
            _query("list", "?tags=a&tags=b%2Cc", tags=["a", "b,c"]),
            _query("empty list", "", tags=[]),
            _query("bool", "?exact=true", exact=True),
            _query("None", "", exact=None, q=None),
            _query("number", "?above=0.1", above=0.1),
            _query(
                "datetime",
                "?since=2026-01-01T00%3A00%3A00Z",
                since=datetime(2026, 1, 1, tzinfo=UTC),
            ),
            _query("secret", f"?q={QUERY}", q=QUERY),
        ),
    ),
    Row(
        "F70",
        "A credential or header with a line break or another character it cannot have",
        "`ValueError` at construction, or before anything is sent; it is not shown",
        (
            *(_refused(f"token, {n}", _made(api_token=t)) for n, t in UNSENDABLE),
            *(_refused(f"given token, {n}", _given(t)) for n, t in UNSENDABLE),
            *(_refused(f"argument, {n}", _cookie(t)) for n, t in UNSENDABLE),
            *(_refused(f"option, {n}", _with_header("X-A", t)) for n, t in UNSENDABLE),
            _refused("name of an option", _with_header(f"X-A: {CANARY}\r\n", "1")),
        ),
    ),
    Row(
        "F71",
        "An empty credential",
        "`ValueError` at construction, or before anything is sent",
        (
            _refused("empty", _made(api_token="")),
            _refused("spaces", _made(api_token="  ")),
            _refused("none at all", get(api_token=None)),
            _refused("given", _given("")),
        ),
    ),
    Row(
        "F72",
        "A header of the caller's that is the client's own to set",
        "`ValueError`",
        tuple(
            _refused(name, _with_header(name, f"{CANARY}"))
            for name in (
                "Host",
                "Content-Length",
                "Transfer-Encoding",
                "Connection",
                "authorization",
                "COOKIE",
                "Content-Type",
                "Accept-Encoding",
            )
        ),
    ),
    Row(
        "G13",
        "An id that is another operation's path",
        '`ValueError`: `get("me")` is not a session',
        (
            _refused("get", one("sessions.get", "me")),
            _refused("revoke", one("sessions.revoke", "me")),
        ),
    ),
    Row(
        "G14",
        "Other headers of the caller's that would change how HTTP is spoken",
        "`ValueError`",
        tuple(
            _refused(name, _with_header(name, "100-continue"))
            for name in ("Expect", "Keep-Alive", "TE", "Trailer", "Upgrade")
        ),
    ),
    Row(
        "G15",
        "A timeout that is none",
        "`ValueError` for what is no number of seconds; with 0 nothing is sent",
        (
            _refused("not a number", get(timeout=math.nan)),
            _refused("negative", get(timeout=-1)),
            Case(
                name="0",
                play=get(timeout=0),
                outcome="APITimeoutError",
                requests=0,
                maybe_delivered=False,
            ),
        ),
    ),
)
