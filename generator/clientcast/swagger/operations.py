"""Converts paths and their operations (Swagger 2.0, Path Item and Operation Object)."""

from typing import Any

from clientcast.openapi import METHODS
from clientcast.plain import is_list, is_mapping, mapping, text
from clientcast.references import Found, target
from clientcast.source import escape
from clientcast.swagger.bodies import body, form, is_file, is_multipart, several
from clientcast.swagger.conversion import Conversion, entries, is_json
from clientcast.swagger.parameters import parameters
from clientcast.swagger.responses import responses
from clientcast.swagger.servers import operation_servers

_OPENAPI_3 = ("requestBody", "callbacks", "servers")
_CONVERTED = ("parameters", "consumes", "produces", "schemes", "responses")


def paths(conversion: Conversion, found: Found) -> Any:
    """All paths; they stay where they are."""
    if not is_mapping(found.value):
        return found.value
    return {
        path: item.value if path.startswith("x-") else _path(conversion, item)
        for path, item in entries(found)
    }


def _path(conversion: Conversion, found: Found) -> Any:
    at = found.pointer
    if not is_mapping(found.value):
        return found.value
    reference = found.value.get("$ref")
    if isinstance(reference, str) and target(reference) is not None:
        # A Path Item Object of OpenAPI 3.0 has no place among the components.
        meant = conversion.follow(found)
        if meant.pointer != found.pointer and is_mapping(meant.value):
            rest = {k: v for k, v in found.value.items() if k != "$ref"}
            found = Found(meant.pointer, {**meant.value, **rest})
            conversion.moved[at] = meant.pointer
    kept, bodies, fields = parameters(conversion, found, at)
    made: dict[str, Any] = {}
    for key, item in entries(found):
        if key in METHODS and is_mapping(item.value):
            made[key] = _operation(
                conversion, item, f"{at}/{escape(key)}", bodies, fields
            )
        elif key == "parameters" and is_list(item.value):
            if kept:
                made[key] = kept
        else:
            made[key] = item.value
    return made


def _operation(
    conversion: Conversion,
    found: Found,
    at: str,
    shared_bodies: list[Found],
    shared_fields: list[Found],
) -> dict[str, Any]:
    """An operation, which takes what its path has in body and form."""
    value = mapping(found.value)
    conversion.foreign(found, _OPENAPI_3)
    consumes = conversion.media_types(found, "consumes")
    produces = conversion.media_types(found, "produces")
    kept, bodies, fields = parameters(conversion, found, at)
    names = {_name(conversion, field) for field in fields}
    fields += [f for f in shared_fields if _name(conversion, f) not in names]
    made = {
        key: conversion.passed(item) if key in _OPENAPI_3 else item.value
        for key, item in entries(found)
        if key not in _CONVERTED
    }
    if not is_list(value.get("parameters", [])):
        made["parameters"] = value["parameters"]
    elif kept:
        made["parameters"] = kept
    in_body = [*(bodies or shared_bodies), *fields]
    if in_body and "requestBody" in value:
        conversion.warn(
            in_body[0].pointer,
            "several-bodies",
            "this operation has a requestBody, and this parameter is part of a body too",
            "it is passed over; describe one body",
        )
    elif in_body:
        made["requestBody"] = _request_body(
            conversion,
            Found(found.pointer, bodies or shared_bodies),
            fields,
            f"{at}/requestBody",
            consumes,
        )
    if "responses" in value:
        inner = Found(f"{found.pointer}/responses", value["responses"])
        made["responses"] = responses(conversion, inner, f"{at}/responses", produces)
    servers = operation_servers(conversion, found, at)
    return {**made, "servers": servers} if servers else made


def _request_body(
    conversion: Conversion,
    bodies: Found,
    fields: list[Found],
    at: str,
    consumes: tuple[str, ...],
) -> dict[str, Any]:
    """The request body of the parameters in body, of those in formData, or of either."""
    if not bodies.value:
        conversion.moved[at] = f"{bodies.pointer}/parameters"
        return form(conversion, fields, at, consumes)
    if not fields:
        return _body(conversion, bodies.value, at, consumes)
    types = consumes or conversion.consumes
    if any(map(is_multipart, types)) or any(
        is_file(conversion.follow(field)) for field in fields
    ):
        conversion.warn(
            bodies.value[0].pointer,
            "several-bodies",
            "this operation has parameters in body and in formData",
            "all are parts of the form here; write 'in: formData'",
        )
        conversion.moved[at] = f"{bodies.pointer}/parameters"
        return form(conversion, [*bodies.value, *fields], at, consumes)
    conversion.warn(
        fields[0].pointer,
        "several-bodies",
        "this operation has parameters in body and in formData, and a request has one body",
        "it takes the one or the other here; remove one of them",
    )
    meant = conversion.follow(bodies.value[0])
    json = body(conversion, meant, at, tuple(filter(is_json, types)))
    other = form(conversion, fields, at, types)
    return {"content": {**json["content"], **other["content"]}}


def _body(
    conversion: Conversion, bodies: list[Found], at: str, consumes: tuple[str, ...]
) -> dict[str, Any]:
    if len(bodies) > 1:
        return several(conversion, bodies, at, consumes)
    meant = conversion.follow(bodies[0])
    is_shared = meant.pointer.startswith("/parameters/")
    if is_shared and (not consumes or consumes == conversion.consumes):
        holder = dict(bodies[0].value)
        return conversion.refer(holder, bodies[0].pointer, "Parameter")
    return body(conversion, meant, at, consumes)


def _name(conversion: Conversion, field: Found) -> str:
    return text(mapping(conversion.follow(field).value).get("name"))
