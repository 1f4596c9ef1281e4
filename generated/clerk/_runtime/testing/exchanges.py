"""Exchanges of a recording as plain data: requests, responses and faults."""

from __future__ import annotations

import errno
import hashlib
import socket
from base64 import b64decode, b64encode
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any
from urllib.parse import parse_qsl

import httpx2
import msgspec

from ..call.retry import retry_after
from ..codec.media_types import essence, is_json, is_text, is_xml
from ..codec.type_guards import is_array, is_object
from ..errors import FailureReason
from ..wire.response_body import BodyError, BodyReader
from ..wire.transport_errors import failure_reason
from .arguments import multipart_parts

PlainObject = dict[str, Any]

decode_exact = msgspec.json.Decoder(float_hook=Decimal).decode
"""Decoder of JSON that keeps the digits of numbers."""

encode_exact = msgspec.json.Encoder(decimal_format="number", order="sorted").encode
"""Encoder of what `decode_exact` returns, with sorted names."""

_DISCONNECTED = "Server disconnected without sending a response."
_VOLATILE = frozenset(
    "age connection content-encoding content-length date expires keep-alive"
    " retry-after-ms server-timing set-cookie transfer-encoding".split()
)
"""Headers of responses that are not recorded: cookies, what differs each time, and what describes
bytes that are not kept. A delay that depends on the `Date` is recorded as its seconds."""

_CAUSES: dict[FailureReason, Exception] = {
    FailureReason.REFUSED: ConnectionRefusedError(),
    FailureReason.UNKNOWN_HOST: socket.gaierror(),
    FailureReason.UNREACHABLE: OSError(errno.ENETUNREACH, "unreachable"),
}


@dataclass
class Exchange:
    """A request that was sent, and what came back so far.

    Attributes:
        request: The request.
        response: The response; None before it.
        chunks: The body of the response so far.
        is_complete: Whether the body has ended.
        error: The fault in place of the response, or after a part of its body.
    """

    request: httpx2.Request = field(repr=False)
    response: httpx2.Response | None = None
    chunks: list[bytes] = field(default_factory=list[bytes], repr=False)
    is_complete: bool = False
    error: httpx2.TransportError | None = None

    def as_data(self) -> PlainObject:
        """Return the exchange as it is recorded, before its secrets are replaced."""
        result: PlainObject = {}
        if self.response is not None:
            result = _response_data(self.response, b"".join(self.chunks))
            if not self.is_complete and self.error is None:
                result["is_cut"] = True
        if self.error is not None:
            result |= _fault_data(self.error)
        return {"request": request_data(self.request), "response": result}


def request_data(request: httpx2.Request) -> PlainObject:
    """Return what distinguishes a request, without headers that may have credentials."""
    url, _, query = str(request.url).partition("?")
    data: PlainObject = {"method": request.method, "url": url}
    if query:
        data["query"] = _by_name(parse_qsl(query, keep_blank_values=True))
    data["accept"] = request.headers.get("accept", "")
    content_type = request.headers.get("content-type", "")
    if content_type:
        data["content_type"] = essence(content_type)
    if request.content:
        data["body"] = _request_body(request, content_type)
    return data


def response_of(data: PlainObject) -> tuple[httpx2.Response, bytes]:
    """Return a recorded response without its body, and the body.

    Raises:
        httpx2.TransportError: If a fault is recorded in place of it.
    """
    if "status" not in data:
        raise fault_of(data)
    headers = httpx2.Headers(data.get("headers", {}))
    response = httpx2.Response(data["status"], headers=headers)
    encoding = response.charset_encoding or "utf-8"
    if "json" in data:
        return response, encode_exact(data["json"])
    if "lines" in data:
        return response, "\n".join(data["lines"]).encode(encoding)
    if "text" in data:
        return response, str(data["text"]).encode(encoding)
    return response, b64decode(data.get("base64", ""))


