"""Fields that people write in the wrong place or misspell, and where they are meant to be."""

import difflib
from typing import Any

from clientcast.check.mends import Mends
from clientcast.plain import is_list, is_mapping, mapping
from clientcast.source import escape

_OF_A_SCHEMA = (
    "type format items enum default minimum maximum minLength maxLength pattern"
)
_JSON = "application/json"

_HOMES: dict[str, dict[str, str]] = {
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
    "Header": dict.fromkeys(_OF_A_SCHEMA.split(), "schema"),
    "Parameter": dict.fromkeys(_OF_A_SCHEMA.split(), "schema"),
    "RequestBody": {"schema": "content"},
    "Response": {"schema": "content"},
}
"""Fields that people write in the wrong place, as in Swagger 2, and their right one."""

_WITH_CONTENT = ("Header", "MediaType", "Parameter", "RequestBody", "Response")
_NEARLY = 0.85
"""How alike two words are of which one is a slip of the other."""


def home_of(key: str, name: str) -> str:
    """Where a field of an object belongs that does not belong to it; empty for no place."""
    if "/" in key and name in _WITH_CONTENT and name != "MediaType":
        return "content"
    return _HOMES.get(name, {}).get(key, "")


def move(
    mends: Mends, pointer: str, value: dict[str, Any], name: str, keys: list[str]
) -> None:
    """Read misplaced fields of an object where they belong, unless that is said there too."""
    moved: dict[str, Any] = {}
    for key in keys:
        mends.drop(f"{pointer}/{escape(key)}")
        home = home_of(key, name)
        if home.startswith("components/"):
            _into_components(mends, value, home, value[key])
        elif home == "content" and key == "schema":
            moved[_JSON] = {"schema": value[key]}
        else:
            moved[key] = value[key]
    home = home_of(keys[0], name) if keys else ""
    if home not in ("content", "schema"):
        return
    there = value.get(home)
    if is_mapping(there) and "$ref" in there or home == "schema" and "content" in value:
        return
    mends.put(f"{pointer}/{home}", {**moved, **mapping(there)})


def _into_components(mends: Mends, value: dict[str, Any], home: str, held: Any) -> None:
    section = home.removeprefix("components/")
    components = mapping(value.get("components"))
    if not is_mapping(value.get("components")):
        mends.put("/components", {})
    if is_mapping(held):
        mends.put(f"/{home}", {**held, **mapping(components.get(section))})


def is_misspelled(key: str, meant: str) -> bool:
    """Whether a word is another one but for a letter or so, or its case."""
    plain, wanted = (word.casefold().replace("_", "") for word in (key, meant))
    return difflib.SequenceMatcher(None, plain, wanted).ratio() >= _NEARLY


def is_of_kind(value: Any, kind: str) -> bool:
    """Whether a value could be one of a kind of the grammar."""
    if kind[0] == "[":
        return is_list(value)
    if kind in ("string", "boolean", "number"):
        return isinstance(value, {"string": str, "boolean": bool}.get(kind, int))
    return kind == "any" or is_mapping(value)
