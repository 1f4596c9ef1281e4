"""An operation with its arguments as a value, and the HTTP request that it becomes."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from types import UnionType
from typing import Any, Generic, TypeVar
from urllib.parse import quote

import httpx2
import msgspec

from .body import ENCODINGS
from .model import UNSET
from .security import Scheme, Security, satisfied, wanted
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
        "host",
        "transfer-encoding",
    }
)
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
        held: The client's credentials; only those that the operation wants are sent.
        timeout: Seconds, as httpx2 counts them.
        extra_headers: Sent too, and in place of the usual `Accept` and `User-Agent`.

    Raises:
        ValueError: An argument could not be sent as what it is meant to be, or a credential
            is missing. Nothing was sent.
    """
    schemes = satisfied(call.security, held)
    if schemes is None:
        raise ValueError(f"{call} needs {wanted(call.security)}, and has none")
    query = [(k, v) for k, value in call.query.items() for v in _texts(value)]
    headers = {**_HEADERS, **extra_headers}
    for name, value in call.header.items():
        if _is_given(value):
            headers[name] = _header_value(name, ",".join(_texts(value)))
    cookies = [(k, v) for k, value in call.cookie.items() for v in _texts(value)]
    for scheme in schemes:
        value = scheme.prefix + held[scheme]
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
    content = None
    if call.json is not None:
        content = _encoder.encode(_sendable(_members(call.json)))
        headers["Content-Type"] = "application/json"
    url = base_url + _path(call)
    if query:
        url += "?" + "&".join(
            f"{quote(k, safe='')}={quote(v, safe='')}" for k, v in query
        )
    return httpx2.Request(
        call.method,
        url,
        headers=headers,
        content=content,
        extensions={"timeout": httpx2.Timeout(timeout).as_dict()},
    )


def checked_headers(headers: Mapping[str, str]) -> Mapping[str, str]:
    """Headers of the caller's that can be sent.

    Raises:
        ValueError: One has a character that a header cannot have, or is the client's own to
            set (RFC 9112, section 6; credentials go where the client takes them).
    """
    for name, value in headers.items():
        if name.lower() in _OWN_HEADERS or not _TOKEN.fullmatch(name):
            raise ValueError(f"{name!r} is no header that a caller can set")
        _header_value(name, value)
    return headers


def _path(call: Call[Any]) -> str:
    def segment(match: re.Match[str]) -> str:
        name = match[1]
        value = ",".join(_texts(call.path[name]))
        if value in ("", ".", ".."):
            raise ValueError(f"{name} of {call} may not be empty, '.' or '..'")
        return quote(value, safe="")

    return _PLACEHOLDER.sub(segment, call.route)


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
    if not value.isascii() or not value.isprintable() or value != value.strip():
        raise ValueError(
            f"{name} has a line break or another character that a header cannot have"
        )
    return value
