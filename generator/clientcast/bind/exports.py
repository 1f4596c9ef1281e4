"""The names of a package that are not the document's: its client, its errors, the runtime's."""

from collections.abc import Iterable

from clientcast import ir
from clientcast.bind.code import Import, import_lines
from clientcast.bind.literals import string
from clientcast.bind.names import pascal
from clientcast.view import Errors, Exports, Models

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
RUNTIME_NAMES = (
    *_ERRORS,
    _OF_POLLING,
    "APIError",
    *[
        "ADDITIONAL",
        "ANYTHING",
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
"""What no class of a package may be called."""


def client_name(api: ir.Api) -> str:
    """What the client is called: its name, or with `Api` where the runtime has that."""
    name = pascal(api.name, kind="Api")
    wanted = {name, f"Async{name}", f"{name}Error"}
    return f"{name}Api" if wanted & set(RUNTIME_NAMES) else name


def bind_errors(api: ir.Api, base: str) -> Errors:
    """What `errors.py` passes on.

    Args:
        api: The API.
        base: The name of the class that all errors of its client share.
    """
    is_polled = any(operation.polling for operation in api.operations)
    errors = (_OF_POLLING, *_ERRORS) if is_polled else _ERRORS
    return Errors(base, errors, _literals((*errors, base)))


def bind_exports(
    api: ir.Api, client: str, errors: Errors, models: tuple[Models, ...]
) -> Exports:
    """What `__init__.py` passes on."""
    runtime: set[Import] = set()
    kinds = {operation.success.kind for operation in api.operations}
    if any(kind.is_stream for kind in kinds):
        runtime.add(Import("._runtime.async_stream", "AsyncStream"))
        runtime.add(Import("._runtime.stream", "Stream"))
    if ir.MediaKind.EVENTS in kinds:
        runtime.add(Import("._runtime.items", "ServerSentEvent"))
    if any(operation.paging for operation in api.operations):
        runtime.add(Import("._runtime.async_client", "AsyncPage"))
        runtime.add(Import("._runtime.client", "Page"))
    if any(_is_multipart(operation) for operation in api.operations):
        runtime.add(Import("._runtime.bodies", "File"))
    of_errors = tuple(sorted((*errors.names, errors.base)))
    of_models = tuple(sorted(name for module in models for name in module.names))
    names = (client, f"Async{client}", *of_errors, *of_models)
    literals = _literals((*names, *(item.name for item in runtime)))
    if any(module.name for module in models):
        runtime.add(Import("typing", "TYPE_CHECKING"))
    return Exports(
        import_lines(runtime),
        of_errors,
        of_models,
        literals,
    )


def _is_multipart(operation: ir.Operation) -> bool:
    body = operation.body
    return body is not None and body.content.kind is ir.MediaKind.MULTIPART


def _literals(names: Iterable[str]) -> tuple[str, ...]:
    return tuple(string(name) for name in sorted(names))
