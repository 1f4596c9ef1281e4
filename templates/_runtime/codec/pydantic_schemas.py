"""Schemas of models for pydantic 2, which FastAPI uses.

pydantic calls these functions. The runtime does not import it: a core schema is a dict.
"""

from __future__ import annotations

from collections.abc import Generator
from contextlib import contextmanager
from contextvars import ContextVar
from decimal import Decimal
from inspect import cleandoc
from types import UnionType
from typing import Any, Literal, Union, get_args, get_origin

from .decimals import DecimalString
from .model import Model, Unknown, UnsetType
from .model_data import checked_model, model_from_dict, model_to_dict
from .model_fields import additional_field, is_required, struct_fields
from .type_guards import is_mapping

_unfinished: ContextVar[frozenset[Any]] = ContextVar("unfinished")
"""The models whose schema is being made: a model may contain itself."""

Schema = dict[str, Any]


def model_core_schema(model: type[Model], handler: Any) -> Schema:
    """Return the core schema of a model: its fields for JSON Schema, and our own conversions."""
    reference = f"{model.__module__}.{model.__qualname__}:{id(model)}"
    if model in _unfinished.get(frozenset()):
        return {"type": "definition-ref", "schema_ref": reference}
    with _unfinished_schema(model):
        fields = _fields_schema(model, handler)

    def validate(value: object, _: object) -> Model:
        return _validate(model, value)

    return {
        "type": "function-wrap",
        "function": {"type": "no-info", "function": validate},
        "schema": fields,
        "serialization": {"type": "function-plain", "function": model_to_dict},
        "ref": reference,
    }


def model_json_schema(model: type[Model], schema: Schema, handler: Any) -> Schema:
    """Return the JSON Schema of a model: that of its fields, also for serialization."""
    json_schema: Schema = dict(handler(schema["schema"]))
    json_schema["title"] = model.__name__
    docstring = vars(model).get("__doc__")
    if docstring:
        json_schema["description"] = cleandoc(docstring)
    return json_schema


def unknown_core_schema() -> Schema:
    """Return the core schema of `Unknown`."""
    return {
        "type": "function-after",
        "function": {"type": "no-info", "function": Unknown},
        "schema": {"type": "dict"},
    }


def alias_core_schema(alias: Any, handler: Any) -> Schema:
    """Return the core schema of a recursive alias."""
    reference = f"{alias.__module__}.{alias.__qualname__}:{id(alias)}"
    if alias in _unfinished.get(frozenset()):
        return {"type": "definition-ref", "schema_ref": reference}
    with _unfinished_schema(alias):
        schema = handler.generate_schema(_pydantic_type(alias.definition()))
    return {
        "type": "function-after",
        "function": {"type": "no-info", "function": _same},
        "schema": schema,
        "ref": reference,
    }


def _same(value: object) -> object:
    return value


@contextmanager
def _unfinished_schema(type_: Any) -> Generator[None]:
    token = _unfinished.set(_unfinished.get(frozenset()) | {type_})
    try:
        yield
    finally:
        _unfinished.reset(token)


def _validate(model: type[Model], value: object) -> Model:
    """Return an instance of a model as it is, and a mapping as a model.

    Raises:
        ValueError: If the value does not match the model.
    """
    if isinstance(value, model):
        return value
    if not is_mapping(value):
        raise ValueError(f"expected {model.__name__} or a mapping")
    return checked_model(model, model_from_dict(model, value), strict=True)


def _fields_schema(model: type[Model], handler: Any) -> Schema:
    additional = additional_field(model)
    schema: Schema = {
        "type": "typed-dict",
        "fields": {
            spec.encode_name: {
                "type": "typed-dict-field",
                "schema": handler.generate_schema(_pydantic_type(spec.type)),
                "required": is_required(spec),
            }
            for spec in struct_fields(model)
            if spec is not additional
        },
        "extra_behavior": "forbid" if additional is None else "allow",
    }
    if additional is not None:
        item = get_args(additional.type)[1]
        schema["extras_schema"] = handler.generate_schema(_pydantic_type(item))
    return schema


def _pydantic_type(type_: Any) -> Any:
    """Return a type as JSON has it: no `UNSET`, and decimals as numbers or text."""
    if type_ == DecimalString:
        return str
    if type_ is Decimal:
        return float
    origin, args = get_origin(type_), get_args(type_)
    if origin in (Union, UnionType):
        return Union[tuple(_pydantic_type(a) for a in args if a is not UnsetType)]
    if origin is None or origin is Literal:
        return type_
    return origin[tuple(map(_pydantic_type, args))]
