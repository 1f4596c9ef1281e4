"""An operation with its arguments as a value, and the HTTP request that it becomes."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from functools import lru_cache
from types import UnionType
from typing import Any, Generic, TypeVar
from urllib.parse import quote, unquote

import httpx2
import msgspec

from .body import ENCODINGS
from .errors import PaginationError
from .links import resolved
from .model import UNSET
from .polling import Polling
from .security import Scheme, Security
from .values import is_array, is_object, is_sequence

T = TypeVar("T")

_PLACEHOLDER = re.compile(r"\{([^{}]+)\}")
_HEADERS = {
    "Accept": "application/json",
    "Accept-Encoding": ENCODINGS,
    "User-Agent": "clientcast",
}
_OWN_HEADERS = frozenset(
    {
        "accept-encoding",
        "authorization",
        "connection",
        "content-encoding",
        "content-length",
        "content-type",
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
_NO_VALUE = "has a line break or another character that a header cannot have"
_WITH_LENGTH = frozenset({"POST", "PUT", "PATCH"})
"""Methods that say the length of their body even where there is none (RFC 9110, section 8.6)."""
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")
_LONGEST_CONNECT = 5.0
_LONGEST_URL = 65_535
_TOKEN = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
"""The name of a header (RFC 9110, section 5.6.2)."""

NO_HEADERS: Mapping[str, str] = {}

_encoder = msgspec.json.Encoder()


class _Null:
    """Stands for a JSON null that is to be sent."""


_NULL = _Null()


# No slots: typing sets an attribute on Call[...](...), or fails.
@dataclass(frozen=True)
class Call(Generic[T]):
    """One call of an operation.

    Attributes:
        method: The HTTP method.
        route: The path with its parameters in braces, as the API's description has it.
        returns: What the body of success is read as; NoneType for no body.
        path, query, header, cookie: Arguments by their name on the wire; None is not sent.
        json: The request body; None for no body. Of an object, members that are None are not
            sent, see `nullable`.
        security: What the operation wants to be sent with.
        errors: What the body of an error status is read as, where it is not the client's
            usual one.
        retry_safe: Whether it may be repeated without harm, although its method says
            nothing of that.
        polling: Where the answer will be of a call that is accepted to be finished later.
        other_routes: Routes that the route becomes with some argument, and that are other
            operations; such an argument is refused.
        link: An address that the server gave, in place of that of route and query.
    """

    method: str
    route: str
    returns: type[T] | UnionType
    path: Mapping[str, object] = field(default_factory=dict[str, object], repr=False)
    query: Mapping[str, object] = field(default_factory=dict[str, object], repr=False)
    header: Mapping[str, object] = field(default_factory=dict[str, object], repr=False)
    cookie: Mapping[str, object] = field(default_factory=dict[str, object], repr=False)
    json: object = field(default=None, repr=False)
    security: Security = ()
    errors: Mapping[int, Any] = field(default_factory=dict[int, Any])
    retry_safe: bool = False
    polling: Polling | None = None
    other_routes: tuple[str, ...] = ()
    link: str | None = field(default=None, repr=False)

    def __str__(self) -> str:
        return f"{self.method} {self.route}"

    def argument(self, name: str) -> str | int | None:
        """A query parameter, or member of its JSON body, that says where a page begins."""
        body = self.json if is_object(self.json) else {}
        value = self.query.get(name, body.get(name))
        return value if isinstance(value, str | int) else None

    def with_argument(self, name: str, value: object) -> Call[T]:
        """The same call with another query parameter, or member of its JSON body."""
        if name in self.query:
            return replace(self, query={**self.query, name: value})
        body = self.json if is_object(self.json) else {}
        return replace(self, json={**body, name: value})


def nullable(value: object) -> object:
    """A member of a JSON body for which None is null, and UNSET is not sent."""
    return _NULL if value is None else value


def unless_empty(members: Mapping[str, object]) -> dict[str, object] | None:
    """An optional JSON body: no body at all where no member is given."""
    given = {name: value for name, value in members.items() if _is_given(value)}
    return given or None


def idempotency_header(call: Call[Any]) -> str | None:
    """What the operation calls its `Idempotency-Key`, None where it takes none."""
    names = (name for name in call.header if name.lower() == "idempotency-key")
    return next(names, None)


class _Request(httpx2.Request):
    """A request that shows no address, which has ids in it."""

    def __repr__(self) -> str:
        return f"<Request {self.method}>"


def build_request(
    call: Call[Any],
    base_url: str,
    held: Mapping[Scheme, str],
    timeout: float,
    extra_headers: Mapping[str, str] = NO_HEADERS,
) -> httpx2.Request:
    """The HTTP request of a call.

    Args:
        call: The operation and its arguments.
        base_url: What goes before the route, with no slash at its end.
        held: The credentials that it is sent with.
        timeout: Seconds, as httpx2 counts them.
        extra_headers: Sent too, and in place of the usual `Accept` and `User-Agent`.

    Raises:
        ValueError: An argument could not be sent as what it is meant to be.
        PaginationError: The link leads to another server.
    """
    query = []
    if call.link is None:
        query = [(k, v) for k, value in call.query.items() for v in _texts(value)]
    headers = {**_HEADERS, **extra_headers}
    for name, value in call.header.items():
        if _is_given(value):
            headers[name] = _header_value(name, ",".join(_texts(value)))
    cookies = [(k, v) for k, value in call.cookie.items() for v in _texts(value)]
    for scheme, secret in held.items():
        value = scheme.prefix + secret
        if scheme.location == "header":
            headers[scheme.name] = value
        elif scheme.location == "query":
            query.append((scheme.name, value))
        else:
            cookies.append((scheme.name, value))
    if cookies:
        own = [headers["Cookie"]] if "Cookie" in headers else []
        pairs = own + [f"{name}={quote(value, safe='')}" for name, value in cookies]
        headers["Cookie"] = "; ".join(pairs)
    content = b""
    if call.json is not None:
        content = _encoder.encode(_sendable(_members(call.json)))
        headers["Content-Type"] = "application/json"
    if content or call.method in _WITH_LENGTH:
        headers["Content-Length"] = str(len(content))
    url = httpx2.URL(_url(call, base_url, query))
    wait = {"connect": min(timeout, _LONGEST_CONNECT)}
    wait |= dict.fromkeys(("read", "write", "pool"), timeout)
    # Of a stream httpx2 takes the headers as they are; to add its own takes it long.
    request = _Request(
        call.method,
        url,
        headers={"Host": url.netloc.decode("ascii"), **headers},
        stream=httpx2.ByteStream(content),
        extensions={"timeout": wait},
    )
    request.read()
    return request


def problem_of_headers(headers: Mapping[str, str]) -> str:
    """Why headers of the caller's cannot be sent, empty where they can.

    One may have a character that a header cannot have, or be the client's own to set
    (RFC 9112, section 6; credentials go where the client takes them).
    """
    for name, value in headers.items():
        if not _TOKEN.fullmatch(name):
            return "the name of a header has a character that it cannot have"
        if name.lower() in _OWN_HEADERS:
            return f"{name} is no header that a caller can set"
        if not _is_header_value(value):
            return f"{name} {_NO_VALUE}"
    return ""


def _url(call: Call[Any], base_url: str, query: list[tuple[str, str]]) -> str:
    url = base_url + _path(call)
    if call.link is not None:
        link = resolved(call.link, url, base_url)
        if link is None:
            raise PaginationError(f"the pages of {call} lead to another server")
        url = link
    if query:
        url += "&" if "?" in url else "?"
        url += "&".join(f"{quote(k, safe='')}={quote(v, safe='')}" for k, v in query)
    if len(url) > _LONGEST_URL:
        raise ValueError(f"{call}: its arguments make a URL that is too long")
    return url


def _path(call: Call[Any]) -> str:
    pieces = list(_pieces(call.route))
    pieces[1::2] = [_segment(call, name) for name in pieces[1::2]]
    path = "".join(pieces)
    for other in call.other_routes:
        if _matches(path, other):
            raise ValueError(
                f"{call} with this argument would be {call.method} {other}"
            )
    return path


@lru_cache(maxsize=4096)
def _pieces(route: str) -> list[str]:
    """A route cut at its parameters: every other piece is the name of one."""
    return _PLACEHOLDER.split(route)


def _segment(call: Call[Any], name: str) -> str:
    value = ",".join(_texts(call.path[name]))
    if unquote(value).strip() in ("", ".", ".."):
        raise ValueError(f"{name} of {call} may not be empty, '.' or '..'")
    if _CONTROL.search(value):
        raise ValueError(f"{name} of {call} may not have control characters")
    return quote(value, safe="")


def _matches(path: str, route: str) -> bool:
    """Whether a path is one that a route describes."""
    parts, wanted = path.split("/"), route.split("/")
    return len(parts) == len(wanted) and all(
        part == name or _PLACEHOLDER.fullmatch(name)
        for part, name in zip(parts, wanted, strict=True)
    )


def _members(value: object) -> object:
    if not is_object(value):
        return value
    return {
        name: None if member is _NULL else member
        for name, member in value.items()
        if _is_given(member)
    }


def _is_given(value: object) -> bool:
    return value is not None and value is not UNSET


def _texts(value: object) -> Iterator[str]:
    """A value as the texts that a URL or a header carries; none for one that is not given."""
    if isinstance(value, str):
        yield str(value)
    elif isinstance(value, bool):
        yield "true" if value else "false"
    elif isinstance(value, datetime):
        yield _instant(value).isoformat().replace("+00:00", "Z")
    elif isinstance(value, date):
        yield value.isoformat()
    elif is_sequence(value):
        for item in value:
            yield from _texts(item)
    elif _is_given(value):
        yield str(value)


def _instant(value: datetime) -> datetime:
    if value.tzinfo is None:
        raise ValueError(
            "a datetime without a time zone says no moment: add its tzinfo"
        )
    return value.astimezone(UTC)


def _sendable(value: object) -> object:
    """A body as plain data, with each of its moments known (RFC 3339, section 4.4)."""
    plain: object = msgspec.to_builtins(value, builtin_types=(datetime,))

    def known(part: object) -> object:
        if isinstance(part, datetime):
            return _instant(part)
        if is_object(part):
            return {name: known(member) for name, member in part.items()}
        return [known(member) for member in part] if is_array(part) else part

    return known(plain)


def _header_value(name: str, value: str) -> str:
    if not _is_header_value(value):
        raise ValueError(f"{name} {_NO_VALUE}")
    return value


def _is_header_value(value: str) -> bool:
    return value.isascii() and value.isprintable() and value == value.strip()
