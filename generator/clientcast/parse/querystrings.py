"""Reads a parameter that is the whole query of an operation (OpenAPI 3.2, 4.12.1)."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

from clientcast import ir
from clientcast.parse.contents import Contents
from clientcast.parse.kinds import may_be_object
from clientcast.plain import mapping, text
from clientcast.references import Found

_WRITINGS = {
    ir.MediaKind.FORM: None,  # an object in a query is written member by member
    ir.MediaKind.JSON: ir.Writing(ir.Style.WHOLE_JSON, explode=False),
}
_AS_JSON = ir.Writing(ir.Style.JSON, explode=False)
_AS_TEXT = ir.Writing(ir.Style.WHOLE, explode=False)


@dataclass(frozen=True, slots=True)
class Querystrings:
    """Reads the queries of one document that are described as a whole."""

    contents: Contents

    def parameters(self, found: Found, hint: tuple[str, ...]) -> Iterator[ir.Parameter]:
        """What a client takes for it: the members of a form, or the whole."""
        value = mapping(found.value)
        name = text(value.get("name")) or "querystring"
        is_required = value.get("required") is True
        content = next(iter(self.contents.sent(found, (*hint, name))), None)
        if content is None:
            return
        members = self._members(content)
        if members and (is_required or not any(field.required for field in members)):
            writings = dict(content.writings)
            declared = self.contents.schemas.declared
            for field in members:
                writing = writings.get(field.name)
                if writing is None and may_be_object(field.type, declared):
                    writing = _AS_JSON
                yield ir.Parameter(ir.Location.QUERY, field, writing)
            return
        description = text(value.get("description"))
        field = ir.Field(name, content.type, is_required, description)
        if content.kind not in _WRITINGS:
            field = replace(field, type=ir.Scalar(ir.ScalarKind.STRING))
        writing = _WRITINGS.get(content.kind, _AS_TEXT)
        yield ir.Parameter(ir.Location.QUERY, field, writing)

    def _members(self, content: ir.Content) -> tuple[ir.Field, ...]:
        """The members of a form that are known one by one."""
        if content.kind is not ir.MediaKind.FORM or not isinstance(
            content.type, ir.Named
        ):
            return ()
        schema = self.contents.schemas.declared[content.type.pointer]
        if not isinstance(schema, ir.Record) or schema.open:
            return ()
        return schema.fields
