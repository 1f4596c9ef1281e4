"""Comparison of requests with the values that they should carry.

A validator checks whether a request is valid, but not whether it has the given values.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from email.parser import BytesParser
from email.policy import HTTP
from typing import Any
from urllib.parse import unquote, urlencode

import httpx2

from tests.corpus.wire.document import PLACEHOLDER, Operation, Parameter
from tests.corpus.wire.parameters import (
    match_texts,
    matches_header,
    matches_path,
    matches_query,
    matches_text,
)
from tests.corpus.wire.same import ABSENT, json_differences


@dataclass(slots=True)
class ExpectedRequest:
    """Values that a request should carry.

    Attributes:
        parameters: Values of parameters by location and name.
        body: JSON of the body; binary content is a string with a character for each byte.
    """

    parameters: dict[tuple[str, str], Any] = field(
        default_factory=dict[tuple[str, str], Any]
    )
    body: Any = ABSENT
    content_type: str = ""


def differences(
    operation: Operation, sent: ExpectedRequest, request: httpx2.Request
) -> Iterator[str]:
    """Yield a message for each difference between a request and the expected one."""
    if request.method != operation.method:
        yield f"the method is {request.method}"
    path, _, query = request.url.raw_path.decode("ascii").partition("?")
    segments = _path_segments(operation.route, path)
    if segments is None:
        yield "the path differs"
        return
    cookies = request.headers.get("Cookie", "")
    for parameter in operation.parameters:
        value = sent.parameters.get((parameter.location, parameter.name), ABSENT)
        match parameter.location:
            case "path":
                text = segments.get(parameter.name)
                is_equal = text is None or matches_path(parameter, value, text)
            case "query":
                is_equal = matches_query(parameter, value, query)
            case "cookie":
                is_equal = matches_query(parameter, value, cookies.replace("; ", "&"))
            case "header" if parameter.name.lower() == "idempotency-key":
                is_equal = True  # The client generates it.
            case "header" if value is ABSENT and parameter.is_sent_by_default:
                is_equal = True
            case "header":
                is_equal = matches_header(
                    parameter, value, request.headers.get(parameter.name)
                )
            case _:
                is_equal = True
        if not is_equal:
            yield f"a {_kind(parameter, value)} differs from its argument"
    yield from _body_differences(operation, sent, request)


def _path_segments(route: str, path: str) -> dict[str, str] | None:
    """Return the text for each placeholder alone in a segment; None for another path."""
    expected = route.partition("?")[0].split("/")
    parts = path.split("/")
    if len(expected) != len(parts):
        return None
    found: dict[str, str] = {}
    for template, part in zip(expected, parts, strict=True):
        names = PLACEHOLDER.findall(template)
        if len(names) == 1:
            before, after = template.split(f"{{{names[0]}}}")
            if not (part.startswith(before) and part.endswith(after)):
                return None
            found[names[0]] = part[len(before) : len(part) - len(after)]
        elif not names and unquote(part) != unquote(template):
            return None
    return found


def _kind(parameter: Parameter, value: Any) -> str:
    encoding = (
        parameter.content_type or parameter.style + " exploded" * parameter.explode
    )
    kind = "nothing" if value is ABSENT else type(value).__name__
    return f"{parameter.location} parameter ({encoding}, {kind})"


def _body_differences(
    operation: Operation, sent: ExpectedRequest, request: httpx2.Request
) -> Iterator[str]:
    content = request.content
    if sent.body is ABSENT:
        if content not in (b"", b"{}"):
            yield "there is a body, but none was given"
        return
    received_type = request.headers.get("Content-Type", "")
    expected = sent.content_type
    if not content and _is_empty(sent.body):
        return
    if (
        received_type.partition(";")[0].strip().lower()
        != expected.partition(";")[0].strip().lower()
    ):
        if "*" not in expected:
            yield f"the body is {received_type or 'of no type'}, not {expected}"
            return
    kind = expected.partition(";")[0].lower()
    if kind.endswith("json") and kind != "application/x-ndjson":
        try:
            received = json.loads(content)
        except ValueError:
            yield "the body is not JSON"
            return
        yield from (
            (f"the JSON body differs: {d}")
            for d in json_differences(sent.body, received)
        )
    elif kind == "application/x-www-form-urlencoded" and isinstance(sent.body, dict):
        yield from _form_differences(operation, sent, content.decode("ascii"))
    elif kind == "multipart/form-data" and isinstance(sent.body, dict):
        yield from _multipart_differences(operation, sent, content, received_type)
    elif isinstance(sent.body, str):
        if content not in (sent.body.encode(), sent.body.encode("latin-1", "replace")):
            yield f"the body ({kind}) differs"


def _is_empty(body: Any) -> bool:
    members = body.values() if isinstance(body, dict) else (body,)
    return all(member is None or member == [] for member in members)


def _form_differences(
    operation: Operation, sent: ExpectedRequest, text: str
) -> Iterator[str]:
    content = operation.body(sent.content_type)
    encodings = content.get("encoding", {})
    for name, value in sent.body.items():
        encoding = encodings.get(name, {})
        style = encoding.get("style", "form")
        explode = bool(encoding.get("explode", style == "form"))
        is_styled = {"style", "explode", "allowReserved"} & encoding.keys()
        if style == "pipeDelimited" and "|" in json.dumps(value):
            continue  # The delimiter also occurs in the values.
        # Without a style, an object is JSON (OpenAPI 3.0, Encoding Object, `contentType`).
        type_ = "application/json" if isinstance(value, dict) and not is_styled else ""
        parameter = Parameter({}, "form", name, False, {}, style, explode, type_)
        if not matches_query(parameter, value, text):
            yield f"a member of a form ({style}{' exploded' * explode}, {type(value).__name__}) differs"


def _multipart_differences(
    operation: Operation, sent: ExpectedRequest, content: bytes, received_type: str
) -> Iterator[str]:
    head = f"Content-Type: {received_type}\r\n\r\n".encode()
    message = BytesParser(policy=HTTP).parsebytes(head + content)
    parts: dict[str, list[bytes]] = {}
    for part in message.iter_parts():
        name = part.get_param("name", header="content-disposition")
        payload = part.get_payload(decode=True)
        if isinstance(name, str) and isinstance(payload, bytes):
            parts.setdefault(name, []).append(payload)
    encodings = operation.body(sent.content_type).get("encoding", {})
    pairs = urlencode([(name, p) for name, each in parts.items() for p in each])
    for name, value in sent.body.items():
        encoding = encodings.get(name, {})
        if encoding.get("style") == "deepObject" and "contentType" not in encoding:
            deep = Parameter({}, "form", name, False, {}, "deepObject", True)
            if not matches_query(deep, value, pairs):
                yield "a part (deepObject) differs"
            continue
        texts = [p.decode("utf-8", "replace") for p in parts.get(name, [])]
        if value is None or value == []:
            continue
        if isinstance(value, list) and match_texts(value, texts):
            continue
        if len(texts) != 1 or not matches_text(value, texts[0]):
            yield f"a part ({type(value).__name__}) differs"
