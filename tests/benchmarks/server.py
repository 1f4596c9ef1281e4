"""Server in its own process that responds to every request of a path with the same body."""

import json
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager

from tests.support.project import ROOT

ITEMS = 10_000
"""Number of sessions in a large page."""
SESSION = (
    b'{"id":"102lS3ssion","userId":"00u1","login":"user@example.com",'
    b'"createdAt":"2026-05-12T09:00:00.000Z","expiresAt":"2026-05-12T10:00:00.000Z",'
    b'"lastPasswordVerification":"2026-05-12T09:00:00.000Z",'
    b'"lastFactorVerification":null,"status":"ACTIVE","amr":["pwd","mfa"],'
    b'"mfaActive":true,"idp":{"id":"0oa1","type":"OKTA"},'
    b'"_links":{"self":{"href":"https://acme.okta.com/api/v1/sessions/102l",'
    b'"hints":{"allow":["GET","DELETE"]}}}}'
)
"""A session of Okta."""
CLERK_SESSION = {
    "object": "session",
    "id": "sess_1",
    "user_id": "user_1",
    "client_id": "client_1",
    "actor": None,
    "status": "active",
    "last_active_organization_id": None,
    "last_active_at": 1_700_000_000_000,
    "latest_activity": {
        "object": "session_activity",
        "id": "sess_activity_1",
        "device_type": "Macintosh",
        "is_mobile": False,
        "browser_name": "Safari",
        "city": "Lisbon",
        "country": "PT",
    },
    "expire_at": 1_800_000_000_000,
    "abandon_at": 1_800_000_000_000,
    "updated_at": 1_700_000_000_000,
    "created_at": 1_700_000_000_000,
    "tasks": [{"key": "choose-organization"}],
}
_PANGEA_SESSION = {
    "id": "pmt_1",
    "type": "session",
    "life": 3600,
    "expire": "2026-05-12T10:00:00.000000Z",
    "identity": "pui_1",
    "email": "user@example.com",
    "scopes": ["read"],
    "profile": {"first_name": "Ada"},
    "created_at": "2026-05-12T09:00:00.000000Z",
}
_PANGEA_PAGE = {
    "request_id": "prq_1",
    "request_time": "2026-05-12T09:00:00.000000Z",
    "response_time": "2026-05-12T09:00:01.000000Z",
    "status": "Success",
    "summary": "Listed 1 session",
    "result": {"sessions": [_PANGEA_SESSION], "last": ""},
}
_HEAD = (
    b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"
    b"Date: Tue, 12 May 2026 09:00:00 GMT\r\nContent-Length: %d\r\n\r\n"
)


def _bodies() -> dict[bytes, bytes]:
    """Return the bodies by the start of the target of their requests."""
    item = json.dumps(CLERK_SESSION).encode()
    return {
        b"/api/v1/sessions/": SESSION,
        b"/v1/sessions/": item,
        b"/v1/sessions": b"[" + b",".join([item] * ITEMS) + b"]",
        b"/v2/session/list": json.dumps(_PANGEA_PAGE).encode(),
    }


@contextmanager
def run_server() -> Iterator[str]:
    """Run the server during the block, and yield its URL."""
    command = [sys.executable, "-m", "tests.benchmarks.server"]
    with subprocess.Popen(
        command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        yield process.stdout.readline().strip()
        process.kill()


def _respond(connection: socket.socket, responses: dict[bytes, bytes]) -> None:
    connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    received = b""
    with connection:
        while more := connection.recv(65536):
            received += more
            head, blank, body = received.partition(b"\r\n\r\n")
            _, _, length = head.lower().partition(b"content-length:")
            if not blank or len(body) < int(length.split(b"\r", 1)[0] or 0):
                continue
            target = received.split(b" ", 2)[1]
            start = next(start for start in responses if target.startswith(start))
            connection.sendall(responses[start])
            received = b""


def main() -> None:
    responses = {start: _HEAD % len(body) + body for start, body in _bodies().items()}
    with socket.create_server(("127.0.0.1", 0)) as server:
        print(f"http://127.0.0.1:{server.getsockname()[1]}", flush=True)
        while True:
            connection, _ = server.accept()
            threading.Thread(
                target=_respond, args=(connection, responses), daemon=True
            ).start()


if __name__ == "__main__":
    main()
