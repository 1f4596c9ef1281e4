"""Calls (an operation with its arguments) and the HTTP requests built from them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache
from math import inf
from types import UnionType
from typing import Any, Generic, Literal, Protocol, TypeVar, cast
from urllib.parse import unquote

import httpx2
import msgspec

from ..codec.body_readers import Table
from ..codec.multipart import bytes_only, multipart_body
from ..codec.request_body import form_body, json_body
from ..codec.styles import encode_header, encode_query, encode_segment, is_given
from ..errors import PaginationError
from ..wire.lazy_messages import LazyRequest, RequestParts
from ..wire.request_url import request_url
from ..wire.response_body import ACCEPTED_ENCODINGS, DecodedResponse
from .links import resolve_link
from .security import Scheme, Security

T = TypeVar("T")

_PLACEHOLDER = re.compile(r"\{([^{}]+)\}")
DEFAULT_HEADERS = {
    "Accept-Encoding": ACCEPTED_ENCODINGS,
    "User-Agent": "clientcast",
}
_RESERVED_HEADERS = frozenset(
    {
        "accept-encoding",
        "connection",
        "content-encoding",
        "content-length",
        "cookie",
        "expect",
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
_INVALID_VALUE = "has a line break or another character that a header cannot have"
_METHODS_WITH_LENGTH = frozenset({"POST", "PUT", "PATCH", "QUERY"})
"""Methods whose requests have `Content-Length` even without a body (RFC 9110, section 8.6)."""
_CONTROL_CHARACTER = re.compile(r"[\x00-\x1f\x7f]")
_PLAIN_SEGMENT = re.compile(r"[A-Za-z0-9_~-][A-Za-z0-9_~.-]*")
"""A path segment that is sent as it is."""
_MAX_CONNECT_SECONDS = 5.0
_MAX_URL_LENGTH = 65_535
_HEADER_NAME = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
"""A header name (RFC 9110, section 5.6.2)."""

ANYTHING = cast("type[Any]", Any)
"""The type of a response of any shape: not every type checker accepts `Any` as a class."""


class PollRoute(Protocol):
    """Polling for the result of a call that the server accepted with 202."""

    def parse_request_id(self, call: Call[Any], response: DecodedResponse) -> str:
        """Return the id by which the server knows the call.

        Raises:
            ResponseValidationError: If the 202 response has none.
        """
        ...

    def poll(self, call: Call[T], request_id: str) -> Call[T]:
        """Return the call that asks for the result of another call."""
        ...


class Call(msgspec.Struct, Generic[T], frozen=True, eq=False):
    """An operation with its arguments.

    Attributes:
        method: The HTTP method.
        route: The path template, such as `/sessions/{id}`.
        returns: The type of a successful response; NoneType for no body.
        path, query, header, cookie: Arguments by parameter name; None is not sent.
        json: The JSON request body, sent as it is; None for no body. See `nullable` for a body
            that is null, and `given_properties` for one that is made from arguments.
        form, multipart, content: A request body of another kind: the properties of a form,
            those of a multipart form, or bytes or text sent unchanged. Content that is read
            while it is sent needs the encoder of `uploads`.
        content_type: The media type of the request body if its kind does not determine it.
        accept: The `Accept` header.
        response_format: The format of a successful response. Events, lines and sequences are
            streams, see `stream_decoder`; an undescribed body is read by its `Content-Type`.
        by_status: Types of successful responses that differ from `returns`, by status or by
            the range `2XX`; None for a body that is not described. Only redirects that are
            listed here are results; None is then the result.
        contents: How the bodies of responses are read that are not all of one form: by status,
            range or `default`, then by media type or media range, a reader of
            `codec.body_readers` and its type. Empty if all are read by `response_format`.
        error_contents: How the bodies of errors are read that are XML, as `contents`.
        by_event: Types of the data of events by event type, and of an empty one for all others;
            empty if all are `returns`.
        security: The security requirements of the operation.
        credentials: Arguments that are sent in place of the client's credentials; None for the
            client's.
        scopes: The OAuth 2.0 scopes that the operation needs, for schemes whose tokens are fetched.
        errors: Types of error bodies that differ from the API's usual one: by status, by
            range such as `4XX`, or by `default`.
        retry_safe: Whether the operation is idempotent although its method is not.
        polling: How to poll for the result of a 202 response; None if that never comes.
        excluded_routes: Routes of other operations that the path must not match, such as
            `/users/me` for `/users/{id}`; an argument that makes it match is refused.
        server: The URL of the operation's own server; empty for the client's server.
        link: A URL from a response, in place of route and query; None for none.
        target: The URL that a redirect leads to, in place of server, route and query; None for
            none.
    """

    method: str
    route: str
    returns: type[T] | UnionType
    path: Mapping[str, object] = {}
    query: Mapping[str, object] = {}
    header: Mapping[str, object] = {}
    cookie: Mapping[str, object] = {}
    json: object = None
    form: object = None
    multipart: object = None
    content: object = None
    content_type: str = ""
    accept: str = "application/json"
    response_format: Literal[
        "json", "text", "bytes", "events", "lines", "sequence", "undescribed"
    ] = "json"
    by_status: Mapping[int | str, Any] = {}
    contents: Mapping[int | str, Table] = {}
    error_contents: Mapping[int | str, Table] = {}
    by_event: Mapping[str, Any] = {}
    security: Security = ()
    credentials: Mapping[Scheme, str | None] = {}
    scopes: Mapping[Scheme, tuple[str, ...]] = {}
    errors: Mapping[int | str, Any] = {}
    retry_safe: bool = False
    polling: PollRoute | None = None
    excluded_routes: tuple[str, ...] = ()
    server: str = ""
    link: str | None = None
    target: str | None = None

    def __str__(self) -> str:
        return f"{self.method} {self.route}"

    def __repr__(self) -> str:
        return f"<Call {self}>"  # Without the arguments, which may be secrets.


def idempotency_header(call: Call[Any]) -> str | None:
    """Return the operation's spelling of `Idempotency-Key`; None if it has no such header."""
    for name in call.header:
        if name.lower() == "idempotency-key":
            return name
    return None


