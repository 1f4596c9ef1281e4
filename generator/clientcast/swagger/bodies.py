"""Conversion of parameters in `body` and `formData` to request bodies."""

from typing import Any

from clientcast.plain import mapping, text
from clientcast.references import Located, reference
from clientcast.source import escape
from clientcast.swagger.content import convert_content
from clientcast.swagger.conversion import (
    JSON,
    Conversion,
    essence,
    extensions,
)
from clientcast.swagger.parameters import SerializedSchema, convert_form_field
from clientcast.swagger.schemas import convert_schema

URLENCODED = "application/x-www-form-urlencoded"
MULTIPART = "multipart/form-data"

_BODY_FIELDS = ("description", "required")


def convert_body(
    conversion: Conversion, source: Located, at: str, consumes: tuple[str, ...]
) -> dict[str, Any]:
    """Return the request body of a parameter in `body`."""
    value = mapping(source.value)
    conversion.record_move(source.pointer, at)
    schema_source = Located(f"{source.pointer}/schema", value.get("schema"))
    if "schema" not in value:
        schema_source = Located(source.pointer, _inline_schema(conversion, source))
    else:
        _warn_ignored_fields(conversion, source)
    converted = {key: value[key] for key in _BODY_FIELDS if key in value}
    media_types = consumes or conversion.consumes or (JSON,)
    pointer = f"{at}/content"
    if schema_source.pointer == source.pointer:
        conversion.new_pointers.pop(source.pointer, None)
    return {
        **converted,
        **extensions(value),
        "content": convert_content(conversion, schema_source, pointer, media_types),
    }


def convert_several_bodies(
    conversion: Conversion, bodies: list[Located], at: str, consumes: tuple[str, ...]
) -> dict[str, Any]:
    """Return a request body of any type, for an operation with several body parameters."""
    for source in bodies[1:]:
        conversion.warn(
            source.pointer,
            "several-bodies",
            "this operation has several parameters in body, but a request has one body",
            "any body is accepted; describe it by one schema",
        )
    conversion.record_move(bodies[0].pointer, at)
    names = [text(mapping(conversion.follow(b).value).get("name")) for b in bodies]
    media_types = consumes or conversion.consumes or (JSON,)
    return {
        "description": f"The body: {' and '.join(filter(None, names))}.",
        "content": {media_type: {"schema": {}} for media_type in media_types},
    }


def convert_form(
    conversion: Conversion, fields: list[Located], at: str, consumes: tuple[str, ...]
) -> dict[str, Any]:
    """Return the request body of form fields.

    Args:
        conversion: The conversion.
        fields: The parameters in `formData`, with those in `body` of a multipart form;
            references are resolved here.
        at: JSON pointer of the request body.
        consumes: The media types of the operation; empty for those of the document.
    """
    media_types, declared_media_type = _form_media_types(conversion, fields, consumes)
    pointer = f"{at}/content/{escape(declared_media_type)}"
    serialized_fields: dict[str, SerializedSchema] = {}
    required: list[str] = []
    for field in fields:
        source = conversion.follow(field)
        value = mapping(source.value)
        name = text(value.get("name"))
        field_pointer = f"{pointer}/schema/properties/{escape(name)}"
        if name in serialized_fields:
            conversion.warn(
                field.pointer,
                "duplicate-parameter",
                f"this operation has another parameter '{name}' in formData",
                "remove one of them",
            )
            continue
        if value.get("in") == "body":
            schema_source = Located(f"{source.pointer}/schema", value.get("schema", {}))
            serialized_fields[name] = SerializedSchema(
                convert_schema(conversion, schema_source), {}
            )
        else:
            _warn_bad_location(conversion, source)
            serialized_fields[name] = convert_form_field(
                conversion, source, field_pointer
            )
        conversion.origin_pointers[field_pointer] = source.pointer
        if value.get("required") is True:
            required.append(name)
    form_schema: dict[str, Any] = {
        "type": "object",
        "properties": {
            name: serialized.schema for name, serialized in serialized_fields.items()
        },
    }
    if required:
        form_schema["required"] = required
    encoding = {n: w.style for n, w in serialized_fields.items() if w.style}
    converted: dict[str, dict[str, Any]] = {}
    for media_type in media_types:
        is_declared_here = media_type == declared_media_type
        converted[media_type] = {
            "schema": (
                form_schema
                if is_declared_here
                else {"$ref": reference(f"{pointer}/schema")}
            )
        }
        if encoding:
            converted[media_type]["encoding"] = encoding
    return (
        {"required": True, "content": converted} if required else {"content": converted}
    )


def _form_media_types(
    conversion: Conversion, fields: list[Located], consumes: tuple[str, ...]
) -> tuple[tuple[str, ...], str]:
    """Return the media types of a form, and the one that contains its schema."""
    consumed = consumes or conversion.consumes
    multipart = tuple(media_type for media_type in consumed if is_multipart(media_type))
    media_types = tuple(
        k for k in consumed if k in multipart or essence(k) == URLENCODED
    )
    file = next((f for f in fields if is_file(conversion.follow(f))), None)
    if file is not None:
        if media_types and not multipart:
            conversion.warn(
                file.pointer,
                "bad-location",
                "a file cannot be sent as application/x-www-form-urlencoded",
                "it is sent as multipart/form-data; write that under 'consumes'",
            )
        media_types = multipart or (MULTIPART,)
    elif not media_types:
        media_types = (URLENCODED,)
    return media_types, media_types[0]


def is_multipart(media_type: str) -> bool:
    """Return whether a media type is `multipart/*`."""
    return essence(media_type).startswith("multipart/")


def is_file(source: Located) -> bool:
    """Return whether a parameter is a file or a list of files."""
    value = mapping(source.value)
    return "file" in (value.get("type"), mapping(value.get("items")).get("type"))


def _warn_bad_location(conversion: Conversion, source: Located) -> None:
    location = text(mapping(source.value).get("in"))
    if location != "formData":
        conversion.warn(
            f"{source.pointer}/in",
            "bad-location",
            f"'{location}' is no location of a parameter",
            "did you mean 'formData'?",
        )


_NOT_SCHEMA_FIELDS = ("name", "in", "description", "required", "schema", "x-client")


def _inline_schema(conversion: Conversion, source: Located) -> Any:
    """Return the schema keywords that a body parameter has beside its name; add a warning."""
    value = mapping(source.value)
    conversion.warn(
        source.pointer,
        "no-schema",
        f"the parameter '{text(value.get('name'))}' in body has no schema",
        "the keywords beside its name are used as the schema; write them under 'schema'",
    )
    return {key: item for key, item in value.items() if key not in _NOT_SCHEMA_FIELDS}


def _warn_ignored_fields(conversion: Conversion, source: Located) -> None:
    for key in ("type", "format", "items", "enum", "default", "collectionFormat"):
        if key in source.value:
            conversion.warn(
                f"{source.pointer}/{key}",
                "ignored-field",
                f"a parameter in body is described by its schema, not by '{key}'",
                "write it in the schema",
                at_key=True,
            )
