"""Conversion of Swagger 2.0 to OpenAPI 3.0, so that later stages know OpenAPI 3 only."""

from dataclasses import replace
from typing import Any

from clientcast.plain import is_mapping, mapping
from clientcast.references import Located
from clientcast.source import Document, SourceMap, escape
from clientcast.swagger.bodies import convert_body
from clientcast.swagger.conversion import Conversion, entries
from clientcast.swagger.names import ComponentNames
from clientcast.swagger.operations import convert_paths
from clientcast.swagger.parameters import FORMS, convert_parameter
from clientcast.swagger.references import rewrite_references
from clientcast.swagger.responses import convert_response
from clientcast.swagger.schemas import convert_schema, map_discriminators
from clientcast.swagger.security import convert_security_schemes
from clientcast.swagger.servers import convert_servers

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

_SWAGGER_SECTIONS = {
    "components/securitySchemes": "securityDefinitions",
    "components/requestBodies": "parameters",
    "components/parameters": "parameters",
    "components/responses": "responses",
    "components/schemas": "definitions",
}


def convert(document: Document) -> Document:
    """Return a Swagger 2.0 document as OpenAPI 3.0, and any other document unchanged.

    Obvious mistakes are fixed with a warning. Values of the wrong type and unknown fields are
    kept, since `check` reports them. Locations of diagnostics are those of the original text.
    """
    data = document.data
    if not is_mapping(data) or "openapi" in data:
        return document
    if str(data.get("swagger")) not in _VERSIONS:
        return document
    conversion = Conversion(document)
    converted = _convert_document(conversion)
    return replace(
        document.with_data(converted),
        diagnostics=(*document.diagnostics, *conversion.diagnostics),
        source_map=SourceMap(conversion.origin_pointers, _SWAGGER_SECTIONS),
    )


def _convert_document(conversion: Conversion) -> dict[str, Any]:
    data = conversion.data
    root = Located("", data)
    conversion.warn_openapi_3_fields(root, ("components", "servers", "webhooks"))
    if not isinstance(data["swagger"], str):
        conversion.warn(
            "/swagger", "not-text", "'swagger' is a number, not text", "write '2.0'"
        )
    conversion.consumes = conversion.read_media_types(root, "consumes")
    conversion.produces = conversion.read_media_types(root, "produces")
    conversion.origin_pointers["/openapi"] = "/swagger"
    converted: dict[str, Any] = {"openapi": _OPENAPI}
    converted |= {key: item for key, item in data.items() if key not in _CONVERTED}
    if "servers" not in data and (server_list := convert_servers(conversion)):
        converted["servers"] = server_list
    components = _convert_components(conversion)
    if "paths" in data:
        converted["paths"] = convert_paths(conversion, Located("/paths", data["paths"]))
    rewrite_references(conversion, components)
    if is_mapping(components.get("schemas")):
        map_discriminators(conversion, components["schemas"])
    if components:
        converted["components"] = components
    return converted


def _convert_components(conversion: Conversion) -> dict[str, Any]:
    """Return the components, converted from the definitions at the root of the document."""
    data = conversion.data
    components: dict[str, Any] = mapping(
        conversion.pass_through(Located("/components", data.get("components")))
    )
    for key, section, convert_all in (
        ("definitions", "schemas", _convert_definitions),
        ("parameters", "parameters", _convert_parameter_components),
        ("responses", "responses", _convert_response_components),
        ("securityDefinitions", "securitySchemes", convert_security_schemes),
    ):
        if key not in data:
            continue
        source = Located(f"/{key}", data[key])
        conversion.record_move(source.pointer, f"/components/{section}")
        if not is_mapping(source.value):
            message = f"'{key}' must be a mapping"
            conversion.report(source.pointer, "wrong-type", message)
            continue
        existing = mapping(components.get(section))
        if section == "parameters":
            bodies = _convert_request_bodies(conversion, source)
            if bodies:
                components["requestBodies"] = {
                    **mapping(components.get("requestBodies")),
                    **bodies,
                }
        components[section] = {**existing, **convert_all(conversion, source)}
    return components


def _convert_definitions(conversion: Conversion, source: Located) -> dict[str, Any]:
    names = ComponentNames.reserving(source.value)
    named = {
        name if name in names.taken else names.unique_name(name): item
        for name, item in entries(source)
    }
    for name, item in named.items():
        conversion.record_move(item.pointer, f"/components/schemas/{escape(name)}")
    return {name: convert_schema(conversion, item) for name, item in named.items()}


def _convert_response_components(
    conversion: Conversion, source: Located
) -> dict[str, Any]:
    converted: dict[str, Any] = {}
    for name, item in entries(source):
        at = f"/components/responses/{escape(name)}"
        conversion.record_move(item.pointer, at)
        if is_mapping(item.value) and "$ref" in item.value:
            converted[name] = conversion.track_reference(
                dict(item.value), item.pointer, "Response"
            )
        else:
            is_object = is_mapping(item.value)
            converted[name] = (
                convert_response(conversion, item, at) if is_object else item.value
            )
    return converted


def _convert_parameter_components(
    conversion: Conversion, source: Located
) -> dict[str, Any]:
    """Return the shared parameters in path, query and header."""
    converted: dict[str, Any] = {}
    for name, item in entries(source):
        location = mapping(conversion.follow(item).value).get("in")
        if location == "body" or location in FORMS:
            continue
        at = f"/components/parameters/{escape(name)}"
        conversion.record_move(item.pointer, at)
        is_object = is_mapping(item.value)
        converted[name] = (
            convert_parameter(conversion, item, at) if is_object else item.value
        )
    return converted


def _convert_request_bodies(conversion: Conversion, source: Located) -> dict[str, Any]:
    converted: dict[str, Any] = {}
    for name, item in entries(source):
        if mapping(conversion.follow(item).value).get("in") != "body":
            continue
        at = f"/components/requestBodies/{escape(name)}"
        conversion.record_move(item.pointer, at)
        if "$ref" in item.value:
            converted[name] = conversion.track_reference(
                dict(item.value), item.pointer, "Parameter"
            )
        else:
            converted[name] = convert_body(conversion, item, at, ())
    return converted
