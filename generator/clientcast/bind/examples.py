"""Examples of calls, as lines of a docstring: with the values that the document gives."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import assert_never

from clientcast import ir
from clientcast.bind.arguments import Argument, arguments_of, positional
from clientcast.bind.literals import constant, string
from clientcast.bind.names import snake
from clientcast.plain import is_list, is_mapping
from clientcast.view import ASYNC, SYNC, Mode

_WIDTH = 88 - 12
_MOST_OPTIONS = 2
_DEEPEST = 5
_A_UUID = "b6e8a5a0-1b1e-4c5e-9b1a-0f3c2d4e5f60"


@dataclass(frozen=True, slots=True)
class Examples:
    """Writes the examples of one API.

    Attributes:
        client: What the client is called in them.
        names: The class of each declaration, by pointer.
        attributes: The Python name of each property of each record, by pointer.
    """

    api: ir.Api
    client: str
    names: Mapping[str, str]
    attributes: Mapping[str, Mapping[str, str]]

    def of_operation(
        self,
        operation: ir.Operation,
        spoken: str,
        arguments: tuple[Argument, ...],
        item: ir.Type | None,
        mode: Mode,
        *,
        brief: bool = False,
    ) -> str:
        """A call of an operation, as in an interactive session.

        Args:
            operation: What is called.
            spoken: Its method, such as `sessions.get`.
            arguments: What the method takes.
            item: What its pages or its stream hold; None where it has none.
            mode: The client that is called.
            brief: Whether it is the first that one sees: what must be given, and what comes.
        """
        values = self._values(operation, arguments, 0 if brief else _MOST_OPTIONS)
        call = f"{self.client}.{spoken}"
        after: tuple[str, ...] = ()
        if item is not None:
            name, shown = self._result(item), ""
            if operation.success.kind is ir.MediaKind.EVENTS:
                name, shown = "event", "print(event.data)"
            begin, end = f"for {name} in {ASYNC.wait}", ":"
            after = (f"...     {shown or self._print(name, item)}",)
        else:
            result = operation.success.type
            name = "" if result is None else self._result(result)
            begin, end = f"{name} = {ASYNC.wait}" if name else ASYNC.wait, ""
            if brief and result is not None:
                after = (f">>> {self._print(name, result)}",)
        if item is not None:
            begin = f"async {begin}"
        # Both modes break their lines alike, where the longer one must.
        lines = _laid_out(begin, call, values, end)
        if mode is SYNC:
            lines = [
                (
                    line.replace("async for", "for", 1).replace(ASYNC.wait, "", 1)
                    if index == 0
                    else line
                )
                for index, line in enumerate(lines)
            ]
        return "\n".join((*lines, *after))

    def _values(
        self, operation: ir.Operation, arguments: tuple[Argument, ...], most: int
    ) -> list[str]:
        leading = positional(arguments)
        values: list[str] = []
        options = 0
        for argument in arguments:
            known = example_value(argument, operation)
            if not argument.field.required:
                if known is None or options == most:
                    continue
                options += 1
            text = self._literal(argument.field.type, known, 0)
            values.append(text if argument in leading else f"{argument.name}={text}")
        return values

    def _literal(self, type_: ir.Type, value: object, depth: int) -> str:
        """A value of a type as Python text; one that it might have where none is known."""
        if depth > 2 * _DEEPEST:
            return "..."
        match type_:
            case ir.Nullable(inner):
                return self._literal(inner, value, depth)
            case ir.OneOf(members):
                return self._literal(members[0], value, depth)
            case ir.Constant(values):
                return constant(values[0])
            case ir.Scalar(kind):
                return _scalar(kind, value)
            case ir.Anything():
                return _plain("..." if value is None else value)
            case ir.ListOf(item):
                items = value if is_list(value) else [None]
                inside = [self._literal(item, member, depth + 1) for member in items]
                return f"[{', '.join(inside)}]"
            case ir.TupleOf(items):
                parts = value if is_list(value) else [None] * len(items)
                inside = [
                    self._literal(item, part, depth + 1)
                    for item, part in zip(items, parts, strict=False)
                ]
                return f"({', '.join(inside)}{',' * (len(inside) == 1)})"
            case ir.MapOf(member):
                pairs = value if is_mapping(value) else dict[str, object]()
                inside = [
                    f"{string(name)}: {self._literal(member, part, depth + 1)}"
                    for name, part in pairs.items()
                ]
                return f"{{{', '.join(inside)}}}"
            case ir.Named(pointer):
                return self._named(self.api.schemas[pointer], value, depth)
            case _:
                assert_never(type_)

    def _named(self, schema: ir.Schema, value: object, depth: int) -> str:
        match schema:
            case ir.Enum(values=values):
                return string(value if isinstance(value, str) else values[0])
            case ir.Alias(type=type_):
                return self._literal(type_, value, depth + 1)
            case ir.Record(open=True) if is_mapping(value):
                return _plain(value)
            case ir.Record(pointer=pointer, fields=fields):
                known = value if is_mapping(value) else dict[str, object]()
                attributes = self.attributes[pointer]
                inside = [
                    f"{attributes[field.name]}="
                    f"{self._literal(field.type, known.get(field.name), depth + 1)}"
                    for field in fields
                    if field.name in known or (field.required and depth < _DEEPEST)
                ]
                return f"{self.names[pointer]}({', '.join(inside)})"
            case _:
                assert_never(schema)

    def _result(self, type_: ir.Type) -> str:
        """What one would call a result."""
        match type_:
            case ir.Nullable(inner):
                return self._result(inner)
            case ir.Named(pointer) if not self.names[pointer].endswith("Response"):
                name = snake(self.names[pointer], "answer")
                return "answer" if name == self.client else name
            case _:
                return "answer"

    def _print(self, name: str, type_: ir.Type) -> str:
        """Shows a result, by its id where it has one."""
        schema = (
            self.api.schemas[type_.pointer] if isinstance(type_, ir.Named) else None
        )
        has_id = isinstance(schema, ir.Record) and (
            "id" in self.attributes[schema.pointer].values()
        )
        return f"print({name}.id)" if has_id else f"print({name})"


def first_call(api: ir.Api) -> ir.Operation | None:
    """The operation that shows a client best: one that reads, and asks for little."""

    def strangeness(operation: ir.Operation) -> tuple[bool | int, ...]:
        is_paged = operation.paging is not None
        reads = operation.method == "GET" and operation.success.type is not None
        arguments = arguments_of(operation, api.schemas)
        return (
            operation.deprecated,
            not (reads or is_paged),
            not any(operation.security),
            is_paged,
            sum(argument.field.required for argument in arguments),
        )

    return min(api.operations, key=strangeness, default=None)


def example_value(argument: Argument, operation: ir.Operation) -> object:
    """What the document gives as an example of an argument, as plain JSON; None for nothing."""
    if argument.place.is_body and operation.body is not None:
        body = plain_json(operation.body.content.example)
        if argument.whole:
            return body
        if is_mapping(body):
            return body.get(argument.field.name)
    return plain_json(argument.field.example)


def plain_json(text: str) -> object:
    """What a JSON text says; None for an empty one."""
    value: object = json.loads(text) if text else None
    return value


def _laid_out(begin: str, call: str, values: list[str], end: str) -> list[str]:
    whole = f">>> {begin}{call}({', '.join(values)}){end}"
    if len(whole) <= _WIDTH or not values:
        return [whole]
    return [
        f">>> {begin}{call}(",
        *(f"...     {value}," for value in values),
        f"... ){end}",
    ]


def _scalar(kind: ir.ScalarKind, value: object) -> str:
    given = value if isinstance(value, str) else ""
    match kind:
        case ir.ScalarKind.STRING:
            return string(value if isinstance(value, str) else "...")
        case ir.ScalarKind.DATE_TIME | ir.ScalarKind.DATE:
            text = value if isinstance(value, str) else "2026-01-02T03:04:05Z"
            if kind is ir.ScalarKind.DATE:
                return f"date.fromisoformat({string(text[:10])})"
            return f"datetime.fromisoformat({string(text)})"
        case ir.ScalarKind.BINARY:
            return 'b"..."'
        case ir.ScalarKind.TIME:
            return f"time.fromisoformat({string(given or '03:04:05')})"
        case ir.ScalarKind.DURATION:
            return "timedelta(minutes=5)"
        case ir.ScalarKind.UUID:
            return f"UUID({string(given or _A_UUID)})"
        case ir.ScalarKind.BYTES:
            return 'b"..."'
        case ir.ScalarKind.DECIMAL:
            return f"Decimal({string(given or '1.5')})"
        case ir.ScalarKind.BOOLEAN:
            return repr(value if isinstance(value, bool) else True)
        case ir.ScalarKind.INTEGER | ir.ScalarKind.NUMBER:
            return repr(value if isinstance(value, int | float) else 1)
        case _:
            assert_never(kind)


def _plain(value: object) -> str:
    """Plain JSON as Python text."""
    if is_mapping(value):
        pairs = (f"{string(name)}: {_plain(part)}" for name, part in value.items())
        return f"{{{', '.join(pairs)}}}"
    if is_list(value):
        return f"[{', '.join(map(_plain, value))}]"
    if value is None or isinstance(value, str | int | float):
        return constant(value)
    return "..."
