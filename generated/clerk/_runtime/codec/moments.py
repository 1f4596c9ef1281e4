"""Date-times, times and durations: parsing and formatting (RFC 3339).

Python has microseconds and no leap seconds. A value that is finer keeps its text, so that it
is sent back as it was received.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime, time, timedelta
from typing import Any, SupportsIndex, TypeVar

import msgspec

T = TypeVar("T")

_FINE = re.compile(r"\.\d{7}")
_FINE_JSON = re.compile(rb'\.\d{7,}[Z+\-"zS]')
_NAIVE_JSON = re.compile(rb':\d\d:\d\d(?:\.\d*)?"')
_WEEKS = re.compile(r"([+-]?)P(\d{1,6})W", re.IGNORECASE)


class FineDatetime(datetime):
    """A date-time with its text: a leap second, or more digits than microseconds.

    Attributes:
        text: The text; empty for the result of a calculation.
    """

    text: str = ""

    def __reduce_ex__(self, protocol: SupportsIndex) -> str | tuple[Any, ...]:
        return (parse_datetime, (self.text or self.isoformat(),))


class FineTime(time):
    """A time with more digits than microseconds, and its text."""

    text: str = ""

    def __reduce_ex__(self, protocol: SupportsIndex) -> str | tuple[Any, ...]:
        return (parse_time, (self.text or self.isoformat(),))


class FineDuration(timedelta):
    """A duration in weeks or with more digits than microseconds, and its text."""

    text: str = ""

    def __reduce_ex__(self, protocol: SupportsIndex) -> str | tuple[Any, ...]:
        return (parse_duration, (self.text or format_duration(self),))


def has_naive_moments(content: bytes) -> bool:
    """Return whether JSON may have a date-time without an offset."""
    return b"\\" in content or _NAIVE_JSON.search(content) is not None


def has_fine_moments(content: bytes) -> bool:
    """Return whether JSON may have a moment or duration finer than microseconds."""
    return _FINE_JSON.search(content) is not None


def is_fine(text: str) -> bool:
    """Return whether a moment or duration has more digits than microseconds."""
    return _FINE.search(text) is not None


def parse_datetime(text: str) -> datetime | None:
    """Parse a date-time; None if it is invalid.

    A leap second, which `datetime` does not support, becomes the second after :59.
    """
    is_leap = text[17:19] == "60"
    value = _parse(f"{text[:17]}59{text[19:]}" if is_leap else text, datetime)
    try:
        value = value and value + timedelta(seconds=is_leap)
    except OverflowError:
        return None
    if value is None or not (is_leap or is_fine(text)):
        return value
    fine = FineDatetime.combine(value.date(), value.timetz())
    fine.text = text
    return fine


def parse_time(text: str) -> time | None:
    """Parse a time; None if it is invalid."""
    value = _parse(text, time)
    if value is None or not is_fine(text):
        return value
    clock = (value.hour, value.minute, value.second, value.microsecond)
    fine = FineTime(*clock, value.tzinfo)
    fine.text = text
    return fine


def parse_duration(text: str) -> timedelta | None:
    """Parse a duration; None if it is invalid, or has years or months, of no fixed length."""
    weeks = _WEEKS.fullmatch(text)
    value = _parse(f"{weeks[1]}P{7 * int(weeks[2])}D" if weeks else text, timedelta)
    if value is None or not (weeks or is_fine(text)):
        return value
    fine = FineDuration(value.days, value.seconds, value.microseconds)
    fine.text = text
    return fine


def _parse(text: str, type_: type[T]) -> T | None:
    try:
        return msgspec.convert(text, type_)
    except msgspec.ValidationError:
        return None


def fine_text(value: object) -> str | None:
    """Return the text of a value that is finer than microseconds; None for any other."""
    if isinstance(value, FineDatetime | FineTime | FineDuration):
        return value.text or None
    return None


def format_datetime(value: datetime) -> str:
    """Return a date-time (RFC 3339, section 5.6), in UTC if its offset has seconds."""
    offset = value.utcoffset()
    if offset is not None and offset % timedelta(minutes=1):
        value = value.astimezone(UTC)
    return value.isoformat().replace("+00:00", "Z")


def format_duration(value: timedelta) -> str:
    """Return a duration in days, hours, minutes and seconds (RFC 3339, appendix A)."""
    length = abs(value)
    minutes, seconds = divmod(length.seconds, 60)
    hours, minutes = divmod(minutes, 60)
    date = f"{length.days}D" if length.days else ""
    time = f"{hours}H" if hours else ""
    time += f"{minutes}M" if minutes else ""
    if seconds or length.microseconds or not (date or time):
        fraction = f".{length.microseconds:06}".rstrip(".0")
        time += f"{seconds}{fraction}S"
    sign = "-" if value < timedelta() else ""
    return f"{sign}P{date}T{time}" if time else f"{sign}P{date}"
