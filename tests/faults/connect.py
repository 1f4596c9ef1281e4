"""Faults before anything is sent: connections that do not come about, and certificates."""

import socket
from typing import Any
from unittest.mock import patch

from tests.faults.row import Case, Row, Seen
from tests.faults.scene import Scene
from tests.faults.server import blackhole
from tests.faults.silence import CANARY, ID, TOKEN


async def _refused_once(scene: Scene) -> Any:
    asked: list[str] = []

    def token() -> str:
        if asked:  # The second try: from now on the server takes connections.
            scene.server.listen()
        asked.append(TOKEN)
        return TOKEN

    async with scene.client(api_token=token) as client:
        return await client("sessions.create", ID)


async def _no_such_name(scene: Scene) -> Any:
    with patch("socket.getaddrinfo", side_effect=socket.gaierror(-2, "unknown")):
        async with scene.client(base_url="https://name.invalid") as client:
            return await client("sessions.get", ID)


def _into_nowhere(**options: Any) -> Any:
    async def play(scene: Scene) -> Any:
        with blackhole() as place:
            url = f"http://{place}"
            async with scene.client(base_url=url, **options) as client:
                return await client("sessions.create", ID)

    return play


async def _to_https(scene: Scene) -> Any:
    url = scene.server.url.replace("http:", "https:")
    async with scene.client(base_url=url) as client:
        return await client("sessions.get", ID)


def _refused_url(url: str) -> Any:
    async def play(scene: Scene) -> Any:
        scene.open(base_url=url)

    return play


def _cause_is_known(seen: Seen) -> None:
    assert seen.error.__cause__ is not None


ROWS = (
    Row(
        "F01",
        "Connection refused, then accepted",
        "Tried again, a POST too, since nothing was sent",
        (Case(play=_refused_once, refuses=True),),
    ),
    Row(
        "F02",
        "Connection refused for ever",
        "`APIConnectionError` after 3 tries, with its cause; surely not delivered",
        (
            Case(
                refuses=True,
                outcome="APIConnectionError",
                requests=0,
                attempts=3,
                maybe_delivered=False,
                check=_cause_is_known,
            ),
        ),
    ),
    Row(
        "F03",
        "The host has no address",
        "`APIConnectionError` after 3 tries; surely not delivered",
        (
            Case(
                play=_no_such_name,
                outcome="APIConnectionError",
                requests=0,
                attempts=3,
                maybe_delivered=False,
                check=_cause_is_known,
            ),
        ),
    ),
    Row(
        "F04",
        "A host that does not even refuse",
        "`APITimeoutError` when the deadline passes, and after 5 s in one try",
        (
            Case(
                name="deadline of 0.5 s",
                play=_into_nowhere(timeout=0.5),
                outcome="APITimeoutError",
                requests=0,
                maybe_delivered=False,
                least=0.5,
                most=3.0,
            ),
            Case(
                name="deadline of 30 s, one try",
                play=_into_nowhere(max_retries=0),
                outcome="APITimeoutError",
                requests=0,
                attempts=1,
                maybe_delivered=False,
                least=4.5,
                most=9.0,
            ),
        ),
    ),
    Row(
        "F05",
        "A certificate of nobody known, of another host, or expired",
        "`APIConnectionError` after one try; nothing is sent. A good certificate is taken",
        (
            Case(name="trusted", tls="trusted"),
            *(
                Case(
                    name=kind,
                    tls=kind,
                    outcome="APIConnectionError",
                    requests=0,
                    connections=1,
                    attempts=1,
                    maybe_delivered=False,
                )
                for kind in ("of nobody", "of another host", "expired")
            ),
        ),
    ),
    Row(
        "F06",
        "Plain HTTP where TLS is spoken",
        "`APIConnectionError` after one try",
        (
            Case(
                play=_to_https,
                greeting=b"HTTP/1.1 400 Bad Request\r\n\r\n",
                outcome="APIConnectionError",
                requests=0,
                connections=1,
                attempts=1,
            ),
        ),
    ),
    Row(
        "F07",
        "A base URL that would send credentials in clear, or carries some itself",
        "`ValueError` at construction; it shows neither",
        tuple(
            Case(name=name, play=_refused_url(url), outcome="ValueError", requests=0)
            for name, url in (
                ("http to another machine", "http://api.example.com"),
                ("http to a private address", "http://10.0.0.1"),
                ("user and password", f"https://me:{CANARY}@api.example.com"),
                ("query", f"https://api.example.com/?key={CANARY}"),
                ("no scheme", f"api.example.com/{CANARY}"),
                ("another scheme", f"ftp://api.example.com/{CANARY}"),
            )
        ),
    ),
)
