"""Operations with several media types, split into one operation for each."""

import re
from collections.abc import Iterator

from msgspec.structs import replace

from clientcast import ir
from clientcast.bind.paging import can_page

_KIND_NAMES = {
    ir.MediaKind.FORM: "form",
    ir.MediaKind.MULTIPART: "multipart",
    ir.MediaKind.XML: "xml",
    ir.MediaKind.TEXT: "text",
    ir.MediaKind.BYTES: "bytes",
}
_SUBTYPE_NAMES = {
    "plain": "text",
    "octet-stream": "bytes",
    "*": "bytes",
    "svg+xml": "svg",
    "vnd.openxmlformats-officedocument.spreadsheetml.sheet": "xlsx",
    "vnd.openxmlformats-officedocument.wordprocessingml.document": "docx",
    "vnd.openxmlformats-officedocument.presentationml.presentation": "pptx",
    "vnd.ms-excel": "xls",
    "msword": "doc",
}
"""What people call media types, where that is not the subtype."""
_PREFIX = re.compile(r"(?:vnd\.|x-)+")
_PARAMETER = re.compile(r";\s*(?!charset|q\s*=)(\S[^;]*)", re.IGNORECASE)

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
    yield replace(operation, stream=None, alternatives=())
    names = [_media_type_words(s.accept, full=False) for s in operation.alternatives]
    for success, name in zip(operation.alternatives, names, strict=True):
        if names.count(name) > 1:
            name = _media_type_words(success.accept, full=True)
        yield replace(
            operation,
            pointer=f"{operation.pointer}#as {accepted_media_type(success.accept)}",
            variant=f"{operation.variant} as {name}",
            success=success,
            alternatives=(),
            stream=None,
            paging=None,
        )
    if operation.stream is not None:
        yield replace(
            operation,
            pointer=f"{operation.pointer}#stream",
            variant=f"{operation.variant} as stream",
            success=operation.stream,
            alternatives=(),
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


def accepted_media_type(accept: str) -> str:
    """Return the first media type of an `Accept` header."""
    return accept.partition(",")[0].strip()


def _media_type_words(accept: str, *, full: bool) -> str:
    """Return the words of a media type in the name of a method: `pdf` of `application/pdf`.

    Args:
        accept: The `Accept` header, which begins with the media type.
        full: Whether the words are those of the whole media type with its parameters.
    """
    media_type = accepted_media_type(accept)
    if full:
        return media_type
    type_, _, subtype = media_type.partition(";")[0].strip().lower().partition("/")
    if subtype == "*" and type_ not in ("*", "application"):
        return type_
    name = _SUBTYPE_NAMES.get(subtype, subtype)
    name = _PREFIX.sub("", name, count=1).removesuffix("+json")
    return " ".join((name, *_PARAMETER.findall(media_type)))
