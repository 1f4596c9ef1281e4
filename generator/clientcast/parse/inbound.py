"""Parsing of webhooks and callbacks."""

from collections.abc import Iterator

from clientcast import ir
from clientcast.parse.contents import ContentReader
from clientcast.parse.context import Context
from clientcast.parse.operations import path_items, path_operations
from clientcast.plain import mapping, text
from clientcast.references import Located


def read_inbound_types(context: Context, contents: ContentReader) -> Iterator[ir.Type]:
    """Yield the types of the bodies of webhooks and callbacks (OpenAPI 3.1, 4.8.18)."""
    root = Located("", context.document.data)
    for name, item in context.entries(context.child(root, "webhooks")):
        yield from _body_types(context, contents, item, name)
    for _, path_item in path_items(context):
        for _, operation in path_operations(path_item):
            for name, callback in context.entries(
                context.child(operation, "callbacks")
            ):
                for item in context.items(callback):
                    yield from _body_types(context, contents, item, name)


def _body_types(
    context: Context, contents: ContentReader, path_item: Located, name: str
) -> Iterator[ir.Type]:
    for _, operation in path_operations(path_item):
        name_hint = text(mapping(operation.value).get("operationId")) or name
        body = context.child(operation, "requestBody")
        content = contents.response_content(body, (name_hint, "request"))
        if content is not None:
            yield content.type
