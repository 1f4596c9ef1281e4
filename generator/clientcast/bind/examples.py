"""Examples of calls, as programs with the example values of the document."""

import json
from collections.abc import Iterator, Mapping
from typing import assert_never

from msgspec import Struct

from clientcast import ir
from clientcast.bind.arguments import Argument, positional_arguments
from clientcast.bind.names import snake_case
from clientcast.code import (
    Arguments,
    Attribute,
    Builtin,
    Call,
    Constant,
    Dict,
    Expression,
    List,
    Name,
    Tuple,
    to_source,
)
from clientcast.plain import is_list, is_mapping
from clientcast.view import ASYNC, Mode

_WIDTH = 88 - 12
_INDENT = " " * 4
_MAX_OPTIONS = 2
_MAX_DEPTH = 5
_MAX_VALUES = 1000
"""Models that require one another can have exponentially many values."""
_EXAMPLE_UUID = "b6e8a5a0-1b1e-4c5e-9b1a-0f3c2d4e5f60"


class Example(Struct, frozen=True):
    """A call of an operation.

    Attributes:
        call: The call of a method of the client.
        target: The variable of the result or of each item; empty if there is no result.
        is_loop: Whether the call is the iterable of a `for` loop.
        printed_value: The argument of the `print` that follows; None if there is none.
    """

    call: Call
    target: str = ""
    is_loop: bool = False
    printed_value: Expression | None = None

    def text(self, mode: Mode) -> str:
        """Return the program."""
        return "\n".join(self.lines(mode))

    def lines(self, mode: Mode) -> Iterator[str]:
        """Yield the lines of the program."""
        begin, end = self._call_affixes(mode)
        # Both modes break their lines in the same places.
        longest_line = "".join((*self._call_affixes(ASYNC), to_source(self.call)))
        if len(longest_line) <= _WIDTH or self.call.arguments == Arguments():
            yield f"{begin}{to_source(self.call)}{end}"
        else:
            yield f"{begin}{to_source(self.call.function)}("
            for part in self.call.arguments.each():
                yield f"{_INDENT}{to_source(part)},"
            yield f"){end}"
        if self.printed_value is not None:
            printed_value = to_source(
                Call(Builtin("print"), Arguments((self.printed_value,)))
            )
            yield f"{_INDENT}{printed_value}" if self.is_loop else printed_value

    def _call_affixes(self, mode: Mode) -> tuple[str, str]:
        """Return the code before and after the call."""
        if self.is_loop:
            return f"{mode.async_prefix}for {self.target} in {mode.await_prefix}", ":"
        return (f"{self.target} = " if self.target else "") + mode.await_prefix, ""


def client_example(
    construct: Call, client: str, example: Example | None, mode: Mode
) -> str:
    """Return a program that constructs a client, calls an operation and closes the client.

    Args:
        construct: The call of the client's class.
        client: The variable of the client.
        example: The call of an operation; None if there is none.
        mode: The mode of the client.
    """
    body = example.lines(mode) if example is not None else ["..."]
    begin = f"{mode.async_prefix}with {to_source(construct)} as {client}:"
    return "\n".join((begin, *(f"{_INDENT}{line}" for line in body)))


