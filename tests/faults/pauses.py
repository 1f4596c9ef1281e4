"""When a call is tried again: as the server wishes, or after a pause of chance."""

import random
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from typing import Any
from unittest.mock import patch

import okta
import okta._runtime.retry

from tests.faults.actions import answer, once
from tests.faults.row import Case, Row, Seen, paused
from tests.faults.scene import Play, Scene, create, get
from tests.faults.server import Turn
from tests.faults.silence import ID

NOW = datetime(2026, 11, 8, 12, 0, tzinfo=UTC)
"""What the servers here take for the time; it is not this machine's."""


def _date(moment: datetime) -> str:
    return format_datetime(moment, usegmt=True)


def _error(status: int) -> str:
    names = {408: "APIStatusError", 409: "ConflictError", 425: "APIStatusError"}
    return names.get(
        status, "RateLimitError" if status == 429 else "InternalServerError"
    )


def _retry_after(seconds: float) -> Callable[[Seen], None]:
    def check(seen: Seen) -> None:
        assert seen.error.retry_after == seconds, seen.error.retry_after

    return check


def _wish(name: str, seconds: float, *headers: str, status: int = 429) -> Case:
    """A pause beyond the deadline, so that the error tells at once how it was read."""
    return Case(
        name=name,
        server=once(status, *headers),
        play=get(timeout=10),
        outcome=_error(status),
        attempts=1,
        most=5.0,
        check=_retry_after(seconds),
    )


def _with_local_clock(hours: int, play: Play) -> Play:
    async def skewed(scene: Scene) -> Any:
        import time

        real = time.time
        with patch("time.time", lambda: real() + hours * 3600):
            return await play(scene)

    return skewed


def _busy_once_each(turn: Turn) -> None:
    """503 to the first request for each thing, and then its answer."""
    asked = [r.target for r in turn.server.requests].count(turn.request.target)
    turn.send(answer(503, b"") if asked == 1 else answer())


async def _many_pauses(scene: Scene) -> list[float]:
    """The pauses of 40 calls of two clients, begun together."""
    async with scene.client() as first, scene.client() as second:

        async def call(number: int) -> None:
            client = (first, second)[number % 2]
            await client("sessions.get", f"{ID}-{number}")

        await scene.mode.together(40, call)
    arrived: dict[str, list[float]] = {}
    for request in scene.server.requests:
        arrived.setdefault(request.target, []).append(request.arrived)
    return [second - first for first, second in arrived.values()]


def _spread(seen: Seen) -> None:
    assert max(seen.value) - min(seen.value) > 0.1, seen.value


async def _full_jitter(scene: Scene) -> list[float]:
    """1,000 pauses of each rank, each as a part of the longest that it may be."""
    parts: list[float] = []
    for retries in range(8):
        longest = min(8.0, 0.5 * 2**retries)
        rng = random.Random(retries)
        pauses = [okta._runtime.retry.backoff(retries, rng) for _ in range(1000)]
        parts += [pause / longest for pause in pauses]
    return parts


def _uniform(seen: Seen) -> None:
    parts = sorted(seen.value)
    # The distance of Kolmogorov and Smirnov between these and a uniform distribution.
    distance = max(abs(p - i / len(parts)) for i, p in enumerate(parts))
    assert distance < 0.03, distance


ODD_WISHES = (
    "-5",
    "nan",
    "inf",
    "1e999",
    "",
    "soon",
    "1" + "0" * 400,
    "1, 2",
    "0x10",
    "٣",
)


