"""Which declarations the operations of an API use, and in which direction."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from clientcast.bind.arguments import arguments_of
from clientcast.ir import (
    Alias,
    Api,
    Enum,
    Named,
    Operation,
    Record,
    Schema,
    Type,
    types_in,
)


@dataclass(frozen=True, slots=True)
class Used:
    """The pointers of the declarations that come in answers, and of those that are sent."""

    received: frozenset[str]
    sent: frozenset[str]


def used(api: Api) -> Used:
    """The declarations that an API uses."""
    return Used(
        reachable(
            api, (*api.inbound, *(t for o in api.operations for t in received(o)))
        ),
        reachable(api, (t for o in api.operations for t in sent(o, api))),
    )


def received(operation: Operation) -> Iterator[Type]:
    """The types of an operation's answers."""
    for response in operation.responses:
        if response.type is not None:
            yield response.type
        if response.stream is not None:
            yield response.stream.type
            yield from (type_ for _, type_ in response.stream.by_event)


def sent(operation: Operation, api: Api) -> Iterator[Type]:
    """The types of an operation's arguments."""
    return (argument.field.type for argument in arguments_of(operation, api.schemas))


def reachable(api: Api, types: Iterable[Type]) -> frozenset[str]:
    """The declarations that types lead to, through fields and members."""
    found: set[str] = set()
    waiting = list(types)
    while waiting:
        type_ = waiting.pop()
        waiting.extend(types_in(type_))
        if isinstance(type_, Named) and type_.pointer not in found:
            found.add(type_.pointer)
            waiting.extend(_parts(api.schemas[type_.pointer]))
    return frozenset(found)


def _parts(schema: Schema) -> Iterator[Type]:
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
