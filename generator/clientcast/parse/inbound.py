"""Reads what an API sends by itself: the bodies of webhooks and callbacks."""

from collections.abc import Iterator

from clientcast import ir
from clientcast.parse.contents import Contents
from clientcast.parse.context import Context
from clientcast.parse.operations import methods_of, path_items
from clientcast.plain import mapping, text
from clientcast.references import Found


def read_inbound(context: Context, contents: Contents) -> Iterator[ir.Type]:
    """The types of all bodies that the API sends by itself (OpenAPI 3.1, 4.8.18)."""
    root = Found("", context.document.data)
    for name, item in context.entries(context.child(root, "webhooks")):
        yield from _bodies(context, contents, item, name)
    for _, path_item in path_items(context):
        for _, operation in methods_of(path_item):
            for name, callback in context.entries(
                context.child(operation, "callbacks")
            ):
                for item in context.items(callback):
                    yield from _bodies(context, contents, item, name)


def _bodies(
    context: Context, contents: Contents, path_item: Found, name: str
) -> Iterator[ir.Type]:
    for _, operation in methods_of(path_item):
        hint = text(mapping(operation.value).get("operationId")) or name
        body = context.child(operation, "requestBody")
        content = contents.received(body, (hint, "request"))
        if content is not None:
            yield content.type
