"""Arguments of methods, made from the parameters and body of operations."""

import json
from collections.abc import Iterable, Mapping
from enum import StrEnum

from msgspec import Struct
from msgspec.structs import replace

from clientcast.bind import runtime
from clientcast.bind.names import Scope, snake_case
from clientcast.bind.pointers import item_type
from clientcast.bind.types import (
    Annotations,
    allows_null,
    has_decimal_strings,
    lowercase_type_names,
    or_none,
    or_unset,
)
from clientcast.code import Constant, Parameter, Signature, union
from clientcast.ir import (
    Api,
    Body,
    Content,
    Field,
    ListOf,
    Location,
    MediaKind,
    Named,
    Nullable,
    Operation,
    Record,
    Scalar,
    ScalarKind,
    Schema,
    Serialization,
    Style,
    response_types,
)
from clientcast.ir import Constant as ConstantType

MAX_POSITIONAL = 3


class ArgumentLocation(StrEnum):
    """The location of an argument in a request: the keyword of `Call` that carries it.

    `content` carries XML.
    """

    PATH = "path"
    QUERY = "query"
    HEADER = "header"
    COOKIE = "cookie"
    JSON = "json"
    FORM = "form"
    MULTIPART = "multipart"
    CONTENT = "content"
    XML = "xml"
    CONTENT_TYPE = "content_type"

    @property
    def is_body(self) -> bool:
        """Whether the argument is part of the body."""
        return self in BODY_LOCATIONS.values()

    @property
    def is_data(self) -> bool:
        """Whether the body has the same properties as JSON."""
        return self in (ArgumentLocation.JSON, ArgumentLocation.XML)


BODY_LOCATIONS = {
    MediaKind.JSON: ArgumentLocation.JSON,
    MediaKind.FORM: ArgumentLocation.FORM,
    MediaKind.MULTIPART: ArgumentLocation.MULTIPART,
    MediaKind.XML: ArgumentLocation.XML,
    MediaKind.TEXT: ArgumentLocation.CONTENT,
    MediaKind.BYTES: ArgumentLocation.CONTENT,
}


class Argument(Struct, frozen=True):
    """An argument of a method.

    Attributes:
        name: The Python name.
        field: The name on the wire, the type, and the text of the document.
        serialization: The serialization; None for the default of its location.
        part_media_type: The media type of a part of a multipart body; empty for the default.
        is_whole_body: Whether it is the whole body rather than a property of it.
        has_default: Whether the default of `field` is sent if the argument is absent.
        has_decimal_strings: Whether it has decimals that are sent as text, apart from models.
        scheme: The security scheme whose credential is sent if the argument is absent; empty
            for none.
        client_argument: The argument of the client that has the value of the same header for other
            calls; empty for none.
    """

    name: str
    location: ArgumentLocation
    field: Field
    serialization: Serialization | None = None
    part_media_type: str = ""
    is_whole_body: bool = False
    has_default: bool = False
    has_decimal_strings: bool = False
    scheme: str = ""
    client_argument: str = ""

    @property
    def sends_null(self) -> bool:
        """Whether None is sent as null in a body of JSON or XML."""
        return self.location.is_data and allows_null(self.field.type)


def arguments_by_operation(api: Api) -> Mapping[str, tuple[Argument, ...]]:
    """Return the arguments of each operation of an API by the operation's pointer."""
    return {o.pointer: _bind_arguments(o, api) for o in api.operations}


