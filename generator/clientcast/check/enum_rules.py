"""Rules for the extensions that name and describe the values of an enum."""

from collections import Counter
from typing import Any

from clientcast.check.walk import Walk, shorten
from clientcast.enum_extensions import (
    DESCRIPTIONS,
    NAMES,
    expected_lengths,
    items_by_value,
    value_text,
)
from clientcast.plain import is_list, is_mapping
from clientcast.source import escape

_FALLBACK = "the member is named after its value"


def check_enum_extensions(walk: Walk, pointer: str, schema: dict[str, Any]) -> None:
    """Report extensions that do not fit the enum, and remove what is wrong in them."""
    for keyword in (*NAMES, *DESCRIPTIONS):
        if keyword in schema and _fits(walk, pointer, schema, keyword):
            _check_values(walk, f"{pointer}/{keyword}", schema, keyword)
            if keyword in NAMES:
                _check_names(walk, f"{pointer}/{keyword}", schema, keyword)


def _fits(walk: Walk, pointer: str, schema: dict[str, Any], keyword: str) -> bool:
    """Return whether an extension has an item for each value; report it if not."""
    given, values = schema[keyword], schema.get("enum")
    hint = ""
    if not is_list(values) or not values:
        problem = f"'{keyword}' has no effect without 'enum'"
    elif not (is_list(given) or is_mapping(given)):
        problem = f"'{keyword}' must be a list, with an item for each value"
    elif is_list(given) and len(given) not in expected_lengths(schema):
        items = "1 item" if len(given) == 1 else f"{len(given)} items"
        problem = f"'{keyword}' has {items} for {len(values)} values"
        hint = "write one for each value, in the same order"
    else:
        return True
    walk.warn(f"{pointer}/{keyword}", "enum-names", problem, hint)
    walk.fixes.remove(f"{pointer}/{keyword}")
    return False


def _check_values(
    walk: Walk, pointer: str, schema: dict[str, Any], keyword: str
) -> None:
    known = set(map(value_text, schema["enum"]))
    for key, value, item in items_by_value(schema, keyword):
        problem = ""
        if value not in known:
            problem = f"'{shorten(value)}' is not a value of the enum"
        elif not (item is None or isinstance(item, str)):
            problem = "this must be text"
        if problem:
            walk.warn(f"{pointer}/{escape(key)}", "enum-names", problem)
            _discard(walk, pointer, schema[keyword], key)


def _check_names(
    walk: Walk, pointer: str, schema: dict[str, Any], keyword: str
) -> None:
    named = [
        (key, item)
        for key, _, item in items_by_value(schema, keyword)
        if isinstance(item, str)
    ]
    counts = Counter(name.upper() for _, name in named)
    for key, name in named:
        problem = ""
        if not (name.isascii() and name.isidentifier() and name.strip("_")):
            problem = f"'{shorten(name)}' is not an identifier"
        elif counts[name.upper()] > 1:
            problem = f"'{shorten(name)}' is a duplicate"
        if problem:
            walk.warn(f"{pointer}/{escape(key)}", "enum-names", problem, _FALLBACK)
            _discard(walk, pointer, schema[keyword], key)


def _discard(walk: Walk, pointer: str, given: Any, key: str) -> None:
    """Remove an item; in a list the others keep their indexes."""
    if is_list(given):
        walk.fixes.replace(f"{pointer}/{key}", None)
    else:
        walk.fixes.remove(f"{pointer}/{escape(key)}")
