"""What a schema must be beyond its grammar (OpenAPI 3.1, 4.8.24; JSON Schema 2020-12)."""

import json
from collections.abc import Iterator
from typing import Any

from clientcast.check.grammar import TYPES
from clientcast.check.walk import Walk
from clientcast.diagnostic import did_you_mean
from clientcast.openapi import meant_type
from clientcast.plain import is_list, is_mapping, mapping, sequence
from clientcast.references import follow, lookup, target
from clientcast.source import escape

_PYTHON: dict[str, tuple[type, ...]] = {
    "array": (list,),
    "boolean": (bool,),
    "integer": (int,),
    "number": (int, float),
    "object": (dict,),
    "string": (str,),
}
_SPOKEN = {
    "array": "an array",
    "boolean": "a boolean",
    "integer": "an integer",
    "number": "a number",
    "object": "an object",
    "string": "a string",
}
_MAX_PARTS = 100


def check_schemas(walk: Walk) -> None:
    """Report what is wrong in each schema by itself."""
    legacy = str(walk.document.data["openapi"]).startswith("3.0")
    for pointer, schema in walk.objects("Schema"):
        _check_type(walk, pointer, schema, legacy)
        _check_enum(walk, pointer, schema)
        _check_required(walk, pointer, schema, legacy)
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
    if "type" not in schema:
        return
    where, type_ = f"{pointer}/type", schema["type"]
    if not is_list(type_):
        _check_type_name(walk, where, type_)
        return
    if legacy:
        walk.warn(
            where,
            "type-list",
            "a list of types came with OpenAPI 3.1",
            "write openapi: 3.1.0, or nullable: true",
        )
    for index, name in enumerate(type_):
        _check_type_name(walk, f"{where}/{index}", name)


def _check_type_name(walk: Walk, pointer: str, name: Any) -> None:
    if isinstance(name, str):
        if name not in TYPES:
            meant = meant_type(name)
            hint = did_you_mean(name, TYPES) if meant is None else _written(*meant)
            report = walk.report if meant is None else walk.warn
            report(
                pointer,
                "unknown-type",
                f"'{name}' is no type of JSON Schema",
                hint or f"the types are {', '.join(TYPES)}",
            )
    elif name is None:
        walk.warn(pointer, "unknown-type", "the type is empty", "put 'null' in quotes")
    else:
        hint = f"the types are {', '.join(TYPES)}"
        if isinstance(name, dict):
            hint = "write properties under 'properties'"
        walk.report(pointer, "unknown-type", "a type is text", hint)


def _written(type_: str, format_: str) -> str:
    """A hint that says how to write a type."""
    if not type_:
        return "leave the type out"
    if not format_:
        return f"did you mean '{type_}'?"
    return f"write 'type: {type_}' and 'format: {format_}'"


