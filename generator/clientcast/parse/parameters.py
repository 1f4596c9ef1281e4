"""Parsing of parameters: types and serializations."""

from collections.abc import Iterator

from msgspec import Struct

from clientcast import ir
from clientcast.openapi import is_json
from clientcast.parse.context import Context, first_example
from clientcast.parse.querystrings import QuerystringReader
from clientcast.parse.schemas import SchemaReader
from clientcast.parse.types import may_be_list, may_be_object
from clientcast.plain import mapping, text
from clientcast.references import Located

_STYLES = {
    ir.Location.PATH: (ir.Style.SIMPLE, ir.Style.LABEL, ir.Style.MATRIX),
    ir.Location.QUERY: (
        ir.Style.FORM,
        ir.Style.SPACE_DELIMITED,
        ir.Style.PIPE_DELIMITED,
        ir.Style.DEEP_OBJECT,
    ),
    ir.Location.HEADER: (ir.Style.SIMPLE,),
    ir.Location.COOKIE: (ir.Style.FORM, ir.Style.COOKIE),
}
"""The styles of each location, the default first (OpenAPI 3.1, section 4.8.12.2)."""


_JSON_TEXT = ir.Serialization(ir.Style.JSON, explode=False)

_CONTENT_HEADERS = ("accept", "content-type")
"""Headers that the bodies of an operation determine (OpenAPI 3.1, 4.8.12.1)."""


class ParameterReader(Struct, frozen=True):
    """Reader of the parameters of a document."""

    context: Context
    schemas: SchemaReader
    querystrings: QuerystringReader

    def read_parameters(
        self, path_item: Located, operation: Located, name_hint: tuple[str, ...]
    ) -> Iterator[ir.Parameter]:
        """Yield the parameters of a path and an operation; those of the operation override."""
        located: dict[tuple[str, str], Located] = {}
        for parent in (path_item, operation):
            for parameter in self.context.items(
                self.context.child(parent, "parameters")
            ):
                value = mapping(parameter.value)
                located[text(value.get("in")), text(value.get("name"))] = parameter
        for (location, name), parameter in located.items():
            if location == "header" and name.lower() in _CONTENT_HEADERS:
                continue
            if location == "querystring":
                yield from self.querystrings.read_querystring(parameter, name_hint)
            elif location in tuple(ir.Location):
                yield self._read_parameter(
                    ir.Location(location), name, parameter, name_hint
                )

    def _read_parameter(
        self,
        location: ir.Location,
        name: str,
        located: Located,
        name_hint: tuple[str, ...],
    ) -> ir.Parameter:
        """Return a parameter; the caller encodes content that is neither JSON nor a scalar."""
        value = located.value
        media_type, content = self._content(located)
        parent = located if content is None else content
        field = self.schemas.merged_field(
            name,
            (
                Located(
                    f"{parent.pointer}/schema",
                    mapping(parent.value).get("schema", True),
                ),
            ),
            value.get("required") is True,
            (*name_hint, name),
        )
        type_, is_json_text = field.type, is_json(media_type)
        if content is not None and not is_json_text and self._has_structure(type_):
            type_ = ir.Scalar(ir.ScalarKind.STRING)
        return ir.Parameter(
            location,
            ir.Field(
                name,
                type_,
                location is ir.Location.PATH or field.required,
                text(value.get("description")) or field.description,
                field.default,
                value.get("deprecated") is True or field.deprecated,
                first_example(located, self.context) or field.example,
                field.constraints,
            ),
            (
                _JSON_TEXT
                if is_json_text
                else self._serialization(location, located, type_)
            ),
        )

    def _content(self, located: Located) -> tuple[str, Located | None]:
        """Return the media type of a parameter and its contents; JSON before others."""
        entries = self.context.entries(self.context.child(located, "content"))
        json_first = sorted(entries, key=lambda entry: not is_json(entry[0]))
        return json_first[0] if json_first else ("", None)

    def _has_structure(self, type_: ir.Type) -> bool:
        declared = self.schemas.declared
        return may_be_list(type_, declared) or may_be_object(type_, declared)

    def _serialization(
        self, location: ir.Location, located: Located, type_: ir.Type
    ) -> ir.Serialization | None:
        """Return the serialization; None for the default of the location."""
        value = located.value
        default_style = _STYLES[location][0]
        style = default_style
        if value.get("style") in _STYLES[location]:
            style = ir.Style(value["style"])
        is_form = style in (ir.Style.FORM, ir.Style.COOKIE)
        explode = value.get("explode", is_form) is True
        allow_reserved = value.get("allowReserved") is True
        is_list = may_be_list(type_, self.schemas.declared)
        is_object = may_be_object(type_, self.schemas.declared)
        if (
            style in (ir.Style.LABEL, ir.Style.MATRIX, ir.Style.COOKIE)
            or allow_reserved
        ):
            return ir.Serialization(style, explode, allow_reserved)
        if is_object or is_list and (is_form or style is not default_style):
            if (style, explode) != (default_style, is_form):
                return ir.Serialization(style, explode)
        return None