def _bind_arguments(operation: Operation, api: Api) -> tuple[Argument, ...]:
    """Return the arguments of an operation: path, required, optional, then credentials."""
    unnamed = [
        Argument(
            "",
            ArgumentLocation(p.location.value),
            p.field,
            p.serialization,
            has_default=header is not None and bool(p.field.default),
            scheme=p.scheme,
            client_argument="" if header is None else header.argument,
        )
        for p in operation.parameters
        for header in (
            api.header(p.field.name) if p.location is Location.HEADER else None,
        )
    ]
    if operation.body is not None:
        unnamed += _body_arguments(operation.body, body_fields(operation, api.schemas))
    item = item_type(api, operation)
    arguments = [_with_decimal_strings(a, api.schemas) for a in unnamed]
    types = (
        *response_types(operation),
        *((item,) if item is not None else ()),
        *(a.field.type for a in arguments if a.has_decimal_strings),
    )
    scope = Scope({"self", *runtime.METHOD_BODY_NAMES, *lowercase_type_names(types)})
    return tuple(
        replace(
            argument,
            name=scope.claim(
                snake_case(argument.client_argument or argument.field.name),
                snake_case(
                    f"{argument.field.name}"
                    f" {'body' if argument.location.is_body else argument.location}"
                ),
            ),
        )
        for argument in sorted(arguments, key=_sort_key)
    )


def _with_decimal_strings(
    argument: Argument, schemas: Mapping[str, Schema]
) -> Argument:
    is_json = argument.serialization is not None and argument.serialization.is_json
    if not (argument.location.is_body or is_json):
        return argument
    if not has_decimal_strings(argument.field.type, schemas):
        return argument
    return replace(argument, has_decimal_strings=True)


def _body_arguments(body: Body, fields: tuple[Field, ...] | None) -> list[Argument]:
    content = body.content
    location = BODY_LOCATIONS[content.kind]
    if fields is None:
        field = Field("body", content.type, body.required, body.description)
        arguments = [Argument("", location, field, is_whole_body=True)]
        if location is ArgumentLocation.CONTENT and not has_fixed_media_type(content):
            field = _content_type_field(body)
            is_open = not field.required
            arguments.append(
                Argument("", ArgumentLocation.CONTENT_TYPE, field, has_default=is_open)
            )
        return arguments
    serializations, part_types = dict(content.serializations), dict(content.part_types)
    return [
        Argument(
            "",
            location,
            _as_file(field) if field.name in content.file_parts else field,
            _serialization(location, serializations.get(field.name)),
            (
                part_types.get(field.name, "")
                if location is ArgumentLocation.MULTIPART
                else ""
            ),
            has_default=field == _STREAM_FLAG,
        )
        for field in fields
    ]


def _as_file(field: Field) -> Field:
    """Return a part of any type as a file, or as files if it is a list."""
    octets = Scalar(ScalarKind.BINARY)
    type_ = ListOf(octets) if isinstance(field.type, ListOf) else octets
    return replace(field, type=type_)


def _serialization(
    location: ArgumentLocation, serialization: Serialization | None
) -> Serialization | None:
    """Return the serialization of a form property; of a multipart part, only `deepObject`."""
    is_deep = serialization is not None and serialization.style is Style.DEEP_OBJECT
    return serialization if location is ArgumentLocation.FORM or is_deep else None


def has_fixed_media_type(content: Content) -> bool:
    """Return whether a body has exactly one media type, and it is complete."""
    return len(content.media_types) == 1 and _is_complete_media_type(
        content.media_types[0]
    )


def _is_complete_media_type(media_type: str) -> bool:
    """Return whether a media type can be sent: no range, no multipart without boundary."""
    is_multipart = media_type.lower().startswith("multipart/")
    return "*" not in media_type and (not is_multipart or "boundary" in media_type)


def _content_type_field(body: Body) -> Field:
    """Return the field of `content_type`, for a body with several media types or a range."""
    content = body.content
    names = tuple(filter(_is_complete_media_type, content.media_types))
    field = Field(
        "content_type",
        Scalar(ScalarKind.STRING),
        required=False,
        description="The media type of the body.",
        default=json.dumps(names[0] if names else "application/octet-stream"),
    )
    if len(names) == len(content.media_types):
        return replace(field, type=ConstantType(names))
    if names or "*" in content.media_types[0]:
        return field
    example = json.dumps(f"{content.media_types[0]}; boundary=...")
    description = "The media type of the body, with the boundary of its parts."
    default = "" if body.required else '""'
    return replace(
        field,
        required=body.required,
        description=description,
        default=default,
        example=example,
    )


