"""Components of a document, and the references between them."""

from collections.abc import Collection, Iterable, Iterator
from typing import Any, NamedTuple

from clientcast.diagnostic import join_names
from clientcast.plain import is_list, is_mapping, mapping, sequence, texts
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


def unused_components(data: dict[str, Any]) -> set[Component]:
    """Return the components of a document that nothing outside `components` uses."""
    root = {key: value for key, value in data.items() if key != "components"}
    all_components = {
        Component(section, name)
        for section, members in mapping(data.get("components")).items()
        for name in mapping(members)
    }
    return all_components - used_components(data, root)


def with_referrers(
    data: dict[str, Any], unused: set[Component], faulty: Iterable[Any]
) -> set[Component]:
    """Return the faulty components and the unused ones that refer to them, at any distance."""
    referrers: dict[Component, list[Component]] = {}
    for component in unused:
        value = data["components"][component.section][component.name]
        for referenced in referenced_components(value):
            referrers.setdefault(referenced, []).append(component)
    found: set[Component] = set()
    pending = [*faulty]
    while pending:
        component = pending.pop()
        if component not in found:
            found.add(component)
            pending += referrers.get(component, ())
    return found


def without_components(
    data: dict[str, Any], left_out: Collection[Component]
) -> dict[str, Any]:
    """Return the data of a document without some of its components."""
    sections = {
        section: (
            {name: members[name] for name in members if (section, name) not in left_out}
            if is_mapping(members)
            else members
        )
        for section, members in data["components"].items()
    }
    return {**data, "components": sections}


def left_out_warnings(
    left_out: set[Component], faulty: set[Any]
) -> Iterator[tuple[Component, str, str]]:
    """Yield the warnings about components left out: component, message and hint."""
    for component in sorted(left_out & faulty):
        yield (
            component,
            "nothing uses this component, and it has an error: it is left out",
            "correct or remove it",
        )
    referrers = sorted(left_out - faulty)
    if referrers:
        yield (
            referrers[0],
            "nothing uses these components, and they refer to one that is left out: they"
            f" are left out too: {join_names([name for _, name in referrers])}",
            "",
        )


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
    """Return the schemas that extend a used schema with a discriminator, at any distance."""
    schemas = mapping(sections.get("schemas"))
    bases = {
        component
        for component in used
        if component.section == "schemas"
        and "discriminator" in mapping(schemas.get(component.name))
    }
    if not bases:
        return set()
    extending: dict[Component | None, list[Component]] = {}
    for name, schema in schemas.items():
        for part in sequence(mapping(schema).get("allOf")):
            for found in texts([mapping(part).get("$ref")]):
                base = containing_component(local_pointer(found) or "")
                extending.setdefault(base, []).append(Component("schemas", name))
    subtypes: set[Component] = set()
    pending = [*bases]
    while pending:
        for component in extending.get(pending.pop(), ()):
            if component not in subtypes:
                subtypes.add(component)
                pending.append(component)
    return subtypes
