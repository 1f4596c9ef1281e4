"""Parsing of `oneOf` and `anyOf`: into a union of types, or one record with all properties."""

import dataclasses
from copy import copy
from typing import Protocol

from msgspec import Struct
from msgspec.structs import replace

from clientcast.ir import (
    Alias,
    Anything,
    Constant,
    Field,
    Member,
    Named,
    Nullable,
    Record,
    Schema,
    Type,
    UnionOf,
)
from clientcast.parse.alternatives import flatten_alternatives, selects_type
from clientcast.parse.context import Context
from clientcast.parse.discriminators import Discriminators
from clientcast.parse.effective import (
    EffectiveSchema,
    flatten,
    merge,
    unwrap_reference,
)
from clientcast.parse.enum_members import (
    described_constants,
    enum_members,
    is_enum,
)
from clientcast.parse.fields import is_invalid_field_name
from clientcast.plain import mapping, text
from clientcast.references import Located, segments


class TypeReader(Protocol):
    """The methods of `SchemaReader` that unions need."""

    @property
    def context(self) -> Context: ...

    @property
    def declared(self) -> dict[str, Schema]: ...

    @property
    def discriminators(self) -> Discriminators: ...

    def type_of(self, schema: Located, name_hint: tuple[str, ...]) -> Type:
        """Return the type of a schema."""
        ...

    def type_of_effective(
        self, pointer: str, effective: EffectiveSchema, name_hint: tuple[str, ...]
    ) -> Type:
        """Return the type of an effective schema, without null."""
        ...

    def type_without_unions(
        self, pointer: str, effective: EffectiveSchema, name_hint: tuple[str, ...]
    ) -> Type:
        """Return the type of an effective schema, ignoring its unions."""
        ...

    def record(
        self, pointer: str, effective: EffectiveSchema, name_hint: tuple[str, ...]
    ) -> Type:
        """Declare a record."""
        ...

    def enum(
        self,
        pointer: str,
        members: tuple[Member, ...],
        description: str,
        name_hint: tuple[str, ...],
    ) -> Type:
        """Declare an enum."""
        ...

    def merged_field(
        self,
        name: str,
        schemas: tuple[Located, ...],
        required: bool,
        name_hint: tuple[str, ...],
    ) -> Field:
        """Return a field whose values satisfy all the schemas."""
        ...


