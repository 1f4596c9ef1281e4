"""Fields of records: the valid names, and what a schema says besides the type."""

from typing import Any

from clientcast.ir import Field, Type
from clientcast.parse.context import Context, first_example, to_json
from clientcast.parse.effective import unwrap_reference
from clientcast.parse.keywords import CONSTRAINTS
from clientcast.plain import mapping, text
from clientcast.references import Located

_INVALID_IN_FIELD_NAMES = frozenset('"\\')


def is_invalid_field_name(context: Context, name: str, schema: Located) -> bool:
    """Whether msgspec takes no field of such a name, which a warning says then."""
    if not any(
        c in _INVALID_IN_FIELD_NAMES or c < " " or "\ud800" <= c < "\ue000"
        for c in name
    ):
        return False
    message = "no attribute can be of this name: it is one of additional_properties"
    context.warn(schema.pointer, "property-name", message)
    return True


def described_field(
    context: Context,
    name: str,
    type_: Type,
    schemas: tuple[Located, ...],
    required: bool,
) -> Field:
    """A property of a type, with what its schemas say of it."""
    value: dict[str, Any] = {}
    for schema in schemas:
        own = mapping(schema.value)
        referenced = unwrap_reference(context, own)
        value |= {**mapping(referenced.value if referenced else None), **own}
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
            f"{keyword}: {to_json(known)}"
            for keyword, known in value.items()
            if keyword in CONSTRAINTS
        ),
        value.get("readOnly") is True,
        value.get("writeOnly") is True,
    )
