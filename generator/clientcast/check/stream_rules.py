"""Where a document describes items one by one that are not read so (OpenAPI 3.2, `itemSchema`)."""

from clientcast.check.walk import Walk
from clientcast.openapi import STREAM_FORMATS, bare_media_type
from clientcast.plain import mapping
from clientcast.source import escape


def check_streams(walk: Walk) -> None:
    """Warn of each `itemSchema` that says nothing to a client."""
    for kind, effect in (
        ("Response", "the method returns all of it"),
        ("RequestBody", "the method takes all of it"),
        ("Parameter", "the method takes all of it"),
    ):
        for pointer, holder in walk.objects(kind):
            for name, media_type in mapping(holder.get("content")).items():
                is_read = kind == "Response" and bare_media_type(name) in STREAM_FORMATS
                if "itemSchema" in mapping(media_type) and not is_read:
                    walk.warn(
                        f"{pointer}/content/{escape(name)}/itemSchema",
                        "unused-items",
                        f"{effect}, and not item by item",
                        "answers are read so that are " + ", ".join(_ITEM_MEDIA_TYPES),
                        at_key=True,
                    )


_ITEM_MEDIA_TYPES = ("text/event-stream", "application/jsonl", "application/json-seq")
