"""Responses that are invalid HTTP, and surplus responses."""

from tests.faults.actions import response_bytes, send_bytes, send_then_close
from tests.faults.broken import endless_fault, get_retried_post_not
from tests.faults.harness import Harness, create_session
from tests.faults.leak_search import CANARY, ID
from tests.faults.row import Case, Observation, Row
from tests.faults.server import Action
from tests.faults.vendors import session

HEAD, _, TEXT = response_bytes().partition(b"\r\n\r\n")


def _check_own_responses(observation: Observation) -> None:
    assert observation.value == ["own", "own"], observation.value


async def _two_calls(harness: Harness) -> list[str]:
    async with harness.client() as client:
        found = []
        for _ in range(2):
            found.append((await client("sessions.get", ID)).id)
            await harness.mode.sleep(0.05)
        return found


def _with_forged_response(extra: bytes) -> Action:
    return send_bytes(response_bytes(200, session(id="own")) + extra)


def _raw_response(status_line: bytes, *lines: bytes, body: bytes = session()) -> Action:
    return send_then_close(b"\r\n".join((status_line, *lines, b"", body)))


ROWS = (
    Row(
        "F16",
        "A response that is not HTTP",
        "`APIConnectionError`; a GET is retried; the message contains no received data",
        (
            *get_retried_post_not(
                "bad status line",
                send_then_close(b"HTP/9 %s\r\n\r\n" % CANARY.encode()),
            ),
            *get_retried_post_not("garbage", send_then_close(b"\x00\xff\x13" * 100)),
            endless_fault(send_then_close(b"HTP/9 nonsense\r\n\r\n")),
        ),
    ),
    Row(
        "F17",
        "A header of 1 MB",
        "`APIConnectionError` after at most 3 attempts",
        (
            Case(
                server=(
                    send_then_close(b"HTTP/1.1 200 X\r\nX-Big: " + b"a" * 1_000_000),
                ),
                outcome="APIConnectionError",
                requests=(1, 3),
            ),
        ),
    ),
    Row(
        "F18",
        "103 Early Hints before the response",
        "Skipped",
        (
            Case(
                server=(
                    send_bytes(
                        b"HTTP/1.1 103 Early Hints\r\nLink: </x>\r\n\r\n"
                        + response_bytes()
                    ),
                )
            ),
        ),
    ),
    Row(
        "F19",
        "Surplus bytes after the response, even a second response",
        "The next call gets its own response",
        tuple(
            Case(
                name=name,
                server=(_with_forged_response(extra),),
                scenario=_two_calls,
                outcome="list",
                requests=2,
                check=_check_own_responses,
            )
            for name, extra in (
                ("a forged response", response_bytes(200, session(id="forged"))),
                ("garbage", b"more\r\n"),
                ("an empty line", b"\r\n"),
            )
        ),
    ),
    Row(
        "G02",
        "Other 1xx before the response",
        "Skipped; 101, which was not requested, is an error",
        (
            Case(
                name="100",
                server=(send_bytes(b"HTTP/1.1 100 X\r\n\r\n" + response_bytes()),),
            ),
            Case(
                name="102",
                server=(send_bytes(b"HTTP/1.1 102 X\r\n\r\n" + response_bytes()),),
            ),
            Case(
                name="three of them",
                server=(send_bytes(b"HTTP/1.1 103 X\r\n\r\n" * 3 + response_bytes()),),
            ),
            Case(
                name="101",
                server=(
                    send_then_close(
                        b"HTTP/1.1 101 X\r\nUpgrade: x\r\nConnection: Upgrade\r\n\r\n"
                    ),
                ),
                scenario=create_session(),
                outcome="APIConnectionError",
                attempts=1,
            ),
        ),
    ),
    Row(
        "G03",
        "`Content-Length` headers that are contradictory or invalid",
        "`APIConnectionError`; no part of the body is returned",
        tuple(
            Case(
                name=name,
                server=(_raw_response(b"HTTP/1.1 200 X", *lines),),
                scenario=create_session(),
                outcome="APIConnectionError",
                attempts=1,
            )
            for name, lines in (
                ("two lengths", (b"Content-Length: 5", b"Content-Length: 7")),
                ("negative", (b"Content-Length: -1",)),
                ("no number", (b"Content-Length: many",)),
                ("huge", (b"Content-Length: 99999999999999999999999",)),
                ("unknown transfer encoding", (b"Transfer-Encoding: x",)),
            )
        ),
    ),
    Row(
        "G04",
        "Status lines and headers that are invalid HTTP",
        "`APIConnectionError`; the message contains no received data",
        tuple(
            Case(
                name=name,
                server=(_raw_response(status_line, *lines),),
                scenario=create_session(),
                outcome="APIConnectionError",
                attempts=1,
            )
            for name, status_line, lines in (
                ("no colon", b"HTTP/1.1 200 X", (b"Set-Cookie " + CANARY.encode(),)),
                ("NUL", b"HTTP/1.1 200 X", (b"X-A: a\0%s" % CANARY.encode(),)),
                ("space in a name", b"HTTP/1.1 200 X", (b"%s x: 1" % CANARY.encode(),)),
                ("a status of two digits", b"HTTP/1.1 20 X", ()),
                ("a status that is not a number", b"HTTP/1.1 abc X", ()),
                (
                    "an invalid chunk",
                    b"HTTP/1.1 200 X",
                    (b"Transfer-Encoding: chunked",),
                ),
                ("100,000 headers", b"HTTP/1.1 200 X", (b"X-A: 1",) * 100_000),
            )
        ),
    ),
    Row(
        "G05",
        "Old or nonconforming HTTP that is still unambiguous",
        "Accepted",
        (
            Case(
                name="HTTP/1.0 until the connection closes",
                server=(_raw_response(b"HTTP/1.0 200 OK"),),
            ),
            Case(name="no length", server=(_raw_response(b"HTTP/1.1 200 OK"),)),
            Case(
                name="no reason",
                server=(send_then_close(b"HTTP/1.1 200\r\n\r\n" + session()),),
            ),
            Case(
                name="lines that end in LF alone",
                server=(send_then_close(b"HTTP/1.1 200 OK\nX-A: 1\n\n" + session()),),
            ),
            Case(
                name="a header over two lines",
                server=(_raw_response(b"HTTP/1.1 200 OK", b"X-A: 1", b" 2"),),
            ),
        ),
    ),
    Row(
        "G06",
        "A server that closes an idle connection with a 408 response",
        "The next call does not take it for its own response",
        (
            Case(
                server=(
                    send_bytes(
                        response_bytes(200, session(id="own"))
                        + response_bytes(408, b"{}")
                    ),
                ),
                scenario=_two_calls,
                outcome="list",
                requests=2,
                check=_check_own_responses,
            ),
        ),
    ),
)
