"""Reads `content`: the media type that a client sends or reads, and how that is written."""

import re
from collections.abc import Container, Iterator
from dataclasses import dataclass
from typing import Any

from clientcast import ir
from clientcast.openapi import STREAMS, plain_media_type
from clientcast.parse.context import Context, example_of
from clientcast.parse.kinds import may_be_object
from clientcast.parse.schemas import Schemas
from clientcast.plain import mapping, text
from clientcast.references import Found

_JSON = re.compile(r"(?:[\w.-]+/(?:[\w.-]+\+)?|application/x-)json", re.ASCII)
_CONCRETE = re.compile(r"[\w.+-]+/[\w.+-]+(?:\s*;.*)?", re.ASCII)
_ANY_TYPE = ("*/*", "application/*")


@dataclass(frozen=True, slots=True)
class Contents:
    """Reads the bodies of one document."""

    context: Context
    schemas: Schemas

    def sent(self, holder: Found, hint: tuple[str, ...]) -> tuple[ir.Content, ...]:
        """The bodies that a client sends, one of each kind, the one that says most first.

        A kind is left out where it carries nothing that one before it does not. What is no
        object has no members that a form could carry: it is sent in another way that there
        is, or as it is.
        """
        found: list[ir.Content] = []
        contents = tuple(self._contents(holder, hint, tuple(ir.MediaKind)))
        for content in contents:
            if content.kind in _FORMS and not may_be_object(
                content.type, self.schemas.declared
            ):
                if len(contents) > 1:
                    continue
                content = _as_it_is(content)
            if content.type not in [other.type for other in found] or (
                content.kind is ir.MediaKind.MULTIPART and self._has_files(content.type)
            ):
                found.append(content)
        return tuple(found)

    def received(self, holder: Found, hint: tuple[str, ...]) -> ir.Content | None:
        """The body that a client reads, of the kind that says most; None for no body.

        What it reads item by item is none of these, see `Streams`.
        """
        kinds = (ir.MediaKind.JSON, ir.MediaKind.TEXT, ir.MediaKind.BYTES)
        return next(self._contents(holder, hint, kinds, STREAMS), None)

    def _contents(
        self,
        holder: Found,
        hint: tuple[str, ...],
        kinds: tuple[ir.MediaKind, ...],
        without: Container[str] = (),
    ) -> Iterator[ir.Content]:
        """A body of each kind, the kinds in their order; JSON alone may have several types."""
        found: dict[ir.MediaKind, list[tuple[str, Found]]] = {}
        entries = self.context.entries(self.context.child(holder, "content"))
        has_json = any(_JSON.fullmatch(plain_media_type(name)) for name, _ in entries)
        for name, media_type in entries:
            if plain_media_type(name) in without:
                continue
            kind = self._kind(name, media_type, kinds, has_json)
            found.setdefault(kind, []).append((name, media_type))
        said = [
            _schema(media_type)
            for kind in _STRUCTURED
            for _, media_type in found.get(kind, [])
        ]
        for kind in kinds:
            each = found.get(kind, [])
            if kind not in _STRUCTURED:  # XML, where there is the same as JSON
                each = [item for item in each if _schema(item[1]) not in said]
            if kind is ir.MediaKind.JSON:
                for name, media_type in sorted(each, key=lambda item: "+" in item[0]):
                    yield self._json(name, media_type, hint)
            elif each:
                yield self._read(kind, each, hint)

    def _kind(
        self,
        name: str,
        media_type: Found,
        kinds: tuple[ir.MediaKind, ...],
        has_json: bool,
    ) -> ir.MediaKind:
        plain = plain_media_type(name)
        kind = ir.MediaKind.BYTES
        if _JSON.fullmatch(plain) or plain in _ANY_TYPE:
            kind = ir.MediaKind.JSON
        elif plain == "application/x-www-form-urlencoded":
            kind = ir.MediaKind.FORM
        elif plain == "multipart/form-data":
            kind = ir.MediaKind.MULTIPART
        elif plain.startswith("text/"):
            kind = ir.MediaKind.TEXT
        # Beside JSON, a range is for any other (OpenAPI 3.1, 4.8.14).
        if plain in _ANY_TYPE and (has_json or self._is_binary(media_type)):
            kind = ir.MediaKind.BYTES
        return kind if kind in kinds else ir.MediaKind.BYTES

    def _is_binary(self, media_type: Found) -> bool:
        schema = self.context.child(media_type, "schema")
        return mapping(schema.value).get("format") == "binary"

    def _json(self, name: str, media_type: Found, hint: tuple[str, ...]) -> ir.Content:
        # A range is no media type that could be sent.
        name = "application/json" if name in _ANY_TYPE else name
        type_ = self._type(media_type, hint)
        example = example_of(media_type, self.context)
        return ir.Content(ir.MediaKind.JSON, (name,), type_, example)

    def _type(self, media_type: Found, hint: tuple[str, ...]) -> ir.Type:
        schema = mapping(media_type.value).get("schema", True)
        return self.schemas.type_of(Found(f"{media_type.pointer}/schema", schema), hint)

    def _read(
        self,
        kind: ir.MediaKind,
        each: list[tuple[str, Found]],
        hint: tuple[str, ...],
    ) -> ir.Content:
        names = tuple(name for name, _ in each)
        media_type = each[0][1]
        example = example_of(media_type, self.context)
        if kind is ir.MediaKind.TEXT:
            return ir.Content(kind, names, _TEXT, example)
        if kind is ir.MediaKind.BYTES:
            return ir.Content(kind, names, ir.Scalar(ir.ScalarKind.BYTES))
        type_ = self._type(media_type, hint)
        encoding = {
            name: mapping(found.value)
            for name, found in self.context.entries(
                self.context.child(media_type, "encoding")
            )
        }
        fields = self._fields(type_)
        return ir.Content(
            kind,
            names[:1],
            type_ if fields or not isinstance(type_, ir.Anything) else _MEMBERS,
            example,
            tuple(self._writings(fields, encoding)),
            tuple(_part_types(encoding)),
        )

    def _has_files(self, type_: ir.Type) -> bool:
        return any(
            ir.Scalar(ir.ScalarKind.BINARY) in (field.type, _item_of(field.type))
            for field in self._fields(type_)
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
            elif _JSON.fullmatch(text(how.get("contentType"))):
                yield field.name, ir.Writing(ir.Style.JSON, explode=False)


def _as_it_is(form: ir.Content) -> ir.Content:
    """A form whose text, or whose parts with what is between them, the caller makes."""
    if form.kind is ir.MediaKind.FORM:
        return ir.Content(ir.MediaKind.TEXT, form.media_types, _TEXT)
    bytes_ = ir.Scalar(ir.ScalarKind.BYTES)
    return ir.Content(ir.MediaKind.BYTES, form.media_types, bytes_)


_FORMS = (ir.MediaKind.FORM, ir.MediaKind.MULTIPART)
_STRUCTURED = (ir.MediaKind.JSON, *_FORMS)


def _schema(media_type: Found) -> Any:
    return mapping(media_type.value).get("schema", {})


def _item_of(type_: ir.Type) -> ir.Type | None:
    return type_.item if isinstance(type_, ir.ListOf) else None


_MEMBERS = ir.MapOf(ir.Anything())
_TEXT = ir.Scalar(ir.ScalarKind.STRING)


def _part_types(encoding: dict[str, dict[str, Any]]) -> Iterator[tuple[str, str]]:
    for name, how in encoding.items():
        content_type = text(how.get("contentType"))
        if "," not in content_type and _CONCRETE.fullmatch(content_type):
            yield name, content_type


def _style(value: object, usual: ir.Style) -> ir.Style:
    return next((style for style in ir.Style if style == value), usual)
