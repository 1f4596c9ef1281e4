"""Warnings about lists and objects within a parameter whose style does not define them."""

from collections.abc import Iterator

from msgspec import Struct

from clientcast import ir
from clientcast.parse.context import Context
from clientcast.parse.types import Declared, alternatives

_HINT = "if the API expects JSON, describe it with `content: {application/json: ...}`"
_EXPLODED = ir.Serialization(ir.Style.FORM, explode=True)
_SIMPLE = ir.Serialization(ir.Style.SIMPLE, explode=False)
_DEFAULTS = {
    ir.Location.QUERY: _EXPLODED,
    ir.Location.COOKIE: _EXPLODED,
    ir.Location.PATH: _SIMPLE,
    ir.Location.HEADER: _SIMPLE,
}


class _Styled(Struct, frozen=True):
    """A parameter or a form property with its style."""

    operation: ir.Operation
    field: ir.Field
    serialization: ir.Serialization

    @property
    def has_brackets(self) -> bool:
        """Whether nested values are sent with brackets, rather than refused."""
        style = self.serialization.style
        is_form = style in (ir.Style.FORM, ir.Style.COOKIE)
        return style is ir.Style.DEEP_OBJECT or is_form and self.serialization.explode


def warn_of_nesting(
    context: Context, operations: tuple[ir.Operation, ...], declared: Declared
) -> None:
    """Add a warning for the first parameter of each kind whose nesting is undefined."""
    nested = [
        item
        for operation in operations
        for item in _styled_fields(operation, declared)
        if _is_undefined(item, declared)
    ]
    brackets = [item for item in nested if item.has_brackets]
    refused = [item for item in nested if not item.has_brackets]
    for found, problem in (
        (brackets, "they are sent with brackets, as in `name[key][0]=value`"),
        (refused, "calls with them are refused"),
    ):
        if found:
            others = f" (the first of {len(found)})" if len(found) > 1 else ""
            message = (
                "OpenAPI does not define how lists and objects within"
                f" `{found[0].field.name}` are sent: {problem}{others}"
            )
            pointer = found[0].operation.pointer
            context.warn(pointer, "nested-style", message, _HINT)


def _styled_fields(operation: ir.Operation, declared: Declared) -> Iterator[_Styled]:
    for parameter in operation.parameters:
        serialization = parameter.serialization or _DEFAULTS[parameter.location]
        yield _Styled(operation, parameter.field, serialization)
    bodies = (operation.body, *operation.alternative_bodies)
    for content in (body.content for body in bodies if body is not None):
        serializations = dict(content.serializations)
        named = content.type if isinstance(content.type, ir.Named) else None
        record = declared[named.pointer] if named is not None else None
        for field in record.fields if isinstance(record, ir.Record) else ():
            if field.name in serializations:
                yield _Styled(operation, field, serializations[field.name])


def _is_undefined(item: _Styled, declared: Declared) -> bool:
    """Return whether a list or object within a value has no defined form."""
    style = item.serialization.style
    if item.serialization.is_json or style is ir.Style.QUERYSTRING:
        return False
    is_exploded_form = item.has_brackets and style is not ir.Style.DEEP_OBJECT
    for type_ in alternatives(item.field.type, declared):
        nested = [
            part for part in _parts(type_, declared) if _is_nested(part, declared)
        ]
        if is_exploded_form and not _is_list(type_):
            nested = [part for part in nested if not _is_flat_list(part, declared)]
        if nested:
            return True
    return False


def _is_list(type_: ir.Type) -> bool:
    return isinstance(type_, ir.ListOf | ir.TupleOf)


def _is_flat_list(type_: ir.Type, declared: Declared) -> bool:
    """Return whether a type is a list of scalars, which repeats the name of its property."""
    parts = _parts(type_, declared)
    return _is_list(type_) and not any(_is_nested(part, declared) for part in parts)


def _is_nested(type_: ir.Type, declared: Declared) -> bool:
    """Return whether a type is a list or an object."""
    return (
        _is_list(type_)
        or isinstance(type_, ir.MapOf)
        or isinstance(type_, ir.Named)
        and isinstance(declared[type_.pointer], ir.Record)
    )


def _parts(type_: ir.Type, declared: Declared) -> list[ir.Type]:
    """Return the types of the items or properties of a type, without unions and aliases."""
    parts: tuple[ir.Type, ...] = ()
    match type_:
        case ir.ListOf(item):
            parts = (item,)
        case ir.TupleOf(items):
            parts = items
        case ir.MapOf(value):
            parts = (value,)
        case ir.Named(pointer):
            schema = declared[pointer]
            if isinstance(schema, ir.Record):
                parts = tuple(field.type for field in schema.fields)
        case _:
            pass
    return [inner for part in parts for inner in alternatives(part, declared)]
