"""Fixes for values of the wrong type whose meaning is obvious."""

from typing import Any, Final, NamedTuple

from clientcast.grammar import OBJECTS, TYPES
from clientcast.plain import is_list, is_mapping, number_or_boolean
from clientcast.references import is_index

_BOOLEANS = {
    **dict.fromkeys(("true", "yes", "on", "1"), True),
    **dict.fromkeys(("false", "no", "off", "0", ""), False),
}
_SHOWN_CHARACTERS = 60
_KIND_TITLES = {"string": "text", "boolean": "true or false", "number": "a number"}
_VALID_IF_EMPTY = ("Schema", "Response", "MediaType", "PathItem", "Header")
"""Objects that are valid without any field."""


class _Sentinel:
    """Marker in place of a value."""


ABSENT: Final = _Sentinel()
"""The value is as good as absent."""
UNKNOWN: Final = _Sentinel()
"""The intended value is unknown."""


class ValueFix(NamedTuple):
    """The fix of a value of the wrong type.

    Attributes:
        value: The intended value, `ABSENT` or `UNKNOWN`.
        hint: The instruction for the author of the document.
        is_guess: Whether the value has no known meaning, and this one accepts anything.
    """

    value: Any
    hint: str
    is_guess: bool = False


def kind_title(kind: str) -> str:
    """Return the name of a kind of the grammar for a message."""
    if kind in _KIND_TITLES:
        return _KIND_TITLES[kind]
    return "a list" if kind[0] == "[" else "a mapping"


def fix_value(value: Any, kind: str, *, required: bool, in_map: bool) -> ValueFix:
    """Return the fix of a value that is not of its kind.

    Args:
        value: The value.
        kind: The kind in the grammar.
        required: Whether its object requires it.
        in_map: Whether it is in a map, where its key has a meaning.
    """
    name = kind.rstrip("*")
    fix = _fix_for_kind(value, name, required, in_map)
    if fix.value is UNKNOWN and name == "Schema":
        return ValueFix({}, fix.hint, is_guess=True)
    return fix


def _fix_for_kind(value: Any, kind: str, required: bool, in_map: bool) -> ValueFix:
    if value is None:
        is_unambiguous = in_map and kind in _VALID_IF_EMPTY or kind == "Schema"
        hint = "write []" if kind[0] == "[" else "give it a value"
        return ValueFix({} if is_unambiguous else ABSENT, f"{hint} or remove it")
    match kind:
        case "boolean":
            fix = _fix_boolean(value)
        case "number":
            fix = _fix_number(value)
        case "string":
            fix = _fix_text(value)
        case _ if kind[0] == "[":
            fix = _fix_list(value, kind[1:-1].rstrip("*"))
        case _:
            fix = _fix_mapping(value, kind)
    if fix.value is UNKNOWN and kind in _KIND_TITLES and not required:
        return ValueFix(ABSENT, fix.hint)
    return fix


def _fix_boolean(value: Any) -> ValueFix:
    fixed = _BOOLEANS.get(str(value).lower()) if not is_list(value) else None
    if fixed is None:
        return ValueFix(UNKNOWN, "")
    return ValueFix(fixed, f"write {'true' if fixed else 'false'}")


def _fix_number(value: Any) -> ValueFix:
    number = number_or_boolean(value)
    if number is not None and not isinstance(number, bool):
        return ValueFix(number, "remove the quotes")
    return ValueFix(UNKNOWN, "")


def _fix_text(value: Any) -> ValueFix:
    if isinstance(value, bool):
        return ValueFix("true" if value else "false", "put it in quotes")
    if is_list(value) and len(value) == 1 and isinstance(value[0], str):
        return ValueFix(value[0], "take it out of the list")
    return ValueFix(UNKNOWN, "")


def _fix_list(value: Any, kind: str) -> ValueFix:
    if value == {}:
        return ValueFix([], "write []")
    if isinstance(value, str):
        hint = f"write [{value}]" if len(value) < _SHOWN_CHARACTERS else ""
        return ValueFix([value] if kind == "string" else UNKNOWN, hint)
    if is_mapping(value):
        hint = "put it in a list"
        if all(map(is_index, value)):
            return ValueFix(list(value.values()), "write a list")
        grammar = OBJECTS.get(kind)
        if grammar and (grammar.other_kind or grammar.fields.keys() & value.keys()):
            return ValueFix([value], hint)
        return ValueFix(UNKNOWN, hint)
    return ValueFix(UNKNOWN, "")


def _fix_mapping(value: Any, kind: str) -> ValueFix:
    if value == []:
        return ValueFix({}, "write {}")
    if is_list(value) and all(is_mapping(item) for item in value):
        if len(value) == 1:
            return ValueFix(value[0], "take it out of the list")
        if kind[0] == "{":
            merged = {key: item for part in value for key, item in part.items()}
            is_unambiguous = len(merged) == sum(map(len, value))
            return ValueFix(merged if is_unambiguous else UNKNOWN, "write one mapping")
    if isinstance(value, str):
        return _fix_object(value, kind)
    return ValueFix(UNKNOWN, "")


def _fix_object(text: str, kind: str) -> ValueFix:
    """Return the fix of text in place of an object."""
    shown = text if len(text) < _SHOWN_CHARACTERS else "..."
    if kind == "SecurityRequirement":
        return ValueFix({text: []}, f"write '{shown}: []'")
    if kind == "Schema" and text in TYPES:
        return ValueFix({"type": text}, f"write 'type: {text}' in it")
    if kind == "Response":
        return ValueFix({"description": text}, f"write 'description: {shown}'")
    required = OBJECTS[kind].required if kind in OBJECTS else ()
    if not required:
        return ValueFix(UNKNOWN, "")
    has_one_text_field = (
        len(required) == 1 and OBJECTS[kind].fields[required[0]] == "string"
    )
    fixed = {required[0]: text} if has_one_text_field else UNKNOWN
    return ValueFix(fixed, f"write '{required[0]}: {shown}'")
