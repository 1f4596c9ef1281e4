"""Delays before retries: `Retry-After` and similar headers, and exponential backoff."""

import random
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from typing import Any
from unittest.mock import patch

import okta
import okta._runtime.call.retry

from tests.faults.actions import response_bytes, status_once
from tests.faults.harness import Harness, Scenario, create_session, get_session
from tests.faults.leak_search import ID
from tests.faults.row import Case, Observation, Row, check_delay
from tests.faults.server import Responder

NOW = datetime(2026, 11, 8, 12, 0, tzinfo=UTC)
"""Time of the servers of this module, which differs from the local time."""


def _date(moment: datetime) -> str:
    return format_datetime(moment, usegmt=True)


def _error(status: int) -> str:
    names = {408: "APIStatusError", 409: "ConflictError", 425: "APIStatusError"}
    return names.get(
        status, "RateLimitError" if status == 429 else "InternalServerError"
    )


def _retry_after(seconds: float) -> Callable[[Observation], None]:
    def check(observation: Observation) -> None:
        assert observation.error.retry_after == seconds, observation.error.retry_after

    return check


def _retry_after_case(
    name: str, seconds: float, *headers: str, status: int = 429
) -> Case:
    """Return a case with a delay beyond the deadline, whose error has the parsed delay."""
    return Case(
        name=name,
        server=status_once(status, *headers),
        scenario=get_session(timeout=10),
        outcome=_error(status),
        attempts=1,
        check=_retry_after(seconds),
    )


def _with_clock_offset(hours: int, scenario: Scenario) -> Scenario:
    async def skewed(harness: Harness) -> Any:
        import time

        real = time.time
        with patch("time.time", lambda: real() + hours * 3600):
            return await scenario(harness)

    return skewed


def _unavailable_once_per_target(responder: Responder) -> None:
    """Send 503 to the first request of each target, then a valid response."""
    asked = [r.target for r in responder.server.requests].count(
        responder.request.target
    )
    responder.send(response_bytes(503, b"") if asked == 1 else response_bytes())


async def _measured_delays(harness: Harness) -> list[float]:
    """Return the delays of 40 concurrent calls of two clients."""
    async with harness.client() as first, harness.client() as second:

        async def call(number: int) -> None:
            client = (first, second)[number % 2]
            await client("sessions.get", f"{ID}-{number}")

        await harness.mode.together(40, call)
    arrived: dict[str, list[float]] = {}
    for request in harness.server.requests:
        arrived.setdefault(request.target, []).append(request.arrived)
    return [second - first for first, second in arrived.values()]


def _check_spread(observation: Observation) -> None:
    assert max(observation.value) - min(observation.value) > 0.1, observation.value


async def _full_jitter(harness: Harness) -> list[float]:
    """Return 1,000 delays for each number of retries, as fractions of their maximum."""
    parts: list[float] = []
    for retries in range(8):
        max_delay = min(8.0, 0.5 * 2**retries)
        rng = random.Random(retries)
        delays = [okta._runtime.call.retry.backoff(retries, rng) for _ in range(1000)]
        parts += [delay / max_delay for delay in delays]
    return parts


def _check_uniform(observation: Observation) -> None:
    parts = sorted(observation.value)
    # Kolmogorov-Smirnov distance from the uniform distribution.
    distance = max(abs(p - i / len(parts)) for i, p in enumerate(parts))
    assert distance < 0.03, distance


