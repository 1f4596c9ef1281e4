"""Requests and responses of one operation, generated from its schemas."""

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from tests.corpus.wire.document import Description, Operation, Parameter
from tests.corpus.wire.media import essence, is_json, is_xml
from tests.corpus.wire.parameters import defined
from tests.corpus.wire.requests import ExpectedRequest
from tests.corpus.wire.same import ABSENT
from tests.corpus.wire.schemas import NoValueError
from tests.corpus.wire.values import Size, ValueGenerator

SIZES = (Size.MINIMAL, Size.FULL, Size.RANDOM)
STREAMS = (
    *("text/event-stream", "application/x-ndjson", "application/ndjson"),
    *("application/jsonl", "application/jsonlines", "application/json-seq"),
    *("multipart/mixed", "application/geo+json-seq", "application/stream+json"),
)
_FORMS = ("application/x-www-form-urlencoded", "multipart/form-data")
_DOT_SEGMENTS = ("", ".", "..")


@dataclass(frozen=True, slots=True)
class CannedResponse:
    """Response that the mock transport sends.

    Attributes:
        value: JSON value of the content, its text or bytes; `ABSENT` if the method returns
            something else, such as a stream.
    """

    status: int
    content_type: str = ""
    content: bytes = b""
    value: Any = ABSENT


