"""The results of operations: what a call returns, by the media types that it requests."""

from collections.abc import Iterable, Iterator

from msgspec.structs import replace

from clientcast import ir
from clientcast.openapi import is_json

_JSON, _TEXT = ir.MediaKind.JSON, ir.MediaKind.TEXT
_BYTES, _UNDESCRIBED = ir.MediaKind.BYTES, ir.MediaKind.UNDESCRIBED
_STRING = ir.Scalar(ir.ScalarKind.STRING)
_KINDS = tuple(ir.MediaKind)

Bodies = dict[str, tuple[ir.Content, ...]]
"""The bodies of each status that are read in one call; several only if their types are equal."""


def read_results(
    responses: tuple[ir.Response, ...], method: str, is_polled: bool
) -> tuple[ir.Success, ...]:
    """Return the results of an operation: the default one, then those of other media types.

    The default is the most structured body of each successful response. If a 202 is polled, its
    body is not the result. Without a documented 2xx response, `default` counts as successful. A
    documented 3xx response is a result, too: its JSON body beside other JSON, or None. If no
    body is described although one may come, the result is what comes; also for single statuses.
    A response to HEAD has no body (RFC 9110, 9.3.2).
    """
    successful = _success_responses(responses, is_polled)
    redirects = _redirect_responses(responses)
    default = {r.status: _default_bodies(r) for r in successful if r.contents}
    if not default:
        stream = stream_success(responses)
        if stream is not None:
            return (stream,)
        may_have_body = not successful or any(r.is_undescribed for r in successful)
        is_undescribed = may_have_body and method != "head"
        if is_undescribed or not any(_json_type(r) for r in redirects):
            return (
                replace(
                    ir.UNDESCRIBED if is_undescribed else ir.Success(),
                    types_by_status=tuple(_redirect_types(redirects)),
                    redirects=tuple(
                        r.status for r in redirects if _json_type(r) is None
                    ),
                ),
            )
    kinds = [content.kind for contents in default.values() for content in contents]
    kind = min(kinds or [_JSON], key=_KINDS.index)
    return tuple(
        _combined(bodies, main, successful, redirects, method)
        for bodies, main in (
            (default, kind),
            *_alternatives(successful, default),
        )
    )


def _default_bodies(response: ir.Response) -> tuple[ir.Content, ...]:
    """Return the most structured body of a response; of JSON text, plain text as well."""
    first = response.contents[0]
    if first.kind is not _JSON or first.type != _STRING:
        return (first,)
    plain = [
        replace(content, media_types=("text/plain",))
        for content in response.contents
        if content.kind is _TEXT and "text/plain" in content.media_types
    ]
    return (first, *plain)


def _alternatives(
    successful: list[ir.Response], default: Bodies
) -> Iterator[tuple[Bodies, ir.MediaKind]]:
    """Yield the bodies by status, and their kind, of each other choice of a media type.

    JSON or XML of one type is one choice; each media type of text and bytes is one. A response without
    the chosen media type has its default body.
    """
    choices: dict[tuple[ir.MediaKind, object], Bodies] = {}
    for response in successful:
        for content in response.contents:
            for key, chosen in _choices(content):
                choices.setdefault(key, {})[response.status] = (chosen,)
    defaults = {
        key
        for contents in default.values()
        for content in contents
        if len(content.media_types) == 1 or not _are_choices(content)
        for key, _ in _choices(content)
    }
    for key, bodies in choices.items():
        if key not in defaults:
            yield {**default, **bodies}, key[0]


def _choices(
    content: ir.Content,
) -> Iterator[tuple[tuple[ir.MediaKind, object], ir.Content]]:
    """Yield the choices that a body has, each with what distinguishes it from others."""
    if content.kind.is_data:
        yield (content.kind, content.type), content
        return
    for name in content.media_types:
        yield (content.kind, name), replace(content, media_types=(name,))


