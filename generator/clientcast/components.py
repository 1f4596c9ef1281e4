"""Components of a document, and the references between them."""

from collections.abc import Iterator
from typing import Any, NamedTuple

from clientcast.plain import is_list, mapping, sequence, texts
from clientcast.references import local_pointer, segments


class Component(NamedTuple):
    """The section and the name of a component, as `schemas` and `Pet`."""

    section: str
    name: str


def containing_component(pointer: str) -> Component | None:
    """Return the component that a JSON pointer leads into; None for any other place."""
    match segments(pointer)[:3]:
        case ["components", section, name]:
            return Component(section, name)
        case _:
            return None


def used_components(data: dict[str, Any], root: Any) -> set[Component]:
    """Return the components that a value uses, directly or through other components.

    A schema that extends a used schema with a discriminator is used too.

    Args:
        data: The document.
        root: The value.
    """
    sections = mapping(data.get("components"))
    used: set[Component] = set()
    pending = [root]
    while pending:
        found = set(referenced_components(pending.pop()))
        if not pending:
            found |= _subtypes(sections, used | found)
        for component in found - used:
            members = mapping(sections.get(component.section))
            if component.name in members:
                used.add(component)
                pending.append(members[component.name])
    return used


def referenced_components(value: Any) -> Iterator[Component]:
    """Yield each component that a value refers to."""
    pending = [value]
    while pending:
        value = pending.pop()
        if is_list(value):
            pending += value
        for key, item in mapping(value).items():
            if key == "security":
                schemes = [name for part in sequence(item) for name in mapping(part)]
                yield from (Component("securitySchemes", name) for name in schemes)
            elif key == "mapping":
                names = texts([*mapping(item).values()])
                yield from (Component("schemas", name) for name in names)
            if isinstance(item, str) and (pointer := local_pointer(item)):
                component = containing_component(pointer)
                if component is not None:
                    yield component
            pending.append(item)


def _subtypes(sections: dict[str, Any], used: set[Component]) -> set[Component]:
    """Return the schemas whose `allOf` has a used schema with a discriminator."""
    schemas = mapping(sections.get("schemas"))
    bases = {
        component
        for component in used
        if component.section == "schemas"
        and "discriminator" in mapping(schemas.get(component.name))
    }
    return {
        Component("schemas", name)
        for name, schema in schemas.items()
        if bases
        and any(
            containing_component(local_pointer(reference) or "") in bases
            for part in sequence(mapping(schema).get("allOf"))
            for reference in texts([mapping(part).get("$ref")])
        )
    }
