"""Puts a schema under the media types that its value may be sent in."""

from typing import Any

from clientcast.references import Located, reference
from clientcast.source import escape
from clientcast.swagger.conversion import Conversion, is_json
from clientcast.swagger.schemas import convert_schema, has_declaration


def convert_content(
    conversion: Conversion, source: Located, at: str, media_types: tuple[str, ...]
) -> dict[str, dict[str, Any]]:
    """The `content` of a body or answer: a Media Type Object by media type.

    A schema that declares something is converted once, in a place that has no place yet, and
    referred to from all others.

    Args:
        found: The schema.
        at: Where the `content` is put.
    """
    primary = next(filter(is_json, media_types), media_types[0])
    new_pointers = {
        media_type: f"{at}/{escape(media_type)}/schema" for media_type in media_types
    }
    declared_at = conversion.new_pointers.get(source.pointer)
    if declared_at is None or not has_declaration(source.value):
        declared_at = declared_at or new_pointers[primary]
        converted_schema = convert_schema(conversion, source)
        conversion.record_move(source.pointer, declared_at)
    else:
        converted_schema = {"$ref": reference(declared_at)}
    converted: dict[str, dict[str, Any]] = {}
    for media_type, schema_pointer in new_pointers.items():
        conversion.origin_pointers[schema_pointer] = source.pointer
        is_repeated = has_declaration(source.value) and schema_pointer != declared_at
        converted[media_type] = {
            "schema": (
                {"$ref": reference(declared_at)} if is_repeated else converted_schema
            )
        }
    return converted
