"""The arguments of a method: what an operation's parameters and JSON body become in Python."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from clientcast.bind.code import Code, Import, code
from clientcast.bind.literals import string
from clientcast.bind.names import Scope, snake
from clientcast.bind.types import Annotations, union
from clientcast.ir import Field, Named, Nullable, Operation, Record, Schema

_CALL = "._runtime.call"
_MODEL = "._runtime.model"
MAX_POSITIONAL = 3


class Place(StrEnum):
    """The argument of `Call` that carries a value."""

    PATH = "path"
    QUERY = "query"
    HEADER = "header"
    COOKIE = "cookie"
    JSON = "json"


@dataclass(frozen=True, slots=True)
class Argument:
    """An argument of a method.

    Attributes:
        field: What it is called on the wire.
        whole: Whether it is the whole body, not a member of it.
    """

    name: str
    place: Place
    field: Field
    whole: bool = False

    @property
    def keeps_null(self) -> bool:
        """Whether None is sent as null, in a JSON body."""
        return self.place is Place.JSON and isinstance(self.field.type, Nullable)


def arguments_of(
    operation: Operation, schemas: dict[str, Schema]
) -> tuple[Argument, ...]:
    """The arguments of an operation: the path's first, then the required, then the others."""
    fields = [
        (Place(parameter.location.value), parameter.field)
        for parameter in operation.parameters
    ]
    body = spread(operation, schemas)
    if operation.body is not None and body is None:
        whole = Field(
            "body",
            operation.body.type,
            operation.body.required,
            operation.body.description,
        )
        fields.append((Place.JSON, whole))
    fields += [(Place.JSON, field) for field in body or ()]
    fields.sort(key=lambda pair: _rank(pair[0], pair[1]))
    scope = Scope(("self", "nullable", "unless_empty"))
    return tuple(
        Argument(
            scope.name(
                snake(field.name),
                snake(f"{field.name} {place.value.replace('json', 'body')}"),
            ),
            place,
            field,
            whole=place is Place.JSON and body is None,
        )
        for place, field in fields
    )


def spread(
    operation: Operation, schemas: dict[str, Schema]
) -> tuple[Field, ...] | None:
    """The members of a JSON body that is an object; None for any other body, or none."""
    if operation.body is None or not isinstance(operation.body.type, Named):
        return None
    schema = schemas[operation.body.type.pointer]
    if not isinstance(schema, Record) or schema.open:
        return None
    if operation.body.required:
        return schema.fields
    return schema.fields if not any(field.required for field in schema.fields) else None


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
    parts: list[Code] = []
    for place in Place:
        members = [a for a in ordered if a.place is place]
        if members and members[0].whole:
            parts.append(code(f"json={members[0].name}"))
        elif members or place is Place.JSON and operation.body is not None:
            parts.append(_mapping(place, members, operation))
    return tuple(parts)


def _mapping(place: Place, members: list[Argument], operation: Operation) -> Code:
    imports: set[Import] = set()
    pairs: list[str] = []
    for argument in members:
        value = argument.name
        if argument.keeps_null:
            value = f"nullable({value})"
            imports.add(Import(_CALL, "nullable"))
        pairs.append(f"{string(argument.field.name)}: {value}")
    text = f"{{{', '.join(pairs)}}}"
    if (
        place is Place.JSON
        and operation.body is not None
        and not operation.body.required
    ):
        text = f"unless_empty({text})"
        imports.add(Import(_CALL, "unless_empty"))
    return code(f"{place}={text}", imports)


def _parameter(argument: Argument, annotations: Annotations) -> Code:
    type_ = annotations.sent(argument.field.type)
    if argument.field.required:
        return code(f"{argument.name}: {type_}", type_.imports)
    if argument.keeps_null:
        unset = (Import(_MODEL, "UNSET"), Import(_MODEL, "UnsetType"))
        return code(
            f"{argument.name}: {type_} | UnsetType = UNSET", type_.imports, unset
        )
    optional = type_ if type_.text == "Any" else union(type_, code("None"))
    return code(f"{argument.name}: {optional} = None", optional.imports)


def _rank(place: Place, field: Field) -> tuple[int, bool]:
    """The path's first, then the required; headers and cookies after the others."""
    if place is Place.PATH:
        return (0, False)
    return (1 if field.required else 2, place in (Place.HEADER, Place.COOKIE))
