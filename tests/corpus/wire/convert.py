"""Conversion of plain JSON to the arguments of generated methods, and back."""

import base64
import json
from collections.abc import Mapping, Sequence
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from enum import Enum
from types import NoneType, UnionType
from typing import Annotated, Any, Literal, Union, get_args, get_origin
from uuid import UUID

import msgspec

from tests.corpus.wire.same import NOTATIONS, Fields, Formatted, is_equal, unmarked

_TEXT_TYPES = (datetime, date, time, timedelta, UUID, Decimal)


_ADDITIONAL = "\ufdd0additional"
"""Encoded name of the field for additional properties, as in `_runtime/codec/model.py`."""


class ConversionError(Exception):
    """Value that does not have the annotated type."""


def plain(value: Any) -> Any:
    """Return a value as plain JSON; each model as `Fields`, and decimals as they are."""
    if isinstance(value, msgspec.Struct):
        found = Fields()
        for name, encoded in zip(
            value.__struct_fields__, value.__struct_encode_fields__, strict=True
        ):
            part = getattr(value, name)
            if encoded == _ADDITIONAL:
                found |= plain(part) or {}
            elif part is not msgspec.UNSET:
                found[encoded] = plain(part)
        return found
    if isinstance(value, Mapping):
        return {name: plain(part) for name, part in value.items()}
    if isinstance(value, list | tuple):
        return [plain(part) for part in value]
    if isinstance(value, Enum):
        return plain(value.value)
    if value is None or isinstance(value, int | float | Decimal):
        return value
    if isinstance(value, str):
        return str(value)
    text = json.loads(msgspec.json.encode(value))
    for notation, type_ in NOTATIONS.items():
        if isinstance(value, type_):
            return Formatted(text, notation)
    return text


def convert_value(value: Any, type_: Any, raw: bool = False) -> Any:
    """Convert plain JSON to a value of a type.

    Args:
        raw: Whether `bytes` is the encoded string itself; otherwise the string is base64.

    Raises:
        ConversionError: If the value does not have the type.
    """
    origin, inner = get_origin(type_), get_args(type_)
    if type_ is Any or type_ is object:
        return unmarked(value)
    if origin in (Union, UnionType):
        return _convert_to_union(value, inner, raw)
    if origin is Annotated:  # A decimal that is sent as text.
        if not isinstance(value, str):
            raise ConversionError(f"a {type(value).__name__} where text is taken")
        return convert_value(value, inner[0], raw)
    if origin is Literal:
        for known in inner:
            if value == known and type(unmarked(value)) is type(known):
                return known
    elif origin in (list, Sequence) and isinstance(value, list):
        return [convert_value(item, inner[0], raw) for item in value]
    elif origin is tuple and isinstance(value, list):
        if len(inner) == 2 and inner[1] is Ellipsis:
            return tuple(convert_value(item, inner[0], raw) for item in value)
        if len(inner) == len(value):
            return tuple(
                convert_value(v, t, raw) for v, t in zip(value, inner, strict=True)
            )
    elif origin in (dict, Mapping) and isinstance(value, dict):
        return {key: convert_value(part, inner[1], raw) for key, part in value.items()}
    elif isinstance(type_, type):
        return _convert_to_class(value, type_, raw)
    raise ConversionError(
        f"a {type(value).__name__} where {_type_name(type_)} is taken"
    )


def _convert_to_union(value: Any, members: tuple[Any, ...], raw: bool) -> Any:
    # Decimals convert from numbers and from text, which may be members of the union.
    bare = [get_args(m)[0] if get_origin(m) is Annotated else m for m in members]
    own = (
        {type(unmarked(value)), float}
        if type(value) is int
        else {type(unmarked(value))}
    )
    if Decimal in bare and own & set(members):
        return unmarked(value)
    equal: list[Any] = []
    fits: list[Any] = []
    for member in members:
        try:
            converted_value = convert_value(value, member, raw)
        except ConversionError:
            continue
        is_same = is_equal(value, plain(converted_value))
        # A model without a property equals a null, but one that sends it is preferred.
        if raw or (is_same and _sends_all(converted_value, value)):
            return converted_value
        (equal if is_same else fits).append(converted_value)
    if equal or fits:
        return (equal or fits)[0]
    raise ConversionError(
        f"a {type(value).__name__} where {_type_name(Union[members])} is taken"
    )


def _sends_all(model: Any, value: Any) -> bool:
    """Return whether a model sends each property of an object."""
    if not (isinstance(model, msgspec.Struct) and isinstance(value, dict)):
        return True
    sent = msgspec.to_builtins(model)
    return value.keys() <= {*sent, *sent.get(_ADDITIONAL, ())}


def _convert_to_class(value: Any, type_: type, raw: bool) -> Any:
    if type_ is NoneType and value is None:
        return None
    if issubclass(type_, msgspec.Struct) and isinstance(value, dict):
        return _convert_to_model(value, type_)
    if callable(getattr(type_, "definition", None)):  # A recursive alias.
        return convert_value(value, type_.definition(), raw)
    if issubclass(type_, Enum):
        try:
            return type_(unmarked(value))
        except ValueError:
            pass
    elif type_.__name__ == "File" and isinstance(value, str):
        return type_(value.encode())
    elif type_ is bytes and isinstance(value, str):
        return value.encode() if raw else _decode_base64(value)
    elif type_ is float and type(value) in (int, float):
        return value
    elif type_ is int and type(value) is float and value.is_integer():
        return int(value)
    elif type_ is str and isinstance(value, str):
        return str(value)
    elif type_ in (int, float, bool):
        if type(value) is type_:
            return value
    elif type_ is Decimal and type(value) in (int, float):
        return Decimal(str(value))
    elif type_ in _TEXT_TYPES and isinstance(value, str):
        try:
            return msgspec.convert(str(value), type_)
        except msgspec.ValidationError:
            pass
    elif type_ in (list, dict) and isinstance(value, type_):
        return unmarked(value)
    raise ConversionError(
        f"a {type(value).__name__} where {_type_name(type_)} is taken"
    )


def _decode_base64(value: str) -> bytes:
    try:
        return base64.b64decode(value)
    except ValueError:
        raise ConversionError(
            "a text that is no base64 where bytes are taken"
        ) from None


def _convert_to_model(value: dict[str, Any], type_: Any) -> Any:
    fields = {}
    remaining = dict(value)
    specs = msgspec.structs.fields(type_)
    # The field for additional properties comes last, and takes the remaining ones.
    for spec in sorted(specs, key=lambda spec: spec.encode_name == _ADDITIONAL):
        if spec.encode_name == _ADDITIONAL:
            fields[spec.name] = convert_value(remaining, spec.type)
        elif spec.encode_name in value:
            fields[spec.name] = convert_value(
                remaining.pop(spec.encode_name), spec.type
            )
        elif msgspec.UnsetType in get_args(spec.type):  # It may have another default.
            fields[spec.name] = msgspec.UNSET
    try:
        return type_(**fields)
    except TypeError as error:
        raise ConversionError(f"a model cannot be made: {error}") from None


def _type_name(type_: Any) -> str:
    if isinstance(type_, type) and issubclass(type_, msgspec.Struct):
        return "a model"
    if isinstance(type_, type) and issubclass(type_, Enum):
        return "an enum"
    if get_origin(type_) in (Union, UnionType):
        return " | ".join(dict.fromkeys(map(_type_name, get_args(type_))))
    if get_origin(type_) is Literal:
        return "Literal"
    plain = get_origin(type_) or type_
    return str(getattr(plain, "__name__", plain))
