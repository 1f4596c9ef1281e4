"""Operations of the API as methods on resources."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from clientcast import ir
from clientcast.bind.arguments import Argument, arguments_of, call_arguments, signature
from clientcast.bind.attribute_paths import AttributePath, attribute_path
from clientcast.bind.code import Code, Import, code
from clientcast.bind.constants import Constants, tuple_of
from clientcast.bind.examples import Examples
from clientcast.bind.literals import one_line, string
from clientcast.bind.texts import Texts
from clientcast.bind.types import Annotations
from clientcast.view import ASYNC, SYNC, Method, Mode

_EVENT = Import("._runtime.items", "ServerSentEvent")
_ANYTHING = code("ANYTHING", Import("._runtime.call", "ANYTHING"))
_NAME_OR_STRING = re.compile(r'"(?:[^"\\]|\\.)*"|(?<![\w.])([a-z]+)(?!\w)')
_KINDS = {
    str: ir.ScalarKind.STRING,
    int: ir.ScalarKind.INTEGER,
    bool: ir.ScalarKind.BOOLEAN,
}
IDEMPOTENT = ("GET", "HEAD", "OPTIONS", "TRACE", "PUT", "DELETE", "QUERY")


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
    texts: Texts
    examples: Examples
    other_routes: Mapping[str, tuple[str, ...]]
    """The narrower routes of the same method, by the pointer of the operation."""

    def bind(
        self, operation: ir.Operation, spoken: str, hidden: frozenset[str]
    ) -> Bound:
        """The method of an operation.

        Args:
            operation: What it does.
            spoken: How one speaks of the method, such as `sessions.get`.
            hidden: Builtins that methods of the same class hide from annotations.
        """
        arguments = arguments_of(operation, self.api.schemas)
        parameters = tuple(
            _unhide(parameter, hidden)
            for parameter in signature(arguments, self.annotations)
        )
        returned = self.returned(operation)
        call = self._call(operation, arguments, returned)
        returns, page_arguments = returned, code("")
        container, sender = "", "_send"
        if operation.paging is not None:
            container, sender = "Page", "_page"
            returns, page_arguments = self._paged(operation, returned)
        elif operation.success.kind.is_stream:
            container, sender = "Stream", "_stream"
        if operation.success.kind is ir.MediaKind.EVENTS:
            sender = "_events"
            returns = code(f"ServerSentEvent[{returned}]", returned.imports, _EVENT)
        returns = _unhide(returns, hidden)
        method = Method(
            name=spoken.rpartition(".")[2],
            parameters=tuple(parameter.text for parameter in parameters),
            returns=returns.text,
            container=container,
            sender=sender,
            docstrings={
                mode.prefix: self.texts.of_operation(
                    operation, arguments, self.example(operation, spoken, mode)
                )
                for mode in (SYNC, ASYNC)
            },
            call=call.text,
            page_arguments=page_arguments.text,
            http=f"{operation.method} {operation.path}",
            summary=one_line(operation.text.summary),
        )
        imports = set(call.imports) | returns.imports | page_arguments.imports
        for parameter in parameters:
            imports |= parameter.imports
        return Bound(method, frozenset(imports))

    def example(
        self, operation: ir.Operation, spoken: str, mode: Mode, *, brief: bool = False
    ) -> str:
        """A call of an operation, as in an interactive session."""
        arguments = arguments_of(operation, self.api.schemas)
        item = None if operation.paging is None else self._item(operation)
        if operation.success.kind.is_stream:
            item = operation.success.type
        return self.examples.of_operation(
            operation, spoken, arguments, item, mode, brief=brief
        )

    def returned(self, operation: ir.Operation) -> Code:
        """The annotation of what an operation returns."""
        if operation.success.type is None:
            return code("None")
        return self.annotations.received(_read_as(operation.success.type))

    def _call(
        self, operation: ir.Operation, arguments: tuple[Argument, ...], returned: Code
    ) -> Code:
        parts = [code(string(operation.method)), code(string(operation.path))]
        generic = ""
        if returned.text == "None":
            parts.append(code("NoneType", Import("types", "NoneType")))
        else:
            parts.append(_class_of(returned))
            type_ = operation.success.type
            if type_ is not None and _is_union(_read_as(type_), self.api):
                generic = f"[{returned}]"
        parts += call_arguments(arguments, operation)
        parts += self._reading(operation.success)
        security = self.constants.security(operation.security)
        if security is not None:
            parts.append(code(f"security={security}", security.imports))
        if operation.retry_safe and operation.method not in IDEMPOTENT:
            parts.append(code("retry_safe=True"))
        errors = self._errors(operation)
        if errors is not None:
            parts.append(errors)
        if operation.polling is not None:
            polling = self.constants.polling(operation.polling)
            parts.append(code(f"polling={polling}", polling.imports))
        if operation.server:
            parts.append(code(f"server={string(operation.server)}"))
        if others := self.other_routes[operation.pointer]:
            parts.append(code(f"other_routes={tuple_of(map(string, others))}"))
        text = f"Call{generic}({', '.join(part.text for part in parts)})"
        runtime = Import("._runtime.call", "Call")
        return code(text, runtime, *(part.imports for part in parts))

    def _reading(self, success: ir.Success) -> list[Code]:
        """What is asked for, and how it is read, where that is not JSON of one type."""
        parts: list[Code] = []
        if success.accept != "application/json":
            parts.append(code(f"accept={string(success.accept)}"))
        if success.kind is not ir.MediaKind.JSON:
            parts.append(code(f"reads={string(success.kind)}"))
        statuses = [(code(str(status)), type_) for status, type_ in success.by_status]
        events = [(code(string(event)), type_) for event, type_ in success.by_event]
        parts += self._types("by_status", statuses)
        parts += self._types("by_event", events)
        return parts

    def _types(self, name: str, pairs: list[tuple[Code, ir.Type]]) -> list[Code]:
        """An argument that is a mapping of types, where there are some."""
        if not pairs:
            return []
        types = [(key, self.annotations.received(type_)) for key, type_ in pairs]
        text = ", ".join(f"{key}: {type_}" for key, type_ in types)
        return [code(f"{name}={{{text}}}", *(type_.imports for _, type_ in types))]

    def _errors(self, operation: ir.Operation) -> Code | None:
        """The bodies of errors, by status, where not all are the client's usual one."""
        found = {
            r.status: r.type
            for r in operation.responses
            if r.type is not None and (r.status >= "4" or r.status == "default")
        }
        unusual = {s: t for s, t in found.items() if t != self.constants.error_body}
        if all(map(str.isdigit, unusual)):
            found = unusual
        types = {s: self.annotations.received(type_) for s, type_ in found.items()}
        pairs = [
            f"{status if status.isdigit() else string(status)}: {type_}"
            for status, type_ in types.items()
        ]
        imports = [item for type_ in types.values() for item in type_.imports]
        return code(f"errors={{{', '.join(pairs)}}}", imports) if pairs else None

    def _paged(self, operation: ir.Operation, returned: Code) -> tuple[Code, Code]:
        """The types of the page, and what `_page` takes after the call."""
        paging, body = operation.paging, operation.success.type
        assert paging is not None and body is not None
        places = (self._attribute_path(body, pointer) for pointer in paging.items)
        items = tuple(place.names for place in places)
        item_type = self.annotations.received(self._item(operation))
        item = _class_of(item_type)
        match paging:
            case ir.CursorPaging():
                cursor = self._attribute_path(body, paging.cursor).names
                constant = self.constants.cursor_paging(paging.parameter, cursor, items)
            case ir.OffsetPaging():
                total = self._attribute_path(body, paging.total).names
                default = _default_limit(operation, paging.limit)
                constant = self.constants.offset_paging(paging, default, items, total)
            case ir.LinkPaging():
                constant = self.constants.link_paging(items)
        return (
            code(f"{item_type}, {returned}", item_type.imports, returned.imports),
            code(f", {item}, {constant}", item.imports, constant.imports),
        )

    def _item(self, operation: ir.Operation) -> ir.Type:
        """What the pages of an operation hold."""
        returned = operation.success.type
        assert operation.paging is not None and returned is not None
        for pointer in operation.paging.items:
            found = self._attribute_path(returned, pointer).type
            if isinstance(found, ir.ListOf):
                return found.item
        return ir.Anything()

    def _attribute_path(self, type_: ir.Type, pointer: str) -> AttributePath:
        return attribute_path(self.api, self.attributes, type_, pointer)


def _read_as(type_: ir.Type) -> ir.Type:
    """What an answer is read as: a type checker takes no `Literal[...]` for a class."""
    match type_:
        case ir.Constant(values):
            kinds = dict.fromkeys(_KINDS[type(value)] for value in values)
            scalars = tuple(map(ir.Scalar, kinds))
            return scalars[0] if len(scalars) == 1 else ir.OneOf(scalars)
        case ir.Nullable(inner):
            return ir.Nullable(_read_as(inner))
        case ir.OneOf(members):  # After a class it takes one.
            constants_last = sorted(members, key=lambda m: isinstance(m, ir.Constant))
            return ir.OneOf(tuple(constants_last))
        case _:
            return type_


def _class_of(annotation: Code) -> Code:
    """What says to the runtime what an annotation says: pyright takes no `Any` for a class."""
    return _ANYTHING if annotation.text == "Any" else annotation


def _is_union(type_: ir.Type, api: ir.Api) -> bool:
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
