"""Converts schemas (Swagger 2.0, Schema Object), wherever they stand."""

from typing import Any

from clientcast.plain import is_list, is_mapping, mapping, sequence, text
from clientcast.references import MAX_HOPS, Found, reference, segments, target
from clientcast.source import escape
from clientcast.swagger.conversion import Conversion, entries

_SCHEMA = ("items", "additionalProperties", "not")
_MAPS = ("properties", "patternProperties", "definitions")
_LISTS = ("allOf", "anyOf", "oneOf", "items")

_OPENAPI_3 = ("oneOf", "anyOf", "not", "nullable", "writeOnly", "const")

_STRUCTURE = ("properties", "allOf", "anyOf", "oneOf", "enum", "patternProperties")


def schema(conversion: Conversion, found: Found) -> Any:
    """A schema as OpenAPI 3.0 writes it. Its parts stand where they stood."""
    pointer, value = found
    if not is_mapping(value):
        return value
    conversion.foreign(found, _OPENAPI_3)
    made: dict[str, Any] = {}
    for key, item in value.items():
        where = Found(f"{pointer}/{escape(key)}", item)
        if key in _LISTS and is_list(item):
            made[key] = [
                schema(conversion, Found(f"{where.pointer}/{index}", member))
                for index, member in enumerate(item)
            ]
        elif key in _SCHEMA:
            made[key] = schema(conversion, where)
        elif key in _MAPS and is_mapping(item):
            made[key] = {
                name: schema(conversion, member) for name, member in entries(where)
            }
        elif key == "discriminator" and isinstance(item, str):
            made[key] = {"propertyName": item}
        elif key == "x-nullable":
            if item is True:
                made["nullable"] = True
        else:
            made[key] = item
    if made.get("type") == "file":
        made |= {"type": "string", "format": "binary"}
    conversion.refer(made, pointer, "Schema")
    if made.get("nullable") is True and "$ref" in made:
        # What stands beside a $ref is ignored in OpenAPI 3.0.
        made.pop("nullable")
        return {"allOf": [made], "nullable": True}
    return made


def is_structured(value: Any) -> bool:
    """Whether a schema declares something that ought to be declared once."""
    while is_mapping(value) and "$ref" not in value:
        if any(key in value for key in _STRUCTURE):
            return True
        value = value.get("items", value.get("additionalProperties"))
    return False


def map_discriminators(conversion: Conversion, schemas: dict[str, Any]) -> None:
    """Name the values that tell subtypes apart, where they are not the names of schemas.

    The value is the subtype's name in `definitions`, or its `x-ms-discriminator-value`.

    Args:
        conversion: Of which all definitions have moved.
        schemas: The converted definitions.
    """
    definitions = mapping(conversion.data.get("definitions"))
    for name, definition in definitions.items():
        origin = f"/definitions/{escape(name)}"
        now = conversion.places[origin]
        value = text(mapping(definition).get("x-ms-discriminator-value")) or name
        if value == segments(now)[-1]:
            continue
        for ancestor in _ancestors(definitions, name):
            place = conversion.places[f"/definitions/{escape(ancestor)}"]
            found = mapping(schemas.get(segments(place)[-1])).get("discriminator")
            if is_mapping(found):
                values = found.setdefault("mapping", {})
                if is_mapping(values):
                    values.setdefault(value, reference(now))


def _ancestors(definitions: dict[str, Any], name: str) -> list[str]:
    """A definition and those that it extends by `allOf`, the nearest first."""
    found = [name]
    for descendant in found:  # It grows meanwhile.
        for part in sequence(mapping(definitions.get(descendant)).get("allOf")):
            referred = mapping(part).get("$ref")
            into = target(referred) if isinstance(referred, str) else None
            keys = segments(into or "")
            if len(keys) == 2 and keys[0] == "definitions" and keys[1] in definitions:
                if keys[1] not in found and len(found) < MAX_HOPS:
                    found.append(keys[1])
    return found
