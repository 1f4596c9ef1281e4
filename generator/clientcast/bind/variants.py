"""Operations with several media types, split into one operation for each."""

import re
from collections.abc import Iterator
from dataclasses import replace

from clientcast import ir
from clientcast.bind.paging import can_page

_KIND_NAMES = {
    ir.MediaKind.FORM: "form",
    ir.MediaKind.MULTIPART: "multipart",
    ir.MediaKind.TEXT: "text",
    ir.MediaKind.BYTES: "bytes",
}

_SUFFIX = re.compile(r"(?:#[0-9]+)?(?:#stream)?\Z")
"""What a variant adds to the pointer of its operation."""


def split_by_media_type(api: ir.Api) -> ir.Api:
    """Return the API with one operation for each kind of request and response body."""
    return replace(
        api,
        operations=tuple(
            variant
            for operation in api.operations
            for request_variant in _request_variants(operation)
            for variant in _response_variants(request_variant)
        ),
    )


def original_pointer(operation: ir.Operation) -> str:
    """Return the pointer of an operation, also of a variant of it."""
    pointer = operation.pointer
    return _SUFFIX.sub("", pointer) if operation.variant else pointer


def _response_variants(operation: ir.Operation) -> Iterator[ir.Operation]:
    yield replace(operation, stream=None)
    if operation.stream is not None:
        yield replace(
            operation,
            pointer=f"{operation.pointer}#stream",
            variant=f"{operation.variant} as stream",
            success=operation.stream,
            stream=None,
            paging=None,
            polling=None,
        )


def _request_variants(operation: ir.Operation) -> Iterator[ir.Operation]:
    yield replace(operation, alternative_bodies=())
    for index, body in enumerate(operation.alternative_bodies):
        subtype = body.content.media_types[0].partition("/")[2].partition(";")[0]
        kind_name = _KIND_NAMES.get(body.content.kind, subtype)
        variant = replace(
            operation,
            pointer=f"{operation.pointer}#{index}",
            variant=f"{operation.variant} as {kind_name}",
            body=body,
            alternative_bodies=(),
        )
        yield replace(variant, paging=variant.paging if can_page(variant) else None)
