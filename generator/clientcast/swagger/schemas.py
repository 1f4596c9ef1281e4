"""Conversion of schemas (Swagger 2.0, Schema Object)."""

from typing import Any

from clientcast.plain import is_list, is_mapping, mapping, sequence, text
from clientcast.references import MAX_HOPS, Located, local_pointer, reference, segments
from clientcast.source import escape
from clientcast.swagger.conversion import Conversion, entries

_SUBSCHEMA_KEYWORDS = ("items", "additionalProperties", "not")
_SCHEMA_MAP_KEYWORDS = ("properties", "patternProperties", "definitions")
_SCHEMA_LIST_KEYWORDS = ("allOf", "anyOf", "oneOf", "items")

_OPENAPI_3_FIELDS = ("oneOf", "anyOf", "not", "nullable", "writeOnly", "const")

_DECLARING_KEYWORDS = (
    "properties",
    "allOf",
    "anyOf",
    "oneOf",
    "enum",
    "patternProperties",
)


def convert_schema(conversion: Conversion, source: Located) -> Any:
    """Return a schema as in OpenAPI 3.0. The JSON pointers within it stay the same."""
    pointer, value = source
    if not is_mapping(value):
        return value
    conversion.warn_openapi_3_fields(source, _OPENAPI_3_FIELDS)
    converted: dict[str, Any] = {}
    for key, item in value.items():
        child = Located(f"{pointer}/{escape(key)}", item)
        if key in _SCHEMA_LIST_KEYWORDS and is_list(item):
            converted[key] = [
                convert_schema(conversion, Located(f"{child.pointer}/{index}", member))
                for index, member in enumerate(item)
            ]
        elif key in _SUBSCHEMA_KEYWORDS:
            converted[key] = convert_schema(conversion, child)
        elif key in _SCHEMA_MAP_KEYWORDS and is_mapping(item):
            converted[key] = {
                name: convert_schema(conversion, member)
                for name, member in entries(child)
            }
        elif key == "discriminator" and isinstance(item, str):
            converted[key] = {"propertyName": item}
        elif key == "x-nullable":
            if item is True:
                converted["nullable"] = True
        else:
            converted[key] = item
    if converted.get("type") == "file":
        converted |= {"type": "string", "format": "binary"}
    conversion.track_reference(converted, pointer, "Schema")
    if converted.get("nullable") is True and "$ref" in converted:
        # OpenAPI 3.0 ignores siblings of $ref.
        converted.pop("nullable")
        return {"allOf": [converted], "nullable": True}
    return converted


def has_declaration(value: Any) -> bool:
    """Return whether a schema or its items become a declaration, which must occur only once."""
    while is_mapping(value) and "$ref" not in value:
        if any(key in value for key in _DECLARING_KEYWORDS):
            return True
        value = value.get("items", value.get("additionalProperties"))
    return False


def map_discriminators(conversion: Conversion, schemas: dict[str, Any]) -> None:
    """Add discriminator mappings for subtypes whose values are not the names of components.

    The value is the subtype's name in `definitions`, or its `x-ms-discriminator-value`.

    Args:
        conversion: The conversion, after all definitions have moved.
        schemas: The converted definitions.
    """
    definitions = mapping(conversion.data.get("definitions"))
    for name, definition in definitions.items():
        origin = f"/definitions/{escape(name)}"
        new_pointer = conversion.new_pointers[origin]
        value = text(mapping(definition).get("x-ms-discriminator-value")) or name
        if value == segments(new_pointer)[-1]:
            continue
        for ancestor in _ancestors(definitions, name):
            ancestor_pointer = conversion.new_pointers[
                f"/definitions/{escape(ancestor)}"
            ]
            discriminator = mapping(schemas.get(segments(ancestor_pointer)[-1])).get(
                "discriminator"
            )
            if is_mapping(discriminator):
                values = discriminator.setdefault("mapping", {})
                if is_mapping(values):
                    values.setdefault(value, reference(new_pointer))


def _ancestors(definitions: dict[str, Any], name: str) -> list[str]:
    """Return a definition and those that it extends by `allOf`, the nearest first."""
    names = [name]
    for descendant in names:  # The loop appends to it.
        for part in sequence(mapping(definitions.get(descendant)).get("allOf")):
            referred = mapping(part).get("$ref")
            parent_pointer = (
                local_pointer(referred) if isinstance(referred, str) else None
            )
            keys = segments(parent_pointer or "")
            if len(keys) == 2 and keys[0] == "definitions" and keys[1] in definitions:
                if keys[1] not in names and len(names) < MAX_HOPS:
                    names.append(keys[1])
    return names
