"""Reads parameters: what they take, and how that is written into a URL or a header."""

from collections.abc import Iterator
from dataclasses import dataclass

from clientcast import ir
from clientcast.openapi import IGNORED_HEADERS
from clientcast.parse.context import Context, example_of
from clientcast.parse.kinds import may_be_list, may_be_object
from clientcast.parse.querystrings import Querystrings
from clientcast.parse.schemas import Schemas
from clientcast.plain import mapping, text
from clientcast.references import Found

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
"""Those of each place, the usual one first (OpenAPI 3.1, section 4.8.12.2)."""


@dataclass(frozen=True, slots=True)
class Parameters:
    """Reads the parameters of one document."""

    context: Context
    schemas: Schemas
    querystrings: Querystrings

    def of(
        self, path_item: Found, operation: Found, hint: tuple[str, ...]
    ) -> Iterator[ir.Parameter]:
        """Those of an operation and of its path, which the operation's override."""
        found: dict[tuple[str, str], Found] = {}
        for holder in (path_item, operation):
            for parameter in self.context.items(
                self.context.child(holder, "parameters")
            ):
                value = mapping(parameter.value)
                found[text(value.get("in")), text(value.get("name"))] = parameter
        for (location, name), parameter in found.items():
            if location == "header" and name.lower() in IGNORED_HEADERS:
                continue
            if location == "querystring":
                yield from self.querystrings.parameters(parameter, hint)
            elif location in tuple(ir.Location):
                yield self._read(ir.Location(location), name, parameter, hint)

    def _read(
        self, location: ir.Location, name: str, found: Found, hint: tuple[str, ...]
    ) -> ir.Parameter:
        value = found.value
        content = next(
            iter(self.context.items(self.context.child(found, "content"))), None
        )
        holder = found if content is None else content
        field = self.schemas.field(
            name,
            Found(
                f"{holder.pointer}/schema", mapping(holder.value).get("schema", True)
            ),
            value.get("required") is True,
            (*hint, name),
        )
        return ir.Parameter(
            location,
            ir.Field(
                name,
                field.type,
                location is ir.Location.PATH or field.required,
                text(value.get("description")) or field.description,
                field.default,
                value.get("deprecated") is True or field.deprecated,
                example_of(found, self.context) or field.example,
                field.limits,
            ),
            self._writing(location, found, field.type),
        )

    def _writing(
        self, location: ir.Location, found: Found, type_: ir.Type
    ) -> ir.Writing | None:
        """How a parameter is written; None where that is the usual way of its place."""
        value = found.value
        contents = mapping(value.get("content"))
        if any("json" in media_type for media_type in contents):
            return ir.Writing(ir.Style.JSON, explode=False)
        usual = _STYLES[location][0]
        style = usual
        if value.get("style") in _STYLES[location]:
            style = ir.Style(value["style"])
        is_form = style in (ir.Style.FORM, ir.Style.COOKIE)
        explode = value.get("explode", is_form) is True
        reserved = value.get("allowReserved") is True
        is_list = may_be_list(type_, self.schemas.declared)
        is_object = may_be_object(type_, self.schemas.declared)
        if style in (ir.Style.LABEL, ir.Style.MATRIX, ir.Style.COOKIE) or reserved:
            return ir.Writing(style, explode, reserved)
        if is_object or is_list and (is_form or style is not usual):
            if (style, explode) != (usual, is_form):
                return ir.Writing(style, explode)
        return None
