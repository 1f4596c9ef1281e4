"""Comparison of requests with the values that they should carry.

A validator checks whether a request is valid, but not whether it has the given values.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from email.parser import BytesParser
from email.policy import HTTP
from typing import Any
from urllib.parse import quote, unquote, urlencode

import httpx2

from tests.corpus.routes import PLACEHOLDER
from tests.corpus.wire.document import Operation, Parameter
from tests.corpus.wire.media import essence, is_json
from tests.corpus.wire.parameters import (
    decoded_pairs,
    match_texts,
    matches_header,
    matches_path,
    matches_query,
    matches_text,
    names_in_query,
    spellings,
)
from tests.corpus.wire.same import ABSENT, json_differences, load_json, unmarked

Key = tuple[str, str]
"""Location and name of a parameter."""

FORM = "application/x-www-form-urlencoded"
MULTIPART = "multipart/form-data"


@dataclass(slots=True)
class ExpectedRequest:
    """Values that a request should carry.

    Attributes:
        parameters: Values of parameters by location and name.
        body: JSON of the body; binary content is a string with a character for each byte.
        declared: The parameters of the operation.
        credentials: Parameters whose values are the client's credentials.
        is_spread: Whether the members of the body are arguments, so that an empty object is
            also no body.
    """

    parameters: dict[Key, Any] = field(default_factory=dict[Key, Any])
    body: Any = ABSENT
    content_type: str = ""
    declared: frozenset[Key] = frozenset()
    credentials: frozenset[Key] = frozenset()
    is_spread: bool = False


@dataclass(frozen=True, slots=True)
class Difference:
    """Difference between a request and the expected one.

    Attributes:
        name: Parameter, such as `query limit`; or `body`, `path`, `query`, `cookie`, `method`.
    """

    name: str
    message: str


def differences(
    operation: Operation,
    sent: ExpectedRequest,
    request: httpx2.Request,
    api_keys: frozenset[Key] = frozenset(),
) -> Iterator[Difference]:
    """Yield the differences between a request and the expected one.

    Args:
        api_keys: Locations and names of the credentials of the document.
    """
    if request.method != operation.method:
        yield Difference("method", f"the method is {request.method}")
    path, _, query = request.url.raw_path.decode("ascii").partition("?")
    segments = path_values(operation.route, path, sent.parameters)
    if segments is None:
        yield Difference("path", f"the path differs at {path}")
        return
    cookies = request.headers.get("Cookie", "").replace("; ", "&")
    for parameter in operation.parameters:
        key = parameter.location, parameter.name
        value = sent.parameters.get(key, ABSENT)
        if key in sent.credentials:
            is_equal = _count(key, request, query, cookies) == 1
        else:
            is_equal = _matches(parameter, value, request, segments, query, cookies)
        if not is_equal:
            yield Difference(
                f"{parameter.location} {parameter.name}",
                f"a {_kind(parameter, value)} differs from its argument",
            )
    constant = operation.route.partition("?")[2]
    yield from _unexpected(operation, sent, "query", query, constant, api_keys)
    if "cookie" not in {name.lower() for _, name in sent.parameters}:
        yield from _unexpected(operation, sent, "cookie", cookies, "", api_keys)
    for message in _body_differences(operation, sent, request):
        yield Difference("body", message)


def _matches(
    parameter: Parameter,
    value: Any,
    request: httpx2.Request,
    segments: dict[str, str],
    query: str,
    cookies: str,
) -> bool:
    match parameter.location:
        case "path":
            text = segments.get(parameter.name)
            return text is None or matches_path(parameter, value, text)
        case "query":
            return matches_query(parameter, value, query)
        case "cookie":
            return matches_query(parameter, value, cookies)
        case "header" if value is ABSENT and parameter.is_sent_by_default:
            return True
        case "header":
            found = request.headers.get_list(parameter.name)
            text = found[0] if found else None
            return len(found) < 2 and matches_header(parameter, value, text)
        case _:
            return True


def _count(key: Key, request: httpx2.Request, query: str, cookies: str) -> int:
    """Return how often a credential is sent."""
    location, name = key
    if location == "header":
        return len([t for t in request.headers.get_list(name) if t])
    pairs = decoded_pairs(query if location == "query" else cookies)
    return sum(other == name and text != "" for other, text in pairs)


def _unexpected(
    operation: Operation,
    sent: ExpectedRequest,
    location: str,
    text: str,
    constant: str,
    api_keys: frozenset[Key],
) -> Iterator[Difference]:
    """Yield the pairs of a query or cookie that no argument explains."""
    pairs = decoded_pairs(text)
    left = [name for name, _ in pairs if (location, name) not in api_keys]
    for name, value in decoded_pairs(constant):
        if (name, value) not in pairs:
            yield Difference("path", "a pair of the path's query is missing")
        left = [other for other in left if other != name]
    for parameter in operation.parameters:
        if parameter.location != location:
            continue
        value = sent.parameters.get((location, parameter.name), ABSENT)
        names = set(names_in_query(parameter, value))
        left = [n for n in left if not names & spellings(n)]
    for name in left:
        yield Difference(location, f"an unexpected {location} parameter at {name}")


def path_values(route: str, path: str, values: dict[Key, Any]) -> dict[str, str] | None:
    """Return the text of each path parameter, encoded; None for another path.

    Of several parameters in one segment the texts cannot be told apart: the segment must be
    what the values make it, and their texts are left out.
    """
    template = route.partition("?")[0]
    if "{+" in template:
        return _expanded_values(template, path)
    expected, parts = template.split("/"), path.split("/")
    if len(expected) != len(parts):
        return None
    found: dict[str, str] = {}
    for segment, part in zip(expected, parts, strict=True):
        names = PLACEHOLDER.findall(segment)
        if len(names) == 1:
            before, after = (unquote(t) for t in segment.split(f"{{{names[0]}}}"))
            before, after = (_encoded_in(part, text) for text in (before, after))
            if not (part.startswith(before) and part.endswith(after)):
                return None
            found[names[0]] = part[len(before) : len(part) - len(after)]
        elif unquote(part) != _filled(segment, values):
            return None
    return found


def _encoded_in(part: str, text: str) -> str:
    """Return a literal text of a route as it is encoded in a segment."""
    if text in part:
        return text
    return "".join(c if c in part else quote(c, safe="") for c in text)


def _filled(segment: str, values: dict[Key, Any]) -> str:
    """Return a segment of a route with its parameters replaced by their values."""

    def text(match: re.Match[str]) -> str:
        value = unmarked(values.get(("path", match[1]), ""))
        if isinstance(value, bool):
            return "true" if value else "false"
        return str(value)

    return PLACEHOLDER.sub(text, unquote(segment))


def _expanded_values(template: str, path: str) -> dict[str, str] | None:
    """Return the texts of path parameters; `{+name}` may have several segments (RFC 6570)."""
    parts = PLACEHOLDER.split(template)
    pattern = "".join(
        (
            re.escape(part)
            if index % 2 == 0
            else "(.+)" if part.startswith("+") else "([^/]+)"
        )
        for index, part in enumerate(parts)
    )
    match = re.fullmatch(pattern, path)
    names = [name.removeprefix("+") for name in parts[1::2]]
    return dict(zip(names, match.groups(), strict=True)) if match else None


def _kind(parameter: Parameter, value: Any) -> str:
    encoding = (
        parameter.content_type or parameter.style + " exploded" * parameter.explode
    )
    kind = "nothing" if value is ABSENT else type(unmarked(value)).__name__
    return f"{parameter.location} parameter ({encoding}, {kind})"


def _body_differences(
    operation: Operation, sent: ExpectedRequest, request: httpx2.Request
) -> Iterator[str]:
    content = request.content
    if sent.body is ABSENT:
        if content and not (content == b"{}" and sent.is_spread):
            yield "there is a body, but none was given"
        return
    expected = essence(sent.content_type)
    if not content and sent.is_spread and _has_no_members(sent.body, expected):
        return
    received_type = request.headers.get("Content-Type", "")
    if essence(received_type) != expected and "*" not in expected:
        yield f"the body is {received_type or 'of no type'}, not {expected}"
        return
    if is_json(expected):
        try:
            received = load_json(content)
        except ValueError as error:
            yield f"the body is not JSON at {error}"
            return
        for difference in json_differences(sent.body, received):
            yield f"the JSON body differs: {difference}"
    elif expected == FORM and isinstance(sent.body, dict):
        yield from _form_differences(operation, sent, content.decode("ascii"))
    elif expected == MULTIPART and isinstance(sent.body, dict):
        yield from _multipart_differences(operation, sent, content, received_type)
    elif isinstance(sent.body, str):
        if content != sent.body.encode():
            yield f"the body ({expected}) differs"


def _has_no_members(body: Any, content_type: str) -> bool:
    """Return whether an object has no members that can be sent: forms have no null."""
    if content_type in (FORM, MULTIPART) and isinstance(body, dict):
        return all(member is None for member in body.values())
    return bool(body == {})


def form_parameters(
    operation: Operation, sent: ExpectedRequest
) -> Iterator[tuple[Parameter, Any]]:
    """Yield each member of a form as a parameter, and its value."""
    encodings = operation.body(sent.content_type).get("encoding", {})
    for name, value in sent.body.items():
        encoding = encodings.get(name, {})
        style = encoding.get("style", "form")
        explode = bool(encoding.get("explode", style == "form"))
        is_styled = {"style", "explode", "allowReserved"} & encoding.keys()
        # Without a style, an object is JSON (OpenAPI 3.0, Encoding Object, `contentType`).
        is_json_ = isinstance(value, dict) or "json" in encoding.get("contentType", "")
        type_ = "application/json" if is_json_ and not is_styled else ""
        yield Parameter({}, "form", name, False, {}, style, explode, type_), value


def _form_differences(
    operation: Operation, sent: ExpectedRequest, text: str
) -> Iterator[str]:
    left = [name for name, _ in decoded_pairs(text)]
    for parameter, value in form_parameters(operation, sent):
        names = set(names_in_query(parameter, value))
        left = [n for n in left if not names & spellings(n)]
        if not matches_query(parameter, value, text):
            style = f"{parameter.style}{' exploded' * parameter.explode}"
            kind = type(unmarked(value)).__name__
            yield f"a member of a form ({style}, {kind}) differs at {parameter.name}"
    for name in left:
        yield f"an unexpected member of a form at {name}"


def multipart_parts(content: bytes, received_type: str) -> list[tuple[str, bytes]]:
    """Return name and content of the parts of a multipart body."""
    head = f"Content-Type: {received_type}\r\n\r\n".encode()
    message = BytesParser(policy=HTTP).parsebytes(head + content)
    found: list[tuple[str, bytes]] = []
    for part in message.iter_parts():
        name = part.get_param("name", header="content-disposition")
        payload = part.get_payload(decode=True)
        if isinstance(name, str) and isinstance(payload, bytes):
            found.append((name, payload))
    return found


def _multipart_differences(
    operation: Operation, sent: ExpectedRequest, content: bytes, received_type: str
) -> Iterator[str]:
    parts = multipart_parts(content, received_type)
    encodings = operation.body(sent.content_type).get("encoding", {})
    pairs = urlencode(parts)
    # A body without parts is invalid (RFC 2046, 5.1.1), so that an empty one may be sent.
    left = [name for name, payload in parts if name or payload]
    for name, value in sent.body.items():
        encoding = encodings.get(name, {})
        # Beside a style, `contentType` is ignored (OpenAPI 3.1, 4.8.15.1.2).
        if encoding.get("style") == "deepObject":
            deep = Parameter({}, "form", name, False, {}, "deepObject", True)
            left = [n for n in left if not n.startswith(f"{name}[")]
            if not matches_query(deep, value, pairs):
                yield f"a part (deepObject) differs at {name}"
            continue
        left = [n for n in left if n != name]
        texts = [p.decode("utf-8", "replace") for n, p in parts if n == name]
        if value is None or value == []:
            is_equal = texts == []
        elif isinstance(value, list) and match_texts(value, texts):
            is_equal = True
        else:
            is_equal = len(texts) == 1 and matches_text(value, texts[0])
        if not is_equal:
            yield f"a part ({type(unmarked(value)).__name__}) differs at {name}"
    for name in left:
        yield f"an unexpected part at {name}"
