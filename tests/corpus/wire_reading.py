"""Reads requests by the letter of OpenAPI, and tells where they do not carry what they should.

A validator tells whether a request is allowed; not whether it says what was meant.
"""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from email.parser import BytesParser
from email.policy import HTTP
from typing import Any
from urllib.parse import unquote, unquote_plus
from uuid import UUID

import httpx2
import msgspec

from tests.corpus.wire_document import Operation, Parameter

ABSENT: Any = msgspec.UNSET
_DELIMITERS = {"spaceDelimited": r"%20|\+", "pipeDelimited": r"%7[Cc]|\|"}


@dataclass(slots=True)
class Sent:
    """What a request is to carry.

    Attributes:
        parameters: By where they travel and their names.
        body: As JSON; what is binary is text, of which each character is a byte.
    """

    parameters: dict[tuple[str, str], Any] = field(
        default_factory=dict[tuple[str, str], Any]
    )
    body: Any = ABSENT
    content_type: str = ""


def differences(
    operation: Operation, sent: Sent, request: httpx2.Request
) -> Iterator[str]:
    """Where a request differs from what it is to carry, in words."""
    if request.method != operation.method:
        yield f"the method is {request.method}"
    path, _, query = request.url.raw_path.decode("ascii").partition("?")
    segments = re.fullmatch(_expression(operation.route), path)
    if segments is None:
        yield "the path is another"
        return
    names = re.findall(r"\{([^{}]+)\}", operation.route)
    cookies = request.headers.get("Cookie", "")
    for parameter in operation.parameters:
        value = sent.parameters.get((parameter.location, parameter.name), ABSENT)
        match parameter.location:
            case "path":
                index = names.index(parameter.name) if parameter.name in names else -1
                is_same = index < 0 or _in_path(parameter, value, segments[index + 1])
            case "query":
                is_same = _in_query(parameter, value, query)
            case "cookie":
                is_same = _in_query(parameter, value, cookies.replace("; ", "&"))
            case "header" if parameter.name.lower() == "idempotency-key":
                is_same = True  # The client makes one.
            case "header":
                is_same = _in_header(
                    parameter, value, request.headers.get(parameter.name)
                )
            case _:
                is_same = True
        if not is_same:
            yield f"a {_kind(parameter, value)} does not arrive as it was given"
    yield from _of_body(operation, sent, request)


def _expression(route: str) -> str:
    """A route as a pattern; what it has besides placeholders may be encoded or not."""
    parts = re.split(r"\{[^{}]+\}", route)
    return "([^/?#]*)".join(re.escape(part) for part in parts)


def _kind(parameter: Parameter, value: Any) -> str:
    how = parameter.content_type or parameter.style + " exploded" * parameter.explode
    kind = "nothing" if value is ABSENT else type(value).__name__
    return f"{parameter.location} parameter ({how}, {kind})"


def is_same(one: Any, other: Any, nulls: bool = True) -> bool:
    """Whether JSON is the same; of a date-time or duration, what it means.

    Args:
        one: What was meant.
        other: What came.
        nulls: Whether a member that is null differs from none.
    """
    if isinstance(one, dict) and isinstance(other, dict):
        names = one.keys() | other.keys()
        missing = ABSENT if nulls else None
        return all(
            is_same(one.get(name, missing), other.get(name, missing), nulls)
            for name in names
        )
    if isinstance(one, list) and isinstance(other, list):
        return len(one) == len(other) and all(
            is_same(a, b, nulls) for a, b in zip(one, other, strict=True)
        )
    if isinstance(one, bool) or isinstance(other, bool):
        return one is other
    return bool(one == other) or _means(one) == _means(other) is not None


_PLAIN_DATE = re.compile(r"\d{4}-\d\d-\d\d")


def _means(value: Any) -> Any:
    """What a text means that may be written in several ways; None for any other value."""
    if isinstance(value, str) and not _PLAIN_DATE.fullmatch(value):
        for type_ in (datetime, timedelta, time, UUID):
            try:
                return msgspec.convert(value, type_)
            except msgspec.ValidationError:
                pass
    return None


def _is_spelled(value: Any, text: str) -> bool:
    """Whether a text is that of a value, which has no list or object in it."""
    match value:
        case str():
            return is_same(value, text)
        case bool():
            return text == ("true" if value else "false")
        case None:
            return text in ("", "null")
        case dict() | list():
            return _is_json(value, text)
        case _:
            try:
                return float(text) == float(value) and _is_json(value, text)
            except ValueError:
                return False


