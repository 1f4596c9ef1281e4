"""Base schemas: what a schema of `allOf` extends, with a single reference in it."""

from collections.abc import Mapping

from msgspec.structs import replace

from clientcast.ir import Record, Schema
from clientcast.parse.context import Context
from clientcast.parse.schema_references import resolve_reference
from clientcast.plain import mapping, sequence
from clientcast.references import lookup


def base_pointer(context: Context, pointer: str) -> str:
    """Return the pointer of the schema that a schema extends; empty unless it is exactly one.

    Args:
        context: The document.
        pointer: The pointer of the schema, or the key of merged schemas, which extend none.
    """
    try:
        pending = [lookup(context.document.data, pointer)]
    except LookupError:
        return ""
    references: list[str] = []
    while pending and len(references) < 2:
        schema = mapping(pending.pop())
        if isinstance(schema.get("$ref"), str):
            references.append(schema["$ref"])
        pending += sequence(schema.get("allOf"))
    if len(references) != 1:
        return ""
    base = resolve_reference(context, references[0])
    return "" if base is None else base.pointer


def keep_sound_bases(declared: dict[str, Schema]) -> None:
    """Remove the base of each record that is no subtype of it.

    A base has only fields that the record has too, as they are.
    """
    for pointer, schema in declared.items():
        if isinstance(schema, Record) and schema.base:
            if not _is_sound(schema, declared):
                declared[pointer] = replace(schema, base="")


def _is_sound(record: Record, declared: Mapping[str, Schema]) -> bool:
    base = declared.get(record.base)
    if not isinstance(base, Record) or _extends(base, record.pointer, declared):
        return False
    fields = {field.name: field for field in record.fields}
    return (
        record.additional == base.additional
        and record.is_closed == base.is_closed
        and all(
            field.name in fields
            and fields[field.name].type == field.type
            and fields[field.name].required == field.required
            for field in base.fields
        )
    )


def _extends(record: Record, pointer: str, declared: Mapping[str, Schema]) -> bool:
    """Return whether a record is, or extends, the schema at a pointer."""
    visited: set[str] = set()
    while record.pointer != pointer and record.pointer not in visited:
        visited.add(record.pointer)
        base = declared.get(record.base)
        if not isinstance(base, Record):
            return False
        record = base
    return True
