"""Methods of resource classes, made from the operations of the API."""

from collections.abc import Iterable, Iterator, Mapping

from msgspec import Struct

from clientcast import ir
from clientcast.bind import runtime
from clientcast.bind.arguments import Argument, bind_signature
from clientcast.bind.call_values import call_keywords
from clientcast.bind.constants import Constants
from clientcast.bind.lines import one_line
from clientcast.bind.method_docstrings import MethodDocstrings
from clientcast.bind.pointers import item_type
from clientcast.bind.types import Annotations, decoded_type
from clientcast.bind.xml import XmlConstants
from clientcast.code import (
    NONE,
    Arguments,
    Call,
    Constant,
    Dict,
    Expression,
    Import,
    Name,
    Subscript,
    Tuple,
    imports_in,
    qualify,
    qualify_signature,
    union,
)
from clientcast.view import Method

_READERS = {
    ir.MediaKind.JSON: runtime.READ_JSON,
    ir.MediaKind.TEXT: runtime.READ_TEXT,
    ir.MediaKind.BYTES: runtime.READ_BYTES,
    ir.MediaKind.UNDESCRIBED: runtime.READ_ANY,
}
"""The function of the runtime that reads bodies of each encoding."""

IDEMPOTENT_METHODS = ("GET", "HEAD", "OPTIONS", "TRACE", "PUT", "DELETE", "QUERY")


class BoundMethod(Struct, frozen=True):
    """A method and the imports that it needs."""

    method: Method
    imports: frozenset[Import]