def _is_json(value: Any, text: str) -> bool:
    try:
        return is_same(value, json.loads(text))
    except ValueError:
        return False


def _are_spelled(values: list[Any], texts: list[str]) -> bool:
    return len(values) == len(texts) and all(map(_is_spelled, values, texts))


def _flat(value: dict[str, Any]) -> list[Any]:
    return [part for pair in value.items() for part in pair]


def _in_path(parameter: Parameter, value: Any, text: str) -> bool:
    if parameter.content_type:
        return _is_json(value, unquote(text))
    match parameter.style:
        case "label":
            prefix, between = ".", "." if parameter.explode else ","
        case "matrix":
            return _in_matrix(parameter, value, text)
        case _:
            prefix, between = "", ","
    if not text.startswith(prefix):
        return False
    return _is_listed(
        value, text.removeprefix(prefix), re.escape(between), parameter.explode
    )


def _in_matrix(parameter: Parameter, value: Any, text: str) -> bool:
    pairs = [tuple(map(unquote, p.partition("=")[::2])) for p in text.split(";")[1:]]
    name = parameter.name
    if isinstance(value, dict) and parameter.explode:
        return [k for k, _ in pairs] == list(value) and _are_spelled(
            list(value.values()), [t for _, t in pairs]
        )
    if isinstance(value, list) and parameter.explode:
        return _are_spelled(value, [t for k, t in pairs if k == name])
    raw = text.removeprefix(f";{name}=")
    return _is_listed(value, raw, ",", False)


def _is_listed(value: Any, text: str, between: str, explode: bool) -> bool:
    """Whether an encoded text is a value whose parts stand one after another."""
    if not isinstance(value, dict | list):
        return _is_spelled(value, unquote(text))
    texts = re.split(between, text) if text else []
    if isinstance(value, list):
        return _are_spelled(value, [unquote(t) for t in texts])
    if explode:
        pairs = [tuple(map(unquote, t.partition("=")[::2])) for t in texts]
        return _are_spelled(_flat(value), [t for pair in pairs for t in pair])
    return _are_spelled(_flat(value), [unquote(t) for t in texts])


def _in_query(parameter: Parameter, value: Any, query: str) -> bool:
    raw = [pair.partition("=")[::2] for pair in query.split("&") if pair]
    decoded = [(unquote_plus(name), unquote_plus(text)) for name, text in raw]
    name = parameter.name
    own = [text for given, text in decoded if given == name]
    if value is ABSENT or value is None:
        return own in ([], [""], ["null"])
    if parameter.content_type:
        return len(own) == 1 and _is_json(value, own[0])
    if parameter.style == "deepObject" and isinstance(value, dict | list):
        wanted = sorted(_deep(name, value), key=lambda pair: pair[0])
        found = sorted(
            (_without_index(n), t) for n, t in decoded if n.startswith(f"{name}[")
        )
        wanted_names = [n for n, _ in wanted]
        return wanted_names == [n for n, _ in found] and all(
            any(n == given and _is_spelled(v, t) for given, t in found)
            for n, v in wanted
        )
    if not isinstance(value, dict | list):
        return len(own) == 1 and _is_spelled(value, own[0])
    if isinstance(value, list) and parameter.explode:
        return _are_spelled(value, own) or not value and own == [""]
    if isinstance(value, dict) and parameter.explode:
        return all(
            any(given == key and _is_spelled(part, text) for given, text in decoded)
            for key, part in value.items()
            if part is not None and part != []
        )
    texts = [text for given, text in raw if unquote_plus(given) == name]
    if not value:
        return texts in ([], [""])
    between = _DELIMITERS.get(parameter.style, ",")
    return len(texts) == 1 and _is_listed(value, texts[0], between, False)


def _deep(name: str, value: Any) -> Iterator[tuple[str, Any]]:
    """The leaves of deepObject. Lists in it are not defined; each item has its name here."""
    if isinstance(value, dict):
        for key, part in value.items():
            yield from _deep(f"{name}[{key}]", part)
    elif isinstance(value, list):
        for part in value:
            yield from _deep(f"{name}[]", part)
    elif value is not None:
        yield _without_index(name), value


def _without_index(name: str) -> str:
    return re.sub(r"\[\d*\]", "", name)


def _in_header(parameter: Parameter, value: Any, text: str | None) -> bool:
    if value is ABSENT or value is None:
        return text in (None, "", "null")
    if text is None:
        return value in ([], {})
    if parameter.content_type:
        return _is_json(value, text)
    if not isinstance(value, dict | list):
        return _is_spelled(value, text)
    texts = [part.strip() for part in text.split(",")] if text else []
    if isinstance(value, dict) and parameter.explode:
        texts = [part for pair in texts for part in pair.partition("=")[::2]]
    return _are_spelled(_flat(value) if isinstance(value, dict) else value, texts)