def _are_choices(content: ir.Content) -> bool:
    """Return whether the media types of a body are choices of their own."""
    return content.kind in (_TEXT, _BYTES) and not any(
        map(is_json, content.media_types)
    )


def _combined(
    bodies: Bodies,
    kind: ir.MediaKind,
    successful: list[ir.Response],
    redirects: list[ir.Response],
    method: str,
) -> ir.Success:
    """Return the result of the bodies of each status, of which those of a kind are preferred."""
    contents = [(status, c) for status, found in bodies.items() for c in found]
    kinds = {c.kind for _, c in contents}
    is_mixed = len(kinds) > 1 or ir.MediaKind.XML in kinds
    names = [
        name if c.kind is kind else f"{name};q=0.9"
        for _, c in sorted(contents, key=lambda item: item[1].kind is not kind)
        for name in c.media_types
    ]
    if len(names) > 1:
        names = [f"{name};q=0.5" if name == "*/*" else name for name in names]
    bodiless = [
        r.status for r in redirects if _json_type(r) is None or kind is not _JSON
    ]
    contents += [
        (r.status, r.content)
        for r in redirects
        if r.status not in bodiless and r.content is not None
    ]
    types = list(dict.fromkeys(c.type for _, c in contents))
    type_ = types[0] if len(types) == 1 else ir.UnionOf(tuple(types))
    is_optional = bool(bodiless) or any(not r.contents for r in successful)
    if is_optional and not isinstance(type_, ir.Nullable | ir.Anything):
        type_ = ir.Nullable(type_)
    undescribed = tuple(
        r.status for r in successful if r.is_undescribed and method != "head"
    )
    differs = not is_mixed and (len(types) > 1 or "2XX" in undescribed)
    is_any = kind is _UNDESCRIBED and not is_mixed
    return ir.Success(
        type_,
        kind,
        ir.UNDESCRIBED.accept if is_any else ", ".join(dict.fromkeys(names)),
        tuple(
            (_status_key(status), c.type)
            for status, c in contents
            if differs and status.isascii() and status.isdigit() or status[0] == "3"
        ),
        undescribed,
        tuple(bodiless),
        contents=(
            tuple((_status_key(status), found) for status, found in bodies.items())
            if is_mixed
            else ()
        ),
    )


def _redirect_responses(responses: tuple[ir.Response, ...]) -> list[ir.Response]:
    """Return the documented 3xx responses."""
    return [r for r in responses if r.status.startswith("3")]


def _redirect_types(
    redirects: Iterable[ir.Response],
) -> Iterator[tuple[int | str, ir.Type]]:
    """Yield the status and type of each redirect with a JSON body."""
    for response in redirects:
        type_ = _json_type(response)
        if type_ is not None:
            yield _status_key(response.status), type_


def _json_type(response: ir.Response) -> ir.Type | None:
    """Return the type of a JSON body; None if there is none."""
    is_json_body = response.content is not None and response.content.kind is _JSON
    return response.type if is_json_body else None


def _status_key(status: str) -> int | str:
    """Return a status as a number, a range such as `3XX` as it is."""
    return int(status) if status.isascii() and status.isdigit() else status


def stream_success(responses: tuple[ir.Response, ...]) -> ir.Success | None:
    """Return the result of an operation as a stream; None if no response is one."""
    for response in _success_responses(responses):
        if response.stream is not None:
            return ir.Success(
                response.stream.type,
                response.stream.kind,
                response.stream.media_types[0],
                types_by_event=response.stream.types_by_event,
            )
    return None


def _success_responses(
    responses: tuple[ir.Response, ...], is_polled: bool = False
) -> list[ir.Response]:
    """Return the successful responses."""
    documented = [r for r in responses if r.status.startswith("2")]
    final = [r for r in documented if r.status != "202" or not is_polled] or documented
    if final or _redirect_responses(responses):
        return final
    return [r for r in responses if r.status == "default"]
