"""Conversion of parameters, form fields and headers, which have no schema in Swagger 2.0."""

from typing import Any, NamedTuple

from clientcast.enum_extensions import DESCRIPTIONS, NAMES
from clientcast.plain import is_list, is_mapping, mapping, text
from clientcast.references import Located
from clientcast.swagger.conversion import Conversion, entries, extensions
from clientcast.swagger.schemas import convert_schema

FORMS = ("formData", "formdata", "form")

_SCHEMA_FIELDS = frozenset(
    "type format items default maximum exclusiveMaximum minimum exclusiveMinimum maxLength"
    " minLength pattern maxItems minItems uniqueItems enum multipleOf properties allOf anyOf"
    " oneOf additionalProperties title nullable x-nullable readOnly".split()
) | {*NAMES, *DESCRIPTIONS}
"""Fields that belong to the schema: those of the specification, and common additions."""

_OPENAPI_3_FIELDS = ("content", "style", "explode", "allowReserved", "examples")

_STYLES = {"ssv": "spaceDelimited", "pipes": "pipeDelimited"}
_FORMATS = ("csv", "ssv", "tsv", "pipes", "multi")


class SerializedSchema(NamedTuple):
    """Schema and serialization of a parameter (OpenAPI 3.0.4, section 4.7.12.3).

    Attributes:
        schema: The schema; None for none.
        style: The fields `style` and `explode`; empty for the defaults.
    """

    schema: Any
    style: dict[str, Any]

    @property
    def schema_field(self) -> dict[str, Any]:
        """Return the field `schema`; empty without a schema."""
        return {} if self.schema is None else {"schema": self.schema}


def convert_parameter(
    conversion: Conversion, source: Located, at: str
) -> dict[str, Any]:
    """Return a parameter in path, query or header."""
    value = mapping(source.value)
    if "$ref" in value:
        return conversion.track_reference(dict(value), source.pointer, "Parameter")
    converted = _unchanged_fields(conversion, source)
    serialized = _serialize(conversion, source, at, text(value.get("in")))
    return {
        **converted,
        **serialized.style,
        **_example_field(value),
        **serialized.schema_field,
    }


def convert_header(conversion: Conversion, source: Located, at: str) -> Any:
    """Return a response header."""
    value = source.value
    if not is_mapping(value) or "$ref" in value:
        return value
    converted = _unchanged_fields(conversion, source)
    serialized = _serialize(conversion, source, at, "header")
    return {
        **converted,
        **serialized.style,
        **_example_field(value),
        **serialized.schema_field,
    }


def convert_form_field(
    conversion: Conversion, source: Located, at: str
) -> SerializedSchema:
    """Return a parameter in `formData` as a property of the request body."""
    value = mapping(source.value)
    serialized = _serialize(conversion, source, at, "formData")
    if not is_mapping(serialized.schema):
        return serialized
    description = {key: value[key] for key in ("description",) if key in value}
    converted = {
        **serialized.schema,
        **description,
        **extensions(value),
        **_example_field(value),
    }
    converted.pop("x-nullable", None)
    return SerializedSchema(converted, serialized.style)


def _serialize(
    conversion: Conversion, source: Located, at: str, location: str
) -> SerializedSchema:
    value = mapping(source.value)
    conversion.warn_openapi_3_fields(source, _OPENAPI_3_FIELDS)
    if "content" in value:
        return SerializedSchema(value.get("schema"), {})
    schema_source = Located(
        source.pointer,
        {key: item for key, item in value.items() if key in _SCHEMA_FIELDS},
    )
    if "schema" in value:
        schema_source = Located(f"{source.pointer}/schema", value["schema"])
        conversion.warn_openapi_3_fields(source, ("schema",))
    elif "type" not in schema_source.value:
        noun = "header" if "in" not in value else "parameter"
        conversion.warn(
            source.pointer,
            "no-schema",
            f"this {noun} has no 'type', so any value is accepted",
            "add 'type'",
        )
    conversion.record_move(schema_source.pointer, f"{at}/schema")
    if schema_source.pointer == source.pointer:
        conversion.new_pointers[source.pointer] = at
        conversion.new_pointers.setdefault(
            f"{source.pointer}/items", f"{at}/schema/items"
        )
    converted = convert_schema(conversion, schema_source)
    type_name = mapping(schema_source.value).get("type")
    if type_name == "file" and location != "formData":
        conversion.warn(
            f"{schema_source.pointer}/type",
            "bad-location",
            "'type: file' is valid only in formData and responses",
            "it is sent as text",
        )
        converted["format"] = "binary"
    if type_name != "array" or "schema" in value and "collectionFormat" not in value:
        return SerializedSchema(converted, {})
    return _convert_collection(conversion, source, converted, location)


