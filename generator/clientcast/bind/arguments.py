"""The arguments of a method: what an operation's parameters and body become in Python."""

import json
from collections.abc import Iterable
from dataclasses import dataclass, replace
from enum import StrEnum

from clientcast.bind.code import Code, Import, code
from clientcast.bind.literals import constant, string
from clientcast.bind.names import Scope, snake
from clientcast.bind.types import (
    Annotations,
    allows_null,
    or_none,
    or_unset,
    spelled,
)
from clientcast.ir import (
    Body,
    Constant,
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
)

_BODIES = "._runtime.bodies"
_STYLES = "._runtime.styles"
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


def arguments_of(
    operation: Operation, schemas: dict[str, Schema]
) -> tuple[Argument, ...]:
    """The arguments of an operation: the path's first, then the required, then the others."""
    unnamed = [
        Argument("", Place(p.location.value), p.field, p.writing)
        for p in operation.parameters
    ]
    if operation.body is not None:
        unnamed += _of_body(operation.body, spread(operation, schemas))
    answers = (r.type for r in operation.responses if r.type is not None)
    written = {name for answer in answers for name in spelled(answer) if name.islower()}
    scope = Scope({"self", "nullable", "part", "styled", "unless_empty", *written})
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
        return replace(field, type=Constant(names))
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
    operation: Operation, schemas: dict[str, Schema]
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
    Constant((True,)),
    required=False,
    description="Asks for a stream.",
    default="true",
)


def _asks(field: Field) -> bool:
    """Whether a member of a body says if the answer is to be a stream, as many APIs have it."""
    type_ = field.type.type if isinstance(field.type, Nullable) else field.type
    is_flag = type_ in (Scalar(ScalarKind.BOOLEAN), Constant((True,)))
    return field.name == "stream" and is_flag


def signature(
    arguments: Iterable[Argument], annotations: Annotations
) -> tuple[Code, ...]:
    """Each parameter with its annotation and default, `*` before those that need their name."""
    ordered = tuple(arguments)
    leading = positional(ordered)
    parameters = [_parameter(argument, annotations) for argument in leading]
    keywords = [_parameter(a, annotations) for a in ordered if a not in leading]
    return (*parameters, *((code("*"), *keywords) if keywords else ()))


def positional(arguments: Iterable[Argument]) -> tuple[Argument, ...]:
    """Those that need no name: the required ones, or of too many those of the path."""
    required = [a for a in arguments if a.field.required]
    if len(required) > MAX_POSITIONAL:
        required = [a for a in required if a.place is Place.PATH]
    return tuple(required)


def call_arguments(
    arguments: Iterable[Argument], operation: Operation
) -> tuple[Code, ...]:
    """What `Call` takes for the arguments: `path={...}`, `query={...}`, `json={...}`."""
    ordered = tuple(arguments)
    body = operation.body
    parts: list[Code] = []
    for place in Place:
        members = [a for a in ordered if a.place is place]
        if members and (members[0].whole or place is Place.CONTENT_TYPE):
            written = _written(members[0])
            parts.append(code(f"{place}={written}", written.imports))
        elif members or body is not None and place is _OF_BODY[body.content.kind]:
            parts.append(_mapping(place, members, operation))
    if body is not None and _says_media_type(body):
        parts.append(code(f"content_type={string(body.content.media_types[0])}"))
    return tuple(parts)


def _says_media_type(body: Body) -> bool:
    """Whether the kind of a body leaves its media type open."""
    match _OF_BODY[body.content.kind]:
        case Place.JSON:
            return body.content.media_types[0] != "application/json"
        case Place.CONTENT:
            return _is_settled(body.content)
        case _:
            return False


def _mapping(place: Place, members: list[Argument], operation: Operation) -> Code:
    imports: set[Import] = set()
    pairs: list[str] = []
    for argument in members:
        value = _written(argument)
        imports |= value.imports
        pairs.append(f"{string(argument.field.name)}: {value}")
    text = f"{{{', '.join(pairs)}}}"
    if place.is_body and operation.body is not None and not operation.body.required:
        text = f"unless_empty({text})"
        imports.add(Import(_BODIES, "unless_empty"))
    return code(f"{place}={text}", imports)


def _written(argument: Argument) -> Code:
    """An argument with what says how it is written."""
    name = argument.name
    if argument.keeps_null:
        return code(f"nullable({name})", Import(_BODIES, "nullable"))
    if argument.part_type:
        text = f"part({name}, {string(argument.part_type)})"
        return code(text, Import(_BODIES, "part"))
    writing = argument.writing
    if writing is None:
        return code(name)
    options = "".join(
        f", {option}=True"
        for option, is_on in (
            ("explode", writing.explode),
            ("reserved", writing.reserved),
        )
        if is_on
    )
    text = f"styled({name}, {string(writing.style)}{options})"
    return code(text, Import(_STYLES, "styled"))


def _parameter(argument: Argument, annotations: Annotations) -> Code:
    if argument.place is Place.MULTIPART:
        annotations = annotations.with_files()
    type_ = annotations.sent(argument.field.type)
    if argument.field.required:
        return code(f"{argument.name}: {type_}", type_.imports)
    if argument.has_default:
        usual = constant(json.loads(argument.field.default))
        return code(f"{argument.name}: {type_} = {usual}", type_.imports)
    if argument.keeps_null:
        optional = or_unset(type_)
        return code(f"{argument.name}: {optional} = UNSET", optional.imports)
    optional = or_none(type_)
    return code(f"{argument.name}: {optional} = None", optional.imports)


def _rank(argument: Argument) -> tuple[int, bool]:
    """The path's first, then the required; headers and cookies after the others."""
    if argument.place is Place.PATH:
        return (0, False)
    is_last = argument.place in (Place.HEADER, Place.COOKIE)
    return (1 if argument.field.required else 2, is_last)
