"""Conversion of paths and operations (Swagger 2.0, Path Item and Operation Object)."""

from typing import Any

from clientcast.openapi import METHODS
from clientcast.plain import is_list, is_mapping, mapping, text
from clientcast.references import Located, local_pointer
from clientcast.source import escape
from clientcast.swagger.bodies import (
    convert_body,
    convert_form,
    convert_several_bodies,
    is_file,
    is_multipart,
)
from clientcast.swagger.conversion import Conversion, entries, is_json
from clientcast.swagger.parameters import convert_parameters
from clientcast.swagger.responses import convert_responses
from clientcast.swagger.servers import convert_operation_servers

_OPENAPI_3_FIELDS = ("requestBody", "callbacks", "servers")
_CONVERTED = ("parameters", "consumes", "produces", "schemes", "responses")


def convert_paths(conversion: Conversion, source: Located) -> Any:
    """Return the converted paths; their JSON pointers stay the same."""
    if not is_mapping(source.value):
        return source.value
    return {
        path: item.value if path.startswith("x-") else _convert_path(conversion, item)
        for path, item in entries(source)
    }


def _convert_path(conversion: Conversion, source: Located) -> Any:
    at = source.pointer
    if not is_mapping(source.value):
        return source.value
    reference = source.value.get("$ref")
    if isinstance(reference, str) and local_pointer(reference) is not None:
        # OpenAPI 3.0 has no components for Path Items, so the target is copied.
        resolved = conversion.follow(source)
        if resolved.pointer != source.pointer and is_mapping(resolved.value):
            siblings = {k: v for k, v in source.value.items() if k != "$ref"}
            source = Located(resolved.pointer, {**resolved.value, **siblings})
            conversion.origin_pointers[at] = resolved.pointer
    converted_parameters, bodies, fields = convert_parameters(conversion, source, at)
    converted: dict[str, Any] = {}
    for key, item in entries(source):
        if key in METHODS and is_mapping(item.value):
            converted[key] = _convert_operation(
                conversion, item, f"{at}/{escape(key)}", bodies, fields
            )
        elif key == "parameters" and is_list(item.value):
            if converted_parameters:
                converted[key] = converted_parameters
        else:
            converted[key] = item.value
    return converted


def _convert_operation(
    conversion: Conversion,
    source: Located,
    at: str,
    shared_bodies: list[Located],
    shared_fields: list[Located],
) -> dict[str, Any]:
    """Return an operation, with the body and form parameters of its path."""
    value = mapping(source.value)
    conversion.warn_openapi_3_fields(source, _OPENAPI_3_FIELDS)
    consumes = conversion.read_media_types(source, "consumes")
    produces = conversion.read_media_types(source, "produces")
    converted_parameters, bodies, fields = convert_parameters(conversion, source, at)
    names = {_parameter_name(conversion, field) for field in fields}
    fields += [f for f in shared_fields if _parameter_name(conversion, f) not in names]
    converted = {
        key: conversion.pass_through(item) if key in _OPENAPI_3_FIELDS else item.value
        for key, item in entries(source)
        if key not in _CONVERTED
    }
    if not is_list(value.get("parameters", [])):
        converted["parameters"] = value["parameters"]
    elif converted_parameters:
        converted["parameters"] = converted_parameters
    body_parts = [*(bodies or shared_bodies), *fields]
    if body_parts and "requestBody" in value:
        conversion.warn(
            body_parts[0].pointer,
            "several-bodies",
            "this operation has a requestBody and this body parameter",
            "the parameter is ignored; describe one body",
        )
    elif body_parts:
        converted["requestBody"] = _convert_request_body(
            conversion,
            Located(source.pointer, bodies or shared_bodies),
            fields,
            f"{at}/requestBody",
            consumes,
        )
    if "responses" in value:
        responses_source = Located(f"{source.pointer}/responses", value["responses"])
        converted["responses"] = convert_responses(
            conversion, responses_source, f"{at}/responses", produces
        )
    servers = convert_operation_servers(conversion, source, at)
    return {**converted, "servers": servers} if servers else converted


def _convert_request_body(
    conversion: Conversion,
    bodies: Located,
    fields: list[Located],
    at: str,
    consumes: tuple[str, ...],
) -> dict[str, Any]:
    """Return the request body of parameters in `body`, in `formData`, or in both."""
    if not bodies.value:
        conversion.origin_pointers[at] = f"{bodies.pointer}/parameters"
        return convert_form(conversion, fields, at, consumes)
    if not fields:
        return _convert_body_parameter(conversion, bodies.value, at, consumes)
    media_types = consumes or conversion.consumes
    if any(map(is_multipart, media_types)) or any(
        is_file(conversion.follow(field)) for field in fields
    ):
        conversion.warn(
            bodies.value[0].pointer,
            "several-bodies",
            "this operation has parameters in body and in formData",
            "all become form fields; write 'in: formData'",
        )
        conversion.origin_pointers[at] = f"{bodies.pointer}/parameters"
        return convert_form(conversion, [*bodies.value, *fields], at, consumes)
    conversion.warn(
        fields[0].pointer,
        "several-bodies",
        "this operation has parameters in body and in formData, but a request has one body",
        "either one is accepted; remove one of them",
    )
    resolved = conversion.follow(bodies.value[0])
    json_body = convert_body(
        conversion, resolved, at, tuple(filter(is_json, media_types))
    )
    form_body = convert_form(conversion, fields, at, media_types)
    return {"content": {**json_body["content"], **form_body["content"]}}


def _convert_body_parameter(
    conversion: Conversion, bodies: list[Located], at: str, consumes: tuple[str, ...]
) -> dict[str, Any]:
    if len(bodies) > 1:
        return convert_several_bodies(conversion, bodies, at, consumes)
    resolved = conversion.follow(bodies[0])
    is_shared = resolved.pointer.startswith("/parameters/")
    if is_shared and (not consumes or consumes == conversion.consumes):
        converted = dict(bodies[0].value)
        return conversion.track_reference(converted, bodies[0].pointer, "Parameter")
    return convert_body(conversion, resolved, at, consumes)


def _parameter_name(conversion: Conversion, field: Located) -> str:
    return text(mapping(conversion.follow(field).value).get("name"))
