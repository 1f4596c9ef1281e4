"""Parsing of response bodies that are streams."""

from collections.abc import Iterator

from msgspec import Struct

from clientcast import ir
from clientcast.openapi import STREAM_FORMATS, bare_media_type, is_json
from clientcast.parse.context import Context
from clientcast.parse.schemas import SchemaReader
from clientcast.parse.types import union_of
from clientcast.plain import mapping, sequence, text, texts
from clientcast.references import Located, follow
from clientcast.source import escape

_MAX_DEPTH = 10
_EVENT_PROPERTIES = {"data", "event", "id", "retry"}


class StreamReader(Struct, frozen=True):
    """Reader of the streams of a document."""

    context: Context
    schemas: SchemaReader

    def response_stream(
        self, parent: Located, name_hint: tuple[str, ...]
    ) -> ir.Content | None:
        """Return the body of a response as a stream; None if no media type is a stream."""
        for name, media_type in self.context.entries(
            self.context.child(parent, "content")
        ):
            framing = STREAM_FORMATS.get(bare_media_type(name))
            if framing is not None:
                kind = ir.MediaKind(framing)
                schema = self._item_schema(media_type)
                if kind is not ir.MediaKind.EVENTS:
                    return ir.Content(kind, (name,), self._item_type(schema, name_hint))
                types_by_event = self._types_by_event(schema, name_hint)
                types = dict.fromkeys(type_ for _, type_ in types_by_event)
                return ir.Content(
                    kind,
                    (name,),
                    union_of(tuple(types)),
                    types_by_event=_distinct_types(types_by_event),
                )
        return None

    def _item_schema(self, media_type: Located) -> Located:
        """Return the schema of an item: `itemSchema`, or `schema` as before OpenAPI 3.2."""
        value = mapping(media_type.value)
        key = "itemSchema" if "itemSchema" in value else "schema"
        return Located(f"{media_type.pointer}/{key}", value.get(key))

    def _item_type(self, schema: Located, name_hint: tuple[str, ...]) -> ir.Type:
        """Return the type of a JSON item; Anything if `schema` describes the body as text."""
        type_ = self.schemas.type_of(schema, name_hint)
        if schema.pointer.endswith("/itemSchema"):
            return type_
        if isinstance(type_, ir.ListOf):
            return type_.item
        return ir.Anything() if isinstance(type_, ir.Scalar) else type_

    def _types_by_event(
        self, schema: Located, name_hint: tuple[str, ...]
    ) -> list[tuple[str, ir.Type]]:
        """Return the event names with the types of their data; an empty name for any event.

        A schema describes events if it has `data` and no property that events do not have
        (OpenAPI 3.2, 4.14.3.2); otherwise it describes the data.
        """
        types: list[tuple[str, ir.Type]] = []
        for event in self._event_variants(schema):
            if "data" not in event or event.keys() - _EVENT_PROPERTIES:
                return [("", self._data_type((schema,), name_hint))]
            data = self._data_type(tuple(event["data"]), (*name_hint, "data"))
            names = self._event_names(event.get("event", []))
            types += [(name, data) for name in names or [""]]
        return types

    def _event_names(self, schemas: list[Located]) -> list[str]:
        """Return the event names that a schema allows; empty for any."""
        for schema in reversed(schemas):
            value = mapping(self._follow(schema).value)
            names = texts([value["const"]] if "const" in value else value.get("enum"))
            if names:
                return list(names)
        return []

    def _event_variants(
        self,
        schema: Located,
        outer_properties: dict[str, list[Located]] | None = None,
        depth: int = 0,
    ) -> Iterator[dict[str, list[Located]]]:
        """Yield the variants of an object, each as the schemas of its properties."""
        schemas = list(self._merged_schemas(schema, depth))
        properties = {
            name: [*known] for name, known in (outer_properties or {}).items()
        }
        branches: list[Located] = []
        for merged in schemas:
            value = mapping(merged.value)
            for name, inner in mapping(value.get("properties")).items():
                pointer = f"{merged.pointer}/properties/{escape(name)}"
                properties.setdefault(name, []).append(Located(pointer, inner))
            for key in ("oneOf", "anyOf"):
                branches += _subschemas(merged, key)
        if not branches or depth > _MAX_DEPTH:
            yield properties
        for branch in branches if depth <= _MAX_DEPTH else ():
            yield from self._event_variants(branch, properties, depth + 1)

    def _merged_schemas(self, schema: Located, depth: int) -> Iterator[Located]:
        """Yield a schema, the one it references and those of its `allOf`."""
        target = self._follow(schema)
        if target.pointer != schema.pointer and depth <= _MAX_DEPTH:
            yield from self._merged_schemas(target, depth + 1)
        yield schema
        for member in _subschemas(schema, "allOf") if depth <= _MAX_DEPTH else ():
            yield from self._merged_schemas(member, depth + 1)

    def _data_type(
        self, schemas: tuple[Located, ...], name_hint: tuple[str, ...]
    ) -> ir.Type:
        """Return the type of an event's data; a string if it is not JSON."""
        for schema in reversed(schemas):
            resolved = self._follow(schema)
            value = mapping(resolved.value)
            holds_json = is_json(text(value.get("contentMediaType")))
            if "contentSchema" in value and (
                holds_json or "contentMediaType" not in value
            ):
                content_schema = Located(
                    f"{resolved.pointer}/contentSchema", value["contentSchema"]
                )
                return self.schemas.type_of(content_schema, name_hint)
            if holds_json:
                return ir.Anything()
        if len(schemas) == 1:
            type_ = self.schemas.type_of(schemas[0], name_hint)
        else:
            type_ = self.schemas.merged_type(schemas, name_hint)
        return _TEXT if self._is_text_type(type_) else type_

    def _is_text_type(self, type_: ir.Type) -> bool:
        match type_:
            case ir.Scalar(kind):
                return kind not in _NON_TEXT_KINDS
            case ir.Constant(values):
                return all(isinstance(value, str) for value in values)
            case ir.Named(pointer):
                declared = self.schemas.declared.get(pointer)
                return isinstance(declared, ir.Enum) and not declared.is_integer
            case _:
                return False

    def _follow(self, schema: Located) -> Located:
        return follow(self.context.document.data, schema.pointer, schema.value)


def _distinct_types(
    types_by_event: list[tuple[str, ir.Type]],
) -> tuple[tuple[str, ir.Type], ...]:
    """Return the type of each event name; empty if events of any name have the same type."""
    types: dict[str, list[ir.Type]] = {}
    for event, type_ in types_by_event:
        types.setdefault(event, []).append(type_)
    distinct = {event: union_of(tuple(found)) for event, found in types.items()}
    is_any_text = set(distinct.values()) == {_TEXT}
    if is_any_text or "" in distinct and len(set(distinct.values())) == 1:
        return ()
    return tuple(distinct.items())


_TEXT = ir.Scalar(ir.ScalarKind.STRING)
_NON_TEXT_KINDS = (
    ir.ScalarKind.INTEGER,
    ir.ScalarKind.NUMBER,
    ir.ScalarKind.BOOLEAN,
    ir.ScalarKind.DECIMAL,
    ir.ScalarKind.DECIMAL_STRING,
)


def _subschemas(schema: Located, key: str) -> list[Located]:
    return [
        Located(f"{schema.pointer}/{key}/{index}", member)
        for index, member in enumerate(sequence(mapping(schema.value).get(key)))
    ]