def _convert_collection(
    conversion: Conversion, source: Located, converted: dict[str, Any], location: str
) -> SerializedSchema:
    """Return an array with the serialization of its `collectionFormat`."""
    list_format = mapping(source.value).get("collectionFormat", "csv")
    format_pointer = f"{source.pointer}/collectionFormat"
    may_explode = location in ("query", *FORMS)
    if list_format not in _FORMATS or list_format == "multi" and not may_explode:
        conversion.warn(
            format_pointer,
            "bad-collection-format",
            f"'{text(list_format)[:20]}' is no collectionFormat of a list in {location}",
            "it is sent as csv; the formats are csv, ssv, tsv, pipes,"
            " and multi in a query or form",
        )
        list_format = "csv"
    if mapping(converted.get("items")).get("format") == "binary":
        list_format = "multi"  # Files are separate parts, without a delimiter.
    match list_format:
        case "multi":
            return SerializedSchema(converted, {})
        case "csv":
            style = {"style": "form", "explode": False} if may_explode else {}
            return SerializedSchema(converted, style)
        case _ if may_explode and list_format in _STYLES:
            return SerializedSchema(
                converted, {"style": _STYLES[list_format], "explode": False}
            )
        case _:
            conversion.warn(
                format_pointer,
                "bad-collection-format",
                f"OpenAPI 3 has no '{list_format}' in {location}: the list becomes one string",
                "join the items into one string in each call",
            )
            return SerializedSchema(
                {"type": "string", **_pick(converted, "description", "nullable")}, {}
            )


def _pick(value: dict[str, Any], *keys: str) -> dict[str, Any]:
    return {key: value[key] for key in keys if key in value}


def _example_field(value: dict[str, Any]) -> dict[str, Any]:
    """Return the example of a parameter: the common extension `x-example`."""
    return {"example": value["x-example"]} if "x-example" in value else {}


def _unchanged_fields(conversion: Conversion, source: Located) -> dict[str, Any]:
    """Return the fields that are the same in OpenAPI 3."""
    moved_fields = ("schema", "collectionFormat", "x-example", *_SCHEMA_FIELDS)
    return {
        key: conversion.pass_through(item) if key == "content" else item.value
        for key, item in entries(source)
        if key not in moved_fields
    }


def convert_parameters(
    conversion: Conversion, parent: Located, at: str
) -> tuple[list[Any], list[Located], list[Located]]:
    """Convert the parameters of a path or operation.

    Returns:
        The converted parameters in path, query and header, and the unconverted ones in `body`
        and in `formData`.
    """
    converted_parameters: list[Any] = []
    bodies: list[Located] = []
    fields: list[Located] = []
    value = mapping(parent.value).get("parameters")
    for index, item in enumerate(value if is_list(value) else []):
        source = Located(f"{parent.pointer}/parameters/{index}", item)
        location = mapping(conversion.follow(source).value).get("in")
        if location == "body":
            bodies.append(source)
        elif location in FORMS:
            fields.append(source)
        else:
            parameter_pointer = f"{at}/parameters/{len(converted_parameters)}"
            conversion.record_move(source.pointer, parameter_pointer)
            is_object = is_mapping(item)
            converted_parameters.append(
                convert_parameter(conversion, source, parameter_pointer)
                if is_object
                else item
            )
    return converted_parameters, bodies, fields
