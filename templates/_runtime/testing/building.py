"""Models with example values, made by the builders of a package."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cache
from importlib import import_module
from importlib.resources import files
from typing import Any, cast

import msgspec

from ..codec.json_decoding import decode_json
from ..codec.model_fields import struct_fields
from ..codec.plain_data import encode_json, to_plain_data
from ..codec.type_guards import is_list_or_tuple, is_plain


class BuilderDescription(msgspec.Struct, array_like=True):
    """A builder, as in `models.json`.

    Attributes:
        model: The name of the model's class.
        example: The model with its required fields, as JSON; empty if it has no example.
    """

    model: str
    example: msgspec.Raw = msgspec.Raw(b"")


def model_builders(
    module: str,
) -> tuple[Callable[[str], Callable[..., Any]], Callable[[], list[str]]]:
    """Return the `__getattr__` and the `__dir__` of a module of builders.

    Each builder is made on first use, of its description in `models.json` beside the module.

    Args:
        module: The `__name__` of the module.
    """
    package = module.rpartition(".")[0]

    @cache
    def descriptions() -> dict[str, BuilderDescription]:
        content = files(package).joinpath("models.json").read_bytes()
        return msgspec.json.decode(content, type=dict[str, BuilderDescription])

    @cache
    def get_builder(name: str) -> Callable[..., Any]:
        description = descriptions().get(name)
        if description is None:
            raise AttributeError(f"module {module!r} has no attribute {name!r}")

        def build(**fields: Any) -> Any:
            return _build_model(package, description, fields)

        build.__module__, build.__name__, build.__qualname__ = module, name, name
        build.__doc__ = f"Return the model `{description.model}` with example values."
        return build

    return get_builder, lambda: list(descriptions())


def _build_model(
    package: str, description: BuilderDescription, given: Mapping[str, Any]
) -> Any:
    """Return a model with the given fields, and examples for others that it requires.

    Args:
        package: The package of the builder.
        description: The builder.
        given: The fields by attribute.
    """
    root = package.rpartition(".")[0]
    model = getattr(import_module(f"{root}.models"), description.model)
    types = {field.name: field.type for field in struct_fields(model)}
    values = {
        attribute: _as_type(value, types[attribute]) if attribute in types else value
        for attribute, value in given.items()
    }
    if not description.example:
        return model(**values)
    base, mismatches = decode_json(bytes(description.example), model)
    return model(**values) if mismatches else msgspec.structs.replace(base, **values)


def _as_type(value: Any, type_: Any) -> Any:
    """Return a value as its field has it: a text as the member of an enum, a tuple as a list."""
    if isinstance(value, bool) or not (is_plain(value) or is_list_or_tuple(value)):
        return value
    content = encode_json(to_plain_data(value, "the value", "a field"))
    converted, mismatches = decode_json(content, type_)
    return cast(Any, value) if mismatches else converted
