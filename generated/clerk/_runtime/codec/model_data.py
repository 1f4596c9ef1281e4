"""Models to and from JSON objects and JSON text."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from math import isfinite
from typing import Any, TypeVar

import msgspec

from ..caller_warnings import warn_caller
from ..errors import ResponseWarning
from .decimal_strings import decimal_strings
from .decimals import exact_float
from .json_decoding import Mismatch, decode_json
from .model import Model
from .plain_data import encode_json, to_json, to_plain_data
from .type_guards import is_array, is_mapping, is_object

T = TypeVar("T", bound=Model)

Result = tuple[Any, list[Mismatch]] | str
"""A decoded value with its mismatches, or what is wrong with the data."""


_PURPOSE = "converted"


def model_to_dict(model: Model) -> dict[str, Any]:
    """Return the JSON object of a model.

    Raises:
        ValueError: If a number is NaN or infinite, or too great for a float.
    """
    data = _without_decimals(to_plain_data(model, type(model).__name__, _PURPOSE))
    assert is_object(data)
    return data


def model_to_json(model: Model) -> str:
    """Return a model as compact JSON."""
    return to_json(to_plain_data(model, type(model).__name__, _PURPOSE))


def _without_decimals(data: object) -> object:
    """Return plain data with its decimals as integers and floats."""
    if isinstance(data, Decimal):
        return _json_number(data)
    if is_object(data):
        return {name: _without_decimals(member) for name, member in data.items()}
    return list(map(_without_decimals, data)) if is_array(data) else data


def _json_number(value: Decimal) -> int | float:
    if value.as_tuple().exponent == 0:
        return int(value)
    number = exact_float(value)
    if not isfinite(number):
        raise ValueError("a decimal is too great for a float; `to_json` supports it")
    return number


def model_from_dict(type_: type[Model], data: Mapping[str, Any]) -> Result:
    """Decode a JSON object, whose values may also be decimals, moments and models.

    Raises:
        TypeError: If the data is no mapping, or has values of other classes.
        ValueError: If a number is NaN or infinite.
    """
    if not is_mapping(data):
        raise TypeError(f"data must be a mapping, not {type(data).__name__}")
    plain = to_plain_data(decimal_strings(data, type_), "data", _PURPOSE)
    return decode_json(encode_json(plain), type_)


def model_from_json(type_: type[Model], data: str | bytes) -> Result:
    """Decode JSON as a model."""
    try:
        return decode_json(data.encode() if isinstance(data, str) else data, type_)
    except msgspec.DecodeError as error:
        return str(error)


def checked_model(type_: type[T], result: Result, strict: bool) -> T:
    """Return the model of a result; warn the caller of its mismatches.

    Raises:
        ValueError: If there is none, or if there are mismatches, and `strict` is set.
    """
    if isinstance(result, str):
        raise ValueError(f"{type_.__name__} cannot be read: {result}")
    model, mismatches = result
    if not isinstance(model, type_) or (mismatches and strict):
        problems = "; ".join(map(str, mismatches))
        raise ValueError(f"{type_.__name__} cannot be read: {problems}")
    for mismatch in mismatches:
        warn_caller(f"{type_.__name__}: {mismatch}", ResponseWarning)
    return model
