"""The comparison of two surfaces."""

from collections.abc import Iterator

from clientcast.changes.annotations import TypeChanges
from clientcast.changes.clients import (
    compare_clients,
    compare_error_bodies,
    compare_exports,
    compare_webhooks,
    renamed_credentials,
)
from clientcast.changes.methods import MethodChanges
from clientcast.changes.models import ModelChanges
from clientcast.changes.renames import Renames, find_renames
from clientcast.changes.types import Change, Severity, code
from clientcast.changes.usage import Usage, find_usage
from clientcast.surface.types import Alias, Enum, Method, Model, Surface

_BREAKING, _RISKY, _SAFE = Severity


def compare_surfaces(old: Surface, new: Surface) -> tuple[Change, ...]:
    """Return the changes between two surfaces, the worst first.

    Args:
        old: What callers know.
        new: What they get.
    """
    renames = find_renames(old, new)
    types = TypeChanges(old, new, renames.types)
    credentials = renamed_credentials(old.client, new.client)
    found = [
        *compare_clients(old.client, new.client, types, credentials),
        *_method_changes(old, new, renames, MethodChanges(types, credentials)),
        *_type_changes(old, new, renames, types),
        *compare_webhooks(old.webhooks, new.webhooks, types),
        *compare_exports(old, new),
        *compare_error_bodies(types),
        *_resource_changes(old, new),
    ]
    order = sorted(found, key=lambda c: (c.severity.rank, c.subject, c.kind))
    return tuple(dict.fromkeys(order))


def _method_changes(
    old: Surface, new: Surface, renames: Renames, comparison: MethodChanges
) -> Iterator[Change]:
    for name, method in old.methods.items():
        other = renames.methods.get(name, name)
        if other not in new.methods:
            yield Change(
                _BREAKING,
                "method-removed",
                name,
                "is removed",
                "a call raises AttributeError",
                method.place,
                _parent_place(name, new),
            )
            continue
        if other != name:
            kind = (
                "method-renamed" if _parent(other) == _parent(name) else "method-moved"
            )
            yield Change(
                _BREAKING,
                kind,
                name,
                f"is {code(other)} now",
                "a call of the old name raises AttributeError",
                method.place,
                new.methods[other].place,
            )
        replacement = _replacement(method, new.methods[other], new)
        if replacement is not None:
            yield Change(
                _BREAKING,
                "method-replaced",
                name,
                f"is another operation; what it was is {code(replacement.name)} now",
                "a call does something else",
                method.place,
                new.methods[other].place,
            )
        else:
            yield from comparison.compare(method, new.methods[other])
    for name in new.methods.keys() - old.methods.keys() - {*renames.methods.values()}:
        yield Change(
            _SAFE,
            "method-added",
            name,
            "is new",
            "code that does not call it stays the same",
            _parent_place(name, old),
            new.methods[name].place,
        )


def _replacement(old: Method, new: Method, surface: Surface) -> Method | None:
    """Return the method that sends what another one sent, if its name sends something else."""
    if old.request is None or new.request is None:
        return None
    line = old.request.method, old.request.path
    if line == (new.request.method, new.request.path):
        return None
    for method in surface.methods.values():
        request = method.request
        if request is not None and (request.method, request.path) == line:
            return method
    return None


def _parent(name: str) -> str:
    return name.rpartition(".")[0]


def _parent_place(name: str, surface: Surface) -> str:
    """Return the place of the nearest resource that a method would be in."""
    path = _parent(name)
    while path and path not in surface.resources:
        path = _parent(path)
    return surface.resources[path].place if path else surface.client.place


def _type_changes(
    old: Surface, new: Surface, renames: Renames, types: TypeChanges
) -> Iterator[Change]:
    before, after = find_usage(old), find_usage(new)
    renamed = renames.types
    usage = Usage(
        after.read | {renamed.get(name, name) for name in before.read},
        after.written | {renamed.get(name, name) for name in before.written},
    )
    comparison = ModelChanges(types, usage)
    old_types: dict[str, Model | Enum | Alias] = {
        **old.models,
        **old.enums,
        **old.aliases,
    }
    new_types: dict[str, Model | Enum | Alias] = {
        **new.models,
        **new.enums,
        **new.aliases,
    }
    derived = {f"{name}Param" for name in old.enums}
    for name, declared in old_types.items():
        other = renamed.get(name, name)
        found = new_types.get(other)
        if found is None:
            yield _removed_type(declared, new)
            continue
        if other != name:
            message, reason = f"is {code(other)} now", "importing the old name fails"
            yield Change(
                _BREAKING,
                "type-renamed",
                name,
                message,
                reason,
                declared.place,
                found.place,
            )
        match declared, found:
            case Model(), Model():
                yield from comparison.compare_models(declared, found)
            case Enum(), Enum():
                yield from comparison.compare_enums(declared, found)
            case Alias(), Alias() if name in derived:
                pass  # Its enum says what changed.
            case Alias(), Alias():
                yield from comparison.compare_aliases(declared, found)
            case _:
                yield Change(
                    _BREAKING,
                    "type-kind",
                    name,
                    f"is {_kind(found)}, was {_kind(declared)}",
                    "code that makes, tests or reads its values fails",
                    declared.place,
                    found.place,
                )
    for name in new_types.keys() - old_types.keys() - {*renamed.values()}:
        yield Change(
            _SAFE,
            "type-added",
            name,
            "is new",
            "code that does not use it stays the same",
            old.client.place,
            new_types[name].place,
        )


def _removed_type(declared: Model | Enum | Alias, new: Surface) -> Change:
    reason = "importing it fails"
    return Change(
        _BREAKING,
        "type-removed",
        declared.name,
        "is removed",
        reason,
        declared.place,
        new.client.place,
    )


def _kind(declared: Model | Enum | Alias) -> str:
    match declared:
        case Model():
            return "a model"
        case Enum():
            return "an enum"
        case Alias():
            return "an alias"


def _resource_changes(old: Surface, new: Surface) -> Iterator[Change]:
    """Yield the changes of the classes of resources, which annotations can name."""
    for path in sorted(old.resources.keys() & new.resources.keys()):
        one, other = old.resources[path], new.resources[path]
        subject, places = f"{new.client.name}.{path}", (one.place, other.place)
        if (one.class_name, one.module) != (other.class_name, other.module):
            message = (
                f"is a `{other.module}.{other.class_name}`,"
                f" was `{one.module}.{one.class_name}`"
            )
            reason = "code that imports the class, which is not exported, fails"
            yield Change(_RISKY, "resource-class", subject, message, reason, *places)
        elif one.text != other.text:
            yield Change(
                _SAFE,
                "docs",
                subject,
                "has another description",
                "only its documentation changed",
                *places,
            )
