"""Decides what the files of a package say: every name, annotation, docstring and call."""

from collections.abc import Iterable, Iterator

from clientcast import ir
from clientcast.bind.alternatives import with_alternatives
from clientcast.bind.arguments import arguments_of
from clientcast.bind.client import bind_constructor, with_argument_names
from clientcast.bind.code import Import, import_lines
from clientcast.bind.constants import Constants
from clientcast.bind.examples import Examples, first_call
from clientcast.bind.literals import docstring, one_line, string
from clientcast.bind.models import (
    Used,
    attribute_names,
    bind_models,
    name_models,
    reachable,
)
from clientcast.bind.names import Scope, pascal, snake
from clientcast.bind.operations import MODELS, Binder
from clientcast.bind.record import record
from clientcast.bind.resources import (
    bind_resource,
    children_of,
    name_classes,
    name_methods,
    spoken_by_pointer,
    spoken_names,
    tree_of,
)
from clientcast.bind.routes import other_routes
from clientcast.bind.texts import Texts
from clientcast.bind.types import Annotations
from clientcast.view import (
    ASYNC,
    SYNC,
    Client,
    Docstrings,
    Errors,
    Exports,
    Models,
    Package,
    Resource,
)

__all__ = ["bind"]

_ERRORS = (
    "APIConnectionError",
    "APIStatusError",
    "APITimeoutError",
    "AuthenticationError",
    "BadRequestError",
    "ConflictError",
    "InternalServerError",
    "NotFoundError",
    "PaginationError",
    "PermissionDeniedError",
    "RateLimitError",
    "ResponseValidationError",
    "ResponseWarning",
    "UnprocessableEntityError",
)
_OF_POLLING = "AcceptedError"
_RUNTIME_NAMES = (
    *_ERRORS,
    _OF_POLLING,
    "APIError",
    *[
        "ADDITIONAL",
        "Any",
        "AsyncClient",
        "AsyncCredential",
        "AsyncPage",
        "AsyncResource",
        "AsyncSender",
        "AsyncStream",
        "Call",
        "Client",
        "Credential",
        "CursorPaging",
        "Decimal",
        "Enum",
        "ErrorShape",
        "LinkPaging",
        "Literal",
        "Mapping",
        "Model",
        "NoneType",
        "OffsetPaging",
        "OnRequest",
        "OnResponse",
        "OpenEnum",
        "Page",
        "Polling",
        "Resource",
        "Scheme",
        "Security",
        "Sender",
        "Sequence",
        "Server",
        "ServerSentEvent",
        "Stream",
        "TYPE_CHECKING",
        "TypeAlias",
        "File",
        "UNSET",
        "UUID",
        "UnsetType",
        "Variable",
        "builtins",
        "date",
        "datetime",
        "field",
        "httpx2",
        "nullable",
        "part",
        "styled",
        "recursive",
        "time",
        "timedelta",
        "unless_empty",
    ],
)


def bind(api: ir.Api, digest: str, left_out: tuple[str, ...] = ()) -> Package:
    """What the files of an API's package say.

    Args:
        api: The API.
        digest: SHA-256 of the document that it was read from.
        left_out: The operations of the document that were not wanted.
    """
    api = with_alternatives(with_argument_names(api))
    client_name = _client_name(api)
    error_base = f"{client_name}Error"
    scope = Scope((*_RUNTIME_NAMES, client_name, f"Async{client_name}", error_base))
    used = Used(
        reachable(api, _received(api)),
        reachable(api, _sent(api)),
    )
    names = name_models(api, used.received | used.sent, scope)
    root = tree_of(api)
    classes = name_classes(root, scope)
    annotations = Annotations(api.schemas, names, MODELS)
    constants = Constants(api, annotations)
    attributes = {
        pointer: attribute_names(schema)
        for pointer, schema in api.schemas.items()
        if isinstance(schema, ir.Record)
    }
    methods = name_methods(root)
    texts = Texts(api, spoken_names(root, methods))
    others = other_routes(api.operations)
    examples = Examples(api, snake(client_name, "client"), names, attributes)
    binder = Binder(api, annotations, constants, attributes, texts, examples, others)
    resources: list[Resource] = []
    imports: set[Import] = set()
    for node in root.below():
        if node.path:
            resource, needed = bind_resource(node, classes, methods, binder)
            resources.append(resource)
            imports |= needed
    spoken = spoken_by_pointer(root, methods)
    first = first_call(api)
    first_calls = {
        mode.prefix: (
            binder.example(first, spoken[first.pointer], mode, brief=True)
            if first is not None
            else ""
        )
        for mode in (SYNC, ASYNC)
    }
    constructor = bind_constructor(api, constants, client_name, first_calls)
    is_polled = any(operation.polling for operation in api.operations)
    errors = (_OF_POLLING, *_ERRORS) if is_polled else _ERRORS
    models = bind_models(api, names, used)
    imports |= constructor.server.imports | constructor.credentials.imports
    imports |= constructor.errors.imports | {Import("httpx2")}
    imports |= {Import("._runtime.setup", name) for name in ("OnRequest", "OnResponse")}
    return Package(
        title=one_line(api.title),
        version=one_line(api.version),
        spec_digest=digest,
        left_out=left_out,
        errors=Errors(error_base, errors, _literals((*errors, error_base))),
        exports=_exports(
            api, client_name, (*errors, error_base), names.values(), models
        ),
        docstrings=_docstrings(one_line(api.title)),
        client=Client(
            name=client_name,
            docstrings=constructor.docstrings,
            imports=import_lines(imports | _runtime_imports(api, "", "client")),
            async_imports=import_lines(
                imports | _runtime_imports(api, "Async", "async_client")
            ),
            children=children_of(root, classes),
            resources=tuple(resources),
            parameters=constructor.parameters,
            server=constructor.server.text,
            credentials=constructor.credentials.text,
            has_own_servers=any(operation.server for operation in api.operations),
        ),
        models=models,
        constants=constants.view(),
        record=record(api, spoken, annotations),
    )


