"""Redirects: followed only if the caller asks for it, and without credentials elsewhere."""

import time
from typing import Any

from tests.faults.actions import respond, response_bytes
from tests.faults.harness import Harness, Scenario, create_session, get_session
from tests.faults.leak_search import CANARY, ID, TOKEN
from tests.faults.row import Case, Observation, Row
from tests.faults.server import Action, Request, Responder, run_server


def _redirected_elsewhere(
    method: str, status: int, place: str = "http://127.0.0.1"
) -> Scenario:
    """Return a scenario with a call that is redirected to another server."""

    async def scenario(harness: Harness) -> Any:
        with run_server(respond()) as other:
            harness.server.actions = (
                respond(status, b"", f"Location: {place}:{other.port}/{CANARY}"),
            )
            async with harness.client() as client:
                try:
                    await client(method, ID)
                finally:
                    assert other.connections == 0, "the other server got a connection"

    return scenario


def _to(location: str) -> Action:
    return respond(302, b"", f"Location: {location}")


def _to_itself(responder: Responder) -> None:
    responder.send(response_bytes(302, b"", f"Location: {responder.request.target}"))


def _status(observation: Observation) -> None:
    assert 300 <= observation.error.status_code < 400


def _refused(name: str, scenario: Scenario, **options: Any) -> Case:
    return Case(
        name=name,
        scenario=scenario,
        outcome="APIStatusError",
        attempts=1,
        check=_status,
        **options,
    )


def _followed_elsewhere(method: str, status: int) -> Scenario:
    """Return a scenario with a redirect to another origin, which is followed."""

    async def scenario(harness: Harness) -> Any:
        with run_server(respond()) as other:
            harness.server.actions = (
                respond(status, b"", f"Location: {other.url}/{CANARY}"),
            )
            async with harness.client(follow_redirects=True) as client:
                traced = client.with_options(
                    extra_headers={"X-Trace": f"{CANARY}-trace"}
                )
                session = await traced(method, ID)
            (request,) = other.requests
            _check_no_credential(request)
            if status in (307, 308) and method == "sessions.create":
                assert request.method == "POST" and request.body
            else:
                assert request.method == "GET" and not request.body
            return session

    return scenario


def _check_no_credential(request: Request) -> None:
    assert TOKEN.encode() not in request.head
    for name in ("Authorization", "Cookie", "X-Trace"):
        assert request.header(name) is None, name


def _sent_back(harness_method: str) -> Scenario:
    """Return a scenario with a redirect to another origin, which redirects back."""

    async def scenario(harness: Harness) -> Any:
        with run_server(respond()) as other:
            back = f"Location: {harness.server.url}/{CANARY}"
            other.actions = (respond(302, b"", back),)
            away = f"Location: {other.url}/{CANARY}"
            harness.server.actions = (respond(302, b"", away), respond())
            async with harness.client(follow_redirects=True) as client:
                session = await client(harness_method, ID)
            _check_no_credential(harness.server.requests[1])
            return session

    return scenario


def _check_repeated(observation: Observation) -> None:
    first, second = observation.server.requests
    assert second.header("Authorization") == first.header("Authorization")
    assert second.body == first.body and second.method == first.method


def _check_get(observation: Observation) -> None:
    first, second = observation.server.requests
    assert (first.method, second.method, second.body) == ("POST", "GET", b"")
    assert second.header("Authorization") == first.header("Authorization")
    assert second.header("Content-Type") is None
    assert second.header("Content-Length") is None


def _not_followed(name: str, location: str, **options: Any) -> Case:
    return Case(
        name=name,
        scenario=get_session(follow_redirects=True),
        server=(_to(location),),
        outcome="APIStatusError",
        attempts=1,
        check=_status,
        **options,
    )


def _slow_redirect(responder: Responder) -> None:
    time.sleep(0.3)
    _to_itself(responder)


