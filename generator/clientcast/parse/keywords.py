"""Keywords of JSON Schema that leave the type of a value open."""

from typing import Any

from clientcast.plain import is_mapping

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
        "$anchor",
        "$dynamicAnchor",
        "$defs",
        "definitions",
        "x-client",
    ]
)
"""Keywords that say nothing about which values are valid (JSON Schema 2020-12, section 9)."""

CONSTRAINTS = frozenset(
    [
        "minimum",
        "maximum",
        "exclusiveMinimum",
        "exclusiveMaximum",
        "multipleOf",
        "minLength",
        "maxLength",
        "pattern",
        "minItems",
        "maxItems",
        "uniqueItems",
    ]
)
"""Keywords that people read beside a type (JSON Schema Validation 2020-12, section 6)."""


def is_annotation(keyword: str) -> bool:
    """Whether a keyword leaves the valid values as they are."""
    return keyword in ANNOTATIONS or keyword.startswith("x-")


def constrains_type(value: Any) -> bool:
    """Return whether a schema has keywords besides annotations."""
    return is_mapping(value) and not all(map(is_annotation, value))
