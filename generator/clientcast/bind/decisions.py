"""Decisions about a whole API, on which the code of each of its resources depends."""

from collections.abc import Iterable, Mapping

from msgspec import Struct
from msgspec.structs import replace

from clientcast import ir
from clientcast.bind.arguments import Argument
from clientcast.bind.collisions import Claims, Collision
from clientcast.bind.layout import Layout, plan_layout
from clientcast.bind.model_names import name_models
from clientcast.bind.names import Scope
from clientcast.bind.resources import (
    ResourceNode,
    name_classes,
    names_by_operation_id,
)
from clientcast.bind.routes import narrower_routes
from clientcast.references import segments


class NotPartError(Exception):
    """An API has something that the API it is to be a part of does not have."""


class Decisions(Struct, frozen=True):
    """Decisions about an API that hold for each part of it.

    Attributes:
        names: The class name of each declaration, by pointer.
        classes: The class name of each resource, by its dotted path.
        resources: The module of each attribute of the client; empty if all resources are in
            `client.py`.
        models: The module of each declaration, by pointer.
        python_names: The dotted Python name of each operation, by operationId.
        narrower_routes: The narrower routes of each operation that has any, by pointer.
        paths: The paths of the operations of each attribute of the client.
        collisions: The names that were changed because others are the same.
    """

    names: Mapping[str, str]
    classes: Mapping[str, str]
    resources: Mapping[str, str]
    models: Mapping[str, str]
    python_names: Mapping[str, str]
    narrower_routes: Mapping[str, tuple[str, ...]]
    paths: Mapping[str, tuple[str, ...]]
    collisions: tuple[Collision, ...]

    @property
    def layout(self) -> Layout:
        """The modules of resources and models."""
        return Layout(self.resources, self.models)

    @property
    def resource_classes(self) -> dict[tuple[str, ...], str]:
        """The class name of each resource, by its path."""
        return {tuple(path.split(".")): name for path, name in self.classes.items()}

    def of_part(self, root: ResourceNode, pointers: frozenset[str]) -> "Decisions":
        """Return those about the resources and declarations of a part of the API.

        Raises:
            NotPartError: The whole API lacks a resource or a declaration of the part.
        """
        classes = [".".join(node.path) for node in root.walk() if node.path]
        try:
            return replace(
                self,
                names={pointer: self.names[pointer] for pointer in pointers},
                classes={path: self.classes[path] for path in classes},
                resources={name: self.resources[name] for name in root.children},
                models={pointer: self.models[pointer] for pointer in pointers},
            )
        except KeyError as error:
            raise NotPartError from error


def decide(
    api: ir.Api,
    root: ResourceNode,
    methods: Mapping[str, str],
    collisions: Iterable[Collision],
    pointers: frozenset[str],
    arguments: Mapping[str, tuple[Argument, ...]],
    scope: Scope,
) -> Decisions:
    """Return the decisions about an API.

    Args:
        api: The API.
        root: The client, whose children are the resources.
        methods: The name of each operation's method, by pointer.
        collisions: The names of methods that were changed.
        pointers: The pointers of the declarations that are used.
        arguments: The arguments of each operation, by pointer.
        scope: The names of classes, which are claimed here.
    """
    claims = Claims(scope)
    names = name_models(api, pointers, claims)
    classes = name_classes(root, scope)
    layout = plan_layout(api, root, pointers, arguments)
    routes = narrower_routes(api.operations)
    return Decisions(
        names,
        {".".join(path): name for path, name in classes.items()},
        layout.resources,
        layout.models,
        names_by_operation_id(root, methods),
        {pointer: narrower for pointer, narrower in routes.items() if narrower},
        {name: tuple(_paths(node)) for name, node in root.children.items()},
        (*claims.collisions, *collisions),
    )


def _paths(node: ResourceNode) -> dict[str, None]:
    """Return the paths of the operations of a resource and of those within it, in order."""
    return {
        list(segments(operation.pointer))[1]: None
        for descendant in node.walk()
        for operation in descendant.operations
    }
