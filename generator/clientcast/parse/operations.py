"""Parsing of operations: parameters, bodies, responses, security, paging and polling."""

from collections.abc import Iterator
from typing import Any

from msgspec import Struct

from clientcast import ir
from clientcast.faults import working_on
from clientcast.openapi import METHODS, TEMPLATE_EXPRESSION
from clientcast.parse.contents import ContentReader
from clientcast.parse.context import Context
from clientcast.parse.credentials import CredentialParameters
from clientcast.parse.parameter_names import parameter_names
from clientcast.parse.parameters import ParameterReader
from clientcast.parse.querystrings import QuerystringReader
from clientcast.parse.results import read_results, stream_success
from clientcast.parse.security import Security, read_security
from clientcast.parse.servers import read_operation_server
from clientcast.parse.state import read_state
from clientcast.parse.streams import StreamReader
from clientcast.plain import is_mapping, mapping, text, texts
from clientcast.references import Located, segments
from clientcast.route import request_route, route_parameters
from clientcast.source import escape

_JSON = ir.MediaKind.JSON


def read_operations(
    context: Context,
    contents: ContentReader,
    streams: StreamReader,
    credentials: CredentialParameters,
    server: ir.Server | None,
) -> Iterator[ir.Operation]:
    """Yield the operations of a document in its order.

    Args:
        context: The document.
        contents: Reader of bodies.
        streams: Reader of streams.
        credentials: Finder of the parameters that carry credentials.
        server: The server of operations without a server of their own.
    """
    parameters = ParameterReader(context, contents.schemas, QuerystringReader(contents))
    default_security = mapping(context.document.data).get("security")
    for path, item in path_items(context):
        for method, operation in path_operations(item):
            # Paths may reference the same Path Item, and so have operations at one pointer.
            suffix = operation.pointer.removeprefix(item.pointer)
            pointer = f"/paths/{escape(path)}{suffix}"
            with working_on(f"#{operation.pointer}"):
                route = request_route(path, *parameter_names(context, item, operation))
                reader = _OperationReader(
                    context,
                    parameters,
                    contents,
                    streams,
                    route,
                    method,
                    item,
                    operation,
                    pointer,
                )
                own_security = mapping(operation.value).get("security")
                security = read_security(
                    default_security if own_security is None else own_security,
                    credentials.schemes,
                )
                marked, security = credentials.assign(
                    reader.read_parameters(),
                    security,
                    is_anonymous=own_security is not None and not any(security),
                )
                own_server = read_operation_server(context, server, item, operation)
                read = reader.read(marked, security, own_server)
            yield read


def path_items(context: Context) -> Iterator[tuple[str, Located]]:
    """Yield the paths with their Path Items, without extensions (OpenAPI 3.2, Paths Object)."""
    paths = context.child(Located("", context.document.data), "paths")
    for path, item in context.entries(paths):
        if not path.startswith("x-"):
            yield path, item


def path_operations(item: Located) -> Iterator[tuple[str, Located]]:
    """Yield the methods and operations of a path (OpenAPI 3.2, Path Item Object)."""
    value = mapping(item.value)
    for method in METHODS:
        if is_mapping(value.get(method)):
            yield method, Located(f"{item.pointer}/{method}", value[method])
    pointer = f"{item.pointer}/additionalOperations"
    for method, operation in mapping(value.get("additionalOperations")).items():
        if is_mapping(operation):
            yield method, Located(f"{pointer}/{escape(method)}", operation)


