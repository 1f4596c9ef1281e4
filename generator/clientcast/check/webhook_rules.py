"""Rules for `webhooks` of the document's `x-client`."""

import re
from typing import Any

from clientcast.check.walk import Walk, shorten
from clientcast.plain import mapping

_PLACEHOLDER = re.compile(r"\{([^{}]*)\}")
_PLACEHOLDERS = ("body", "timestamp", "id")
_HEADERS = ("header", "timestamp", "id")
_HEADER_NAME = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
"""A header name (RFC 9110, section 5.6.2)."""


def check_webhook_options(walk: Walk) -> None:
    """Report mistakes in how webhooks are signed."""
    for pointer, options in walk.objects("WebhookOptions"):
        if not mapping(walk.document.data).get("webhooks"):
            walk.report(
                pointer,
                "bad-option",
                "'webhooks' has no effect: the document has no webhooks",
                "remove it, or describe the webhooks (OpenAPI 3.1)",
            )
        for name in _HEADERS:
            _check_header(walk, f"{pointer}/{name}", options.get(name))
        _check_signed(walk, pointer, options)


def _check_header(walk: Walk, pointer: str, name: Any) -> None:
    if isinstance(name, str) and not _HEADER_NAME.fullmatch(name):
        walk.report(
            pointer,
            "bad-option",
            f"'{shorten(name)}' is not the name of a header",
            "write a name such as 'X-Signature'",
        )


def _check_signed(walk: Walk, pointer: str, options: dict[str, Any]) -> None:
    signed = options.get("signed", "{body}")
    if not isinstance(signed, str):
        return
    names = _PLACEHOLDER.findall(signed)
    unknown = next((name for name in names if name not in _PLACEHOLDERS), None)
    if unknown is not None:
        walk.report(
            f"{pointer}/signed",
            "bad-option",
            f"'signed' cannot have '{{{shorten(unknown)}}}'",
            "the placeholders are {body}, {timestamp} and {id}",
        )
    elif "body" not in names:
        walk.report(
            f"{pointer}/signed",
            "bad-option",
            "'signed' has no '{body}', so that any body would be accepted",
            "write '{body}' where the signed text has the body",
        )
    for name in ("timestamp", "id"):
        is_signed, has_header = name in names, isinstance(options.get(name), str)
        if is_signed and not has_header:
            walk.report(
                f"{pointer}/signed",
                "bad-option",
                f"'signed' has '{{{name}}}', but no header is given for it",
                f"add '{name}', the name of its header",
            )
        if has_header and not is_signed:
            walk.report(
                f"{pointer}/{name}",
                "bad-option",
                f"'{name}' is not signed, so that anybody could change it",
                f"write '{{{name}}}' in 'signed', or remove '{name}'",
            )
    if "timestamp_prefix" in options and "timestamp" not in options:
        walk.report(
            f"{pointer}/timestamp_prefix",
            "bad-option",
            "'timestamp_prefix' has no effect without 'timestamp'",
            "add 'timestamp', the name of the header",
        )
