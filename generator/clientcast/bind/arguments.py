"""The arguments of a method: what an operation's parameters and body become in Python."""

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum

from clientcast.bind import runtime
from clientcast.bind.names import Scope, snake
from clientcast.bind.pointers import item_type
from clientcast.bind.types import (
    Annotations,
    allows_null,
    names_of_types,
    or_none,
    or_unset,
)
from clientcast.code import (
    Arguments,
    Call,
    Constant,
    Dict,
    Expression,
    Name,
    Parameter,
    Signature,
)
from clientcast.ir import (
    Api,
    Body,
    Content,
    Field,
    MediaKind,
    Named,
    Nullable,
    Operation,
    Record,
    Scalar,
    ScalarKind,
    Schema,
    Style,
    Writing,
    types_received,
)
from clientcast.ir import Constant as ConstantType

MAX_POSITIONAL = 3


class Place(StrEnum):
    """The argument of `Call` that carries a value."""

    PATH = "path"
    QUERY = "query"
    HEADER = "header"
    COOKIE = "cookie"
    JSON = "json"
    FORM = "form"
    MULTIPART = "multipart"
    CONTENT = "content"
    CONTENT_TYPE = "content_type"

    @property
    def is_body(self) -> bool:
        """Whether it is a way to carry a body."""
        return self in _OF_BODY.values()


_OF_BODY = {
    MediaKind.JSON: Place.JSON,
    MediaKind.FORM: Place.FORM,
    MediaKind.MULTIPART: Place.MULTIPART,
    MediaKind.TEXT: Place.CONTENT,
    MediaKind.BYTES: Place.CONTENT,
}


@dataclass(frozen=True, slots=True)
class Argument:
    """An argument of a method.

    Attributes:
        field: What it is called on the wire.
        writing: How it is written; None for the usual way of its place.
        part_type: Its media type as a part of a body; empty for the usual one.
        whole: Whether it is the whole body, not a member of it.
        has_default: Whether the default of its field is sent where it is not given.
    """

    name: str
    place: Place
    field: Field
    writing: Writing | None = None
    part_type: str = ""
    whole: bool = False
    has_default: bool = False

    @property
    def keeps_null(self) -> bool:
        """Whether None is sent as null, in a JSON body."""
        return self.place is Place.JSON and allows_null(self.field.type)


def arguments_by_operation(api: Api) -> Mapping[str, tuple[Argument, ...]]:
    """Return the arguments of each operation of an API by the operation's pointer."""
    return {o.pointer: _arguments_of(o, api) for o in api.operations}


def _arguments_of(operation: Operation, api: Api) -> tuple[Argument, ...]:
    """Return the arguments of an operation: path, then required, then optional ones."""
    unnamed = [
        Argument("", Place(p.location.value), p.field, p.writing)
        for p in operation.parameters
    ]
    if operation.body is not None:
        unnamed += _of_body(operation.body, spread(operation, api.schemas))
    item = item_type(api, operation)
    types = (*types_received(operation), *((item,) if item is not None else ()))
    scope = Scope({"self", *runtime.CALLED, *names_of_types(types)})
    return tuple(
        replace(
            argument,
            name=scope.name(
                snake(argument.field.name),
                snake(
                    f"{argument.field.name}"
                    f" {'body' if argument.place.is_body else argument.place}"
                ),
            ),
        )
        for argument in sorted(unnamed, key=_rank)
    )


def _of_body(body: Body, fields: tuple[Field, ...] | None) -> list[Argument]:
    content = body.content
    place = _OF_BODY[content.kind]
    if fields is None:
        field = Field("body", content.type, body.required, body.description)
        whole = [Argument("", place, field, whole=True)]
        if place is Place.CONTENT and not _is_settled(content):
            field = _content_type(body)
            is_open = not field.required
            whole.append(Argument("", Place.CONTENT_TYPE, field, has_default=is_open))
        return whole
    writings, part_types = dict(content.writings), dict(content.part_types)
    return [
        Argument(
            "",
            place,
            field,
            _writing(place, writings.get(field.name)),
            part_types.get(field.name, "") if place is Place.MULTIPART else "",
            has_default=field == _ASKS_FOR_STREAM,
        )
        for field in fields
    ]


def _writing(place: Place, writing: Writing | None) -> Writing | None:
    """How a member of a form is written; of multipart, `deepObject` alone is not usual."""
    is_deep = writing is not None and writing.style is Style.DEEP_OBJECT
    return writing if place is Place.FORM or is_deep else None


def _is_settled(content: Content) -> bool:
    """Whether a body has one media type alone."""
    return len(content.media_types) == 1 and _is_whole(content.media_types[0])


def _is_whole(media_type: str) -> bool:
    """Whether it can be sent: a range cannot, nor what does not say how its parts end."""
    is_multipart = media_type.lower().startswith("multipart/")
    return "*" not in media_type and (not is_multipart or "boundary" in media_type)