ROWS = (
    Row(
        "F29",
        "429 with `Retry-After` in seconds",
        "Waits that long, and up to a tenth more; a POST too",
        (
            Case(
                server=once(429, "Retry-After: 1"),
                play=create(),
                requests=2,
                check=paused(1.0, 2.5),
            ),
            _wish("beyond the deadline", 20, "Retry-After: 20"),
            _wish("a fraction", 20.5, "Retry-After: 20.5"),
        ),
    ),
    Row(
        "F30",
        "429 with `Retry-After` as a date",
        "All three forms are read, against the server's own `Date`",
        (
            *(
                _wish(name, 20, f"Retry-After: {then}", f"Date: {_date(NOW)}")
                for name, then in (
                    ("IMF-fixdate", "Sun, 08 Nov 2026 12:00:20 GMT"),
                    ("RFC 850", "Sunday, 08-Nov-26 12:00:20 GMT"),
                    ("asctime", "Sun Nov  8 12:00:20 2026"),
                )
            ),
            Case(
                name="in the past",
                server=once(
                    429,
                    f"Retry-After: {_date(NOW - timedelta(hours=1))}",
                    f"Date: {_date(NOW)}",
                ),
                play=create(),
                requests=2,
            ),
            Case(
                name="without Date",
                server=once(429, f"Retry-After: {_date(NOW)}"),
                requests=2,
            ),
        ),
    ),
    Row(
        "F31",
        "429 with `Retry-After-Ms`",
        "Waits that many milliseconds",
        (
            Case(
                server=once(429, "retry-after-ms: 700", "Retry-After: 20"),
                play=create(),
                requests=2,
                check=paused(0.7, 2.5),
            ),
            _wish("beyond the deadline", 20.5, "Retry-After-Ms: 20500"),
        ),
    ),
    Row(
        "F32",
        "`Retry-After` of a day",
        "No pause: the error comes at once and says `retry_after`",
        tuple(
            Case(
                name=str(status),
                server=once(status, "Retry-After: 86400"),
                play=get(timeout=100_000),
                outcome=_error(status),
                attempts=1,
                most=3.0,
                check=_retry_after(86400),
            )
            for status in (429, 503)
        ),
    ),
    Row(
        "F33",
        "`Retry-After` that makes no sense",
        "As if there was none: a GET is tried again, a POST with 429 is not",
        (
            *(
                Case(
                    name=f"503, {wish[:10]!r}",
                    server=once(503, f"Retry-After: {wish}".encode().decode("latin-1")),
                    requests=2,
                )
                for wish in ODD_WISHES
            ),
            *(
                Case(
                    name=f"429, POST, {wish[:10]!r}",
                    server=once(429, f"Retry-After: {wish}".encode().decode("latin-1")),
                    play=create(),
                    outcome="RateLimitError",
                    attempts=1,
                )
                for wish in ODD_WISHES
            ),
            Case(
                name="two headers",
                server=once(503, "Retry-After: 100", "Retry-After: 200"),
                requests=2,
            ),
            Case(
                name="0", server=once(429, "Retry-After: 0"), play=create(), requests=2
            ),
        ),
    ),
    Row(
        "F34",
        "429 with `X-Rate-Limit-Reset`, and a clock here that is an hour off",
        "Waits until a second after it, by the server's own `Date`",
        (
            *(
                Case(
                    name=f"{hours:+} h",
                    server=once(
                        429,
                        f"X-Rate-Limit-Reset: {NOW.timestamp() + 20:.0f}",
                        f"Date: {_date(NOW)}",
                    ),
                    play=_with_local_clock(hours, create(timeout=10)),
                    outcome="RateLimitError",
                    attempts=1,
                    check=_retry_after(21),
                )
                for hours in (-1, 0, 1)
            ),
            Case(
                name="now",
                server=once(
                    429,
                    f"X-Rate-Limit-Reset: {NOW.timestamp():.0f}",
                    f"Date: {_date(NOW)}",
                ),
                play=create(),
                requests=2,
                check=paused(1.0, 2.5),
            ),
        ),
    ),
    Row(
        "F35",
        "429 without a word on when",
        "A GET is tried again, a POST is a `RateLimitError`",
        (
            Case(name="GET", server=once(429), requests=2),
            Case(
                name="POST",
                server=once(429),
                play=create(),
                outcome="RateLimitError",
                attempts=1,
            ),
        ),
    ),
    Row(
        "F38",
        "Many clients that are told to go away at once",
        "Full jitter: they do not come back together",
        (
            Case(
                name="pauses of 40 calls",
                server=(_busy_once_each,),
                play=_many_pauses,
                outcome="list",
                requests=80,
                check=_spread,
            ),
            Case(
                name="8,000 samples",
                play=_full_jitter,
                outcome="list",
                requests=0,
                check=_uniform,
            ),
        ),
    ),
)
