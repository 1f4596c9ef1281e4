"""Puts a schema under the media types that its value may be sent in."""

from typing import Any

from clientcast.references import Found, reference
from clientcast.source import escape
from clientcast.swagger.conversion import Conversion, is_json
from clientcast.swagger.schemas import is_structured, schema


def content(
    conversion: Conversion, found: Found, at: str, types: tuple[str, ...]
) -> dict[str, dict[str, Any]]:
    """The `content` of a body or answer: a Media Type Object by media type.

    A schema that declares something is converted once, in a place that has no place yet, and
    referred to from all others.

    Args:
        found: The schema.
        at: Where the `content` is put.
    """
    first = next(filter(is_json, types), types[0])
    places = {kind: f"{at}/{escape(kind)}/schema" for kind in types}
    home = conversion.places.get(found.pointer)
    if home is None or not is_structured(found.value):
        home = home or places[first]
        declared = schema(conversion, found)
        conversion.move(found.pointer, home)
    else:
        declared = {"$ref": reference(home)}
    made: dict[str, dict[str, Any]] = {}
    for kind, place in places.items():
        conversion.moved[place] = found.pointer
        is_repeated = is_structured(found.value) and place != home
        made[kind] = {"schema": {"$ref": reference(home)} if is_repeated else declared}
    return made
