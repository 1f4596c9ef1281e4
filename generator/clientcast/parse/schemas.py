"""Conversion of schemas to IR types; each declaration is read once."""

from msgspec.structs import replace

from clientcast.faults import working_on
from clientcast.ir import (
    Alias,
    Anything,
    Constant,
    Enum,
    Field,
    ListOf,
    MapOf,
    Member,
    Named,
    Nullable,
    Record,
    Schema,
    TupleOf,
    Type,
)
from clientcast.parse.alias_cycles import break_alias_cycles
from clientcast.parse.bases import base_pointer
from clientcast.parse.context import Context
from clientcast.parse.discriminators import Discriminators
from clientcast.parse.effective import (
    EffectiveSchema,
    flatten,
    unwrap_reference,
)
from clientcast.parse.enum_members import enum_members, is_enum
from clientcast.parse.fields import described_field, is_invalid_field_name
from clientcast.parse.keywords import constrains_type
from clientcast.parse.scalars import (
    coerce_enum_values,
    json_types,
    plain_scalar,
    scalar,
)
from clientcast.parse.schema_references import sole_reference
from clientcast.parse.types import make_nullable, union_of
from clientcast.parse.unions import UnionReader
from clientcast.parse.xml import record_xml
from clientcast.plain import is_list, is_mapping, mapping
from clientcast.references import Located, segments

MAX_NESTED = 40
"""Levels of nested inline schemas; a reference begins again at zero."""
_MAX_DEPTH = 24
"""Levels of schemas being read; references below are deferred, so that recursion is bounded."""


