"""Layout of a package: the module of each resource and each model."""

from collections.abc import Mapping

from msgspec import Struct

from clientcast import ir
from clientcast.bind.arguments import Argument
from clientcast.bind.names import Scope
from clientcast.bind.resources import ResourceNode
from clientcast.bind.usage import reachable_pointers
from clientcast.filenames import DEVICES

MODELS = ".models"

_MAX_OPERATIONS = 40
_MAX_SCHEMAS = 100
"""Limits for a package with a single module of models."""

_SHARED, _WEBHOOKS = "shared", "webhooks"


class Layout(Struct, frozen=True):
    """The modules of a package.

    Attributes:
        resources: The module of each attribute of the client; empty if all resources are in
            `client.py`.
        models: The module of each declaration, by pointer.
    """

    resources: Mapping[str, str]
    models: Mapping[str, str]


def plan_layout(
    api: ir.Api,
    root: ResourceNode,
    pointers: frozenset[str],
    arguments: Mapping[str, tuple[Argument, ...]],
) -> Layout:
    """Assign models and resources to modules: one for all, or one for each resource.

    A model that only one resource uses goes into a module named after the resource, one that only
    webhooks use into `webhooks`, any other into `shared`. These modules then import only from
    `shared`, because a resource that uses a declaration also uses all that it refers to.

    Args:
        api: The API.
        root: The client, whose children are the resources.
        pointers: The pointers of all declarations.
        arguments: The arguments of each operation, by pointer.
    """
    fits_one_module = (
        len(api.operations) <= _MAX_OPERATIONS and len(pointers) <= _MAX_SCHEMAS
    )
    if fits_one_module or not root.children:
        return Layout({}, dict.fromkeys(pointers, MODELS))
    scope = Scope((_SHARED, *DEVICES))
    resources = {name: scope.claim(name, f"{name}_") for name in root.children}
    using_modules: dict[str, set[str]] = {pointer: set() for pointer in pointers}
    for pointer in reachable_pointers(api, api.inbound_types):
        using_modules[pointer].add(_WEBHOOKS)
    for name, node in root.children.items():
        for pointer in _pointers_used_by(node, api, arguments):
            using_modules[pointer].add(resources[name])
    models = {
        pointer: next(iter(names)) if len(names) == 1 else _SHARED
        for pointer, names in using_modules.items()
    }
    return Layout(resources, {p: f"{MODELS}.{name}" for p, name in models.items()})


def _pointers_used_by(
    node: ResourceNode, api: ir.Api, arguments: Mapping[str, tuple[Argument, ...]]
) -> frozenset[str]:
    operations = [o for descendant in node.walk() for o in descendant.operations]
    received = [t for o in operations for t in ir.response_types(o)]
    sent = [a.field.type for o in operations for a in arguments[o.pointer]]
    return reachable_pointers(api, [*received, *sent])
