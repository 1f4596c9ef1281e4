"""Exports of a package: the client, the errors, the models and names of the runtime."""

from functools import cache

from clientcast import ir
from clientcast.bind import runtime
from clientcast.bind.constants import ERRORS, SERVER, SERVERS
from clientcast.bind.lines import one_line
from clientcast.bind.names import pascal_case
from clientcast.code import Constant, Import, Imports, Name, imports_in
from clientcast.view import Errors, Exports, ModelModule

_ERRORS = (
    "APIConnectionError",
    "APIStatusError",
    "APITimeoutError",
    "AuthenticationError",
    "BadRequestError",
    "ConflictError",
    "FailureReason",
    "InternalServerError",
    "NotFoundError",
    "PaginationError",
    "PaginationWarning",
    "PermissionDeniedError",
    "RateLimitError",
    "ResponseValidationError",
    "ResponseWarning",
    "UnprocessableEntityError",
)
_POLLING_ERROR = "AcceptedError"
_TOKEN_ERROR = "TokenError"
_WEBHOOK_ERRORS = ("WebhookBodyError", "WebhookVerificationError")


@cache
def reserved_classes() -> frozenset[str]:
    """Return the names that no class of a package may have, as its modules use them."""
    names = (
        runtime.IMPORTED_NAMES
        | runtime.template_identifiers()
        | {*_ERRORS, _POLLING_ERROR, _TOKEN_ERROR, *_WEBHOOK_ERRORS}
    )
    return frozenset(n for n in names if n[:1].isupper() and not n.isupper())


@cache
def reserved_constants() -> frozenset[str]:
    """Return the upper-case names that no class of a package may have."""
    names = (
        runtime.IMPORTED_NAMES
        | runtime.template_identifiers()
        | {SERVER.name, SERVERS.name, ERRORS.name}
    )
    return frozenset(name for name in names if name.isupper())


def client_name(api: ir.Api) -> str:
    """Return the name of the client class; it ends with `Api` if the runtime uses it."""
    name = pascal_case(api.name, kind="Api")
    derived_names = {name, f"Async{name}", f"{name}Error"}
    reserved = reserved_classes() | reserved_constants()
    return f"{name}Api" if derived_names & reserved else name


def bind_errors(api: ir.Api, base: str) -> Errors:
    """Return the contents of `errors.py`.

    Args:
        api: The API.
        base: The name of the base class of all errors.
    """
    has_polling = any(operation.polling for operation in api.operations)
    optional = {
        _POLLING_ERROR: has_polling,
        _TOKEN_ERROR: any(scheme.flows for scheme in api.schemes),
        **dict.fromkeys(_WEBHOOK_ERRORS, api.webhooks is not None),
    }
    present = (name for name, is_present in optional.items() if is_present)
    errors = tuple(sorted((*_ERRORS, *present)))
    return Errors(base, errors, tuple(sorted((*errors, base))))


def bind_exports(
    api: ir.Api,
    client: str,
    errors: Errors,
    models: tuple[ModelModule, ...],
    imports: frozenset[Import],
) -> Exports:
    """Return the exports of the package's `__init__.py`.

    Args:
        api: The API.
        client: The name of the client class.
        errors: The contents of `errors.py`.
        models: The modules of models.
        imports: The imports of the methods.
    """
    names: list[Name] = []
    kinds = {operation.success.kind for operation in api.operations}
    if any(kind.is_stream for kind in kinds):
        names += [runtime.ASYNC_STREAM, runtime.STREAM]
    if ir.MediaKind.EVENTS in kinds:
        names.append(runtime.SERVER_SENT_EVENT)
    if any(operation.paging for operation in api.operations):
        names += [runtime.ASYNC_PAGE, runtime.PAGE]
    if any(_has_multipart_body(operation) for operation in api.operations):
        names.append(runtime.FILE)
    if any(scheme.flows for scheme in api.schemes):
        names.append(runtime.TOKEN_OPTIONS)
    if api.webhooks is not None and api.webhooks.event != ir.Anything():
        names.append(runtime.UNKNOWN)
    used = imports.union(*(m.imports.names for m in models))
    if runtime.UNKNOWN.source in used and runtime.UNKNOWN not in names:
        names.append(runtime.UNKNOWN)
    if not used.isdisjoint((runtime.UNSET.source, runtime.UNSET_TYPE.source)):
        names.append(runtime.UNSET)
    error_names = tuple(sorted((*errors.names, errors.base)))
    model_names = tuple(sorted(name for module in models for name in module.names))
    runtime_names = (name.name for name in names)
    exported = (client, f"Async{client}", *error_names, *model_names, *runtime_names)
    if any(module.name for module in models):
        names.append(runtime.TYPE_CHECKING)
    return Exports(
        runtime=Imports(frozenset(imports_in(*names))),
        errors=error_names,
        models=model_names,
        names=tuple(sorted(exported)),
        version=Constant(one_line(api.version)),
    )


def _has_multipart_body(operation: ir.Operation) -> bool:
    body = operation.body
    return body is not None and body.content.kind is ir.MediaKind.MULTIPART
