"""Reads paths into operations: parameters, bodies, answers, security, paging."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from clientcast import ir
from clientcast.openapi import IGNORED_HEADERS, METHODS, TEMPLATE
from clientcast.parse.context import Context, example_of
from clientcast.parse.declared import declared
from clientcast.parse.schemas import Schemas
from clientcast.plain import is_mapping, mapping, sequence, text, texts
from clientcast.references import Found
from clientcast.route import route_of
from clientcast.source import escape

_JSON = re.compile(r"application/(?:[\w.+-]+\+)?json(?:\s*;.*)?", re.IGNORECASE)
_SIMPLE_STYLES = {
    "path": "simple",
    "query": "form",
    "header": "simple",
    "cookie": "form",
}


Security = tuple[tuple[ir.Requirement, ...], ...]


def read_operations(
    context: Context, schemas: Schemas, default: Security
) -> Iterator[ir.Operation]:
    """Every operation of the document, in its order.

    Args:
        context: The document.
        schemas: Where the types that operations use are declared.
        default: The document's own security, for operations that name none.
    """
    root = Found("", context.document.data)
    for path, item in context.entries(context.child(root, "paths")):
        for method in METHODS:
            if isinstance(mapping(item.value).get(method), dict):
                found = Found(f"{item.pointer}/{method}", item.value[method])
                route = route_of(path, *declared(context, item, found))
                yield _Reader(context, schemas, route, method, item, found).read(
                    default
                )


def read_security(value: Any) -> Security:
    """A `security` list: alternatives, each a set of schemes (OpenAPI 3.1, 4.8.30)."""
    return tuple(
        tuple(
            ir.Requirement(name, texts(scopes))
            for name, scopes in mapping(item).items()
        )
        for item in sequence(value)
    )


@dataclass(frozen=True, slots=True)
class _Json:
    """JSON content, and an example of it."""

    type: ir.Type
    media_type: str
    example: str


@dataclass(frozen=True, slots=True)
class _Reader:
    """One operation being read."""

    context: Context
    schemas: Schemas
    path: str
    method: str
    item: Found
    operation: Found

    def read(self, default_security: Security) -> ir.Operation:
        value = self.operation.value
        names = mapping(value.get("x-client"))
        identifier = text(value.get("operationId"))
        responses = tuple(self._responses())
        tags = texts(value.get("tags"))
        security = value.get("security")
        return ir.Operation(
            pointer=self.operation.pointer,
            id=identifier,
            method=self.method.upper(),
            path=self.path,
            resource=text(names.get("resource")) or (tags[0] if tags else ""),
            name=text(names.get("method"))
            or identifier
            or f"{self.method} {self.path}",
            text=ir.Text(text(value.get("summary")), text(value.get("description"))),
            deprecated=value.get("deprecated") is True,
            parameters=tuple(self._parameters()),
            body=self._body(),
            responses=responses,
            returns=self._returns(responses),
            security=default_security if security is None else read_security(security),
            paging=_paging(mapping(names.get("pagination"))),
            polling=self._polling(),
            retry_safe=names.get("retry") == "safe",
        )

    @property
    def _hint(self) -> tuple[str, ...]:
        value = self.operation.value
        return (text(value.get("operationId")) or f"{self.method} {self.path}",)

    def _parameters(self) -> Iterator[ir.Parameter]:
        """Those of the operation and of its path, which the operation's override."""
        found: dict[tuple[str, str], Found] = {}
        for holder in (self.item, self.operation):
            for parameter in self.context.items(
                self.context.child(holder, "parameters")
            ):
                value = mapping(parameter.value)
                found[text(value.get("in")), text(value.get("name"))] = parameter
        for (location, name), parameter in found.items():
            if location == "header" and name.lower() in IGNORED_HEADERS:
                continue
            if location == "path" and name not in TEMPLATE.findall(self.path):
                continue
            if location in _SIMPLE_STYLES:
                yield self._parameter(ir.Location(location), name, parameter)

    def _parameter(
        self, location: ir.Location, name: str, found: Found
    ) -> ir.Parameter:
        value = found.value
        style = text(value.get("style")) or _SIMPLE_STYLES[location]
        explode = value.get("explode", style == "form")
        is_simple = style == _SIMPLE_STYLES[location]
        if not is_simple:
            self.context.unsupported(f"{found.pointer}/style", f"the style '{style}'")
        if "content" in value:
            self.context.unsupported(
                f"{found.pointer}/content", "a parameter with content"
            )
        if value.get("allowReserved") is True:
            self.context.unsupported(f"{found.pointer}/allowReserved", "allowReserved")
        schema = self.context.child(found, "schema")
        raw = Found(schema.pointer, value.get("schema", True))
        if "schema" in value:
            raw = Found(f"{found.pointer}/schema", value["schema"])
        field = self.schemas.field(
            name, raw, value.get("required") is True, (*self._hint, name)
        )
        if is_simple:
            self._check_value(location, field.type, explode is True, found.pointer)
        return ir.Parameter(
            location,
            ir.Field(
                name,
                field.type,
                location is ir.Location.PATH or field.required,
                text(value.get("description")) or field.description,
                field.default,
                value.get("deprecated") is True or field.deprecated,
                example_of(found, self.context) or field.example,
                field.limits,
            ),
        )

    def _check_value(
        self, location: ir.Location, type_: ir.Type, explode: bool, pointer: str
    ) -> None:
        """Refuse what one header, segment or `name=value` cannot carry."""
        match type_:
            case ir.Nullable(inner):
                self._check_value(location, inner, explode, pointer)
            case ir.OneOf(members):
                for member in members:
                    self._check_value(location, member, explode, pointer)
            case ir.ListOf(item):
                if location is ir.Location.QUERY and not explode:
                    self.context.unsupported(pointer, "a list in one query parameter")
                if isinstance(item, ir.ListOf):
                    self.context.unsupported(pointer, "a list of lists in a parameter")
                self._check_value(location, item, explode, pointer)
            case ir.MapOf():
                self.context.unsupported(pointer, "an object in a parameter")
            case ir.Named(named):
                declared = self.schemas.declared[named]
                if isinstance(declared, ir.Record):
                    self.context.unsupported(pointer, "an object in a parameter")
                if isinstance(declared, ir.Alias):
                    self._check_value(location, declared.type, explode, pointer)
            case _:
                pass

    def _body(self) -> ir.Body | None:
        body = self.context.child(self.operation, "requestBody")
        if not is_mapping(body.value):
            return None
        content = self._json(body, (*self._hint, "request"), "a request body")
        if content is None:
            return None
        return ir.Body(
            content.type,
            body.value.get("required") is True,
            text(body.value.get("description")),
            content.media_type,
            content.example,
        )

    def _responses(self) -> Iterator[ir.Response]:
        responses = self.context.child(self.operation, "responses")
        for status, response in self.context.entries(responses):
            if status.startswith("x-") or not is_mapping(response.value):
                continue
            hint = (
                *self._hint,
                "response" if status.startswith("2") else f"{status} response",
            )
            content = self._json(response, hint, f"the answer {status}")
            headers = self.context.entries(self.context.child(response, "headers"))
            yield ir.Response(
                status.upper() if status != "default" else status,
                text(response.value.get("description")),
                content.type if content else None,
                tuple(mapping(response.value.get("content"))),
                tuple(
                    (name, text(mapping(header.value).get("description")))
                    for name, header in headers
                ),
                content.example if content else "",
            )

    def _polling(self) -> ir.Polling | None:
        """What the answer 202 says of where the answer will be."""
        responses = self.context.child(self.operation, "responses")
        accepted = self.context.child(responses, "202")
        options = mapping(mapping(accepted.value).get("x-client"))
        path = text(options.get("poll"))
        found = TEMPLATE.search(path)
        if found is None:
            return None
        return ir.Polling(path, found[1], text(options.get("request_id")))

    def _json(self, holder: Found, hint: tuple[str, ...], what: str) -> _Json | None:
        """The JSON content of a body or response; None where it has no content."""
        content = self.context.child(holder, "content")
        media_types = mapping(content.value)
        for name, media_type in media_types.items():
            if _JSON.fullmatch(name):
                pointer = f"{content.pointer}/{escape(name)}"
                schema = mapping(media_type).get("schema", True)
                type_ = self.schemas.type_of(Found(f"{pointer}/schema", schema), hint)
                example = example_of(Found(pointer, media_type), self.context)
                return _Json(type_, name, example)
        if media_types:
            names = ", ".join(media_types)
            self.context.unsupported(
                content.pointer, f"{what} of {names}", "add application/json"
            )
        return None

    def _returns(self, responses: tuple[ir.Response, ...]) -> ir.Type | None:
        """The body of success.

        202 says that the work is not done (RFC 9110, section 15.3.3), so that its body is not
        the answer where another success is documented too.
        """
        success = [
            r for r in responses if r.status.startswith("2") and r.status != "202"
        ]
        success = success or [r for r in responses if r.status == "202"]
        types = list(dict.fromkeys(r.type for r in success if r.type is not None))
        if len(types) > 1:
            self.context.unsupported(
                f"{self.operation.pointer}/responses",
                "several successes with different bodies",
            )
        if not types:
            return None
        empty = any(r.type is None for r in success)
        return ir.Nullable(types[0]) if empty else types[0]


def _paging(value: dict[str, Any]) -> ir.Paging | None:
    parameter, items = text(value.get("parameter")), texts(value.get("items"))
    match value.get("style"):
        case "cursor":
            return ir.CursorPaging(parameter, text(value.get("cursor")), items)
        case "offset":
            limit, total = text(value.get("limit")), text(value.get("total"))
            return ir.OffsetPaging(parameter, limit, items, total)
        case "link":
            return ir.LinkPaging(items)
        case _:
            return None
