"""Discriminators: make the property of a discriminator a constant in each member of its union.

OpenAPI 3.2, Discriminator Object: the value of a member is its key in the mapping, or the name
of its schema. The schema of `defaultMapping` has every value that no other member has. A
discriminator without a union applies to all schemas that extend its own by `allOf`.

A member that does not declare the property gets it. A schema that is reached through another
discriminator has the value of the member that leads to it: with `kind` on Animal and `breed` on
Dog, the value of `kind` in Husky is that of Dog.
"""

import re
from collections import Counter
from collections.abc import Collection, Iterator, Mapping
from typing import Any

from msgspec import Struct, field
from msgspec.structs import replace

from clientcast.ir import (
    Constant,
    Enum,
    Field,
    Named,
    Nullable,
    Record,
    Scalar,
    ScalarKind,
    Schema,
    Type,
    union_members,
)
from clientcast.parse.fields import is_field_name
from clientcast.plain import mapping, sequence, text, texts
from clientcast.references import local_pointer, lookup, segments
from clientcast.source import escape

_SCHEMAS = "/components/schemas"
_BOOLEANS = {"false": False, "true": True}


class _Union(Struct, frozen=True):
    """A union with a discriminator.

    Attributes:
        pointer: The pointer of the schema that has the discriminator.
        property: The name of the discriminating property.
        values: The keys of the discriminator's mapping, by the pointer of the schema.
        members: The members with values of their own, each after the pointer of the schema
            that the union references.
        others: The members for every other value.
    """

    pointer: str
    property: str
    values: Mapping[str, list[str]]
    members: tuple[tuple[str, Type], ...]
    others: tuple[Type, ...]


class _Reached(Struct, frozen=True):
    """A record that a union reaches.

    Attributes:
        record: The pointer of the record.
        member: The pointer of the schema that the union references.
        is_mapped: Whether the mapping has that schema.
        is_direct: Whether the schema is the record, and not a union that contains it.
    """

    record: str
    member: str
    is_mapped: bool
    is_direct: bool

    @property
    def rank(self) -> tuple[bool, bool]:
        """The precedence of this way to the record; the highest counts."""
        return self.is_mapped, self.is_direct


class Discriminators(Struct, frozen=True):
    """The discriminators of a document, collected while its schemas are read."""

    data: Any
    _unions: list[_Union] = field(default_factory=list[_Union])
    _subtypes: dict[str, list[str]] = field(default_factory=dict[str, list[str]])

    def add(
        self,
        pointer: str,
        discriminator: dict[str, Any],
        members: tuple[tuple[str, Type], ...],
        base: Type | None = None,
    ) -> None:
        """Add a union with a discriminator, unless no field can have the property's name.

        Args:
            pointer: The pointer of the schema that has the discriminator.
            discriminator: The Discriminator Object.
            members: The members, each after the pointer of the schema that is referenced.
            base: The member that the others extend; None for none.
        """
        name = text(discriminator.get("propertyName"))
        if name and is_field_name(name):
            default = _schema_pointer(text(discriminator.get("defaultMapping")))
            selectable = tuple(member for member in members if member[0] != default)
            others = [type_ for member, type_ in members if member == default]
            if base is not None:
                others.append(base)
            values = mapping_values(discriminator)
            self._unions.append(
                _Union(pointer, name, values, selectable, tuple(others))
            )

    def select(self, types: tuple[Type, ...]) -> bool:
        """Return whether a discriminator selects one of the types."""
        return any(
            set(types) <= {type_ for _, type_ in union.members} | set(union.others)
            for union in self._unions
        )

    def subtypes_of(self, pointer: str, discriminator: dict[str, Any]) -> list[str]:
        """Return the pointers of schemas that extend a schema, or that its mapping names.

        What extends a subtype with a discriminator of its own is a member of that subtype.
        """
        if not self._subtypes:
            self._subtypes.update(_subtypes_by_parent(self.data))
        subtypes: dict[str, None] = {}
        for mapped in mapping_values(discriminator):
            if mapped != pointer and _exists(self.data, mapped):
                subtypes[mapped] = None
        pending = list(self._subtypes.get(pointer, ()))
        visited: set[str] = {pointer}
        while pending:
            subtype = pending.pop(0)
            if subtype in visited:
                continue
            visited.add(subtype)
            subtypes[subtype] = None
            if not _has_discriminator(self.data, subtype):
                pending += self._subtypes.get(subtype, ())
        return list(subtypes)

    def set_constants(self, declared: dict[str, Schema]) -> None:
        """Make the discriminating property a constant in each record of a union."""
        values_by_property: dict[tuple[str, str], list[str]] = {}
        for union in self._unions:
            for record_pointer, values in self._values(union, declared):
                existing = values_by_property.setdefault(
                    (record_pointer, union.property), []
                )
                existing.extend(value for value in values if value not in existing)
        for (pointer, name), values in values_by_property.items():
            record = declared[pointer]
            assert isinstance(record, Record)
            declared[pointer] = _with_constant(record, name, values, declared)
        for union in self._unions:
            for type_ in union.others:
                for pointer in _record_pointers(type_, declared):
                    record = declared[pointer]
                    assert isinstance(record, Record)
                    declared[pointer] = _with_any_value(record, union.property)

    def _values(
        self, union: _Union, declared: Mapping[str, Schema]
    ) -> Iterator[tuple[str, list[str]]]:
        """Yield the records of a union, each with its values of the discriminating property.

        The values are the keys of the mapping, or the name of the schema. If the property's
        enum does not contain that name, the values of the enum are used, unless another record
        has one of them. Of a record that is reached in several ways, keys of the mapping come
        before names, and the record itself before unions that contain it.
        """
        aliases = {u.pointer for u in self._unions if u.property == union.property}
        found = [
            _Reached(record, pointer, pointer in union.values, type_ == Named(record))
            for pointer, type_ in union.members
            for record in _record_pointers(type_, declared, aliases)
        ]
        enum_values = {
            reached.record: _enum_values(
                declared[reached.record], union.property, declared
            )
            for reached in found
        }
        counts = Counter(value for values in enum_values.values() for value in values)
        ranks: dict[str, tuple[bool, bool]] = {}
        for reached in found:
            rank = ranks.setdefault(reached.record, reached.rank)
            ranks[reached.record] = max(rank, reached.rank)
        for reached in found:
            is_mapped = reached.is_mapped
            if reached.rank < ranks[reached.record]:
                continue
            if not is_mapped and self._is_mapped_outside(reached.member, union):
                continue
            values = union.values.get(reached.member) or segments(reached.member)[-1:]
            enum = enum_values[reached.record]
            if not is_mapped and not set(values) & set(enum):
                if all(counts[value] == 1 for value in enum):
                    values = enum or values
            if values:
                yield reached.record, values

    def _is_mapped_outside(self, pointer: str, union: _Union) -> bool:
        """Return whether another discriminator maps to a schema directly, past a union."""
        return any(
            other.property != union.property
            and pointer in other.values
            and any(member == union.pointer for member, _ in other.members)
            for other in self._unions
        )


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


