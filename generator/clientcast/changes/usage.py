"""Usage of the types of a client: those that callers read, and those they write."""

import re
from collections.abc import Iterable

from msgspec import Struct

from clientcast.surface.types import Annotation, Surface, names_in

_NAME = re.compile(r"(?<![\w\"'.])[A-Za-z_]\w*")
_RESPONSE_OPTIONS = ("by_event", "by_status", "contents", "error_contents", "errors")


class Usage(Struct, frozen=True):
    """The classes and aliases that callers get from a client, and those they give to it."""

    read: frozenset[str]
    written: frozenset[str]


def find_usage(surface: Surface) -> Usage:
    """Return how callers use the classes and aliases of a surface."""
    methods = surface.methods.values()
    read = [surface.error_body, *(method.returns for method in methods)]
    if surface.webhooks is not None:
        read.append(surface.webhooks.event)
    sources = [
        method.request.options.get(option, "")
        for method in methods
        if method.request is not None
        for option in _RESPONSE_OPTIONS
    ]
    names = {name for source in sources for name in _NAME.findall(source)}
    written = [a.annotation for method in methods for a in method.arguments]
    return Usage(
        _reachable(surface, {*names, *_names(read)}),
        _reachable(surface, {*_names(written)}),
    )


def _reachable(surface: Surface, names: Iterable[str]) -> frozenset[str]:
    """Return the classes and aliases that others consist of."""
    parts: dict[str, set[str]] = {
        **{n: {*_names([a.annotation])} for n, a in surface.aliases.items()},
        **{n: {e.name} for n, e in surface.enums.items()},
        **{
            name: {*model.bases, *_names(m.annotation for m in model.members.values())}
            for name, model in surface.models.items()
        },
    }
    found: set[str] = set()
    pending = [*names]
    while pending:
        name = pending.pop()
        if name in parts and name not in found:
            found.add(name)
            pending += parts[name]
    return frozenset(found)


def _names(annotations: Iterable[Annotation]) -> Iterable[str]:
    return (name for annotation in annotations for name in names_in(annotation))
