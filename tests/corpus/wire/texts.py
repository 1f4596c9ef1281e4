"""Strings of formats and patterns, and the characters of all other strings."""

import re
from datetime import time
from decimal import Decimal
from functools import lru_cache

import hypothesis
from hypothesis import HealthCheck, strategies

SAFE_CHARACTERS = "abcXYZ019-_"
"""Characters without special meaning in any location."""
CHARACTERS = {
    "json": SAFE_CHARACTERS + " \"\\'/<>&%?#=+.,:;|{}[]äß€漢🦊\n\t",
    "path": SAFE_CHARACTERS + " %?#=+:@&!$'()*äß€漢🦊",
    "query": SAFE_CHARACTERS + " %?#=+/:@&!$'()*äß€漢🦊",
    "header": SAFE_CHARACTERS + " %?#=+/:@&!$'()*",
    "cookie": SAFE_CHARACTERS,
}
"""Characters of generated strings, by location."""

FORMATS: dict[str, tuple[str, ...]] = {
    "date-time": (
        "2026-01-02T03:04:05Z",
        "1999-12-31T23:59:59.123Z",
        "2026-06-30T12:00:00.123456+02:00",
    ),
    "date": ("2026-01-02", "1999-12-31"),
    "time": ("03:04:05Z", "23:59:59.5Z", "12:00:00+02:00"),
    "duration": ("PT6M", "P1DT2H", "PT0.5S"),
    "uuid": ("123e4567-e89b-42d3-a456-426614174000",),
    "email": ("someone@example.com",),
    "idn-email": ("someone@example.com",),
    "uri": ("https://example.com/a/b?c=d", "urn:a:b"),
    "uri-reference": ("/a/b?c=d",),
    "url": ("https://example.com/a",),
    "iri": ("https://example.com/ä",),
    "hostname": ("example.com",),
    "ipv4": ("192.0.2.1",),
    "ipv6": ("2001:db8::1",),
    "decimal": ("1.50", "-0.001"),
    "json-pointer": ("/a/0",),
    "regex": ("^a$",),
    "char": ("a",),
}


def is_time(value: object) -> bool:
    """Return whether a value is a time (RFC 3339); other types are accepted.

    Validators check the format of JSON Schema draft 3, which has no offset.
    """
    try:
        return not isinstance(value, str) or bool(time.fromisoformat(value).tzinfo)
    except ValueError:
        return False


def is_decimal(text: str) -> bool:
    """Return whether a text is a decimal in fixed-point notation, which is sent unchanged."""
    try:
        return f"{Decimal(text):f}" == text
    except ArithmeticError:
        return False


@lru_cache(maxsize=4096)
def texts_matching(pattern: str) -> tuple[str, ...]:
    """Return some texts that match a pattern, always the same; none if Python rejects it."""
    found: list[str] = []
    try:
        # In JSON Schema `$` matches only the end of the text, not before a final line feed.
        compiled = re.compile(re.sub(r"(?<!\\)\$$", r"\\Z", pattern))
        alphabet = strategies.characters(min_codepoint=32, max_codepoint=126)
        texts = strategies.from_regex(compiled, alphabet=alphabet)

        @hypothesis.settings(
            max_examples=6,
            derandomize=True,
            database=None,
            deadline=None,
            phases=[hypothesis.Phase.generate],
            suppress_health_check=list(HealthCheck),
        )
        @hypothesis.given(texts)
        def collect(text: str) -> None:
            found.append(text)

        collect()
    except Exception:  # Any: the patterns are third-party.
        pass
    return tuple(dict.fromkeys(found))
