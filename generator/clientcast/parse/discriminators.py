"""Makes the property that tells a union's members apart a constant in each of them.

OpenAPI 3.2, Discriminator Object: a member's value is its name in the mapping, or the name of
its schema; that of the default mapping has all values that no other member has. A discriminator
beside no union is that of all schemas that extend its own.
"""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from clientcast.ir import (
    Alias,
    Constant,
    Enum,
    Named,
    Nullable,
    Record,
    Schema,
    Type,
    UnionOf,
)
from clientcast.plain import mapping, sequence, text
from clientcast.references import local_pointer, lookup, segments
from clientcast.source import escape

_SCHEMAS = "/components/schemas"


@dataclass(frozen=True, slots=True)
class _Union:
    """A union with a discriminator.

    Attributes:
        members: Those that have values of their own, each with the pointer of the schema that
            it was referred to by.
    """

    property: str
    values: Mapping[str, list[str]]
    members: tuple[tuple[str, Type], ...]


@dataclass(frozen=True, slots=True)
class Discriminators:
    """The discriminators of a document, as they are come by."""

    data: Any
    _unions: list[_Union] = field(default_factory=list[_Union])
    _subtypes: dict[str, list[str]] = field(default_factory=dict[str, list[str]])

    def add(
        self, discriminator: dict[str, Any], members: tuple[tuple[str, Type], ...]
    ) -> None:
        """Remember a union whose members a discriminator tells apart."""
        name = text(discriminator.get("propertyName"))
        if name:
            default = _schema_pointer(text(discriminator.get("defaultMapping")))
            selectable = tuple(member for member in members if member[0] != default)
            self._unions.append(_Union(name, mapping_values(discriminator), selectable))

    def subtypes_of(self, pointer: str, discriminator: dict[str, Any]) -> list[str]:
        """The schemas that extend one by `allOf`, or that its mapping names."""
        if not self._subtypes:
            self._subtypes.update(_subtypes_by_parent(self.data))
        found: dict[str, None] = {}
        for mapped in mapping_values(discriminator):
            if mapped != pointer and _exists(self.data, mapped):
                found[mapped] = None
        pending = list(self._subtypes.get(pointer, ()))
        while pending:
            subtype = pending.pop(0)
            if subtype not in found and subtype != pointer:
                found[subtype] = None
            pending += [
                next_subtype
                for next_subtype in self._subtypes.get(subtype, ())
                if next_subtype not in found and next_subtype != pointer
            ]
        return list(found)

    def set_constants(self, declared: dict[str, Schema]) -> None:
        """Make the property a constant in each record that a union's member is."""
        values_by_property: dict[tuple[str, str], list[str]] = {}
        for union in self._unions:
            for record_pointer, values in _discriminator_values(union, declared):
                existing = values_by_property.setdefault(
                    (record_pointer, union.property), []
                )
                existing.extend(value for value in values if value not in existing)
        for (pointer, name), values in values_by_property.items():
            record = declared[pointer]
            assert isinstance(record, Record)
            fields = tuple(
                (
                    replace(f, type=Constant(tuple(values)))
                    if f.name == name and _may_have_values(f.type, values, declared)
                    else f
                )
                for f in record.fields
            )
            declared[pointer] = replace(record, fields=fields)


def mapping_values(discriminator: dict[str, Any]) -> dict[str, list[str]]:
    """The values that a mapping gives each schema, by its pointer."""
    found: dict[str, list[str]] = {}
    for value, reference in mapping(discriminator.get("mapping")).items():
        found.setdefault(_schema_pointer(text(reference)), []).append(value)
    return found


def _schema_pointer(reference: str) -> str:
    """The pointer of a schema that is referred to, or named."""
    pointer = local_pointer(reference)
    return f"{_SCHEMAS}/{escape(reference)}" if pointer is None else pointer


def _subtypes_by_parent(data: Any) -> dict[str, list[str]]:
    """The schemas that have a reference to another one in their `allOf`, by that other one."""
    found: dict[str, list[str]] = {}
    components = mapping(mapping(data).get("components"))
    for name, schema in mapping(components.get("schemas")).items():
        for part in sequence(mapping(schema).get("allOf")):
            parent = local_pointer(text(mapping(part).get("$ref")))
            if parent is not None:
                found.setdefault(parent, []).append(f"{_SCHEMAS}/{escape(name)}")
    return found


def _exists(data: Any, pointer: str) -> bool:
    try:
        lookup(data, pointer)
    except LookupError:
        return False
    return True


def _discriminator_values(
    union: _Union, declared: Mapping[str, Schema]
) -> Iterator[tuple[str, list[str]]]:
    """The records that a union's members are, each with its values of the property.

    Where the name of a schema is none of the property's own values, or it has no name, those
    values tell it apart if no other member has them.
    """
    records = [
        (pointer, record_pointer)
        for pointer, type_ in union.members
        for record_pointer in _record_pointers(type_, declared)
    ]
    enum_values = {
        record_pointer: _enum_values(declared[record_pointer], union.property, declared)
        for _, record_pointer in records
    }
    counts = Counter(value for values in enum_values.values() for value in values)
    for pointer, record_pointer in records:
        values = union.values.get(pointer) or segments(pointer)[-1:]
        if pointer not in union.values and not set(values) & set(
            enum_values[record_pointer]
        ):
            if all(counts[value] == 1 for value in enum_values[record_pointer]):
                values = enum_values[record_pointer] or values
        if values:
            yield record_pointer, values


def _enum_values(
    schema: Schema, name: str, declared: Mapping[str, Schema]
) -> list[str]:
    """The values that a record's property is said to have; empty for any."""
    assert isinstance(schema, Record)
    type_ = next((f.type for f in schema.fields if f.name == name), None)
    enum = declared[type_.pointer] if isinstance(type_, Named) else None
    return list(enum.values) if isinstance(enum, Enum) else []


def _record_pointers(type_: Type, declared: Mapping[str, Schema]) -> Iterator[str]:
    """The records among the types that a type is one of, through aliases."""
    seen: set[str] = set()
    pending = [type_]
    while pending:
        match pending.pop():
            case Nullable(inner):
                pending.append(inner)
            case UnionOf(members):
                pending.extend(reversed(members))
            case Named(pointer) if pointer not in seen:
                seen.add(pointer)
                schema = declared[pointer]
                if isinstance(schema, Record):
                    yield pointer
                elif isinstance(schema, Alias):
                    pending.append(schema.type)
            case _:
                pass


def _may_have_values(
    type_: Type, values: list[str], declared: Mapping[str, Schema]
) -> bool:
    """Whether a property may have the values, and is not known to have others."""
    match type_:
        case Constant():
            return False
        case Nullable(inner):
            return _may_have_values(inner, values, declared)
        case Named(pointer):
            schema = declared[pointer]
            return isinstance(schema, Enum) and set(values) <= set(schema.values)
        case _:
            return True
