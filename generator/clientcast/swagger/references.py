"""Rewriting of references in a converted document, since their targets have moved."""

from typing import Any

from clientcast.plain import is_mapping, mapping
from clientcast.references import Located, local_pointer, lookup, segments
from clientcast.references import reference as make_reference
from clientcast.source import escape
from clientcast.swagger.conversion import Conversion, Kind, Reference
from clientcast.swagger.names import ComponentNames
from clientcast.swagger.parameters import convert_parameter
from clientcast.swagger.responses import convert_response
from clientcast.swagger.schemas import convert_schema

_SECTIONS: dict[Kind, tuple[str, str]] = {
    "Schema": ("definitions", "schemas"),
    "Parameter": ("parameters", "parameters"),
    "Response": ("responses", "responses"),
}
"""The sections of shared objects in Swagger 2.0 and in the components of OpenAPI 3."""

_ROOTS = ("definitions", "parameters", "responses", "paths", "components", "info")


def rewrite_references(
    conversion: Conversion, components: dict[str, dict[str, Any]]
) -> None:
    """Rewrite all references to the new JSON pointers of their targets.

    A target whose kind has no section at its location becomes a component.

    Args:
        conversion: The conversion.
        components: The converted components; new ones are added.
    """
    names: dict[str, ComponentNames] = {}
    for reference in conversion.references:  # The loop appends to it.
        raw_reference = reference.holder["$ref"]
        target_pointer = local_pointer(raw_reference)
        if target_pointer is None:
            target_pointer = _resolve_bare_name(conversion, reference, raw_reference)
        if target_pointer is None:
            continue
        new_pointer = _new_pointer(conversion, target_pointer)
        if (
            not _may_contain(reference.kind, target_pointer)
            and target_pointer not in conversion.new_pointers
        ):
            new_pointer = (
                _lift_to_component(
                    conversion, reference.kind, target_pointer, components, names
                )
                or new_pointer
            )
        if new_pointer != target_pointer or not raw_reference.startswith("#/"):
            reference.holder["$ref"] = make_reference(new_pointer)


def _resolve_bare_name(
    conversion: Conversion, reference: Reference, raw_reference: str
) -> str | None:
    """Return the pointer of a bare name, as in Swagger 1.2; None if no object has the name."""
    section = _SECTIONS[reference.kind][0]
    if raw_reference not in mapping(conversion.data.get(section)):
        return None
    conversion.warn(
        f"{reference.pointer}/$ref",
        "bare-reference",
        f"'{raw_reference}' alone is no reference",
        f"write '#/{section}/{raw_reference}'",
    )
    return f"/{section}/{escape(raw_reference)}"


def _new_pointer(conversion: Conversion, pointer: str) -> str:
    """Return the JSON pointer of a converted value, by that in the document."""
    ancestor = pointer
    while ancestor and ancestor not in conversion.new_pointers:
        ancestor = ancestor.rpartition("/")[0]
    return conversion.new_pointers.get(ancestor, ancestor) + pointer[len(ancestor) :]


def _may_contain(kind: Kind, pointer: str) -> bool:
    """Return whether an object of the kind may be at the pointer or below it."""
    root_key = (segments(pointer) or [""])[0]
    if root_key not in _ROOTS:
        return False
    return kind == "Schema" or root_key in (_SECTIONS[kind][0], "paths", "components")


def _lift_to_component(
    conversion: Conversion,
    kind: Kind,
    pointer: str,
    components: dict[str, dict[str, Any]],
    names: dict[str, ComponentNames],
) -> str | None:
    """Convert a value to a component and return its pointer; None if there is no object."""
    try:
        source = Located(pointer, lookup(conversion.data, pointer))
    except LookupError:
        return None
    section = _SECTIONS[kind][1]
    members = components.setdefault(section, {})
    if not is_mapping(source.value) or not is_mapping(members):
        return None
    if section not in names:
        names[section] = ComponentNames(set(members))
    name = names[section].unique_name((segments(pointer) or ["document"])[-1])
    at = f"/components/{section}/{escape(name)}"
    conversion.record_move(pointer, at)
    members[name] = {}  # What it contains may refer to it.
    match kind:
        case "Schema":
            members[name] = convert_schema(conversion, source)
        case "Parameter":
            members[name] = convert_parameter(conversion, source, at)
        case "Response":
            members[name] = convert_response(conversion, source, at)
    return at