class MethodBinder(Struct, frozen=True):
    """Binder of the operations of one API to methods."""

    api: ir.Api
    annotations: Annotations
    constants: Constants
    xml: XmlConstants
    docstrings: MethodDocstrings
    arguments: Mapping[str, tuple[Argument, ...]]
    """The arguments of each operation, by pointer."""
    narrower_routes: Mapping[str, tuple[str, ...]]
    """The narrower routes of operations that have any, such as `/users/me` for `/users/{id}`."""

    def bind_method(
        self, operation: ir.Operation, path: tuple[str, ...], shadowed: frozenset[str]
    ) -> BoundMethod:
        """Return the method of an operation, still without docstrings.

        Args:
            operation: The operation.
            path: The attributes from the client to the method: `("sessions", "get")`.
            shadowed: The methods and resources of the class, which shadow names in annotations.
        """
        arguments = self.arguments[operation.pointer]
        parameters = bind_signature(arguments, self.annotations)
        return_annotation = self.return_annotation(operation)
        call = self._call(operation, arguments)
        send_arguments: tuple[Expression, ...] = (call,)
        return_types: tuple[Expression, ...] = (return_annotation,)
        container, send_method = "", "_send"
        page_item_type = item_type(self.api, operation)
        if page_item_type is not None:
            container, send_method = "Page", "_page"
            item_annotation = self.annotations.for_response(page_item_type)
            return_types = (item_annotation, return_annotation)
            send_arguments = (
                call,
                _runtime_type(item_annotation),
                self.constants.paging(operation),
            )
        elif operation.success.kind.is_stream:
            container, send_method = "Stream", "_stream"
        if operation.success.kind is ir.MediaKind.EVENTS:
            send_method = "_events"
            return_types = (Subscript(runtime.SERVER_SENT_EVENT, return_types),)
        decorator = self._decorator(operation, path, arguments)
        method = Method(
            name=path[-1],
            signature=qualify_signature(parameters, shadowed),
            return_types=Arguments(
                tuple(qualify(type_, shadowed) for type_ in return_types)
            ),
            container=container,
            send_method=send_method,
            docstrings={},
            decorator=decorator,
            arguments=Arguments(send_arguments),
            request_line=f"{operation.method} {operation.path}",
            summary=one_line(operation.text.summary),
            pointer=operation.pointer,
        )
        nodes = (method.signature, method.return_types, method.arguments)
        decorators = () if decorator is None else (decorator,)
        return BoundMethod(method, frozenset(imports_in(*nodes, *decorators)))

    def _decorator(
        self,
        operation: ir.Operation,
        path: tuple[str, ...],
        arguments: tuple[Argument, ...],
    ) -> Call | None:
        """Return the decorator of a deprecated operation, or of one with such arguments."""
        if operation.deprecated:
            message = self.docstrings.deprecation(operation, ".".join(path), arguments)
            return Call(runtime.DEPRECATED, Arguments((Constant(message),)))
        names = [
            Constant(a.name)
            for a in arguments
            if a.field.deprecated and not a.field.required
        ]
        if not names:
            return None
        return Call(runtime.DEPRECATED_ARGUMENTS, Arguments(tuple(names)))

    def return_annotation(self, operation: ir.Operation) -> Expression:
        """Return the annotation of an operation's result."""
        annotation = self._described_annotation(operation.success)
        if operation.success.undescribed and annotation != runtime.ANY:
            return union(annotation, runtime.ANY)
        return annotation

    def _described_annotation(self, success: ir.Success) -> Expression:
        """Return the annotation of a result whose body is described."""
        if success.type is None:
            return NONE
        annotation = self.annotations.for_response(decoded_type(success.type))
        if _may_be_unknown_event(success) and annotation != runtime.ANY:
            return union(annotation, runtime.UNKNOWN)
        return annotation

    def _call(self, operation: ir.Operation, arguments: tuple[Argument, ...]) -> Call:
        return_annotation = self._described_annotation(operation.success)
        type_ = operation.success.type
        function: Expression = runtime.CALL
        if type_ is not None and (
            _is_union(decoded_type(type_), self.api)
            or _may_be_unknown_event(operation.success)
        ):
            function = Subscript(runtime.CALL, (return_annotation,))
        positional = (
            Constant(operation.method),
            Constant(operation.path),
            (
                runtime.NONE_TYPE
                if return_annotation == NONE
                else _runtime_type(return_annotation)
            ),
        )
        keywords = (
            *call_keywords(arguments, operation, self.annotations, self.xml),
            *self._response_keywords(operation.success),
            *self._policy_keywords(operation, arguments),
        )
        return Call(function, Arguments(positional, keywords))

    def _policy_keywords(
        self, operation: ir.Operation, arguments: tuple[Argument, ...]
    ) -> Iterator[tuple[str, Expression]]:
        """Yield the keywords of `Call` for security, retries, errors, polling and routing."""
        security = self.constants.security(operation.security)
        if security is not None:
            yield "security", security
        credentials = tuple(
            (self.constants.scheme(argument.scheme), Name(argument.name))
            for argument in arguments
            if argument.scheme
        )
        if credentials:
            yield "credentials", Dict(credentials)
        if scopes := self._fetched_scopes(operation):
            yield "scopes", scopes
        if operation.retry_safe and operation.method not in IDEMPOTENT_METHODS:
            yield "retry_safe", Constant(True)
        if errors := self._error_annotations(operation):
            yield "errors", errors
        if xml_errors := _xml_errors(operation):
            yield "error_contents", self._reader_tables(xml_errors)
        if operation.polling is not None:
            yield "polling", self.constants.polling(operation.polling)
        if operation.server:
            yield "server", Constant(operation.server)
        if narrower := self.narrower_routes.get(operation.pointer):
            yield "excluded_routes", Tuple(tuple(map(Constant, narrower)))

    def _fetched_scopes(self, operation: ir.Operation) -> Dict | None:
        """Return the scopes of tokens that are fetched, by scheme; None if there are none.

        If alternatives of the operation differ only in the scopes, the first are enough.
        """
        fetched = {s.name for s in self.api.schemes if s.flows and s.flows.token_url}
        scopes: dict[str, tuple[str, ...]] = {}
        for requirement in (r for found in operation.security for r in found):
            if requirement.scheme in fetched:
                scopes.setdefault(requirement.scheme, requirement.scopes)
        items = tuple(
            (self.constants.scheme(name), Tuple(tuple(map(Constant, unique))))
            for name, found in scopes.items()
            if (unique := tuple(sorted(set(found))))
        )
        return Dict(items) if items else None

    def _response_keywords(
        self, success: ir.Success
    ) -> Iterator[tuple[str, Expression]]:
        """Yield the keywords of `Call` to decode responses other than JSON of one type."""
        if success.accept != "application/json":
            yield "accept", Constant(success.accept)
        if not success.kind.is_data:
            yield "response_format", Constant(str(success.kind))
        if success.types_by_status or success.undescribed or success.redirects:
            described = self._annotation_dict(success.types_by_status).items
            undescribed = (
                (Constant(int(status) if status.isdigit() else status), NONE)
                for status in (*success.undescribed, *success.redirects)
            )
            yield "by_status", Dict((*described, *undescribed))
        if success.contents:
            yield "contents", self._reader_tables(success.contents)
        if success.types_by_event:
            yield "by_event", self._annotation_dict(success.types_by_event)

    def _reader_tables(
        self, contents_by_status: Iterable[tuple[int | str, tuple[ir.Content, ...]]]
    ) -> Dict:
        """Return the reader and type of each media type, by status."""
        return Dict(
            tuple(
                (
                    Constant(status),
                    Dict(
                        tuple(
                            (Constant(name), self._reader(content))
                            for content in contents
                            for name in content.media_types
                        )
                    ),
                )
                for status, contents in contents_by_status
            )
        )

    def _reader(self, content: ir.Content) -> Tuple:
        type_ = self.annotations.for_response(decoded_type(content.type))
        if content.kind is ir.MediaKind.XML:
            return Tuple((self.xml.body(content), _runtime_type(type_)))
        return Tuple((_READERS[content.kind], _runtime_type(type_)))

    def _annotation_dict(self, pairs: Iterable[tuple[str | int, ir.Type]]) -> Dict:
        """Return a dict display that maps statuses or event types to annotations."""
        return Dict(
            tuple((Constant(k), self.annotations.for_response(t)) for k, t in pairs)
        )

    def _error_annotations(self, operation: ir.Operation) -> Dict | None:
        """Return the types of error bodies by status; None if all are the usual type of the API."""
        types = {
            r.status: r.type
            for r in operation.responses
            if r.type is not None and (r.status >= "4" or r.status == "default")
        }
        unusual = {s: t for s, t in types.items() if t != self.constants.error_body}
        if all(map(str.isdigit, unusual)):
            types = unusual
        pairs = [(int(s) if s.isdigit() else s, type_) for s, type_ in types.items()]
        return self._annotation_dict(pairs) if pairs else None


def _xml_errors(
    operation: ir.Operation,
) -> list[tuple[int | str, tuple[ir.Content, ...]]]:
    """Return the bodies of errors that are XML, by status."""
    contents = [
        (r.status, tuple(c for c in r.contents if c.kind is ir.MediaKind.XML))
        for r in operation.responses
        if r.status >= "4" or r.status == "default"
    ]
    return [(int(s) if s.isdigit() else s, found) for s, found in contents if found]


def _runtime_type(annotation: Expression) -> Expression:
    """Return an annotation as an argument of `Call`; `Any` becomes `ANYTHING`.

    Pyright does not accept `Any` as a class.
    """
    return runtime.ANYTHING if annotation == runtime.ANY else annotation


def _may_be_unknown_event(success: ir.Success) -> bool:
    """Return whether a stream may have an event with a name that the document does not have."""
    return bool(success.types_by_event) and "" not in dict(success.types_by_event)


def _is_union(type_: ir.Type, api: ir.Api) -> bool:
    match type_:
        case ir.Nullable() | ir.UnionOf():
            return True
        case ir.Named(pointer):
            return isinstance(api.schemas[pointer], ir.Alias)
        case _:
            return False
