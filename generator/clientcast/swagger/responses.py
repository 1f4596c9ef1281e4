"""Conversion of responses (Swagger 2.0, Response Object)."""

from typing import Any

from clientcast.plain import is_mapping, mapping
from clientcast.references import Located
from clientcast.source import escape
from clientcast.swagger.content import convert_content
from clientcast.swagger.conversion import (
    JSON,
    Conversion,
    entries,
    essence,
    is_json,
)
from clientcast.swagger.parameters import convert_header
from clientcast.swagger.schemas import has_declaration

_OPENAPI_3_FIELDS = ("content", "links")
_TEXT_MEDIA_TYPES = ("xml", "yaml", "text/", "form")
_BINARY = "application/octet-stream"


def convert_responses(
    conversion: Conversion, source: Located, at: str, produces: tuple[str, ...]
) -> Any:
    """Return the responses of an operation, by status.

    Args:
        conversion: The conversion.
        source: The responses.
        at: JSON pointer of the converted responses.
        produces: The media types of the operation; empty for those of the document.
    """
    if not is_mapping(source.value):
        return source.value
    converted: dict[str, Any] = {}
    for status, item in entries(source):
        response_pointer = f"{at}/{escape(status)}"
        if status.startswith("x-") or not is_mapping(item.value):
            converted[status] = item.value
        elif "$ref" in item.value:
            converted[status] = _convert_response_reference(
                conversion, item, response_pointer, status, produces
            )
        else:
            converted[status] = convert_response(
                conversion, item, response_pointer, produces, status
            )
    return converted


def convert_response(
    conversion: Conversion,
    source: Located,
    at: str,
    produces: tuple[str, ...] = (),
    status: str = "",
) -> Any:
    """Return a response; fields that Swagger 2.0 does not define are kept."""
    value = mapping(source.value)
    conversion.warn_openapi_3_fields(source, _OPENAPI_3_FIELDS)
    moved_fields = ("schema", "headers", "examples")
    converted = {
        key: conversion.pass_through(item) if key in _OPENAPI_3_FIELDS else item.value
        for key, item in entries(source)
        if key not in moved_fields
    }
    if "headers" in value:
        headers = Located(f"{source.pointer}/headers", value["headers"])
        converted["headers"] = value["headers"]
        if is_mapping(value["headers"]):
            converted["headers"] = {
                name: convert_header(conversion, item, f"{at}/headers/{escape(name)}")
                for name, item in entries(headers)
            }
    examples = mapping(value.get("examples"))
    if "schema" in value:
        schema_source = Located(f"{source.pointer}/schema", value["schema"])
        media_types = _response_media_types(
            schema_source.value, produces or conversion.produces, status
        )
        converted["content"] = convert_content(
            conversion, schema_source, f"{at}/content", media_types
        )
    elif examples and "content" not in converted:
        example_types = [media_type for media_type in examples if "/" in media_type]
        converted["content"] = {media_type: {} for media_type in example_types}
    _add_examples(conversion, source, converted)
    return converted


def _response_media_types(
    schema: Any, produces: tuple[str, ...], status: str
) -> tuple[str, ...]:
    """Return the media types of a response with a schema."""
    media_types = produces or (JSON,)
    if mapping(schema).get("type") == "file":
        return tuple(
            media_type for media_type in media_types if not is_json(media_type)
        ) or (_BINARY,)
    readable = [
        k
        for k in media_types
        if is_json(k) or any(t in k.lower() for t in _TEXT_MEDIA_TYPES)
    ]
    if not readable and status[:1] != "2" and _may_be_object(schema):
        return (JSON,)  # `produces` is the media type of a file; errors are JSON.
    return media_types


def _may_be_object(schema: Any) -> bool:
    return "$ref" in mapping(schema) or has_declaration(schema)


def _convert_response_reference(
    conversion: Conversion,
    source: Located,
    at: str,
    status: str,
    produces: tuple[str, ...],
) -> Any:
    """Return a response that references another one, or, by mistake, a schema."""
    resolved = conversion.follow(source)
    value = mapping(resolved.value)
    if resolved.pointer.startswith("/definitions/") and not {"schema", "headers"} & {
        *value
    }:
        conversion.warn(
            f"{source.pointer}/$ref",
            "wrong-reference",
            "this must be a response, but it references a schema",
            "write it under 'schema'",
        )
        schema_source = Located(source.pointer, {"$ref": source.value["$ref"]})
        media_types = _response_media_types(
            schema_source.value, produces or conversion.produces, status
        )
        converted = convert_content(
            conversion, schema_source, f"{at}/content", media_types
        )
        return {"description": "", "content": converted}
    is_other = produces and produces != conversion.produces
    if is_other and status[:1] == "2" and "schema" in value:
        conversion.origin_pointers[at] = resolved.pointer
        return convert_response(conversion, resolved, at, produces, status)
    return conversion.track_reference(dict(source.value), source.pointer, "Response")


def _add_examples(
    conversion: Conversion, source: Located, converted: dict[str, Any]
) -> None:
    value = mapping(source.value).get("examples")
    contents = mapping(converted.get("content"))
    for media_type, item in mapping(value).items():
        if media_type.startswith("x-"):
            continue
        matching_types = [
            known_type
            for known_type in contents
            if essence(known_type) == essence(media_type)
        ]
        for known_type in matching_types:
            contents[known_type].setdefault("example", item)
        if not matching_types:
            conversion.warn(
                f"{source.pointer}/examples/{escape(media_type)}",
                "ignored-field",
                "this example has a media type that the operation does not produce",
                "add it to 'produces'",
                at_key=True,
            )