def _of_body(
    operation: Operation, sent: Sent, request: httpx2.Request
) -> Iterator[str]:
    content = request.content
    if sent.body is ABSENT:
        if content not in (b"", b"{}"):
            yield "there is a body, and none was given"
        return
    came_as = request.headers.get("Content-Type", "")
    wanted = sent.content_type
    if not content and sent.body in ({}, None):
        return
    if (
        came_as.partition(";")[0].strip().lower()
        != wanted.partition(";")[0].strip().lower()
    ):
        if "*" not in wanted:
            yield f"the body is {came_as or 'of no type'}, not {wanted}"
            return
    kind = wanted.partition(";")[0].lower()
    if kind.endswith("json") and kind != "application/x-ndjson":
        try:
            came = json.loads(content)
        except ValueError:
            yield "the body is no JSON"
            return
        yield from ((f"the JSON body differs: {d}") for d in unequal(sent.body, came))
    elif kind == "application/x-www-form-urlencoded" and isinstance(sent.body, dict):
        yield from _in_form(operation, sent, content.decode("ascii"))
    elif kind == "multipart/form-data" and isinstance(sent.body, dict):
        yield from _in_parts(sent, content, came_as)
    elif isinstance(sent.body, str):
        if content not in (sent.body.encode(), sent.body.encode("latin-1", "replace")):
            yield f"the body ({kind}) differs"


def _in_form(operation: Operation, sent: Sent, text: str) -> Iterator[str]:
    content = operation.bodies.get(sent.content_type, {})
    encodings = content.get("encoding", {})
    for name, value in sent.body.items():
        how = encodings.get(name, {})
        style = how.get("style", "form")
        explode = bool(how.get("explode", style == "form"))
        is_styled = {"style", "explode", "allowReserved"} & how.keys()
        # Without a style, an object is JSON (OpenAPI 3.0, Encoding Object, `contentType`).
        type_ = "application/json" if isinstance(value, dict) and not is_styled else ""
        parameter = Parameter({}, "form", name, False, {}, style, explode, type_)
        if not _in_query(parameter, value, text):
            yield f"a member of a form ({style}{' exploded' * explode}, {type(value).__name__}) differs"


def _in_parts(sent: Sent, content: bytes, came_as: str) -> Iterator[str]:
    head = f"Content-Type: {came_as}\r\n\r\n".encode()
    message = BytesParser(policy=HTTP).parsebytes(head + content)
    parts: dict[str, list[bytes]] = {}
    for part in message.iter_parts():
        name = part.get_param("name", header="content-disposition")
        payload = part.get_payload(decode=True)
        if isinstance(name, str) and isinstance(payload, bytes):
            parts.setdefault(name, []).append(payload)
    for name, value in sent.body.items():
        texts = [p.decode("utf-8", "replace") for p in parts.get(name, [])]
        if value is None or value == []:
            continue
        if isinstance(value, list) and _are_spelled(value, texts):
            continue
        if len(texts) != 1 or not _is_spelled(value, texts[0]):
            yield f"a part ({type(value).__name__}) differs"


def unequal(one: Any, other: Any, nulls: bool = True, path: str = "$") -> Iterator[str]:
    """Where JSON differs, in words that tell the same of all that differs alike."""
    if is_same(one, other, nulls):
        return
    if isinstance(one, dict) and isinstance(other, dict):
        for name in one:
            if name not in other:
                if nulls or one[name] is not None:
                    kind = "null" if one[name] is None else "member"
                    yield f"a {kind} is missing at {path}.{name}"
            else:
                yield from unequal(one[name], other[name], nulls, f"{path}.{name}")
        for name in other.keys() - one.keys():
            if nulls or other[name] is not None:
                yield f"a member is too much at {path}.{name}"
    elif isinstance(one, list) and isinstance(other, list) and len(one) == len(other):
        for a, b in zip(one, other, strict=True):
            yield from unequal(a, b, nulls, f"{path}[]")
    else:
        kinds = f"{json_type(one)} became {json_type(other)}"
        yield f"{kinds} at {path}: {repr(one)[:60]} -> {repr(other)[:60]}"


def json_type(value: Any) -> str:
    """What a value is called in messages."""
    return "null" if value is None else type(value).__name__
