"""Operations of the API as methods on resources."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from clientcast import ir
from clientcast.bind import runtime
from clientcast.bind.arguments import Argument, call_arguments, signature
from clientcast.bind.constants import Constants
from clientcast.bind.examples import Example, Examples
from clientcast.bind.literals import one_line
from clientcast.bind.pointers import item_type, keys_of
from clientcast.bind.texts import Texts
from clientcast.bind.types import Annotations, read_as
from clientcast.code import (
    NONE,
    Arguments,
    Call,
    Constant,
    Dict,
    Expression,
    Import,
    Subscript,
    Tuple,
    imports_in,
    qualified,
    qualified_signature,
)
from clientcast.view import ASYNC, SYNC, Method

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
    texts: Texts
    examples: Examples
    arguments: Mapping[str, tuple[Argument, ...]]
    """The arguments of each operation, by pointer."""
    other_routes: Mapping[str, tuple[str, ...]]
    """The narrower routes of the same method, by the pointer of the operation."""

    def bind(self, operation: ir.Operation, name: str, hidden: frozenset[str]) -> Bound:
        """Return the method of an operation.

        Args:
            operation: What it does.
            name: Its dotted Python name, such as `sessions.get`.
            hidden: The methods of the same class, which hide names in its annotations.
        """
        arguments = self.arguments[operation.pointer]
        parameters = signature(arguments, self.annotations)
        result = self.result(operation)
        call = self._call(operation, arguments, result)
        sent: tuple[Expression, ...] = (call,)
        returns: tuple[Expression, ...] = (result,)
        container, sender = "", "_send"
        item_of_page = item_type(self.api, operation)
        if item_of_page is not None:
            container, sender = "Page", "_page"
            item = self.annotations.received(item_of_page)
            returns = (item, result)
            sent = (call, _class_of(item), self._paging(operation))
        elif operation.success.kind.is_stream:
            container, sender = "Stream", "_stream"
        if operation.success.kind is ir.MediaKind.EVENTS:
            sender = "_events"
            returns = (Subscript(runtime.SERVER_SENT_EVENT, returns),)
        example = self.example(operation, name)
        method = Method(
            name=name.rpartition(".")[2],
            signature=qualified_signature(parameters, hidden),
            returns=Arguments(tuple(qualified(type_, hidden) for type_ in returns)),
            container=container,
            sender=sender,
            docstrings={
                mode.prefix: self.texts.of_operation(
                    operation, arguments, example.text(mode)
                )
                for mode in (SYNC, ASYNC)
            },
            arguments=Arguments(sent),
            http=f"{operation.method} {operation.path}",
            summary=one_line(operation.text.summary),
        )
        used = (method.signature, method.returns, method.arguments)
        return Bound(method, frozenset(imports_in(*used)))

    def example(
        self, operation: ir.Operation, name: str, *, brief: bool = False
    ) -> Example:
        """Return a call of an operation."""
        item = item_type(self.api, operation)
        if operation.success.kind.is_stream:
            item = operation.success.type
        arguments = self.arguments[operation.pointer]
        return self.examples.of_operation(operation, name, arguments, item, brief=brief)

    def result(self, operation: ir.Operation) -> Expression:
        """Return the annotation of what an operation returns."""
        if operation.success.type is None:
            return NONE
        return self.annotations.received(read_as(operation.success.type))

    def _call(
        self,
        operation: ir.Operation,
        arguments: tuple[Argument, ...],
        result: Expression,
    ) -> Call:
        type_ = operation.success.type
        function: Expression = runtime.CALL
        if type_ is not None and _is_union(read_as(type_), self.api):
            function = Subscript(runtime.CALL, (result,))
        positional = (
            Constant(operation.method),
            Constant(operation.path),
            runtime.NONE_TYPE if result == NONE else _class_of(result),
        )
        keywords = (
            *call_arguments(arguments, operation),
            *self._reading(operation.success),
            *self._handling(operation),
        )
        return Call(function, Arguments(positional, keywords))

    def _handling(self, operation: ir.Operation) -> Iterator[tuple[str, Expression]]:
        """Yield what says how a call is authorized and repeated, and what its errors are."""
        security = self.constants.security(operation.security)
        if security is not None:
            yield "security", security
        if operation.retry_safe and operation.method not in IDEMPOTENT:
            yield "retry_safe", Constant(True)
        if errors := self._errors(operation):
            yield "errors", errors
        if operation.polling is not None:
            yield "polling", self.constants.polling(operation.polling)
        if operation.server:
            yield "server", Constant(operation.server)
        if others := self.other_routes[operation.pointer]:
            yield "other_routes", Tuple(tuple(map(Constant, others)))

    def _reading(self, success: ir.Success) -> Iterator[tuple[str, Expression]]:
        """Yield what is accepted and how it is read, if that is not JSON of one type."""
        if success.accept != "application/json":
            yield "accept", Constant(success.accept)
        if success.kind is not ir.MediaKind.JSON:
            yield "reads", Constant(str(success.kind))
        if success.by_status:
            yield "by_status", self._types(success.by_status)
        if success.by_event:
            yield "by_event", self._types(success.by_event)

    def _types(self, pairs: Iterable[tuple[str | int, ir.Type]]) -> Dict:
        """Return a mapping of annotations."""
        return Dict(
            tuple((Constant(k), self.annotations.received(t)) for k, t in pairs)
        )

    def _errors(self, operation: ir.Operation) -> Dict | None:
        """Return the bodies of errors by status, unless all are the client's usual one."""
        found = {
            r.status: r.type
            for r in operation.responses
            if r.type is not None and (r.status >= "4" or r.status == "default")
        }
        unusual = {s: t for s, t in found.items() if t != self.constants.error_body}
        if all(map(str.isdigit, unusual)):
            found = unusual
        pairs = [(int(s) if s.isdigit() else s, type_) for s, type_ in found.items()]
        return self._types(pairs) if pairs else None

    def _paging(self, operation: ir.Operation) -> Expression:
        """Return the constant of how an operation is paged."""
        paging = operation.paging
        assert paging is not None
        items = tuple(map(keys_of, paging.items))
        match paging:
            case ir.CursorPaging():
                cursor = keys_of(paging.cursor)
                return self.constants.cursor_paging(paging.parameter, cursor, items)
            case ir.OffsetPaging():
                total = keys_of(paging.total)
                default = _default_limit(operation, paging.limit)
                return self.constants.offset_paging(paging, default, items, total)
            case ir.LinkPaging():
                return self.constants.link_paging(items)


def _class_of(annotation: Expression) -> Expression:
    """Return an annotation as the runtime takes it: pyright takes no `Any` for a class."""
    return runtime.ANYTHING if annotation == runtime.ANY else annotation


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
