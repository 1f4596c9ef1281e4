"""The vendors' session endpoints as one server on loopback, for the programs of the guide.

It keeps sessions: what is revoked is gone from the lists. Requests of the vendors' hosts, and of
`HOSTS`, are redirected to it.
"""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import islice
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpcore2
import pytest

from tests.support.calls import Mode
from tests.support.pools import intercept, with_url

PAGE_SIZE = 10


@dataclass
class Reply:
    """A response: status, JSON body or bytes, and headers."""

    status: int
    body: object = None
    headers: dict[str, str] = field(default_factory=dict[str, str])


@dataclass
class State:
    """Sessions of the vendors, and the requests that were received.

    Attributes:
        url: Base URL of the server.
        requests: Lines such as `GET api.clerk.com/v1/sessions`, in order.
        clerk: Ids of active sessions at Clerk.
        pangea: Ids of sessions at Pangea.
        throttled: How often requests for the Okta session `busy` are still refused.
    """

    url: str = ""
    requests: list[str] = field(default_factory=list[str])
    clerk: list[str] = field(default_factory=lambda: [f"sess_{n}" for n in range(25)])
    pangea: list[str] = field(
        default_factory=lambda: [f"pmt_{n:032}" for n in range(25)]
    )
    throttled: int = 1


def okta_session(session_id: str) -> dict[str, object]:
    return {
        "id": session_id,
        "userId": "00ub0oNGTSWTBKOLGLNR",
        "login": "user@example.com",
        "createdAt": "2026-01-01T00:00:00.000Z",
        "expiresAt": "2026-01-02T00:00:00.000Z",
        "status": "ACTIVE",
        "amr": ["pwd"],
        "lastFactorVerification": None,
        "_links": {},
    }


def clerk_session(session_id: str, status: str = "active") -> dict[str, object]:
    return {
        "object": "session",
        "id": session_id,
        "user_id": "user_2f",
        "client_id": "client_1",
        "status": status,
        "last_active_at": 1772000000000,
        "expire_at": 1782000000000,
        "abandon_at": 1792000000000,
        "updated_at": 1772000000000,
        "created_at": 1772000000000,
    }


def pangea_session(session_id: str) -> dict[str, object]:
    return {
        "id": session_id,
        "type": "session",
        "life": 172795,
        "expire": "2026-02-09T01:37:37.824893Z",
        "identity": "pui_np544voukdiohwbl2eyjrim5mvk5mzxp",
        "email": "joe.user@email.com",
        "profile": {},
        "created_at": "2026-02-07T01:37:37.834374Z",
    }


def okta(state: State, method: str, path: str) -> Reply:
    limits = {"X-Okta-Request-Id": "aBc123", "X-Rate-Limit-Remaining": "374"}
    name = path.split("/")[4] if path.count("/") > 3 else ""
    if name in ("unknown", "expired"):
        error = {"errorCode": "E0000007", "errorSummary": "Not found: Resource"}
        return Reply(404, error, limits)
    if name == "busy" and state.throttled:
        state.throttled -= 1
        error = {"errorCode": "E0000047", "errorSummary": "Too many requests"}
        return Reply(429, error, {**limits, "Retry-After": "0"})
    if method == "DELETE":
        return Reply(204, headers=limits)
    return Reply(200, okta_session(name), limits)


def clerk(state: State, method: str, path: str, query: dict[str, str]) -> Reply:
    if method == "GET" and path == "/v1/sessions":
        offset, size = int(query.get("offset", 0)), int(query.get("limit", PAGE_SIZE))
        chosen = state.clerk[offset : offset + size]
        return Reply(200, [clerk_session(name) for name in chosen])
    name = path.split("/")[3]
    if path.endswith("/revoke"):
        if name in state.clerk:
            state.clerk.remove(name)
        return Reply(200, clerk_session(name, "revoked"))
    return Reply(200, clerk_session(name))


