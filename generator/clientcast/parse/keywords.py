"""Keywords of JSON Schema that do not change the type: annotations and constraints."""

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
"""Keywords without effect on validation (JSON Schema 2020-12, section 9)."""

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
"""Validation keywords to document beside the type (JSON Schema Validation 2020-12, section 6)."""


def is_annotation(keyword: str) -> bool:
    """Return whether a keyword has no effect on validation."""
    return keyword in ANNOTATIONS or keyword.startswith("x-")


def constrains_type(value: Any) -> bool:
    """Return whether a schema has keywords besides annotations."""
    return is_mapping(value) and not all(map(is_annotation, value))