NO_HEADERS: Mapping[str, str] = {}


class BodyStream(Protocol):
    """Request body that is read while it is sent: a stream of httpx2."""

    @property
    def length(self) -> int | None:
        """The number of bytes; None if it is unknown."""
        ...


class BodyEncoder(Protocol):
    """Encoder of the request bodies of one call."""

    def encode(self, call: Call[Any]) -> tuple[bytes | BodyStream, str]:
        """Return the body of the next attempt, and its media type; both empty for no body."""
        ...

    def may_stream(self, call: Call[Any]) -> bool:
        """Return whether the body of a call may be read while it is sent."""
        ...

    @property
    def failure(self) -> Exception | None:
        """The error that reading the last body raised; None for none."""
        ...

    @property
    def repeat_problem(self) -> str:
        """The reason why the last body cannot be sent again; empty if it can."""
        ...


class BytesEncoder:
    """Encoder of request bodies that are in memory."""

    failure = None
    repeat_problem = ""

    def encode(self, call: Call[Any]) -> tuple[bytes | BodyStream, str]:
        return encode_body(call)

    def may_stream(self, call: Call[Any]) -> bool:
        return False


BYTES_ENCODER = BytesEncoder()


def bytes_encoder() -> BodyEncoder:
    """Return the encoder of request bodies that are in memory, which has no state."""
    return BYTES_ENCODER


