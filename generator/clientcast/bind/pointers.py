"""JSON pointers into a body: their keys, and the types they point to."""

from collections.abc import Iterator

from clientcast import ir
from clientcast.references import is_index, segments

Keys = tuple[str | int, ...]


def pointer_keys(pointer: str) -> Keys:
    """Return the keys of a JSON pointer; a segment that may be an index is an integer.

    The index -1, which RFC 6901 does not have, is that of the last item.
    """
    return tuple(
        int(segment) if is_index(segment) or segment == "-1" else segment
        for segment in segments(pointer)
    )


def item_type(api: ir.Api, operation: ir.Operation) -> ir.Type | None:
    """Return the type of an item of an operation's pages; None if it is not paged.

    The first pointer to a list counts.
    """
    body = operation.success.type
    if operation.paging is None or body is None:
        return None
    for pointer in operation.paging.items:
        for part in possible_types(api, type_at(api, body, pointer_keys(pointer))):
            if isinstance(part, ir.ListOf):
                return part.item
    return ir.Anything()


def field_at(api: ir.Api, type_: ir.Type, keys: Keys) -> ir.Field | None:
    """Return the property at keys in a body; None if it is not described."""
    *parents, name = keys
    for part in possible_types(api, type_at(api, type_, tuple(parents))):
        record = api.schemas[part.pointer] if isinstance(part, ir.Named) else None
        if isinstance(record, ir.Record):
            for field in record.fields:
                if field.name == str(name):
                    return field
    return None


def type_at(api: ir.Api, type_: ir.Type, keys: Keys) -> ir.Type:
    """Return the type at keys in a body; of a union, the first member's."""
    for key in keys:
        members = [_child_type(api, part, key) for part in possible_types(api, type_)]
        type_ = next((member for member in members if member), ir.Anything())
    return type_


def _child_type(api: ir.Api, type_: ir.Type, key: str | int) -> ir.Type | None:
    """Return the type of a property or item; None if the type has no such key."""
    match type_:
        case ir.Named(pointer):
            record = api.schemas[pointer]
            if not isinstance(record, ir.Record):
                return None
            fields = (f.type for f in record.fields if f.name == str(key))
            return next(fields, record.additional)
        case ir.MapOf(value):
            return value
        case ir.ListOf(item):
            return item if isinstance(key, int) else None
        case ir.TupleOf(items):
            if not isinstance(key, int) or not -len(items) <= key < len(items):
                return None
            return items[key]
        case _:
            return None


def possible_types(api: ir.Api, type_: ir.Type) -> Iterator[ir.Type]:
    """Yield the possible types of a value other than null, with aliases and unions resolved."""
    stack = [type_]
    visited: set[str] = set()
    while stack:
        match part := stack.pop():
            case ir.Nullable(inner):
                stack.append(inner)
            case ir.UnionOf(members):
                stack.extend(reversed(members))
            case ir.Named(pointer) if isinstance(
                alias := api.schemas[pointer], ir.Alias
            ):
                if pointer not in visited:
                    visited.add(pointer)
                    stack.append(alias.type)
            case _:
                yield part
