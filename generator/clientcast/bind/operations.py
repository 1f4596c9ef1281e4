"""Operations of the API as methods on resources."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from clientcast import ir
from clientcast.bind.arguments import Argument, arguments_of, call_arguments, signature
from clientcast.bind.code import Code, Import, code
from clientcast.bind.constants import Constants
from clientcast.bind.literals import docstring, first_sentence, one_line, string, wrap

from clientcast.bind.types import Annotations
from clientcast.view import Method

MODELS = ".models"
_WIDTH = 88 - 8
_NAME_OR_STRING = re.compile(r'"(?:[^"\\]|\\.)*"|(?<![\w.])([a-z]+)(?!\w)')
_QUOTED = re.compile(r"`([^`\n]+)`")
_IDEMPOTENT = ("GET", "HEAD", "OPTIONS", "TRACE", "PUT", "DELETE")
_ERRORS = {
    "400": "BadRequestError",
    "401": "AuthenticationError",
    "403": "PermissionDeniedError",
    "404": "NotFoundError",
    "409": "ConflictError",
    "422": "UnprocessableEntityError",
    "429": "RateLimitError",
}


@dataclass(frozen=True, slots=True)
class Bound:
    """A method and the imports that it needs."""

    method: Method
    imports: frozenset[Import]


@dataclass(frozen=True, slots=True)
class Binder:
    """Makes methods of the operations of one API."""

    api: ir.Api
    annotations: Annotations
    constants: Constants
    attributes: Mapping[str, Mapping[str, str]]
    """The Python name of each property of each record, by pointer."""
    spoken: Mapping[str, str]
    """How one speaks of each operation in Python, by its operationId."""

    def bind(self, operation: ir.Operation, name: str, hidden: frozenset[str]) -> Bound:
        """The method of an operation.

        Args:
            operation: What it does.
            name: What the method is called.
            hidden: Builtins that methods of the same class hide from annotations.
        """
        arguments = arguments_of(operation, self.api.schemas)
        parameters = tuple(
            _unhide(parameter, hidden)
            for parameter in signature(arguments, self.annotations)
        )
        returned = self.returned(operation)
        call = self._call(operation, arguments, returned)
        returns, page, page_arguments = _unhide(returned, hidden), "", code("")
        if operation.paging is not None:
            page, page_arguments = self._paged(operation, returned)
        method = Method(
            name=name,
            parameters=tuple(parameter.text for parameter in parameters),
            returns=returns.text,
            page=page,
            docstring=docstring(self._text(operation, arguments)),
            call=call.text,
            page_arguments=page_arguments.text,
            http=f"{operation.method} {operation.path}",
            summary=one_line(operation.text.summary),
        )
        imports = set(call.imports) | returns.imports | page_arguments.imports
        for parameter in parameters:
            imports |= parameter.imports
        return Bound(method, frozenset(imports))

    def in_python(self, text: str, arguments: Mapping[str, str] | None = None) -> str:
        """Text with operations and arguments, where it quotes them, as Python calls them."""
        names = {**self.spoken, **(arguments or {})}
        return _QUOTED.sub(lambda match: f"`{names.get(match[1], match[1])}`", text)

    def returned(self, operation: ir.Operation) -> Code:
        """The annotation of what an operation returns."""
        if operation.returns is None:
            return code("None")
        return self.annotations.received(operation.returns)

    def _call(
        self, operation: ir.Operation, arguments: tuple[Argument, ...], returned: Code
    ) -> Code:
        parts = [code(string(operation.method)), code(string(operation.path))]
        generic = ""
        if returned.text == "None":
            parts.append(code("NoneType", Import("types", "NoneType")))
        else:
            parts.append(returned)
            if _is_union(operation.returns, self.api):
                generic = f"[{returned}]"
        parts += call_arguments(arguments, operation)
        security = self.constants.security(operation.security)
        if security is not None:
            parts.append(code(f"security={security}", security.imports))
        if operation.retry_safe and operation.method not in _IDEMPOTENT:
            parts.append(code("retry_safe=True"))
        errors = self._errors(operation)
        if errors is not None:
            parts.append(errors)
        text = f"Call{generic}({', '.join(part.text for part in parts)})"
        runtime = Import("._runtime.call", "Call")
        return code(text, runtime, *(part.imports for part in parts))

    def _errors(self, operation: ir.Operation) -> Code | None:
        """The bodies of errors that are not the client's usual one, by status."""
        pairs: list[str] = []
        imports: set[Import] = set()
        for response in operation.responses:
            if response.type is None or response.type == self.constants.error_body:
                continue
            if response.status.isdigit() and response.status >= "400":
                type_ = self.annotations.received(response.type)
                pairs.append(f"{response.status}: {type_}")
                imports |= type_.imports
        return code(f"errors={{{', '.join(pairs)}}}", imports) if pairs else None

    def _paged(self, operation: ir.Operation, returned: Code) -> tuple[str, Code]:
        """The types of the page, and what `_page` takes after the call."""
        paging, body = operation.paging, operation.returns
        assert paging is not None and body is not None
        places = [self._attribute_path(body, pointer) for pointer in paging.items]
        items = tuple(place.names for place in places)
        item = next(
            (place.type.item for place in places if isinstance(place.type, ir.ListOf)),
            ir.Anything(),
        )
        item_type = self.annotations.received(item)
        match paging:
            case ir.CursorPaging():
                cursor = self._attribute_path(body, paging.cursor).names
                constant = self.constants.cursor_paging(paging.parameter, cursor, items)
            case ir.OffsetPaging():
                total = self._attribute_path(body, paging.total).names
                default = _default_limit(operation, paging.limit)
                constant = self.constants.offset_paging(paging, default, items, total)
        return (
            f"{item_type}, {returned}",
            code(f", {item_type}, {constant}", item_type.imports, constant.imports),
        )

    def _attribute_path(self, type_: ir.Type, pointer: str) -> "AttributePath":
        return attribute_path(self.api, self.attributes, type_, pointer)

    def _text(self, operation: ir.Operation, arguments: tuple[Argument, ...]) -> str:
        summary = (
            one_line(operation.text.summary) or f"{operation.method} {operation.path}"
        )
        if not summary.endswith((".", "!", "?")):
            summary += "."
        names = {a.field.name: a.name for a in arguments}
        description = self.in_python(operation.text.description, names)
        sections = [summary, wrap(description, _WIDTH)]
        if (
            operation.deprecated
            and "deprecated" not in operation.text.description.lower()
        ):
            sections.append("Deprecated: the API may drop this operation.")
        if arguments:
            lines = [
                _entry(a.name, self.in_python(_argument_text(a), names))
                for a in arguments
            ]
            sections.append("Args:\n" + "\n".join(lines))
        if operation.paging is not None:
            sections.append(
                "Returns:\n    The first page. Iterating over it goes on through all pages."
            )
        if raises := _raises(operation):
            sections.append("Raises:\n" + "\n".join(_entry(n, t) for n, t in raises))
        return "\n\n".join(section for section in sections if section)


