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
    OneOf,
    Record,
    Schema,
    Type,
)
from clientcast.plain import mapping, sequence, text
from clientcast.references import lookup, segments, target
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
    _extending: dict[str, list[str]] = field(default_factory=dict[str, list[str]])

    def add(
        self, discriminator: dict[str, Any], members: tuple[tuple[str, Type], ...]
    ) -> None:
        """Remember a union whose members a discriminator tells apart."""
        name = text(discriminator.get("propertyName"))
        if name:
            default = _place(text(discriminator.get("defaultMapping")))
            narrowed = tuple(member for member in members if member[0] != default)
            self._unions.append(_Union(name, values_of(discriminator), narrowed))

    def extending(self, pointer: str, discriminator: dict[str, Any]) -> list[str]:
        """The schemas that extend one by `allOf`, or that its mapping names."""
        if not self._extending:
            self._extending.update(_extensions(self.data))
        found: dict[str, None] = {}
        for named in values_of(discriminator):
            if named != pointer and _exists(self.data, named):
                found[named] = None
        waiting = list(self._extending.get(pointer, ()))
        while waiting:
            one = waiting.pop(0)
            if one not in found and one != pointer:
                found[one] = None
            waiting += [
                more
                for more in self._extending.get(one, ())
                if more not in found and more != pointer
            ]
        return list(found)

    def narrow(self, declared: dict[str, Schema]) -> None:
        """Make the property a constant in each record that a union's member is."""
        tags: dict[tuple[str, str], list[str]] = {}
        for union in self._unions:
            for place, values in _tags(union, declared):
                known = tags.setdefault((place, union.property), [])
                known.extend(value for value in values if value not in known)
        for (pointer, name), values in tags.items():
            record = declared[pointer]
            assert isinstance(record, Record)
            fields = tuple(
                (
                    replace(f, type=Constant(tuple(values)))
                    if f.name == name and _may_be(f.type, values, declared)
                    else f
                )
                for f in record.fields
            )
            declared[pointer] = replace(record, fields=fields)


def values_of(discriminator: dict[str, Any]) -> dict[str, list[str]]:
    """The values that a mapping gives each schema, by its pointer."""
    found: dict[str, list[str]] = {}
    for value, reference in mapping(discriminator.get("mapping")).items():
        found.setdefault(_place(text(reference)), []).append(value)
    return found


def _place(reference: str) -> str:
    """The pointer of a schema that is referred to, or named."""
    pointer = target(reference)
    return f"{_SCHEMAS}/{escape(reference)}" if pointer is None else pointer


def _extensions(data: Any) -> dict[str, list[str]]:
    """The schemas that have a reference to another one in their `allOf`, by that other one."""
    found: dict[str, list[str]] = {}
    components = mapping(mapping(data).get("components"))
    for name, schema in mapping(components.get("schemas")).items():
        for part in sequence(mapping(schema).get("allOf")):
            into = target(text(mapping(part).get("$ref")))
            if into is not None:
                found.setdefault(into, []).append(f"{_SCHEMAS}/{escape(name)}")
    return found


def _exists(data: Any, pointer: str) -> bool:
    try:
        lookup(data, pointer)
    except LookupError:
        return False
    return True


def _tags(
    union: _Union, declared: Mapping[str, Schema]
) -> Iterator[tuple[str, list[str]]]:
    """The records that a union's members are, each with its values of the property.

    Where the name of a schema is none of the property's own values, or it has no name, those
    values tell it apart if no other member has them.
    """
    places = [
        (pointer, place)
        for pointer, type_ in union.members
        for place in _records(type_, declared)
    ]
    own = {
        place: _own(declared[place], union.property, declared) for _, place in places
    }
    times = Counter(value for values in own.values() for value in values)
    for pointer, place in places:
        values = union.values.get(pointer) or segments(pointer)[-1:]
        if pointer not in union.values and not set(values) & set(own[place]):
            if all(times[value] == 1 for value in own[place]):
                values = own[place] or values
        if values:
            yield place, values


def _own(schema: Schema, name: str, declared: Mapping[str, Schema]) -> list[str]:
    """The values that a record's property is said to have; empty for any."""
    assert isinstance(schema, Record)
    type_ = next((f.type for f in schema.fields if f.name == name), None)
    enum = declared[type_.pointer] if isinstance(type_, Named) else None
    return list(enum.values) if isinstance(enum, Enum) else []


def _records(type_: Type, declared: Mapping[str, Schema]) -> Iterator[str]:
    """The records among the types that a type is one of, through aliases."""
    seen: set[str] = set()
    waiting = [type_]
    while waiting:
        match waiting.pop():
            case Nullable(inner):
                waiting.append(inner)
            case OneOf(members):
                waiting.extend(reversed(members))
            case Named(pointer) if pointer not in seen:
                seen.add(pointer)
                schema = declared[pointer]
                if isinstance(schema, Record):
                    yield pointer
                elif isinstance(schema, Alias):
                    waiting.append(schema.type)
            case _:
                pass


def _may_be(type_: Type, values: list[str], declared: Mapping[str, Schema]) -> bool:
    """Whether a property may have the values, and is not known to have others."""
    match type_:
        case Constant():
            return False
        case Nullable(inner):
            return _may_be(inner, values, declared)
        case Named(pointer):
            schema = declared[pointer]
            return isinstance(schema, Enum) and set(values) <= set(schema.values)
        case _:
            return True
