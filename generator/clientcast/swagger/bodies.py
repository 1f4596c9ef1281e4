"""Converts parameters in `body` and `formData` to request bodies."""

from typing import Any

from clientcast.plain import mapping, text
from clientcast.references import Found, reference
from clientcast.source import escape
from clientcast.swagger.content import content
from clientcast.swagger.conversion import (
    JSON,
    Conversion,
    essence,
    extensions,
)
from clientcast.swagger.parameters import Written, form_field
from clientcast.swagger.schemas import schema

URLENCODED = "application/x-www-form-urlencoded"
MULTIPART = "multipart/form-data"

_OF_A_BODY = ("description", "required")


def body(
    conversion: Conversion, found: Found, at: str, consumes: tuple[str, ...]
) -> dict[str, Any]:
    """The request body of a parameter in `body`."""
    value = mapping(found.value)
    conversion.move(found.pointer, at)
    inner = Found(f"{found.pointer}/schema", value.get("schema"))
    if "schema" not in value:
        inner = Found(found.pointer, _without_schema(conversion, found))
    else:
        _ignored(conversion, found)
    made = {key: value[key] for key in _OF_A_BODY if key in value}
    types = consumes or conversion.consumes or (JSON,)
    place = f"{at}/content"
    if inner.pointer == found.pointer:
        conversion.places.pop(found.pointer, None)
    return {
        **made,
        **extensions(value),
        "content": content(conversion, inner, place, types),
    }


def several(
    conversion: Conversion, bodies: list[Found], at: str, consumes: tuple[str, ...]
) -> dict[str, Any]:
    """A request body that takes anything, for an operation with several of them."""
    for found in bodies[1:]:
        conversion.warn(
            found.pointer,
            "several-bodies",
            "this operation has another parameter in body, and a request has one body",
            "the body may be anything here; describe it by one schema",
        )
    conversion.move(bodies[0].pointer, at)
    names = [text(mapping(conversion.follow(b).value).get("name")) for b in bodies]
    types = consumes or conversion.consumes or (JSON,)
    return {
        "description": f"What the server takes for {' and '.join(filter(None, names))}.",
        "content": {kind: {"schema": {}} for kind in types},
    }


def form(
    conversion: Conversion, fields: list[Found], at: str, consumes: tuple[str, ...]
) -> dict[str, Any]:
    """The request body of parameters in `formData`, or of any in a multipart body.

    Args:
        fields: As they are given: references are followed here.
    """
    types, home = _form_types(conversion, fields, consumes)
    place = f"{at}/content/{escape(home)}"
    given: dict[str, Written] = {}
    required: list[str] = []
    for field in fields:
        found = conversion.follow(field)
        value = mapping(found.value)
        name = text(value.get("name"))
        where = f"{place}/schema/properties/{escape(name)}"
        if name in given:
            conversion.warn(
                field.pointer,
                "duplicate-parameter",
                f"this operation has another parameter '{name}' in formData",
                "remove one of them",
            )
            continue
        if value.get("in") == "body":
            inner = Found(f"{found.pointer}/schema", value.get("schema", {}))
            given[name] = Written(schema(conversion, inner), {})
        else:
            _check_location(conversion, found)
            given[name] = form_field(conversion, found, where)
        conversion.moved[where] = found.pointer
        if value.get("required") is True:
            required.append(name)
    described: dict[str, Any] = {
        "type": "object",
        "properties": {name: written.schema for name, written in given.items()},
    }
    if required:
        described["required"] = required
    encoding = {n: w.style for n, w in given.items() if w.style}
    made: dict[str, dict[str, Any]] = {}
    for kind in types:
        is_home = kind == home
        made[kind] = {
            "schema": described if is_home else {"$ref": reference(f"{place}/schema")}
        }
        if encoding:
            made[kind]["encoding"] = encoding
    return {"required": True, "content": made} if required else {"content": made}


def _form_types(
    conversion: Conversion, fields: list[Found], consumes: tuple[str, ...]
) -> tuple[tuple[str, ...], str]:
    """The media types of a form, and the one that its schema is declared under."""
    stated = consumes or conversion.consumes
    multipart = tuple(kind for kind in stated if is_multipart(kind))
    types = tuple(k for k in stated if k in multipart or essence(k) == URLENCODED)
    file = next((f for f in fields if is_file(conversion.follow(f))), None)
    if file is not None:
        if types and not multipart:
            conversion.warn(
                file.pointer,
                "bad-location",
                "a file cannot be sent as application/x-www-form-urlencoded",
                "it is sent as multipart/form-data; write that under 'consumes'",
            )
        types = multipart or (MULTIPART,)
    elif not types:
        types = (URLENCODED,)
    return types, types[0]


def is_multipart(media_type: str) -> bool:
    """Whether a body of this media type consists of parts, each with a type of its own."""
    return essence(media_type).startswith("multipart/")


def is_file(found: Found) -> bool:
    """Whether a parameter is a file, or a list of them."""
    value = mapping(found.value)
    return "file" in (value.get("type"), mapping(value.get("items")).get("type"))


def _check_location(conversion: Conversion, found: Found) -> None:
    location = text(mapping(found.value).get("in"))
    if location != "formData":
        conversion.warn(
            f"{found.pointer}/in",
            "bad-location",
            f"'{location}' is no place for a parameter",
            "did you mean 'formData'?",
        )


_NO_SCHEMA = ("name", "in", "description", "required", "schema", "x-client")


def _without_schema(conversion: Conversion, found: Found) -> Any:
    """What stands in a parameter in body itself, in place of its schema."""
    value = mapping(found.value)
    conversion.warn(
        found.pointer,
        "no-schema",
        f"the parameter '{text(value.get('name'))}' in body has no schema",
        "what stands beside its name is taken for it; write it under 'schema'",
    )
    return {key: item for key, item in value.items() if key not in _NO_SCHEMA}


def _ignored(conversion: Conversion, found: Found) -> None:
    for key in ("type", "format", "items", "enum", "default", "collectionFormat"):
        if key in found.value:
            conversion.warn(
                f"{found.pointer}/{key}",
                "ignored-field",
                f"a parameter in body is described by its schema, not by '{key}'",
                "write it in the schema",
                at_key=True,
            )
