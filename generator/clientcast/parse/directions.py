"""Schemas in responses, in requests, and in JSON Merge Patches, where they can differ.

Requests have no `readOnly` properties, and responses need no `writeOnly` ones (OpenAPI 3.0,
Schema Object). In a JSON Merge Patch, null removes a property (RFC 7396).

A schema that is used in one direction is declared as it is there. If it is used in several, and
itself or a schema that it refers to differs between them, requests and patches refer to
variants of it, which have declarations of their own.
"""

from collections.abc import Iterable, Iterator
from enum import Enum
from typing import NamedTuple

from msgspec.structs import replace

from clientcast import ir
from clientcast.openapi import is_merge_patch
from clientcast.parse.types import make_nullable


class Direction(Enum):
    """A direction; its value is the last word of the name of a variant."""

    RESPONSE = "output"
    REQUEST = "input"
    PATCH = "patch"


_VARIANT_TEXTS = {
    Direction.REQUEST: (
        "This is the variant for requests, without what only the server sets."
    ),
    Direction.PATCH: (
        "This is the variant for JSON Merge Patches, in which null removes a property."
    ),
}


class _Use(NamedTuple):
    """The use of a declaration in a direction."""

    pointer: str
    direction: Direction


def separate_directions(api: ir.Api) -> ir.Api:
    """Return the API with each schema as it is in the direction in which it is used."""
    directions = _Directions(api)
    return replace(
        api,
        operations=tuple(map(directions.operation, api.operations)),
        schemas={schema.pointer: schema for schema in directions.declarations()},
    )


class _Directions:
    """The directions in which the declarations of an API are used.

    Attributes:
        used: The directions of each declaration, by pointer.
        patches: The types of whole patches. A patch of an object within one may
            leave out what the object's schema requires, unless only patches use that schema.
        variants: The uses that have a declaration of their own.
    """

    def __init__(self, api: ir.Api) -> None:
        self.schemas = api.schemas
        self.used: dict[str, set[Direction]] = {}
        self.patches = {
            body.content.type
            for body in _bodies(api)
            if _body_direction(body) is Direction.PATCH
        }
        referring = self._find_uses(_roots(api))
        self.variants = self._find_variants(referring)

    def operation(self, operation: ir.Operation) -> ir.Operation:
        """Return an operation whose parameters and bodies refer to the variants."""
        parameters = (
            replace(p, field=self._renamed_field(p.field, Direction.REQUEST))
            for p in operation.parameters
        )
        body = operation.body
        return replace(
            operation,
            parameters=tuple(parameters),
            body=None if body is None else self._body(body),
            alternative_bodies=tuple(map(self._body, operation.alternative_bodies)),
        )

    def declarations(self) -> Iterator[ir.Schema]:
        """Yield the declarations, each before its variants."""
        for pointer, schema in self.schemas.items():
            if pointer not in self.used:
                yield schema
                continue
            for direction in self._in_order(pointer):
                use = _Use(pointer, direction)
                if direction is self._in_order(pointer)[0] or use in self.variants:
                    yield self._declaration(use)

    def _find_uses(self, roots: Iterable[_Use]) -> dict[_Use, list[_Use]]:
        """Collect the directions of each declaration; return which uses refer to each use."""
        referring: dict[_Use, list[_Use]] = {}
        pending = list(roots)
        while pending:
            use = pending.pop()
            used = self.used.setdefault(use.pointer, set())
            if use.direction in used:
                continue
            used.add(use.direction)
            schema = _in_direction(self.schemas[use.pointer], use.direction)
            for type_ in ir.member_types(schema):
                for reference in _references(type_, use.direction):
                    referring.setdefault(reference, []).append(use)
                    pending.append(reference)
        return referring

    def _find_variants(self, referring: dict[_Use, list[_Use]]) -> set[_Use]:
        """Return the uses that differ from the first one of the declaration."""
        variants: set[_Use] = set()
        pending = [
            _Use(pointer, direction)
            for pointer in self.used
            for first, *others in (self._in_order(pointer),)
            for direction in others
            if self._schema(_Use(pointer, direction))
            != self._schema(_Use(pointer, first))
        ]
        while pending:
            use = pending.pop()
            is_first = use.direction is self._in_order(use.pointer)[0]
            if not is_first and use not in variants:
                variants.add(use)
                pending += referring.get(use, ())
        return variants

    def _in_order(self, pointer: str) -> list[Direction]:
        return [d for d in Direction if d in self.used[pointer]]

    def _schema(self, use: _Use) -> ir.Schema:
        """Return the schema of a use, without variants of what it refers to."""
        is_complete = ir.Named(use.pointer) not in self.patches and self.used[
            use.pointer
        ] != {Direction.PATCH}
        return _in_direction(self.schemas[use.pointer], use.direction, is_complete)

    def _declaration(self, use: _Use) -> ir.Schema:
        schema, direction = self._schema(use), use.direction
        if use in self.variants:
            texts = (schema.description, _VARIANT_TEXTS[direction])
            schema = replace(
                schema,
                pointer=self._pointer(use),
                name_hint=(*schema.name_hint, direction.value),
                description="\n\n".join(filter(None, texts)),
            )
        match schema:
            case ir.Record(fields=fields, additional=additional, base=base):
                if additional is not None:
                    additional = self._renamed(additional, direction)
                fields = tuple(self._renamed_field(f, direction) for f in fields)
                base = base and self._pointer(_Use(base, direction))
                return replace(schema, fields=fields, additional=additional, base=base)
            case ir.Alias(type=type_):
                return replace(schema, type=self._renamed(type_, direction))
            case ir.Enum():
                return schema

    def _body(self, body: ir.Body) -> ir.Body:
        direction = _body_direction(body)
        type_ = body.content.type
        if direction is Direction.PATCH:
            type_ = _patched(type_)
        type_ = self._renamed(type_, direction)
        return replace(body, content=replace(body.content, type=type_))

    def _renamed_field(self, field: ir.Field, direction: Direction) -> ir.Field:
        type_ = self._renamed(field.type, direction)
        return field if type_ == field.type else replace(field, type=type_)

    def _renamed(self, type_: ir.Type, direction: Direction) -> ir.Type:
        """Return a type that refers to the variants of a direction."""
        if isinstance(type_, ir.Named):
            return ir.Named(self._pointer(_Use(type_.pointer, direction)))
        inner = _inner_direction(type_, direction)
        return ir.map_child_types(type_, lambda child: self._renamed(child, inner))

    def _pointer(self, use: _Use) -> str:
        """Return the pointer of a declaration; a variant's is no pointer of the document."""
        if use not in self.variants:
            return use.pointer
        return f"{use.pointer}/~{use.direction.value}"


