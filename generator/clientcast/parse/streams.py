"""Reads `content` of an answer that is a stream: what its items are."""

from collections.abc import Iterator
from dataclasses import dataclass

from clientcast import ir
from clientcast.openapi import STREAMS, plain_media_type
from clientcast.parse.context import Context
from clientcast.parse.schemas import Schemas, one_of
from clientcast.plain import mapping, sequence, text, texts
from clientcast.references import Found, follow
from clientcast.source import escape

_DEEPEST = 10
_OF_AN_EVENT = {"data", "event", "id", "retry"}


@dataclass(frozen=True, slots=True)
class Streams:
    """Reads the streams of one document."""

    context: Context
    schemas: Schemas

    def received(self, holder: Found, hint: tuple[str, ...]) -> ir.Content | None:
        """The first stream that an answer may be; None for none."""
        for name, media_type in self.context.entries(
            self.context.child(holder, "content")
        ):
            framing = STREAMS.get(plain_media_type(name))
            if framing is not None:
                kind = ir.MediaKind(framing)
                schema = self._schema(media_type)
                if kind is not ir.MediaKind.EVENTS:
                    return ir.Content(kind, (name,), self._item(schema, hint))
                by_event = self._by_event(schema, hint)
                types = dict.fromkeys(type_ for _, type_ in by_event)
                return ir.Content(
                    kind,
                    (name,),
                    one_of(tuple(types)),
                    by_event=tuple(
                        (event, type_)
                        for event, type_ in by_event
                        if event and len(types) > 1
                    ),
                )
        return None

    def _schema(self, media_type: Found) -> Found:
        """That of an item. Before OpenAPI 3.2 it is `schema` that people write it as."""
        value = mapping(media_type.value)
        key = "itemSchema" if "itemSchema" in value else "schema"
        return Found(f"{media_type.pointer}/{key}", value.get(key))

    def _item(self, schema: Found, hint: tuple[str, ...]) -> ir.Type:
        """The type of an item of JSON; where the schema is of the whole text, anything."""
        type_ = self.schemas.type_of(schema, hint)
        if schema.pointer.endswith("/itemSchema"):
            return type_
        if isinstance(type_, ir.ListOf):
            return type_.item
        return ir.Anything() if isinstance(type_, ir.Scalar) else type_

    def _by_event(
        self, schema: Found, hint: tuple[str, ...]
    ) -> list[tuple[str, ir.Type]]:
        """The kinds of event with the type of their data; empty for any kind.

        A schema describes events where it has `data`, and nothing that events do not have
        (OpenAPI 3.2, 4.14.3.2); otherwise it describes what their data is.
        """
        found: list[tuple[str, ir.Type]] = []
        for event in self._events(schema):
            if "data" not in event or event.keys() - _OF_AN_EVENT:
                return [("", self._data((schema,), hint))]
            data = self._data(tuple(event["data"]), (*hint, "data"))
            kinds = self._names(event.get("event", []))
            found += [(kind, data) for kind in kinds or [""]]
        return found

    def _names(self, schemas: list[Found]) -> list[str]:
        """The kinds of event that a schema allows."""
        for schema in reversed(schemas):
            value = mapping(self._followed(schema).value)
            names = texts([value["const"]] if "const" in value else value.get("enum"))
            if names:
                return list(names)
        return []

    def _events(
        self,
        schema: Found,
        outer: dict[str, list[Found]] | None = None,
        depth: int = 0,
    ) -> Iterator[dict[str, list[Found]]]:
        """The kinds of object that a schema describes, as the schemas of their properties."""
        parts = list(self._parts(schema, depth))
        known = {name: [*found] for name, found in (outer or {}).items()}
        branches: list[Found] = []
        for part in parts:
            value = mapping(part.value)
            for name, inner in mapping(value.get("properties")).items():
                place = f"{part.pointer}/properties/{escape(name)}"
                known.setdefault(name, []).append(Found(place, inner))
            for key in ("oneOf", "anyOf"):
                branches += _members(part, key)
        if not branches or depth > _DEEPEST:
            yield known
        for branch in branches if depth <= _DEEPEST else ():
            yield from self._events(branch, known, depth + 1)

    def _parts(self, schema: Found, depth: int) -> Iterator[Found]:
        """A schema and those that hold with it."""
        target = self._followed(schema)
        if target.pointer != schema.pointer and depth <= _DEEPEST:
            yield from self._parts(target, depth + 1)
        yield schema
        for member in _members(schema, "allOf") if depth <= _DEEPEST else ():
            yield from self._parts(member, depth + 1)

    def _data(self, schemas: tuple[Found, ...], hint: tuple[str, ...]) -> ir.Type:
        """The type of what the data of an event says; where it is no JSON, text."""
        for schema in reversed(schemas):
            found = self._followed(schema)
            value = mapping(found.value)
            is_json = "json" in text(value.get("contentMediaType"))
            if "contentSchema" in value and (
                is_json or "contentMediaType" not in value
            ):
                inside = Found(f"{found.pointer}/contentSchema", value["contentSchema"])
                return self.schemas.type_of(inside, hint)
            if is_json:
                return ir.Anything()
        if len(schemas) == 1:
            type_ = self.schemas.type_of(schemas[0], hint)
        else:
            type_ = self.schemas.merged(schemas, hint)
        return _TEXT if self._is_text(type_) else type_

    def _is_text(self, type_: ir.Type) -> bool:
        match type_:
            case ir.Scalar(kind):
                return kind not in _NO_TEXT
            case ir.Constant(values):
                return all(isinstance(value, str) for value in values)
            case ir.Named(pointer):
                declared = self.schemas.declared.get(pointer)
                return isinstance(declared, ir.Enum)
            case _:
                return False

    def _followed(self, schema: Found) -> Found:
        return follow(self.context.document.data, schema.pointer, schema.value)


_TEXT = ir.Scalar(ir.ScalarKind.STRING)
_NO_TEXT = (
    ir.ScalarKind.INTEGER,
    ir.ScalarKind.NUMBER,
    ir.ScalarKind.BOOLEAN,
    ir.ScalarKind.DECIMAL,
)


def _members(schema: Found, key: str) -> list[Found]:
    return [
        Found(f"{schema.pointer}/{key}/{index}", member)
        for index, member in enumerate(sequence(mapping(schema.value).get(key)))
    ]
