"""Which declarations the operations of an API use, and in which direction."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from clientcast.bind.arguments import Argument
from clientcast.ir import (
    Alias,
    Api,
    Enum,
    Named,
    Record,
    Schema,
    Type,
    types_in,
    types_received,
)


@dataclass(frozen=True, slots=True)
class Usage:
    """The pointers of the declarations that come in answers, and of those that are sent."""

    received: frozenset[str]
    sent: frozenset[str]


def find_usage(api: Api, arguments: Mapping[str, tuple[Argument, ...]]) -> Usage:
    """Return the declarations that an API uses.

    Args:
        api: The API.
        arguments: The arguments of each operation, by its pointer.
    """
    received = (t for o in api.operations for t in types_received(o))
    sent = (a.field.type for o in api.operations for a in arguments[o.pointer])
    return Usage(
        reachable_pointers(api, (*api.inbound, *received)),
        reachable_pointers(api, sent),
    )


def reachable_pointers(api: Api, types: Iterable[Type]) -> frozenset[str]:
    """The declarations that types lead to, through fields and members."""
    pointers: set[str] = set()
    pending = list(types)
    while pending:
        type_ = pending.pop()
        pending.extend(types_in(type_))
        if isinstance(type_, Named) and type_.pointer not in pointers:
            pointers.add(type_.pointer)
            pending.extend(_member_types(api.schemas[type_.pointer]))
    return frozenset(pointers)


def _member_types(schema: Schema) -> Iterator[Type]:
    match schema:
        case Record(fields=fields, additional=additional):
            for field in fields:
                yield field.type
            if additional is not None:
                yield additional
        case Alias(type=type_):
            yield type_
        case Enum():
            pass