@dataclass(frozen=True, slots=True)
class AttributePath:
    """Where a JSON pointer leads in the models: attribute names, and the type that is there."""

    names: tuple[str, ...]
    type: ir.Type


def attribute_path(
    api: ir.Api,
    attributes: Mapping[str, Mapping[str, str]],
    type_: ir.Type,
    pointer: str,
) -> AttributePath:
    """A JSON pointer into a body as a path of attributes; of a union, the member that has it."""
    names: list[str] = []
    segments = pointer.split("/")[1:]
    type_ = _settled(api, type_, segments[0] if segments else None)
    for index, segment in enumerate(segments):
        if not isinstance(type_, ir.Named):
            return AttributePath((*names, *segments[index:]), ir.Anything())
        record = api.schemas[type_.pointer]
        assert isinstance(record, ir.Record)
        field = next((f for f in record.fields if f.name == segment), None)
        if field is None:
            return AttributePath((*names, *segments[index:]), ir.Anything())
        names.append(attributes[type_.pointer][segment])
        following = segments[index + 1] if index + 1 < len(segments) else None
        type_ = _settled(api, field.type, following)
    return AttributePath(tuple(names), type_)


def _settled(api: ir.Api, type_: ir.Type, segment: str | None) -> ir.Type:
    """The record that has a member, or the list where none is asked for."""
    match type_:
        case ir.Nullable(inner):
            return _settled(api, inner, segment)
        case ir.Named(pointer):
            schema = api.schemas[pointer]
            return (
                _settled(api, schema.type, segment)
                if isinstance(schema, ir.Alias)
                else type_
            )
        case ir.OneOf(members):
            for member in (_settled(api, m, segment) for m in members):
                if segment is None and isinstance(member, ir.ListOf):
                    return member
                if segment is not None and _has(api, member, segment):
                    return member
            return type_
        case _:
            return type_


def _has(api: ir.Api, type_: ir.Type, name: str) -> bool:
    if not isinstance(type_, ir.Named):
        return False
    record = api.schemas[type_.pointer]
    return isinstance(record, ir.Record) and any(f.name == name for f in record.fields)


def _is_union(type_: ir.Type | None, api: ir.Api) -> bool:
    match type_:
        case ir.Nullable() | ir.OneOf():
            return True
        case ir.Named(pointer):
            return isinstance(api.schemas[pointer], ir.Alias)
        case _:
            return False


def _default_limit(operation: ir.Operation, name: str) -> int:
    """How many items the server returns where the limit is not given; 0 for unknown."""
    defaults = (p.field.default for p in operation.parameters if p.field.name == name)
    return next((int(default) for default in defaults if default.isdecimal()), 0)


def _argument_text(argument: Argument) -> str:
    field = argument.field
    parts = ["Deprecated."] if field.deprecated else []
    parts.append(field.description or f"`{field.name}`.")
    if field.default:
        parts.append(f"The server's default is `{field.default}`.")
    return " ".join(parts)


def _raises(operation: ir.Operation) -> list[tuple[str, str]]:
    """The errors of an operation by class, in the order of their statuses."""
    found: dict[str, list[str]] = {}
    for response in sorted(operation.responses, key=lambda r: r.status):
        status = response.status
        if status[:1] in "123":
            continue
        server_fault = status[:1] == "5"
        name = (
            "InternalServerError"
            if server_fault
            else _ERRORS.get(status, "APIStatusError")
        )
        found.setdefault(name, []).append(first_sentence(response.description))
    return [(name, " ".join(dict.fromkeys(texts))) for name, texts in found.items()]


def _entry(name: str, text: str) -> str:
    return f"    {wrap(f'{name}: {one_line(text)}', _WIDTH, '        ')}"


def _unhide(annotation: Code, hidden: frozenset[str]) -> Code:
    """The annotation with builtins that a method of the class hides written in full."""
    found = False

    def full(match: re.Match[str]) -> str:
        nonlocal found
        if match[1] not in hidden:
            return match[0]
        found = True
        return f"builtins.{match[1]}"

    text = _NAME_OR_STRING.sub(full, annotation.text)
    return code(text, annotation.imports, *((Import("builtins"),) if found else ()))
