"""Reads `content`: the media type that a client sends or reads, and how that is written."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

from clientcast import ir
from clientcast.parse.context import Context, example_of
from clientcast.parse.kinds import may_be_object
from clientcast.parse.schemas import Schemas
from clientcast.plain import mapping, text
from clientcast.references import Found

_JSON = re.compile(r"(?:[\w.-]+/(?:[\w.-]+\+)?|application/x-)json")
_CONCRETE = re.compile(r"[\w.+-]+/[\w.+-]+(?:\s*;.*)?")
_ANY_TYPE = ("*/*", "application/*")
_PREFERENCE = tuple(ir.MediaKind)


@dataclass(frozen=True, slots=True)
class Contents:
    """Reads the bodies of one document."""

    context: Context
    schemas: Schemas

    def sent(self, holder: Found, hint: tuple[str, ...]) -> ir.Content | None:
        """The body that a client sends; None where there is none."""
        return self._preferred(holder, hint, tuple(ir.MediaKind))

    def received(self, holder: Found, hint: tuple[str, ...]) -> ir.Content | None:
        """The body that a client reads; None where there is none."""
        kinds = (ir.MediaKind.JSON, ir.MediaKind.TEXT, ir.MediaKind.BYTES)
        return self._preferred(holder, hint, kinds)

    def _preferred(
        self, holder: Found, hint: tuple[str, ...], kinds: tuple[ir.MediaKind, ...]
    ) -> ir.Content | None:
        """Of several media types the one that says most of its content, the first of these."""
        found = [
            (self._kind(name, media_type, kinds), name, media_type)
            for name, media_type in self.context.entries(
                self.context.child(holder, "content")
            )
        ]
        if not found:
            return None
        kind, name, media_type = min(
            found, key=lambda item: (_PREFERENCE.index(item[0]), "+" in item[1])
        )
        content = self._read(kind, name, media_type, hint)
        if kind is ir.MediaKind.BYTES and ir.MediaKind.FORM not in kinds:
            names = ", ".join(each for _, each, _ in found)
            content = replace(content, media_type=names)
        return content

    def _kind(
        self, name: str, media_type: Found, kinds: tuple[ir.MediaKind, ...]
    ) -> ir.MediaKind:
        plain = name.partition(";")[0].strip().lower()
        kind = ir.MediaKind.BYTES
        if _JSON.fullmatch(plain) or plain in _ANY_TYPE:
            kind = ir.MediaKind.JSON
        elif plain == "application/x-www-form-urlencoded":
            kind = ir.MediaKind.FORM
        elif plain == "multipart/form-data":
            kind = ir.MediaKind.MULTIPART
        elif plain.startswith("text/"):
            kind = ir.MediaKind.TEXT
        if plain in _ANY_TYPE and self._is_binary(media_type):
            kind = ir.MediaKind.BYTES
        return kind if kind in kinds else ir.MediaKind.BYTES

    def _is_binary(self, media_type: Found) -> bool:
        schema = self.context.child(media_type, "schema")
        return mapping(schema.value).get("format") == "binary"

    def _read(
        self,
        kind: ir.MediaKind,
        name: str,
        media_type: Found,
        hint: tuple[str, ...],
    ) -> ir.Content:
        example = example_of(media_type, self.context)
        if kind is ir.MediaKind.TEXT:
            return ir.Content(kind, name, ir.Scalar(ir.ScalarKind.STRING), example)
        if kind is ir.MediaKind.BYTES:
            return ir.Content(kind, name, ir.Scalar(ir.ScalarKind.BINARY))
        schema = mapping(media_type.value).get("schema", True)
        type_ = self.schemas.type_of(
            Found(f"{media_type.pointer}/schema", schema), hint
        )
        if kind is ir.MediaKind.JSON:
            # A range is no media type that could be sent.
            name = "application/json" if name in _ANY_TYPE else name
            return ir.Content(kind, name, type_, example)
        encoding = {
            name: mapping(found.value)
            for name, found in self.context.entries(
                self.context.child(media_type, "encoding")
            )
        }
        fields = self._fields(type_)
        return ir.Content(
            kind,
            name,
            type_ if fields or not isinstance(type_, ir.Anything) else _MEMBERS,
            example,
            tuple(self._writings(fields, encoding)),
            tuple(_part_types(encoding)),
        )

    def _fields(self, type_: ir.Type) -> tuple[ir.Field, ...]:
        if not isinstance(type_, ir.Named):
            return ()
        schema = self.schemas.declared[type_.pointer]
        return schema.fields if isinstance(schema, ir.Record) else ()

    def _writings(
        self, fields: tuple[ir.Field, ...], encoding: dict[str, dict[str, Any]]
    ) -> Iterator[tuple[str, ir.Writing]]:
        """How members of a form are written (OpenAPI 3.1, section 4.8.15.1)."""
        for field in fields:
            how = encoding.get(field.name, {})
            if how.keys() & {"style", "explode", "allowReserved"}:
                style = _style(how.get("style"), ir.Style.FORM)
                explode = how.get("explode", style is ir.Style.FORM) is True
                yield field.name, ir.Writing(
                    style, explode, how.get("allowReserved") is True
                )
            elif may_be_object(field.type, self.schemas.declared) or _JSON.fullmatch(
                text(how.get("contentType"))
            ):
                yield field.name, ir.Writing(ir.Style.JSON, explode=False)


_MEMBERS = ir.MapOf(ir.Anything())


def _part_types(encoding: dict[str, dict[str, Any]]) -> Iterator[tuple[str, str]]:
    for name, how in encoding.items():
        content_type = text(how.get("contentType"))
        if "," not in content_type and _CONCRETE.fullmatch(content_type):
            yield name, content_type


def _style(value: object, usual: ir.Style) -> ir.Style:
    return next((style for style in ir.Style if style == value), usual)
