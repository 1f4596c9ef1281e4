"""Parsing of `content`: media types of request and response bodies, and their encodings."""

import re
from collections.abc import Container, Iterator
from typing import Any

from msgspec import Struct
from msgspec.structs import replace

from clientcast import ir
from clientcast.openapi import (
    STREAM_FORMATS,
    bare_media_type,
    is_json,
    is_merge_patch,
    is_textual,
    is_xml,
)
from clientcast.parse.context import Context, first_example
from clientcast.parse.keywords import constrains_type
from clientcast.parse.scalars import is_binary
from clientcast.parse.schemas import SchemaReader
from clientcast.parse.types import may_be_object
from clientcast.parse.xml_contents import XmlContentReader
from clientcast.plain import mapping, text
from clientcast.references import Located
from clientcast.source import escape

_MEDIA_TYPE = re.compile(r"\s*[^\s/;]+/[^\s/;]+")
_CONCRETE = re.compile(r"[\w.+-]+/[\w.+-]+(?:\s*;.*)?", re.ASCII)
_MEDIA_RANGES = ("*/*", "application/*")


class ContentReader(Struct, frozen=True):
    """Reader of the request and response bodies of a document."""

    context: Context
    schemas: SchemaReader
    xml: XmlContentReader

    def request_contents(
        self, parent: Located, name_hint: tuple[str, ...]
    ) -> tuple[ir.Content, ...]:
        """Return the request bodies, one for each encoding, the most structured first.

        A body is omitted if an earlier one has the same type, except for multipart bodies with
        files and JSON Merge Patches, in which null has a meaning of its own. A form needs properties: if the schema is not an object, the form is omitted, or
        sent as text or bytes if it is the only body.
        """
        bodies: list[ir.Content] = []
        contents = tuple(self._read_contents(parent, name_hint, _REQUEST_KINDS))
        for content in contents:
            if content.kind in _FORMS and not may_be_object(
                content.type, self.schemas.declared
            ):
                if len(contents) > 1:
                    continue
                content = _as_opaque(content)
            if (
                content.type not in [other.type for other in bodies]
                or content.kind is ir.MediaKind.MULTIPART
                and self._has_binary_fields(content.type)
                or is_merge_patch(content.media_types[0])
                and content.type not in _OPEN_TYPES
            ):
                bodies.append(content)
        return tuple(bodies)

    def response_contents(
        self, parent: Located, name_hint: tuple[str, ...]
    ) -> tuple[ir.Content, ...]:
        """Return the bodies of a response, the most structured first; JSON once for each type.

        Streams are excluded, see `StreamReader`.
        """
        contents: dict[object, ir.Content] = {}
        for content in self._read_contents(
            parent, name_hint, _RESPONSE_KINDS, STREAM_FORMATS
        ):
            key: object = content.kind
            if content.kind.is_data:
                key = (content.kind, content.type, content.xml)
            known = contents.setdefault(key, content)
            names = dict.fromkeys(known.media_types)
            for name in content.media_types:
                if bare_media_type(name) not in names:
                    names[name] = None
            if content.kind is ir.MediaKind.BYTES and any(map(is_json, names)):
                names["*/*"] = None  # The files have media types of their own.
            contents[key] = replace(known, media_types=tuple(names))
        return tuple(contents.values())

    def _read_contents(
        self,
        parent: Located,
        name_hint: tuple[str, ...],
        kinds: tuple[ir.MediaKind, ...],
        excluded: Container[str] = (),
    ) -> Iterator[ir.Content]:
        """Yield a body for each encoding, in the order of `kinds`; several if they are data.

        Another encoding of a structured schema, such as XML with the schema of JSON, is the same
        value, and left out.
        """
        is_request = ir.MediaKind.FORM in kinds
        entries_by_kind: dict[ir.MediaKind, list[tuple[str, Located]]] = {}
        entries = [
            (name, media_type)
            for name, media_type in self._entries(parent)
            if bare_media_type(name) not in excluded
        ]
        files = [_media_type_schema(m) for n, m in entries if self._is_json_file(n, m)]
        has_json = any(is_json(n) and not self._is_json_file(n, m) for n, m in entries)
        for name, media_type in entries:
            kind = self._media_kind(name, media_type, kinds, has_json)
            if _media_type_schema(media_type) in files:
                kind = ir.MediaKind.BYTES
            entries_by_kind.setdefault(kind, []).append((name, media_type))
        structured_schemas = [
            _media_type_schema(media_type)
            for kind in _STRUCTURED
            for _, media_type in entries_by_kind.get(kind, [])
            if self._has_structure(media_type)
        ]
        for kind in kinds:
            entries_of_kind = entries_by_kind.get(kind, [])
            if kind not in _STRUCTURED:
                entries_of_kind = [
                    item
                    for item in entries_of_kind
                    if _media_type_schema(item[1]) not in structured_schemas
                ]
            if kind is ir.MediaKind.JSON:
                for name, media_type in sorted(
                    entries_of_kind, key=lambda item: "+" in item[0]
                ):
                    yield self._json_content(name, media_type, name_hint)
            elif kind is ir.MediaKind.XML:
                for name, media_type in entries_of_kind:
                    content = self.xml.read(
                        name, media_type, name_hint, is_request=is_request
                    )
                    if content is not None:
                        yield content
                        continue
                    is_text = bare_media_type(name).startswith("text/")
                    opaque = ir.MediaKind.TEXT if is_text else ir.MediaKind.BYTES
                    others = entries_by_kind.setdefault(opaque, [])
                    others.append((name, media_type))
                    others.sort(key=entries.index)
            elif entries_of_kind:
                yield self._read_kind(kind, entries_of_kind, name_hint)

    def _entries(self, parent: Located) -> list[tuple[str, Located]]:
        """Return the media types of a body; a name that is none, beside others, is left out."""
        content = self.context.child(parent, "content")
        entries = self.context.entries(content)
        if not any(_MEDIA_TYPE.match(name) for name, _ in entries):
            return entries
        for name, _ in entries:
            if not _MEDIA_TYPE.match(name):
                self.context.warn(
                    f"{content.pointer}/{escape(name)}",
                    "media-type",
                    f"{name!r} is no media type, and is left out",
                    "write a type and a subtype, such as application/json",
                )
        return [(name, found) for name, found in entries if _MEDIA_TYPE.match(name)]

    def _media_kind(
        self,
        name: str,
        media_type: Located,
        kinds: tuple[ir.MediaKind, ...],
        has_json: bool,
    ) -> ir.MediaKind:
        essence = bare_media_type(name)
        kind = ir.MediaKind.BYTES
        if is_json(essence):
            if not self._is_binary(media_type):
                kind = ir.MediaKind.JSON
        elif essence in _MEDIA_RANGES:
            kind = self._range_kind(media_type, kinds, has_json)
        elif essence == "application/x-www-form-urlencoded":
            kind = ir.MediaKind.FORM
        elif essence == "multipart/form-data":
            kind = ir.MediaKind.MULTIPART
        elif is_xml(essence):
            kind = ir.MediaKind.XML
        elif essence.startswith("text/"):
            kind = ir.MediaKind.TEXT
        return kind if kind in kinds else ir.MediaKind.BYTES

    def _range_kind(
        self, media_type: Located, kinds: tuple[ir.MediaKind, ...], has_json: bool
    ) -> ir.MediaKind:
        """Return how bodies of any media type are read, by their schema.

        Beside JSON, a range covers the other media types (OpenAPI 3.1, 4.8.14). A response of
        any schema, or of text, is read by its `Content-Type`.
        """
        schema = self._schema(media_type)
        if has_json or self._is_binary(media_type):
            return ir.MediaKind.BYTES
        if not constrains_type(schema):
            return ir.MediaKind.UNDESCRIBED
        if schema.get("type") == "string" and ir.MediaKind.UNDESCRIBED in kinds:
            return ir.MediaKind.UNDESCRIBED
        return ir.MediaKind.JSON

    def _schema(self, media_type: Located) -> dict[str, Any]:
        return mapping(self.context.child(media_type, "schema").value)

    def _is_json_file(self, name: str, media_type: Located) -> bool:
        """Return whether a body with a media type of JSON is a file: no JSON text is binary."""
        return is_json(name) and self._is_binary(media_type)

    def _is_binary(self, media_type: Located) -> bool:
        return is_binary(self._schema(media_type))

    def _has_structure(self, media_type: Located) -> bool:
        """Return whether the schema of a body describes more than text or anything."""
        schema = self._schema(media_type)
        return constrains_type(schema) and schema.get("type") != "string"

    def _json_content(
        self, name: str, media_type: Located, name_hint: tuple[str, ...]
    ) -> ir.Content:
        # A media type range is not valid in `Content-Type`.
        name = "application/json" if name in _MEDIA_RANGES else name
        type_ = self._schema_type(media_type, name_hint)
        example = first_example(media_type, self.context)
        return ir.Content(ir.MediaKind.JSON, (name,), type_, example)

    def _schema_type(self, media_type: Located, name_hint: tuple[str, ...]) -> ir.Type:
        schema = mapping(media_type.value).get("schema", True)
        return self.schemas.type_of(
            Located(f"{media_type.pointer}/schema", schema), name_hint
        )

    def _read_kind(
        self,
        kind: ir.MediaKind,
        entries_of_kind: list[tuple[str, Located]],
        name_hint: tuple[str, ...],
    ) -> ir.Content:
        names = tuple(name for name, _ in entries_of_kind)
        media_type = entries_of_kind[0][1]
        example = first_example(media_type, self.context)
        if kind is ir.MediaKind.TEXT:
            return ir.Content(kind, names, _STRING, example)
        if kind is ir.MediaKind.BYTES:
            return ir.Content(kind, names, ir.Scalar(ir.ScalarKind.BYTES))
        if kind is ir.MediaKind.UNDESCRIBED:
            is_text = self._schema(media_type).get("type") == "string"
            return ir.Content(kind, ("*/*",), _STRING if is_text else ir.Anything())
        type_ = self._schema_type(media_type, name_hint)
        encoding = {
            name: mapping(located.value)
            for name, located in self.context.entries(
                self.context.child(media_type, "encoding")
            )
        }
        fields = self._record_fields(type_)
        return ir.Content(
            kind,
            names[:1],
            type_ if fields or not isinstance(type_, ir.Anything) else _ANY_MEMBERS,
            example,
            tuple(self._serializations(fields, encoding)),
            tuple(_part_types(encoding)),
            file_parts=(
                tuple(self._file_parts(fields, encoding))
                if kind is ir.MediaKind.MULTIPART
                else ()
            ),
        )

    def _has_binary_fields(self, type_: ir.Type) -> bool:
        return any(
            ir.Scalar(ir.ScalarKind.BINARY) in (field.type, _array_item(field.type))
            for field in self._record_fields(type_)
        )

    def _file_parts(
        self, fields: tuple[ir.Field, ...], encoding: dict[str, dict[str, Any]]
    ) -> Iterator[str]:
        """Yield the parts without a type: octets by default (OpenAPI 3.1, 4.8.14.4)."""
        version = text(mapping(self.context.document.data).get("openapi"))
        for field in fields if not version.startswith("3.0") else ():
            options = encoding.get(field.name, {})
            is_text = bool(options.keys() & _STYLE_KEYWORDS) or is_textual(
                text(options.get("contentType"))
            )
            if ir.Anything() in (field.type, _array_item(field.type)) and not is_text:
                yield field.name

    def _record_fields(self, type_: ir.Type) -> tuple[ir.Field, ...]:
        if not isinstance(type_, ir.Named):
            return ()
        schema = self.schemas.declared[type_.pointer]
        return schema.fields if isinstance(schema, ir.Record) else ()

    def _serializations(
        self, fields: tuple[ir.Field, ...], encoding: dict[str, dict[str, Any]]
    ) -> Iterator[tuple[str, ir.Serialization]]:
        """Yield serializations of form fields (OpenAPI 3.1, section 4.8.15.1)."""
        for field in fields:
            options = encoding.get(field.name, {})
            if options.keys() & _STYLE_KEYWORDS:
                style = _parse_style(options.get("style"), ir.Style.FORM)
                explode = options.get("explode", style is ir.Style.FORM) is True
                yield field.name, ir.Serialization(
                    style, explode, options.get("allowReserved") is True
                )
            elif is_json(text(options.get("contentType"))):
                yield field.name, ir.Serialization(ir.Style.JSON, explode=False)