FOLLOWED_ROWS = (
    Row(
        "G40",
        "A redirect to the same origin, with `follow_redirects=True`",
        "Followed with credentials; 307 and 308 keep method and body, 303 becomes a GET",
        (
            *(
                Case(
                    name=f"{status}, GET",
                    scenario=get_session(follow_redirects=True),
                    server=(respond(status, b"", "Location: /x"), respond()),
                    requests=2,
                    check=_check_repeated,
                )
                for status in (301, 302, 303, 307, 308)
            ),
            *(
                Case(
                    name=f"{status}, POST",
                    scenario=create_session(follow_redirects=True),
                    server=(respond(status, b"", "Location: /x"), respond()),
                    requests=2,
                    check=check,
                )
                for status, check in (
                    (301, _check_get),
                    (302, _check_get),
                    (303, _check_get),
                    (307, _check_repeated),
                    (308, _check_repeated),
                )
            ),
        ),
    ),
    Row(
        "G41",
        "A redirect to another origin, with `follow_redirects=True`",
        "Followed without credentials, cookies and headers of the client, also on the way back",
        (
            *(
                Case(
                    name=f"{method}, {status}",
                    scenario=_followed_elsewhere(f"sessions.{method}", status),
                )
                for method, status in (
                    ("get", 302),
                    ("get", 307),
                    ("create", 303),
                    ("create", 307),
                    ("create", 308),
                )
            ),
            Case(name="and back", scenario=_sent_back("sessions.get"), requests=2),
        ),
    ),
    Row(
        "G42",
        "A redirect that must not be followed, with `follow_redirects=True`",
        "`APIStatusError` with the reason",
        (
            _not_followed("to http elsewhere", f"http://example.invalid/{CANARY}"),
            _not_followed("from https to http", "http://127.0.0.1/", tls="trusted"),
            _not_followed("to no URL", "http://["),
            _not_followed("to a file", "file:///etc/passwd"),
            _not_followed("with a user", f"http://{CANARY}:x@127.0.0.1/"),
        ),
    ),
    Row(
        "G43",
        "Redirects without end, with `follow_redirects=True`",
        "`APIStatusError` after 10 redirects, or `APITimeoutError` at the deadline",
        (
            Case(
                name="a circle",
                scenario=get_session(follow_redirects=True),
                server=(_to_itself,),
                outcome="APIStatusError",
                requests=11,
                attempts=11,
            ),
            Case(
                name="slow",
                scenario=get_session(follow_redirects=True, timeout=1.0),
                server=(_slow_redirect,),
                outcome="APITimeoutError",
                requests=(2, 4),
                max_seconds=3.0,
            ),
        ),
    ),
)

ROWS = (
    Row(
        "F43",
        "302 to another origin, GET",
        "`APIStatusError`; the other server receives nothing",
        (
            _refused("another port", _redirected_elsewhere("sessions.get", 302)),
            _refused(
                "another host",
                _redirected_elsewhere("sessions.get", 302, "http://localhost"),
            ),
        ),
    ),
    Row(
        "F44",
        "307 and 308 to another origin, POST with a body",
        "`APIStatusError`; the other server receives nothing",
        tuple(
            _refused(str(status), _redirected_elsewhere("sessions.create", status))
            for status in (307, 308)
        ),
    ),
    Row(
        "F45",
        "A redirect from https to http",
        "`APIStatusError`; nothing is sent in clear",
        (_refused("", _redirected_elsewhere("sessions.get", 302), tls="trusted"),),
    ),
    Row(
        "F46",
        "A redirect to the same URL",
        "`APIStatusError` after one request",
        (_refused("", get_session(), server=(_to_itself,)),),
    ),
    Row(
        "G09",
        "Every other 3xx, with and without `Location`",
        "`APIStatusError` after one request",
        (
            *(
                _refused(f"{status}", get_session(), server=(respond(status, b""),))
                for status in (300, 301, 302, 303, 305, 306, 307, 308)
            ),
            *(
                _refused(
                    f"{status} with Location",
                    create_session(),
                    server=(respond(status, b"", "Location: /"),),
                )
                for status in (300, 301, 302, 303, 304, 305, 307, 308)
            ),
            _refused("304, GET", get_session(), server=(respond(304, b""),)),
            *(
                _refused(f"to {name}", get_session(), server=(_to(location),))
                for name, location in (
                    ("no URL", "http://["),
                    ("a file", "file:///etc/passwd"),
                    ("nowhere", ""),
                )
            ),
        ),
    ),
    *FOLLOWED_ROWS,
)
