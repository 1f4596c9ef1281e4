"""Rules for schemas (OpenAPI 3.1, 4.8.24; JSON Schema 2020-12)."""

import json
from typing import Any

from clientcast.check.discriminator_rules import check_discriminator, property_names
from clientcast.check.enum_rules import check_enum_extensions
from clientcast.check.walk import Walk, shorten
from clientcast.check.wrong_types import UNKNOWN
from clientcast.check.xml_rules import check_xml
from clientcast.grammar import TYPES
from clientcast.plain import is_list, is_mapping, number_or_boolean
from clientcast.references import is_index

_TYPE_HINTS = {
    "any": "omit the type",
    "bool": "did you mean 'boolean'?",
    "date": "write 'type: string' and 'format: date'",
    "datetime": "write 'type: string' and 'format: date-time'",
    "date-time": "write 'type: string' and 'format: date-time'",
    "decimal": "did you mean 'number'?",
    "dict": "did you mean 'object'?",
    "double": "did you mean 'number'?",
    "file": "write 'type: string' and 'format: binary'",
    "float": "did you mean 'number'?",
    "int": "did you mean 'integer'?",
    "list": "did you mean 'array'?",
    "long": "did you mean 'integer'?",
    "map": "did you mean 'object'?",
    "str": "did you mean 'string'?",
    "text": "did you mean 'string'?",
    "timestamp": "write 'type: string' and 'format: date-time'",
    "uuid": "write 'type: string' and 'format: uuid'",
}
_TYPE_FIXES = {
    "bool": ("boolean",),
    "date": ("string", "date"),
    "datetime": ("string", "date-time"),
    "date-time": ("string", "date-time"),
    "decimal": ("number",),
    "dict": ("object",),
    "double": ("number", "double"),
    "file": ("string", "binary"),
    "float": ("number", "float"),
    "int": ("integer",),
    "list": ("array",),
    "long": ("integer", "int64"),
    "map": ("object",),
    "str": ("string",),
    "text": ("string",),
    "timestamp": ("string", "date-time"),
    "uuid": ("string", "uuid"),
    **{name: (name,) for name in TYPES},
}
"""The intended type and format of other names of types, in lower case."""
_PYTHON_TYPES: dict[str, tuple[type, ...]] = {
    "array": (list,),
    "boolean": (bool,),
    "integer": (int,),
    "number": (int, float),
    "object": (dict,),
    "string": (str,),
}
_TYPE_TITLES = {
    "array": "an array",
    "boolean": "a boolean",
    "integer": "an integer",
    "number": "a number",
    "object": "an object",
    "string": "a string",
}

_TRIVIAL = frozenset(("type", "description", "example", "format", "title", "$ref"))
"""Keywords of schemas in which nothing but the type can be wrong."""


def check_schemas(walk: Walk) -> None:
    """Report mistakes in each schema."""
    is_version_30 = str(walk.document.data["openapi"]).startswith("3.0")
    for pointer, schema in walk.objects("Schema"):
        if schema.keys() <= _TRIVIAL and schema.get("type", "null") in TYPES:
            continue
        _check_type(walk, pointer, schema, is_version_30)
        _check_enum(walk, pointer, schema)
        check_enum_extensions(walk, pointer, schema)
        _check_required(walk, pointer, schema, is_version_30)
        _check_default(walk, pointer, schema)
        check_discriminator(walk, pointer, schema)
        check_xml(walk, pointer, schema)
        if schema.get("nullable") is True and not is_version_30:
            walk.warn(
                f"{pointer}/nullable",
                "nullable",
                "'nullable' has no effect since OpenAPI 3.1",
                "add 'null' to the types, as in type: [string, 'null']",
                at_key=True,
            )