def fault_of(data: PlainObject) -> httpx2.TransportError:
    """Return a recorded fault."""
    name = data.get("fault", "ReadError")
    class_ = getattr(httpx2, name, httpx2.ReadError)
    is_stale = data.get("reason") == _DISCONNECTED
    error: httpx2.TransportError = class_(_DISCONNECTED if is_stale else "recorded")
    causes = (c for reason, c in _CAUSES.items() if reason.name == data.get("reason"))
    error.__cause__ = next(causes, None)
    return error


def _request_body(request: httpx2.Request, content_type: str) -> PlainObject:
    content = request.content
    kind = essence(content_type)
    if kind == "application/x-www-form-urlencoded":
        pairs = parse_qsl(content.decode("utf-8", "replace"), keep_blank_values=True)
        return {"form": _by_name(pairs)}
    if kind == "multipart/form-data":
        parts = [
            (
                {"name": name, "text": part}
                if isinstance(part, str)
                else {
                    "name": name,
                    "filename": part.name,
                    "content_type": part.content_type,
                    **_digest(part.content if isinstance(part.content, bytes) else b""),
                }
            )
            for name, part in multipart_parts(request)
        ]
        return {"parts": parts}
    found = _text_body(content, content_type, "utf-8")
    return _digest(content) if found is None else found


def _digest(content: bytes) -> PlainObject:
    return {"sha256": hashlib.sha256(content).hexdigest()}


def _response_data(response: httpx2.Response, received: bytes) -> PlainObject:
    headers = {n: v for n, v in response.headers.items() if n not in _VOLATILE}
    delay = retry_after(response.headers)
    if delay is not None and (response.status_code >= 400 or "retry-after" in headers):
        headers["retry-after"] = f"{delay:f}".rstrip("0").rstrip(".")
    data: PlainObject = {"status": response.status_code, "headers": headers}
    content = _decompressed(response, received)
    if not content:
        return data
    encoding = response.charset_encoding or "utf-8"
    found = _text_body(content, response.headers.get("content-type", ""), encoding)
    return {
        **data,
        **({"base64": b64encode(content).decode()} if found is None else found),
    }


def _decompressed(response: httpx2.Response, received: bytes) -> bytes:
    encoding = response.headers.get("content-encoding", "")
    if response.is_stream_consumed or not encoding:
        return received
    reader = BodyReader(encoding, 1 << 40)
    try:
        reader.feed(received)
        return reader.content()
    except BodyError:
        return received


def _text_body(content: bytes, content_type: str, encoding: str) -> PlainObject | None:
    """Return a body that is text; None for any other."""
    kind = essence(content_type)
    is_lines = kind in ("text/event-stream", "application/json-seq") or kind.endswith(
        ("ndjson", "jsonl", "json-lines")
    )
    if is_json(content_type) and not is_lines:
        try:
            return {"json": decode_exact(content)}
        except msgspec.DecodeError:
            pass  # It is recorded as text.
    try:
        text = content.decode(encoding)
    except (UnicodeDecodeError, LookupError):
        return None
    if is_lines or "\n" in text:
        return {"lines": text.split("\n")}
    is_known = is_text(content_type) or is_xml(content_type) or is_json(content_type)
    return {"text": text} if is_known or text.isprintable() else None


def _fault_data(error: httpx2.TransportError) -> PlainObject:
    data: PlainObject = {"fault": type(error).__name__}
    if isinstance(error, httpx2.RemoteProtocolError) and "disconnected" in str(error):
        return {**data, "reason": _DISCONNECTED}
    reason = failure_reason(error)
    return {**data, "reason": reason.name} if reason in _CAUSES else data


def _by_name(pairs: list[tuple[str, str]]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for name, value in pairs:
        found.setdefault(name, []).append(value)
    return found


def exchanges_in(data: object) -> list[PlainObject] | None:
    """Return the exchanges of the data of a cassette; None if it is not one."""
    if not is_object(data) or data.get("version") != 1:
        return None
    found: list[PlainObject] = []
    items = data.get("exchanges")
    for item in items if is_array(items) else [None]:
        if not is_object(item):
            return None
        request, response = item.get("request"), item.get("response")
        if not (is_object(request) and is_object(response)):
            return None
        if "status" not in response and "fault" not in response:
            return None
        found.append({"request": {**request}, "response": {**response}})
    return found
