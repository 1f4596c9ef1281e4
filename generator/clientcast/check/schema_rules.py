"""What a schema must be beyond its grammar (OpenAPI 3.1, 4.8.24; JSON Schema 2020-12)."""

from typing import Any

from clientcast.check.walk import Walk
from clientcast.diagnostic import did_you_mean
from clientcast.references import lookup, target
from clientcast.source import escape

TYPES = ("array", "boolean", "integer", "null", "number", "object", "string")
_MEANT = {
    "int": "integer",
    "float": "number",
    "double": "number",
    "str": "string",
    "text": "string",
    "date": "string",
    "datetime": "string",
    "bool": "boolean",
    "list": "array",
    "dict": "object",
    "map": "object",
    "any": "",
}
_PYTHON: dict[str, tuple[type, ...]] = {
    "array": (list,),
    "boolean": (bool,),
    "integer": (int,),
    "number": (int, float),
    "object": (dict,),
    "string": (str,),
}
_COMPOSITION = {"allOf", "oneOf", "anyOf", "$ref", "not", "if"}


def check_schemas(walk: Walk) -> None:
    """Report what is wrong in each schema by itself."""
    legacy = str(walk.document.data.get("openapi")).startswith("3.0")
    for pointer, schema in walk.objects("Schema"):
        _check_type(walk, pointer, schema, legacy)
        _check_enum(walk, pointer, schema)
        _check_required(walk, pointer, schema)
        _check_default(walk, pointer, schema)
        _check_discriminator(walk, pointer, schema)
        if schema.get("nullable") is True and not legacy:
            walk.warn(
                f"{pointer}/nullable",
                "nullable",
                "nullable has no meaning since OpenAPI 3.1",
                "add 'null' to the types, as in type: [string, 'null']",
                at_key=True,
            )


def _check_type(walk: Walk, pointer: str, schema: dict[str, Any], legacy: bool) -> None:
    type_ = schema.get("type")
    if type_ is None:
        if "type" in schema:
            walk.report(
                f"{pointer}/type",
                "unknown-type",
                "the type is empty",
                "put 'null' in quotes",
            )
        return
    if isinstance(type_, list) and legacy:
        walk.warn(
            f"{pointer}/type",
            "type-list",
            "a list of types came with OpenAPI 3.1",
            "write openapi: 3.1.0, or nullable: true",
        )
    for name in type_ if isinstance(type_, list) else [type_]:
        if name not in TYPES:
            meant = _MEANT.get(str(name).lower())
            hint = (
                f"did you mean '{meant}'?" if meant else did_you_mean(str(name), TYPES)
            )
            shown = name if isinstance(name, str) else "this"
            walk.report(
                f"{pointer}/type",
                "unknown-type",
                f"'{shown}' is no type of JSON Schema",
                hint or f"the types are {', '.join(TYPES)}",
            )


def _check_enum(walk: Walk, pointer: str, schema: dict[str, Any]) -> None:
    if "enum" not in schema:
        return
    values = schema["enum"]
    if not isinstance(values, list) or not values:
        walk.report(
            f"{pointer}/enum", "bad-enum", "an enum is a list of at least one value"
        )
        return
    for index, value in enumerate(values):
        if any(
            value == other and type(value) is type(other) for other in values[:index]
        ):
            walk.warn(
                f"{pointer}/enum/{index}",
                "duplicate-value",
                "this value stands here twice",
            )
        elif value is not None and not _is_of_type(value, schema):
            walk.report(
                f"{pointer}/enum/{index}",
                "enum-type",
                f"this value is no {schema['type']}",
                "put it in quotes" if schema["type"] == "string" else "",
            )


def _check_required(walk: Walk, pointer: str, schema: dict[str, Any]) -> None:
    names = schema.get("required")
    if not isinstance(names, list):
        return
    properties = schema.get("properties")
    known = properties if isinstance(properties, dict) else {}
    whole = known and not _COMPOSITION & schema.keys() and "/allOf/" not in pointer
    for index, name in enumerate(names):
        if name in names[:index]:
            walk.warn(
                f"{pointer}/required/{index}",
                "duplicate-value",
                f"'{name}' stands here twice",
            )
        elif whole and name not in known:
            hint = did_you_mean(str(name), known)
            walk.warn(
                f"{pointer}/required/{index}",
                "required-unknown",
                f"there is no property '{name}' in this schema",
                hint or "add it to properties",
            )


def _check_default(walk: Walk, pointer: str, schema: dict[str, Any]) -> None:
    default = schema.get("default")
    if default is None:
        return
    if not _is_of_type(default, schema):
        message = f"this default is no {schema['type']}"
    elif isinstance(schema.get("enum"), list) and default not in schema["enum"]:
        message = "this default is not one of the enum's values"
    else:
        return
    walk.warn(f"{pointer}/default", "bad-default", message)


def _check_discriminator(walk: Walk, pointer: str, schema: dict[str, Any]) -> None:
    discriminator = schema.get("discriminator")
    if not isinstance(discriminator, dict):
        return
    mapping = discriminator.get("mapping")
    for value, reference in mapping.items() if isinstance(mapping, dict) else ():
        if not isinstance(reference, str):
            continue
        into = target(reference) or f"/components/schemas/{escape(reference)}"
        try:
            lookup(walk.document.data, into)
        except LookupError:
            walk.report(
                f"{pointer}/discriminator/mapping/{escape(value)}",
                "unresolved-reference",
                f"there is no '{reference.rpartition('/')[2]}' in components/schemas",
            )


def _is_of_type(value: Any, schema: dict[str, Any]) -> bool:
    """Whether a value is of the schema's type, where it names one alone."""
    type_ = schema.get("type")
    if not isinstance(type_, str) or type_ not in _PYTHON:
        return True
    if isinstance(value, bool):
        return type_ == "boolean"
    if isinstance(value, float) and value.is_integer() and type_ == "integer":
        return True
    return isinstance(value, _PYTHON[type_])