class Examples(Struct, frozen=True):
    """Examples for the operations of one API.

    Attributes:
        client: The variable of the client.
        names: The class name of each declaration, by pointer.
        attributes: The Python name of each property of each record, by pointer.
    """

    api: ir.Api
    client: str
    names: Mapping[str, str]
    attributes: Mapping[str, Mapping[str, str]]

    def for_operation(
        self,
        operation: ir.Operation,
        path: tuple[str, ...],
        arguments: tuple[Argument, ...],
        item: ir.Type | None,
        *,
        brief: bool = False,
    ) -> Example:
        """Return a call of an operation.

        Args:
            operation: The operation.
            path: The attributes from the client to the method: `("sessions", "get")`.
            arguments: The arguments of its method.
            item: The type of the items of its pages or stream; None if it has none.
            brief: Whether to pass only required arguments and print the result.
        """
        max_options = 0 if brief else _MAX_OPTIONS
        function: Expression = Name(self.client)
        for attribute in path:
            function = Attribute(function, attribute)
        call = Call(function, self._call_arguments(operation, arguments, max_options))
        if item is not None:
            if operation.success.kind is ir.MediaKind.EVENTS:
                return Example(call, "event", True, Attribute(Name("event"), "data"))
            target = self._result_variable(item)
            return Example(call, target, True, self._printed_expression(target, item))
        result = operation.success.type
        if result is None:
            return Example(call)
        target = self._result_variable(result)
        printed_value = self._printed_expression(target, result) if brief else None
        return Example(call, target, printed_value=printed_value)

    def _call_arguments(
        self, operation: ir.Operation, arguments: tuple[Argument, ...], max_options: int
    ) -> Arguments:
        positional = positional_arguments(arguments)
        builder = _ValueBuilder(self)
        values: list[Expression] = []
        keywords: list[tuple[str, Expression]] = []
        options = 0
        for argument in arguments:
            example = example_value(argument, operation)
            if not argument.field.required:
                if example is None or options == max_options:
                    continue
                options += 1
            value = builder.value(argument.field.type, example)
            if argument in positional:
                values.append(value)
            else:
                keywords.append((argument.name, value))
        return Arguments(tuple(values), tuple(keywords))

    def _result_variable(self, type_: ir.Type) -> str:
        """Return the name of a variable for a result."""
        match type_:
            case ir.Nullable(inner):
                return self._result_variable(inner)
            case ir.Named(pointer) if not self.names[pointer].endswith("Response"):
                name = snake_case(self.names[pointer], "result")
                return "result" if name == self.client else name
            case _:
                return "result"

    def _printed_expression(self, name: str, type_: ir.Type) -> Expression:
        """Return the expression that prints a result: its `id` if it has one."""
        schema = (
            self.api.schemas[type_.pointer] if isinstance(type_, ir.Named) else None
        )
        has_id = isinstance(schema, ir.Record) and (
            "id" in self.attributes[schema.pointer].values()
        )
        return Attribute(Name(name), "id") if has_id else Name(name)


class _ValueBuilder:
    """Builder of the values of one example, at most `_MAX_VALUES` of them."""

    def __init__(self, examples: Examples) -> None:
        self._examples = examples
        self._remaining = _MAX_VALUES

    def value(self, type_: ir.Type, value: object, depth: int = 0) -> Expression:
        """Return the expression of a value of a type; a placeholder if the value is None."""
        self._remaining -= 1
        if depth > 2 * _MAX_DEPTH or self._remaining < 0:
            return Constant(...)
        match type_:
            case ir.Nullable(inner):
                return self.value(inner, value, depth)
            case ir.UnionOf(members):
                return self.value(members[0], value, depth)
            case ir.Constant(values):
                return Constant(values[0])
            case ir.Scalar(kind):
                return _scalar_expression(kind, value)
            case ir.Anything():
                return _json_expression("..." if value is None else value)
            case ir.ListOf(item):
                items = value if is_list(value) else [None]
                return List(
                    tuple(self.value(item, member, depth + 1) for member in items)
                )
            case ir.TupleOf(items):
                parts = value if is_list(value) else [None] * len(items)
                pairs = zip(items, parts, strict=False)
                return Tuple(tuple(self.value(i, p, depth + 1) for i, p in pairs))
            case ir.MapOf(member):
                items_by_key = value if is_mapping(value) else dict[str, object]()
                return Dict(
                    tuple(
                        (Constant(name), self.value(member, part, depth + 1))
                        for name, part in items_by_key.items()
                    )
                )
            case ir.Named(pointer):
                return self._declared_value(
                    self._examples.api.schemas[pointer], value, depth
                )
            case _:
                assert_never(type_)

    def _declared_value(
        self, schema: ir.Schema, value: object, depth: int
    ) -> Expression:
        match schema:
            case ir.Enum(values=values):
                if isinstance(value, str | int) and type(value) is type(values[0]):
                    return Constant(value)
                return Constant(values[0])
            case ir.Alias(type=type_):
                return self.value(type_, value, depth + 1)
            case ir.Record(has_additional_properties=True) if is_mapping(value):
                return _json_expression(value)
            case ir.Record(pointer=pointer, fields=fields):
                example = value if is_mapping(value) else dict[str, object]()
                attributes = self._examples.attributes[pointer]
                keywords = tuple(
                    (
                        attributes[field.name],
                        self.value(field.type, example.get(field.name), depth + 1),
                    )
                    for field in fields
                    if field.name in example or (field.required and depth < _MAX_DEPTH)
                )
                return Call(
                    Name(self._examples.names[pointer]), Arguments((), keywords)
                )
            case _:
                assert_never(schema)


