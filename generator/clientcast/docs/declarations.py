"""Markdown sections about models, enums, aliases and errors."""

from collections.abc import Iterable, Iterator

from clientcast.docs.classes import Alias, Enum, ErrorClass, Field, Model
from clientcast.docs.code_texts import union_members
from clientcast.docs.links import Links
from clientcast.docs.markdown import (
    LinkResolver,
    blocks,
    cell,
    code,
    code_block,
    code_in_cell,
    escape_text,
    table,
)
from clientcast.docs.reference import Reference
from clientcast.docs.values import json_text, python_text, type_text

NO_DESCRIPTION = "Not described by the API."

_UNKNOWN_OBJECTS = (
    "An `Unknown` is a dict: an object of a response that fits no other member."
)
ABSENT_FIELDS = (
    "A field that may be absent is `None` if it is not in the JSON. A required one that a response"
    " lacks is `UNSET`, whatever its type, with a `ResponseWarning`; with"
    " `strict_responses=True` the call raises `ResponseValidationError`. Properties that a model has no field for,"
    " such as those that the server adds later, are in its `additional_properties`, a dict, and"
    " are sent with the model. If the schema forbids such properties, the model has no"
    " `additional_properties`: they are reported and left out."
)

Sections = tuple[str, ...]
"""Description of a class, and further sections about it."""


def declaration_sections(
    reference: Reference, links: Links
) -> Iterator[tuple[str, Sections]]:
    """Yield the name and the sections of each model, enum and alias."""
    for model in reference.models:
        yield model.name, _model_sections(model, links)
    for enum in reference.enums:
        yield enum.name, _enum_sections(enum, links)
    for alias in reference.aliases:
        yield alias.name, _alias_sections(alias, links)


def _model_sections(model: Model, links: Links) -> Sections:
    rows = [_field_row(field, links) for field in model.fields]
    head = ("Field", "Type", "May be absent", "On the wire", "Description")
    return _non_empty(
        blocks(model.description, _link_resolver(links)) or NO_DESCRIPTION,
        f"A subclass of {type_text(model.base, links)}." if model.base else "",
        table(head, rows) if rows else "It has no fields.",
        _used_by_text(model.used_by, links),
    )


def _field_row(field: Field, links: Links) -> tuple[str, ...]:
    absent = "no" if field.required else "yes"
    if field.nullable:
        absent += ", may be null"
    return (
        code(field.name),
        type_text(field.type, links, may_be_absent=not field.required),
        absent,
        code_in_cell(field.wire_name),
        cell(field.description, _link_resolver(links)) or NO_DESCRIPTION,
    )


def _enum_sections(enum: Enum, links: Links) -> Sections:
    is_described = any(member.description for member in enum.members)
    resolve_link = _link_resolver(links)
    rows = [
        (
            code(f"{enum.name}.{m.name}"),
            code_in_cell(python_text(m.value)),
            *([cell(m.description, resolve_link)] if is_described else []),
        )
        for m in enum.members
    ]
    head = ("Member", "Value", *(["Description"] if is_described else []))
    accepted = (
        "An argument takes a member or its plain value."
        if enum.parameter
        else "Members are equal to their plain values."
    )
    return _non_empty(
        blocks(enum.description, resolve_link) or NO_DESCRIPTION,
        table(head, rows),
        f"{accepted} Values that are not listed here are preserved as they are.",
        _used_by_text(enum.used_by, links),
    )


def _alias_sections(alias: Alias, links: Links) -> Sections:
    has_unknown = "Unknown" in union_members(alias.type)
    return _non_empty(
        blocks(alias.description, _link_resolver(links)) or NO_DESCRIPTION,
        f"An alias of {type_text(alias.type, links)}.",
        _UNKNOWN_OBJECTS if has_unknown else "",
        _used_by_text(alias.used_by, links),
    )


def error_sections(error: ErrorClass, reference: Reference, links: Links) -> Sections:
    """Return the sections of an error: description, attributes, operations and an example."""
    base_link = links.get(error.base)
    base = f"[{code(error.base)}]({base_link})" if base_link else code(error.base)
    status = f"HTTP status {escape_text(error.status)}. " if error.status else ""
    attribute_rows = [
        (code(a.name), cell(a.description, _link_resolver(links)))
        for a in error.attributes
    ]
    operation_rows = [
        (
            f"[{code(operation.name)}]({links[operation.name]})",
            cell(entry.description, _link_resolver(links)) or NO_DESCRIPTION,
        )
        for operation in reference.operations
        for entry in operation.raises
        if entry.error == error.name
    ]
    body = _example_body(error, reference)
    return _non_empty(
        f"{blocks(error.description, _link_resolver(links))}\n\n{status}A subclass of {base}.",
        table(("Attribute", "Description"), attribute_rows) if attribute_rows else "",
        table(("Raised by", "When"), operation_rows) if operation_rows else "",
        f"Example of a response body:\n\n{code_block(body, 'json')}" if body else "",
    )


def _example_body(error: ErrorClass, reference: Reference) -> str:
    """Return the first example of a response body that raises an error, as JSON."""
    for operation in reference.operations:
        for response in operation.responses:
            if response.error == error.name and response.example is not None:
                return json_text(response.example)
    return ""


def _used_by_text(names: Iterable[str], links: Links) -> str:
    mentions = [
        f"[{code(name)}]({links[name]})" if name in links else code(name)
        for name in names
    ]
    return f"Used by {', '.join(mentions)}." if mentions else ""


def _link_resolver(links: Links) -> LinkResolver:
    return lambda name: links.get(name, "")


def _non_empty(*parts: str) -> Sections:
    return tuple(part for part in parts if part)