INVALID_RETRY_AFTER = (
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
        "Waits that long, and up to a tenth longer; also a POST",
        (
            Case(
                server=status_once(429, "Retry-After: 1"),
                scenario=create_session(),
                requests=2,
                check=check_delay(1.0),
            ),
            _retry_after_case("beyond the deadline", 20, "Retry-After: 20"),
            _retry_after_case("a fraction", 20.5, "Retry-After: 20.5"),
        ),
    ),
    Row(
        "F30",
        "429 with `Retry-After` as an HTTP date",
        "All three forms are accepted, relative to the `Date` header",
        (
            *(
                _retry_after_case(
                    name, 20, f"Retry-After: {then}", f"Date: {_date(NOW)}"
                )
                for name, then in (
                    ("IMF-fixdate", "Sun, 08 Nov 2026 12:00:20 GMT"),
                    ("RFC 850", "Sunday, 08-Nov-26 12:00:20 GMT"),
                    ("asctime", "Sun Nov  8 12:00:20 2026"),
                )
            ),
            Case(
                name="in the past",
                server=status_once(
                    429,
                    f"Retry-After: {_date(NOW - timedelta(hours=1))}",
                    f"Date: {_date(NOW)}",
                ),
                scenario=create_session(),
                requests=2,
            ),
            Case(
                name="without Date",
                server=status_once(429, f"Retry-After: {_date(NOW)}"),
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
                server=status_once(429, "retry-after-ms: 700", "Retry-After: 20"),
                scenario=create_session(),
                requests=2,
                check=check_delay(0.7),
            ),
            _retry_after_case("beyond the deadline", 20.5, "Retry-After-Ms: 20500"),
        ),
    ),
    Row(
        "F32",
        "`Retry-After` of a day",
        "No delay: the error is raised at once, with `retry_after`",
        tuple(
            Case(
                name=str(status),
                server=status_once(status, "Retry-After: 86400"),
                scenario=get_session(timeout=100_000),
                outcome=_error(status),
                attempts=1,
                check=_retry_after(86400),
            )
            for status in (429, 503)
        ),
    ),
    Row(
        "F33",
        "Invalid `Retry-After`",
        "Ignored: a GET is retried, a POST with 429 is not",
        (
            *(
                Case(
                    name=f"503, {value[:10]!r}",
                    server=status_once(
                        503, f"Retry-After: {value}".encode().decode("latin-1")
                    ),
                    requests=2,
                )
                for value in INVALID_RETRY_AFTER
            ),
            *(
                Case(
                    name=f"429, POST, {value[:10]!r}",
                    server=status_once(
                        429, f"Retry-After: {value}".encode().decode("latin-1")
                    ),
                    scenario=create_session(),
                    outcome="RateLimitError",
                    attempts=1,
                )
                for value in INVALID_RETRY_AFTER
            ),
            Case(
                name="two headers",
                server=status_once(503, "Retry-After: 100", "Retry-After: 200"),
                requests=2,
            ),
            Case(
                name="0",
                server=status_once(429, "Retry-After: 0"),
                scenario=create_session(),
                requests=2,
            ),
        ),
    ),
    Row(
        "F34",
        "429 with `X-Rate-Limit-Reset`, and a local clock that is an hour off",
        "Waits until a second after it, relative to the `Date` header",
        (
            *(
                Case(
                    name=f"{hours:+} h",
                    server=status_once(
                        429,
                        f"X-Rate-Limit-Reset: {NOW.timestamp() + 20:.0f}",
                        f"Date: {_date(NOW)}",
                    ),
                    scenario=_with_clock_offset(hours, create_session(timeout=10)),
                    outcome="RateLimitError",
                    attempts=1,
                    check=_retry_after(21),
                )
                for hours in (-1, 0, 1)
            ),
            Case(
                name="now",
                server=status_once(
                    429,
                    f"X-Rate-Limit-Reset: {NOW.timestamp():.0f}",
                    f"Date: {_date(NOW)}",
                ),
                scenario=create_session(),
                requests=2,
                check=check_delay(1.0),
            ),
        ),
    ),
    Row(
        "F35",
        "429 without `Retry-After`",
        "A GET is retried, a POST raises `RateLimitError`",
        (
            Case(name="GET", server=status_once(429), requests=2),
            Case(
                name="POST",
                server=status_once(429),
                scenario=create_session(),
                outcome="RateLimitError",
                attempts=1,
            ),
        ),
    ),
    Row(
        "F38",
        "Many clients that get 503 at the same time",
        "Full jitter: they do not retry at the same time",
        (
            Case(
                name="delays of 40 calls",
                server=(_unavailable_once_per_target,),
                scenario=_measured_delays,
                outcome="list",
                requests=80,
                check=_check_spread,
            ),
            Case(
                name="8,000 samples",
                scenario=_full_jitter,
                outcome="list",
                requests=0,
                check=_check_uniform,
            ),
        ),
    ),
)
