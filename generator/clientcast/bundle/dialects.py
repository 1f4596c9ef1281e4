"""What may refer to what in OpenAPI 3 and in Swagger 2.0, and where each keeps what is shared."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from clientcast.grammar import COMPONENT_SECTIONS, OBJECTS, ObjectGrammar

_SHARED_FIELDS = {
    "callbacks": "{Callback*}",
    "examples": "{Example*}",
    "links": "{Link*}",
}


@dataclass(frozen=True, slots=True)
class Dialect:
    """One of the two languages of documents.

    Attributes:
        root: The object that a document is.
        objects: The objects, as `grammar` has them.
        sections: The pointer of the mapping that keeps what references to an object lead to.
            What has none is copied to where it is referred to.
    """

    root: str
    objects: Mapping[str, ObjectGrammar]
    sections: Mapping[str, str]


def _with_fields(name: str, fields: Mapping[str, str]) -> ObjectGrammar:
    existing = OBJECTS[name]
    return replace(existing, fields={**existing.fields, **fields})


def _with_shared_fields(name: str) -> ObjectGrammar:
    """An object with what those of its fields hold that no other stage looks into."""
    if name == "Schema":  # Its examples are a list of values.
        return OBJECTS[name]
    fields = OBJECTS[name].fields
    return _with_fields(
        name, {key: kind for key, kind in _SHARED_FIELDS.items() if key in fields}
    )


OPENAPI = Dialect(
    "OpenAPI",
    {
        **{name: _with_shared_fields(name) for name in OBJECTS},
        "Callback": ObjectGrammar({}, others="PathItem*"),
        "Example": ObjectGrammar({"value": "any", "description": "string"}),
        "Link": ObjectGrammar({"description": "string"}),
    },
    {
        **{
            name: f"/components/{section}"
            for name, section in COMPONENT_SECTIONS.items()
            if name not in ("PathItem", "MediaType")  # Older versions keep none.
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
