"""Redirects: none is followed, so that credentials and bodies are sent to no other server."""

from typing import Any

from tests.faults.actions import respond, response_bytes
from tests.faults.harness import Harness, Scenario, create_session, get_session
from tests.faults.leak_search import CANARY, ID
from tests.faults.row import Case, Observation, Row
from tests.faults.server import Action, Responder, run_server


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
)