class SchemaReader:
    """Reader of the schemas of a document.

    Attributes:
        declared: The declarations so far, by JSON pointer.
    """

    def __init__(self, context: Context) -> None:
        self.context = context
        self.declared: dict[str, Schema] = {}
        self.discriminators = Discriminators(context.document.data)
        self._types: dict[str, Type] = {}
        self._reading: list[str] = []
        self._recursive: set[str] = set()
        self._deferred: list[Located] = []
        self._depth = self._inline_depth = 0

    def set_discriminator_values(self) -> None:
        """Make discriminating properties constants. Call after all schemas are read."""
        self.discriminators.set_constants(self.declared)

    def type_of(
        self, schema: Located, name_hint: tuple[str, ...], chain: tuple[str, ...] = ()
    ) -> Type:
        """Return the type of a schema.

        Args:
            schema: The schema; a reference is resolved.
            name_hint: Words for the name of a declaration, if the schema has no name.
            chain: The pointers of the references that led to this schema, to detect cycles.
        """
        value = schema.value
        if not is_mapping(value):
            return Anything()
        if self._inline_depth < MAX_NESTED and not self.context.exceeded_limits:
            plain = plain_scalar(value)
            if plain is not None:
                return plain
        referenced = unwrap_reference(self.context, value)
        if referenced is not None and referenced.pointer in chain:
            self.context.report_cycle(referenced.pointer)
            return Anything()
        if referenced is not None:
            type_ = self._referenced_type(referenced, chain)
            return make_nullable(type_) if value.get("nullable") is True else type_
        if sole_reference(value) is not None:
            return Anything()
        named = mapping(value.get("x-client")).get("name")
        return self.merged_type(
            (schema,), (named,) if isinstance(named, str) else name_hint
        )

    def merged_type(
        self, schemas: tuple[Located, ...], name_hint: tuple[str, ...]
    ) -> Type:
        """Return the type of values that satisfy all the schemas."""
        pointer = " ".join(schema.pointer for schema in schemas)
        if pointer in self._reading:
            self._recursive.add(pointer)
            return self._named_type(
                pointer, flatten(self.context.without_diagnostics(), *schemas)
            )
        self._reading.append(pointer)
        effective = flatten(self.context, *schemas)
        type_ = self.type_of_effective(pointer, effective, name_hint)
        type_ = make_nullable(type_) if effective.nullable else type_
        self._reading.pop()
        if pointer in self._recursive:
            return self._recursive_type(
                pointer, type_, name_hint, effective.description
            )
        return type_

    def _recursive_type(
        self, pointer: str, type_: Type, name_hint: tuple[str, ...], description: str
    ) -> Type:
        """Return a type that its own parts reference by name; declare an alias if needed."""
        declared = self.declared.get(pointer)
        if isinstance(declared, Record | Enum):
            return type_
        if declared is not None and isinstance(type_, Nullable):
            self.declared[pointer] = replace(
                declared, type=make_nullable(declared.type)
            )
        elif declared is None:
            inner = Anything() if type_ == Named(pointer) else type_
            self.declared[pointer] = Alias(pointer, name_hint, inner, description)
        return Named(pointer)

    def type_of_effective(
        self, pointer: str, effective: EffectiveSchema, name_hint: tuple[str, ...]
    ) -> Type:
        """Return the type of an effective schema, without null.

        Args:
            pointer: The key of a declaration in `declared`.
            effective: The effective schema.
            name_hint: Words for the name of a declaration.
        """
        if self._inline_depth >= MAX_NESTED:
            message = f"schemas are nested more than {MAX_NESTED} deep"
            self.context.report_limit(pointer.split(" ")[0], "limit-nesting", message)
        if "limit-nesting" in self.context.exceeded_limits:
            return Anything()
        self._depth, self._inline_depth = self._depth + 1, self._inline_depth + 1
        type_ = self._type_of_effective(pointer, effective, name_hint)
        self._depth, self._inline_depth = self._depth - 1, self._inline_depth - 1
        self._read_deferred()
        return type_

    def _type_of_effective(
        self, pointer: str, effective: EffectiveSchema, name_hint: tuple[str, ...]
    ) -> Type:
        if effective.enum is not None:
            type_ = self._enum(pointer, effective, name_hint)
            if type_ is not None:
                return type_
        type_ = UnionReader(self, pointer, effective, name_hint).read()
        return (
            self.type_without_unions(pointer, effective, name_hint)
            if type_ is None
            else type_
        )

    def type_without_unions(
        self, pointer: str, effective: EffectiveSchema, name_hint: tuple[str, ...]
    ) -> Type:
        """Return the type of an effective schema, ignoring its unions."""
        members = (
            self._type_of_json_type(name, pointer, effective, name_hint)
            for name in sorted(effective.allowed_types)
        )
        return union_of(tuple(members))

    def _referenced_type(self, schema: Located, chain: tuple[str, ...]) -> Type:
        pointer = schema.pointer
        if pointer not in self._types:
            if self._depth >= _MAX_DEPTH and pointer not in self._reading:
                effective = flatten(self.context.without_diagnostics(), schema)
                if effective.enum is None:
                    self._deferred.append(schema)
                    self._types[pointer] = self._named_type(pointer, effective)
                    return self._types[pointer]
            type_ = self._read_referenced(schema, chain)
            if pointer in self._reading:
                return type_
            self._types[pointer] = type_
        return self._types[pointer]

    def _read_referenced(self, schema: Located, chain: tuple[str, ...] = ()) -> Type:
        """Read a referenced schema; its nesting is counted from zero."""
        inline_depth, self._inline_depth, self._depth = (
            self._inline_depth,
            0,
            self._depth + 1,
        )
        with working_on(f"#{schema.pointer}"):
            type_ = self.type_of(
                schema, _name_words(schema.pointer), (*chain, schema.pointer)
            )
        self._inline_depth, self._depth = inline_depth, self._depth - 1
        self._read_deferred()
        return type_

    def _named_type(self, pointer: str, effective: EffectiveSchema) -> Type:
        """Return the name of a schema that is declared when reading is complete."""
        self._recursive.add(pointer)
        is_nullable = (
            effective.nullable and effective.is_record and not effective.unions
        )
        return Nullable(Named(pointer)) if is_nullable else Named(pointer)

    def _read_deferred(self) -> None:
        """Read the deferred schemas.

        A schema without a declaration becomes an alias, since references to it are names.
        """
        if self._depth or not self._deferred:
            return
        self._depth = 1  # So that nested calls return at once.
        aliases: list[str] = []
        for schema in self._deferred:  # The loop appends to it.
            pointer = schema.pointer
            type_ = self._read_referenced(schema)
            if pointer not in self.declared:
                self.declared[pointer] = Alias(pointer, _name_words(pointer), type_)
            aliases.append(pointer)
        self._deferred.clear()
        self._depth = 0
        break_alias_cycles(self.context, self.declared, aliases)

    def _type_of_json_type(
        self,
        name: str,
        pointer: str,
        effective: EffectiveSchema,
        name_hint: tuple[str, ...],
    ) -> Type:
        match name:
            case "object" if effective.is_record:
                return self.record(pointer, effective, name_hint)
            case "object":
                return MapOf(
                    self._additional(effective, (*name_hint, "value")) or Anything()
                )
            case "array":
                return self._array(effective, (*name_hint, "item"))
            case _:
                return scalar(name, effective.format)

    def _array(self, effective: EffectiveSchema, name_hint: tuple[str, ...]) -> Type:
        """Return a list, or a tuple if the length is fixed and each position has a schema."""
        items = [self.type_of(item, name_hint) for item in effective.prefix_items]
        if len(items) > 1 and effective.is_fixed_length:
            return TupleOf(tuple(items))
        if effective.items and not effective.has_no_further_items:
            items.append(self._combined_type(effective.items, name_hint))
        return ListOf(union_of(tuple(items)))

    def _additional(
        self, effective: EffectiveSchema, name_hint: tuple[str, ...]
    ) -> Type | None:
        """Return the type of additional properties; None if there may be none."""
        members = [
            self.type_of(schema, name_hint) for schema in effective.pattern_properties
        ]
        if effective.additional is not None and not effective.forbids_additional:
            members.append(self.type_of(effective.additional, name_hint))
        return union_of(tuple(members)) if members else None

    def _enum(
        self, pointer: str, effective: EffectiveSchema, name_hint: tuple[str, ...]
    ) -> Type | None:
        """Return the type of an enum; None unless all values are strings or integers."""
        values = effective.enum or []
        if effective.types == frozenset({"array"}) and not any(map(is_list, values)):
            items = flatten(self.context, *effective.items)
            items.enum = items.enum or values
            return ListOf(
                self.type_of_effective(f"{pointer}/items", items, (*name_hint, "item"))
            )
        values = coerce_enum_values(values, effective.types)
        if not all(isinstance(value, str | int) for value in values):
            if effective.types is None:
                effective.types = json_types(values)
            return None
        if not values:
            return None
        members = enum_members(values, effective.described_values)
        if not is_enum(members):
            return Constant(tuple(values))
        return self.enum(pointer, members, effective.description, name_hint)

    def enum(
        self,
        pointer: str,
        members: tuple[Member, ...],
        description: str,
        name_hint: tuple[str, ...],
    ) -> Type:
        """Declare an enum; a repeated declaration keeps the first name hint."""
        existing = self.declared.get(pointer)
        name_hint = name_hint if existing is None else existing.name_hint
        self.declared[pointer] = Enum(pointer, name_hint, members, description)
        return Named(pointer)

    def record(
        self, pointer: str, effective: EffectiveSchema, name_hint: tuple[str, ...]
    ) -> Type:
        """Declare a record."""
        if pointer in self.declared:
            return Named(pointer)
        # A placeholder, since its properties may reference it.
        self.declared[pointer] = Record(pointer, name_hint, (), None)
        fields: list[Field] = []
        additional = self._additional(effective, (*name_hint, "value"))
        for name, schemas in effective.properties.items():
            if any(schema.value is False for schema in schemas):
                continue
            if is_invalid_field_name(self.context, name, schemas[-1]):
                additional = Anything()
                continue
            fields.append(
                self.merged_field(
                    name, schemas, name in effective.required, (*name_hint, name)
                )
            )
        if effective.additional is None:
            # Required properties without a schema may be mistakes: they are optional.
            required_keyword = Located(f"{pointer.split(' ')[0]}/required", None)
            for name in sorted(effective.required - effective.properties.keys()):
                if is_invalid_field_name(self.context, name, required_keyword):
                    additional = Anything()
                else:
                    fields.append(Field(name, Anything(), required=False))
        self.declared[pointer] = Record(
            pointer,
            name_hint,
            tuple(fields),
            additional,
            effective.description,
            effective.deprecated,
            effective.forbids_additional,
            base_pointer(self.context, pointer),
            record_xml(self.context, pointer),
        )
        return Named(pointer)

    def merged_field(
        self,
        name: str,
        schemas: tuple[Located, ...],
        required: bool,
        name_hint: tuple[str, ...],
    ) -> Field:
        """Return a field whose values satisfy all the schemas."""
        return described_field(
            self.context,
            name,
            self._combined_type(schemas, name_hint),
            schemas,
            required,
        )

    def _combined_type(
        self, schemas: tuple[Located, ...], name_hint: tuple[str, ...]
    ) -> Type:
        """Return the type of values that satisfy all schemas, skipping mere annotations."""
        if len(schemas) == 1:
            return self.type_of(schemas[0], name_hint)
        constraining = (
            tuple(s for s in schemas if constrains_type(s.value)) or schemas[-1:]
        )
        if len(constraining) == 1:
            return self.type_of(constraining[0], name_hint)
        return self.merged_type(constraining, name_hint)


def _name_words(pointer: str) -> tuple[str, ...]:
    """Return the words for the name of a referenced schema."""
    words = tuple(segments(pointer))
    return words[2:] if words[:1] == ("components",) else words[-1:]
