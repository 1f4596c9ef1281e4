"""Settles each `$ref` of a converted document: what it refers to has moved."""

from typing import Any

from clientcast.plain import is_mapping, mapping
from clientcast.references import Found, lookup, segments, target
from clientcast.references import reference as to
from clientcast.source import escape
from clientcast.swagger.conversion import Conversion, Kind, Reference
from clientcast.swagger.names import Names
from clientcast.swagger.parameters import parameter
from clientcast.swagger.responses import response
from clientcast.swagger.schemas import schema

_SECTIONS: dict[Kind, tuple[str, str]] = {
    "Schema": ("definitions", "schemas"),
    "Parameter": ("parameters", "parameters"),
    "Response": ("responses", "responses"),
}
"""Where Swagger 2.0 and OpenAPI 3 keep what is referred to."""

_ROOTS = ("definitions", "parameters", "responses", "paths", "components", "info")


def settle(conversion: Conversion, components: dict[str, dict[str, Any]]) -> None:
    """Have every reference name the place where its target is now.

    What stands where Swagger 2.0 has nothing of the kind becomes a component.

    Args:
        components: The converted ones, to which others are added.
    """
    names: dict[str, Names] = {}
    for reference in conversion.references:  # It grows meanwhile.
        written = reference.holder["$ref"]
        into = target(written)
        if into is None:
            into = _by_name(conversion, reference, written)
        if into is None:
            continue
        now = _place(conversion, into)
        if not _is_home(reference.kind, into) and into not in conversion.places:
            now = _lift(conversion, reference.kind, into, components, names) or now
        if now != into or not written.startswith("#/"):
            reference.holder["$ref"] = to(now)


def _by_name(conversion: Conversion, reference: Reference, written: str) -> str | None:
    """What a bare name refers to, as older versions of Swagger have it."""
    section = _SECTIONS[reference.kind][0]
    if written not in mapping(conversion.data.get(section)):
        return None
    conversion.warn(
        f"{reference.pointer}/$ref",
        "bare-reference",
        f"'{written}' alone is no reference",
        f"write '#/{section}/{written}'",
    )
    return f"/{section}/{escape(written)}"


def _place(conversion: Conversion, pointer: str) -> str:
    """Where a value of the document is now."""
    around = pointer
    while around and around not in conversion.places:
        around = around.rpartition("/")[0]
    return conversion.places.get(around, around) + pointer[len(around) :]


def _is_home(kind: Kind, pointer: str) -> bool:
    """Whether the kind of object may stand at a pointer, or in what does."""
    first = (segments(pointer) or [""])[0]
    if first not in _ROOTS:
        return False
    return kind == "Schema" or first in (_SECTIONS[kind][0], "paths", "components")


def _lift(
    conversion: Conversion,
    kind: Kind,
    pointer: str,
    components: dict[str, dict[str, Any]],
    names: dict[str, Names],
) -> str | None:
    """Make a component of a value; None where there is none."""
    try:
        found = Found(pointer, lookup(conversion.data, pointer))
    except LookupError:
        return None
    section = _SECTIONS[kind][1]
    members = components.setdefault(section, {})
    if not is_mapping(found.value) or not is_mapping(members):
        return None
    if section not in names:
        names[section] = Names(set(members))
    name = names[section].free((segments(pointer) or ["document"])[-1])
    at = f"/components/{section}/{escape(name)}"
    conversion.move(pointer, at)
    members[name] = {}  # What it contains may refer to it.
    match kind:
        case "Schema":
            members[name] = schema(conversion, found)
        case "Parameter":
            members[name] = parameter(conversion, found, at)
        case "Response":
            members[name] = response(conversion, found, at)
    return at
