"""What a page says of models, enums, aliases and errors."""

from collections.abc import Iterable, Iterator

from clientcast.docs.classes import Alias, Enum, ErrorClass, Field, Model
from clientcast.docs.markdown import (
    Link,
    block,
    cell,
    code,
    code_in_cell,
    fenced,
    plain,
    table,
)
from clientcast.docs.places import Places
from clientcast.docs.reference import Reference
from clientcast.docs.values import json_text, python_text, type_text

_NOTHING_SAID = "The API does not say more."


ABSENT = "Where a field that may be absent is absent, it is `None`."

Parts = tuple[str, ...]
"""What something is, and then what there is to know of it."""


def declared_texts(reference: Reference, places: Places) -> Iterator[tuple[str, Parts]]:
    """Models, enums and aliases, each with its name."""
    for model in reference.models:
        yield model.name, _model(model, places)
    for enum in reference.enums:
        yield enum.name, _enum(enum, places)
    for alias in reference.aliases:
        yield alias.name, _alias(alias, places)


def _model(model: Model, places: Places) -> Parts:
    rows = [_field(field, places) for field in model.fields]
    head = ("Field", "Type", "May be absent", "On the wire", "Description")
    return _parts(
        block(model.description, _link(places)) or _NOTHING_SAID,
        table(head, rows) if rows else "It has no fields.",
        _used_by(model.used_by, places),
    )


def _field(field: Field, places: Places) -> tuple[str, ...]:
    absent = "no" if field.required else "yes"
    if field.nullable:
        absent += ", may be null"
    return (
        code(field.name),
        type_text(field.type, places, may_be_absent=not field.required),
        absent,
        code_in_cell(field.wire_name),
        cell(field.description, _link(places)) or _NOTHING_SAID,
    )


def _enum(enum: Enum, places: Places) -> Parts:
    rows = [
        (code(f"{enum.name}.{m.name}"), code_in_cell(python_text(m.value)))
        for m in enum.members
    ]
    taken = (
        "An argument takes a member or its plain value."
        if enum.parameter
        else "Members are texts, and equal their plain values."
    )
    return _parts(
        block(enum.description, _link(places)) or _NOTHING_SAID,
        table(("Member", "Value"), rows),
        f"{taken} A value that the server invents later is kept as it comes.",
        _used_by(enum.used_by, places),
    )


def _alias(alias: Alias, places: Places) -> Parts:
    return _parts(
        block(alias.description, _link(places)) or _NOTHING_SAID,
        f"It stands for {type_text(alias.type, places)}.",
        _used_by(alias.used_by, places),
    )


def error_text(error: ErrorClass, reference: Reference, places: Places) -> Parts:
    """A class of errors: what it means, what it carries, and who raises it."""
    above = places.get(error.base)
    base = f"[{code(error.base)}]({above})" if above else code(error.base)
    status = f"HTTP status {plain(error.status)}. " if error.status else ""
    carried = [
        (code(a.name), cell(a.description, _link(places))) for a in error.attributes
    ]
    raised = [
        (
            f"[{code(operation.name)}]({places[operation.name]})",
            cell(entry.description, _link(places)) or _NOTHING_SAID,
        )
        for operation in reference.operations
        for entry in operation.raises
        if entry.error == error.name
    ]
    bodies = _bodies(error, reference)
    return _parts(
        f"{block(error.description, _link(places))}\n\n{status}A kind of {base}.",
        table(("Attribute", "Description"), carried) if carried else "",
        table(("Raised by", "When"), raised) if raised else "",
        f"A body of it, for example:\n\n{fenced(bodies, 'json')}" if bodies else "",
    )


def _bodies(error: ErrorClass, reference: Reference) -> str:
    """The first example of a body that is raised as an error."""
    for operation in reference.operations:
        for answer in operation.answers:
            if answer.error == error.name and answer.example is not None:
                return json_text(answer.example)
    return ""


def _used_by(names: Iterable[str], places: Places) -> str:
    links = [
        f"[{code(name)}]({places[name]})" if name in places else code(name)
        for name in names
    ]
    return f"Used by {', '.join(links)}." if links else ""


def _link(places: Places) -> Link:
    return lambda name: places.get(name, "")


def _parts(*parts: str) -> Parts:
    return tuple(part for part in parts if part)