def _roots(api: ir.Api) -> Iterator[_Use]:
    """Yield the uses of declarations by the operations of an API."""
    types = [(type_, Direction.RESPONSE) for type_ in api.inbound_types]
    for operation in api.operations:
        types += [(t, Direction.RESPONSE) for t in ir.response_types(operation)]
        types += [(p.field.type, Direction.REQUEST) for p in operation.parameters]
    types += [(body.content.type, _body_direction(body)) for body in _bodies(api)]
    for type_, direction in types:
        yield from _references(type_, direction)


def _bodies(api: ir.Api) -> Iterator[ir.Body]:
    for operation in api.operations:
        if operation.body is not None:
            yield operation.body
        yield from operation.alternative_bodies


def _body_direction(body: ir.Body) -> Direction:
    is_patch = is_merge_patch(body.content.media_types[0])
    return Direction.PATCH if is_patch else Direction.REQUEST


def _references(type_: ir.Type, direction: Direction) -> Iterator[_Use]:
    """Yield the uses of declarations by a type in a direction."""
    if isinstance(type_, ir.Named):
        yield _Use(type_.pointer, direction)
    for child in ir.child_types(type_):
        yield from _references(child, _inner_direction(type_, direction))


def _inner_direction(type_: ir.Type, direction: Direction) -> Direction:
    """Return the direction of the parts of a type: an array in a patch replaces the old one."""
    if direction is Direction.PATCH and isinstance(type_, ir.ListOf | ir.TupleOf):
        return Direction.REQUEST
    return direction


def _in_direction(
    schema: ir.Schema, direction: Direction, is_complete: bool = False
) -> ir.Schema:
    """Return a schema as it is in a direction.

    Args:
        schema: The schema.
        direction: The direction.
        is_complete: Whether the schema requires what a complete object has, so that a patch may
            leave it out.
    """
    match schema:
        case ir.Record(fields=fields, additional=additional):
            if additional is not None and direction is Direction.PATCH:
                additional = make_nullable(_patched(additional))
            return replace(
                schema,
                fields=tuple(_fields(fields, direction, is_complete)),
                additional=additional,
            )
        case ir.Alias(type=type_):
            is_patch = direction is Direction.PATCH
            return replace(schema, type=_patched(type_)) if is_patch else schema
        case ir.Enum():
            return schema


def _fields(
    fields: Iterable[ir.Field], direction: Direction, is_complete: bool
) -> Iterator[ir.Field]:
    for field in fields:
        if (
            field.is_tag
        ):  # It is needed in each direction, to tell the members of a union.
            yield field
        elif direction is Direction.RESPONSE:
            is_sent = field.required and field.write_only
            yield replace(field, required=False) if is_sent else field
        elif field.read_only:
            continue
        elif direction is Direction.REQUEST:
            yield field
        else:
            type_ = _patched(field.type)
            yield replace(
                field,
                type=type_ if field.required else make_nullable(type_),
                required=field.required and not is_complete,
                is_kept=field.required and is_complete,
            )


def _patched(type_: ir.Type) -> ir.Type:
    """Return a type as it is in a patch, where null removes the members of maps."""
    match type_:
        case ir.ListOf() | ir.TupleOf():
            return type_
        case ir.MapOf(value):
            return ir.MapOf(make_nullable(_patched(value)))
        case _:
            return ir.map_child_types(type_, _patched)
