"""Formats of recordings: HAR, cassettes of vcrpy and VCR, Prism's log, and plain lists."""

import re
from collections.abc import Iterator
from typing import Any

from clientcast.plain import is_list, is_mapping, mapping, sequence, text
from clientcast.traffic.bodies import from_base64, make_message
from clientcast.traffic.exchanges import Exchange, Headers, Message, RecordingError

_PRISM_LINE = re.compile(
    r"\[HTTP SERVER\]\s+(?P<method>[a-z]+)\s+(?P<path>/\S*)\s.*Request received"
    r"|Responding with \"(?P<status>[1-5][0-9][0-9])\""
    r"|has returned (?P<returned>[1-5][0-9][0-9])\b"
)
_STYLE = re.compile("\x1b\\[[0-9;]*m")
_NOT_RECORDED = Message((), None)


def json_exchanges(data: Any, name: str) -> Iterator[Exchange | RecordingError] | None:
    """Return the exchanges of a recording in JSON or YAML; None if the format is unknown."""
    if is_mapping(data) and is_list(mapping(data.get("log")).get("entries")):
        return _entries(data["log"]["entries"], name, har_exchange)
    if is_mapping(data) and is_list(data.get("interactions")):
        return _entries(data["interactions"], name, vcrpy_exchange)
    if is_mapping(data) and is_list(data.get("http_interactions")):
        return _entries(data["http_interactions"], name, vcr_exchange)
    if is_list(data) and all(
        is_mapping(entry) and "request" in entry and "response" in entry
        for entry in data
    ):
        return _entries(data, name, plain_exchange)
    return None


def _entries(
    entries: list[Any], name: str, read: Any
) -> Iterator[Exchange | RecordingError]:
    for number, entry in enumerate(entries, start=1):
        place = f"{name}, entry {number}"
        try:
            if not is_mapping(entry) or not is_mapping(entry.get("request")):
                raise RecordingError("it has no request")
            yield read(entry, place)
        except RecordingError as error:
            yield RecordingError(f"entry {number}: {error}")


def har_exchange(entry: dict[str, Any], place: str) -> Exchange:
    """Return an exchange of HAR 1.2. Status 0 means that there was no response."""
    request, response = entry["request"], mapping(entry.get("response"))
    data, content = request.get("postData"), mapping(response.get("content"))
    sent: bytes | str | None = None
    if is_mapping(data):
        params = [mapping(item) for item in sequence(data.get("params"))]
        sent = data.get("text") if isinstance(data.get("text"), str) else None
        if text(data.get("encoding")) == "base64":
            sent = from_base64(data.get("text"))
        if not sent and params and "json" not in text(data.get("mimeType")):
            sent = _form(params) if _is_form(data) else None
    elif request.get("bodySize") == 0:
        sent = b""
    received: bytes | str | None = None
    if isinstance(content.get("text"), str):
        is_base64 = text(content.get("encoding")) == "base64"
        received = from_base64(content["text"]) if is_base64 else content["text"]
    elif content.get("size") == 0:
        received = b""
    sent_headers = _with_type(
        _har_headers(request), text(mapping(data).get("mimeType"))
    )
    received_headers = _with_type(_har_headers(response), text(content.get("mimeType")))
    status = response.get("status")
    return _exchange(
        place,
        request.get("method"),
        request.get("url"),
        make_message(sent_headers, sent),
        status if status else None,
        make_message(received_headers, received),
    )


def _is_form(data: dict[str, Any]) -> bool:
    return text(data.get("mimeType")).startswith("application/x-www-form-urlencoded")


def _form(params: list[dict[str, Any]]) -> str:
    from urllib.parse import urlencode

    return urlencode([(text(p.get("name")), text(p.get("value"))) for p in params])


def _har_headers(message: dict[str, Any]) -> Headers:
    headers = [mapping(header) for header in sequence(message.get("headers"))]
    return tuple((text(h.get("name")), text(h.get("value"))) for h in headers)


def _with_type(headers: Headers, media_type: str) -> Headers:
    has_type = any(name.lower() == "content-type" for name, _ in headers)
    return (
        headers
        if has_type or not media_type
        else (*headers, ("Content-Type", media_type))
    )


