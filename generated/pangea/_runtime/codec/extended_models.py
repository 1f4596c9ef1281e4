"""Subclasses of models with fields for properties that the document does not describe.

msgspec refuses such a property and tells its name. With a field for it, a response is decoded as
fast as one without. Users see these values in `additional_properties`, as of any model.
"""

from __future__ import annotations

import re
from functools import cache
from types import UnionType
from typing import Any, Union, get_args, get_origin

import msgspec

from .model import UNSET, OpenModel
from .model_fields import additional_field, struct_fields
from .msgspec_decoders import contains_type, lock, nested_types
from .type_guards import is_subclass

MAX_NAMES = 32
"""Maximum number of names with fields for each type: a server may never repeat its names."""

_REFUSAL = re.compile("Object contains unknown field `(.*?)`(?: - at `.*`)?", re.DOTALL)
_INVALID_IN_NAME = re.compile(r'["\\\0-\x1f]')
"""Characters that msgspec refuses in the name of a field."""

_decoders: dict[Any, tuple[tuple[str, ...], msgspec.json.Decoder[Any]]] = {}
"""The names with fields so far, and the decoder, of each type."""


class NotExtendedError(Exception):
    """Content does not match a type whose models have fields for additional properties."""


def unknown_name(error: msgspec.ValidationError) -> str | None:
    """Return the name of the property without a field that msgspec refused, or None."""
    match = _REFUSAL.fullmatch(str(error))
    return None if match is None else match[1]


def decode_extended(content: bytes, type_: Any, name: str) -> Any:
    """Decode JSON as a type whose models have fields for additional properties.

    Args:
        content: The JSON.
        type_: A type that msgspec supports.
        name: The property that it refused.

    Raises:
        NotExtendedError: If the content does not match, or has too many names.
    """
    names: tuple[str, ...] = ()
    decoder: msgspec.json.Decoder[Any] | None = None
    if type_ in _decoders:
        names, decoder = _decoders[type_]
    while _may_extend(type_):
        if decoder is None or name not in names:
            if len(names) == MAX_NAMES or _INVALID_IN_NAME.search(name):
                break
            names = (*names, name)
            decoder = _extended_decoder(type_, names)
            _decoders[type_] = names, decoder
        try:
            return decoder.decode(content)
        except msgspec.ValidationError as error:
            refused = unknown_name(error)
        if refused is None or refused in names:
            break
        name = refused
    raise NotExtendedError


@cache
def _may_extend(type_: Any) -> bool:
    """Return whether all models with additional properties accept any value for them."""
    return contains_type(type_, _is_open_model) and not contains_type(
        type_, _has_additional_type
    )


def _is_open_model(type_: Any) -> bool:
    return is_subclass(type_, OpenModel)


def _has_additional_type(type_: Any) -> bool:
    return (
        is_subclass(type_, msgspec.Struct)
        and not is_subclass(type_, OpenModel)
        and additional_field(type_) is not None
    )


def _extended_decoder(type_: Any, names: tuple[str, ...]) -> msgspec.json.Decoder[Any]:
    with lock:
        models = {m for m in nested_types(type_) if is_subclass(m, msgspec.Struct)}
        extended = {model: _extended_model(model, models, names) for model in models}
        for model, subclass in extended.items():
            # msgspec reads the annotations when the decoder is created.
            subclass.__annotations__ = {
                spec.name: _replace(spec.type, extended)
                for spec in struct_fields(model)
            } | dict.fromkeys(subclass.__added__, Any)
        return msgspec.json.Decoder(_replace(type_, extended))


def _extended_model(model: Any, models: set[Any], names: tuple[str, ...]) -> Any:
    """Return a subclass with the fields; other fields that refer to models are repeated."""
    added = {f"_added_{index}": name for index, name in enumerate(names)}
    if not _is_open_model(model):
        added = {}
    for name, wire in tuple(added.items()):
        if wire in model.__struct_encode_fields__:
            del added[name]
    fields: list[tuple[str, Any, Any]] = [
        (name, Any, msgspec.field(default=UNSET, name=wire))
        for name, wire in added.items()
    ]
    for spec in struct_fields(model):
        if any(part in models for part in nested_types(spec.type)):
            options = {"default": spec.default, "default_factory": spec.default_factory}
            given = {k: v for k, v in options.items() if v is not msgspec.NODEFAULT}
            field = msgspec.field(name=spec.encode_name, **given)
            fields.append((spec.name, Any, field))
    return msgspec.defstruct(
        model.__name__,
        fields,
        bases=(model,),
        module=model.__module__,
        namespace={"__original__": model, "__added__": added},
        kw_only=True,
    )


def _replace(type_: Any, models: dict[Any, Any]) -> Any:
    """Return a type with its models replaced."""
    origin, args = get_origin(type_), get_args(type_)
    if origin is None or not any(part in models for part in nested_types(type_)):
        return models.get(type_, type_)
    replaced = tuple(_replace(part, models) for part in args)
    return Union[replaced] if origin in (Union, UnionType) else origin[replaced]