def pangea(state: State, path: str, body: dict[str, Any]) -> Reply:
    result: dict[str, object] = {}
    if path.endswith("/list"):
        start = int(body["last"]) if body.get("last") else 0
        size = body.get("size", PAGE_SIZE)
        result["sessions"] = [
            pangea_session(name) for name in islice(state.pangea, start, start + size)
        ]
        if start + size < len(state.pangea):
            result["last"] = str(start + size)
    elif path.endswith("/invalidate"):
        state.pangea.remove(body["session_id"])
    elif path.endswith("/logout"):
        state.pangea.clear()
    envelope = {
        "request_id": "prq_1",
        "request_time": "2026-02-07T01:37:37Z",
        "response_time": "2026-02-07T01:37:38Z",
        "status": "Success",
        "summary": "done",
        "result": result,
    }
    return Reply(200, envelope)


def acme(method: str, path: str, query: dict[str, str]) -> Reply:
    order = {"id": "ord_1", "status": "open", "total": 12.5}
    match method, path.split("/")[1:]:
        case "POST", ["token"]:
            token = {"access_token": "t1", "token_type": "bearer", "expires_in": 3600}
            return Reply(200, token | {"refresh_token": "r1"})
        case "GET", ["orders"] if "after" not in query:
            return Reply(200, {"orders": [order], "next": "ord_1"})
        case "GET", ["orders"]:
            return Reply(200, {"orders": [order | {"id": "ord_2"}]})
        case "GET", ["orders", "ord_9"]:
            return Reply(404)
        case "GET", ["orders", name]:
            return Reply(200, order | {"id": name})
        case "POST", ["files"]:
            return Reply(200, {"id": "file_1"})
        case "GET", ["files", _]:
            octets = {"Content-Type": "application/octet-stream"}
            return Reply(200, bytes(100_000), octets)
        case "GET", ["events"]:
            events = {"Content-Type": "text/event-stream"}
            text = f"event: order\ndata: {json.dumps(order)}\n\n" * 3
            return Reply(200, text.encode(), events)
        case _:
            return Reply(204)


class _Handler(BaseHTTPRequestHandler):
    """Handler of requests whose path begins with the host that they were made for."""

    state: State
    protocol_version = "HTTP/1.1"

    def respond(self) -> None:
        split = urlsplit(self.path)
        _, host, *rest = split.path.split("/")
        path = "/" + "/".join(rest)
        query = {name: values[-1] for name, values in parse_qs(split.query).items()}
        content = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        self.state.requests.append(f"{self.command} {host}{path}")
        match host:
            case "api.clerk.com":
                reply = clerk(self.state, self.command, path, query)
            case "authn.aws.us.pangea.cloud":
                reply = pangea(self.state, path, json.loads(content or b"{}"))
            case "acme.okta.com" | "globex.okta.com":
                reply = okta(self.state, self.command, path)
            case _:
                reply = acme(self.command, path, query)
        payload = _payload(reply.body)
        self.send_response(reply.status)
        for name, value in reply.headers.items():
            self.send_header(name, value)
        if payload and "Content-Type" not in reply.headers:
            self.send_header("Content-Type", "application/json")
        if reply.status != 204:
            self.send_header("Content-Length", str(len(payload)))
        self.end_headers()
        self.wfile.write(payload)

    do_GET = do_POST = do_DELETE = do_PUT = do_PATCH = respond

    def log_message(self, format: str, *args: Any) -> None:
        """Print nothing."""


def _payload(body: object) -> bytes:
    if body is None or isinstance(body, bytes):
        return body or b""
    return json.dumps(body).encode()


@contextmanager
def run_vendors() -> Iterator[State]:
    """Serve the vendors on loopback, and yield what they have."""
    state = State()
    handler = type("Handler", (_Handler,), {"state": state})
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        server.daemon_threads = True
        state.url = f"http://127.0.0.1:{server.server_address[1]}"
        thread = threading.Thread(
            target=server.serve_forever, kwargs={"poll_interval": 0.02}
        )
        thread.start()
        try:
            yield state
        finally:
            server.shutdown()
            thread.join()


def redirect(state: State, monkeypatch: pytest.MonkeyPatch) -> None:
    """Send the requests of all hosts to the server."""

    def redirected(mode: Mode, request: httpcore2.Request) -> httpcore2.Request:
        host, target = request.url.host.decode(), request.url.target.decode()
        if host == "127.0.0.1":
            return request
        return with_url(request, f"{state.url}/{host}{target}")

    intercept(monkeypatch, redirected)
    monkeypatch.setenv("NO_PROXY", "*")
