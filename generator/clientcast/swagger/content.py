"""Conversion of a schema to `content`, with an entry for each media type."""

from typing import Any

from clientcast.references import Located, reference
from clientcast.source import escape
from clientcast.swagger.conversion import Conversion, is_json
from clientcast.swagger.schemas import convert_schema, has_declaration


def convert_content(
    conversion: Conversion, source: Located, at: str, media_types: tuple[str, ...]
) -> dict[str, dict[str, Any]]:
    """Return the `content` of a request body or response: Media Type Objects by media type.

    A schema with declarations is converted once; the other media types reference it.

    Args:
        conversion: The conversion.
        source: The schema.
        at: JSON pointer of the `content`.
        media_types: The media types.
    """
    primary = next(filter(is_json, media_types), media_types[0])
    schema_pointers = {
        media_type: f"{at}/{escape(media_type)}/schema" for media_type in media_types
    }
    declared_at = conversion.new_pointers.get(source.pointer)
    if declared_at is None or not has_declaration(source.value):
        declared_at = declared_at or schema_pointers[primary]
        converted_schema = convert_schema(conversion, source)
        conversion.record_move(source.pointer, declared_at)
    else:
        converted_schema = {"$ref": reference(declared_at)}
    converted: dict[str, dict[str, Any]] = {}
    for media_type, schema_pointer in schema_pointers.items():
        conversion.origin_pointers[schema_pointer] = source.pointer
        is_repeated = has_declaration(source.value) and schema_pointer != declared_at
        converted[media_type] = {
            "schema": (
                {"$ref": reference(declared_at)} if is_repeated else converted_schema
            )
        }
    return converted