def _check_enum(walk: Walk, pointer: str, schema: dict[str, Any]) -> None:
    if "enum" not in schema:
        return
    values = schema["enum"]
    if not is_list(values) or not values:
        hint = "write its values, or remove it"
        if isinstance(values, str):
            hint = f"write [{values}]"
        report = walk.warn if is_list(values) else walk.report
        report(
            f"{pointer}/enum",
            "bad-enum",
            "an enum is a list of at least one value",
            hint if len(hint) < 60 else "",
        )
        return
    seen: set[str] = set()
    for index, value in enumerate(values):
        key = json.dumps(value, sort_keys=True)
        if key in seen:
            walk.warn(
                f"{pointer}/enum/{index}",
                "duplicate-value",
                f"{_shown(value)} stands here twice",
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
        hint = _retyped(value, schema["type"])
        if schema["type"] == "array":
            hint = "write the enum under 'items'"
        walk.warn(
            f"{pointer}/enum/{wrong[0]}",
            "enum-type",
            f"the value {_shown(value)} is not {_SPOKEN[schema['type']]}{also}",
            hint,
        )


def _check_required(
    walk: Walk, pointer: str, schema: dict[str, Any], legacy: bool
) -> None:
    names = schema.get("required")
    if not is_list(names):
        return
    if legacy and not names:
        walk.warn(
            f"{pointer}/required",
            "empty-required",
            "'required' names at least one property in OpenAPI 3.0",
            "remove it",
        )
    known = None if "/allOf/" in pointer else _property_names(walk, schema)
    seen: set[str] = set()
    for index, name in enumerate(names):
        if not isinstance(name, str):
            continue
        if name in seen:
            walk.warn(
                f"{pointer}/required/{index}",
                "duplicate-value",
                f"'{name}' stands here twice",
                "remove one of them",
            )
        elif known and name not in known:
            walk.warn(
                f"{pointer}/required/{index}",
                "required-unknown",
                f"there is no property '{name}' in this schema",
                did_you_mean(name, known) or "add it to properties",
            )
        seen.add(name)


def _property_names(walk: Walk, schema: dict[str, Any]) -> set[str] | None:
    """The properties of a schema and of all that it is made of; None where any may be there."""
    names: set[str] = set()
    waiting: list[Any] = [schema]
    for _ in range(_MAX_PARTS):
        if not waiting:
            return names
        part = waiting.pop()
        if not is_mapping(part) or {"oneOf", "anyOf", "not", "if"} & part.keys():
            return None
        if "$ref" in part:
            referred = follow(walk.document.data, "", {"$ref": part["$ref"]}).value
            waiting.append(referred)
        names.update(mapping(part.get("properties")))
        waiting += sequence(part.get("allOf"))
    return None


def _check_default(walk: Walk, pointer: str, schema: dict[str, Any]) -> None:
    if "default" not in schema:
        return
    default, values = schema["default"], schema.get("enum")
    if default is None:
        if schema.get("nullable") is True or _is_of_type(None, schema):
            return
        problem = f"is not {_SPOKEN[schema['type']]}"
        hint = "remove it, or allow null"
    elif not _is_of_type(default, schema):
        problem = f"is not {_SPOKEN[schema['type']]}"
        hint = _retyped(default, schema["type"])
    elif is_list(values) and default not in values:
        problem = "is not one of the enum's values"
        hint = did_you_mean(str(default), (v for v in values if isinstance(v, str)))
    else:
        return
    walk.warn(
        f"{pointer}/default",
        "bad-default",
        f"the default {_shown(default)} {problem}",
        hint,
    )


def _check_discriminator(walk: Walk, pointer: str, schema: dict[str, Any]) -> None:
    discriminator = mapping(schema.get("discriminator"))
    _check_told_apart(walk, pointer, schema, discriminator.get("propertyName"))
    for value, reference in mapping(discriminator.get("mapping")).items():
        if not isinstance(reference, str):
            continue
        into = target(reference) or f"/components/schemas/{escape(reference)}"
        try:
            lookup(walk.document.data, into)
        except LookupError:
            name = reference.rpartition("/")[2]
            known = [place.rpartition("/")[2] for place in _component_schemas(walk)]
            walk.report(
                f"{pointer}/discriminator/mapping/{escape(value)}",
                "unresolved-reference",
                f"there is no '{name}' in components/schemas",
                did_you_mean(name, known),
            )


def _check_told_apart(
    walk: Walk, pointer: str, schema: dict[str, Any], name: Any
) -> None:
    """Report members of a union that do not have the property to tell them apart."""
    if not isinstance(name, str) or name in mapping(schema.get("properties")):
        return
    without: list[str] = []
    others: set[str] = set()
    for member in (*sequence(schema.get("oneOf")), *sequence(schema.get("anyOf"))):
        reference = mapping(member).get("$ref")
        known = _property_names(walk, member)
        if isinstance(reference, str) and known and name not in known:
            without.append(reference.rpartition("/")[2])
            others |= known
    if without:
        more = f", nor in {len(without) - 1} more" if len(without) > 1 else ""
        walk.warn(
            f"{pointer}/discriminator/propertyName",
            "discriminator-property",
            f"there is no property '{name}' in {without[0]}{more}",
            did_you_mean(name, others) or "add it to properties",
        )


def _component_schemas(walk: Walk) -> Iterator[str]:
    for pointer, _ in walk.objects("Schema"):
        if pointer.startswith("/components/schemas/") and pointer.count("/") == 3:
            yield pointer


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


def _retyped(value: Any, type_: str) -> str:
    """A hint that makes a value one of the type that its schema says."""
    if type_ == "string" and not isinstance(value, list | dict):
        return "put it in quotes"
    if isinstance(value, str) and type_ in ("integer", "number", "boolean"):
        try:
            plain = json.loads(value)
        except ValueError:
            plain = value
        if not isinstance(plain, str):
            return "remove the quotes"
    return f"write {_SPOKEN[type_]}, or another type"


def _shown(value: Any) -> str:
    text = f"'{value}'" if isinstance(value, str) else json.dumps(value)
    return text if len(text) <= 40 else f"{text[:40]}..."
