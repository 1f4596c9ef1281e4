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

CONDITIONAL_KEYWORDS = ("then", "else")
REFERENCE_KEYWORDS = ("$ref", "$dynamicRef")
"""Equivalent within one document (JSON Schema 2020-12, section 8.2.3.2)."""
REFERRING_KEYWORDS = (*REFERENCE_KEYWORDS, "allOf")
ARRAY_KEYWORDS = ("items", "prefixItems", "minItems", "maxItems")
OBJECT_KEYWORDS = (
    *("unevaluatedProperties", "additionalProperties", "patternProperties"),
    *("properties", "required", "dependentSchemas", *CONDITIONAL_KEYWORDS),
)


def is_annotation(keyword: str) -> bool:
    """Return whether a keyword has no effect on validation."""
    return keyword in ANNOTATIONS or keyword.startswith("x-")


def constrains_type(value: Any) -> bool:
    """Return whether a schema has keywords besides annotations."""
    return is_mapping(value) and not all(map(is_annotation, value))
