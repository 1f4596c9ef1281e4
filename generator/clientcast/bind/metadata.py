"""Metadata of an API for `clientcast.json`: facts for the reference docs beyond the code."""

from collections.abc import Mapping

from clientcast import ir
from clientcast.bind.arguments import Argument
from clientcast.bind.constants import common_error_type
from clientcast.bind.examples import decode_json, example_value
from clientcast.bind.operations import IDEMPOTENT_METHODS
from clientcast.bind.types import Annotations
from clientcast.bind.variants import accepted_media_type
from clientcast.code import to_source

JsonObject = dict[str, object]


def api_metadata(
    api: ir.Api,
    paths: Mapping[str, tuple[str, ...]],
    annotations: Annotations,
    arguments: Mapping[str, tuple[Argument, ...]],
) -> JsonObject:
    """Return the metadata of an API as JSON data, without empty values.

    Args:
        api: The API.
        paths: The attributes that lead to the method of each operation, by its pointer.
        annotations: The annotations of its types.
        arguments: The arguments of each operation, by its pointer.
    """
    return _without_empty(
        {
            "title": api.title,
            "version": api.version,
            "summary": api.text.summary,
            "description": api.text.description,
            "server": api.server.url if api.server else "",
            "operations": [
                _operation(api, o, paths[o.pointer], annotations, arguments[o.pointer])
                for o in api.operations
            ],
        }
    )


def _operation(
    api: ir.Api,
    operation: ir.Operation,
    path: tuple[str, ...],
    annotations: Annotations,
    arguments: tuple[Argument, ...],
) -> JsonObject:
    credentials = {scheme.name: scheme.argument for scheme in api.schemes}
    return _without_empty(
        {
            "name": ".".join(path),
            "operation_id": operation.id,
            "method": operation.method,
            "path": operation.path,
            "server": operation.server if api.server else "",
            "deprecated": operation.deprecated,
            "arguments": [
                _argument(argument, operation, api) for argument in arguments
            ],
            "content_type": (
                operation.body.content.media_types[0] if operation.body else ""
            ),
            "accept": (
                operation.success.accept
                if operation.success.accept != "application/json"
                else ""
            ),
            "credentials": [
                [
                    _without_empty(
                        {
                            "scheme": requirement.scheme,
                            "argument": credentials[requirement.scheme],
                            "scopes": list(requirement.scopes),
                        }
                    )
                    for requirement in alternative
                ]
                for alternative in operation.security
            ],
            "responses": [
                _response(response, operation, annotations, api)
                for response in operation.responses
            ],
            "retry_safe": operation.method in IDEMPOTENT_METHODS
            or operation.retry_safe,
            "paging": _paging(operation.paging),
            "polled": operation.polling is not None,
        }
    )


def _argument(argument: Argument, operation: ir.Operation, api: ir.Api) -> JsonObject:
    field = argument.field
    return _without_empty(
        {
            "argument": argument.name,
            "name": "" if argument.is_whole_body else field.name,
            "in": "body" if argument.location.is_body else str(argument.location),
            "required": field.required,
            "values": _known_values(field.type, api),
            "limits": list(field.constraints),
        },
        default=decode_json(field.default),
        example=example_value(argument, operation),
    )


def _response(
    response: ir.Response,
    operation: ir.Operation,
    annotations: Annotations,
    api: ir.Api,
) -> JsonObject:
    content = _content(response, operation)
    is_data = content is not None and content.kind.is_data
    type_ = content.type if content is not None and is_data else None
    if response.is_undescribed and response.status.startswith("2"):
        type_ = ir.UNDESCRIBED.type if operation.success.type is not None else None
    is_stream = content is None or operation.success.kind.is_stream
    if response.stream is not None and is_stream:
        type_ = response.stream.type
    if type_ is None and response.status[:1] in "45d" and response.media_types:
        type_ = common_error_type(api)
    return _without_empty(
        {
            "status": response.status,
            "description": response.description,
            "content_types": list(response.media_types),
            "type": (
                to_source(annotations.for_response(type_)) if type_ is not None else ""
            ),
            "headers": dict(response.headers),
        },
        example=decode_json(content.example if content is not None else ""),
    )


def _content(response: ir.Response, operation: ir.Operation) -> ir.Content | None:
    """Return the body of a response that the method of an operation requests."""
    is_success = response.status.startswith("2")
    accepted = accepted_media_type(operation.success.accept)
    requested = (c for c in response.contents if accepted in c.media_types)
    return next(requested, response.content) if is_success else response.content


def _known_values(type_: ir.Type, api: ir.Api) -> list[object]:
    """Return the values of an enum or a constant."""
    match type_:
        case ir.Constant(values):
            return list(values)
        case ir.Nullable(inner) | ir.ListOf(inner):
            return _known_values(inner, api)
        case ir.Named(pointer):
            schema = api.schemas[pointer]
            return list(schema.values) if isinstance(schema, ir.Enum) else []
        case _:
            return []


def _paging(paging: ir.Paging | None) -> str:
    match paging:
        case None:
            return ""
        case ir.CursorPaging():
            return f"a cursor, {paging.parameter}"
        case ir.OffsetPaging():
            return f"{paging.parameter} and {paging.limit}"
        case ir.PageNumberPaging():
            return f"the page number, {paging.parameter}"
        case ir.LinkPaging():
            return "the URL of the next page" if paging.url else "the Link header"


def _without_empty(values: JsonObject, **data: object) -> JsonObject:
    """Return values without empty ones, and data of the API without None: 0 and false stay."""
    present = {
        name: value
        for name, value in values.items()
        if value not in (None, "", [], {}, False)
    }
    return present | {name: value for name, value in data.items() if value is not None}
