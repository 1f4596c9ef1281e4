"""Descriptions of operations for their fakes, as JSON data; see `testing.descriptions`."""

from collections.abc import Mapping

from clientcast import ir
from clientcast.bind.arguments import Argument, ArgumentLocation
from clientcast.bind.example_tags import ExampleTags
from clientcast.bind.paging import default_argument, has_more_place
from clientcast.bind.pointers import (
    Keys,
    field_at,
    item_type,
    pointer_keys,
    possible_types,
)
from clientcast.bind.stream_examples import StreamExamples
from clientcast.bind.xml import XmlConstants
from clientcast.examples import ExampleResponse, ExampleValues
from clientcast.openapi import bare_media_type, is_json, without_variant
from clientcast.plain import is_list, mapping

JsonObject = dict[str, object]


class DescriptionBinder:
    """Binder of the operations of an API to descriptions.

    Args:
        api: The API.
        arguments: The arguments of each operation, by its pointer.
        examples: The example values of the document.
        tags: The tags of models.
        streams: The examples of streams.
        xml: The constants of XML bodies.
    """

    def __init__(
        self,
        api: ir.Api,
        arguments: Mapping[str, tuple[Argument, ...]],
        examples: ExampleValues,
        tags: ExampleTags,
        streams: StreamExamples,
        xml: XmlConstants,
    ) -> None:
        self._api = api
        self._arguments = arguments
        self._examples = examples
        self._tags = tags
        self._streams = streams
        self._xml = xml
        headers = {header.name.lower() for header in api.headers}
        self._implicit_headers = frozenset({*headers, "idempotency-key"})

    def describe(self, operation: ir.Operation) -> JsonObject:
        """Return the description of an operation, without defaults."""
        pointer = without_variant(operation.pointer)
        responses = self._examples.responses.get(pointer, ())
        result = _successful(operation, responses)
        description: JsonObject = {"method": operation.method, "path": operation.path}
        if operation.success.kind is not ir.MediaKind.JSON:
            description["format"] = str(operation.success.kind)
        if result is not None:
            status = int(result.status) if result.status.isdigit() else 200
            if status != 200:
                description["status"] = status
            media_type = _concrete(result.media_type, operation.success.kind)
            if media_type and media_type != "application/json":
                description["media_type"] = media_type
            content = _content_of(operation.success, result)
            if content is not None and content.kind is ir.MediaKind.XML:
                description["xml"] = self._xml.body(content).name
            if result.is_found:
                type_ = _type_of(operation.success, result, content)
                value = self._tags.add(type_, result.value)
                is_text = operation.success.kind in (
                    ir.MediaKind.TEXT,
                    ir.MediaKind.BYTES,
                )
                has_text = isinstance(value, str) or not is_text
                description["example"] = value if has_text else ""
        if operation.success.kind.is_stream:
            description["example"] = self._streams.text(operation.success)
        description["accept"] = operation.success.accept
        if operation.body is not None:
            sent = operation.body.content
            description["content_type"] = sent.media_types[0]
            if sent.kind is ir.MediaKind.XML:
                description["xml_body"] = self._xml.body(sent).name
        arguments = {
            argument.name: _argument(argument, self._implicit_headers)
            for argument in self._arguments[operation.pointer]
            if not argument.scheme
        }
        if arguments:
            description["arguments"] = arguments
        errors = {
            r.status: r.value
            for r in responses
            if r.is_found and is_json(r.media_type) and r is not result
        }
        if errors:
            description["errors"] = errors
        if operation.paging is not None and item_type(self._api, operation) is not None:
            description["paging"] = self._paging(
                operation, operation.paging, None if result is None else result.value
            )
        if operation.polling is not None:
            description["polling"] = {
                "path": operation.polling.path,
                "request_id": pointer_keys(operation.polling.request_id),
            }
        return description

    def _paging(
        self, operation: ir.Operation, paging: ir.Paging, example: object
    ) -> JsonObject:
        found: JsonObject = {}
        places: dict[str, str] = {}
        match paging:
            case ir.CursorPaging():
                found |= {"kind": "cursor", "argument": _keys(paging.parameter)}
                has_more = has_more_place(self._api, operation, paging)
                places = {"cursor": paging.cursor, "has_more": has_more}
            case ir.OffsetPaging():
                found |= {"kind": "offset", "argument": _keys(paging.parameter)}
                found |= self._limit(operation, paging.limit)
                places = {"total": paging.total, "has_more": paging.has_more}
            case ir.PageNumberPaging():
                found |= {"kind": "page", "argument": _keys(paging.parameter)}
                first = paging.first
                if first is None:
                    first = default_argument(self._api, operation, paging.parameter)
                if first not in (None, 1):
                    found["first"] = first
                if paging.limit:
                    found |= self._limit(operation, paging.limit)
                places = {
                    "total": paging.total,
                    "total_pages": paging.total_pages,
                    "has_more": paging.has_more,
                }
            case ir.LinkPaging():
                found["kind"] = "link"
                places = {"url": paging.url}
        pointers = [*map(pointer_keys, paging.items)]
        if any(text.startswith("/") for text in places.values()):
            pointers.sort(key=lambda keys: not keys)  # Beside a list is no place.
        else:
            pointers.sort(key=lambda keys: not _is_list_at(example, keys))
        found["items"] = pointers[0]
        for name, text in places.items():
            if text:
                found[name] = pointer_keys(text) if text.startswith("/") else text
        following = places.get("cursor") or places.get("url") or ""
        return found | self._end(operation, following)

    def _end(self, operation: ir.Operation, place: str) -> JsonObject:
        """Return what the last page has at the place of the next position, if it needs a value."""
        body = operation.success.type
        if body is None or not place.startswith("/"):
            return {}
        field = field_at(self._api, body, pointer_keys(place))
        if field is None or not field.required:
            return {}
        if isinstance(field.type, ir.Nullable):
            return {"end": None}
        kinds = (ir.ScalarKind.INTEGER, ir.ScalarKind.NUMBER)
        is_number = any(
            isinstance(part, ir.Scalar) and part.kind in kinds
            for part in possible_types(self._api, field.type)
        )
        return {"end": 0 if is_number else ""}

    def _limit(self, operation: ir.Operation, name: str) -> JsonObject:
        default = default_argument(self._api, operation, name)
        return {"limit": _keys(name), **({"default_limit": default} if default else {})}


