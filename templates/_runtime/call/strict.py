"""Checks of the arguments of strict clients."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import msgspec

from ..codec.request_body import Part
from ..codec.styles import Styled
from ..codec.type_guards import is_mapping, is_sequence
from .request import Call


def refuse_naive_datetimes(call: Call[Any]) -> None:
    """Refuse date-times without an offset, which are no moments (RFC 3339, section 5.6).

    Raises:
        ValueError: If an argument has one.
    """
    bodies = (call.json, call.form, call.multipart)
    for members in (call.path, call.query, call.header, call.cookie, *bodies):
        named = members if is_mapping(members) else {"body": members}
        for name, value in named.items():
            if _has_naive_datetime(value):
                raise ValueError(
                    f"{name} cannot be sent: a date-time has no offset, and the client"
                    " has strict_responses"
                )


def _has_naive_datetime(value: object) -> bool:
    match value:
        case datetime():
            return value.utcoffset() is None
        case Styled() | Part():
            return _has_naive_datetime(value.value)
        case msgspec.Struct():
            members = (getattr(value, name) for name in value.__struct_fields__)
            return any(map(_has_naive_datetime, members))
        case str() | bytes() | bytearray() | memoryview():
            return False
        case _ if is_mapping(value):
            return any(map(_has_naive_datetime, value.values()))
        case _ if is_sequence(value):
            return any(map(_has_naive_datetime, value))
        case _:
            return False
