"""Members of unions, and the choice between them by the value alone.

An object is read as the model that its tag selects. Without a tag it is read as a member that
it fits; if it fits none, as the only one whose required properties it has. Any other object
stays plain data.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from enum import Enum
from functools import cache
from types import NoneType, UnionType
from typing import Annotated, Any, Literal, Union, get_args, get_origin
from uuid import UUID

import msgspec

from .decimals import DecimalString
from .model import Recursive, Unknown, UnsetType
from .model_fields import is_required, is_tag, struct_fields
from .type_guards import is_subclass, json_type

_STRING_FORMATS = {UUID: 2, datetime: 3, date: 4, time: 5, timedelta: 6}
_RANKS: dict[str, dict[Any, int]] = {
    "string": {**_STRING_FORMATS, str: 7, DecimalString: 9, bytes: 10},
    "integer": {int: 2, Decimal: 9, float: 10},
    "number": {float: 2, Decimal: 9, int: 10},
    "boolean": {bool: 2},
}
_RANK_OF_UNKNOWN_ENUM_VALUE = 8


@dataclass(frozen=True, slots=True)
class _Constants:
    """A property of a model with constant values.

    Attributes:
        name: The name on the wire.
        is_tag: Whether a union is known to have the property as its discriminator.
    """

    name: str
    values: tuple[Any, ...]
    is_tag: bool

    def contain(self, value: object) -> bool:
        return any(value == v and type(value) is type(v) for v in self.values)


@dataclass(frozen=True, slots=True)
class Candidate:
    """A member of a union that an object may be.

    Attributes:
        member: The type.
        selected: Number of tags of the member that the object has.
        absent: Tags of the member that the object does not have.
        matched: Number of constants of the member that the object has.
    """

    member: Any
    selected: int
    absent: frozenset[str]
    matched: int

    @property
    def rank(self) -> tuple[int, int]:
        """The rank among the candidates by their tags; the lowest comes first."""
        return -self.selected, len(self.absent)


@dataclass(frozen=True, slots=True)
class UnionMembers:
    """The members of a union, by the kind of JSON values that they accept.

    Attributes:
        objects: Models and maps.
        arrays: Lists and tuples.
        others: Types of strings, numbers and booleans.
        is_nullable: Whether null is a value.
        has_unknown: Whether an object that fits no member is an `Unknown`.
        tags: The values of the discriminators, by the name on the wire.
    """

    objects: tuple[Any, ...]
    arrays: tuple[Any, ...]
    others: tuple[Any, ...]
    is_nullable: bool
    has_unknown: bool
    tags: dict[str, tuple[Any, ...]]

    def candidates(self, value: dict[str, Any]) -> list[Candidate]:
        """Return the members that an object may be: those whose constants it has.

        With a discriminator, only those that its values select best, or the members for other
        values.
        """
        found: list[Candidate] = []
        for member in self.objects:
            candidate = self._candidate(value, member)
            if candidate is not None:
                found.append(candidate)
        if self.tags and found:
            best = min(candidate.rank for candidate in found)
            found = [candidate for candidate in found if candidate.rank == best]
        return found

    def _candidate(self, value: dict[str, Any], member: Any) -> Candidate | None:
        """Return a member with the constants that an object has; None if they exclude it."""
        selected = matched = 0
        absent: set[str] = set()
        for constants in constants_of(member):
            is_tag = constants.is_tag or constants.name in self.tags
            if constants.name in value:
                if not constants.contain(value[constants.name]):
                    return None
                selected += is_tag
                matched += 1
            elif constants.name in self.tags:
                return None
            elif is_tag:
                absent.add(constants.name)
        return Candidate(member, selected, frozenset(absent), matched)

    def unmatched_tags(
        self, value: dict[str, Any]
    ) -> Iterator[tuple[str, tuple[Any, ...]]]:
        """Yield the discriminators that an object lacks, or has another value of."""
        for name, values in self.tags.items():
            if value.get(name) not in values:
                yield name, values

    def sort(self, value: object) -> list[Any]:
        """Return the types of scalars, those first that represent a value without a change."""
        return sorted(self.others, key=lambda member: _rank_of_scalar(member, value))


@cache
def members_of(type_: Any) -> UnionMembers:
    """Return the members of a union, also of those in recursive aliases."""
    members = list(_flatten(type_))
    objects = [m for m in members if _is_model(m) or _plain(m) is dict]
    arrays = [m for m in members if _plain(m) in (list, tuple)]
    excluded = (*objects, *arrays, NoneType, UnsetType, Unknown)
    return UnionMembers(
        objects=tuple(objects),
        arrays=tuple(arrays),
        others=tuple(m for m in members if m not in excluded),
        is_nullable=NoneType in members,
        has_unknown=Unknown in members,
        tags=_tags(objects),
    )


@cache
def accepted_json_types(type_: Any) -> frozenset[str]:
    """Return the JSON types of the values of a type, as `json_type` names them."""
    return frozenset(
        json_type_ for member in _flatten(type_) for json_type_ in _json_types(member)
    )


def _json_types(member: Any) -> tuple[str, ...]:
    plain = _plain(member)
    if member is Any:
        return (*_RANKS, "array", "object", "null")
    if plain is Literal:
        return tuple(map(json_type, get_args(member)))
    if is_subclass(plain, Enum):
        return tuple(json_type(known.value) for known in plain)
    if is_subclass(plain, dict) or _is_model(plain):
        return ("object",)
    if plain in (Decimal, Annotated):
        return ("integer", "number", "string")
    types: dict[Any, tuple[str, ...]] = {
        NoneType: ("null",),
        bool: ("boolean",),
        int: ("integer", "number"),
        float: ("integer", "number"),
        list: ("array",),
        tuple: ("array",),
    }
    return types.get(plain, ("string",))


def _flatten(type_: Any) -> dict[Any, None]:
    members: dict[Any, None] = {}
    seen: set[Any] = set()
    pending = [type_]
    while pending:
        member = pending.pop(0)
        if get_origin(member) in (Union, UnionType):
            pending = [*get_args(member), *pending]
        elif is_subclass(member, Recursive):
            if member not in seen:
                seen.add(member)
                pending.insert(0, member.definition())
        else:
            members[member] = None
    return members


def _tags(objects: list[Any]) -> dict[str, tuple[Any, ...]]:
    """Return the discriminators of a union: tags of members that all others have as property."""
    tags: dict[str, tuple[Any, ...]] = {}
    for member in objects:
        for constants in constants_of(member):
            if constants.is_tag:
                tags[constants.name] = ()
    for name in list(tags):
        if not all(_is_model(m) and name in _property_names(m) for m in objects):
            del tags[name]
            continue
        found = [c for m in objects for c in constants_of(m) if c.name == name]
        tags[name] = tuple(dict.fromkeys(v for c in found for v in c.values))
    return tags


def _property_names(model: Any) -> tuple[str, ...]:
    names: tuple[str, ...] = model.__struct_encode_fields__
    return names


@cache
def constants_of(member: Any) -> tuple[_Constants, ...]:
    """Return the properties of a model that have constant values; empty for other types."""
    if not _is_model(member):
        return ()
    return tuple(
        _Constants(spec.encode_name, get_args(type_), is_tag(spec))
        for spec in struct_fields(member)
        for type_ in (_without_unset(spec.type),)
        if get_origin(type_) is Literal
    )


def _without_unset(type_: Any) -> Any:
    """Return the type of a property that may be absent, for a union of it and `UnsetType`."""
    rest = [member for member in get_args(type_) if member is not UnsetType]
    is_union = get_origin(type_) in (Union, UnionType)
    return rest[0] if is_union and len(rest) == 1 else type_


@cache
def required_names(member: Any) -> tuple[str, ...]:
    """Return the names of the required properties of a model; empty for other types."""
    if not _is_model(member):
        return ()
    return tuple(
        spec.encode_name for spec in struct_fields(member) if is_required(spec)
    )


def _is_model(member: Any) -> bool:
    return is_subclass(member, msgspec.Struct)


def _plain(member: Any) -> Any:
    return get_origin(member) or member


def _rank_of_scalar(member: Any, value: object) -> int:
    """Return the rank of a type of scalars for a value; the lowest is tried first."""
    if get_origin(member) is Literal:
        return 0
    if is_subclass(member, Enum):
        is_known = any(value == known for known in member)
        return 1 if is_known else _RANK_OF_UNKNOWN_ENUM_VALUE
    return _RANKS.get(json_type(value), {}).get(member, 11)
