"""Rules against injection: texts that become part of a request line or header.

None of them may end a header, add one, or change the target of the request.
"""

import re
from typing import Any

from clientcast.check.walk import Walk, shorten
from clientcast.plain import mapping
from clientcast.references import segments
from clientcast.source import escape

_CONTROL = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029]")
_NON_TOKEN_CHARACTER = re.compile(r"[^!#$%&'*+.^_`|~0-9A-Za-z-]")
"""A character that no method and no field name may have (RFC 9110, section 5.6.2)."""
_NON_FIELD_VALUE_CHARACTER = re.compile(r"[^\x20-\x7e]")
_RESERVED_HEADERS = frozenset(
    {
        "connection",
        "content-length",
        "host",
        "keep-alive",
        "proxy-authorization",
        "proxy-connection",
        "te",
        "trailer",
        "transfer-encoding",
        "upgrade",
    }
)
"""Fields that frame or route a message, or belong to one connection (RFC 9110, sections 7.2,
7.6.1 and 11.7.2; RFC 9112, section 6)."""


def check_injection(walk: Walk) -> None:
    """Report texts that would end a header, add one, or change the target of a request."""
    for pointer, _ in walk.objects("Operation"):
        *_, place, method = segments(pointer)
        match = _NON_TOKEN_CHARACTER.search(method)
        if place == "additionalOperations" and match:
            message = f"a method cannot have {_quote_character(match)}"
            walk.report(pointer, "bad-method", message, "remove it", at_key=True)
    for pointer, parameter in walk.objects("Parameter"):
        if parameter.get("in") == "cookie":
            _check_text(walk, f"{pointer}/name", parameter.get("name"), "a cookie")
    for pointer, scheme in walk.objects("SecurityScheme"):
        if scheme.get("in") in ("query", "cookie"):
            _check_text(walk, f"{pointer}/name", scheme.get("name"), "an API key")
        options = mapping(scheme.get("x-client"))
        for place, value in (
            (f"{pointer}/scheme", scheme.get("scheme")),
            (f"{pointer}/x-client/prefix", options.get("prefix")),
        ):
            match = (
                _NON_FIELD_VALUE_CHARACTER.search(value)
                if isinstance(value, str)
                else None
            )
            if match:
                message = (
                    f"the prefix of a credential cannot have {_quote_character(match)}"
                )
                walk.report(place, "bad-header-value", message, "remove it")
    for kind in ("Parameter", "Header", "RequestBody", "Response"):
        for pointer, holder in walk.objects(kind):
            _check_content(walk, f"{pointer}/content", mapping(holder.get("content")))


def has_control_character(text: str) -> bool:
    """Return whether text has a control character or any other line break."""
    return _CONTROL.search(text) is not None


def is_reserved_header(name: str) -> bool:
    """Return whether only the HTTP client may set a header, such as Content-Length."""
    return name.strip().lower() in _RESERVED_HEADERS


def _check_content(walk: Walk, pointer: str, content: dict[str, Any]) -> None:
    """Report media types, of a body or of its parts, that have a control character."""
    for name, media_type in content.items():
        place = f"{pointer}/{escape(name)}"
        _check_text(walk, place, name, "a media type", at_key=True)
        encoding = mapping(mapping(media_type).get("encoding"))
        for part, options in encoding.items():
            where = f"{place}/encoding/{escape(part)}/contentType"
            _check_text(
                walk, where, mapping(options).get("contentType"), "a media type"
            )


def _check_text(
    walk: Walk, pointer: str, value: Any, what: str, *, at_key: bool = False
) -> None:
    match = _CONTROL.search(value) if isinstance(value, str) else None
    if match:
        message = f"{what} cannot have {_quote_character(match)}"
        walk.report(pointer, "bad-header-value", message, "remove it", at_key=at_key)


def _quote_character(match: re.Match[str]) -> str:
    return f"'{shorten(match[0])}'"
