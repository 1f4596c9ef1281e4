"""Converts a Swagger 2.0 document to OpenAPI 3.0, so that all later stages see OpenAPI only."""

from dataclasses import replace
from typing import Any

from clientcast.plain import is_mapping, mapping
from clientcast.references import Found
from clientcast.source import Document, Origins, escape
from clientcast.swagger.bodies import body
from clientcast.swagger.conversion import Conversion, entries
from clientcast.swagger.names import Names
from clientcast.swagger.operations import paths
from clientcast.swagger.parameters import FORMS, parameter
from clientcast.swagger.references import settle
from clientcast.swagger.responses import response
from clientcast.swagger.schemas import map_discriminators, schema
from clientcast.swagger.security import security_schemes
from clientcast.swagger.servers import servers

__all__ = ["convert"]

_VERSIONS = ("2.0", "2")
_OPENAPI = "3.0.4"

_CONVERTED = (
    "swagger",
    "host",
    "basePath",
    "schemes",
    "consumes",
    "produces",
    "paths",
    "definitions",
    "parameters",
    "responses",
    "securityDefinitions",
    "components",
)

_WORDS = {
    "components/securitySchemes": "securityDefinitions",
    "components/requestBodies": "parameters",
    "components/parameters": "parameters",
    "components/responses": "responses",
    "components/schemas": "definitions",
}


def convert(document: Document) -> Document:
    """The document as OpenAPI 3.0 where it is Swagger 2.0; any other as it is.

    What is wrong and has a plain meaning is converted as it is meant, with a warning; what is
    of the wrong kind, or unknown, is passed on to those who say so. Positions are still those
    of the text.
    """
    data = document.data
    if not is_mapping(data) or "openapi" in data:
        return document
    if str(data.get("swagger")) not in _VERSIONS:
        return document
    conversion = Conversion(document)
    converted = _document(conversion)
    return replace(
        document,
        data=converted,
        problems=(*document.problems, *conversion.problems),
        origins=Origins(conversion.moved, _WORDS),
    )


def _document(conversion: Conversion) -> dict[str, Any]:
    data = conversion.data
    root = Found("", data)
    conversion.foreign(root, ("components", "servers", "webhooks"))
    if not isinstance(data["swagger"], str):
        conversion.warn(
            "/swagger", "not-text", "'swagger' is a number, not text", "write '2.0'"
        )
    conversion.consumes = conversion.media_types(root, "consumes")
    conversion.produces = conversion.media_types(root, "produces")
    conversion.moved["/openapi"] = "/swagger"
    made: dict[str, Any] = {"openapi": _OPENAPI}
    made |= {key: item for key, item in data.items() if key not in _CONVERTED}
    if "servers" not in data and (found := servers(conversion)):
        made["servers"] = found
    components = _components(conversion)
    if "paths" in data:
        made["paths"] = paths(conversion, Found("/paths", data["paths"]))
    settle(conversion, components)
    if is_mapping(components.get("schemas")):
        map_discriminators(conversion, components["schemas"])
    if components:
        made["components"] = components
    return made


def _components(conversion: Conversion) -> dict[str, Any]:
    """What stands under names at the root, and where OpenAPI 3 keeps it."""
    data = conversion.data
    components: dict[str, Any] = mapping(
        conversion.passed(Found("/components", data.get("components")))
    )
    for key, section, convert_all in (
        ("definitions", "schemas", _schemas),
        ("parameters", "parameters", _parameters),
        ("responses", "responses", _responses),
        ("securityDefinitions", "securitySchemes", security_schemes),
    ):
        if key not in data:
            continue
        found = Found(f"/{key}", data[key])
        conversion.move(found.pointer, f"/components/{section}")
        if not is_mapping(found.value):
            message = f"'{key}' must be a mapping"
            conversion.report(found.pointer, "wrong-type", message)
            continue
        own = mapping(components.get(section))
        if section == "parameters":
            bodies = _request_bodies(conversion, found)
            if bodies:
                components["requestBodies"] = {
                    **mapping(components.get("requestBodies")),
                    **bodies,
                }
        components[section] = {**own, **convert_all(conversion, found)}
    return components


def _schemas(conversion: Conversion, found: Found) -> dict[str, Any]:
    names = Names.keeping(found.value)
    named = {
        name if name in names.taken else names.free(name): item
        for name, item in entries(found)
    }
    for name, item in named.items():
        conversion.move(item.pointer, f"/components/schemas/{escape(name)}")
    return {name: schema(conversion, item) for name, item in named.items()}


def _responses(conversion: Conversion, found: Found) -> dict[str, Any]:
    made: dict[str, Any] = {}
    for name, item in entries(found):
        at = f"/components/responses/{escape(name)}"
        conversion.move(item.pointer, at)
        if is_mapping(item.value) and "$ref" in item.value:
            made[name] = conversion.refer(dict(item.value), item.pointer, "Response")
        else:
            is_object = is_mapping(item.value)
            made[name] = response(conversion, item, at) if is_object else item.value
    return made


def _parameters(conversion: Conversion, found: Found) -> dict[str, Any]:
    """Parameters that are not part of a request's body."""
    made: dict[str, Any] = {}
    for name, item in entries(found):
        location = mapping(conversion.follow(item).value).get("in")
        if location == "body" or location in FORMS:
            continue
        at = f"/components/parameters/{escape(name)}"
        conversion.move(item.pointer, at)
        is_object = is_mapping(item.value)
        made[name] = parameter(conversion, item, at) if is_object else item.value
    return made


def _request_bodies(conversion: Conversion, found: Found) -> dict[str, Any]:
    made: dict[str, Any] = {}
    for name, item in entries(found):
        if mapping(conversion.follow(item).value).get("in") != "body":
            continue
        at = f"/components/requestBodies/{escape(name)}"
        conversion.move(item.pointer, at)
        if "$ref" in item.value:
            made[name] = conversion.refer(dict(item.value), item.pointer, "Parameter")
        else:
            made[name] = body(conversion, item, at, ())
    return made
