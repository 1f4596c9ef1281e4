"""Fields of records: valid names, and the annotations and constraints of their schemas."""

import re
from collections.abc import Iterator
from typing import Any

from clientcast.ir import Field, Type
from clientcast.parse.context import Context, first_example, to_json
from clientcast.parse.effective import unwrap_reference
from clientcast.parse.keywords import CONSTRAINTS, REFERRING_KEYWORDS
from clientcast.parse.xml import read_xml
from clientcast.plain import mapping, sequence, text
from clientcast.references import Located

_INVALID_IN_FIELD_NAMES = re.compile(r'["\\\x00-\x1f\ud800-\udfff]')


def is_field_name(name: str) -> bool:
    """Return whether msgspec accepts a field of the name."""
    return _INVALID_IN_FIELD_NAMES.search(name) is None


def is_invalid_field_name(context: Context, name: str, schema: Located) -> bool:
    """Return whether msgspec refuses a field of the name; if so, add a warning."""
    if is_field_name(name):
        return False
    message = "a field cannot have this name: the property is in additional_properties"
    context.warn(schema.pointer, "property-name", message)
    return True


def described_field(
    context: Context,
    name: str,
    type_: Type,
    schemas: tuple[Located, ...],
    required: bool,
) -> Field:
    """Return a field of the type with the annotations and constraints of the schemas."""
    value = _annotations(context, schemas[0].value)
    for schema in schemas[1:]:
        value = value | _annotations(context, schema.value)
    default = value.get("default")
    return Field(
        name,
        type_,
        required,
        text(value.get("description")),
        "" if default is None else to_json(default),
        value.get("deprecated") is True,
        first_example(Located(schemas[-1].pointer, value), context),
        () if value.keys().isdisjoint(CONSTRAINTS) else tuple(_constraints(value)),
        value.get("readOnly") is True,
        value.get("writeOnly") is True,
        xml=read_xml(context, schemas) if context.has_xml else None,
    )


def _constraints(schema: dict[str, Any]) -> Iterator[str]:
    """Yield the constraints of a schema in words."""
    for keyword, constraint in schema.items():
        if keyword in CONSTRAINTS:
            yield f"{keyword}: {to_json(constraint)}"


def _annotations(context: Context, schema: Any) -> dict[str, Any]:
    """Return the keywords of a schema, with those of its reference, and who sends its `allOf`."""
    keywords = mapping(schema)
    if keywords.keys().isdisjoint(REFERRING_KEYWORDS):
        return keywords
    keywords = _with_reference(context, schema)
    if "allOf" not in keywords:
        return keywords
    parts = [_with_reference(context, p) for p in sequence(keywords.get("allOf"))]
    directions = {
        keyword: True
        for keyword in ("readOnly", "writeOnly")
        if any(part.get(keyword) is True for part in parts)
    }
    return directions | keywords


def _with_reference(context: Context, schema: Any) -> dict[str, Any]:
    keywords = mapping(schema)
    referenced = unwrap_reference(context, keywords)
    if referenced is None:
        return keywords
    return {**mapping(referenced.value if referenced else None), **keywords}
