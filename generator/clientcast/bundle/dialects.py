"""Grammars of OpenAPI 3 and Swagger 2.0, with the sections of their shared components."""

from collections.abc import Mapping

from msgspec import Struct
from msgspec.structs import replace

from clientcast.grammar import COMPONENT_SECTIONS, OBJECTS, ObjectGrammar

_SHARED_FIELDS = {
    "callbacks": "{Callback*}",
    "examples": "{Example*}",
    "links": "{Link*}",
}


EXAMPLE_FIELDS = {
    "$ref",
    "summary",
    "description",
    "value",
    "externalValue",
    "dataValue",
}
"""Fields of an Example Object; a value without any of them is the example itself."""


class Dialect(Struct, frozen=True):
    """OpenAPI 3 or Swagger 2.0.

    Attributes:
        root: The object of the whole document.
        objects: The objects by name, as in `grammar`.
        sections: JSON pointers of the sections of shared components, by object. A referenced
            object without a section is copied in place of the reference.
    """

    root: str
    objects: Mapping[str, ObjectGrammar]
    sections: Mapping[str, str]


def _with_fields(name: str, fields: Mapping[str, str]) -> ObjectGrammar:
    existing = OBJECTS[name]
    return replace(existing, fields={**existing.fields, **fields})


def _with_shared_fields(name: str) -> ObjectGrammar:
    """Return an object of the grammar with its callbacks, examples and links."""
    if name == "Schema":  # Examples of a schema are plain values.
        return OBJECTS[name]
    fields = OBJECTS[name].fields
    return _with_fields(
        name, {key: kind for key, kind in _SHARED_FIELDS.items() if key in fields}
    )


OPENAPI = Dialect(
    "OpenAPI",
    {
        **{name: _with_shared_fields(name) for name in OBJECTS},
        "Callback": ObjectGrammar({}, other_kind="PathItem*"),
        "Example": ObjectGrammar({"value": "any", "description": "string"}),
        "Link": ObjectGrammar({"description": "string"}),
    },
    {
        **{
            name: f"/components/{section}"
            for name, section in COMPONENT_SECTIONS.items()
            if name
            not in ("PathItem", "MediaType")  # Older versions have no such section.
        },
        "Callback": "/components/callbacks",
        "Example": "/components/examples",
        "Link": "/components/links",
    },
)

SWAGGER = Dialect(
    "Swagger",
    {
        "Swagger": ObjectGrammar(
            {
                "info": "Info",
                "paths": "Paths",
                "definitions": "{Schema}",
                "parameters": "{Parameter*}",
                "responses": "{Response*}",
                "tags": "[Tag]",
            }
        ),
        **{
            name: OBJECTS[name]
            for name in ("Info", "Paths", "Operation", "Responses", "Tag", "Schema")
        },
        "PathItem": OBJECTS["PathItem"],
        "Parameter": _with_fields("Parameter", {"items": "any"}),
        "Response": _with_fields("Response", {"schema": "Schema", "headers": "any"}),
    },
    {
        "Schema": "/definitions",
        "Parameter": "/parameters",
        "Response": "/responses",
    },
)
