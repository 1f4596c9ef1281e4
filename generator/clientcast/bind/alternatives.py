"""Operations that take bodies of several kinds, as a method for each kind."""

from collections.abc import Iterator
from dataclasses import replace

from clientcast import ir

_WORDS = {
    ir.MediaKind.FORM: "form",
    ir.MediaKind.MULTIPART: "multipart",
    ir.MediaKind.TEXT: "text",
    ir.MediaKind.BYTES: "bytes",
}


def with_alternatives(api: ir.Api) -> ir.Api:
    """The API with an operation of its own for each kind of body that one takes."""
    return replace(
        api,
        operations=tuple(
            each for operation in api.operations for each in _each(operation)
        ),
    )


def _each(operation: ir.Operation) -> Iterator[ir.Operation]:
    yield replace(operation, other_bodies=())
    for index, body in enumerate(operation.other_bodies):
        subtype = body.content.media_types[0].partition("/")[2].partition(";")[0]
        word = _WORDS.get(body.content.kind, subtype)
        yield replace(
            operation,
            pointer=f"{operation.pointer}#{index}",
            name=f"{operation.name} as {word}",
            body=body,
            other_bodies=(),
        )