def build_request(
    call: Call[Any],
    base_url: str,
    credentials: Mapping[Scheme, str],
    timeout: float,
    api_headers: Mapping[str, str] = NO_HEADERS,
    encoder: BodyEncoder = BYTES_ENCODER,
    attempt: int = 1,
) -> httpx2.Request:
    """Build the HTTP request of a call.

    Args:
        call: The operation and its arguments.
        base_url: The URL that the route is appended to, without a trailing slash.
        credentials: The secrets to send, by security scheme.
        timeout: Timeout of httpx2 in seconds; infinity for none.
        api_headers: Headers that are sent unless the call has them.
        encoder: The encoder of the body.
        attempt: The number of the request among those of the call, from 1.

    Raises:
        ValueError: If an argument cannot be sent.
        PaginationError: If the link leaves the server.
    """
    query: list[str] = []
    if call.query and call.link is None:
        query = [pair for k, v in call.query.items() for pair in encode_query(k, v)]
    headers = {"Accept": call.accept, **DEFAULT_HEADERS, **api_headers}
    for name, value in call.header.items():
        if is_given(value):
            text = encode_header(name, value)
            if text is not None:
                headers[_known_name(name, headers)] = _checked_header_value(name, text)
    cookies: list[str] = []
    if call.cookie:
        cookies += [pair for k, v in call.cookie.items() for pair in encode_query(k, v)]
    for scheme, secret in credentials.items():
        if scheme.location == "header":
            headers[_known_name(scheme.name, headers)] = scheme.value(secret)
        elif scheme.location == "query":
            query.extend(encode_query(scheme.name, scheme.value(secret)))
        else:
            cookies.extend(encode_query(scheme.name, scheme.value(secret)))
    if cookies:
        existing = [headers["Cookie"]] if "Cookie" in headers else []
        headers["Cookie"] = "; ".join(existing + cookies)
    content, content_type = encoder.encode(call)
    if content_type:
        headers["Content-Type"] = content_type
    if isinstance(content, bytes):
        length = len(content) if content else None
    else:
        length = content.length
    if length is not None or not content and call.method in _METHODS_WITH_LENGTH:
        headers["Content-Length"] = str(length or 0)
    elif content:
        headers["Transfer-Encoding"] = "chunked"
    url = request_url(_build_url(call, base_url, query), base_url)
    seconds = None if timeout == inf else timeout
    connect = None if seconds is None else min(seconds, _MAX_CONNECT_SECONDS)
    timeouts = {"connect": connect, "read": seconds, "write": seconds, "pool": seconds}
    return LazyRequest(
        RequestParts(
            call.method,
            url,
            [("Host", url.host), *headers.items()],
            cast("bytes | httpx2.SyncByteStream | httpx2.AsyncByteStream", content),
            {"timeout": timeouts, "route": call.route, "attempt": attempt},
        )
    )


def _known_name(name: str, headers: Mapping[str, str]) -> str:
    """Return the spelling of a header name among those that are set, or else the given one."""
    lower_name = name.lower()
    for known in headers:
        if known.lower() == lower_name:
            return known
    return name


def given_headers(headers: Mapping[str, object]) -> dict[str, str]:
    """Return the headers that are not None.

    Raises:
        TypeError: If one is no string.
    """
    given: dict[str, str] = {}
    for name, value in headers.items():
        if isinstance(value, str):
            given[name] = value
        elif value is not None:
            raise TypeError(f"{name} must be a string, or None to send no such header")
    return given


def header_problem(headers: Mapping[str, str]) -> str:
    """Return why headers of the user cannot be sent; empty if they can.

    A header is refused if it has an invalid character or is set by the client (RFC 9112,
    section 6).
    """
    for name, value in headers.items():
        if not _HEADER_NAME.fullmatch(name):
            return "a header name has an invalid character"
        if name.lower() in _RESERVED_HEADERS:
            return f"{name} is a header that only the client may set"
        if not _is_header_value(value):
            return f"{name} {_INVALID_VALUE}"
    return ""


