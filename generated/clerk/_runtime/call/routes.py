"""Calls of routes that the document does not have."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any
from urllib.parse import quote, unquote

from ..codec.model import UNSET
from ..codec.request_body import nullable
from .request import ANYTHING, Call, header_problem, split_route
from .security import Scheme

_METHOD = re.compile(r"[A-Za-z][A-Za-z0-9!#$%&'*+.^_`|~-]*")
"""A method (RFC 9110, section 9.1) that begins with a letter."""
_INVALID_PERCENT = re.compile(r"%(?![0-9A-Fa-f]{2})")
_IN_PATH = "/%:@!$&'()*+,;=~"
"""Characters of a path that need no encoding (RFC 3986, section 3.3), or are encoded already."""
_FORMATS: dict[Any, tuple[Any, str]] = {
    bytes: ("bytes", "*/*"),
    str: ("text", "text/*, */*;q=0.5"),
    ANYTHING: ("undescribed", "application/json, */*;q=0.5"),
}
"""The format of a response and the `Accept` header, by type; JSON for all others."""


def route_call(
    method: str,
    path: str,
    returns: Any,
    schemes: Iterable[Scheme],
    *,
    path_arguments: Mapping[str, object],
    query: Mapping[str, object],
    headers: Mapping[str, str],
    bodies: Mapping[str, object],
    retry_safe: bool,
) -> Call[Any]:
    """Return the call of a route.

    Args:
        method: The HTTP method.
        path: The path below the base URL, with arguments in braces.
        returns: The type of a successful response; None for whatever comes.
        schemes: The security schemes that the client has credentials for. One is sent in each
            place, unless a header or query parameter is given in its place.
        path_arguments: The arguments of the path.
        query: Query parameters.
        headers: Headers.
        bodies: The body, as the field of `Call` that it belongs to; UNSET or None for none.
        retry_safe: Whether the request may be repeated although its method is not idempotent.

    Raises:
        ValueError: If the method, the path or a header is invalid, or there are two bodies.
    """
    parts = [*split_route(path)]
    problem = (
        _method_problem(method)
        or _path_problem("".join(parts[::2]))
        or _argument_problem(parts[1::2], path_arguments)
        or header_problem(headers)
    )
    given = {k: v for k, v in bodies.items() if v is not UNSET and v is not None}
    if bodies["json"] is None:
        given["json"] = nullable(None)
    if len(given) > 1:
        problem = problem or f"there can be one body, and not {' and '.join(given)}"
    content_type = ""
    sent = dict(headers)
    for name in headers:
        if name.lower() == "content-type":
            content_type = sent.pop(name)
            if "multipart" in given:
                problem = problem or "a multipart body sets its own Content-Type"
    if problem:
        del path, path_arguments, query, headers, bodies, given, sent, parts
        del content_type  # Error trackers record local variables.
        raise ValueError(problem)
    parts[::2] = [quote(part, safe=_IN_PATH) for part in parts[::2]]
    parts[1::2] = [f"{{{name}}}" for name in parts[1::2]]
    format_, accept = _FORMATS.get(
        ANYTHING if returns is None else returns, ("json", "application/json")
    )
    return Call(
        method.upper(),
        "".join(parts),
        ANYTHING if returns is None else returns,
        path=path_arguments,
        query=query,
        header=sent,
        content_type=content_type,
        accept=accept,
        response_format=format_,
        security=(tuple(_sent_schemes(schemes, query, headers)),),
        retry_safe=retry_safe,
        **given,  # type: ignore[arg-type]
    )


def _sent_schemes(
    schemes: Iterable[Scheme], query: Mapping[str, object], headers: Mapping[str, str]
) -> Iterator[Scheme]:
    """Yield the first security scheme of each place that has no value yet."""
    taken = {("header", name.lower()) for name in headers}
    taken |= {("query", name) for name in query}
    for scheme in schemes:
        is_header = scheme.location == "header"
        place = (scheme.location, scheme.name.lower() if is_header else scheme.name)
        if place not in taken:
            taken.add(place)
            yield scheme


def _method_problem(method: str) -> str:
    is_valid = _METHOD.fullmatch(method) and method.upper() != "CONNECT"
    return "" if is_valid else "method must be one of HTTP, such as GET"


def _path_problem(path: str) -> str:
    """Return why a path without its arguments is invalid; empty if it is valid."""
    if not path.startswith("/") or path.startswith("//"):
        return "path must begin with one slash: it is below the base URL of the client"
    if "?" in path or "#" in path:
        return "path may have no query or fragment: pass query="
    if _INVALID_PERCENT.search(path) or "{" in path or "}" in path:
        return "path has a %, { or } on its own: pass path_arguments="
    plain = unquote(unquote(path))
    if not plain.isprintable() or "\\" in plain:
        return "path may not have control characters or backslashes"
    if {".", ".."} & {segment.strip() for segment in plain.split("/")}:
        return "path may not have the segments '.' and '..'"
    return ""


def _argument_problem(names: Iterable[str], arguments: Mapping[str, object]) -> str:
    if {*names} == {*arguments}:
        return ""
    expected = ", ".join(names) or "none"
    return f"path_arguments must have the names in the braces of path: {expected}"
