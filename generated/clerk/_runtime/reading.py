"""Reads an answer's JSON into models: strictly where it fits, field by field where it does not.

The server has carried the call out, so that an answer which is not quite what the API's
description says is still an answer: what fits is converted, what does not stays as it came.
"""

from __future__ import annotations

import codecs
from datetime import datetime
from functools import cache
from typing import Any

import msgspec

from .additional import fill, is_open
from .conversion import Mismatch, convert, fields_of
from .decoders import decoder_of, leads_to
from .values import is_array, is_object

__all__ = ["Mismatch", "read"]


def read(content: bytes, type_: Any) -> tuple[Any, list[Mismatch]]:
    """JSON text as a value of a type, and where it does not fit.

    Where an object has a name twice, the last one counts. A byte order mark is passed over.
    A date-time without an offset stays one, and is a mismatch: nobody knows when it is.

    Raises:
        msgspec.DecodeError: The text is not JSON in UTF-8, is nested too deeply, or has a
            number that is out of range.
    """
    result = _read(content, type_)
    # No frame of this module may hold the body when the error passes: there are tools that
    # record the local variables of each. So it is not raised where another is handled.
    del content
    if isinstance(result, str):
        raise msgspec.DecodeError(result)
    return result


def _read(content: bytes, type_: Any) -> tuple[Any, list[Mismatch]] | str:
    """What `read` returns, or why it cannot."""
    content = content.removeprefix(codecs.BOM_UTF8)
    try:
        decoder = decoder_of(type_)
        if decoder is not None:
            has_times, has_open = _has(type_)
            try:
                value = decoder.decode(content)
                if not has_times or _has_offsets(value):
                    plain = msgspec.json.decode(content) if has_open else None
                    return value, fill(value, plain) if has_open else []
            except msgspec.ValidationError:
                pass
        return convert(msgspec.json.decode(content), type_)
    except RecursionError:
        return "JSON is nested too deeply"
    except UnicodeDecodeError:
        return "JSON is not UTF-8"
    except msgspec.DecodeError as error:
        return str(error)


@cache
def _has(type_: Any) -> tuple[bool, bool]:
    """Whether a type has date-times, and models with additional properties."""
    return leads_to(type_, _is_time), leads_to(type_, is_open)


def _is_time(type_: Any) -> bool:
    return type_ is datetime


@cache
def _fields_with_times(type_: Any) -> tuple[str, ...]:
    return tuple(f.name for f in fields_of(type_) if leads_to(f.type, _is_time))


def _has_offsets(value: object) -> bool:
    """Whether all date-times in a value have an offset, which msgspec does not ask for."""
    if isinstance(value, datetime):
        return value.tzinfo is not None
    if isinstance(value, msgspec.Struct):
        for name in _fields_with_times(type(value)):
            if not _has_offsets(getattr(value, name)):
                return False
    elif is_array(value):
        return all(map(_has_offsets, value))
    elif is_object(value):
        return all(map(_has_offsets, value.values()))
    return True
