"""Converts what Swagger 2.0 describes without a schema: parameters, form fields, headers."""

from typing import Any, NamedTuple

from clientcast.plain import is_list, is_mapping, mapping, text
from clientcast.references import Found
from clientcast.swagger.conversion import Conversion, entries, extensions
from clientcast.swagger.schemas import schema

FORMS = ("formData", "formdata", "form")

_OF_A_SCHEMA = frozenset(
    "type format items default maximum exclusiveMaximum minimum exclusiveMinimum maxLength"
    " minLength pattern maxItems minItems uniqueItems enum multipleOf properties allOf anyOf"
    " oneOf additionalProperties title nullable x-nullable readOnly".split()
)
"""The fields that say what the value is: those of the specification, and what people add."""

_OPENAPI_3 = ("content", "style", "explode", "allowReserved", "examples")

_STYLES = {"ssv": "spaceDelimited", "pipes": "pipeDelimited"}
_FORMATS = ("csv", "ssv", "tsv", "pipes", "multi")


class Written(NamedTuple):
    """How the value of a parameter is written (OpenAPI 3.0.4, section 4.7.12.3).

    Attributes:
        schema: What it is.
        style: The fields `style` and `explode`, where they are not the usual ones.
    """

    schema: Any
    style: dict[str, Any]

    @property
    def described(self) -> dict[str, Any]:
        """The field `schema`, where there is one."""
        return {} if self.schema is None else {"schema": self.schema}


def parameter(conversion: Conversion, found: Found, at: str) -> dict[str, Any]:
    """A parameter of a path, query or header."""
    value = mapping(found.value)
    if "$ref" in value:
        return conversion.refer(dict(value), found.pointer, "Parameter")
    made = _stayed(conversion, found)
    written = _written(conversion, found, at, text(value.get("in")))
    return {**made, **written.style, **_example(value), **written.described}


def header(conversion: Conversion, found: Found, at: str) -> Any:
    """A header of a response."""
    value = found.value
    if not is_mapping(value) or "$ref" in value:
        return value
    made = _stayed(conversion, found)
    written = _written(conversion, found, at, "header")
    return {**made, **written.style, **_example(value), **written.described}


def form_field(conversion: Conversion, found: Found, at: str) -> Written:
    """A parameter in `formData`: a property of the body."""
    value = mapping(found.value)
    written = _written(conversion, found, at, "formData")
    if not is_mapping(written.schema):
        return written
    said = {key: value[key] for key in ("description",) if key in value}
    made = {**written.schema, **said, **extensions(value), **_example(value)}
    made.pop("x-nullable", None)
    return Written(made, written.style)


def _written(conversion: Conversion, found: Found, at: str, location: str) -> Written:
    value = mapping(found.value)
    conversion.foreign(found, _OPENAPI_3)
    if "content" in value:
        return Written(value.get("schema"), {})
    inner = Found(
        found.pointer,
        {key: item for key, item in value.items() if key in _OF_A_SCHEMA},
    )
    if "schema" in value:
        inner = Found(f"{found.pointer}/schema", value["schema"])
        conversion.foreign(found, ("schema",))
    elif "type" not in inner.value:
        what = "header" if "in" not in value else "parameter"
        conversion.warn(
            found.pointer,
            "no-schema",
            f"this {what} has no 'type', so that it may be anything",
            "add 'type'",
        )
    conversion.move(inner.pointer, f"{at}/schema")
    if inner.pointer == found.pointer:
        conversion.places[found.pointer] = at
        conversion.places.setdefault(f"{found.pointer}/items", f"{at}/schema/items")
    made = schema(conversion, inner)
    kind = mapping(inner.value).get("type")
    if kind == "file" and location != "formData":
        conversion.warn(
            f"{inner.pointer}/type",
            "bad-location",
            "a file stands in formData or in an answer",
            "it is sent as text here",
        )
        made["format"] = "binary"
    if kind != "array" or "schema" in value and "collectionFormat" not in value:
        return Written(made, {})
    return _collection(conversion, found, made, location)


def _collection(
    conversion: Conversion, found: Found, made: dict[str, Any], location: str
) -> Written:
    """A list, by its `collectionFormat`."""
    kind = mapping(found.value).get("collectionFormat", "csv")
    where = f"{found.pointer}/collectionFormat"
    is_exploding = location in ("query", *FORMS)
    if kind not in _FORMATS or kind == "multi" and not is_exploding:
        conversion.warn(
            where,
            "bad-collection-format",
            f"'{text(kind)[:20]}' is no collectionFormat of a list in {location}",
            "it is sent as csv; the formats are csv, ssv, tsv, pipes,"
            " and multi in a query or form",
        )
        kind = "csv"
    if mapping(made.get("items")).get("format") == "binary":
        kind = (
            "multi"  # A part of the body is a file, and there is nothing between two.
        )
    match kind:
        case "multi":
            return Written(made, {})
        case "csv":
            style = {"style": "form", "explode": False} if is_exploding else {}
            return Written(made, style)
        case _ if is_exploding and kind in _STYLES:
            return Written(made, {"style": _STYLES[kind], "explode": False})
        case _:
            conversion.warn(
                where,
                "bad-collection-format",
                f"OpenAPI 3 has no '{kind}' in {location}: the list is taken as one text",
                "write the items as one text where you call it",
            )
            return Written(
                {"type": "string", **_kept(made, "description", "nullable")}, {}
            )


def _kept(value: dict[str, Any], *keys: str) -> dict[str, Any]:
    return {key: value[key] for key in keys if key in value}


def _example(value: dict[str, Any]) -> dict[str, Any]:
    """The example that people give a parameter, which Swagger 2.0 has no field for."""
    return {"example": value["x-example"]} if "x-example" in value else {}


def _stayed(conversion: Conversion, found: Found) -> dict[str, Any]:
    """The fields that OpenAPI 3 has where Swagger 2.0 has them."""
    moved = ("schema", "collectionFormat", "x-example", *_OF_A_SCHEMA)
    return {
        key: conversion.passed(item) if key == "content" else item.value
        for key, item in entries(found)
        if key not in moved
    }


def parameters(
    conversion: Conversion, holder: Found, at: str
) -> tuple[list[Any], list[Found], list[Found]]:
    """The parameters of a path or operation.

    Returns:
        The converted ones, and those in the body and in the form as they are given.
    """
    kept: list[Any] = []
    bodies: list[Found] = []
    fields: list[Found] = []
    value = mapping(holder.value).get("parameters")
    for index, item in enumerate(value if is_list(value) else []):
        found = Found(f"{holder.pointer}/parameters/{index}", item)
        location = mapping(conversion.follow(found).value).get("in")
        if location == "body":
            bodies.append(found)
        elif location in FORMS:
            fields.append(found)
        else:
            place = f"{at}/parameters/{len(kept)}"
            conversion.move(found.pointer, place)
            is_object = is_mapping(item)
            kept.append(parameter(conversion, found, place) if is_object else item)
    return kept, bodies, fields
