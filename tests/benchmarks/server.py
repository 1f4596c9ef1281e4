"""Server in its own process that responds to every request with a session."""

import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager

from tests.support.project import ROOT

SESSION = (
    b'{"id":"102lS3ssion","userId":"00u1","login":"user@example.com",'
    b'"createdAt":"2026-05-12T09:00:00.000Z","expiresAt":"2026-05-12T10:00:00.000Z",'
    b'"lastPasswordVerification":"2026-05-12T09:00:00.000Z",'
    b'"lastFactorVerification":null,"status":"ACTIVE","amr":["pwd","mfa"],'
    b'"mfaActive":true,"idp":{"id":"0oa1","type":"OKTA"},'
    b'"_links":{"self":{"href":"https://acme.okta.com/api/v1/sessions/102l",'
    b'"hints":{"allow":["GET","DELETE"]}}}}'
)
RESPONSE = (
    b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"
    b"Date: Tue, 12 May 2026 09:00:00 GMT\r\nContent-Length: %d\r\n\r\n"
)


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


def respond(connection: socket.socket) -> None:
    response = RESPONSE % len(SESSION) + SESSION
    connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    with connection:
        while connection.recv(65536):  # Requests here are smaller, and have no body.
            connection.sendall(response)


def main() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        print(f"http://127.0.0.1:{server.getsockname()[1]}", flush=True)
        while True:
            connection, _ = server.accept()
            threading.Thread(target=respond, args=(connection,), daemon=True).start()


if __name__ == "__main__":
    main()
