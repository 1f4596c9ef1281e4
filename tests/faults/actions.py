"""Actions of the faulty server, and the responses that it sends."""

import time
from collections.abc import Callable, Iterator

from tests.faults.leak_search import HEADER, SET_COOKIE
from tests.faults.server import Action, Responder
from tests.faults.vendors import session


def response_bytes(status: int = 200, body: bytes = session(), *headers: str) -> bytes:
    """Return the bytes of a valid response, with secrets also in its headers."""
    lines = [
        f"HTTP/1.1 {status} X",
        f"Content-Length: {len(body)}",
        f"Set-Cookie: sid={SET_COOKIE}; Path=/",
        f"X-Secret: {HEADER}",
        *headers,
    ]
    return "\r\n".join((*lines, "", "")).encode("latin-1") + body


def send_bytes(data: bytes) -> Action:
    """Return an action that sends these bytes."""
    return lambda responder: responder.send(data)


def respond(status: int = 200, body: bytes = session(), *headers: str) -> Action:
    """Return an action that sends a valid response."""
    return send_bytes(response_bytes(status, body, *headers))


def send_then_close(data: bytes) -> Action:
    """Return an action that sends these bytes and closes the connection."""

    def action(responder: Responder) -> None:
        responder.send(data)
        responder.close()

    return action


def send_then_reset(data: bytes = b"") -> Action:
    """Return an action that sends these bytes and resets the connection."""

    def action(responder: Responder) -> None:
        responder.send(data)
        if data:
            time.sleep(0.05)  # A reset discards data that was sent just before.
        responder.reset()

    return action


def send_then_hang(data: bytes = b"") -> Action:
    """Return an action that sends these bytes and then hangs."""

    def action(responder: Responder) -> None:
        responder.send(data)
        responder.wait()

    return action


def send_slowly(slow: bytes, pause: float, *, first: bytes = b"") -> Action:
    """Return an action that sends `first`, then single bytes with a pause after each."""

    def action(responder: Responder) -> None:
        responder.send(first)
        for byte in slow:
            responder.send(bytes([byte]))
            responder.wait(pause)

    return action


def send_chunks(make: Callable[[], Iterator[bytes]], *headers: str) -> Action:
    """Return an action that sends a 200 response with a chunked body from an iterator."""

    def action(responder: Responder) -> None:
        lines = ("HTTP/1.1 200 X", "Transfer-Encoding: chunked", *headers, "", "")
        responder.send("\r\n".join(lines).encode())
        for chunk in make():
            responder.send(b"%x\r\n%s\r\n" % (len(chunk), chunk))
        responder.send(b"0\r\n\r\n")

    return action


OK_RESPONSE = respond()
NO_CONTENT = respond(204, b"")


def status_once(status: int, *headers: str) -> tuple[Action, ...]:
    """Return actions that send one response with this status, then valid responses."""
    return respond(status, b"{}", *headers), OK_RESPONSE
