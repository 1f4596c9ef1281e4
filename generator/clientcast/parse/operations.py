"""Parsing of operations: parameters, bodies, responses, security, paging and polling."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Any

from clientcast import ir
from clientcast.faults import working_on
from clientcast.openapi import METHODS, TEMPLATE_EXPRESSION
from clientcast.parse.contents import ContentReader
from clientcast.parse.context import Context
from clientcast.parse.credentials import CredentialParameters
from clientcast.parse.parameter_names import parameter_names
from clientcast.parse.parameters import ParameterReader
from clientcast.parse.querystrings import QuerystringReader
from clientcast.parse.security import Security, read_security
from clientcast.parse.servers import read_operation_server
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


@dataclass(frozen=True, slots=True)
class _OperationReader:
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
        success = combined_success(responses, self.method, polling is not None)
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
            stream=None if success.kind.is_stream else stream_success(responses),
            security=security,
            paging=_read_paging(mapping(options.get("pagination"))),
            polling=polling,
            retry_safe=options.get("retry") == "safe",
            server=server,
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
        section, *names = segments(owner.pointer)
        if section != "components" or len(names) != 2:
            return (self.pointer, f"{status} {word}".strip())
        is_in_name = names[1].lower().endswith(word)
        return (names[1],) if is_in_name else (names[1], word)

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
                self.contents.response_content(response, name_hint),
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


def combined_success(
    responses: tuple[ir.Response, ...], method: str, is_polled: bool
) -> ir.Success:
    """Return the result of an operation, combined from its successful responses.

    If a 202 is polled, its body is not the result. Without a documented 2xx response, `default`
    counts as successful. A documented 3xx response is a result, too: its JSON body beside other
    JSON, or None. If no body is described although one may come, the result is what
    comes; also for single statuses. A response to HEAD has no body (RFC 9110, 9.3.2).
    """
    successful = _success_responses(responses, is_polled)
    redirects = _redirect_responses(responses)
    contents = [(r.status, r.content) for r in successful if r.content is not None]
    if not contents:
        stream = stream_success(responses)
        if stream is not None:
            return stream
        may_have_body = not successful or any(r.is_undescribed for r in successful)
        is_undescribed = may_have_body and method != "head"
        if is_undescribed or not any(r.type for r in redirects):
            return replace(
                ir.UNDESCRIBED if is_undescribed else ir.Success(),
                types_by_status=tuple(_redirect_types(redirects)),
                redirects=tuple(r.status for r in redirects if r.type is None),
            )
    kinds = [content.kind for _, content in contents] or [_JSON]
    kinds = [content.kind for _, content in contents] or [_JSON]
    kind = min(kinds, key=tuple(ir.MediaKind).index)
    contents = [(status, c) for status, c in contents if c.kind is kind]
    bodiless = [r.status for r in redirects if r.type is None or kind is not _JSON]
    contents += [
        (r.status, r.content)
        for r in redirects
        if r.status not in bodiless and r.content is not None
    ]
    types = list(dict.fromkeys(c.type for _, c in contents))
    type_ = types[0] if len(types) == 1 else ir.UnionOf(tuple(types))
    is_optional = bool(bodiless) or any(r.content is None for r in successful)
    if is_optional and not isinstance(type_, ir.Nullable | ir.Anything):
        type_ = ir.Nullable(type_)
    undescribed = tuple(
        r.status for r in successful if r.is_undescribed and method != "head"
    )
    differs = len(types) > 1 or "2XX" in undescribed
    return ir.Success(
        type_,
        kind,
        ", ".join(dict.fromkeys(name for _, c in contents for name in c.media_types)),
        tuple(
            (_status_key(status), c.type)
            for status, c in contents
            if differs and status.isascii() and status.isdigit() or status[0] == "3"
        ),
        undescribed,
        tuple(bodiless),
    )


def _redirect_responses(responses: tuple[ir.Response, ...]) -> list[ir.Response]:
    """Return the documented 3xx responses."""
    return [r for r in responses if r.status.startswith("3")]


def _redirect_types(
    redirects: Iterable[ir.Response],
) -> Iterator[tuple[int | str, ir.Type]]:
    """Yield the status and type of each redirect with a JSON body."""
    for response in redirects:
        if response.type is not None:
            yield _status_key(response.status), response.type


def _status_key(status: str) -> int | str:
    """Return a status as a number, a range such as `3XX` as it is."""
    return int(status) if status.isascii() and status.isdigit() else status


def stream_success(responses: tuple[ir.Response, ...]) -> ir.Success | None:
    """Return the result of an operation as a stream; None if no response is one."""
    for response in _success_responses(responses):
        if response.stream is not None:
            return ir.Success(
                response.stream.type,
                response.stream.kind,
                response.stream.media_types[0],
                types_by_event=response.stream.types_by_event,
            )
    return None


def _success_responses(
    responses: tuple[ir.Response, ...], is_polled: bool = False
) -> list[ir.Response]:
    """Return the successful responses."""
    documented = [r for r in responses if r.status.startswith("2")]
    final = [r for r in documented if r.status != "202" or not is_polled] or documented
    if final or _redirect_responses(responses):
        return final
    return [r for r in responses if r.status == "default"]


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
