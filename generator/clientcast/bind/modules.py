"""Modules of the clients: the classes of resources and of the client itself."""

from collections.abc import Iterable, Mapping

from msgspec import Struct
from msgspec.structs import replace

from clientcast import ir
from clientcast.bind import runtime
from clientcast.bind.arguments import has_upload
from clientcast.bind.client import Constructor
from clientcast.bind.constants import SERVER_NAME
from clientcast.bind.docstrings import docstring
from clientcast.bind.layout import Layout
from clientcast.bind.lines import one_line
from clientcast.bind.method_texts import DocstringsByMode
from clientcast.bind.operations import BoundMethod, MethodBinder
from clientcast.bind.resources import ResourceNode
from clientcast.code import (
    Arguments,
    Constant,
    Import,
    Imports,
    Tuple,
    imports_in,
)
from clientcast.faults import working_on
from clientcast.resource_attribute import ResourceAttribute
from clientcast.view import (
    ASYNC,
    SYNC,
    Client,
    Mode,
    ResourceClass,
    ResourceModule,
)
from clientcast.webhooks_view import Webhooks


class ResourceGroup(Struct, frozen=True):
    """The resource classes of one attribute of the client.

    Attributes:
        child: The attribute.
        resources: The class of the attribute, after the classes of its own attributes.
        imports: The imports that their methods need.
    """

    child: ResourceAttribute
    resources: tuple[ResourceClass, ...]
    imports: frozenset[Import]


class ResourceBinder(Struct, frozen=True):
    """Binder of the resources of one API to classes.

    Attributes:
        class_names: The name of each class, by the path of the resource.
        method_names: The name of each method, by the pointer of the operation.
    """

    binder: MethodBinder
    class_names: dict[tuple[str, ...], str]
    method_names: dict[str, str]

    def bind_groups(self, root: ResourceNode) -> tuple[ResourceGroup, ...]:
        """Return the classes of the resources, one group for each attribute of the client.

        Their methods have no docstrings yet.
        """
        return tuple(
            self._group(child, node)
            for child, node in zip(
                self._children(root), root.children.values(), strict=True
            )
        )

    def _group(self, child: ResourceAttribute, node: ResourceNode) -> ResourceGroup:
        resources: list[ResourceClass] = []
        imports: set[Import] = set()
        for descendant in node.walk():
            resource, resource_imports = self._resource(descendant)
            resources.append(resource)
            imports |= resource_imports
        return ResourceGroup(child, tuple(resources), frozenset(imports))

    def _resource(self, node: ResourceNode) -> tuple[ResourceClass, frozenset[Import]]:
        names = [self.method_names[operation.pointer] for operation in node.operations]
        shadowed = frozenset((*names, *node.children))
        bound_methods: list[BoundMethod] = []
        for operation, name in zip(node.operations, names, strict=True):
            with working_on(f"#{operation.pointer}"):
                bound_methods.append(
                    self.binder.bind_method(operation, (*node.path, name), shadowed)
                )
        path = ".".join(node.path)
        tags = self.binder.api.tags
        text = tags.get(node.tag, "") or f"The operations of `{one_line(path)}`."
        methods = tuple(item.method for item in bound_methods)
        base_names = [
            base
            for container, base in _RESOURCE_BASES.items()
            if any(method.container == container for method in methods)
        ]
        bases = _bases(base_names or ["Resource"])
        resource = ResourceClass(
            name=self.class_names[node.path],
            path=path,
            bases=bases,
            docstring=docstring(self.binder.docstrings.with_python_names(text)),
            children=self._children(node),
            methods=methods,
        )
        return resource, frozenset[Import]().union(
            *(item.imports for item in bound_methods)
        )

    def _children(self, node: ResourceNode) -> tuple[ResourceAttribute, ...]:
        return tuple(
            ResourceAttribute(name, self.class_names[child.path])
            for name, child in node.children.items()
        )


def with_docstrings(
    groups: tuple[ResourceGroup, ...], docstrings: Mapping[str, DocstringsByMode]
) -> tuple[ResourceGroup, ...]:
    """Return the classes of resources with the docstrings of their methods.

    Args:
        groups: The classes.
        docstrings: The docstrings of the methods of each operation, by its pointer.
    """

    def described(resource: ResourceClass) -> ResourceClass:
        methods = tuple(
            replace(m, docstrings=docstrings[m.pointer]) for m in resource.methods
        )
        return replace(resource, methods=methods)

    return tuple(
        replace(group, resources=tuple(map(described, group.resources)))
        for group in groups
    )