class UnionReader(Struct, frozen=True):
    """Reader of the unions of an effective schema."""

    reader: TypeReader
    pointer: str
    effective: EffectiveSchema
    name_hint: tuple[str, ...]

    def read(self) -> Type | None:
        """Return the type of the schema with its unions; None if no union selects a type."""
        unions = [union for union in self.effective.unions if selects_type(union)]
        discriminator = self.effective.discriminator
        if not unions:
            if discriminator is None or not self.effective.is_record:
                return None
            return self._read_subtype_union(discriminator)
        if len(unions) == 1 and not self.effective.properties:
            return self._read_plain_union(unions[0])
        if len(unions) == 1 and discriminator is not None:
            return self._declare_alias(
                self._read_discriminated_union(unions[0], discriminator)
            )
        return self._merge_objects(unions)

    def _read_plain_union(self, union: Located) -> Type:
        """Return the type of a union without properties beside it."""
        members = self._members(union)
        types = [
            self._member_type(member, member_hint) for member, member_hint in members
        ]
        if self.effective.discriminator is not None:
            pairs = zip(members, types, strict=True)
            self._add_discriminator(
                self.effective.discriminator,
                tuple(
                    (self._referenced_pointer(member), type_)
                    for (member, _), type_ in pairs
                ),
            )
        type_ = self._union_type(types)
        if self.effective.discriminator is not None and isinstance(type_, Named):
            type_ = UnionOf((type_,))  # Other members may come later.
        return self._declare_alias(type_)

    def _member_type(self, member: Located, member_hint: tuple[str, ...]) -> Type:
        if self.effective.required and not self._referenced_pointer(member):
            flat_member = flatten(self.reader.context, member)
            if flat_member.is_record and not flat_member.nullable:
                flat_member.required |= self.effective.required
                return self.reader.type_of_effective(
                    member.pointer, flat_member, member_hint
                )
        type_ = self.reader.type_of(member, member_hint)
        if isinstance(type_, Nullable):
            self.effective.nullable = True
            return type_.type
        if type_ == Anything() and self.effective.types:
            # The member adds nothing to the schema around the union.
            return self.reader.type_without_unions(
                self.pointer, self.effective, self.name_hint
            )
        return type_

    def _members(self, union: Located) -> list[tuple[Located, tuple[str, ...]]]:
        """Return the members of a union, without null and `false`, with their name hints."""
        members: list[tuple[Located, tuple[str, ...]]] = []
        for index, member in enumerate(union.value):
            if member in ({"type": "null"}, {"enum": [None]}, {"const": None}):
                self.effective.nullable = True
            elif member is not False:
                title = text(mapping(member).get("title")) or str(index + 1)
                schema = Located(f"{union.pointer}/{index}", member)
                members.append((schema, (*self.name_hint, title)))
        return members

    def _union_type(self, types: list[Type]) -> Type:
        """Return the union of types; its constants become one constant, or an enum."""
        # By repr, because 1 == True in Python but not in JSON.
        members = [type_ for type_ in types if type_ != Named(self.pointer)]
        unique = list({repr(type_): type_ for type_ in members}.values())
        if not unique or Anything() in unique:
            return Anything()
        constants = [type_ for type_ in unique if isinstance(type_, Constant)]
        values = list({repr(v): v for c in constants for v in c.values}.values())
        described = described_constants(
            member for union in self.effective.unions for member in union.value
        )
        enum = enum_members(values, described)
        if len(constants) == len(unique) > 1 and is_enum(enum):
            text_ = self.effective.description
            return self.reader.enum(self.pointer, enum, text_, self.name_hint)
        if len(constants) > 1:
            other_types = (t for t in unique if not isinstance(t, Constant))
            unique = [*other_types, Constant(tuple(values))]
        return unique[0] if len(unique) == 1 else UnionOf(tuple(unique))

    def _declare_alias(self, type_: Type) -> Type:
        """Return the type; declare an alias if it is a union and the schema a component."""
        if not isinstance(type_, UnionOf) or not _is_component(self.pointer):
            return type_
        description = self.effective.description
        self.reader.declared[self.pointer] = Alias(
            self.pointer, self.name_hint, type_, description
        )
        return Named(self.pointer)

    def _add_discriminator(
        self,
        discriminator: Located,
        members: tuple[tuple[str, Type], ...],
        base: Type | None = None,
    ) -> None:
        self.reader.discriminators.add(self.pointer, discriminator.value, members, base)

    def _referenced_pointer(self, member: Located) -> str:
        """Return the pointer of the schema that a member references; empty for none."""
        referenced = unwrap_reference(self.reader.context, mapping(member.value))
        return "" if referenced is None else referenced.pointer

    def _read_discriminated_union(self, union: Located, discriminator: Located) -> Type:
        """Return a union with a discriminator; its members have the properties beside it."""
        base = dataclasses.replace(self.effective, unions=[], discriminator=None)
        members: list[tuple[str, Type]] = []
        for member, member_hint in self._members(union):
            name = self._referenced_pointer(member)
            flat_member = flatten(self.reader.context, member)
            if (
                self.effective.properties.keys() <= flat_member.properties.keys()
                and name
            ):
                type_ = self._member_type(member, member_hint)
            else:
                merged = _copy(base)
                merged.description = ""
                referenced = unwrap_reference(
                    self.reader.context, mapping(member.value)
                )
                merge(self.reader.context, merged, (referenced or member,))
                if name:
                    member_hint = (*self.name_hint, segments(name)[-1])
                type_ = self.reader.type_of_effective(
                    member.pointer, merged, member_hint
                )
            members.append((name, type_))
        self._add_discriminator(discriminator, tuple(members))
        return self._union_type([type_ for _, type_ in members])

    def _read_subtype_union(self, discriminator: Located) -> Type | None:
        """Return the union of a schema with a discriminator and the schemas that extend it.

        None if no schema extends it.
        """
        reader = self.reader
        names = reader.discriminators.subtypes_of(self.pointer, discriminator.value)
        if not names:
            return None
        base_type = reader.record(
            discriminator.pointer, self.effective, (*self.name_hint, "base")
        )
        members = [(name, reader.type_of(_reference_to(name), ())) for name in names]
        if not any(isinstance(type_, Named) for _, type_ in members):
            return None
        self._add_discriminator(discriminator, tuple(members), base_type)
        types = [type_ for _, type_ in members if type_ != Anything()]
        return self._declare_alias(self._union_type([*types, base_type]))

    def _merge_objects(self, unions: list[Located]) -> Type:
        """Merge the members of unions into one record; optional unless required beside them.

        Values may satisfy several members, so a union would lose the properties of the others.
        """
        base = dataclasses.replace(self.effective, unions=[], discriminator=None)
        objects: list[EffectiveSchema] = []
        other_types: list[Type] = []
        for union in unions:
            for member, member_hint in self._members(union):
                flattened = flatten_alternatives(self.reader.context, member)
                if all(
                    "object" in s.allowed_types or not s.allowed_types
                    for s in flattened
                ):
                    objects += flattened
                else:
                    other_types.append(self._member_type(member, member_hint))
        if other_types and self.effective.types != frozenset({"object"}):
            if not self.effective.properties:
                return self._read_plain_union(unions[0])
            merged = self._merged_record(f"{self.pointer}/properties", base, objects)
            return self._declare_alias(self._union_type([merged, *other_types]))
        return self._merged_record(self.pointer, base, objects)

    def _merged_record(
        self, pointer: str, base: EffectiveSchema, objects: list[EffectiveSchema]
    ) -> Type:
        """Declare a record of the properties beside the unions and in their members."""
        if not base.properties and not any(
            effective.properties for effective in objects
        ):
            return self.reader.type_without_unions(pointer, base, self.name_hint)
        merged = _copy(base)
        merged.types = frozenset({"object"})
        if merged.additional is None and objects:
            # Closed only if all members are: else a value of an open one has other properties.
            merged.additional = min(objects, key=_additional_rank).additional
        for effective in objects:
            merged.required -= effective.properties.keys() - merged.properties.keys()
        type_ = self.reader.record(pointer, merged, self.name_hint)
        record = self.reader.declared[pointer]
        assert isinstance(record, Record)
        fields = {field.name: field for field in record.fields}
        additional_type = record.additional
        last_schemas = {n: s[-1] for o in objects for n, s in o.properties.items()}
        for name, schema in last_schemas.items():
            if is_invalid_field_name(self.reader.context, name, schema):
                additional_type = Anything()
            else:
                fields[name] = self._merged_property(name, base, objects)
        self.reader.declared[pointer] = replace(
            record, fields=tuple(fields.values()), additional=additional_type
        )
        return type_

    def _merged_property(
        self, name: str, base: EffectiveSchema, objects: list[EffectiveSchema]
    ) -> Field:
        """Return the field of a property with the union of its types in the members."""
        base_schemas = base.properties.get(name, ())
        variants = [
            base_schemas + effective.properties[name]
            for effective in objects
            if name in effective.properties
        ]
        if base_schemas and len(variants) < len(objects):
            variants.append(base_schemas)
        name_hint = (*self.name_hint, name)
        fields = [
            self.reader.merged_field(name, variant, name in base.required, name_hint)
            for variant in variants
        ]
        is_nullable = any(isinstance(field.type, Nullable) for field in fields)
        types = [
            f.type.type if isinstance(f.type, Nullable) else f.type for f in fields
        ]
        property_reader = replace(
            self, pointer=f"{self.pointer}/properties/{name}", name_hint=name_hint
        )
        type_ = property_reader._union_type(types)
        if is_nullable and type_ != Anything():
            type_ = Nullable(type_)
        return replace(fields[0], type=type_)


def _copy(effective: EffectiveSchema) -> EffectiveSchema:
    copied = copy(effective)
    copied.properties = dict(effective.properties)
    copied.required = set(effective.required)
    copied.unions, copied.pattern_properties = list(effective.unions), list(
        effective.pattern_properties
    )
    return copied


def _additional_rank(effective: EffectiveSchema) -> int:
    """Return the rank of a schema by its additional properties: declared, undeclared, none."""
    if effective.forbids_additional:
        return 2
    return 1 if effective.additional is None else 0


def _reference_to(pointer: str) -> Located:
    return Located("", {"$ref": f"#{pointer}"})


def _is_component(pointer: str) -> bool:
    return pointer.startswith("/components/schemas/") and pointer.count("/") == 3
