"""Rules for `itemSchema`, of which only some are streamed (OpenAPI 3.2, 4.14)."""

from clientcast.check.walk import Walk
from clientcast.openapi import STREAM_FORMATS, bare_media_type
from clientcast.plain import mapping
from clientcast.source import escape


def check_streams(walk: Walk) -> None:
    """Report each `itemSchema` that has no effect."""
    for kind, effect in (
        ("Response", "the method returns the whole body"),
        ("RequestBody", "the method takes the whole body"),
        ("Parameter", "the method takes the whole value"),
    ):
        for pointer, holder in walk.objects(kind):
            for name, media_type in mapping(holder.get("content")).items():
                is_read = kind == "Response" and bare_media_type(name) in STREAM_FORMATS
                if "itemSchema" in mapping(media_type) and not is_read:
                    walk.warn(
                        f"{pointer}/content/{escape(name)}/itemSchema",
                        "unused-items",
                        f"{effect}, not item by item",
                        "responses are streamed if they are "
                        + ", ".join(_ITEM_MEDIA_TYPES),
                        at_key=True,
                    )


_ITEM_MEDIA_TYPES = ("text/event-stream", "application/jsonl", "application/json-seq")