def _check_type(
    walk: Walk, pointer: str, schema: dict[str, Any], is_version_30: bool
) -> None:
    if "type" not in schema:
        return
    type_pointer, type_ = f"{pointer}/type", schema["type"]
    if not is_list(type_):
        intended = _check_type_name(walk, type_pointer, type_)
        if intended != (type_,):
            walk.fixes.remove(type_pointer)
        for key, value in zip(("type", "format"), intended, strict=False):
            if value != type_ and (key == "type" or key not in schema):
                walk.fixes.replace(f"{pointer}/{key}", value)
        return
    if is_version_30:
        walk.warn(
            type_pointer,
            "type-list",
            "OpenAPI 3.0 does not allow a list of types",
            "write openapi: 3.1.0, or nullable: true",
        )
    intended_types = [
        _check_type_name(walk, f"{type_pointer}/{index}", name)
        for index, name in enumerate(type_)
    ]
    if not all(intended_types):
        walk.fixes.remove(type_pointer)
    elif [intended[0] for intended in intended_types] != type_:
        walk.fixes.replace(type_pointer, [intended[0] for intended in intended_types])


def _check_type_name(walk: Walk, pointer: str, name: Any) -> tuple[str, ...]:
    """Report an unknown type, and return the intended type and its format, if any.

    The tuple is empty if no type is known to be intended: then any value is valid.
    """
    if isinstance(name, str):
        if name not in TYPES:
            hint = _TYPE_HINTS.get(name.lower()) or walk.did_you_mean(name, TYPES)
            intended = _TYPE_FIXES.get(name.lower(), ())
            message = f"'{shorten(name)}' is not a type of JSON Schema"
            hint = hint or f"the types are {', '.join(TYPES)}"
            if intended or name.lower() == "any":
                walk.warn(pointer, "unknown-type", message, hint)
            else:
                _report_unusable_type(walk, pointer, message, hint)
            return intended
        return (name,)
    if name is None:
        hint = "put 'null' in quotes"
        if is_index(pointer.rpartition("/")[2]):
            walk.warn(pointer, "unknown-type", "the type is empty", hint)
            return ("null",)
        _report_unusable_type(walk, pointer, "the type is empty", hint)
        return ()
    hint = f"the types are {', '.join(TYPES)}"
    if isinstance(name, dict):
        hint = "write properties under 'properties'"
    _report_unusable_type(walk, pointer, "'type' must be text", hint)
    return ()


def _report_unusable_type(walk: Walk, pointer: str, message: str, hint: str) -> None:
    walk.report_unusable(
        pointer, "unknown-type", message, hint, "any value is accepted"
    )


def _check_enum(walk: Walk, pointer: str, schema: dict[str, Any]) -> None:
    if "enum" not in schema:
        return
    values = schema["enum"]
    if not is_list(values) or not values:
        hint = "write its values, or remove it"
        if isinstance(values, str):
            hint = f"write [{values}]"
        walk.warn(
            f"{pointer}/enum",
            "bad-enum",
            "'enum' must be a list of at least one value",
            hint if len(hint) < 60 else "",
        )
        walk.fixes.remove(f"{pointer}/enum")
        if isinstance(values, str):
            walk.fixes.replace(f"{pointer}/enum", [values])
        return
    seen: set[str] = set()
    for index, value in enumerate(values):
        key = json.dumps(value, sort_keys=True)
        if key in seen:
            walk.warn(
                f"{pointer}/enum/{index}",
                "duplicate-value",
                f"{quote_value(value)} is a duplicate",
                "remove one of them",
            )
        seen.add(key)
    wrong = [
        index
        for index, value in enumerate(values)
        if value is not None and not _is_of_type(value, schema)
    ]
    if wrong:
        value = values[wrong[0]]
        others = len(wrong) - 1
        also = f", nor are {others} others" if others > 1 else ""
        also = ", nor is another" if others == 1 else also
        hint = _retype_hint(value, schema["type"])
        if schema["type"] == "array":
            hint = "write the enum under 'items'"
        walk.warn(
            f"{pointer}/enum/{wrong[0]}",
            "enum-type",
            f"the value {quote_value(value)} is not {_TYPE_TITLES[schema['type']]}{also}",
            hint,
        )
        _fix_enum(walk, pointer, schema, values)


def _fix_enum(
    walk: Walk, pointer: str, schema: dict[str, Any], values: list[Any]
) -> None:
    """Convert the values of an enum to its type, or remove the enum if they cannot be.

    The type prevails: it decides how requests are encoded and responses decoded.
    """
    walk.fixes.remove(f"{pointer}/enum")
    items = schema.get("items", {})
    if schema["type"] == "array":
        if is_mapping(items) and not items.keys() & {"$ref", "enum"}:
            if all(_is_of_type(value, items) for value in values):
                walk.fixes.replace(f"{pointer}/items", {**items, "enum": values})
        return
    converted = [
        value if value is None else _convert_to_type(value, schema["type"])
        for value in values
    ]
    if all(value is not UNKNOWN for value in converted):
        walk.fixes.replace(f"{pointer}/enum", converted)


