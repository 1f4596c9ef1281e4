"""What must not be seen or sent along: credentials, ids, bodies, cookies; the environment."""

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
from okta._runtime.call import Call
from okta._runtime.security import Scheme

from tests.faults.actions import GOOD, reply, then_close, then_reset
from tests.faults.packages import cast
from tests.faults.row import Case, Row, Seen
from tests.faults.scene import Scene
from tests.faults.server import serving
from tests.faults.silence import BODY, CANARY, COOKIE, ID, QUERY


async def _shown(scene: Scene) -> list[str]:
    """What is shown of all that a caller can hold."""
    async with scene.client() as client:
        value = await client("sessions.get", ID)
        raw = await client.raw("sessions.get", ID)
        changed = client.changed(headers={"X-Trace": f"{CANARY}-trace"})
        things = cast("things").models
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


def _no_secret(seen: Seen) -> None:
    for text in seen.value:
        assert CANARY not in text, text


async def _copies(scene: Scene) -> object:
    async with scene.client() as client:
        found = await client("sessions.get", ID)
        return pickle.loads(pickle.dumps(found)) == copy.deepcopy(found) == found


def _true(seen: Seen) -> None:
    assert seen.value is True


async def _each_error(scene: Scene) -> list[str]:
    """The texts of errors of every kind, and of all that they come from."""
    texts: list[str] = []
    async with scene.client(max_retries=0, timeout=5) as client:
        for action in (
            reply(404, b'{"errorCode": "%s it is"}' % CANARY.encode()),
            reply(200, b"no JSON %s" % CANARY.encode()),
            then_reset(),
            then_close(CANARY.encode()),
        ):
            scene.server.actions = (action,)
            for method in ("sessions.get", "sessions.create"):
                try:
                    await client(method, ID)
                except okta.OktaError as error:
                    texts += traceback.format_exception(error)
                    texts += [str(error), repr(error)]
    return texts


def _lines(seen: Seen) -> None:
    lines = [r.getMessage() for r in seen.heard.records if r.name == "okta"]
    assert len(lines) == 2, lines
    assert lines[0].startswith("GET /api/v1/sessions/{sessionId} 503, attempt 1, ")
    assert lines[1].startswith("GET /api/v1/sessions/{sessionId} 200, attempt 2, ")
    assert all(line.endswith(" ms") for line in lines)


async def _by_proxy(scene: Scene) -> str:
    """What the proxy of the environment is asked for."""
    with serving(GOOD) as proxy:
        with patch.dict(os.environ, {"HTTP_PROXY": proxy.url, "http_proxy": proxy.url}):
            async with scene.client() as client:
                await client("sessions.get", ID)
        return proxy.requests[0].target.replace(scene.server.url, "")


def _whole_url(seen: Seen) -> None:
    assert seen.value == f"/api/v1/sessions/{ID}", seen.value


async def _past_proxy(scene: Scene) -> Any:
    with serving(GOOD) as proxy:
        names = {"HTTP_PROXY": proxy.url, "http_proxy": proxy.url}
        with patch.dict(os.environ, {**names, "NO_PROXY": "*", "no_proxy": "*"}):
            async with scene.client() as client:
                value = await client("sessions.get", ID)
        assert not proxy.connections
        return value


async def _key_log(scene: Scene) -> Any:
    with tempfile.TemporaryDirectory() as folder:
        log = Path(folder) / "keys"
        with patch.dict(os.environ, {"SSLKEYLOGFILE": str(log)}):
            async with scene.client() as client:
                value = await client("sessions.get", ID)
        lines = log.read_text().splitlines() if log.exists() else []
        keys = [line for line in lines if not line.startswith("#")]
        assert not keys, "the keys of TLS were written"
        return value


async def _netrc(scene: Scene) -> Any:
    with tempfile.TemporaryDirectory() as folder:
        netrc = Path(folder) / ".netrc"
        netrc.write_text("machine 127.0.0.1 login me password secret\n")
        netrc.chmod(0o600)
        with patch.dict(os.environ, {"NETRC": str(netrc), "HOME": folder}):
            async with scene.client() as client:
                return await client("sessions.get_current", cookie=COOKIE)


def _no_credential(seen: Seen) -> None:
    (request,) = seen.server.requests
    assert request.header("Authorization") is None
    assert request.header("Cookie") == COOKIE


async def _cookies(scene: Scene) -> Any:
    async with scene.client() as client:
        await client("sessions.refresh", ID)
        return await client("sessions.get", ID)


def _not_replayed(seen: Seen) -> None:
    assert all(request.header("Cookie") is None for request in seen.server.requests)


async def _hooked(scene: Scene) -> Any:
    """The tries of a call, as the caller's own functions see them."""
    seen: list[str] = []

    def on_request(request: Any) -> None:
        seen.append(f"{request.method} {request.url.path.count('/')}")

    def on_response(response: Any) -> None:
        seen.append(str(response.status_code))

    async with scene.client(on_request=on_request, on_response=on_response) as client:
        await client("sessions.get", ID)
    return seen


def _both_tries(seen: Seen) -> None:
    assert seen.value == ["GET 4", "503", "GET 4", "200"], seen.value


async def _hook_fails(scene: Scene) -> Any:
    def on_request(request: Any) -> None:
        raise LookupError("the hook's own")

    async with scene.client(on_request=on_request) as client:
        return await client("sessions.get", ID)


ROWS = (
    Row(
        "F73",
        "A client, an option, a model or a call is shown or copied",
        "Its class and no secret; models can be copied and pickled",
        (
            Case(
                name="shown",
                casts="things",
                play=_shown,
                outcome="list",
                requests=2,
                check=_no_secret,
            ),
            Case(name="copied", play=_copies, outcome="bool", check=_true),
        ),
    ),
    Row(
        "F74",
        "An error of any kind is shown with its traceback",
        "Route, status and code; no id, credential, query or body",
        (Case(play=_each_error, outcome="list", requests=9, check=_no_secret),),
    ),
    Row(
        "F75",
        "Everything is logged, at DEBUG",
        "Method, route template, outcome, attempt and milliseconds; no secret",
        (Case(server=(reply(503, b""), GOOD), requests=2, check=_lines),),
    ),
    Row(
        "F76",
        "The environment names a proxy, a `.netrc`, a file for TLS keys",
        "The proxy is used, unless `NO_PROXY` says no; the others are not",
        (
            Case(
                name="proxy",
                play=_by_proxy,
                outcome="str",
                requests=0,
                check=_whole_url,
            ),
            Case(name="NO_PROXY", play=_past_proxy),
            Case(name=".netrc", play=_netrc, check=_no_credential),
            Case(name="SSLKEYLOGFILE", tls="trusted", play=_key_log),
        ),
    ),
    Row(
        "F77",
        "The server sets a cookie",
        "It is not sent with the next call",
        (Case(play=_cookies, requests=2, check=_not_replayed),),
    ),
    Row(
        "G16",
        "The caller's own functions watch the tries",
        "`on_request` and `on_response` see each; what they raise passes through",
        (
            Case(
                name="they see",
                server=(reply(503, b""), GOOD),
                play=_hooked,
                outcome="list",
                requests=2,
                check=_both_tries,
            ),
            Case(name="they fail", play=_hook_fails, outcome="LookupError", requests=0),
        ),
    ),
)
