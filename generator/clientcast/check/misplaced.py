"""Fields in the wrong object or misspelled, and their intended locations."""

import difflib
from typing import Any

from clientcast.check.fixes import Fixes
from clientcast.plain import is_list, is_mapping, mapping
from clientcast.source import escape

_SCHEMA_KEYWORDS = (
    "type format items enum default minimum maximum minLength maxLength pattern"
)
_JSON_MEDIA_TYPE = "application/json"

_LOCATIONS: dict[str, dict[str, str]] = {
    "OpenAPI": {
        "basePath": "servers",
        "host": "servers",
        "schemes": "servers",
        "definitions": "components/schemas",
        "parameters": "components/parameters",
        "responses": "components/responses",
        "schemas": "components/schemas",
        "securityDefinitions": "components/securitySchemes",
        "securitySchemes": "components/securitySchemes",
    },
    "Header": dict.fromkeys(_SCHEMA_KEYWORDS.split(), "schema"),
    "Parameter": dict.fromkeys(_SCHEMA_KEYWORDS.split(), "schema"),
    "RequestBody": {"schema": "content"},
    "Response": {"schema": "content"},
}
"""Intended locations of fields that are often misplaced, as in Swagger 2."""

_WITH_CONTENT = ("Header", "MediaType", "Parameter", "RequestBody", "Response")
_MIN_SIMILARITY = 0.85
"""Similarity, up to 1, of a misspelled word to the intended one."""


def intended_location(key: str, name: str) -> str:
    """Return the intended location of a misplaced field of an object; empty if unknown."""
    if "/" in key and name in _WITH_CONTENT and name != "MediaType":
        return "content"
    return _LOCATIONS.get(name, {}).get(key, "")


def fix_misplaced(
    fixes: Fixes, pointer: str, value: dict[str, Any], name: str, keys: list[str]
) -> None:
    """Move misplaced fields of an object to their locations, unless a value is there already."""
    moved: dict[str, Any] = {}
    for key in keys:
        fixes.remove(f"{pointer}/{escape(key)}")
        location = intended_location(key, name)
        if location.startswith("components/"):
            _move_into_components(fixes, value, location, value[key])
        elif location == "content" and key == "schema":
            moved[_JSON_MEDIA_TYPE] = {"schema": value[key]}
        else:
            moved[key] = value[key]
    location = intended_location(keys[0], name) if keys else ""
    if location not in ("content", "schema"):
        return
    existing = value.get(location)
    if (
        is_mapping(existing)
        and "$ref" in existing
        or location == "schema"
        and "content" in value
    ):
        return
    fixes.replace(f"{pointer}/{location}", {**moved, **mapping(existing)})


def _move_into_components(
    fixes: Fixes, value: dict[str, Any], location: str, components_value: Any
) -> None:
    section = location.removeprefix("components/")
    components = mapping(value.get("components"))
    if not is_mapping(value.get("components")):
        fixes.replace("/components", {})
    if is_mapping(components_value):
        fixes.replace(
            f"/{location}", {**components_value, **mapping(components.get(section))}
        )


def is_misspelled(key: str, intended: str) -> bool:
    """Return whether a word differs from another one in case or about one letter only."""
    plain, wanted = (word.casefold().replace("_", "") for word in (key, intended))
    return difflib.SequenceMatcher(None, plain, wanted).ratio() >= _MIN_SIMILARITY


def matches_kind(value: Any, kind: str) -> bool:
    """Return whether a value may be of a kind of the grammar."""
    if kind[0] == "[":
        return is_list(value)
    if kind in ("string", "boolean", "number"):
        return isinstance(value, {"string": str, "boolean": bool}.get(kind, int))
    return kind == "any" or is_mapping(value)
