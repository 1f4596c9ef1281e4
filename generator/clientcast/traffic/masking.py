"""Names, values and paths of recordings that may be shown, and placeholders for the others.

A recording has credentials and personal data. What looks like an identifier of a program or a
constant is shown; all else is described by its type and length.
"""

import re
from collections.abc import Collection
from urllib.parse import unquote

_NAME = re.compile(r"[A-Za-z_$@][A-Za-z0-9_$.:\[\]-]{0,39}")
_CONSTANT = re.compile(r"[A-Za-z][A-Za-z0-9]*(?:[_.:/-][A-Za-z0-9]+)*")
_CHANGES = re.compile(r"(?<=[A-Za-z])(?=[0-9])|(?<=[0-9])(?=[A-Za-z])")
_MEDIA_TYPE = re.compile(r"[a-z]{1,20}/[a-z0-9.+-]{1,60}")
_PUBLIC_SEGMENT = re.compile(r"v[0-9]{1,3}|api|")
_MAX_CONSTANT = 40
_MAX_INTEGER = 9999


def shown_name(name: str) -> str:
    """Return the name of a property, parameter or header, or a placeholder."""
    if _NAME.fullmatch(name) and not _is_like_id(name):
        return f"'{name}'"
    return f"(a name of {len(name)} characters)"


def shown_constant(value: object) -> str:
    """Return a value of an enum, or a placeholder for one that is not like a constant."""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, int):
        return str(value) if abs(value) <= _MAX_INTEGER else "(an integer)"
    if not isinstance(value, str):
        return "(a value)"
    if is_constant(value):
        return f"'{value}'"
    return f"(a string of {len(value)} characters)"


def is_constant(value: str) -> bool:
    """Return whether a text is like a constant of a program, such as `MFA_REQUIRED`."""
    is_short = len(value) <= _MAX_CONSTANT
    return is_short and bool(_CONSTANT.fullmatch(value)) and not _is_like_id(value)


def shown_media_type(media_type: str) -> str:
    """Return a media type, or a placeholder."""
    found = _MEDIA_TYPE.fullmatch(media_type)
    return found[0] if found else "(no media type)"


def shown_path(path: str, known_segments: Collection[str]) -> str:
    """Return a path whose segments are replaced by `{...}` unless the spec has them."""
    return "/".join(
        (
            segment
            if unquote(segment) in known_segments or _PUBLIC_SEGMENT.fullmatch(segment)
            else "{...}"
        )
        for segment in path.split("/")[:30]
    )


def _is_like_id(value: str) -> bool:
    """Return whether letters and digits alternate as in a random id, or digits are many."""
    digits = sum(character.isdigit() for character in value)
    return digits > 4 or len(_CHANGES.findall(value)) > 3
