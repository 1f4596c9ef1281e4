"""What `clientcast.json` keeps of an API that its code does not say: the reference needs both."""

from collections.abc import Mapping

from clientcast import ir
from clientcast.bind.arguments import Argument
from clientcast.bind.constants import usual_error
from clientcast.bind.examples import example_value, plain_json
from clientcast.bind.operations import IDEMPOTENT
from clientcast.bind.types import Annotations
from clientcast.code import printed

Record = dict[str, object]


def record(
    api: ir.Api,
    names: Mapping[str, str],
    annotations: Annotations,
    arguments: Mapping[str, tuple[Argument, ...]],
) -> Record:
    """The API as plain data; what is empty is left out.

    Args:
        api: The API.
        names: The dotted Python name of each operation, by its pointer.
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
                _operation(api, o, names[o.pointer], annotations, arguments[o.pointer])
                for o in api.operations
            ],
        }
    )


def _operation(
    api: ir.Api,
    operation: ir.Operation,
    name: str,
    annotations: Annotations,
    arguments: tuple[Argument, ...],
) -> Record:
    credentials = {scheme.name: scheme.argument for scheme in api.schemes}
    idempotent = operation.method in IDEMPOTENT or operation.retry_safe
    return _without_empty(
        {
            "name": name,
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
            "answers": [
                _answer(response, annotations, api) for response in operation.responses
            ],
            "retried": (
                "may be repeated" if idempotent else "only if it was not received"
            ),
            "paging": _paging(operation.paging),
            "polled": operation.polling is not None,
        }
    )


def _argument(argument: Argument, operation: ir.Operation, api: ir.Api) -> Record:
    field = argument.field
    return _without_empty(
        {
            "argument": argument.name,
            "name": "" if argument.whole else field.name,
            "in": "body" if argument.place.is_body else str(argument.place),
            "required": field.required,
            "values": _values(field.type, api),
            "limits": list(field.limits),
        },
        default=plain_json(field.default),
        example=example_value(argument, operation),
    )


def _answer(response: ir.Response, annotations: Annotations, api: ir.Api) -> Record:
    type_ = response.type
    if type_ is None and response.stream is not None:
        type_ = response.stream.type
    if type_ is None and response.status[:1] in "45d" and response.media_types:
        type_ = usual_error(api)
    return _without_empty(
        {
            "status": response.status,
            "description": response.description,
            "content_types": list(response.media_types),
            "type": printed(annotations.received(type_)) if type_ is not None else "",
            "headers": dict(response.headers),
        },
        example=plain_json(response.content.example if response.content else ""),
    )


def _values(type_: ir.Type, api: ir.Api) -> list[object]:
    """The values that are known of an enum or a constant."""
    match type_:
        case ir.Constant(values):
            return list(values)
        case ir.Nullable(inner) | ir.ListOf(inner):
            return _values(inner, api)
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
        case ir.LinkPaging():
            return "the Link header"


def _without_empty(values: Record, **data: object) -> Record:
    """The values that say something; of data of the API, all but None does: 0 and false too."""
    said = {
        name: value
        for name, value in values.items()
        if value not in (None, "", [], {}, False)
    }
    return said | {name: value for name, value in data.items() if value is not None}
