"""Decides whether a call is tried again, and how long to wait before: no clock, no socket.

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
    """How many retries a client may still make: an outage is not to be amplified.

    A retry costs five tokens and a success gives one back.
    """

    tokens: float = 500.0
    _lock: threading.Lock = field(default_factory=threading.Lock, repr=False)

    def spend(self) -> bool:
        """Pay for one retry, if there is enough."""
        with self._lock:
            if self.tokens < 5:
                return False
            self.tokens -= 5
            return True

    def refund(self) -> None:
        """Note that a call was answered."""
        if self.tokens < 500:
            with self._lock:
                self.tokens = min(500.0, self.tokens + 1)


def may_retry_status(
    status: int, headers: Mapping[str, str], *, idempotent: bool
) -> bool:
    """Whether an answer with this status is worth another try.

    Some servers say so themselves, in `X-Should-Retry`.

    Args:
        status: The HTTP status, of an error.
        headers: Of the answer.
        idempotent: Whether the operation may be repeated without harm.
    """
    should_retry = headers.get("x-should-retry", "").lower()
    if should_retry == "false":
        return False
    if status == 429:
        return idempotent or retry_after(headers) is not None
    return idempotent and (status in _RETRYABLE_STATUSES or should_retry == "true")


def backoff(retries: int, rng: random.Random | None = None) -> float:
    """Seconds to wait before a retry: full jitter below a limit that doubles.

    Args:
        retries: How many there were before.
        rng: The source of chance.
    """
    max_delay = min(_MAX_BACKOFF, _BASE_DELAY * 2**retries)
    return (rng or random).uniform(0, max_delay)


def retry_after(headers: Mapping[str, str]) -> float | None:
    """Seconds that the server asks to wait, None where it says nothing that can be used.

    `Retry-After` in seconds or as a date, `Retry-After-Ms`, and Okta's `X-Rate-Limit-Reset`.
    Dates are compared with the server's own `Date`, so that a wrong clock here does no harm.
    """
    milliseconds = _parse_seconds(headers.get("retry-after-ms"))
    if milliseconds is not None:
        return milliseconds / 1000
    server_delay = headers.get("retry-after", "")
    seconds = _parse_seconds(server_delay)
    if seconds is not None:
        return seconds
    now = _parse_http_date(headers.get("date", ""))
    if now is None:
        return None
    reset_at = _parse_http_date(server_delay)
    if reset_at is None:
        reset = _parse_seconds(headers.get("x-rate-limit-reset"))
        reset_at = None if reset is None else reset + 1
    return None if reset_at is None else max(0.0, reset_at - now)


def retry_delay(
    retries: int,
    server_delay: float | None,
    remaining: float,
    rng: random.Random | None = None,
) -> float | None:
    """Seconds to wait before a retry, None where it is not worth waiting.

    Args:
        retries: How many there were before.
        wish: What the server asks for.
        left: Seconds until the call's deadline.
        rng: The source of chance.
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
    """Seconds to wait before asking again for an answer that is not ready, None for too long.

    Args:
        polls: How often it was asked for before.
        wish: What the server asks for.
        left: Seconds until the call's deadline.
        rng: The source of chance.
    """
    max_delay = min(_MAX_BACKOFF, _BASE_DELAY * 2**polls)
    delay = (
        (rng or random).uniform(max_delay / 2, max_delay)
        if server_delay is None
        else server_delay
    )
    return delay if delay < remaining else None


def _parse_seconds(text: str | None) -> float | None:
    """A plain decimal number of seconds, None for anything else."""
    if text is None or len(text) > 20:
        return None
    whole, _, fraction = text.strip().partition(".")
    if not (whole.isascii() and whole.isdigit()) or not (fraction or "0").isdigit():
        return None
    return float(f"{whole}.{fraction or 0}")


def _parse_http_date(text: str) -> float | None:
    """An HTTP date in any of its three forms (RFC 9110, section 5.6.7), as seconds."""
    if not text or len(text) > 60:
        return None
    try:
        parsed = parsedate_to_datetime(text)
    except (ValueError, IndexError, OverflowError):
        return None
    if parsed.tzinfo is None:
        parsed = parsed.replace(tzinfo=UTC)
    return parsed.timestamp()
