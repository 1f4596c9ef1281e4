"""Merges a schema with its `allOf` and its reference into one: what a value must be, at once."""

from dataclasses import dataclass, field
from typing import Any

from clientcast.parse.context import Context
from clientcast.plain import is_mapping, mapping, sequence, text, texts
from clientcast.references import Found, follow
from clientcast.source import escape

MAX_PARTS = 1_000

ANNOTATIONS = frozenset(
    [
        "title",
        "description",
        "default",
        "example",
        "examples",
        "deprecated",
        "readOnly",
        "writeOnly",
        "externalDocs",
        "xml",
        "$comment",
        "$id",
        "$schema",
        "$defs",
        "definitions",
        "x-client",
    ]
)
"""Keywords that say nothing about which values are valid (JSON Schema 2020-12, section 9)."""

_NOT_YET = {
    "patternProperties": "a schema for properties whose names match a pattern",
    "prefixItems": "a list with a schema for each position (prefixItems)",
    "$dynamicRef": "a dynamic reference",
    "dependentSchemas": "a schema that depends on a property",
}


@dataclass
class Shape:
    """One schema, `$ref` and `allOf` merged into it.

    Attributes:
        types: Those that every part allows; None where no part says.
        properties: Where each property's schema stands.
        unions: `oneOf` and `anyOf` of all parts, with the schemas that hold them.
        parts: How many schemas were merged.
    """

    types: frozenset[str] | None = None
    nullable: bool = False
    format: str = ""
    enum: list[Any] | None = None
    items: Found | None = None
    additional: Found | None = None
    properties: dict[str, Found] = field(default_factory=dict[str, Found])
    required: set[str] = field(default_factory=set[str])
    unions: list[Found] = field(default_factory=list[Found])
    discriminator: Found | None = None
    description: str = ""
    deprecated: bool = False
    parts: int = 0


def is_annotation(keyword: str) -> bool:
    """Whether a keyword leaves the valid values as they are."""
    return keyword in ANNOTATIONS or keyword.startswith("x-")


def shape_of(context: Context, schema: Found) -> Shape:
    """The merged shape of a schema that is not only a reference."""
    shape = Shape()
    _merge(context, schema, shape, path=())
    if shape.types is not None and "null" in shape.types:
        shape.nullable = True
        shape.types -= {"null"}
    elif shape.enum is not None and None in shape.enum and shape.types is None:
        shape.nullable = True
    if shape.enum is not None:
        shape.enum = [value for value in shape.enum if value is not None]
    return shape


def _merge(
    context: Context, schema: Found, shape: Shape, path: tuple[str, ...]
) -> None:
    pointer, value = schema
    shape.parts += 1
    if shape.parts > MAX_PARTS:
        if shape.parts == MAX_PARTS + 1:
            context.report(
                pointer, "limit-parts", f"allOf merges more than {MAX_PARTS} schemas"
            )
        return
    if pointer in path:
        context.report(pointer, "reference-cycle", "this schema is made of itself")
        return
    if not is_mapping(value):
        return
    path = (*path, pointer)
    if "$ref" in value:
        referred = follow(context.document.data, pointer, {"$ref": value["$ref"]})
        if referred.pointer != pointer:
            _merge(context, referred, shape, path)
    for index, part in enumerate(sequence(value.get("allOf"))):
        _merge(context, Found(f"{pointer}/allOf/{index}", part), shape, path)
    _merge_keywords(context, schema, shape)


def _merge_keywords(context: Context, schema: Found, shape: Shape) -> None:
    pointer, value = schema
    for keyword, what in _NOT_YET.items():
        if keyword in value:
            context.unsupported(f"{pointer}/{keyword}", what)
    _merge_types(context, schema, shape)
    if isinstance(value.get("enum"), list) or "const" in value:
        values = (
            value["enum"] if isinstance(value.get("enum"), list) else [value["const"]]
        )
        known = shape.enum
        shape.enum = (
            values if known is None else [item for item in known if item in values]
        )
    shape.format = text(value.get("format")) or shape.format
    if "items" in value:
        shape.items = Found(f"{pointer}/items", value["items"])
    if "additionalProperties" in value:
        shape.additional = Found(
            f"{pointer}/additionalProperties", value["additionalProperties"]
        )
    for name, property_schema in mapping(value.get("properties")).items():
        shape.properties[name] = Found(
            f"{pointer}/properties/{escape(name)}", property_schema
        )
    shape.required.update(texts(value.get("required")))
    for keyword in ("oneOf", "anyOf"):
        if isinstance(value.get(keyword), list):
            shape.unions.append(Found(f"{pointer}/{keyword}", value[keyword]))
    if isinstance(value.get("discriminator"), dict):
        shape.discriminator = Found(f"{pointer}/discriminator", value["discriminator"])
    shape.description = text(value.get("description")) or shape.description
    shape.deprecated = shape.deprecated or value.get("deprecated") is True


def _merge_types(context: Context, schema: Found, shape: Shape) -> None:
    pointer, value = schema
    types = set(texts(value.get("type")))
    if not types:
        return
    if value.get("nullable") is True:
        types.add("null")
    if shape.types is None:
        shape.types = frozenset(types)
        return
    both = shape.types & types
    if "integer" in shape.types | types and "number" in shape.types | types:
        both |= {"integer"}
    if not both:
        context.report(
            f"{pointer}/type",
            "contradiction",
            f"no value is both {' or '.join(sorted(shape.types))}"
            f" and {' or '.join(sorted(types))}",
        )
        return
    shape.types = both
