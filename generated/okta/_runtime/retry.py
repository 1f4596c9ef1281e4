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

IDEMPOTENT = frozenset({"GET", "HEAD", "OPTIONS", "TRACE", "PUT", "DELETE", "QUERY"})

_FIRST_PAUSE = 0.5
_LONGEST_PAUSE = 8.0
_LONGEST_WISH = 60.0
_RETRIED = frozenset({408, 425, 429, 502, 503, 504})


@dataclass(slots=True)
class Budget:
    """How many retries a client may still make: an outage is not to be amplified.

    A retry costs five tokens and a success gives one back.
    """

    tokens: float = 500.0
    _lock: threading.Lock = field(default_factory=threading.Lock, repr=False)

    def take(self) -> bool:
        """Pay for one retry, if there is enough."""
        with self._lock:
            if self.tokens < 5:
                return False
            self.tokens -= 5
            return True

    def succeed(self) -> None:
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
    advice = headers.get("x-should-retry", "").lower()
    if advice == "false":
        return False
    if status == 429:
        return idempotent or wished_pause(headers) is not None
    return idempotent and (status in _RETRIED or advice == "true")


def backoff(retries: int, rng: random.Random | None = None) -> float:
    """Seconds to wait before a retry: full jitter below a limit that doubles.

    Args:
        retries: How many there were before.
        rng: The source of chance.
    """
    limit = min(_LONGEST_PAUSE, _FIRST_PAUSE * 2**retries)
    return (rng or random).uniform(0, limit)


def wished_pause(headers: Mapping[str, str]) -> float | None:
    """Seconds that the server asks to wait, None where it says nothing that can be used.

    `Retry-After` in seconds or as a date, `Retry-After-Ms`, and Okta's `X-Rate-Limit-Reset`.
    Dates are compared with the server's own `Date`, so that a wrong clock here does no harm.
    """
    milliseconds = _number(headers.get("retry-after-ms"))
    if milliseconds is not None:
        return milliseconds / 1000
    wish = headers.get("retry-after", "")
    seconds = _number(wish)
    if seconds is not None:
        return seconds
    now = _date(headers.get("date", ""))
    if now is None:
        return None
    then = _date(wish)
    if then is None:
        reset = _number(headers.get("x-rate-limit-reset"))
        then = None if reset is None else reset + 1
    return None if then is None else max(0.0, then - now)


def pause_before_retry(
    retries: int, wish: float | None, left: float, rng: random.Random | None = None
) -> float | None:
    """Seconds to wait before a retry, None where it is not worth waiting.

    Args:
        retries: How many there were before.
        wish: What the server asks for.
        left: Seconds until the call's deadline.
        rng: The source of chance.
    """
    pause = backoff(retries, rng)
    if wish is not None:
        if wish > _LONGEST_WISH:
            return None
        pause = wish * (rng or random).uniform(1.0, 1.1)
    return pause if pause < left else None


def pause_before_poll(
    polls: int, wish: float | None, left: float, rng: random.Random | None = None
) -> float | None:
    """Seconds to wait before asking again for an answer that is not ready, None for too long.

    Args:
        polls: How often it was asked for before.
        wish: What the server asks for.
        left: Seconds until the call's deadline.
        rng: The source of chance.
    """
    longest = min(_LONGEST_PAUSE, _FIRST_PAUSE * 2**polls)
    pause = (rng or random).uniform(longest / 2, longest) if wish is None else wish
    return pause if pause < left else None


def _number(text: str | None) -> float | None:
    """A plain decimal number of seconds, None for anything else."""
    if text is None or len(text) > 20:
        return None
    whole, _, fraction = text.strip().partition(".")
    if not (whole.isascii() and whole.isdigit()) or not (fraction or "0").isdigit():
        return None
    return float(f"{whole}.{fraction or 0}")


def _date(text: str) -> float | None:
    """An HTTP date in any of its three forms (RFC 9110, section 5.6.7), as seconds."""
    if not text or len(text) > 60:
        return None
    try:
        found = parsedate_to_datetime(text)
    except (ValueError, IndexError, OverflowError):
        return None
    if found.tzinfo is None:
        found = found.replace(tzinfo=UTC)
    return found.timestamp()