def _convert_to_type(value: Any, type_: str) -> Any:
    """Return a value converted to a type by its JSON; `UNKNOWN` if it cannot be."""
    if _is_of_type(value, {"type": type_}):
        return value
    if type_ == "string" and isinstance(value, bool | int | float):
        return json.dumps(value)
    if isinstance(value, str) and type_ in ("integer", "number", "boolean"):
        plain = number_or_boolean(value)
        if plain is not None and _is_of_type(plain, {"type": type_}):
            return plain
    return UNKNOWN


def _check_required(
    walk: Walk, pointer: str, schema: dict[str, Any], is_version_30: bool
) -> None:
    names = schema.get("required")
    if not is_list(names):
        return
    if is_version_30 and not names:
        walk.warn(
            f"{pointer}/required",
            "empty-required",
            "'required' cannot be empty in OpenAPI 3.0",
            "remove it",
        )
    known = None if "/allOf/" in pointer else property_names(walk, schema)
    seen: set[str] = set()
    for index, name in enumerate(names):
        if not isinstance(name, str):
            continue
        if name in seen:
            walk.warn(
                f"{pointer}/required/{index}",
                "duplicate-value",
                f"'{name}' is a duplicate",
                "remove one of them",
            )
        elif known and name not in known:
            walk.warn(
                f"{pointer}/required/{index}",
                "required-unknown",
                f"this schema has no property '{name}'",
                walk.did_you_mean(name, known) or "add it to properties",
            )
        seen.add(name)


def _check_default(walk: Walk, pointer: str, schema: dict[str, Any]) -> None:
    if "default" not in schema:
        return
    default, values = schema["default"], schema.get("enum")
    if default is None:
        if schema.get("nullable") is True or _is_of_type(None, schema):
            return
        problem = f"is not {_TYPE_TITLES[schema['type']]}"
        hint = "remove it, or allow null"
    elif not _is_of_type(default, schema):
        problem = f"is not {_TYPE_TITLES[schema['type']]}"
        hint = _retype_hint(default, schema["type"])
    elif is_list(values) and default not in values:
        problem = "is not one of the enum's values"
        hint = walk.did_you_mean(
            str(default), (v for v in values if isinstance(v, str))
        )
    else:
        return
    walk.warn(
        f"{pointer}/default",
        "bad-default",
        f"the default {quote_value(default)} {problem}",
        hint,
    )


def _is_of_type(value: Any, schema: dict[str, Any]) -> bool:
    """Return whether a value is of the type of a schema; True if it does not have exactly one."""
    type_ = schema.get("type")
    if not isinstance(type_, str) or type_ not in _PYTHON_TYPES:
        return True
    if isinstance(value, bool):
        return type_ == "boolean"
    if isinstance(value, float) and value.is_integer() and type_ == "integer":
        return True
    return isinstance(value, _PYTHON_TYPES[type_])


def _retype_hint(value: Any, type_: str) -> str:
    """Return a hint to make a value match the type of its schema."""
    if type_ == "string" and not isinstance(value, list | dict):
        return "put it in quotes"
    if isinstance(value, str) and type_ in ("integer", "number", "boolean"):
        if number_or_boolean(value) is not None or value == "null":
            return "remove the quotes"
    return f"write {_TYPE_TITLES[type_]}, or change the type"


def may_have_value(schema: dict[str, Any], value: Any) -> bool:
    """Return whether the `type` and `enum` of a schema allow a value."""
    values = schema.get("enum")
    if value is None and schema.get("nullable") is True:
        return True
    return _is_of_type(value, schema) and (not is_list(values) or value in values)


def quote_value(value: Any) -> str:
    """Return a value as JSON or quoted text for a message, shortened."""
    text = f"'{value}'" if isinstance(value, str) else json.dumps(value)
    return text if len(text) <= 40 else f"{text[:40]}..."