def bind_client(
    api: ir.Api,
    name: str,
    constructor: Constructor,
    groups: tuple[ResourceGroup, ...],
    layout: Layout,
    webhooks: Webhooks | None,
) -> Client:
    """Return the contents of `client.py` and `async_client.py`."""
    inline_groups = () if layout.resources else groups
    lazy_children = tuple(
        replace(
            group.child,
            module=layout.resources[group.child.attribute],
            docstring=group.resources[-1].docstring,
        )
        for group in groups
        if layout.resources
    )
    constructor_names = (
        constructor.server,
        constructor.credentials,
        constructor.errors,
        runtime.ON_REQUEST,
        runtime.ON_RESPONSE,
        runtime.SSL_CONTEXT,
    )
    imports = {Import("httpx2"), *imports_in(*constructor_names)}
    if api.named_servers:
        imports.update(imports_in(SERVER_NAME))
    bases = _bases(_client_base_names(api))
    if lazy_children or webhooks:
        imports.update(imports_in(runtime.TYPE_CHECKING, runtime.LAZY_ATTRIBUTE))
    if inline_groups:
        imports.update(imports_in(runtime.RESOURCE_ATTRIBUTE))
    return Client(
        name=name,
        docstrings=constructor.docstrings,
        imports={
            mode.class_prefix: Imports(
                frozenset(imports)
                | _resource_imports(inline_groups, mode)
                | _mode_imports(["Credential"] if api.schemes else [], mode)
                | frozenset(imports_in(bases[mode.class_prefix]))
                | frozenset(imports_in(_HTTP_OPENERS[mode]))
                | frozenset(
                    imports_in(_OAUTH_CREDENTIALS[mode], runtime.TOKEN_OPTIONS)
                    if any(scheme.flows for scheme in api.schemes)
                    else ()
                )
            )
            for mode in (SYNC, ASYNC)
        },
        bases=bases,
        children=tuple(group.child for group in inline_groups),
        lazy_children=lazy_children,
        resources=tuple(r for group in inline_groups for r in group.resources),
        parameters=constructor.parameters,
        server=constructor.server,
        credentials=constructor.credentials,
        has_named_servers=bool(api.named_servers),
        headers=constructor.headers,
        has_own_servers=any(operation.server for operation in api.operations),
        trusted_servers=(
            Tuple(tuple(map(Constant, api.server.trusted_origins)))
            if api.server and api.server.other_origins
            else None
        ),
        webhooks=webhooks,
    )


def bind_modules(
    groups: tuple[ResourceGroup, ...], layout: Layout
) -> tuple[ResourceModule, ...]:
    """Return the modules of resources; none if the resources are in the client's module."""
    return tuple(
        ResourceModule(
            name=layout.resources[group.child.attribute],
            docstring=group.resources[-1].docstring,
            imports={
                mode.class_prefix: Imports(
                    _resource_imports((group,), mode),
                    mode.resources_package,
                )
                for mode in (SYNC, ASYNC)
            },
            resources=group.resources,
        )
        for group in groups
        if layout.resources
    )


def _resource_imports(
    groups: tuple[ResourceGroup, ...], mode: Mode
) -> frozenset[Import]:
    """Return the imports of classes of resources."""
    resources = [resource for group in groups for resource in group.resources]
    methods = (method for resource in resources for method in resource.methods)
    names = filter(None, (method.container for method in methods))
    bases = (resource.bases[mode.class_prefix] for resource in resources)
    has_children = any(resource.children for resource in resources)
    imports = _mode_imports(names, mode).union(
        imports_in(*bases, *([runtime.RESOURCE_ATTRIBUTE] if has_children else [])),
        *(group.imports for group in groups),
    )
    if mode is ASYNC:
        return frozenset(_ASYNC_IMPORTS.get(name, name) for name in imports)
    return imports


def _client_base_names(api: ir.Api) -> list[str]:
    """Return the base classes of the client, without the class prefix of the mode."""
    names: list[str] = []
    if any(operation.success.is_downloadable for operation in api.operations):
        names.append("DownloadingClient")
    if any(operation.polling for operation in api.operations):
        names.append("PollingClient")
    if any(has_upload(operation) for operation in api.operations):
        names.append("UploadingClient")
    return names or ["Client"]


def _bases(names: Iterable[str]) -> dict[str, Arguments]:
    """Return base classes by class prefix of the mode."""
    return {
        mode.class_prefix: Arguments(
            tuple(_MODE_NAMES[mode.class_prefix + name] for name in names)
        )
        for mode in (SYNC, ASYNC)
    }


def _mode_imports(names: Iterable[str], mode: Mode) -> frozenset[Import]:
    """Return the imports of runtime names, which differ between the modes."""
    return frozenset(
        imports_in(*(_MODE_NAMES[mode.class_prefix + name] for name in names))
    )


_HTTP_OPENERS = {SYNC: runtime.HTTP_OPENER, ASYNC: runtime.ASYNC_HTTP_OPENER}
_OAUTH_CREDENTIALS = {
    SYNC: runtime.OAUTH_CREDENTIAL,
    ASYNC: runtime.ASYNC_OAUTH_CREDENTIAL,
}

_ASYNC_IMPORTS = dict(
    zip(
        imports_in(runtime.BYTE_SOURCE),
        imports_in(runtime.ASYNC_BYTE_SOURCE),
        strict=True,
    )
)
"""The imports of names in signatures that have another meaning in asynchronous clients."""

_MODE_NAMES = {
    node.name: node
    for node in (
        runtime.CLIENT,
        runtime.ASYNC_CLIENT,
        runtime.RESOURCE,
        runtime.ASYNC_RESOURCE,
        runtime.PAGE,
        runtime.ASYNC_PAGE,
        runtime.STREAM,
        runtime.ASYNC_STREAM,
        runtime.CREDENTIAL,
        runtime.ASYNC_CREDENTIAL,
        runtime.PAGING_RESOURCE,
        runtime.ASYNC_PAGING_RESOURCE,
        runtime.STREAMING_RESOURCE,
        runtime.ASYNC_STREAMING_RESOURCE,
        runtime.DOWNLOADING_CLIENT,
        runtime.ASYNC_DOWNLOADING_CLIENT,
        runtime.POLLING_CLIENT,
        runtime.ASYNC_POLLING_CLIENT,
        runtime.UPLOADING_CLIENT,
        runtime.ASYNC_UPLOADING_CLIENT,
    )
}

_RESOURCE_BASES = {"Page": "PagingResource", "Stream": "StreamingResource"}
"""The base class of resources with a method that returns a container."""