def encode_body(call: Call[Any]) -> tuple[bytes, str]:
    """Return a body in memory and its media type; both empty for no body.

    Raises:
        TypeError: If it would be read while it is sent.
    """
    if is_given(call.json):
        return json_body(call.json), call.content_type or "application/json"
    if call.form is not None:
        content_type = call.content_type or "application/x-www-form-urlencoded"
        return form_body(call.form), content_type
    if call.multipart is not None:
        return multipart_body(call.multipart)
    if call.content is None:
        return b"", ""
    if isinstance(call.content, str):
        return call.content.encode("utf-8"), call.content_type
    content = bytes_only(call.content, "body")
    if content is None:
        raise TypeError(
            f"{call}: its body cannot be {type(call.content).__name__}; this client has no"
            " operation that reads bodies while it sends them, pass bytes"
        )
    return content, call.content_type


def _build_url(call: Call[Any], base_url: str, query: list[str]) -> str:
    if call.target is not None:
        url = _without_parameters(call.target, query) if query else call.target
    else:
        url = base_url + _build_path(call)
    if call.target is None and call.link is not None:
        link = resolve_link(call.link, url, base_url)
        if link is None:
            raise PaginationError(f"the next page of {call} is on another server")
        url = _without_parameters(link, query) if query else link
    if query:
        url += "&" if "?" in url else "?"
        url += "&".join(query)
    if len(url) > _MAX_URL_LENGTH:
        raise ValueError(f"{call}: its arguments make a URL that is too long")
    return url


def _without_parameters(url: str, query: list[str]) -> str:
    """Return a URL without the query parameters that another query has too."""
    names = {unquote(pair.partition("=")[0]) for pair in query}
    base, _, own = url.partition("?")
    pairs = [p for p in own.split("&") if unquote(p.partition("=")[0]) not in names]
    return f"{base}?{'&'.join(pairs)}" if any(pairs) else base


def _build_path(call: Call[Any]) -> str:
    parts = list(split_route(call.route))
    parts[1::2] = [_path_segment(call, name) for name in parts[1::2]]
    path = "".join(parts)
    for other in call.excluded_routes:
        if _route_pattern(other).fullmatch(path):
            raise ValueError(
                f"{call} with this argument would be {call.method} {other}"
            )
    return path


@lru_cache(maxsize=4096)
def split_route(route: str) -> list[str]:
    """Split a route at its parameters; every second part is a parameter name."""
    return _PLACEHOLDER.split(route)


def _path_segment(call: Call[Any], name: str) -> str:
    if name not in call.path:
        return _path_segments(call, name.removeprefix("+"))
    return _checked_segment(call, name, call.path[name])


def _path_segments(call: Call[Any], name: str) -> str:
    """Return an argument whose slashes separate segments (RFC 6570, 3.2.3, `{+name}`)."""
    value = call.path[name]
    if not isinstance(value, str):
        return _checked_segment(call, name, value)
    return "/".join(_checked_segment(call, name, part) for part in value.split("/"))


def _checked_segment(call: Call[Any], name: str, value: object) -> str:
    if type(value) is str and _PLAIN_SEGMENT.fullmatch(value):
        return value
    segment = encode_segment(name, value) if is_given(value) else ""
    plain = unquote(segment)
    if unquote(plain).strip() in ("", ".", ".."):
        raise ValueError(f"{name} of {call} may not be empty, '.' or '..'")
    if _CONTROL_CHARACTER.search(plain):
        raise ValueError(f"{name} of {call} may not have control characters")
    return segment


@lru_cache(maxsize=4096)
def _route_pattern(route: str) -> re.Pattern[str]:
    """Return the pattern of the paths that match a route."""
    segments = (
        "[^/]*" if _PLACEHOLDER.fullmatch(segment) else re.escape(segment)
        for segment in route.split("/")
    )
    return re.compile("/".join(segments))


def _checked_header_value(name: str, value: str) -> str:
    if not _is_header_value(value):
        raise ValueError(f"{name} {_INVALID_VALUE}")
    return value


def _is_header_value(value: str) -> bool:
    return value.isascii() and value.isprintable() and value == value.strip()
