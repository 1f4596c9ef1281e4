"""Secrets that must not be shown or sent: credentials, ids, bodies, cookies; environment."""

import copy
import os
import pickle
import tempfile
import traceback
from pathlib import Path
from typing import Any
from unittest.mock import patch

import okta
import pangea.models
from okta._runtime.call.request import Call
from okta._runtime.call.security import Scheme

from tests.faults.actions import OK_RESPONSE, respond, send_then_close, send_then_reset
from tests.faults.clients import load_client
from tests.faults.harness import Harness
from tests.faults.leak_search import BODY, CANARY, COOKIE, ID, QUERY
from tests.faults.row import Case, Observation, Row
from tests.faults.server import run_server


async def _reprs(harness: Harness) -> list[str]:
    """Return the reprs and texts of all kinds of objects that users get."""
    async with harness.client() as client:
        value = await client("sessions.get", ID)
        raw = await client.raw("sessions.get", ID)
        changed = client.with_options(extra_headers={"X-Trace": f"{CANARY}-trace"})
        things = load_client("things").models
        held: list[object] = [
            value,
            raw,
            client.client,
            client.client.sessions,
            changed.client,
            copy.copy(value),
            copy.deepcopy(value),
            pickle.loads(pickle.dumps(value)),
            pangea.models.SessionFilter(email=f"{CANARY}@example.com"),
            things.Thing(name=CANARY, secret=CANARY),
            Scheme("token", "Authorization"),
            Call("GET", "/a/{b}", str, path={"b": ID}, query={"q": QUERY}, json=BODY),
        ]
    return [f"{thing!r} {thing}" for thing in held]


def _check_no_secret(observation: Observation) -> None:
    for text in observation.value:
        assert CANARY not in text, text


async def _copies(harness: Harness) -> object:
    async with harness.client() as client:
        found = await client("sessions.get", ID)
        return pickle.loads(pickle.dumps(found)) == copy.deepcopy(found) == found


def _check_true(observation: Observation) -> None:
    assert observation.value is True


async def _each_error(harness: Harness) -> list[str]:
    """Return the tracebacks, texts and reprs of errors of every kind."""
    texts: list[str] = []
    async with harness.client(max_retries=0, timeout=5) as client:
        for action in (
            respond(404, b'{"errorCode": "%s it is"}' % CANARY.encode()),
            respond(200, b"no JSON %s" % CANARY.encode()),
            send_then_reset(),
            send_then_close(CANARY.encode()),
        ):
            harness.server.actions = (action,)
            for method in ("sessions.get", "sessions.create"):
                try:
                    await client(method, ID)
                except okta.OktaError as error:
                    texts += traceback.format_exception(error)
                    texts += [str(error), repr(error)]
    return texts


def _check_log_lines(observation: Observation) -> None:
    lines = [r.getMessage() for r in observation.captured.records if r.name == "okta"]
    assert len(lines) == 2, lines
    assert lines[0].startswith("GET /api/v1/sessions/{sessionId} 503, attempt 1, ")
    assert lines[1].startswith("GET /api/v1/sessions/{sessionId} 200, attempt 2, ")
    assert all(line.endswith(" ms") for line in lines)


async def _proxy_target(harness: Harness) -> str:
    """Return the request target that the proxy of the environment receives."""
    with run_server(OK_RESPONSE) as proxy:
        with patch.dict(os.environ, {"HTTP_PROXY": proxy.url, "http_proxy": proxy.url}):
            async with harness.client() as client:
                await client("sessions.get", ID)
        return proxy.requests[0].target.replace(harness.server.url, "")


def _check_proxy_target(observation: Observation) -> None:
    assert observation.value == f"/api/v1/sessions/{ID}", observation.value


async def _without_proxy(harness: Harness) -> Any:
    with run_server(OK_RESPONSE) as proxy:
        names = {"HTTP_PROXY": proxy.url, "http_proxy": proxy.url}
        with patch.dict(os.environ, {**names, "NO_PROXY": "*", "no_proxy": "*"}):
            async with harness.client() as client:
                value = await client("sessions.get", ID)
        assert not proxy.connections
        return value


