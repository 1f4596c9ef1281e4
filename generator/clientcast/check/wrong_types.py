"""What a value of the wrong type means, where that is plain, and how to write it."""

from typing import Any, Final, NamedTuple

from clientcast.grammar import OBJECTS, TYPES
from clientcast.plain import is_list, is_mapping, number_or_boolean
from clientcast.references import is_index

_BOOLEANS = {
    **dict.fromkeys(("true", "yes", "on", "1"), True),
    **dict.fromkeys(("false", "no", "off", "0", ""), False),
}
_SHOWN_CHARACTERS = 60
_SPOKEN = {"string": "text", "boolean": "true or false", "number": "a number"}
_MAY_BE_EMPTY = ("Schema", "Response", "MediaType", "PathItem", "Header")
"""Objects of which an empty one says that there is one, and no more."""


class _Mark:
    """A meaning that is no value."""


NOTHING: Final = _Mark()
"""The value means nothing: it is as if it were not there."""
UNKNOWN: Final = _Mark()
"""What the value means cannot be known."""


class Meaning(NamedTuple):
    """What a value of the wrong type means.

    Attributes:
        value: What is read in its place, `NOTHING` or `UNKNOWN`.
        hint: What to write instead.
    """

    value: Any
    hint: str


def spoken_kind(kind: str) -> str:
    """What a message calls a kind of the grammar."""
    if kind in _SPOKEN:
        return _SPOKEN[kind]
    return "a list" if kind[0] == "[" else "a mapping"


def meaning(value: Any, kind: str, *, required: bool, in_map: bool) -> Meaning:
    """What a value that is not of its kind means.

    Args:
        value: The value.
        kind: The kind that the grammar says.
        required: Whether its object cannot be without it.
        in_map: Whether it stands in a map, where its key means something.
    """
    name = kind.rstrip("*")
    found = _meaning(value, name, required, in_map)
    if found.value is UNKNOWN and name == "Schema":
        return Meaning({}, found.hint)
    return found


def _meaning(value: Any, kind: str, required: bool, in_map: bool) -> Meaning:
    if value is None:
        is_whole = in_map and kind in _MAY_BE_EMPTY or kind == "Schema"
        hint = "write []" if kind[0] == "[" else "give it a value"
        return Meaning({} if is_whole else NOTHING, f"{hint} or remove it")
    match kind:
        case "boolean":
            found = _boolean(value)
        case "number":
            found = _number(value)
        case "string":
            found = _text(value)
        case _ if kind[0] == "[":
            found = _list(value, kind[1:-1].rstrip("*"))
        case _:
            found = _mapping(value, kind)
    if found.value is UNKNOWN and kind in _SPOKEN and not required:
        return Meaning(NOTHING, found.hint)
    return found


def _boolean(value: Any) -> Meaning:
    meant = _BOOLEANS.get(str(value).lower()) if not is_list(value) else None
    if meant is None:
        return Meaning(UNKNOWN, "")
    return Meaning(meant, f"write {'true' if meant else 'false'}")


def _number(value: Any) -> Meaning:
    number = number_or_boolean(value)
    if number is not None and not isinstance(number, bool):
        return Meaning(number, "remove the quotes")
    return Meaning(UNKNOWN, "")


def _text(value: Any) -> Meaning:
    if isinstance(value, bool):
        return Meaning("true" if value else "false", "put it in quotes")
    if is_list(value) and len(value) == 1 and isinstance(value[0], str):
        return Meaning(value[0], "take it out of the list")
    return Meaning(UNKNOWN, "")


def _list(value: Any, kind: str) -> Meaning:
    if value == {}:
        return Meaning([], "write []")
    if isinstance(value, str):
        hint = f"write [{value}]" if len(value) < _SHOWN_CHARACTERS else ""
        return Meaning([value] if kind == "string" else UNKNOWN, hint)
    if is_mapping(value):
        hint = "put it in a list"
        if all(map(is_index, value)):
            return Meaning(list(value.values()), "write a list")
        grammar = OBJECTS.get(kind)
        if grammar and (grammar.others or grammar.fields.keys() & value.keys()):
            return Meaning([value], hint)
        return Meaning(UNKNOWN, hint)
    return Meaning(UNKNOWN, "")


def _mapping(value: Any, kind: str) -> Meaning:
    if value == []:
        return Meaning({}, "write {}")
    if is_list(value) and all(is_mapping(item) for item in value):
        if len(value) == 1:
            return Meaning(value[0], "take it out of the list")
        if kind[0] == "{":
            merged = {key: item for part in value for key, item in part.items()}
            is_whole = len(merged) == sum(map(len, value))
            return Meaning(merged if is_whole else UNKNOWN, "write one mapping")
    if isinstance(value, str):
        return _object(value, kind)
    return Meaning(UNKNOWN, "")


def _object(text: str, kind: str) -> Meaning:
    """What text means that stands where an object belongs."""
    shown = text if len(text) < _SHOWN_CHARACTERS else "..."
    if kind == "SecurityRequirement":
        return Meaning({text: []}, f"write '{shown}: []'")
    if kind == "Schema" and text in TYPES:
        return Meaning({"type": text}, f"write 'type: {text}' in it")
    if kind == "Response":
        return Meaning({"description": text}, f"write 'description: {shown}'")
    required = OBJECTS[kind].required if kind in OBJECTS else ()
    if not required:
        return Meaning(UNKNOWN, "")
    is_plain = len(required) == 1 and OBJECTS[kind].fields[required[0]] == "string"
    meant = {required[0]: text} if is_plain else UNKNOWN
    return Meaning(meant, f"write '{required[0]}: {shown}'")