def _as_opaque(form: ir.Content) -> ir.Content:
    """Return a form as text or bytes that the caller encodes."""
    if form.kind is ir.MediaKind.FORM:
        return ir.Content(ir.MediaKind.TEXT, form.media_types, _STRING)
    bytes_ = ir.Scalar(ir.ScalarKind.BYTES)
    return ir.Content(ir.MediaKind.BYTES, form.media_types, bytes_)


_FORMS = (ir.MediaKind.FORM, ir.MediaKind.MULTIPART)
_STRUCTURED = (ir.MediaKind.JSON, *_FORMS)
_OPAQUE = (ir.MediaKind.TEXT, ir.MediaKind.BYTES)
_REQUEST_KINDS = (*_STRUCTURED, ir.MediaKind.XML, *_OPAQUE)
_RESPONSE_KINDS = (
    *(ir.MediaKind.JSON, ir.MediaKind.XML),
    *_OPAQUE,
    ir.MediaKind.UNDESCRIBED,
)


def _media_type_schema(media_type: Located) -> Any:
    return mapping(media_type.value).get("schema", {})


def _array_item(type_: ir.Type) -> ir.Type | None:
    return type_.item if isinstance(type_, ir.ListOf) else None


_ANY_MEMBERS = ir.MapOf(ir.Anything())
_OPEN_TYPES = (ir.Anything(), _ANY_MEMBERS)
_STRING = ir.Scalar(ir.ScalarKind.STRING)


_STYLE_KEYWORDS = frozenset({"style", "explode", "allowReserved"})


def _part_types(encoding: dict[str, dict[str, Any]]) -> Iterator[tuple[str, str]]:
    """Yield the media types of parts; one with a style has none (OpenAPI 3.1, 4.8.15.1.2)."""
    for name, options in encoding.items():
        content_type = text(options.get("contentType"))
        is_styled = bool(options.keys() & _STYLE_KEYWORDS)
        if "," not in content_type and _CONCRETE.fullmatch(content_type):
            if not is_styled:
                yield name, content_type


def _parse_style(value: object, default_style: ir.Style) -> ir.Style:
    return next((style for style in ir.Style if style == value), default_style)