def _has_discriminator(data: Any, pointer: str) -> bool:
    """Return whether a schema has a discriminator itself or in an inline part of `allOf`."""
    try:
        schema = mapping(lookup(data, pointer))
    except LookupError:
        return False
    parts = [schema, *map(mapping, sequence(schema.get("allOf")))]
    return any("discriminator" in part for part in parts)


def _exists(data: Any, pointer: str) -> bool:
    try:
        lookup(data, pointer)
    except LookupError:
        return False
    return True


def _enum_values(
    schema: Schema, name: str, declared: Mapping[str, Schema]
) -> list[str]:
    """Return the enum values of a record's property; empty if it is no enum."""
    assert isinstance(schema, Record)
    type_ = next((f.type for f in schema.fields if f.name == name), None)
    enum = declared[type_.pointer] if isinstance(type_, Named) else None
    return list(texts(list(enum.values))) if isinstance(enum, Enum) else []


def _record_pointers(
    type_: Type, declared: Mapping[str, Schema], excluded: Collection[str] = ()
) -> Iterator[str]:
    """Yield the pointers of the records in a union, through aliases and nested unions.

    Args:
        type_: The union.
        declared: The declarations.
        excluded: The pointers of aliases that are not followed.
    """
    members = union_members(type_, declared, excluded)
    pointers = dict.fromkeys(m.pointer for m in members if isinstance(m, Named))
    for pointer in pointers:
        if pointer not in excluded and isinstance(declared[pointer], Record):
            yield pointer


def _with_constant(
    record: Record, name: str, values: list[str], declared: Mapping[str, Schema]
) -> Record:
    """Return a record whose discriminating property is a constant."""
    fields = {field.name: field for field in record.fields}
    existing = fields.get(name)
    if existing is None:
        constant = Constant(tuple(values))
        fields[name] = Field(name, constant, required=len(values) > 1, is_tag=True)
    else:
        known = _constant(existing.type, values, declared)
        if known is not None:
            required = existing.required or len(known.values) > 1
            fields[name] = replace(existing, type=known, required=required, is_tag=True)
    return replace(record, fields=tuple(fields.values()))


def _with_any_value(record: Record, name: str) -> Record:
    """Return a record that has the discriminating property."""
    if any(field.name == name for field in record.fields):
        return record
    tag = Field(name, Scalar(ScalarKind.STRING), required=False)
    return replace(record, fields=(*record.fields, tag))


def _constant(
    type_: Type, values: list[str], declared: Mapping[str, Schema]
) -> Constant | None:
    """Return the constant of a property with the values; None if it cannot have them."""
    match type_:
        case Constant():
            return type_
        case Nullable(inner):
            return _constant(inner, values, declared)
        case Named(pointer):
            schema = declared[pointer]
            has_values = isinstance(schema, Enum) and set(values) <= set(schema.values)
            return Constant(tuple(values)) if has_values else None
        case Scalar(ScalarKind.INTEGER):
            is_integer = all(re.fullmatch("-?[0-9]+", value) for value in values)
            return Constant(tuple(map(int, values))) if is_integer else None
        case Scalar(ScalarKind.BOOLEAN):
            is_boolean = set(values) <= _BOOLEANS.keys()
            return Constant(tuple(_BOOLEANS[v] for v in values)) if is_boolean else None
        case _:
            return Constant(tuple(values))
