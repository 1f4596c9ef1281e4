"""Reads `oneOf` and `anyOf`: as a union where they choose between types, else as one object."""

from copy import copy
from dataclasses import dataclass, replace
from typing import Any, Protocol

from clientcast.ir import (
    Alias,
    Anything,
    Constant,
    Field,
    Named,
    Nullable,
    OneOf,
    Record,
    Schema,
    Type,
)
from clientcast.parse.context import Context
from clientcast.parse.discriminators import Discriminators
from clientcast.parse.shape import (
    LIMITS,
    Shape,
    is_annotation,
    is_unspeakable,
    merge,
    shape_of,
    stands_for,
)
from clientcast.plain import mapping, text
from clientcast.references import Found, segments

_CONSTRAINTS = LIMITS | {"required", "not", "minProperties", "maxProperties"}
_MOST_SHAPES = 100


class Reader(Protocol):
    """What reads schemas that are no unions."""

    @property
    def context(self) -> Context: ...

    @property
    def declared(self) -> dict[str, Schema]: ...

    @property
    def discriminators(self) -> Discriminators: ...

    def type_of(self, schema: Found, hint: tuple[str, ...]) -> Type:
        """The type of a schema."""
        ...

    def of_shape(self, pointer: str, shape: Shape, hint: tuple[str, ...]) -> Type:
        """The type of a shape, but for null."""
        ...

    def of_types(self, pointer: str, shape: Shape, hint: tuple[str, ...]) -> Type:
        """The type of a shape that is no union."""
        ...

    def record(self, pointer: str, shape: Shape, hint: tuple[str, ...]) -> Type:
        """A declared object."""
        ...

    def enum(
        self, pointer: str, values: list[Any], description: str, hint: tuple[str, ...]
    ) -> Type:
        """A declared enum of texts."""
        ...

    def property(
        self,
        name: str,
        schemas: tuple[Found, ...],
        required: bool,
        hint: tuple[str, ...],
    ) -> Field:
        """A property with the given schemas, all of which hold."""
        ...


