"""Versions of distributions (PEP 440), made from versions of documents, which are any text."""

import re

from msgspec import Struct
from packaging.version import InvalidVersion, Version

NO_VERSION = "0"

_MAX_LENGTH = 100
_MAX_LABEL_LENGTH = 40
_DATE = re.compile(r"\d{4}-\d{1,2}(?:-\d{1,2})?(?!\d)", re.ASCII)
_NUMBERS = re.compile(r"\d{1,18}(?:[._]\d{1,18}){0,9}", re.ASCII)
_UNSTABLE = re.compile(
    r"[-._ ]?(?P<word>snapshot|nightly|dev|alpha|beta|preview|pre|rc|a|b|c)"
    r"[-._ ]?(?P<number>\d{0,18})(?![a-z0-9])",
    re.ASCII | re.IGNORECASE,
)
_AS_DEVELOPMENT = {"snapshot": "dev", "nightly": "dev"}
_NOT_IN_LABELS = re.compile(r"[^a-z0-9]+")


class PythonVersion(Struct, frozen=True):
    """A version of a distribution.

    Attributes:
        version: The version.
        note: How it differs from that of the document; empty if it does not.
    """

    version: str
    note: str


def python_version(text: str) -> PythonVersion:
    """Return the version of a distribution for that of a document.

    Dates are numbers, not post-releases. What follows the numbers is a pre-release if it says so,
    and otherwise a local label, so that different versions stay different.
    """
    version = _parse(text) or _convert(text)
    if version == text:
        return PythonVersion(text, "")
    shown = text if len(text) <= _MAX_LENGTH else f"{text[:_MAX_LENGTH]}..."
    if version is None:
        reason = "it has no number"
    elif "+" in version and "+" not in text:
        reason = "in the form of PEP 440; public indexes accept no '+'"
    else:
        reason = "in the form of PEP 440"
    version = version or NO_VERSION
    return PythonVersion(
        version, f"the version '{shown}' of the document is {version}: {reason}"
    )


def _parse(text: str) -> str | None:
    """Return the normalized version if a text is one."""
    if len(text) > _MAX_LENGTH or not text.isascii() or _DATE.match(text):
        return None
    try:
        return str(Version(text))
    except InvalidVersion:
        return None


def _convert(text: str) -> str | None:
    """Return a version made from the first numbers of a text; None if it has none."""
    date = _DATE.match(text)
    numbers = date or _NUMBERS.search(text)
    if numbers is None:
        return None
    release = re.sub("[-_]", ".", numbers[0])
    end = numbers.end()
    unstable = _UNSTABLE.match(text, end)
    if unstable is not None:
        word = unstable["word"].lower()
        release += f".{_AS_DEVELOPMENT.get(word, word)}{unstable['number']}"
        end = unstable.end()
    label = _NOT_IN_LABELS.sub(".", text[end : end + _MAX_LABEL_LENGTH].lower())
    label = label.strip(".")
    return str(Version(f"{release}+{label}" if label else release))
