"""Usage of declarations by the operations of an API, in requests and in responses."""

from collections.abc import Iterable, Mapping

from msgspec import Struct

from clientcast.bind.arguments import Argument
from clientcast.ir import (
    Api,
    Named,
    Type,
    child_types,
    member_types,
    response_types,
)


class Usage(Struct, frozen=True):
    """Pointers of the declarations in responses (received) and in requests (sent)."""

    received: frozenset[str]
    sent: frozenset[str]


def find_usage(api: Api, arguments: Mapping[str, tuple[Argument, ...]]) -> Usage:
    """Return the declarations that the operations of an API use.

    Args:
        api: The API.
        arguments: The arguments of each operation, by its pointer.
    """
    received = (t for o in api.operations for t in response_types(o))
    sent = (a.field.type for o in api.operations for a in arguments[o.pointer])
    return Usage(
        reachable_pointers(api, (*api.inbound_types, *received)),
        reachable_pointers(api, sent),
    )


def reachable_pointers(api: Api, types: Iterable[Type]) -> frozenset[str]:
    """Return the pointers of all declarations that types refer to, directly or not."""
    pointers: set[str] = set()
    pending = list(types)
    while pending:
        type_ = pending.pop()
        pending.extend(child_types(type_))
        if isinstance(type_, Named) and type_.pointer not in pointers:
            pointers.add(type_.pointer)
            pending.extend(member_types(api.schemas[type_.pointer]))
    return frozenset(pointers)
