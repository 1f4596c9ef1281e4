"""Parsing of webhooks and callbacks."""

from collections.abc import Iterable, Iterator
from typing import Any

from clientcast import ir
from clientcast.parse.contents import ContentReader
from clientcast.parse.context import Context
from clientcast.parse.operations import path_items, path_operations
from clientcast.plain import mapping, text
from clientcast.references import Located


def read_callback_types(context: Context, contents: ContentReader) -> Iterator[ir.Type]:
    """Yield the types of the bodies of callbacks (OpenAPI 3.1, 4.8.18)."""
    for _, path_item in path_items(context):
        for _, operation in path_operations(path_item):
            for name, callback in context.entries(
                context.child(operation, "callbacks")
            ):
                for item in context.items(callback):
                    bodies = _body_contents(context, contents, item, name)
                    yield from (content.type for content in bodies)


def read_webhook_bodies(
    context: Context, contents: ContentReader
) -> Iterator[ir.Content]:
    """Yield the bodies of webhooks (OpenAPI 3.1, 4.8.1)."""
    root = Located("", context.document.data)
    for name, item in context.entries(context.child(root, "webhooks")):
        yield from _body_contents(context, contents, item, name)


def webhooks_of(bodies: Iterable[ir.Content], options: Any) -> ir.Webhooks | None:
    """Return the webhooks with JSON bodies; None if there are none.

    Args:
        bodies: The bodies of all webhooks.
        options: The option `webhooks` of the document's `x-client`.
    """
    types = [body.type for body in bodies if body.kind is ir.MediaKind.JSON]
    if not types:
        return None
    members = tuple(dict.fromkeys(_members(types)))
    event = members[0] if len(members) == 1 else ir.UnionOf(members)
    if ir.Anything() in members:
        event = ir.Anything()
    return ir.Webhooks(event, _read_signature(mapping(options)))


def _members(types: Iterable[ir.Type]) -> Iterator[ir.Type]:
    """Yield types, and the members of those that are unions."""
    for type_ in types:
        if isinstance(type_, ir.UnionOf):
            yield from _members(type_.members)
        else:
            yield type_


def _read_signature(options: dict[str, Any]) -> ir.WebhookSignature | None:
    if not options:
        return None
    return ir.WebhookSignature(
        header=text(options.get("header")),
        algorithm=text(options.get("algorithm")) or "sha256",
        encoding=text(options.get("encoding")) or "hex",
        prefix=text(options.get("prefix")),
        signed=text(options.get("signed")) or "{body}",
        timestamp=text(options.get("timestamp")),
        timestamp_prefix=text(options.get("timestamp_prefix")),
        id=text(options.get("id")),
    )


def _body_contents(
    context: Context, contents: ContentReader, path_item: Located, name: str
) -> Iterator[ir.Content]:
    for _, operation in path_operations(path_item):
        name_hint = text(mapping(operation.value).get("operationId")) or name
        body = context.child(operation, "requestBody")
        yield from contents.response_contents(body, (name_hint, "request"))[:1]
