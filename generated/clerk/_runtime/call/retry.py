"""Rules for retries and polling: when to send a request again, and after which delay.

Sources: RFC 9110, section 9.2.2 (which methods may be repeated) and 10.2.3 (`Retry-After`).
"""

from __future__ import annotations

import random
import threading
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC
from email.utils import parsedate_to_datetime

IDEMPOTENT_METHODS = frozenset(
    {"GET", "HEAD", "OPTIONS", "TRACE", "PUT", "DELETE", "QUERY"}
)

_BASE_DELAY = 0.5
_MAX_BACKOFF = 8.0
_MAX_RETRY_AFTER = 60.0
_RETRYABLE_STATUSES = frozenset({408, 425, 429, 502, 503, 504})


@dataclass(slots=True)
class RetryBudget:
    """Token bucket that limits the retries of a client, so that they do not amplify an outage.

    A retry costs five tokens; a successful call refunds one.
    """

    tokens: float = 500.0
    _lock: threading.Lock = field(default_factory=threading.Lock, repr=False)

    def spend(self) -> bool:
        """Remove the tokens of one retry; return False if there are too few."""
        with self._lock:
            if self.tokens < 5:
                return False
            self.tokens -= 5
            return True

    def refund(self) -> None:
        """Return one token after a successful call."""
        if self.tokens < 500:
            with self._lock:
                self.tokens = min(500.0, self.tokens + 1)


def may_retry_status(
    status: int, headers: Mapping[str, str], *, idempotent: bool
) -> bool:
    """Return whether a response with this status may be retried.

    The header `X-Should-Retry` of some servers overrides the status.

    Args:
        status: The HTTP status, 400 or above.
        headers: The response headers.
        idempotent: Whether the call may be repeated. Without it, only a 429 response that
            gives a delay may be retried: the server did not process the request.
    """
    should_retry = headers.get("x-should-retry", "").lower()
    if should_retry == "false":
        return False
    if status == 429:
        return idempotent or retry_after(headers) is not None
    return idempotent and (status in _RETRYABLE_STATUSES or should_retry == "true")


def backoff(retries: int, rng: random.Random | None = None) -> float:
    """Return the delay before a retry in seconds: exponential backoff with full jitter.

    Args:
        retries: Number of earlier retries.
        rng: The random number generator; the global one by default.
    """
    max_delay = min(_MAX_BACKOFF, _BASE_DELAY * 2**retries)
    return (rng or random).uniform(0, max_delay)


def retry_after(headers: Mapping[str, str]) -> float | None:
    """Return the delay in seconds that a response asks for, or None.

    Headers: `Retry-After` in seconds or as an HTTP date, `Retry-After-Ms`, and Okta's
    `X-Rate-Limit-Reset`. Dates are compared with the response's `Date`, not the local clock.
    """
    milliseconds = _parse_seconds(headers.get("retry-after-ms"))
    if milliseconds is not None:
        return milliseconds / 1000
    header = headers.get("retry-after", "")
    seconds = _parse_seconds(header)
    if seconds is not None:
        return seconds
    server_time = _parse_http_date(headers.get("date", ""))
    if server_time is None:
        return None
    retry_at = _parse_http_date(header)
    if retry_at is None:
        reset = _parse_seconds(headers.get("x-rate-limit-reset"))
        retry_at = None if reset is None else reset + 1  # The end of that second.
    return None if retry_at is None else max(0.0, retry_at - server_time)


def retry_delay(
    retries: int,
    server_delay: float | None,
    remaining: float,
    rng: random.Random | None = None,
) -> float | None:
    """Return the delay before a retry in seconds; None if it is too long.

    Args:
        retries: Number of earlier retries.
        server_delay: Delay that the response asks for in seconds, or None.
        remaining: Seconds until the deadline of the call.
        rng: The random number generator; the global one by default.
    """
    delay = backoff(retries, rng)
    if server_delay is not None:
        if server_delay > _MAX_RETRY_AFTER:
            return None
        delay = server_delay * (rng or random).uniform(1.0, 1.1)
    return delay if delay < remaining else None


def poll_delay(
    polls: int,
    server_delay: float | None,
    remaining: float,
    rng: random.Random | None = None,
) -> float | None:
    """Return the delay before the next poll in seconds; None if it is too long.

    Args:
        polls: Number of earlier polls.
        server_delay: Delay that the response asks for in seconds, or None.
        remaining: Seconds until the deadline of the call.
        rng: The random number generator; the global one by default.
    """
    max_delay = min(_MAX_BACKOFF, _BASE_DELAY * 2**polls)
    delay = (
        (rng or random).uniform(max_delay / 2, max_delay)
        if server_delay is None
        else server_delay
    )
    return delay if delay < remaining else None


def _parse_seconds(text: str | None) -> float | None:
    """Parse a plain decimal number; None for anything else."""
    if text is None or len(text) > 20:
        return None
    integer, _, fraction = text.strip().partition(".")
    if not (integer.isascii() and integer.isdigit()) or not (fraction or "0").isdigit():
        return None
    return float(f"{integer}.{fraction or 0}")


def _parse_http_date(text: str) -> float | None:
    """Parse an HTTP date in any of its three forms (RFC 9110, 5.6.7) to a POSIX timestamp."""
    if not text or len(text) > 60:
        return None
    try:
        parsed = parsedate_to_datetime(text)
    except (ValueError, IndexError, OverflowError):
        return None
    if parsed.tzinfo is None:
        parsed = parsed.replace(tzinfo=UTC)
    return parsed.timestamp()
