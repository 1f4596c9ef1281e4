"""Equal inline schemas: one declaration for those of properties or parameters of one name.

Two inline schemas are equal if they differ in their own description only, in examples, or in the
order of enum values. What describes a property stays, so that schemas whose properties are
described in other words are not equal. The declaration keeps the name of the one with the fewest words in it, or the first
of these, so that an equal schema that is added later renames nothing.
"""

import re
from collections.abc import Hashable, Mapping
from operator import attrgetter, is_not
from typing import Any, TypeGuard

from msgspec.structs import replace

from clientcast.ir import (
    Api,
    Enum,
    Field,
    Location,
    Named,
    Record,
    Scalar,
    ScalarKind,
    Schema,
    UnionOf,
    Xml,
    child_types,
    member_types,
)
from clientcast.values import field_names, fields_of, has_fields

_PLACE = re.compile(
    r".*(?:/properties/[^/]+|/parameters/[^/]+/schema)"
    r"(?:/items|/additionalProperties|/(?:allOf|anyOf|oneOf)/\d+)*"
)
"""The pointer of a property or parameter, or of its items, values or alternatives."""

_GENERIC_WORDS = ("item", "value")
_COMPARED = attrgetter(*(name for name in field_names(Field) if name != "example"))
"""The attributes of a field that equal fields have in common."""
_OWN = ("pointer", "name_hint", "description", "fields")
_COMPARED_OF_RECORDS = attrgetter(
    *(name for name in field_names(Record) if name not in _OWN)
)
"""The attributes of a record, without its fields, that equal records have in common."""


def share_equal_schemas(api: Api) -> Api:
    """Return the API with one declaration for equal inline schemas."""
    schemas = dict(api.schemas)
    numbers: dict[Hashable, int] = {None: 0}
    keys = {p: _key_number(schema, numbers) for p, schema in schemas.items()}
    users = _users(schemas)
    replaced: dict[str, str] = {}
    while pointers := _shared_pointers(schemas, keys):
        _merge(schemas, pointers)
        renaming = _Renaming(pointers)
        changed = {user for pointer in pointers for user in users.get(pointer, ())}
        for pointer in changed & schemas.keys():
            schemas[pointer] = renaming.renamed(schemas[pointer])
        for pointer in (changed | {*pointers.values()}) & schemas.keys():
            keys[pointer] = _key_number(schemas[pointer], numbers)
        for old, kept in pointers.items():
            users.setdefault(kept, set()).update(users.get(old, ()))
        replaced = {old: pointers.get(new, new) for old, new in replaced.items()}
        replaced |= pointers
    if not replaced:
        return api
    renamed: Api = _Renaming(replaced).renamed(replace(api, schemas={}))
    return replace(renamed, schemas=schemas)


def _users(schemas: Mapping[str, Schema]) -> dict[str, set[str]]:
    """Return the declarations that refer to each declaration, by pointer."""
    users: dict[str, set[str]] = {}
    for pointer, schema in schemas.items():
        pending = [*member_types(schema)]
        while pending:
            type_ = pending.pop()
            if isinstance(type_, Named):
                users.setdefault(type_.pointer, set()).add(pointer)
            else:
                pending += child_types(type_)
    return users


def _key_number(schema: Schema, numbers: dict[Hashable, int]) -> int:
    """Return the number of the key of a schema, 0 for none: keys are large, and hashed once."""
    return numbers.setdefault(_key(schema), len(numbers))


def _shared_pointers(
    schemas: Mapping[str, Schema], keys: Mapping[str, int]
) -> dict[str, str]:
    """Return which declarations are replaced, and the pointer of the equal one."""
    groups: dict[int, list[Schema]] = {}
    for pointer, schema in schemas.items():
        key = keys[pointer]
        if key:
            groups.setdefault(key, []).append(schema)
    pointers: dict[str, str] = {}
    for group in groups.values():
        kept, *others = sorted(group, key=lambda schema: len(schema.name_hint))
        pointers |= {schema.pointer: kept.pointer for schema in others}
    return pointers


def _key(schema: Schema) -> Hashable:
    """Return what equal inline schemas have in common; None for any other schema."""
    words = [w for w in schema.name_hint if not w.isdigit() and w not in _GENERIC_WORDS]
    # A name of one word is a component's, or given by `x-client`.
    if len(schema.name_hint) < 2 or len(words) < 2:
        return None
    if not _PLACE.fullmatch(schema.pointer.rpartition(" ")[2]):
        return None
    match schema:
        case Enum(members=members):
            return words[-1], frozenset(members)
        case Record():
            own = _COMPARED_OF_RECORDS(schema)
            return words[-1], own, tuple(map(_COMPARED, schema.fields))
        case _:
            return None


def _merge(schemas: dict[str, Schema], pointers: Mapping[str, str]) -> None:
    """Remove the declarations that are replaced, and descriptions that not all of them have."""
    for pointer, kept in pointers.items():
        if schemas.pop(pointer).description != schemas[kept].description:
            schemas[kept] = replace(schemas[kept], description="")


class _Renaming:
    """Replacement of pointers to declarations.

    Args:
        pointers: The new pointers, by the old one.
    """

    def __init__(self, pointers: Mapping[str, str]) -> None:
        self._pointers = pointers

    def renamed(self, value: Any) -> Any:
        """Return a value, or the same if it refers to no replaced declaration."""
        if value.__class__ in _PLAIN:
            return value
        if _is_tuple(value):
            items = tuple(map(self.renamed, value))
            return items if any(map(is_not, items, value)) else value
        match value:
            case Field(type=type_):
                if type_.__class__ in _PLAIN:
                    return value
                new = self.renamed(type_)
                return value if new is type_ else replace(value, type=new)
            case Named(pointer):
                kept = self._pointers.get(pointer)
                return value if kept is None else Named(kept)
            case _ if _is_dict(value):
                return {key: self.renamed(item) for key, item in value.items()}
            case _ if has_fields(value):
                return self._renamed_fields(value)
            case _:
                return value

    def _renamed_fields(self, value: Any) -> Any:
        changed: dict[str, Any] = {}
        for name in fields_of(value):
            old = getattr(value, name)
            if old.__class__ not in _PLAIN:
                new = self.renamed(old)
                if new is not old:
                    changed[name] = new
        if isinstance(value, Record) and value.base in self._pointers:
            changed["base"] = self._pointers[value.base]
        if not changed:
            return value
        renamed = replace(value, **changed)
        if isinstance(renamed, UnionOf):
            members = tuple(dict.fromkeys(renamed.members))
            return (
                members[0] if len(members) == 1 else replace(renamed, members=members)
            )
        return renamed


_PLAIN = frozenset((str, bool, int, type(None), Xml, Scalar, ScalarKind, Location))
"""Types of values that refer to nothing."""


def _is_tuple(value: object) -> TypeGuard[tuple[Any, ...]]:
    return isinstance(value, tuple)


def _is_dict(value: object) -> TypeGuard[dict[Any, Any]]:
    return isinstance(value, dict)
