"""Answers that are not quite HTTP, or more of it than was asked for."""

from tests.faults.actions import answer, say, then_close
from tests.faults.broken import for_ever, tried_again
from tests.faults.row import Case, Row, Seen
from tests.faults.scene import Scene, create
from tests.faults.server import Action
from tests.faults.silence import CANARY, ID
from tests.faults.vendors import session

HEAD, _, TEXT = answer().partition(b"\r\n\r\n")


def _its_own(seen: Seen) -> None:
    assert seen.value == ["own", "own"], seen.value


async def _two_answers(scene: Scene) -> list[str]:
    async with scene.client() as client:
        found = []
        for _ in range(2):
            found.append((await client("sessions.get", ID)).id)
            await scene.mode.sleep(0.05)
        return found


def _forged(extra: bytes) -> Action:
    return say(answer(200, session(id="own")) + extra)


def _plain(status_line: bytes, *lines: bytes, body: bytes = session()) -> Action:
    return then_close(b"\r\n".join((status_line, *lines, b"", body)))


ROWS = (
    Row(
        "F16",
        "No HTTP at all",
        "`APIConnectionError`; a GET is tried again, and what came is not shown",
        (
            *tried_again(
                "bad status line", then_close(b"HTP/9 %s\r\n\r\n" % CANARY.encode())
            ),
            *tried_again("garbage", then_close(b"\x00\xff\x13" * 100)),
            for_ever(then_close(b"HTP/9 nonsense\r\n\r\n")),
        ),
    ),
    Row(
        "F17",
        "A header of 1 MB",
        "`APIConnectionError` after at most 3 tries",
        (
            Case(
                server=(then_close(b"HTTP/1.1 200 X\r\nX-Big: " + b"a" * 1_000_000),),
                outcome="APIConnectionError",
                requests=(1, 3),
            ),
        ),
    ),
    Row(
        "F18",
        "103 Early Hints before the answer",
        "Passed over",
        (
            Case(
                server=(
                    say(b"HTTP/1.1 103 Early Hints\r\nLink: </x>\r\n\r\n" + answer()),
                )
            ),
        ),
    ),
    Row(
        "F19",
        "More bytes after the answer, even a second answer",
        "The next call gets its own answer",
        tuple(
            Case(
                name=name,
                server=(_forged(extra),),
                play=_two_answers,
                outcome="list",
                requests=2,
                check=_its_own,
            )
            for name, extra in (
                ("a forged answer", answer(200, session(id="forged"))),
                ("garbage", b"more\r\n"),
                ("an empty line", b"\r\n"),
            )
        ),
    ),
    Row(
        "G02",
        "Other 1xx before the answer",
        "Passed over; 101, which was not asked for, is an error",
        (
            Case(name="100", server=(say(b"HTTP/1.1 100 X\r\n\r\n" + answer()),)),
            Case(name="102", server=(say(b"HTTP/1.1 102 X\r\n\r\n" + answer()),)),
            Case(
                name="three of them",
                server=(say(b"HTTP/1.1 103 X\r\n\r\n" * 3 + answer()),),
            ),
            Case(
                name="101",
                server=(
                    then_close(
                        b"HTTP/1.1 101 X\r\nUpgrade: x\r\nConnection: Upgrade\r\n\r\n"
                    ),
                ),
                play=create(),
                outcome="APIConnectionError",
                attempts=1,
            ),
        ),
    ),
    Row(
        "G03",
        "Lengths that contradict each other, or are none",
        "`APIConnectionError`, and nothing of it is returned",
        tuple(
            Case(
                name=name,
                server=(_plain(b"HTTP/1.1 200 X", *lines),),
                play=create(),
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
        "Heads that HTTP does not allow",
        "`APIConnectionError`, and what came is not shown",
        tuple(
            Case(
                name=name,
                server=(_plain(status_line, *lines),),
                play=create(),
                outcome="APIConnectionError",
                attempts=1,
            )
            for name, status_line, lines in (
                ("no colon", b"HTTP/1.1 200 X", (b"Set-Cookie " + CANARY.encode(),)),
                ("NUL", b"HTTP/1.1 200 X", (b"X-A: a\0%s" % CANARY.encode(),)),
                ("space in a name", b"HTTP/1.1 200 X", (b"%s x: 1" % CANARY.encode(),)),
                ("a status of two digits", b"HTTP/1.1 20 X", ()),
                ("a status that is no number", b"HTTP/1.1 abc X", ()),
                (
                    "a chunk that is none",
                    b"HTTP/1.1 200 X",
                    (b"Transfer-Encoding: chunked",),
                ),
                ("100,000 headers", b"HTTP/1.1 200 X", (b"X-A: 1",) * 100_000),
            )
        ),
    ),
    Row(
        "G05",
        "Old and sloppy HTTP that can still be understood",
        "Read",
        (
            Case(name="HTTP/1.0 until it closes", server=(_plain(b"HTTP/1.0 200 OK"),)),
            Case(name="no length", server=(_plain(b"HTTP/1.1 200 OK"),)),
            Case(
                name="no reason",
                server=(then_close(b"HTTP/1.1 200\r\n\r\n" + session()),),
            ),
            Case(
                name="lines that end in LF alone",
                server=(then_close(b"HTTP/1.1 200 OK\nX-A: 1\n\n" + session()),),
            ),
            Case(
                name="a header over two lines",
                server=(_plain(b"HTTP/1.1 200 OK", b"X-A: 1", b" 2"),),
            ),
        ),
    ),
    Row(
        "G06",
        "A server that times out an idle connection with a 408 of its own",
        "The next call does not take it for its answer",
        (
            Case(
                server=(say(answer(200, session(id="own")) + answer(408, b"{}")),),
                play=_two_answers,
                outcome="list",
                requests=2,
                check=_its_own,
            ),
        ),
    ),
)
