"""Unused components with errors: they are left out, and their errors are warnings."""

from dataclasses import replace

from clientcast.check.walk import Walk
from clientcast.components import (
    containing_component,
    left_out_warnings,
    unused_components,
    with_referrers,
    without_components,
)
from clientcast.diagnostic import Severity
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
    unused = unused_components(data)
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
    left_out = with_referrers(data, unused, faulty)
    for (section, name), message, hint in left_out_warnings(left_out, faulty):
        pointer = f"/components/{escape(section)}/{escape(name)}"
        walk.warn(pointer, "unused-component", message, hint, at_key=True)
    return document.with_data(without_components(data, left_out))
