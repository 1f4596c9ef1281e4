"""Examples of streams, made of the examples of their models."""

import json
from collections.abc import Mapping

from msgspec import Struct

from clientcast import ir
from clientcast.examples.scalars import FORMATS

_SCALARS: dict[ir.ScalarKind, object] = {
    ir.ScalarKind.BOOLEAN: True,
    ir.ScalarKind.INTEGER: 1,
    ir.ScalarKind.NUMBER: 1.5,
    ir.ScalarKind.DECIMAL: 1.5,
    ir.ScalarKind.DECIMAL_STRING: "1.5",
}


class _NoExampleError(Exception):
    """A type that has no example."""


class StreamExamples(Struct, frozen=True):
    """Examples of the streams of an API.

    Attributes:
        schemas: The declarations, by their pointers.
        models: The examples of records, by their pointers.
    """

    schemas: Mapping[str, ir.Schema]
    models: Mapping[str, object]

    def text(self, success: ir.Success) -> str:
        """Return a stream of one item, or of one event of each name; empty for no example."""
        if success.type is None:
            return ""
        types = success.types_by_event or (("", success.type),)
        return "".join(self._item(success.kind, event, type_) for event, type_ in types)

    def _item(self, kind: ir.MediaKind, event: str, type_: ir.Type) -> str:
        """Return an item in its format: WHATWG HTML, 9.2, and RFC 7464."""
        try:
            value = self._value(type_, ())
        except _NoExampleError:
            return ""
        if kind is not ir.MediaKind.EVENTS:
            start = "\x1e" if kind is ir.MediaKind.SEQUENCE else ""
            return f"{start}{json.dumps(value)}\n"
        name = f"event: {event}\n" if event else ""
        data = value if isinstance(value, str) else json.dumps(value)
        lines = "".join(f"data: {line}\n" for line in data.split("\n"))
        return f"{name}{lines}\n"

    def _value(self, type_: ir.Type, aliases: tuple[str, ...]) -> object:
        match type_:
            case ir.Scalar(kind):
                return _SCALARS.get(kind, FORMATS.get(kind, "string"))
            case ir.Constant(values):
                return values[0]
            case ir.Nullable(inner):
                return self._value(inner, aliases)
            case ir.ListOf(item):
                return [self._value(item, aliases)]
            case ir.TupleOf(items):
                return [self._value(item, aliases) for item in items]
            case ir.MapOf(value):
                return {"name": self._value(value, aliases)}
            case ir.UnionOf(members):
                return self._value(members[0], aliases)
            case ir.Named(pointer):
                return self._named(pointer, aliases)
            case ir.Anything():
                return {}

    def _named(self, pointer: str, aliases: tuple[str, ...]) -> object:
        schema = self.schemas[pointer]
        match schema:
            case ir.Enum(members=members):
                return members[0].value
            case ir.Alias(type=type_) if pointer not in aliases:
                return self._value(type_, (*aliases, pointer))
            case ir.Record() if pointer in self.models:
                return self.models[pointer]
            case _:
                raise _NoExampleError