class _OperationReader(Struct, frozen=True):
    """Reader of one operation."""

    context: Context
    parameters: ParameterReader
    contents: ContentReader
    streams: StreamReader
    path: str
    method: str
    item: Located
    operation: Located
    pointer: str

    def read(
        self, parameters: tuple[ir.Parameter, ...], security: Security, server: str
    ) -> ir.Operation:
        value = self.operation.value
        options = mapping(value.get("x-client"))
        identifier = text(value.get("operationId"))
        bodies = self._read_bodies()
        responses = tuple(self._read_responses())
        polling = self._read_polling()
        success, *alternatives = read_results(
            responses, self.method, polling is not None
        )
        tags = texts(value.get("tags"))
        return ir.Operation(
            pointer=self.pointer,
            id=identifier,
            method=self.method.upper() if self.method in METHODS else self.method,
            path=self.path,
            resource=text(options.get("resource")) or (tags[0] if tags else ""),
            name=text(options.get("method")),
            variant="",
            text=ir.Documentation(
                text(value.get("summary")), text(value.get("description"))
            ),
            deprecated=value.get("deprecated") is True,
            parameters=parameters,
            body=bodies[0] if bodies else None,
            alternative_bodies=bodies[1:],
            responses=responses,
            success=success,
            alternatives=tuple(alternatives),
            stream=None if success.kind.is_stream else stream_success(responses),
            security=security,
            paging=_read_paging(mapping(options.get("pagination"))),
            polling=polling,
            retry_safe=options.get("retry") == "safe",
            server=server,
            state=read_state(mapping(options.get("state"))),
        )

    def read_parameters(self) -> Iterator[ir.Parameter]:
        """Yield the parameters; of those in path, only the ones in the path template."""
        declared, _ = parameter_names(self.context, self.item, self.operation)
        in_path = route_parameters(self.path, declared)
        for parameter in self.parameters.read_parameters(
            self.item, self.operation, (self.pointer,)
        ):
            if parameter.location is not ir.Location.PATH or (
                parameter.field.name in in_path
            ):
                yield parameter

    def _name_hint(
        self, owner: Located, word: str, status: str = ""
    ) -> tuple[str, ...]:
        """Return the words for the name of a body.

        Args:
            owner: The response or request body, which may be a component.
            word: What it is.
            status: The status of a response that is not the usual one.
        """
        match segments(owner.pointer):
            case ["components", _, name]:
                return (name,) if name.lower().endswith(word) else (name, word)
            case _:
                return (self.pointer, f"{status} {word}".strip())

    def _read_bodies(self) -> tuple[ir.Body, ...]:
        body = self.context.child(self.operation, "requestBody")
        value = mapping(body.value)
        return tuple(
            ir.Body(
                content, value.get("required") is True, text(value.get("description"))
            )
            for content in self.contents.request_contents(
                body, self._name_hint(body, "request")
            )
        )

    def _read_responses(self) -> Iterator[ir.Response]:
        responses = self.context.child(self.operation, "responses")
        for status, response in self.context.entries(responses):
            if status.startswith("x-") or not is_mapping(response.value):
                continue
            name_hint = self._name_hint(
                response, "response", "" if status.startswith("2") else status
            )
            headers = self.context.entries(self.context.child(response, "headers"))
            yield ir.Response(
                status.upper() if status != "default" else status,
                text(response.value.get("description")),
                self.contents.response_contents(response, name_hint),
                self.streams.response_stream(
                    response, self._name_hint(response, "item")
                ),
                tuple(mapping(response.value.get("content"))),
                tuple(
                    (name, text(mapping(header.value).get("description")))
                    for name, header in headers
                ),
            )

    def _read_polling(self) -> ir.Polling | None:
        """Return the polling that the 202 response declares; None for none."""
        responses = self.context.child(self.operation, "responses")
        accepted = self.context.child(responses, "202")
        options = mapping(mapping(accepted.value).get("x-client"))
        path = text(options.get("poll"))
        parameter = TEMPLATE_EXPRESSION.search(path)
        if parameter is None:
            return None
        name = parameter[1].removeprefix("+")
        return ir.Polling(path, name, text(options.get("request_id")))


def _read_paging(value: dict[str, Any]) -> ir.Paging | None:
    parameter, items = text(value.get("parameter")), texts(value.get("items"))
    limit, total = text(value.get("limit")), text(value.get("total"))
    has_more = text(value.get("has_more"))
    match value.get("style"):
        case "cursor":
            cursor = text(value.get("cursor"))
            return ir.CursorPaging(parameter, cursor, items, has_more)
        case "offset":
            return ir.OffsetPaging(parameter, limit, items, total, has_more)
        case "page":
            first, total_pages = value.get("first"), text(value.get("total_pages"))
            return ir.PageNumberPaging(
                parameter,
                first if isinstance(first, int) else None,
                limit,
                items,
                total,
                total_pages,
                has_more,
            )
        case "url" | "link":
            return ir.LinkPaging(items, text(value.get("next")))
        case _:
            return None
