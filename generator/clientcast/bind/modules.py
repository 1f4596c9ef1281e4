"""The modules of the clients: classes of resources, and the client that they hang on."""

from collections.abc import Iterable
from dataclasses import dataclass, replace

from clientcast import ir
from clientcast.bind import runtime
from clientcast.bind.client import Constructor
from clientcast.bind.docstrings import docstring
from clientcast.bind.layout import Layout
from clientcast.bind.literals import one_line
from clientcast.bind.operations import Binder, Bound
from clientcast.bind.resources import Node
from clientcast.code import (
    Builtin,
    Constant,
    Import,
    Imports,
    Tuple,
    imports_in,
    qualified,
)
from clientcast.faults import working_on
from clientcast.view import ASYNC, SYNC, Child, Client, Mode, Resource, Resources


@dataclass(frozen=True, slots=True)
class Group:
    """The resource of an attribute of the client, with those below it.

    Attributes:
        child: The attribute.
        resources: Those that others need first; the attribute's is the last.
        imports: What their methods need.
    """

    child: Child
    resources: tuple[Resource, ...]
    imports: frozenset[Import]


@dataclass(frozen=True, slots=True)
class Classes:
    """Makes classes of the resources of one API.

    Attributes:
        names: Of the classes, by the path of the resource.
        methods: The names of methods, by the pointer of the operation.
    """

    binder: Binder
    names: dict[tuple[str, ...], str]
    methods: dict[str, str]

    def groups(self, root: Node) -> tuple[Group, ...]:
        """The resources below the client, by the attributes that they hang on."""
        return tuple(
            self._group(child, node)
            for child, node in zip(
                self._children(root), root.children.values(), strict=True
            )
        )

    def _group(self, child: Child, node: Node) -> Group:
        resources: list[Resource] = []
        imports: set[Import] = set()
        for below in node.below():
            resource, needed = self._resource(below)
            resources.append(resource)
            imports |= needed
        return Group(child, tuple(resources), frozenset(imports))

    def _resource(self, node: Node) -> tuple[Resource, frozenset[Import]]:
        names = [self.methods[operation.pointer] for operation in node.operations]
        hidden = frozenset(names)
        bound: list[Bound] = []
        for operation, name in zip(node.operations, names, strict=True):
            with working_on(f"#{operation.pointer}"):
                spoken = ".".join((*node.path, name))
                bound.append(self.binder.bind(operation, spoken, hidden))
        path = ".".join(node.path)
        tags = self.binder.api.tags
        text = tags.get(node.tag, "") or f"The operations of `{one_line(path)}`."
        resource = Resource(
            name=self.names[node.path],
            path=path,
            docstring=docstring(self.binder.texts.in_python(text)),
            children=self._children(node),
            methods=tuple(item.method for item in bound),
        )
        return resource, frozenset[Import]().union(*(item.imports for item in bound))

    def _children(self, node: Node) -> tuple[Child, ...]:
        return tuple(
            Child(name, self.names[child.path]) for name, child in node.children.items()
        )


def bind_client(
    api: ir.Api,
    name: str,
    constructor: Constructor,
    groups: tuple[Group, ...],
    layout: Layout,
) -> Client:
    """What `client.py` and `async_client.py` say."""
    beside = () if layout.resources else groups
    later = tuple(
        replace(
            group.child,
            module=layout.resources[group.child.attribute],
            docstring=group.resources[-1].docstring,
        )
        for group in groups
        if layout.resources
    )
    hidden = frozenset(child.attribute for child in later)
    decorator = qualified(Builtin("property"), hidden)
    constructor_names = (
        constructor.server,
        constructor.credentials,
        constructor.errors,
        runtime.ON_REQUEST,
        runtime.ON_RESPONSE,
        decorator,
    )
    imports = {Import("httpx2"), *imports_in(*constructor_names)}
    if later:
        imports.update(imports_in(runtime.TYPE_CHECKING))
    return Client(
        name=name,
        docstrings=constructor.docstrings,
        imports={
            mode.prefix: Imports(
                frozenset(imports)
                | _of_resources(beside, mode, attached=bool(beside))
                | _runtime(["Client", *(["Credential"] if api.schemes else [])], mode)
            )
            for mode in (SYNC, ASYNC)
        },
        children=tuple(group.child for group in beside),
        later=later,
        resources=tuple(r for group in beside for r in group.resources),
        property=decorator,
        parameters=constructor.parameters,
        server=constructor.server,
        credentials=constructor.credentials,
        has_own_servers=any(operation.server for operation in api.operations),
        trusted_servers=(
            Tuple(tuple(map(Constant, api.server.trusted)))
            if api.server and api.server.others
            else None
        ),
    )


def bind_modules(groups: tuple[Group, ...], layout: Layout) -> tuple[Resources, ...]:
    """What the modules of resources say; none where they stand beside the client."""
    return tuple(
        Resources(
            name=layout.resources[group.child.attribute],
            docstring=group.resources[-1].docstring,
            imports={
                mode.prefix: Imports(
                    _of_resources((group,), mode, attached=False), mode.resources
                )
                for mode in (SYNC, ASYNC)
            },
            resources=group.resources,
        )
        for group in groups
        if layout.resources
    )


def _of_resources(
    groups: tuple[Group, ...], mode: Mode, *, attached: bool
) -> frozenset[Import]:
    """What classes of resources need.

    Args:
        groups: The classes.
        mode: That of the client.
        attached: Whether they are made in the same module.
    """
    resources = [resource for group in groups for resource in group.resources]
    names = ["Resource"] if resources else []
    if attached or any(resource.children for resource in resources):
        names.append("Sender")
    methods = (method for resource in resources for method in resource.methods)
    names += filter(None, (method.container for method in methods))
    return _runtime(names, mode).union(*(group.imports for group in groups))


def _runtime(names: Iterable[str], mode: Mode) -> frozenset[Import]:
    """Return the imports of runtime names, which differ between the modes."""
    return frozenset(imports_in(*(_OF_MODE[mode.prefix + name] for name in names)))


_OF_MODE = {
    node.name: node
    for node in (
        runtime.CLIENT,
        runtime.ASYNC_CLIENT,
        runtime.RESOURCE,
        runtime.ASYNC_RESOURCE,
        runtime.PAGE,
        runtime.ASYNC_PAGE,
        runtime.SENDER,
        runtime.ASYNC_SENDER,
        runtime.STREAM,
        runtime.ASYNC_STREAM,
        runtime.CREDENTIAL,
        runtime.ASYNC_CREDENTIAL,
    )
}
