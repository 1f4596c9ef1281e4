"""JSON pointers into a body as attributes of its models."""

from collections.abc import Mapping
from dataclasses import dataclass

from clientcast import ir


@dataclass(frozen=True, slots=True)
class AttributePath:
    """Where a JSON pointer leads in the models: attribute names, and the type that is there."""

    names: tuple[str, ...]
    type: ir.Type


def attribute_path(
    api: ir.Api,
    attributes: Mapping[str, Mapping[str, str]],
    type_: ir.Type,
    pointer: str,
) -> AttributePath:
    """A JSON pointer into a body as a path of attributes; of a union, the member that has it."""
    names: list[str] = []
    segments = pointer.split("/")[1:]
    type_ = _settled(api, type_, segments[0] if segments else None)
    for index, segment in enumerate(segments):
        if not isinstance(type_, ir.Named):
            return AttributePath((*names, *segments[index:]), ir.Anything())
        record = api.schemas[type_.pointer]
        if not isinstance(record, ir.Record):
            return AttributePath((*names, *segments[index:]), ir.Anything())
        field = next((f for f in record.fields if f.name == segment), None)
        if field is None:
            return AttributePath((*names, *segments[index:]), ir.Anything())
        names.append(attributes[type_.pointer][segment])
        following = segments[index + 1] if index + 1 < len(segments) else None
        type_ = _settled(api, field.type, following)
    return AttributePath(tuple(names), type_)


def _settled(
    api: ir.Api, type_: ir.Type, segment: str | None, seen: frozenset[str] = frozenset()
) -> ir.Type:
    """The record that has a member, or the list where none is asked for."""
    match type_:
        case ir.Nullable(inner):
            return _settled(api, inner, segment, seen)
        case ir.Named(pointer):
            schema = api.schemas[pointer]
            if isinstance(schema, ir.Alias) and pointer not in seen:
                return _settled(api, schema.type, segment, seen | {pointer})
            return type_
        case ir.OneOf(members):
            for member in (_settled(api, m, segment, seen) for m in members):
                if segment is None and isinstance(member, ir.ListOf):
                    return member
                if segment is not None and _has(api, member, segment):
                    return member
            return type_
        case _:
            return type_


def _has(api: ir.Api, type_: ir.Type, name: str) -> bool:
    if not isinstance(type_, ir.Named):
        return False
    record = api.schemas[type_.pointer]
    return isinstance(record, ir.Record) and any(f.name == name for f in record.fields)