def has_upload(operation: Operation) -> bool:
    """Return whether an operation has a body that may be read while it is sent."""
    body = operation.body
    return body is not None and BODY_LOCATIONS[body.content.kind] in (
        ArgumentLocation.CONTENT,
        ArgumentLocation.MULTIPART,
    )


def sends_file(argument: Argument) -> bool:
    """Return whether an argument is a file or files: a body of bytes, or parts of a form."""
    type_ = argument.field.type
    while isinstance(type_, ListOf | Nullable):
        type_ = type_.item if isinstance(type_, ListOf) else type_.type
    is_binary = type_ == Scalar(ScalarKind.BINARY)
    is_form = argument.location is ArgumentLocation.MULTIPART
    is_bytes = type_ == Scalar(ScalarKind.BYTES)
    is_content = argument.location is ArgumentLocation.CONTENT
    return is_form and is_binary or is_content and (is_binary or is_bytes)


def body_fields(
    operation: Operation, schemas: Mapping[str, Schema]
) -> tuple[Field, ...] | None:
    """Return the properties of a body that become arguments.

    None if there is no body, or if it is passed whole: it is no object, it is an object with
    any property, or it is optional with required properties.
    """
    if operation.body is None or not isinstance(operation.body.content.type, Named):
        return None
    schema = schemas[operation.body.content.type.pointer]
    if not isinstance(schema, Record) or schema.has_additional_properties:
        return None
    fields = schema.fields
    if operation.success.kind.is_stream:
        fields = tuple(
            _STREAM_FLAG if _is_stream_flag(field) else field for field in fields
        )
    if operation.body.required:
        return fields
    return fields if not any(field.required for field in fields) else None


_STREAM_FLAG = Field(
    "stream",
    ConstantType((True,)),
    required=False,
    description="Request a stream.",
    default="true",
)


def _is_stream_flag(field: Field) -> bool:
    """Return whether a body property requests a stream, as `stream` does in many APIs."""
    type_ = field.type.type if isinstance(field.type, Nullable) else field.type
    is_flag = type_ in (Scalar(ScalarKind.BOOLEAN), ConstantType((True,)))
    return field.name == "stream" and is_flag


def bind_signature(
    arguments: Iterable[Argument], annotations: Annotations
) -> Signature:
    """Return the signature of a method: a few required parameters, then keyword-only ones."""
    ordered = tuple(arguments)
    positional = positional_arguments(ordered)
    return Signature(
        tuple(_parameter(a, annotations) for a in positional),
        tuple(_parameter(a, annotations) for a in ordered if a not in positional),
    )


def positional_arguments(arguments: Iterable[Argument]) -> tuple[Argument, ...]:
    """Return the arguments that may be positional: the required ones, or if there are more
    than `MAX_POSITIONAL`, those of the path."""
    required = [a for a in arguments if a.field.required]
    if len(required) > MAX_POSITIONAL:
        required = [a for a in required if a.location is ArgumentLocation.PATH]
    return tuple(required)


def _parameter(argument: Argument, annotations: Annotations) -> Parameter:
    if argument.location is ArgumentLocation.MULTIPART:
        annotations = annotations.with_files()
    type_ = annotations.for_argument(argument.field.type)
    if argument.location is ArgumentLocation.CONTENT and type_ != runtime.ANY:
        type_ = union(type_, runtime.BYTE_SOURCE)
    if argument.field.required:
        return Parameter(argument.name, type_)
    if argument.has_default:
        default = Constant(json.loads(argument.field.default))
        return Parameter(argument.name, type_, default)
    if argument.sends_null:
        return Parameter(argument.name, or_unset(type_), runtime.UNSET)
    return Parameter(argument.name, or_none(type_), Constant(None))


def _sort_key(argument: Argument) -> tuple[int, bool]:
    """Sort by path, required, optional, credentials; headers and cookies after their equals."""
    if argument.location is ArgumentLocation.PATH:
        return (0, False)
    if argument.scheme:
        return (3, False)
    is_last = argument.location in (ArgumentLocation.HEADER, ArgumentLocation.COOKIE)
    return (1 if argument.field.required else 2, is_last)