async def _key_log(harness: Harness) -> Any:
    with tempfile.TemporaryDirectory() as folder:
        log = Path(folder) / "keys"
        with patch.dict(os.environ, {"SSLKEYLOGFILE": str(log)}):
            async with harness.client() as client:
                value = await client("sessions.get", ID)
        lines = log.read_text().splitlines() if log.exists() else []
        keys = [line for line in lines if not line.startswith("#")]
        assert not keys, "the keys of TLS were written"
        return value


async def _netrc(harness: Harness) -> Any:
    with tempfile.TemporaryDirectory() as folder:
        netrc = Path(folder) / ".netrc"
        netrc.write_text("machine 127.0.0.1 login me password secret\n")
        netrc.chmod(0o600)
        with patch.dict(os.environ, {"NETRC": str(netrc), "HOME": folder}):
            async with harness.client() as client:
                return await client("sessions.get_current", cookie=COOKIE)


def _check_no_credential(observation: Observation) -> None:
    (request,) = observation.server.requests
    assert request.header("Authorization") is None
    assert request.header("Cookie") == COOKIE


async def _cookies(harness: Harness) -> Any:
    async with harness.client() as client:
        await client("sessions.refresh", ID)
        return await client("sessions.get", ID)


def _check_no_cookies(observation: Observation) -> None:
    assert all(
        request.header("Cookie") is None for request in observation.server.requests
    )


async def _hook_calls(harness: Harness) -> Any:
    """Return what the hooks of a call receive for each attempt."""
    observation: list[str] = []

    def on_request(request: Any) -> None:
        observation.append(f"{request.method} {request.url.path.count('/')}")

    def on_response(response: Any) -> None:
        observation.append(str(response.status_code))

    async with harness.client(on_request=on_request, on_response=on_response) as client:
        await client("sessions.get", ID)
    return observation


def _check_hook_calls(observation: Observation) -> None:
    assert observation.value == ["GET 4", "503", "GET 4", "200"], observation.value


async def _failing_hook(harness: Harness) -> Any:
    def on_request(request: Any) -> None:
        raise LookupError("the hook's own")

    async with harness.client(on_request=on_request) as client:
        return await client("sessions.get", ID)


ROWS = (
    Row(
        "F73",
        "The repr or a copy of a client, an option, a model or a call",
        "The repr has no secret; models can be copied and pickled",
        (
            Case(
                name="shown",
                spec="things",
                scenario=_reprs,
                outcome="list",
                requests=2,
                check=_check_no_secret,
            ),
            Case(name="copied", scenario=_copies, outcome="bool", check=_check_true),
        ),
    ),
    Row(
        "F74",
        "The traceback of an error of any kind",
        "It has route, status and code; no id, credential, query or body",
        (
            Case(
                scenario=_each_error, outcome="list", requests=9, check=_check_no_secret
            ),
        ),
    ),
    Row(
        "F75",
        "Logging at DEBUG",
        "Method, route template, outcome, attempt and milliseconds; no secret",
        (
            Case(
                server=(respond(503, b""), OK_RESPONSE),
                requests=2,
                check=_check_log_lines,
            ),
        ),
    ),
    Row(
        "F76",
        "Environment variables for a proxy, a `.netrc` and a TLS key log",
        "The proxy is used, unless `NO_PROXY` excludes it; the others are ignored",
        (
            Case(
                name="proxy",
                scenario=_proxy_target,
                outcome="str",
                requests=0,
                check=_check_proxy_target,
            ),
            Case(name="NO_PROXY", scenario=_without_proxy),
            Case(name=".netrc", scenario=_netrc, check=_check_no_credential),
            Case(name="SSLKEYLOGFILE", tls="trusted", scenario=_key_log),
        ),
    ),
    Row(
        "F77",
        "A response with `Set-Cookie`",
        "It is not sent with the next call",
        (Case(scenario=_cookies, requests=2, check=_check_no_cookies),),
    ),
    Row(
        "G16",
        "Hooks of the user",
        "`on_request` and `on_response` are called for each attempt; their errors are raised",
        (
            Case(
                name="they see",
                server=(respond(503, b""), OK_RESPONSE),
                scenario=_hook_calls,
                outcome="list",
                requests=2,
                check=_check_hook_calls,
            ),
            Case(
                name="they fail",
                scenario=_failing_hook,
                outcome="LookupError",
                requests=0,
            ),
        ),
    ),
)
