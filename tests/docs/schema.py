"""The JSON Schema of `clientcast docs --json`, made from the classes that the JSON is made of.

`python -m tests.docs.schema` writes it anew.
"""

import dataclasses
import json
import types
from typing import Any, Union, get_args, get_origin, get_type_hints

import griffe
from clientcast.docs.json_output import FORMAT
from clientcast.docs.reference import Reference

from tests.support.project import ROOT

PATH = ROOT / "templates" / "docs" / "reference.schema.json"
JSON_TYPES = {str: "string", bool: "boolean"}


def schema() -> dict[str, Any]:
    """The whole schema."""
    definitions: dict[str, Any] = {}
    clients = {"type": "array", "items": _schema_of(Reference, definitions)}
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": f"urn:clientcast:reference:{FORMAT}",
        "title": "The reference of Python clients that clientcast generated",
        "type": "object",
        "properties": {
            "format": {
                "description": "Raised when something changes its meaning or goes away.",
                "const": FORMAT,
            },
            "clients": {"description": "One for each package.", **clients},
        },
        "required": ["format", "clients"],
        "additionalProperties": False,
        "$defs": dict(sorted(definitions.items())),
    }


def _schema_of(hint: Any, definitions: dict[str, Any]) -> dict[str, Any]:
    if hint is object:
        return {}
    if hint in JSON_TYPES:
        return {"type": JSON_TYPES[hint]}
    if get_origin(hint) is tuple:
        return {"type": "array", "items": _schema_of(get_args(hint)[0], definitions)}
    if get_origin(hint) in (Union, types.UnionType):
        members = [part for part in get_args(hint) if part is not type(None)]
        return {
            "anyOf": [*(_schema_of(m, definitions) for m in members), {"type": "null"}]
        }
    assert isinstance(hint, type) and dataclasses.is_dataclass(hint), hint
    if hint.__name__ not in definitions:
        definitions[hint.__name__] = {}
        definitions[hint.__name__] = _object(hint, definitions)
    return {"$ref": f"#/$defs/{hint.__name__}"}


def _object(cls: Any, definitions: dict[str, Any]) -> dict[str, Any]:
    descriptions = {}
    title = ""
    for section in griffe.parse_google(griffe.Docstring(cls.__doc__), warnings=False):
        if isinstance(section, griffe.DocstringSectionAttributes):
            descriptions = {
                a.name: " ".join(a.description.split()) for a in section.value
            }
        elif isinstance(section, griffe.DocstringSectionText):
            title = " ".join(section.value.split())
    properties = {
        name: {"description": descriptions.pop(name), **_schema_of(hint, definitions)}
        for name, hint in get_type_hints(cls).items()
    }
    assert not descriptions, descriptions
    return {
        "description": title,
        "type": "object",
        "properties": properties,
        "required": list(properties),
        "additionalProperties": False,
    }


def text() -> str:
    """The schema as it is published."""
    return json.dumps(schema(), indent=2, ensure_ascii=True) + "\n"


if __name__ == "__main__":
    PATH.write_text(text(), encoding="utf-8")
