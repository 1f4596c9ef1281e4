"""What a server can do with a request, and the answers that it can give."""

import time
from collections.abc import Callable, Iterator

from tests.faults.server import Action, Turn
from tests.faults.silence import HEADER, SET_COOKIE
from tests.faults.vendors import session


def answer(status: int = 200, body: bytes = session(), *headers: str) -> bytes:
    """The bytes of a well-formed answer. It has secrets in its headers too."""
    lines = [
        f"HTTP/1.1 {status} X",
        f"Content-Length: {len(body)}",
        f"Set-Cookie: sid={SET_COOKIE}; Path=/",
        f"X-Secret: {HEADER}",
        *headers,
    ]
    return "\r\n".join((*lines, "", "")).encode("latin-1") + body


def say(data: bytes) -> Action:
    """Send these bytes."""
    return lambda turn: turn.send(data)


def reply(status: int = 200, body: bytes = session(), *headers: str) -> Action:
    """Answer properly."""
    return say(answer(status, body, *headers))


def then_close(data: bytes) -> Action:
    """Send these bytes and say that nothing more will come."""

    def action(turn: Turn) -> None:
        turn.send(data)
        turn.close()

    return action


def then_reset(data: bytes = b"") -> Action:
    """Send these bytes and break the connection off."""

    def action(turn: Turn) -> None:
        turn.send(data)
        if data:
            time.sleep(0.05)  # A reset overtakes what was sent just before it.
        turn.reset()

    return action


def then_silence(data: bytes = b"") -> Action:
    """Send these bytes and then nothing, without closing."""

    def action(turn: Turn) -> None:
        turn.send(data)
        turn.hold()

    return action


def drip(slow: bytes, pause: float, *, first: bytes = b"") -> Action:
    """Send some bytes, then others one at a time with a pause after each."""

    def action(turn: Turn) -> None:
        turn.send(first)
        for byte in slow:
            turn.send(bytes([byte]))
            turn.hold(pause)

    return action


def pieces(make: Callable[[], Iterator[bytes]], *headers: str) -> Action:
    """Answer 200 with a body that is never whole in memory."""

    def action(turn: Turn) -> None:
        lines = ("HTTP/1.1 200 X", "Transfer-Encoding: chunked", *headers, "", "")
        turn.send("\r\n".join(lines).encode())
        for piece in make():
            turn.send(b"%x\r\n%s\r\n" % (len(piece), piece))
        turn.send(b"0\r\n\r\n")

    return action


GOOD = reply()
GONE = reply(204, b"")


def once(status: int, *headers: str) -> tuple[Action, ...]:
    """Answer so once, and properly from then on."""
    return reply(status, b"{}", *headers), GOOD