def vcrpy_exchange(entry: dict[str, Any], place: str) -> Exchange:
    """Return an interaction of a cassette of vcrpy."""
    request, response = entry["request"], mapping(entry.get("response"))
    status = response.get("status")
    code = mapping(status).get("code") if is_mapping(status) else status
    return _exchange(
        place,
        request.get("method"),
        request.get("uri"),
        make_message(
            _listed_headers(request.get("headers")), _body(request.get("body"))
        ),
        code,
        make_message(
            _listed_headers(response.get("headers")), _body(response.get("body"))
        ),
    )


def vcr_exchange(entry: dict[str, Any], place: str) -> Exchange:
    """Return an interaction of a cassette of VCR, for Ruby, which has the same names."""
    return vcrpy_exchange(entry, place)


def plain_exchange(entry: dict[str, Any], place: str) -> Exchange:
    """Return an item of a list of requests and responses.

    The request has `method`, `url` or `path` with `query`, `headers` and `body`; the response
    has `status`, `headers` and `body`, which is text or a JSON value. `body_raw` is text.
    """
    request, response = entry["request"], mapping(entry.get("response"))
    url = text(request.get("url")) or text(request.get("path"))
    query = text(request.get("query"))
    messages = [
        make_message(_listed_headers(part.get("headers")), _plain_body(part))
        for part in (request, response)
    ]
    return _exchange(
        place,
        request.get("method"),
        f"{url}?{query.removeprefix('?')}" if query else url,
        messages[0],
        response.get("status"),
        messages[1],
    )


def _plain_body(part: dict[str, Any]) -> bytes | str | None:
    import json

    raw = part.get("body_raw")
    if isinstance(raw, str):
        return raw
    if "body" not in part:
        return None
    body = part["body"]
    if body is None:
        return b""
    return body if isinstance(body, str) else json.dumps(body)


def _body(body: Any) -> bytes | str | None:
    """Return a body of a cassette: text, bytes, or a mapping that has either."""
    if is_mapping(body):
        for key in ("base64_string", "base64"):
            if key in body:
                return from_base64(body[key])
        body = body.get("string", body.get("text"))
    if body is None:
        return b""
    if isinstance(body, bytes | str):
        return body
    if isinstance(body, int | float):  # YAML reads an unquoted body as a number.
        return str(body).lower()
    raise RecordingError("a body is neither text nor bytes")


def _listed_headers(headers: Any) -> Headers:
    """Return headers whose values are texts or lists of texts."""
    found: list[tuple[str, str]] = []
    for name, value in mapping(headers).items():
        for item in value if is_list(value) else [value]:
            plain = item.decode("latin-1") if isinstance(item, bytes) else text(item)
            found.append((name, plain))
    return tuple(found)


def _exchange(
    place: str, method: Any, url: Any, request: Message, status: Any, response: Message
) -> Exchange:
    if not isinstance(method, str) or not isinstance(url, str) or not url:
        raise RecordingError("its request has no method or URL")
    if isinstance(status, str) and status.isascii() and status.isdigit():
        status = int(status[:4])
    if status is not None and (not isinstance(status, int) or not 100 <= status <= 599):
        raise RecordingError("its status is no HTTP status")
    return Exchange(place, method.upper(), url, request, status, response)


def prism_exchanges(log: str, name: str) -> Iterator[Exchange]:
    """Yield the exchanges of a log of Prism, which has paths and statuses, and no bodies."""
    request: tuple[int, str, str] | None = None
    status: int | None = None
    for number, line in enumerate(log.splitlines(), start=1):
        found = _PRISM_LINE.search(_STYLE.sub("", line))
        if found is None:
            continue
        if found["method"]:
            if request is not None:
                yield _prism_exchange(name, request, status)
            request, status = (number, found["method"], found["path"]), None
        else:
            status = int(found["status"] or found["returned"])
    if request is not None:
        yield _prism_exchange(name, request, status)


def _prism_exchange(
    name: str, request: tuple[int, str, str], status: int | None
) -> Exchange:
    line, method, path = request
    place = f"{name}:{line}"
    return Exchange(place, method.upper(), path, _NOT_RECORDED, status, _NOT_RECORDED)