def _exports(
    api: ir.Api,
    client: str,
    errors: tuple[str, ...],
    models: Iterable[str],
    bound: Models,
) -> Exports:
    """What `__init__.py` passes on."""
    runtime: set[Import] = set()
    if any(operation.success.kind.is_stream for operation in api.operations):
        runtime.add(Import("._runtime.async_stream", "AsyncStream"))
        runtime.add(Import("._runtime.stream", "Stream"))
    if any(o.success.kind is ir.MediaKind.EVENTS for o in api.operations):
        runtime.add(Import("._runtime.items", "ServerSentEvent"))
    if any(operation.paging for operation in api.operations):
        runtime.add(Import("._runtime.async_client", "AsyncPage"))
        runtime.add(Import("._runtime.client", "Page"))
    if any(_is_multipart(operation) for operation in api.operations):
        runtime.add(Import("._runtime.bodies", "File"))
    aliases = (alias.name for alias in bound.aliases)
    of_errors = tuple(sorted(errors))
    of_models = tuple(sorted({*models, *aliases}))
    names = (client, f"Async{client}", *of_errors, *of_models)
    return Exports(
        import_lines(runtime),
        of_errors,
        of_models,
        _literals((*names, *(item.name for item in runtime))),
    )


def _is_multipart(operation: ir.Operation) -> bool:
    body = operation.body
    return body is not None and body.content.kind is ir.MediaKind.MULTIPART


def _literals(names: Iterable[str]) -> tuple[str, ...]:
    return tuple(string(name) for name in sorted(names))


def _client_name(api: ir.Api) -> str:
    """What the client is called: its name, or with `Api` where the runtime has that."""
    name = pascal(api.name, kind="Api")
    wanted = {name, f"Async{name}", f"{name}Error"}
    return f"{name}Api" if wanted & set(_RUNTIME_NAMES) else name


def _docstrings(title: str) -> Docstrings:
    return Docstrings(
        package=docstring(f"A client of {title}, synchronous and asynchronous."),
        client=docstring(f"The synchronous client of {title}."),
        async_client=docstring(f"The asynchronous client of {title}."),
        models=docstring(f"What goes over the wire to and from {title}."),
        errors=docstring(f"What the clients of {title} raise."),
        constants=docstring(f"What both clients know of {title}."),
    )


def _runtime_imports(api: ir.Api, prefix: str, module: str) -> set[Import]:
    """What a client takes from its own module of the runtime."""
    names = {"Client", "Resource", "Sender"}
    if any(operation.paging for operation in api.operations):
        names.add("Page")
    imports = {Import(f"._runtime.{module}", prefix + name) for name in names}
    if any(operation.success.kind.is_stream for operation in api.operations):
        of_streams = module.replace("client", "stream")
        imports.add(Import(f"._runtime.{of_streams}", f"{prefix}Stream"))
    if api.schemes:
        imports.add(Import("._runtime.security", f"{prefix}Credential"))
    return imports


def _received(api: ir.Api) -> Iterator[ir.Type]:
    yield from api.inbound
    for operation in api.operations:
        for response in operation.responses:
            if response.type is not None:
                yield response.type
            if response.stream is not None:
                yield response.stream.type
                yield from (type_ for _, type_ in response.stream.by_event)


def _sent(api: ir.Api) -> Iterator[ir.Type]:
    for operation in api.operations:
        for argument in arguments_of(operation, api.schemas):
            yield argument.field.type
