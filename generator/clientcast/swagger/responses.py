"""Converts responses (Swagger 2.0, Response Object)."""

from typing import Any

from clientcast.plain import is_mapping, mapping
from clientcast.references import Found
from clientcast.source import escape
from clientcast.swagger.content import content
from clientcast.swagger.conversion import (
    JSON,
    Conversion,
    entries,
    essence,
    is_json,
)
from clientcast.swagger.parameters import header
from clientcast.swagger.schemas import is_structured

_OPENAPI_3 = ("content", "links")
_TEXTS = ("xml", "yaml", "text/", "form")
_BINARY = "application/octet-stream"


def responses(
    conversion: Conversion, found: Found, at: str, produces: tuple[str, ...]
) -> Any:
    """The responses of an operation, by status.

    Args:
        produces: What the operation itself says that it produces.
    """
    if not is_mapping(found.value):
        return found.value
    made: dict[str, Any] = {}
    for status, item in entries(found):
        place = f"{at}/{escape(status)}"
        if status.startswith("x-") or not is_mapping(item.value):
            made[status] = item.value
        elif "$ref" in item.value:
            made[status] = _referred(conversion, item, place, status, produces)
        else:
            made[status] = response(conversion, item, place, produces, status)
    return made


def response(
    conversion: Conversion,
    found: Found,
    at: str,
    produces: tuple[str, ...] = (),
    status: str = "",
) -> Any:
    """A response, of which other fields than those of Swagger 2.0 are kept."""
    value = mapping(found.value)
    conversion.foreign(found, _OPENAPI_3)
    moved = ("schema", "headers", "examples")
    made = {
        key: conversion.passed(item) if key in _OPENAPI_3 else item.value
        for key, item in entries(found)
        if key not in moved
    }
    if "headers" in value:
        headers = Found(f"{found.pointer}/headers", value["headers"])
        made["headers"] = value["headers"]
        if is_mapping(value["headers"]):
            made["headers"] = {
                name: header(conversion, item, f"{at}/headers/{escape(name)}")
                for name, item in entries(headers)
            }
    examples = mapping(value.get("examples"))
    if "schema" in value:
        inner = Found(f"{found.pointer}/schema", value["schema"])
        types = _types(inner.value, produces or conversion.produces, status)
        made["content"] = content(conversion, inner, f"{at}/content", types)
    elif examples and "content" not in made:
        kinds = [kind for kind in examples if "/" in kind]
        made["content"] = {kind: {} for kind in kinds}
    _add_examples(conversion, found, made)
    return made


def _types(schema: Any, produces: tuple[str, ...], status: str) -> tuple[str, ...]:
    """The media types of an answer that has a schema."""
    types = produces or (JSON,)
    if mapping(schema).get("type") == "file":
        return tuple(kind for kind in types if not is_json(kind)) or (_BINARY,)
    readable = [k for k in types if is_json(k) or any(t in k.lower() for t in _TEXTS)]
    if not readable and status[:1] != "2" and _is_object(schema):
        return (JSON,)  # What it produces is the file, not the object that is an error.
    return types


def _is_object(schema: Any) -> bool:
    return "$ref" in mapping(schema) or is_structured(schema)


def _referred(
    conversion: Conversion,
    found: Found,
    at: str,
    status: str,
    produces: tuple[str, ...],
) -> Any:
    """A response that refers to another, or to a schema as people write it."""
    meant = conversion.follow(found)
    value = mapping(meant.value)
    if meant.pointer.startswith("/definitions/") and not {"schema", "headers"} & {
        *value
    }:
        conversion.warn(
            f"{found.pointer}/$ref",
            "wrong-reference",
            "a response belongs here, and this refers to a schema",
            "write it under 'schema'",
        )
        inner = Found(found.pointer, {"$ref": found.value["$ref"]})
        types = _types(inner.value, produces or conversion.produces, status)
        made = content(conversion, inner, f"{at}/content", types)
        return {"description": "", "content": made}
    is_other = produces and produces != conversion.produces
    if is_other and status[:1] == "2" and "schema" in value:
        conversion.moved[at] = meant.pointer
        return response(conversion, meant, at, produces, status)
    return conversion.refer(dict(found.value), found.pointer, "Response")


def _add_examples(conversion: Conversion, found: Found, made: dict[str, Any]) -> None:
    value = mapping(found.value).get("examples")
    media = mapping(made.get("content"))
    for kind, item in mapping(value).items():
        if kind.startswith("x-"):
            continue
        same = [known for known in media if essence(known) == essence(kind)]
        for known in same:
            media[known].setdefault("example", item)
        if not same:
            conversion.warn(
                f"{found.pointer}/examples/{escape(kind)}",
                "ignored-field",
                "this example has a media type that the operation does not produce",
                "add it to 'produces'",
                at_key=True,
            )
