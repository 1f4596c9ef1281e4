"""Models with example values, made by the builders of a package."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from importlib import import_module
from importlib.resources import files
from typing import Any, cast

import msgspec

from ..codec.json_decoding import decode_json
from ..codec.model import UNSET
from ..codec.model_fields import struct_fields
from ..codec.plain_data import encode_json, to_plain_data
from ..codec.type_guards import is_list_or_tuple, is_plain

EXAMPLE: Any = UNSET
"""The default of arguments of builders: the example of the document."""


@cache
def _examples(package: str) -> dict[str, msgspec.Raw]:
    content = files(package).joinpath("models.json").read_bytes()
    return msgspec.json.decode(content, type=dict[str, msgspec.Raw])


def build_model(module: str, name: str, given: Mapping[str, Any]) -> Any:
    """Return a model with the given fields, and examples for others that it requires.

    Args:
        module: The module of the builder, beside which `models.json` is.
        name: The name of the model's class.
        given: The fields by attribute.
    """
    package = module.rpartition(".")[0]
    root = package.rpartition(".")[0]
    model = getattr(import_module(f"{root}.models"), name)
    types = {field.name: field.type for field in struct_fields(model)}
    values = {
        attribute: _as_type(value, types[attribute])
        for attribute, value in given.items()
        if value is not EXAMPLE
    }
    example = _examples(package).get(name)
    if example is None:
        return model(**values)
    base, mismatches = decode_json(bytes(example), model)
    return model(**values) if mismatches else msgspec.structs.replace(base, **values)


def _as_type(value: Any, type_: Any) -> Any:
    """Return a value as its field has it: a text as the member of an enum, a tuple as a list."""
    if isinstance(value, bool) or not (is_plain(value) or is_list_or_tuple(value)):
        return value
    content = encode_json(to_plain_data(value, "the value", "a field"))
    converted, mismatches = decode_json(content, type_)
    return cast(Any, value) if mismatches else converted
