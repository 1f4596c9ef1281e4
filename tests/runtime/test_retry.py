"""Tests of the rules for retries and delays."""

import random
import statistics

import pytest
from _runtime.call.retry import (
    RetryBudget,
    backoff,
    may_retry_status,
    poll_delay,
    retry_after,
    retry_delay,
)

DATE = "Sun, 06 Nov 1994 08:49:37 GMT"
EPOCH = 784111777


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({}, None),
        ({"retry-after": "1"}, 1.0),
        ({"retry-after": "0"}, 0.0),
        ({"retry-after": " 2 "}, 2.0),
        ({"retry-after": "1.5"}, 1.5),
        ({"retry-after": "86400"}, 86400.0),
        ({"retry-after-ms": "250", "retry-after": "9"}, 0.25),
        ({"retry-after": "Sun, 06 Nov 1994 08:49:40 GMT", "date": DATE}, 3.0),
        ({"retry-after": "Sunday, 06-Nov-94 08:49:40 GMT", "date": DATE}, 3.0),
        ({"retry-after": "Sun Nov  6 08:49:40 1994", "date": DATE}, 3.0),
        ({"retry-after": "Sun, 06 Nov 1994 08:49:30 GMT", "date": DATE}, 0.0),
        ({"retry-after": "Sun, 06 Nov 1994 08:49:40 GMT"}, None),
        ({"x-rate-limit-reset": str(EPOCH + 2), "date": DATE}, 3.0),
        ({"x-rate-limit-reset": str(EPOCH - 60), "date": DATE}, 0.0),
        ({"x-rate-limit-reset": str(EPOCH + 2)}, None),
    ],
)
def test_retry_after_accepts_seconds_and_http_dates(
    headers: dict[str, str], seconds: float | None
) -> None:
    assert retry_after(headers) == seconds


@pytest.mark.parametrize(
    "bad_value",
    ["-5", "nan", "inf", "1e999", "", "soon", "9" * 400, "1, 2", "١", "0x10", "1.2.3"],
)
@pytest.mark.parametrize(
    "name", ["retry-after", "retry-after-ms", "x-rate-limit-reset"]
)
def test_invalid_retry_after_is_ignored(name: str, bad_value: str) -> None:
    assert retry_after({name: bad_value, "date": DATE}) is None
    assert retry_after({name: bad_value, "date": bad_value}) is None


def test_retryable_statuses() -> None:
    retried = {
        status
        for status in range(400, 600)
        if may_retry_status(status, {}, idempotent=True)
    }
    assert retried == {408, 425, 429, 502, 503, 504}
    for status in range(400, 600):
        assert not may_retry_status(status, {}, idempotent=False)
        may_retry = may_retry_status(status, {"retry-after": "0"}, idempotent=False)
        assert may_retry == (status == 429)


def test_x_should_retry_overrides_the_status() -> None:
    no, yes = {"x-should-retry": "false"}, {"x-should-retry": "true"}
    for status in range(400, 600):
        assert not may_retry_status(status, no, idempotent=True)
        assert may_retry_status(status, yes, idempotent=True)
        assert not may_retry_status(status, yes, idempotent=False)


def test_poll_delay_doubles_up_to_a_limit() -> None:
    rng = random.Random(1)
    for polls, limit in ((0, 0.5), (1, 1.0), (4, 8.0), (9, 8.0)):
        delays = [poll_delay(polls, None, 60, rng) for _ in range(500)]
        assert all(delay and limit / 2 <= delay <= limit for delay in delays)
    assert poll_delay(9, 0.25, 60) == 0.25
    assert poll_delay(0, 3, 2.9) is None
    assert poll_delay(0, None, 0.1) is None


def test_backoff_has_full_jitter_below_a_doubling_limit() -> None:
    rng = random.Random(1)
    for retries, limit in ((0, 0.5), (1, 1.0), (2, 2.0), (4, 8.0), (9, 8.0)):
        delays = [backoff(retries, rng) for _ in range(2_000)]
        assert 0 <= min(delays) < limit * 0.01
        assert limit * 0.99 < max(delays) <= limit
        assert statistics.mean(delays) == pytest.approx(limit / 2, rel=0.05)


def test_retry_delay_respects_retry_after_within_the_deadline() -> None:
    rng = random.Random(1)
    for _ in range(100):
        delay = retry_delay(0, 2.0, 10.0, rng)
        assert delay is not None and 2.0 <= delay <= 2.2
    assert retry_delay(0, 20.0, 10.0, rng) is None
    assert retry_delay(0, 86_400.0, 100_000.0, rng) is None
    assert retry_delay(0, None, 0.0, rng) is None


def test_retry_budget_limits_retries_until_refunds() -> None:
    budget = RetryBudget()
    assert sum(budget.spend() for _ in range(1_000)) == 100
    for _ in range(4):
        budget.refund()
    assert not budget.spend()
    budget.refund()
    assert budget.spend() and not budget.spend()
    for _ in range(1_000):
        budget.refund()
    assert sum(budget.spend() for _ in range(1_000)) == 100
