"""Converts what Swagger 2.0 describes without a schema: parameters, form fields, headers."""

from typing import Any, NamedTuple

from clientcast.plain import is_list, is_mapping, mapping, text
from clientcast.references import Located
from clientcast.swagger.conversion import Conversion, entries, extensions
from clientcast.swagger.schemas import convert_schema

FORMS = ("formData", "formdata", "form")

_SCHEMA_FIELDS = frozenset(
    "type format items default maximum exclusiveMaximum minimum exclusiveMinimum maxLength"
    " minLength pattern maxItems minItems uniqueItems enum multipleOf properties allOf anyOf"
    " oneOf additionalProperties title nullable x-nullable readOnly".split()
)
"""The fields that say what the value is: those of the specification, and what people add."""

_OPENAPI_3_FIELDS = ("content", "style", "explode", "allowReserved", "examples")

_STYLES = {"ssv": "spaceDelimited", "pipes": "pipeDelimited"}
_FORMATS = ("csv", "ssv", "tsv", "pipes", "multi")


class SerializedSchema(NamedTuple):
    """How the value of a parameter is written (OpenAPI 3.0.4, section 4.7.12.3).

    Attributes:
        schema: What it is.
        style: The fields `style` and `explode`, where they are not the usual ones.
    """

    schema: Any
    style: dict[str, Any]

    @property
    def schema_field(self) -> dict[str, Any]:
        """The field `schema`, where there is one."""
        return {} if self.schema is None else {"schema": self.schema}


def convert_parameter(
    conversion: Conversion, source: Located, at: str
) -> dict[str, Any]:
    """A parameter of a path, query or header."""
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
    """A header of a response."""
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
    """A parameter in `formData`: a property of the body."""
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
            f"this {noun} has no 'type', so that it may be anything",
            "add 'type'",
        )
    conversion.record_move(schema_source.pointer, f"{at}/schema")
    if schema_source.pointer == source.pointer:
        conversion.new_pointers[source.pointer] = at
        conversion.new_pointers.setdefault(
            f"{source.pointer}/items", f"{at}/schema/items"
        )
    converted = convert_schema(conversion, schema_source)
    kind = mapping(schema_source.value).get("type")
    if kind == "file" and location != "formData":
        conversion.warn(
            f"{schema_source.pointer}/type",
            "bad-location",
            "a file stands in formData or in an answer",
            "it is sent as text here",
        )
        converted["format"] = "binary"
    if kind != "array" or "schema" in value and "collectionFormat" not in value:
        return SerializedSchema(converted, {})
    return _convert_collection(conversion, source, converted, location)


def _convert_collection(
    conversion: Conversion, source: Located, converted: dict[str, Any], location: str
) -> SerializedSchema:
    """A list, by its `collectionFormat`."""
    kind = mapping(source.value).get("collectionFormat", "csv")
    format_pointer = f"{source.pointer}/collectionFormat"
    may_explode = location in ("query", *FORMS)
    if kind not in _FORMATS or kind == "multi" and not may_explode:
        conversion.warn(
            format_pointer,
            "bad-collection-format",
            f"'{text(kind)[:20]}' is no collectionFormat of a list in {location}",
            "it is sent as csv; the formats are csv, ssv, tsv, pipes,"
            " and multi in a query or form",
        )
        kind = "csv"
    if mapping(converted.get("items")).get("format") == "binary":
        kind = (
            "multi"  # A part of the body is a file, and there is nothing between two.
        )
    match kind:
        case "multi":
            return SerializedSchema(converted, {})
        case "csv":
            style = {"style": "form", "explode": False} if may_explode else {}
            return SerializedSchema(converted, style)
        case _ if may_explode and kind in _STYLES:
            return SerializedSchema(
                converted, {"style": _STYLES[kind], "explode": False}
            )
        case _:
            conversion.warn(
                format_pointer,
                "bad-collection-format",
                f"OpenAPI 3 has no '{kind}' in {location}: the list is taken as one text",
                "write the items as one text where you call it",
            )
            return SerializedSchema(
                {"type": "string", **_pick(converted, "description", "nullable")}, {}
            )


def _pick(value: dict[str, Any], *keys: str) -> dict[str, Any]:
    return {key: value[key] for key in keys if key in value}


def _example_field(value: dict[str, Any]) -> dict[str, Any]:
    """The example that people give a parameter, which Swagger 2.0 has no field for."""
    return {"example": value["x-example"]} if "x-example" in value else {}


def _unchanged_fields(conversion: Conversion, source: Located) -> dict[str, Any]:
    """The fields that OpenAPI 3 has where Swagger 2.0 has them."""
    moved_fields = ("schema", "collectionFormat", "x-example", *_SCHEMA_FIELDS)
    return {
        key: conversion.pass_through(item) if key == "content" else item.value
        for key, item in entries(source)
        if key not in moved_fields
    }


def convert_parameters(
    conversion: Conversion, holder: Located, at: str
) -> tuple[list[Any], list[Located], list[Located]]:
    """The parameters of a path or operation.

    Returns:
        The converted ones, and those in the body and in the form as they are given.
    """
    converted_parameters: list[Any] = []
    bodies: list[Located] = []
    fields: list[Located] = []
    value = mapping(holder.value).get("parameters")
    for index, item in enumerate(value if is_list(value) else []):
        source = Located(f"{holder.pointer}/parameters/{index}", item)
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
