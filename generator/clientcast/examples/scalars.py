"""Example texts and numbers of schemas, within their limits."""

from clientcast.examples.acceptance import accepts_number, has_format
from clientcast.examples.effective import Schema
from clientcast.examples.patterns import matching_text

FORMATS = {
    "date-time": "2026-01-02T03:04:05Z",
    "date": "2026-01-02",
    "time": "03:04:05Z",
    "duration": "PT5M",
    "uuid": "b6e8a5a0-1b1e-4c5e-9b1a-0f3c2d4e5f60",
    "byte": "ZXhhbXBsZQ==",
    "decimal": "1.5",
    "email": "user@example.com",
    "idn-email": "user@example.com",
    "uri": "https://example.com/",
    "url": "https://example.com/",
    "iri": "https://example.com/",
    "uri-reference": "/",
    "uri-template": "/",
    "hostname": "example.com",
    "idn-hostname": "example.com",
    "ipv4": "192.0.2.1",
    "ipv6": "2001:db8::1",
    "json-pointer": "/a",
    "relative-json-pointer": "0",
    "regex": "a",
}
"""Texts of the formats of strings."""


def text_value(merged: Schema) -> str:
    """Return a text of a schema."""
    least, most = merged.get("minLength"), merged.get("maxLength")
    minimum = least if isinstance(least, int) else 0
    maximum = most if isinstance(most, int) else None
    pattern, format_ = merged.get("pattern"), merged.get("format")
    if merged.get("contentEncoding") == "base64":
        format_ = "byte"
    candidates = [FORMATS[format_]] if format_ in FORMATS else []
    if isinstance(pattern, str):
        found = matching_text(pattern, minimum, maximum)
        candidates += [found] if found is not None else []
    title = "string"
    candidates += [title, title[:maximum] if maximum is not None else title]
    candidates.append(title + "g" * max(0, min(minimum, 10_000) - len(title)))
    for text in candidates:
        is_short = maximum is None or len(text) <= maximum
        if len(text) >= minimum and is_short and has_format(text, format_):
            if not isinstance(pattern, str) or text in candidates[:2]:
                return text
    return candidates[0]


def number_value(merged: Schema, *, is_integer: bool) -> int | float:
    """Return a number of a schema: near one, within its limits."""
    minimum, maximum = merged.get("minimum"), merged.get("maximum")
    low, high = merged.get("exclusiveMinimum"), merged.get("exclusiveMaximum")
    step = merged.get("multipleOf")
    candidates: list[int | float] = [1, 0, 2]
    unit = step if isinstance(step, int | float) and step > 0 else 1
    for bound in (minimum, low):
        if isinstance(bound, int | float) and not isinstance(bound, bool):
            start = -(-bound // unit) * unit
            candidates += [bound, start, start + unit]
    for bound in (maximum, high):
        if isinstance(bound, int | float) and not isinstance(bound, bool):
            end = bound // unit * unit
            candidates += [bound, end, end - unit]
    if isinstance(minimum, int | float) and isinstance(maximum, int | float):
        candidates.append((minimum + maximum) / 2)
    candidates.append(unit)
    for number in candidates:
        if is_integer and not float(number).is_integer():
            continue
        number = int(number) if is_integer else number
        if accepts_number(merged, number):
            return number
    return 1