def simplest_operation(
    api: ir.Api, arguments: Mapping[str, tuple[Argument, ...]]
) -> ir.Operation | None:
    """Return the operation for the first example: one that reads, with few arguments."""

    def complexity(operation: ir.Operation) -> tuple[bool | int, ...]:
        is_paged = operation.paging is not None
        is_read = operation.method == "GET" and operation.success.type is not None
        return (
            operation.deprecated,
            not (is_read or is_paged),
            not any(operation.security),
            is_paged,
            sum(a.field.required for a in arguments[operation.pointer]),
        )

    return min(api.operations, key=complexity, default=None)


def example_value(argument: Argument, operation: ir.Operation) -> object:
    """Return the document's example of an argument as JSON data; None if it has none."""
    if argument.location.is_body and operation.body is not None:
        body = decode_json(operation.body.content.example)
        if argument.is_whole_body:
            return body
        if is_mapping(body):
            return body.get(argument.field.name)
    return decode_json(argument.field.example)


def decode_json(text: str) -> object:
    """Return the value of a JSON text; None for an empty text."""
    value: object = json.loads(text) if text else None
    return value


def _scalar_expression(kind: ir.ScalarKind, value: object) -> Expression:
    text = value if isinstance(value, str) else ""
    match kind:
        case ir.ScalarKind.STRING:
            return Constant(value if isinstance(value, str) else "...")
        case ir.ScalarKind.DATE_TIME:
            return _from_iso("datetime", text or "2026-01-02T03:04:05Z")
        case ir.ScalarKind.DATE:
            return _from_iso("date", text[:10] or "2026-01-02")
        case ir.ScalarKind.TIME:
            return _from_iso("time", text or "03:04:05")
        case ir.ScalarKind.DURATION:
            minutes = (("minutes", Constant(5)),)
            return Call(Name("timedelta"), Arguments((), minutes))
        case ir.ScalarKind.UUID:
            return Call(Name("UUID"), Arguments((Constant(text or _EXAMPLE_UUID),)))
        case ir.ScalarKind.BINARY | ir.ScalarKind.BYTES:
            return Constant(b"...")
        case ir.ScalarKind.DECIMAL | ir.ScalarKind.DECIMAL_STRING:
            number = value if isinstance(value, int | float) else 1.5
            return Call(Name("Decimal"), Arguments((Constant(text or str(number)),)))
        case ir.ScalarKind.BOOLEAN:
            return Constant(value if isinstance(value, bool) else True)
        case ir.ScalarKind.INTEGER | ir.ScalarKind.NUMBER:
            return Constant(value if isinstance(value, int | float) else 1)
        case _:
            assert_never(kind)


def _from_iso(class_name: str, text: str) -> Call:
    function = Attribute(Name(class_name), "fromisoformat")
    return Call(function, Arguments((Constant(text),)))


def _json_expression(value: object) -> Expression:
    """Return JSON data as an expression."""
    if is_mapping(value):
        return Dict(
            tuple((Constant(k), _json_expression(part)) for k, part in value.items())
        )
    if is_list(value):
        return List(tuple(map(_json_expression, value)))
    if value is None or isinstance(value, str | int | float):
        return Constant(value)
    return Constant(...)
