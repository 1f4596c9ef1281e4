"""The paging of operations: the call that constructs its style, and its arguments."""

from collections.abc import Iterator

from clientcast import ir
from clientcast.bind import runtime
from clientcast.bind.pointers import (
    Keys,
    pointer_keys,
    possible_types,
    type_at,
)
from clientcast.code import Arguments, Call, Constant, Expression, Name, Tuple
from clientcast.references import segments

_STRING_KINDS = frozenset(ir.ScalarKind) - {
    ir.ScalarKind.INTEGER,
    ir.ScalarKind.NUMBER,
    ir.ScalarKind.BOOLEAN,
    ir.ScalarKind.DECIMAL,
}


def paging_call(
    api: ir.Api, operation: ir.Operation, paging: ir.Paging
) -> tuple[Name, Call]:
    """Return the paging style of an operation, and the call that constructs it."""
    items = Tuple(tuple(_tuple(pointer_keys(pointer)) for pointer in paging.items))
    match paging:
        case ir.CursorPaging():
            style = runtime.CURSOR_PAGING
            return style, _call(
                style,
                _argument_path(api, operation, paging.parameter),
                cursor=place(paging.cursor),
                items=items,
                **_places(has_more=has_more_place(api, operation, paging)),
            )
        case ir.OffsetPaging():
            style = runtime.OFFSET_PAGING
            return style, _call(
                style,
                _argument_path(api, operation, paging.parameter),
                limit=_argument_path(api, operation, paging.limit),
                default_limit=Constant(
                    default_argument(api, operation, paging.limit) or 0
                ),
                items=items,
                **_places(total=paging.total, has_more=paging.has_more),
            )
        case ir.PageNumberPaging():
            style = runtime.PAGE_NUMBER_PAGING
            return style, _call(
                style,
                _argument_path(api, operation, paging.parameter),
                items=items,
                **_page_number_options(api, operation, paging),
            )
        case ir.LinkPaging():
            style = runtime.LINK_PAGING
            return style, _call(style, items=items, **_places(url=paging.url))


def has_more_place(
    api: ir.Api, operation: ir.Operation, paging: ir.CursorPaging
) -> str:
    """Return the place of whether there is a next page; empty if there is none.

    The cursor of the last item exists on the last page, too: `has_more` of the response counts
    without being named.
    """
    body = operation.success.type
    if paging.has_more or body is None or -1 not in pointer_keys(paging.cursor):
        return paging.has_more
    types = possible_types(api, type_at(api, body, ("has_more",)))
    is_boolean = ir.Scalar(ir.ScalarKind.BOOLEAN) in types
    return "/has_more" if is_boolean else ""


def _page_number_options(
    api: ir.Api, operation: ir.Operation, paging: ir.PageNumberPaging
) -> dict[str, Expression]:
    """Return the keywords of a style that differ from their defaults."""
    options: dict[str, Expression] = {}
    first = paging.first
    if first is None:
        first = default_argument(api, operation, paging.parameter)
    if first not in (None, 1):
        options["first"] = Constant(first)
    if paging.limit:
        options["limit"] = _argument_path(api, operation, paging.limit)
        limit = default_argument(api, operation, paging.limit)
        if limit:
            options["default_limit"] = Constant(limit)
    return options | _places(
        total=paging.total, total_pages=paging.total_pages, has_more=paging.has_more
    )


def place(text: str) -> Expression:
    """Return a place in a response: a JSON pointer as keys, or the name of a header."""
    return _tuple(pointer_keys(text)) if text.startswith("/") else Constant(text)


def _places(**places: str) -> dict[str, Expression]:
    """Return the keywords of places that the document gives."""
    return {name: place(text) for name, text in places.items() if text}


def can_page(operation: ir.Operation) -> bool:
    """Return whether the request of an operation has a place for the arguments of its paging."""
    names: tuple[str, ...] = ()
    match operation.paging:
        case ir.CursorPaging(parameter=parameter):
            names = (parameter,)
        case ir.OffsetPaging(parameter=parameter, limit=limit):
            names = (parameter, limit)
        case ir.PageNumberPaging(parameter=parameter, limit=limit):
            names = (parameter, limit) if limit else (parameter,)
        case None | ir.LinkPaging():
            pass
    has_members = operation.body is not None and operation.body.content.kind in (
        ir.MediaKind.JSON,
        ir.MediaKind.FORM,
    )
    return has_members or all(_parameter(operation, name) for name in names)


def _argument_path(api: ir.Api, operation: ir.Operation, name: str) -> Call:
    """Return the place of an argument; a parameter hides a property of the body."""
    parameter = _parameter(operation, name)
    if parameter is not None:
        location = str(parameter.location)
        return _call(runtime.ARGUMENT_PATH, Constant(location), _tuple((name,)))
    assert operation.body is not None
    kind, keys = operation.body.content.kind, _body_keys(name)
    type_ = type_at(api, operation.body.content.type, keys)
    sent_as = _json_type(api, type_) if kind is ir.MediaKind.JSON else ""
    return _call(
        runtime.ARGUMENT_PATH,
        Constant(str(kind)),
        _tuple(keys),
        *((Constant(sent_as),) if sent_as else ()),
    )


def _parameter(operation: ir.Operation, name: str) -> ir.Parameter | None:
    return next((p for p in operation.parameters if p.field.name == name), None)


def _body_keys(name: str) -> tuple[str, ...]:
    """Return the keys of a property of the body, by its name or its JSON pointer."""
    return tuple(segments(name)) if name.startswith("/") else (name,)


def _json_type(api: ir.Api, type_: ir.Type) -> str:
    """Return `string` or `integer` if all values of a type have that JSON type, else ``."""
    kinds = {_possible_json_type(api, part) for part in possible_types(api, type_)}
    return kinds.pop() if len(kinds) == 1 else ""


def _possible_json_type(api: ir.Api, type_: ir.Type) -> str:
    match type_:
        case ir.Scalar(ir.ScalarKind.INTEGER):
            return "integer"
        case ir.Scalar(kind) if kind in _STRING_KINDS:
            return "string"
        case _:
            return ""


def default_argument(api: ir.Api, operation: ir.Operation, name: str) -> int | None:
    """Return the server's default of an argument; None if it is unknown."""
    parameter = _parameter(operation, name)
    if parameter is not None:
        default = parameter.field.default
    else:
        assert operation.body is not None
        *holder, last = _body_keys(name)
        holder_type = type_at(api, operation.body.content.type, tuple(holder))
        fields = _fields(api, holder_type)
        default = next((field.default for field in fields if field.name == last), "")
    return int(default) if default.isdecimal() else None


def _fields(api: ir.Api, type_: ir.Type) -> Iterator[ir.Field]:
    """Yield the properties of an object, or of each object of a union."""
    for part in possible_types(api, type_):
        schema = api.schemas[part.pointer] if isinstance(part, ir.Named) else None
        if isinstance(schema, ir.Record):
            yield from schema.fields


def _call(function: Name, *positional: Expression, **keywords: Expression) -> Call:
    return Call(function, Arguments(positional, tuple(keywords.items())))


def _tuple(keys: Keys) -> Tuple:
    return Tuple(tuple(map(Constant, keys)))