class Cases:
    """Generator of requests and responses of one operation, always the same.

    Args:
        on_failure: Called with a message for each value that cannot be generated.
    """

    def __init__(
        self,
        description: Description,
        operation: Operation,
        on_failure: Callable[[str], object],
    ) -> None:
        self._description = description
        self._operation = operation
        self._on_failure = on_failure
        self._request_values = ValueGenerator(
            description, f"sends {operation.key}", True
        )
        self._response_values = ValueGenerator(
            description, f"answers {operation.key}", False
        )

    def requests(self, content_type: str) -> Iterator[ExpectedRequest]:
        """Yield a request of each size.

        Args:
            content_type: Media type of the body, as in the document; empty for no body.
        """
        if is_xml(content_type):
            schema = self._operation.body(content_type).get("schema")
            if _has_structure(schema):
                return  # See tests/clients/xml.
        for size in SIZES:
            try:
                sent = ExpectedRequest(
                    self._drop_shared_names(dict(self._parameters(size))),
                    declared=frozenset(
                        (p.location, p.name) for p in self._operation.parameters
                    ),
                )
                if content_type and (
                    self._operation.body_required or size is not Size.MINIMAL
                ):
                    sent.body = self._body(content_type, size)
                    sent.content_type = _concrete_media_type(content_type)
            except NoValueError as error:
                self._on_failure(f"no request was generated: {error}")
            else:
                yield sent

    def _parameters(self, size: Size) -> Iterator[tuple[tuple[str, str], Any]]:
        for parameter in self._operation.parameters:
            is_optional = not parameter.required and not self._has_default(parameter)
            if is_optional and size is Size.MINIMAL:
                continue
            try:
                value = self._parameter(parameter, size)
            except NoValueError:
                if parameter.required:
                    raise
            else:
                yield (parameter.location, parameter.name), value

    def _has_default(self, parameter: Parameter) -> bool:
        """Return whether the client sends a value of its own for an absent header."""
        options = self._description.data.get("x-client") or {}
        names = {name.lower() for name in options.get("headers", {})}
        return parameter.location == "header" and parameter.name.lower() in names

    def _drop_shared_names(
        self, sent: dict[tuple[str, str], Any]
    ) -> dict[tuple[str, str], Any]:
        """Remove properties of exploded objects whose names are also those of parameters.

        In the query they could not be told apart.
        """
        taken = {p.name for p in self._operation.parameters if p.location == "query"}
        for parameter in self._operation.parameters:
            key = parameter.location, parameter.name
            value = sent.get(key)
            if not (isinstance(value, dict) and parameter.is_spread):
                continue
            sent[key] = {n: v for n, v in value.items() if n not in taken}
            taken |= value.keys()
            if not sent[key]:
                if parameter.required:
                    raise NoValueError("a parameter with the names of others")
                del sent[key]
        return sent

    def _parameter(self, parameter: Parameter, size: Size) -> Any:
        place = self._text_location(parameter)
        value = self._request_values.value(parameter.schema, size, place)
        if parameter.required and defined(value) is ABSENT:
            # It is not sent, so that it would be missing.
            value = self._request_values.value(parameter.schema, Size.FULL, place)
        if parameter.location == "path":
            if value in _DOT_SEGMENTS:
                return "a"
            if defined(value) is ABSENT:
                raise NoValueError("a path parameter without a value")
        return value

    def _text_location(self, parameter: Parameter) -> str:
        """Return the key in `CHARACTERS` for the strings of a parameter."""
        if parameter.content_type:
            return "json" if parameter.location == "query" else "header"
        # Most styles do not escape their delimiter within values.
        is_delimited = not parameter.explode or parameter.style != "form"
        schema = self._description.resolve(parameter.schema)
        is_text = isinstance(schema, dict) and schema.get("type") == "string"
        return "cookie" if is_delimited and not is_text else parameter.location

    def _body(self, content_type: str, size: Size) -> Any:
        kind = content_type.partition(";")[0].strip().lower()
        if is_json(kind) or kind in _FORMS:
            content = self._operation.body(content_type)
            value = self._request_values.value(content.get("schema", {}), size)
            if isinstance(value, dict) or kind != "multipart/form-data":
                return (
                    value  # Multipart needs an object, whose properties name the parts.
                )
        return "<text/>" if kind.endswith("xml") else "text"

    def responses(self) -> Iterator[CannedResponse]:
        """Yield the documented responses, without redirects, and an undocumented success."""
        documented = [status for status, _, _ in self._operation.responses]
        codes = {_status_code(status, documented) for status in documented}
        if not any(200 <= code < 300 for code in codes):
            yield from self._undescribed_responses(200)
        for status, media_type, schema in self._operation.responses:
            code = _status_code(status, documented)
            if not (200 <= code < 300 or code >= 400):
                continue
            if not media_type:
                yield CannedResponse(code)
                if code < 300:
                    yield from self._undescribed_responses(code)
            elif self._has_no_content(code):
                continue
            elif is_json(media_type) and not _is_file(schema):
                sizes = SIZES if code < 300 else (Size.FULL,)
                yield from self._json_responses(code, media_type, schema, sizes)
            elif is_xml(media_type) and _has_structure(schema):
                continue  # See tests/clients/xml.
            elif code < 300:
                kind = _concrete_media_type(media_type)
                is_stream = essence(media_type) in STREAMS
                yield CannedResponse(
                    code, kind, b"text", ABSENT if is_stream else b"text"
                )

    def _has_no_content(self, code: int) -> bool:
        """Return whether a response cannot have content (RFC 9110, 9.3.2, 15.3.5, 15.3.6)."""
        return self._operation.method == "HEAD" or code in (204, 205)

    def _undescribed_responses(self, code: int) -> Iterator[CannedResponse]:
        """Yield responses with content that the document does not describe."""
        if not self._has_no_content(code):
            for value in ({"id": 7, "none": None}, [1, "a"]):
                content = json.dumps(value).encode()
                yield CannedResponse(code, "application/json", content, value)
            yield CannedResponse(code, "text/plain", "aß".encode(), "aß".encode())
            yield CannedResponse(code, "application/zip", b"\xff\x00", b"\xff\x00")

    def _json_responses(
        self, code: int, media_type: str, schema: Any, sizes: tuple[Size, ...]
    ) -> Iterator[CannedResponse]:
        for size in sizes:
            try:
                value = self._response_values.value(schema, size)
            except NoValueError as error:
                self._on_failure(f"no response was generated: {error}")
            else:
                if code < 300:
                    self._response_values.add_undeclared(schema, value)
                yield CannedResponse(
                    code, media_type, json.dumps(value).encode(), value
                )


def _has_structure(schema: Any) -> bool:
    """Return whether a schema describes more than text or anything."""
    return isinstance(schema, dict) and schema.get("type", "object") != "string"


def _is_file(schema: Any) -> bool:
    """Return whether a body is octets: no JSON text is."""
    return isinstance(schema, dict) and schema.get("format") == "binary"


def _concrete_media_type(media_type: str) -> str:
    """Return a media type within a media type range."""
    return media_type.replace("*/*", "application/*").replace("*", "octet-stream")


def _status_code(status: str, documented: list[str]) -> int:
    """Return a status code for a key of the Responses Object: `200`, `4XX`, `default`."""
    if status.isdigit():
        return int(status)
    if status == "default":
        has_success = any(other[:1] == "2" for other in documented)
        return 500 if has_success else 200
    least = int(status[0]) * 100
    return next(c for c in range(least, least + 100) if str(c) not in documented)