def _argument(argument: Argument, implicit_headers: frozenset[str]) -> JsonObject:
    found: JsonObject = {"place": str(argument.location)}
    if not argument.is_whole_body and argument.location != "content_type":
        found["name"] = argument.field.name
    if argument.serialization is not None:
        found["style"] = str(argument.serialization.style)
        if argument.serialization.explode:
            found["explode"] = True
    if (
        argument.location is ArgumentLocation.HEADER
        and argument.field.name.lower() in implicit_headers
    ):
        found["implicit"] = True
    return found


def _is_list_at(example: object, keys: Keys) -> bool:
    """Return whether an example has a list at keys."""
    for key in keys:
        example = mapping(example).get(str(key))
    return is_list(example)


def _keys(name: str) -> list[str | int]:
    """Return the keys of an argument of paging: a name, or a pointer into the body."""
    return [*pointer_keys(name)] if name.startswith("/") else [name]


def _concrete(media_type: str, kind: ir.MediaKind) -> str:
    """Return a media type of a media range (RFC 9110, 12.5.1)."""
    if "*" not in media_type:
        return media_type
    if kind.is_data:
        return ""
    name, _, _ = media_type.partition("/")
    return _MEDIA_TYPES.get(name, "application/octet-stream")


_MEDIA_TYPES = {
    "audio": "audio/mpeg",
    "font": "font/woff2",
    "image": "image/png",
    "text": "text/plain",
    "video": "video/mp4",
}


def _statuses(response: ExampleResponse) -> tuple[str, str]:
    return response.status, f"{response.status[:1]}XX"


def _content_of(success: ir.Success, response: ExampleResponse) -> ir.Content | None:
    """Return the content that clients read a response as; None if all have one encoding."""
    for status, contents in success.contents:
        for content in contents if str(status) in _statuses(response) else ():
            if response.media_type in content.media_types:
                return content
    return None


def _type_of(
    success: ir.Success, response: ExampleResponse, content: ir.Content | None
) -> ir.Type | None:
    """Return the type that clients read the body of a response as."""
    if content is not None:
        return content.type
    types = {str(status): type_ for status, type_ in success.types_by_status}
    found = (types[s] for s in _statuses(response) if s in types)
    return next(found, success.type)


def _successful(
    operation: ir.Operation, responses: tuple[ExampleResponse, ...]
) -> ExampleResponse | None:
    """Return the response that is the result of an operation; None if it has none."""
    success = operation.success
    accepted = [part.strip() for part in success.accept.split(",")]
    bare = {*map(bare_media_type, accepted)}

    def rank(response: ExampleResponse) -> tuple[bool, bool, bool, bool, str]:
        status = response.status
        return (
            status == "202" and operation.polling is not None,
            bare_media_type(response.media_type) not in bare,
            response.media_type not in accepted,
            not response.is_found,
            status if status.isdigit() else f"~{status}",
        )

    found = [
        r
        for r in responses
        if r.status[:1] == "2"
        or (r.status in success.redirects and success.type is None)
    ]
    if not found and success.type is not None:
        found = [r for r in responses if r.status == "default"]
    return min(found, key=rank, default=None)
