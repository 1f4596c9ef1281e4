"""Arguments that would change the structure of a request if they were not encoded."""

import math
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from tests.faults.actions import respond
from tests.faults.clients import load_client
from tests.faults.harness import Harness, Scenario, call_once, get_session
from tests.faults.leak_search import CANARY, ID, QUERY, TOKEN
from tests.faults.row import Case, Observation, Row

THING = respond(200, b'{"name": "%s"}' % CANARY.encode())


def _refused(name: str, scenario: Scenario) -> Case:
    return Case(
        name=name, scenario=scenario, outcome="ValueError", requests=0, connections=0
    )


def _check_target(
    target: str, host: str = "127.0.0.1"
) -> Callable[[Observation], None]:
    def check(observation: Observation) -> None:
        (request,) = observation.server.requests
        assert request.target == target, request.target
        assert request.header("Host") == f"{host}:{observation.server.port}"

    return check


def _segment(given: str, sent: str) -> Case:
    return Case(
        name=given.encode("unicode-escape").decode()[:40],
        scenario=call_once("sessions.get", given),
        check=_check_target(f"/api/v1/sessions/{sent}"),
    )


def _thing(method: str, *args: Any, **kwargs: Any) -> Scenario:
    async def scenario(harness: Harness) -> Any:
        async with harness.client(load_client("things")) as client:
            return await client(method, *args, **kwargs)

    return scenario


def _query(name: str, sent: str, **given: Any) -> Case:
    return Case(
        name=name,
        spec="things",
        server=(THING,),
        scenario=_thing("things.find", **given),
        outcome="Thing",
        check=_check_target("/things" + sent),
    )


def _constructed(**options: Any) -> Scenario:
    """Return a scenario that only constructs a client."""

    async def scenario(harness: Harness) -> None:
        harness.open(**options)

    return scenario


def _credential_function(token: str) -> Scenario:
    """Return a scenario with a GET whose credential is a function."""
    return get_session(api_token=lambda: token)


def _cookie(value: str) -> Scenario:
    async def scenario(harness: Harness) -> Any:
        async with harness.client() as client:
            return await client("sessions.get_current", cookie=value)

    return scenario


def _with_header(name: str, value: str) -> Scenario:
    async def scenario(harness: Harness) -> Any:
        async with harness.client() as client:
            other = client.with_options(extra_headers={name: value})
            return await other("sessions.get", ID)

    return scenario


INVALID_CREDENTIALS = (
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
        tuple(_refused(dots, call_once("sessions.get", dots)) for dots in (".", "..")),
    ),
    Row(
        "F65",
        "An id with a slash, a question mark or another reserved character",
        "One path segment, percent-encoded",
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
                spec="things",
                server=(THING,),
                scenario=_thing("things.get", "{b}", "x"),
                outcome="Thing",
                check=_check_target("/things/%7Bb%7D/x"),
            ),
        ),
    ),
    Row(
        "F66",
        "An id that is percent-encoded already",
        "Encoded again, so that the server decodes the argument; `%2e%2e` raises `ValueError`",
        (
            _segment("%2e%2e%2fusers", "%252e%252e%252fusers"),
            _segment("%252e", "%25252e"),
            _segment("%", "%25"),
            _refused("encoded dots", call_once("sessions.get", "%2e%2E")),
            _refused("one encoded, one not", call_once("sessions.get", ".%2e")),
        ),
    ),
    Row(
        "F67",
        "An id that is empty, `None`, of 10 MB, or has a lone surrogate or control character",
        "`ValueError`; nothing is sent",
        (
            _refused("empty", call_once("sessions.get", "")),
            _refused("None", call_once("sessions.get", None)),
            _refused("10 MB", call_once("sessions.get", CANARY * 1_500_000)),
            _refused("a lone surrogate", call_once("sessions.get", f"{ID}\ud800")),
            _refused("spaces", call_once("sessions.get", "  ")),
            _refused("NUL", call_once("sessions.get", f"{ID}\0")),
            _refused("CR LF", call_once("sessions.get", f"{ID}\r\nX-A: 1")),
        ),
    ),
    Row(
        "F68",
        "An id that is a URL",
        "One path segment; the host is unchanged",
        (
            _segment("https://evil.example/x", "https%3A%2F%2Fevil.example%2Fx"),
            _segment("//evil.example/x", "%2F%2Fevil.example%2Fx"),
            _segment("@evil.example", "%40evil.example"),
        ),
    ),
    Row(
        "F69",
        "Query values with reserved characters, and of various types",
        "Encoded as the document specifies; `None` is omitted",
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
        "A credential or header with a line break or another invalid character",
        "`ValueError` from the constructor, or before anything is sent; the value is not shown",
        (
            *(
                _refused(f"token, {n}", _constructed(api_token=t))
                for n, t in INVALID_CREDENTIALS
            ),
            *(
                _refused(f"function, {n}", _credential_function(t))
                for n, t in INVALID_CREDENTIALS
            ),
            *(_refused(f"argument, {n}", _cookie(t)) for n, t in INVALID_CREDENTIALS),
            *(
                _refused(f"option, {n}", _with_header("X-A", t))
                for n, t in INVALID_CREDENTIALS
            ),
            _refused("name of an option", _with_header(f"X-A: {CANARY}\r\n", "1")),
        ),
    ),
    Row(
        "F71",
        "An empty credential",
        "`ValueError` from the constructor, or before anything is sent",
        (
            _refused("empty", _constructed(api_token="")),
            _refused("spaces", _constructed(api_token="  ")),
            _refused("none at all", get_session(api_token=None)),
            _refused("function", _credential_function("")),
        ),
    ),
    Row(
        "F72",
        "A header of the user that only the client may set",
        "`ValueError`",
        tuple(
            _refused(name, _with_header(name, f"{CANARY}"))
            for name in (
                "Host",
                "Content-Length",
                "Transfer-Encoding",
                "Connection",
                "COOKIE",
                "Accept-Encoding",
            )
        ),
    ),
    Row(
        "G13",
        "An id that turns the path into that of another operation",
        '`ValueError`, such as for `sessions.get("me")`',
        (
            _refused("get", call_once("sessions.get", "me")),
            _refused("revoke", call_once("sessions.revoke", "me")),
        ),
    ),
    Row(
        "G14",
        "Other headers of the user that would change the HTTP connection",
        "`ValueError`",
        tuple(
            _refused(name, _with_header(name, "100-continue"))
            for name in ("Expect", "Keep-Alive", "TE", "Trailer", "Upgrade")
        ),
    ),
    Row(
        "G15",
        "An invalid timeout",
        "`ValueError`, or `TypeError` if it is no number; with 0 nothing is sent, and None is no limit",
        (
            _refused("not a number", get_session(timeout=math.nan)),
            _refused("infinite", get_session(timeout=math.inf)),
            Case(
                name="text",
                scenario=get_session(timeout="5"),
                outcome="TypeError",
                requests=0,
            ),
            Case(name="None", scenario=get_session(timeout=None)),
            _refused("negative", get_session(timeout=-1)),
            Case(
                name="0",
                scenario=get_session(timeout=0),
                outcome="APITimeoutError",
                requests=0,
                maybe_delivered=False,
            ),
        ),
    ),
)