def _content_type(body: Body) -> Field:
    """What a body is, of which the document leaves that open."""
    content = body.content
    names = tuple(filter(_is_whole, content.media_types))
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


def spread(
    operation: Operation, schemas: Mapping[str, Schema]
) -> tuple[Field, ...] | None:
    """The members of a body that is an object; None for any other body, or none."""
    if operation.body is None or not isinstance(operation.body.content.type, Named):
        return None
    schema = schemas[operation.body.content.type.pointer]
    if not isinstance(schema, Record) or schema.open:
        return None
    # What only the server says need not be given.
    fields = tuple(
        replace(field, required=field.required and not field.read_only)
        for field in schema.fields
    )
    if operation.success.kind.is_stream:
        fields = tuple(_ASKS_FOR_STREAM if _asks(field) else field for field in fields)
    if operation.body.required:
        return fields
    return fields if not any(field.required for field in fields) else None


_ASKS_FOR_STREAM = Field(
    "stream",
    ConstantType((True,)),
    required=False,
    description="Asks for a stream.",
    default="true",
)


def _asks(field: Field) -> bool:
    """Whether a member of a body says if the answer is to be a stream, as many APIs have it."""
    type_ = field.type.type if isinstance(field.type, Nullable) else field.type
    is_flag = type_ in (Scalar(ScalarKind.BOOLEAN), ConstantType((True,)))
    return field.name == "stream" and is_flag


def signature(arguments: Iterable[Argument], annotations: Annotations) -> Signature:
    """Return the parameters of a method; all but a few required ones need their name."""
    ordered = tuple(arguments)
    leading = positional(ordered)
    return Signature(
        tuple(_parameter(a, annotations) for a in leading),
        tuple(_parameter(a, annotations) for a in ordered if a not in leading),
    )


def positional(arguments: Iterable[Argument]) -> tuple[Argument, ...]:
    """Return those that need no name: the required ones, or of too many those of the path."""
    required = [a for a in arguments if a.field.required]
    if len(required) > MAX_POSITIONAL:
        required = [a for a in required if a.place is Place.PATH]
    return tuple(required)


def call_arguments(
    arguments: Iterable[Argument], operation: Operation
) -> Iterator[tuple[str, Expression]]:
    """Yield the keywords of `Call` that carry the arguments: `path`, `query`, `json`."""
    ordered = tuple(arguments)
    body = operation.body
    for place in Place:
        members = [a for a in ordered if a.place is place]
        if members and (members[0].whole or place is Place.CONTENT_TYPE):
            yield str(place), _value(members[0])
        elif members or body is not None and place is _OF_BODY[body.content.kind]:
            yield str(place), _mapping(place, members, operation)
    if body is not None and _says_media_type(body):
        yield str(Place.CONTENT_TYPE), Constant(body.content.media_types[0])


def _says_media_type(body: Body) -> bool:
    """Whether the kind of a body leaves its media type open."""
    match _OF_BODY[body.content.kind]:
        case Place.JSON:
            return body.content.media_types[0] != "application/json"
        case Place.CONTENT:
            return _is_settled(body.content)
        case _:
            return False


def _mapping(place: Place, members: list[Argument], operation: Operation) -> Expression:
    mapping = Dict(tuple((Constant(a.field.name), _value(a)) for a in members))
    if place.is_body and operation.body is not None and not operation.body.required:
        return Call(runtime.UNLESS_EMPTY, Arguments((mapping,)))
    return mapping


def _value(argument: Argument) -> Expression:
    """Return an argument's value, wrapped in what tells the runtime how to write it."""
    name = Name(argument.name)
    if argument.keeps_null:
        return Call(runtime.NULLABLE, Arguments((name,)))
    if argument.part_type:
        return Call(runtime.PART, Arguments((name, Constant(argument.part_type))))
    writing = argument.writing
    if writing is None:
        return name
    options = (("explode", writing.explode), ("reserved", writing.reserved))
    keywords = tuple((option, Constant(True)) for option, is_on in options if is_on)
    style = Constant(str(writing.style))
    return Call(runtime.STYLED, Arguments((name, style), keywords))


def _parameter(argument: Argument, annotations: Annotations) -> Parameter:
    if argument.place is Place.MULTIPART:
        annotations = annotations.with_files()
    type_ = annotations.sent(argument.field.type)
    if argument.field.required:
        return Parameter(argument.name, type_)
    if argument.has_default:
        default = Constant(json.loads(argument.field.default))
        return Parameter(argument.name, type_, default)
    if argument.keeps_null:
        return Parameter(argument.name, or_unset(type_), runtime.UNSET)
    return Parameter(argument.name, or_none(type_), Constant(None))


def _rank(argument: Argument) -> tuple[int, bool]:
    """The path's first, then the required; headers and cookies after the others."""
    if argument.place is Place.PATH:
        return (0, False)
    is_last = argument.place in (Place.HEADER, Place.COOKIE)
    return (1 if argument.field.required else 2, is_last)
