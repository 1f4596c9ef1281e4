"""Unused components with errors: they are left out, and their errors are warnings."""

from dataclasses import replace
from typing import Any

from clientcast.check.walk import Walk
from clientcast.components import (
    Component,
    containing_component,
    referenced_components,
    used_components,
)
from clientcast.diagnostic import Severity, join_names
from clientcast.plain import is_mapping, mapping
from clientcast.source import Document, escape


def without_faulty_components(walk: Walk) -> Document:
    """Return the fixed document without the unused components that have errors.

    Their errors become warnings. Unused components that refer to them are left out too.
    """
    document = walk.fixed_document()
    faulty = {containing_component(pointer) for pointer, _ in walk.errors} - {None}
    if not faulty:
        return document
    data = document.data
    root = {key: value for key, value in data.items() if key != "components"}
    unused = _all_components(data) - used_components(data, root)
    faulty &= unused
    if not faulty:
        return document
    errors = {
        diagnostic
        for pointer, diagnostic in walk.errors
        if containing_component(pointer) in faulty
    }
    walk.diagnostics[:] = [
        replace(d, severity=Severity.WARNING) if d in errors else d
        for d in walk.diagnostics
    ]
    left_out = _with_referrers(data, unused, faulty)
    for component in sorted(left_out & faulty):
        walk.warn(
            _pointer(component),
            "unused-component",
            "nothing uses this component, and it has an error: it is left out",
            "correct or remove it",
            at_key=True,
        )
    referrers = sorted(left_out - faulty)
    if referrers:
        walk.warn(
            _pointer(referrers[0]),
            "unused-component",
            "nothing uses these components, and they refer to one that is left out: they"
            f" are left out too: {join_names([name for _, name in referrers])}",
            at_key=True,
        )
    sections = {
        section: (
            {name: members[name] for name in members if (section, name) not in left_out}
            if is_mapping(members)
            else members
        )
        for section, members in data["components"].items()
    }
    return document.with_data({**data, "components": sections})


def _pointer(component: Component) -> str:
    return f"/components/{escape(component.section)}/{escape(component.name)}"


def _all_components(data: dict[str, Any]) -> set[Component]:
    return {
        Component(section, name)
        for section, members in mapping(data.get("components")).items()
        for name in mapping(members)
    }


def _with_referrers(
    data: dict[str, Any], unused: set[Component], faulty: set[Any]
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
