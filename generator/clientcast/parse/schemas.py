"""Reads schemas into types: each declaration once, named by where it stands."""

from dataclasses import replace
from typing import Any

from clientcast.faults import working_on
from clientcast.ir import (
    Alias,
    Anything,
    Constant,
    Enum,
    Field,
    ListOf,
    MapOf,
    Named,
    Nullable,
    OneOf,
    Record,
    Schema,
    TupleOf,
    Type,
)
from clientcast.parse.context import Context, as_json, example_of
from clientcast.parse.discriminators import Discriminators
from clientcast.parse.scalars import kinds_of, meant_values, scalar
from clientcast.parse.shape import (
    LIMITS,
    MADE_OF_ITSELF,
    Shape,
    is_annotation,
    is_unspeakable,
    reference_of,
    shape_of,
    stands_for,
)
from clientcast.parse.unions import Unions
from clientcast.plain import is_list, is_mapping, mapping, text
from clientcast.references import Found, segments

MAX_NESTED = 40
"""Schemas within one another, references aside: a reference is a name."""
_DEEPEST = 24
"""Schemas being read, past which a reference is read later."""


class Schemas:
    """The types of a document, read as they are asked for.

    Attributes:
        declared: What became a declaration, by JSON pointer.
    """

    def __init__(self, context: Context) -> None:
        self.context = context
        self.declared: dict[str, Schema] = {}
        self.discriminators = Discriminators(context.document.data)
        self._types: dict[str, Type] = {}
        self._reading: list[str] = []
        self._recursive: set[str] = set()
        self._waiting: list[Found] = []
        self._depth = self._inline = 0

    def narrow(self) -> None:
        """Settle the discriminators, when all schemas have been read."""
        self.discriminators.narrow(self.declared)

    def type_of(
        self, schema: Found, hint: tuple[str, ...], chain: tuple[str, ...] = ()
    ) -> Type:
        """The type of a schema.

        Args:
            schema: Where it stands; references are followed here.
            hint: Words to name it by where it needs a name and has none.
            chain: The schemas that stand for this one and add nothing to it.
        """
        value = schema.value
        if not is_mapping(value):
            return Anything()
        meant = stands_for(self.context, value)
        if meant is not None and meant.pointer in chain:
            self.context.warn(meant.pointer, "reference-cycle", MADE_OF_ITSELF)
            return Anything()
        if meant is not None:
            type_ = self._referred(meant, chain)
            return nullable(type_) if value.get("nullable") is True else type_
        if reference_of(value) is not None:
            return Anything()
        named = mapping(value.get("x-client")).get("name")
        return self.merged((schema,), (named,) if isinstance(named, str) else hint)

    def merged(self, schemas: tuple[Found, ...], hint: tuple[str, ...]) -> Type:
        """The type of schemas all of which hold."""
        pointer = " ".join(schema.pointer for schema in schemas)
        if pointer in self._reading:
            self._recursive.add(pointer)
            return self._by_name(pointer, shape_of(self.context.silent(), *schemas))
        self._reading.append(pointer)
        shape = shape_of(self.context, *schemas)
        type_ = self.of_shape(pointer, shape, hint)
        type_ = nullable(type_) if shape.nullable else type_
        self._reading.pop()
        if pointer in self._recursive:
            return self._containing_itself(pointer, type_, hint, shape.description)
        return type_

    def _containing_itself(
        self, pointer: str, type_: Type, hint: tuple[str, ...], description: str
    ) -> Type:
        """A type that others, which are parts of it, know by its name already."""
        declared = self.declared.get(pointer)
        if isinstance(declared, Record | Enum):
            return type_
        if declared is not None and isinstance(type_, Nullable):
            self.declared[pointer] = replace(declared, type=nullable(declared.type))
        elif declared is None:
            inner = Anything() if type_ == Named(pointer) else type_
            self.declared[pointer] = Alias(pointer, hint, inner, description)
        return Named(pointer)

    def of_shape(self, pointer: str, shape: Shape, hint: tuple[str, ...]) -> Type:
        """The type of a shape, but for null.

        Args:
            pointer: What a declaration is known by.
            shape: What values must be.
            hint: Words to name a declaration by.
        """
        if self._inline >= MAX_NESTED:
            what = f"schemas are nested more than {MAX_NESTED} deep"
            self.context.limit(pointer.split(" ")[0], "limit-nesting", what)
        if "limit-nesting" in self.context.limits:
            return Anything()
        self._depth, self._inline = self._depth + 1, self._inline + 1
        type_ = self._of_shape(pointer, shape, hint)
        self._depth, self._inline = self._depth - 1, self._inline - 1
        self._read_waiting()
        return type_

    def _of_shape(self, pointer: str, shape: Shape, hint: tuple[str, ...]) -> Type:
        if shape.enum is not None:
            type_ = self._enum(pointer, shape, hint)
            if type_ is not None:
                return type_
        type_ = Unions(self, pointer, shape, hint).type()
        return self.of_types(pointer, shape, hint) if type_ is None else type_

    def of_types(self, pointer: str, shape: Shape, hint: tuple[str, ...]) -> Type:
        """The type of a shape that is no union."""
        members = (
            self._of_type(name, pointer, shape, hint)
            for name in sorted(shape.bare_types)
        )
        return one_of(tuple(members))

    def _referred(self, schema: Found, chain: tuple[str, ...]) -> Type:
        pointer = schema.pointer
        if pointer not in self._types:
            if self._depth >= _DEEPEST and pointer not in self._reading:
                shape = shape_of(self.context.silent(), schema)
                if shape.enum is None:
                    self._waiting.append(schema)
                    self._types[pointer] = self._by_name(pointer, shape)
                    return self._types[pointer]
            type_ = self._read(schema, chain)
            if pointer in self._reading:
                return type_
            self._types[pointer] = type_
        return self._types[pointer]

    def _read(self, schema: Found, chain: tuple[str, ...] = ()) -> Type:
        """Read a schema that is referred to, as deeply nested as it is itself."""
        inline, self._inline, self._depth = self._inline, 0, self._depth + 1
        with working_on(f"#{schema.pointer}"):
            type_ = self.type_of(
                schema, _words(schema.pointer), (*chain, schema.pointer)
            )
        self._inline, self._depth = inline, self._depth - 1
        self._read_waiting()
        return type_

    def _by_name(self, pointer: str, shape: Shape) -> Type:
        """The type of what has a declaration by the time that all is read."""
        self._recursive.add(pointer)
        is_null = shape.nullable and shape.is_record and not shape.unions
        return Nullable(Named(pointer)) if is_null else Named(pointer)

    def _read_waiting(self) -> None:
        """Read what was referred to from too deep a place, each by itself.

        What is no declaration by itself becomes an alias, so that references to it are names.
        """
        if self._depth or not self._waiting:
            return
        self._depth = 1  # So that what is read here leaves the rest waiting.
        aliases: list[str] = []
        for schema in self._waiting:  # It grows meanwhile.
            pointer = schema.pointer
            type_ = self._read(schema)
            if pointer not in self.declared:
                self.declared[pointer] = Alias(pointer, _words(pointer), type_)
            aliases.append(pointer)
        self._waiting.clear()
        self._depth = 0
        self._break_circles(aliases)

    def _break_circles(self, aliases: list[str]) -> None:
        """Read any value where an alias is made of itself, which adds nothing to it."""
        known: set[str] = set()
        for pointer in aliases:
            circle: set[str] = set()
            while pointer not in known:
                known.add(pointer)
                circle.add(pointer)
                alias = self.declared[pointer]
                inner = alias.type if isinstance(alias, Alias) else None
                inner = inner.type if isinstance(inner, Nullable) else inner
                if not isinstance(alias, Alias) or not isinstance(inner, Named):
                    break
                if inner.pointer in circle:
                    self.context.warn(pointer, "reference-cycle", MADE_OF_ITSELF)
                    self.declared[pointer] = replace(alias, type=Anything())
                pointer = inner.pointer

    def _of_type(
        self, name: str, pointer: str, shape: Shape, hint: tuple[str, ...]
    ) -> Type:
        match name:
            case "object" if shape.is_record:
                return self.record(pointer, shape, hint)
            case "object":
                return MapOf(self._additional(shape, (*hint, "value")) or Anything())
            case "array":
                return self._array(shape, (*hint, "item"))
            case _:
                return scalar(name, shape.format)

    def _array(self, shape: Shape, hint: tuple[str, ...]) -> Type:
        """A list; a tuple where the schemas of its positions are all that is said of it."""
        items = [self.type_of(item, hint) for item in shape.prefix]
        is_closed = any(item.value is False for item in shape.items)
        least, most = shape.sizes
        is_whole = (is_closed or not shape.items) and (
            least in (0, len(items)) and most in (None, len(items))
        )
        if len(items) > 1 and is_whole:
            return TupleOf(tuple(items))
        if shape.items and not is_closed:
            items.append(self._all_of(shape.items, hint))
        return ListOf(one_of(tuple(items)))

    def _additional(self, shape: Shape, hint: tuple[str, ...]) -> Type | None:
        """What properties without a schema of their own hold; None where there may be none."""
        members = [self.type_of(found, hint) for found in shape.patterns]
        if shape.additional is not None and shape.additional.value is not False:
            members.append(self.type_of(shape.additional, hint))
        return one_of(tuple(members)) if members else None

    def _enum(self, pointer: str, shape: Shape, hint: tuple[str, ...]) -> Type | None:
        """The type of an enum; None where its values do not say one."""
        values = shape.enum or []
        if shape.types == frozenset({"array"}) and not any(map(is_list, values)):
            items = shape_of(self.context, *shape.items)
            items.enum = items.enum or values
            return ListOf(self.of_shape(f"{pointer}/items", items, (*hint, "item")))
        values = meant_values(values, shape.types)
        if not all(isinstance(value, str | int) for value in values):
            if shape.types is None:
                shape.types = kinds_of(values)
            return None
        if not values:
            return None
        if len(values) == 1 or not all(isinstance(value, str) for value in values):
            return Constant(tuple(values))
        return self.enum(pointer, values, shape.description, hint)

    def enum(
        self,
        pointer: str,
        values: list[Any],
        description: str,
        hint: tuple[str, ...],
    ) -> Type:
        """A declared enum of texts, named by the way in which it was first come by."""
        known = self.declared.get(pointer)
        hint = hint if known is None else known.hint
        self.declared[pointer] = Enum(pointer, hint, tuple(values), description)
        return Named(pointer)

    def record(self, pointer: str, shape: Shape, hint: tuple[str, ...]) -> Type:
        """A declared object."""
        if pointer in self.declared:
            return Named(pointer)
        # What its properties hold may refer to it.
        self.declared[pointer] = Record(pointer, hint, (), None)
        fields: list[Field] = []
        additional = self._additional(shape, (*hint, "value"))
        for name, schemas in shape.properties.items():
            if any(schema.value is False for schema in schemas):
                continue
            if is_unspeakable(self.context, name, schemas[-1]):
                additional = Anything()
                continue
            fields.append(
                self.property(name, schemas, name in shape.required, (*hint, name))
            )
        if shape.additional is None:
            # Nothing else is said of these, so that it may be a slip: they are not demanded.
            place = pointer.split(" ")[0]
            whole = Found(f"{place}/required", None)
            for name in sorted(shape.required - shape.properties.keys()):
                if is_unspeakable(self.context, name, whole):
                    additional = Anything()
                else:
                    fields.append(Field(name, Anything(), required=False))
        self.declared[pointer] = Record(
            pointer,
            hint,
            tuple(fields),
            additional,
            shape.description,
            shape.deprecated,
        )
        return Named(pointer)

    def field(
        self, name: str, schema: Found, required: bool, hint: tuple[str, ...]
    ) -> Field:
        """A property or parameter with the given schema."""
        return self.property(name, (schema,), required, hint)

    def property(
        self,
        name: str,
        schemas: tuple[Found, ...],
        required: bool,
        hint: tuple[str, ...],
    ) -> Field:
        """A property with the given schemas, all of which hold."""
        return self.described(name, self._all_of(schemas, hint), schemas, required)

    def _all_of(self, schemas: tuple[Found, ...], hint: tuple[str, ...]) -> Type:
        """The type of what has the given schemas; those that say none do not count."""
        telling = tuple(s for s in schemas if _says_type(s.value)) or schemas[-1:]
        if len(telling) == 1:
            return self.type_of(telling[0], hint)
        return self.merged(telling, hint)

    def described(
        self, name: str, type_: Type, schemas: tuple[Found, ...], required: bool
    ) -> Field:
        """A property of a type, with what its schemas say of it."""
        value: dict[str, Any] = {}
        for schema in schemas:
            own = mapping(schema.value)
            meant = stands_for(self.context, own)
            value |= {**mapping(meant.value if meant else None), **own}
        default = value.get("default")
        return Field(
            name,
            type_,
            required,
            text(value.get("description")),
            "" if default is None else as_json(default),
            value.get("deprecated") is True,
            example_of(Found(schemas[-1].pointer, value), self.context),
            tuple(
                f"{keyword}: {as_json(known)}"
                for keyword, known in value.items()
                if keyword in LIMITS
            ),
            value.get("readOnly") is True,
            value.get("writeOnly") is True,
        )


def _words(pointer: str) -> tuple[str, ...]:
    """The words that name what stands at a pointer and is referred to."""
    words = tuple(segments(pointer))
    return words[2:] if words[:1] == ("components",) else words[-1:]


def one_of(members: tuple[Type, ...]) -> Type:
    """A union of types, each once; anything where one of them is that, or there are none."""
    unique = tuple(dict.fromkeys(members))
    if not unique or Anything() in unique:
        return Anything()
    return unique[0] if len(unique) == 1 else OneOf(unique)


def nullable(type_: Type) -> Type:
    """The type, or null."""
    return type_ if isinstance(type_, Nullable | Anything) else Nullable(type_)


def _says_type(value: Any) -> bool:
    return is_mapping(value) and not all(map(is_annotation, value))