@dataclass(frozen=True, slots=True)
class Unions:
    """The unions of one shape."""

    reader: Reader
    pointer: str
    shape: Shape
    hint: tuple[str, ...]

    def type(self) -> Type | None:
        """The type that the unions make of the shape; None where they choose none."""
        unions = [union for union in self.shape.unions if _chooses(union)]
        discriminator = self.shape.discriminator
        if not unions:
            if discriminator is None or not self.shape.is_record:
                return None
            return self._extended(discriminator)
        if len(unions) == 1 and not self.shape.properties:
            return self._plain(unions[0])
        if len(unions) == 1 and discriminator is not None:
            return self._declared(self._told_apart(unions[0], discriminator))
        return self._one_object(unions)

    def _plain(self, union: Found) -> Type:
        """A union beside nothing that matters."""
        members = self._members(union)
        types = [self._member(found, words) for found, words in members]
        if self.shape.discriminator is not None:
            pairs = zip(members, types, strict=True)
            self._discriminate(
                self.shape.discriminator,
                tuple((self._name_of(found), type_) for (found, _), type_ in pairs),
            )
        return self._declared(self._joined(types))

    def _member(self, found: Found, words: tuple[str, ...]) -> Type:
        if self.shape.required and not self._name_of(found):
            own = shape_of(self.reader.context, found)
            if own.is_record and not own.nullable:
                own.required |= self.shape.required
                return self.reader.of_shape(found.pointer, own, words)
        type_ = self.reader.type_of(found, words)
        if isinstance(type_, Nullable):
            self.shape.nullable = True
            return type_.type
        if type_ == Anything() and self.shape.types:
            # It says no more than what stands beside the union.
            return self.reader.of_types(self.pointer, self.shape, self.hint)
        return type_

    def _members(self, union: Found) -> list[tuple[Found, tuple[str, ...]]]:
        """The members that choose something, with the words to name each by."""
        found: list[tuple[Found, tuple[str, ...]]] = []
        for index, member in enumerate(union.value):
            if member in ({"type": "null"}, {"enum": [None]}, {"const": None}):
                self.shape.nullable = True
            elif member is not False:
                title = text(mapping(member).get("title")) or str(index + 1)
                place = Found(f"{union.pointer}/{index}", member)
                found.append((place, (*self.hint, title)))
        return found

    def _joined(self, types: list[Type]) -> Type:
        """The union of types; the constants in it are one, or an enum where they are all."""
        unique = list(dict.fromkeys(t for t in types if t != Named(self.pointer)))
        if not unique or Anything() in unique:
            return Anything()
        constants = [type_ for type_ in unique if isinstance(type_, Constant)]
        values = list(dict.fromkeys(v for c in constants for v in c.values))
        if len(constants) == len(unique) > 1 and all(
            isinstance(v, str) for v in values
        ):
            text_ = self.shape.description
            return self.reader.enum(self.pointer, values, text_, self.hint)
        if len(constants) > 1:
            others = (t for t in unique if not isinstance(t, Constant))
            unique = [*others, Constant(tuple(values))]
        return unique[0] if len(unique) == 1 else OneOf(tuple(unique))

    def _declared(self, type_: Type) -> Type:
        """The type, as an alias where it is a union that the document gives a name."""
        if not isinstance(type_, OneOf) or not _is_component(self.pointer):
            return type_
        description = self.shape.description
        self.reader.declared[self.pointer] = Alias(
            self.pointer, self.hint, type_, description
        )
        return Named(self.pointer)

    def _discriminate(
        self, discriminator: Found, members: tuple[tuple[str, Type], ...]
    ) -> None:
        self.reader.discriminators.add(discriminator.value, members)

    def _name_of(self, member: Found) -> str:
        """The pointer of the schema that a member refers to; empty where it is none."""
        meant = stands_for(self.reader.context, mapping(member.value))
        return "" if meant is None else meant.pointer

    def _told_apart(self, union: Found, discriminator: Found) -> Type:
        """A union beside properties that all of its members have too."""
        rest = replace(self.shape, unions=[], discriminator=None)
        members: list[tuple[str, Type]] = []
        for found, words in self._members(union):
            name = self._name_of(found)
            own = shape_of(self.reader.context, found)
            if self.shape.properties.keys() <= own.properties.keys() and name:
                type_ = self._member(found, words)
            else:
                whole = _copy(rest)
                whole.description = ""
                meant = stands_for(self.reader.context, mapping(found.value))
                merge(self.reader.context, whole, (meant or found,))
                if name:
                    words = (*self.hint, segments(name)[-1])
                type_ = self.reader.of_shape(found.pointer, whole, words)
            members.append((name, type_))
        self._discriminate(discriminator, tuple(members))
        return self._joined([type_ for _, type_ in members])

    def _extended(self, discriminator: Found) -> Type | None:
        """An object with a discriminator: one of those that extend it, or it alone."""
        reader = self.reader
        names = reader.discriminators.extending(self.pointer, discriminator.value)
        if not names:
            return None
        own = reader.record(discriminator.pointer, self.shape, (*self.hint, "base"))
        members = [(name, reader.type_of(_reference(name), ())) for name in names]
        if not any(isinstance(type_, Named) for _, type_ in members):
            return None
        self._discriminate(discriminator, tuple(members))
        types = [type_ for _, type_ in members if type_ != Anything()]
        return self._declared(self._joined([*types, own]))

    def _one_object(self, unions: list[Found]) -> Type:
        """Objects beside properties as one object that may have what each of them has.

        Several may be meant at once, so that any choice could lose what the others have.
        """
        rest = replace(self.shape, unions=[], discriminator=None)
        objects: list[Shape] = []
        others: list[Type] = []
        for union in unions:
            for found, words in self._members(union):
                shapes = _alternatives(self.reader.context, found)
                if all("object" in s.bare_types or not s.bare_types for s in shapes):
                    objects += shapes
                else:
                    others.append(self._member(found, words))
        if others and self.shape.types != frozenset({"object"}):
            if not self.shape.properties:
                return self._plain(unions[0])
            whole = self._whole(f"{self.pointer}/properties", rest, objects)
            return self._declared(self._joined([whole, *others]))
        return self._whole(self.pointer, rest, objects)

    def _whole(self, pointer: str, rest: Shape, objects: list[Shape]) -> Type:
        """A record of the properties that stand beside unions, and of those in them."""
        if not rest.properties and not any(shape.properties for shape in objects):
            return self.reader.of_types(pointer, rest, self.hint)
        whole = _copy(rest)
        whole.types = frozenset({"object"})
        additional = [s.additional for s in objects if s.additional is not None]
        if additional and whole.additional is None:
            whole.additional = additional[0]
        for shape in objects:
            whole.required -= shape.properties.keys() - whole.properties.keys()
        type_ = self.reader.record(pointer, whole, self.hint)
        record = self.reader.declared[pointer]
        assert isinstance(record, Record)
        fields = {field.name: field for field in record.fields}
        additional_type = record.additional
        places = {n: s[-1] for o in objects for n, s in o.properties.items()}
        for name, place in places.items():
            if is_unspeakable(self.reader.context, name, place):
                additional_type = Anything()
            else:
                fields[name] = self._choice(name, rest, objects)
        self.reader.declared[pointer] = replace(
            record, fields=tuple(fields.values()), additional=additional_type
        )
        return type_

    def _choice(self, name: str, rest: Shape, objects: list[Shape]) -> Field:
        """A property that objects of a union have, each in its own way."""
        beside = rest.properties.get(name, ())
        ways = [
            beside + shape.properties[name]
            for shape in objects
            if name in shape.properties
        ]
        if beside and len(ways) < len(objects):
            ways.append(beside)
        hint = (*self.hint, name)
        found = [
            self.reader.property(name, way, name in rest.required, hint) for way in ways
        ]
        is_null = any(isinstance(field.type, Nullable) for field in found)
        types = [f.type.type if isinstance(f.type, Nullable) else f.type for f in found]
        joined = replace(self, pointer=f"{self.pointer}/properties/{name}", hint=hint)
        type_ = joined._joined(types)
        if is_null and type_ != Anything():
            type_ = Nullable(type_)
        return replace(found[0], type=type_)


def _copy(shape: Shape) -> Shape:
    copied = copy(shape)
    copied.properties = dict(shape.properties)
    copied.required = set(shape.required)
    copied.unions, copied.patterns = list(shape.unions), list(shape.patterns)
    return copied


def _chooses(union: Found) -> bool:
    """Whether a union chooses a type, not only what is required or how long it is."""
    return not all(
        all(key in _CONSTRAINTS or is_annotation(key) for key in mapping(member))
        for member in union.value
    )


def _alternatives(context: Context, schema: Found) -> list[Shape]:
    """The shapes of a schema, with those of the unions in it."""
    found: list[Shape] = []
    waiting = [schema]
    while waiting and len(found) < _MOST_SHAPES:
        shape = shape_of(context, waiting.pop(0))
        found.append(shape)
        for union in shape.unions:
            if _chooses(union):
                waiting += [
                    Found(f"{union.pointer}/{index}", member)
                    for index, member in enumerate(union.value)
                ]
    return found


def _reference(pointer: str) -> Found:
    return Found("", {"$ref": f"#{pointer}"})


def _is_component(pointer: str) -> bool:
    return pointer.startswith("/components/schemas/") and pointer.count("/") == 3
