"""The example responses of operations, and the examples of models."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from msgspec import Struct
from msgspec.structs import replace

from clientcast.examples.values import ExampleMaker, NoExampleError
from clientcast.openapi import (
    STREAM_FORMATS,
    bare_media_type,
    is_json,
    is_xml,
    without_variant,
)
from clientcast.plain import is_list, is_mapping, mapping
from clientcast.references import follow, lookup, resolve_path_item, segments


class ExampleResponse(Struct, frozen=True):
    """The example of one body of a response.

    Attributes:
        status: The status, a range such as `4XX`, or `default`.
        media_type: The media type; empty for a response without a body.
        value: The body as plain data, also of XML; a text for a body that is neither.
        is_found: Whether the body has an example.
    """

    status: str
    media_type: str = ""
    value: Any = None
    is_found: bool = False


class ExampleValues(Struct, frozen=True):
    """The example values of an API.

    Attributes:
        responses: The responses of each operation, by its pointer.
        models: The value of each record, by its pointer, with required properties only.
    """

    responses: Mapping[str, tuple[ExampleResponse, ...]]
    models: Mapping[str, Any]


class Examples(Struct, frozen=True):
    """The example values of a document, which are looked up or made on request.

    Attributes:
        data: The document.
    """

    data: object

    def find(
        self, operations: Iterable[str], records: Mapping[str, bool]
    ) -> ExampleValues:
        """Return the example values of an API.

        Args:
            operations: The pointers of operations, as in `ir.Operation`.
            records: The pointers of records, and whether each is in responses.
        """
        data, maker = self.data, ExampleMaker(self.data)
        bases = dict.fromkeys(map(without_variant, operations))
        models: dict[str, object] = {}
        for pointer, is_response in records.items():
            try:
                schema = lookup(data, without_variant(pointer))
                models[pointer] = maker.value(
                    schema, is_response=is_response, required_only=True
                )
            except (LookupError, NoExampleError):
                continue
        shared: dict[int, list[ExampleResponse]] = {}
        responses = {p: tuple(_responses(maker, data, p, shared)) for p in bases}
        return ExampleValues(responses, models)


def _responses(
    maker: ExampleMaker,
    data: object,
    pointer: str,
    shared: dict[int, list[ExampleResponse]],
) -> Iterator[ExampleResponse]:
    _, path, *rest = segments(pointer)
    operation: Any = resolve_path_item(
        data, mapping(mapping(data).get("paths")).get(path)
    )
    for segment in rest:
        operation = mapping(operation).get(segment)
    for status, response in mapping(mapping(operation).get("responses")).items():
        response = follow(data, "", response).value
        if id(response) in shared:
            yield from (replace(e, status=str(status)) for e in shared[id(response)])
            continue
        found = shared[id(response)] = []
        content = mapping(mapping(response).get("content"))
        if not content:
            found.append(ExampleResponse(str(status)))
        for name, media_type in content.items():
            media_type = follow(data, "", media_type).value
            if is_mapping(media_type):
                found.append(_response(maker, data, str(status), name, media_type))
        yield from found


def _response(
    maker: ExampleMaker,
    data: object,
    status: str,
    name: str,
    media_type: dict[str, Any],
) -> ExampleResponse:
    essence = bare_media_type(name)
    if essence in STREAM_FORMATS:
        return ExampleResponse(status, name)
    if is_xml(essence):
        found = _data_example(maker, data, status, name, media_type)
        if found.is_found and not isinstance(found.value, str):
            return found
    if not (is_json(essence) or "*" in essence):
        example = next(_documented(data, media_type), "")
        text = example if isinstance(example, str) else ""
        return ExampleResponse(status, name, text, True)
    return _data_example(maker, data, status, name, media_type)


def _data_example(
    maker: ExampleMaker,
    data: object,
    status: str,
    name: str,
    media_type: dict[str, Any],
) -> ExampleResponse:
    schema = media_type.get("schema", True)
    for example in _documented(data, media_type):
        if maker.accepts_documented(schema, example):
            return ExampleResponse(status, name, example, True)
    try:
        return ExampleResponse(status, name, maker.value(schema), True)
    except NoExampleError:
        return ExampleResponse(status, name)


def _documented(data: object, media_type: dict[str, Any]) -> Iterator[Any]:
    """Yield the examples of a media type."""
    if "example" in media_type:
        yield media_type["example"]
    examples = media_type.get("examples")
    if is_list(examples):
        yield from examples
    for example in mapping(examples).values():
        found = mapping(follow(data, "", example).value)
        for key in ("dataValue", "value"):
            if key in found:
                yield found[key]
