"""Fields of records: valid names, and the annotations and constraints of their schemas."""

from typing import Any

from clientcast.ir import Field, Type
from clientcast.parse.context import Context, first_example, to_json
from clientcast.parse.effective import unwrap_reference
from clientcast.parse.keywords import CONSTRAINTS
from clientcast.plain import mapping, sequence, text
from clientcast.references import Located

_INVALID_IN_FIELD_NAMES = frozenset('"\\')


def is_field_name(name: str) -> bool:
    """Return whether msgspec accepts a field of the name."""
    return not any(
        c in _INVALID_IN_FIELD_NAMES or c < " " or "\ud800" <= c < "\ue000"
        for c in name
    )


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
    value: dict[str, Any] = {}
    for schema in schemas:
        value |= _annotations(context, schema.value)
    default = value.get("default")
    return Field(
        name,
        type_,
        required,
        text(value.get("description")),
        "" if default is None else to_json(default),
        value.get("deprecated") is True,
        first_example(Located(schemas[-1].pointer, value), context),
        tuple(
            f"{keyword}: {to_json(constraint)}"
            for keyword, constraint in value.items()
            if keyword in CONSTRAINTS
        ),
        value.get("readOnly") is True,
        value.get("writeOnly") is True,
    )


def _annotations(context: Context, schema: Any) -> dict[str, Any]:
    """Return the keywords of a schema, with those of its reference, and who sends its `allOf`."""
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
