"""Parsing of `in: querystring`, one parameter for the whole query (OpenAPI 3.2, 4.12.1)."""

from collections.abc import Iterator

from msgspec import Struct
from msgspec.structs import replace

from clientcast import ir
from clientcast.parse.contents import ContentReader
from clientcast.parse.types import may_be_object
from clientcast.plain import mapping, text
from clientcast.references import Located

_SERIALIZATIONS = {
    ir.MediaKind.FORM: None,  # Objects in a query are serialized property by property by default.
    ir.MediaKind.JSON: ir.Serialization(ir.Style.QUERYSTRING_JSON, explode=False),
}
_JSON_VALUE = ir.Serialization(ir.Style.JSON, explode=False)
_QUERYSTRING = ir.Serialization(ir.Style.QUERYSTRING, explode=False)


class QuerystringReader(Struct, frozen=True):
    """Reader of the querystring parameters of a document."""

    contents: ContentReader

    def read_querystring(
        self, located: Located, name_hint: tuple[str, ...]
    ) -> Iterator[ir.Parameter]:
        """Yield the properties of a form as query parameters, or one for the whole query."""
        value = mapping(located.value)
        name = text(value.get("name")) or "querystring"
        is_required = value.get("required") is True
        content = next(
            iter(self.contents.request_contents(located, (*name_hint, name))), None
        )
        if content is None:
            return
        form_fields = self._form_fields(content)
        if form_fields and (
            is_required or not any(field.required for field in form_fields)
        ):
            serializations = dict(content.serializations)
            declared = self.contents.schemas.declared
            for field in form_fields:
                serialization = serializations.get(field.name)
                if serialization is None and may_be_object(field.type, declared):
                    serialization = _JSON_VALUE
                yield ir.Parameter(ir.Location.QUERY, field, serialization)
            return
        description = text(value.get("description"))
        field = ir.Field(name, content.type, is_required, description)
        if content.kind not in _SERIALIZATIONS:
            field = replace(field, type=ir.Scalar(ir.ScalarKind.STRING))
        serialization = _SERIALIZATIONS.get(content.kind, _QUERYSTRING)
        yield ir.Parameter(ir.Location.QUERY, field, serialization)

    def _form_fields(self, content: ir.Content) -> tuple[ir.Field, ...]:
        """Return the properties of a form; empty if it allows additional ones."""
        if content.kind is not ir.MediaKind.FORM or not isinstance(
            content.type, ir.Named
        ):
            return ()
        schema = self.contents.schemas.declared[content.type.pointer]
        if not isinstance(schema, ir.Record) or schema.has_additional_properties:
            return ()
        return schema.fields
