"""Reads schemas into types: each declaration once, named by where it stands."""

from dataclasses import dataclass, field, replace
from typing import Any

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
    Scalar,
    ScalarKind,
    Schema,
    Type,
)
from clientcast.parse.context import Context, as_json, example_of
from clientcast.parse.shape import Shape, is_annotation, shape_of
from clientcast.plain import is_mapping, mapping, text
from clientcast.references import Found, follow, segments, target
from clientcast.source import escape

_UNSPEAKABLE = frozenset('"\\')
_CONSTRAINTS = frozenset({"required", "not", "minProperties", "maxProperties"})
_LIMITS = (
    "minimum",
    "maximum",
    "exclusiveMinimum",
    "exclusiveMaximum",
    "multipleOf",
    "minLength",
    "maxLength",
    "pattern",
    "minItems",
    "maxItems",
    "uniqueItems",
)
"""Keywords that people read beside a type (JSON Schema Validation 2020-12, section 6)."""
_STRING_FORMATS = {"date-time": ScalarKind.DATE_TIME, "date": ScalarKind.DATE}


@dataclass(frozen=True)
class Schemas:
    """The types of a document, read as they are asked for.

    Attributes:
        declared: What became a declaration, by JSON pointer.
    """

    context: Context
    declared: dict[str, Schema] = field(default_factory=dict[str, Schema])
    _types: dict[str, Type] = field(default_factory=dict[str, Type])
    _open: list[str] = field(default_factory=list[str])
    _reading: list[str] = field(default_factory=list[str])
    _discriminated: list["_Discriminated"] = field(
        default_factory=list["_Discriminated"]
    )

    def type_of(self, schema: Found, hint: tuple[str, ...]) -> Type:
        """The type of a schema.

        Args:
            schema: Where it stands; references are followed here.
            hint: Words to name it by where it needs a name and has none.
        """
        value = schema.value
        if value is True or value == {}:
            return Anything()
        if not is_mapping(value):
            if value is False:
                self.context.unsupported(schema.pointer, "a schema that no value meets")
            return Anything()
        reference = value.get("$ref")
        if isinstance(reference, str):
            referred = follow(
                self.context.document.data, schema.pointer, {"$ref": reference}
            )
            if referred.pointer == schema.pointer:
                return Anything()
            if all(key == "$ref" or is_annotation(key) for key in value):
                return self._referred(referred)
        if schema.pointer in self._reading:
            return self._recursive(schema)
        self._reading.append(schema.pointer)
        type_ = self._read(schema, hint)
        self._reading.pop()
        return type_

    def narrow(self) -> None:
        """Make the property that tells a union's members apart a constant in each of them.

        OpenAPI 3.1, Discriminator Object: a member's value is the name in the mapping, or the
        name of its schema.
        """
        tags: dict[str, dict[str, list[str]]] = {}
        for union in self._discriminated:
            self._collect_tags(union, tags)
        for pointer, properties in tags.items():
            record = self.declared[pointer]
            assert isinstance(record, Record)
            fields = tuple(
                (
                    replace(f, type=Constant(tuple(properties[f.name])))
                    if f.name in properties and not isinstance(f.type, Constant)
                    else f
                )
                for f in record.fields
            )
            self.declared[pointer] = replace(record, fields=fields)

    def _referred(self, schema: Found) -> Type:
        if schema.pointer not in self._types:
            if schema.pointer in self._open:
                return self._recursive(schema)
            self._open.append(schema.pointer)
            words = tuple(segments(schema.pointer))
            hint = words[2:] if words[:1] == ("components",) else words[-1:]
            self._types[schema.pointer] = self.type_of(schema, hint)
            self._open.pop()
        return self._types[schema.pointer]

    def _recursive(self, schema: Found) -> Type:
        shape = shape_of(Context(self.context.document), schema)
        if _is_record(shape):
            return (
                Nullable(Named(schema.pointer))
                if shape.nullable
                else Named(schema.pointer)
            )
        self.context.unsupported(
            schema.pointer,
            "a schema that contains itself and is no object with properties",
        )
        return Anything()

    def _read(self, schema: Found, hint: tuple[str, ...]) -> Type:
        shape = shape_of(self.context, schema)
        named = mapping(schema.value.get("x-client")).get("name")
        if isinstance(named, str):
            hint = (named,)
        type_ = self._bare(schema, shape, hint)
        return Nullable(type_) if shape.nullable and not _nullable(type_) else type_

    def _bare(self, schema: Found, shape: Shape, hint: tuple[str, ...]) -> Type:
        if shape.enum is not None:
            return self._enum(schema, shape, hint)
        if alternatives := self._alternatives(shape):
            return self._union(schema, shape, alternatives, hint)
        if _is_record(shape):
            return self._record(schema, shape, hint)
        types = sorted(shape.types or _implied(shape))
        members = tuple(self._of_type(name, shape, hint) for name in types)
        return (
            members[0]
            if len(members) == 1
            else OneOf(members) if members else Anything()
        )

    def _of_type(self, name: str, shape: Shape, hint: tuple[str, ...]) -> Type:
        match name:
            case "object":
                if isinstance(shape.additional, Found) and isinstance(
                    shape.additional.value, dict
                ):
                    return MapOf(self.type_of(shape.additional, (*hint, "value")))
                return MapOf(Anything())
            case "array":
                return (
                    ListOf(self.type_of(shape.items, (*hint, "item")))
                    if shape.items
                    else ListOf(Anything())
                )
            case "string":
                return Scalar(_STRING_FORMATS.get(shape.format, ScalarKind.STRING))
            case "integer" | "number" | "boolean":
                return Scalar(ScalarKind(name))
            case _:
                return Anything()

    def _enum(self, schema: Found, shape: Shape, hint: tuple[str, ...]) -> Type:
        values = shape.enum or []
        if not values:
            if not shape.nullable and schema.value.get("enum") != []:
                self.context.report(
                    schema.pointer, "contradiction", "no value meets this enum"
                )
            return Anything()
        if not all(isinstance(value, str | int | bool) for value in values):
            self.context.unsupported(
                f"{schema.pointer}/enum",
                "an enum of values other than strings, integers and booleans",
            )
            return Anything()
        unique = tuple(dict.fromkeys(values))
        if len(unique) == 1 or not all(isinstance(value, str) for value in unique):
            return Constant(unique)
        self.declared[schema.pointer] = Enum(
            schema.pointer, hint, unique, shape.description
        )
        return Named(schema.pointer)

    def _record(self, schema: Found, shape: Shape, hint: tuple[str, ...]) -> Type:
        pointer = schema.pointer
        if pointer not in self.declared:
            is_open = (
                isinstance(shape.additional, Found)
                and shape.additional.value is not False
            )
            self.declared[pointer] = Record(
                pointer, hint, (), is_open, shape.description, shape.deprecated
            )
            for name, found in shape.properties.items():
                if not name.isprintable() or set(name) & _UNSPEAKABLE:
                    self.context.unsupported(
                        found.pointer,
                        "a property whose name has a quote, a backslash or a control character",
                    )
            fields = tuple(
                self.field(name, found, name in shape.required, (*hint, name))
                for name, found in shape.properties.items()
            )
            self.declared[pointer] = Record(
                pointer, hint, fields, is_open, shape.description, shape.deprecated
            )
        return Named(pointer)

    def field(
        self, name: str, schema: Found, required: bool, hint: tuple[str, ...]
    ) -> Field:
        """A property or parameter with the given schema."""
        type_ = self.type_of(schema, hint)
        value = mapping(schema.value)
        target_value = mapping(follow(self.context.document.data, *schema).value)
        default = value.get("default", target_value.get("default"))
        return Field(
            name,
            type_,
            required,
            text(value.get("description")) or text(target_value.get("description")),
            "" if default is None else as_json(default),
            value.get("deprecated") is True or target_value.get("deprecated") is True,
            example_of(Found(schema.pointer, {**target_value, **value}), self.context),
            tuple(
                f"{keyword}: {as_json(known)}"
                for keyword, known in {**target_value, **value}.items()
                if keyword in _LIMITS
            ),
        )

    def _alternatives(self, shape: Shape) -> list[Found]:
        """The unions that choose a shape, not those that only say what is required together."""
        return [
            union
            for union in shape.unions
            if not all(set(mapping(member)) <= _CONSTRAINTS for member in union.value)
        ]

    def _union(
        self, schema: Found, shape: Shape, unions: list[Found], hint: tuple[str, ...]
    ) -> Type:
        if len(unions) > 1 or shape.properties:
            self.context.unsupported(
                unions[-1].pointer,
                "oneOf or anyOf beside properties or beside one another",
            )
            return Anything()
        members: list[Type] = []
        for index, member in enumerate(unions[0].value):
            if member == {"type": "null"} or member == {"enum": [None]}:
                shape.nullable = True
                continue
            found = Found(f"{unions[0].pointer}/{index}", member)
            type_ = self.type_of(
                found, (*hint, text(mapping(member).get("title")) or str(index + 1))
            )
            if isinstance(type_, Nullable):
                shape.nullable = True
                type_ = type_.type
            if type_ not in members:
                members.append(type_)
        if len(members) == 1:
            return members[0]
        if not members or Anything() in members:
            return Anything()
        union = OneOf(tuple(members))
        if shape.discriminator is not None:
            self._discriminated.append(
                _Discriminated(shape.discriminator.value, unions[0])
            )
        if not _is_component(schema.pointer):
            return union
        self.declared[schema.pointer] = Alias(
            schema.pointer, hint, union, shape.description
        )
        return Named(schema.pointer)

    def _collect_tags(
        self, union: "_Discriminated", tags: dict[str, dict[str, list[str]]]
    ) -> None:
        name = text(union.discriminator.get("propertyName"))
        by_target: dict[str, list[str]] = {}
        for value, reference in mapping(union.discriminator.get("mapping")).items():
            pointer = target(text(reference))
            if pointer is None:
                pointer = f"/components/schemas/{escape(text(reference))}"
            by_target.setdefault(pointer, []).append(value)
        for member in union.members.value:
            pointer = target(text(mapping(member).get("$ref")))
            if pointer is None or not isinstance(self.declared.get(pointer), Record):
                self.context.unsupported(
                    union.members.pointer,
                    "a discriminator over schemas that are not $refs to objects",
                )
                continue
            values = by_target.get(pointer) or [segments(pointer)[-1]]
            known = tags.setdefault(pointer, {}).setdefault(name, [])
            known.extend(value for value in values if value not in known)


@dataclass(frozen=True, slots=True)
class _Discriminated:
    """A union with a discriminator."""

    discriminator: dict[str, Any]
    members: Found


def _is_record(shape: Shape) -> bool:
    may_be_object = shape.types in (None, frozenset({"object"}))
    return may_be_object and (
        bool(shape.properties)
        or (shape.additional is not None and shape.additional.value is False)
    )


def _implied(shape: Shape) -> frozenset[str]:
    """The types of a schema that names none, by the keywords that it has."""
    if shape.items is not None:
        return frozenset({"array"})
    if shape.additional is not None:
        return frozenset({"object"})
    return frozenset({"string"}) if shape.format in _STRING_FORMATS else frozenset()


def _nullable(type_: Type) -> bool:
    return isinstance(type_, Nullable | Anything)


def _is_component(pointer: str) -> bool:
    return pointer.startswith("/components/schemas/") and pointer.count("/") == 3
