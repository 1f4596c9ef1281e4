"""Discriminators: make the property of a discriminator a constant in each member of its union.

OpenAPI 3.2, Discriminator Object: the value of a member is its key in the mapping, or the name
of its schema. The schema of `defaultMapping` has every value that no other member has. A
discriminator without a union applies to all schemas that extend its own by `allOf`.
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
from clientcast.plain import mapping, sequence, text, texts
from clientcast.references import local_pointer, lookup, segments
from clientcast.source import escape

_SCHEMAS = "/components/schemas"


@dataclass(frozen=True, slots=True)
class _Union:
    """A union with a discriminator.

    Attributes:
        property: The name of the discriminating property.
        values: The keys of the discriminator's mapping, by the pointer of the schema.
        members: The members with values of their own, each after the pointer of the schema
            that the union references.
    """

    property: str
    values: Mapping[str, list[str]]
    members: tuple[tuple[str, Type], ...]


@dataclass(frozen=True, slots=True)
class Discriminators:
    """The discriminators of a document, collected while its schemas are read."""

    data: Any
    _unions: list[_Union] = field(default_factory=list[_Union])
    _subtypes: dict[str, list[str]] = field(default_factory=dict[str, list[str]])

    def add(
        self, discriminator: dict[str, Any], members: tuple[tuple[str, Type], ...]
    ) -> None:
        """Add a union with a discriminator."""
        name = text(discriminator.get("propertyName"))
        if name:
            default = _schema_pointer(text(discriminator.get("defaultMapping")))
            selectable = tuple(member for member in members if member[0] != default)
            self._unions.append(_Union(name, mapping_values(discriminator), selectable))

    def subtypes_of(self, pointer: str, discriminator: dict[str, Any]) -> list[str]:
        """Return the pointers of schemas that extend a schema, or that its mapping names."""
        if not self._subtypes:
            self._subtypes.update(_subtypes_by_parent(self.data))
        subtypes: dict[str, None] = {}
        for mapped in mapping_values(discriminator):
            if mapped != pointer and _exists(self.data, mapped):
                subtypes[mapped] = None
        pending = list(self._subtypes.get(pointer, ()))
        while pending:
            subtype = pending.pop(0)
            if subtype not in subtypes and subtype != pointer:
                subtypes[subtype] = None
            pending += [
                next_subtype
                for next_subtype in self._subtypes.get(subtype, ())
                if next_subtype not in subtypes and next_subtype != pointer
            ]
        return list(subtypes)

    def set_constants(self, declared: dict[str, Schema]) -> None:
        """Make the discriminating property a constant in each record of a union."""
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
    """Return the keys of a discriminator's mapping, by the pointer of the schema."""
    values_by_pointer: dict[str, list[str]] = {}
    for value, reference in mapping(discriminator.get("mapping")).items():
        values_by_pointer.setdefault(_schema_pointer(text(reference)), []).append(value)
    return values_by_pointer


def _schema_pointer(reference: str) -> str:
    """Return the JSON pointer of a reference or a schema name."""
    pointer = local_pointer(reference)
    return f"{_SCHEMAS}/{escape(reference)}" if pointer is None else pointer


def _subtypes_by_parent(data: Any) -> dict[str, list[str]]:
    """Return the schemas that reference another in `allOf`, by the pointer of the other."""
    subtypes: dict[str, list[str]] = {}
    components = mapping(mapping(data).get("components"))
    for name, schema in mapping(components.get("schemas")).items():
        for part in sequence(mapping(schema).get("allOf")):
            parent = local_pointer(text(mapping(part).get("$ref")))
            if parent is not None:
                subtypes.setdefault(parent, []).append(f"{_SCHEMAS}/{escape(name)}")
    return subtypes


def _exists(data: Any, pointer: str) -> bool:
    try:
        lookup(data, pointer)
    except LookupError:
        return False
    return True


def _discriminator_values(
    union: _Union, declared: Mapping[str, Schema]
) -> Iterator[tuple[str, list[str]]]:
    """Yield the records of a union, each with its values of the discriminating property.

    The values are the keys of the mapping, or the name of the schema. If the property's enum
    does not contain that name, the values of the enum are used, unless another record has one
    of them.
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
    """Return the enum values of a record's property; empty if it is no enum."""
    assert isinstance(schema, Record)
    type_ = next((f.type for f in schema.fields if f.name == name), None)
    enum = declared[type_.pointer] if isinstance(type_, Named) else None
    return list(texts(list(enum.values))) if isinstance(enum, Enum) else []


def _record_pointers(type_: Type, declared: Mapping[str, Schema]) -> Iterator[str]:
    """Yield the pointers of the records in a union, through aliases and nested unions."""
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
    """Return whether a property may have the values and is not a constant already."""
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
