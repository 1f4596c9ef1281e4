"""Conversion of responses into the value that a method returns, or the error it raises."""

from __future__ import annotations

from collections.abc import Generator, Mapping
from contextlib import contextmanager, suppress
from contextvars import ContextVar
from dataclasses import dataclass, field
from types import FunctionType, NoneType
from typing import Any, Generic, TypeVar, cast, get_args

import httpx2
import msgspec

from ..caller_warnings import warn_caller
from ..codec.body_readers import (
    READERS,
    Table,
    read_any,
    read_declared,
    read_json,
    read_text,
)
from ..codec.conversion import NO_PROPERTY
from ..codec.json_decoding import Mismatch, decode_json
from ..codec.lenient_json import UTF_8
from ..codec.media_types import (
    accepted_ranges,
    essence,
    is_text,
    is_xml,
    matching_range,
)
from ..codec.pointers import Pointer, text_at
from ..codec.type_guards import is_array, is_object
from ..errors import (
    APIStatusError,
    ResponseValidationError,
    ResponseWarning,
    status_error,
)
from ..wire.response_body import DecodedResponse
from .redirects import is_redirect
from .request import Call

T = TypeVar("T")


_USUAL_MESSAGES: tuple[Pointer, ...] = (
    ("message",),
    ("detail",),
    ("error", "message"),
    ("error_description",),
    ("errors", 0, "message"),
    ("errors", 0, "detail"),
    ("title",),
    ("error",),
)
"""Where APIs have the message of an error: RFC 9457 (`detail`, `title`), RFC 6749, section 5.2,
JSON:API and others."""


@dataclass(frozen=True, slots=True)
class ErrorFormat:
    """Structure of the error responses of an API.

    Attributes:
        body: The type of the body of an error, or a function that returns it.
        code, message: JSON pointers into the body; empty if the document does not say. The
            message is then looked for in the usual places.
        request_id: JSON pointer into the body, or the name of a response header.
    """

    body: Any = None
    code: Pointer = ()
    message: Pointer = ()
    request_id: Pointer | str = ()

    @property
    def type(self) -> Any:
        """The type of the body of an error."""
        return self.body() if isinstance(self.body, FunctionType) else self.body


@dataclass(frozen=True, slots=True)
class Response(Generic[T]):
    """A response with status and headers, as `raw` returns it.

    Attributes:
        status_code: The HTTP status.
        headers: The response headers; names are case-insensitive.
        value: The return value of the method.
    """

    status_code: int
    headers: httpx2.Headers = field(repr=False)
    value: T = field(repr=False)


_MINOR = (NO_PROPERTY, UTF_8)
"""What mismatches of an error body expect that leave it a model."""
_BODIES_WITHOUT_DATA = (b"", b"{}", b"null")

_recorded: ContextVar[list[Response[Any]] | None] = ContextVar("recorded", default=None)


@contextmanager
def record_responses() -> Generator[list[Response[Any]]]:
    """Record the responses to the calls in this block, in this task or thread."""
    responses: list[Response[Any]] = []
    token = _recorded.set(responses)
    try:
        yield responses
    finally:
        _recorded.reset(token)


def record_response(response: DecodedResponse, value: T) -> T:
    """Record a response if inside a `record_responses` block; return its value."""
    responses = _recorded.get()
    if responses is not None:
        responses.append(Response(response.status_code, response.headers, value))
    return value


def response_value(
    call: Call[T],
    response: DecodedResponse,
    errors: ErrorFormat,
    *,
    strict: bool,
    accepts_any: bool = False,
) -> T:
    """Return the value of a response.

    Args:
        call: The call that it responds to.
        response: The response.
        errors: The structure of the API's error responses.
        strict: Whether a body that does not match its schema is an error.
        accepts_any: Whether a body of an undeclared media type is returned as text or bytes.

    Raises:
        APIStatusError: If the status is neither 2xx nor that of a documented redirect.
        ResponseValidationError: If the body cannot be read, or does not match in strict mode.
    """
    status = response.status_code
    if not 200 <= status < 300 and not _is_described_redirect(call, status):
        raise response_error(call, response, errors)
    returns = _returned_type(call, status)
    if returns is None and status >= 300:
        return cast(T, None)
    if not response.content and (
        returns in (None, NoneType, Any) or NoneType in get_args(returns)
    ):
        return cast(T, None)
    value: Any = None
    mismatches: list[Mismatch] = []
    problem = ""
    try:
        value, mismatches = _decode_body(call, response, returns)
    except msgspec.DecodeError as error:
        problem = str(error)
    if problem and accepts_any:
        value, mismatches = read_any(response.content, Any, response.headers)
    elif problem:
        raise unreadable_body_error(call, response.httpx_response, problem)
    if strict and mismatches:
        del value  # Error trackers record local variables.
        raise ResponseValidationError(
            f"{call}: {mismatches[0]}", response=response.httpx_response
        )
    warn_mismatches(call, mismatches)
    return cast(T, value)


def _returned_type(call: Call[Any], status: int) -> Any:
    """Return the type of a successful response; None if its body is not described."""
    if not call.by_status:
        return call.returns
    status_range = f"{status // 100}XX"
    return call.by_status.get(status, call.by_status.get(status_range, call.returns))


def _is_described_redirect(call: Call[Any], status: int) -> bool:
    """Return whether a status other than 2xx is that of a result."""
    return 300 <= status < 400 and (status in call.by_status or "3XX" in call.by_status)


def _decode_body(
    call: Call[Any], response: DecodedResponse, returns: Any
) -> tuple[Any, list[Mismatch]]:
    """Return the value of a body and its mismatches.

    Raises:
        msgspec.DecodeError: If the body cannot be read, or is of no declared media type.
    """
    content, headers = response.content, response.headers
    if returns is NoneType:
        if content.strip() in _BODIES_WITHOUT_DATA:
            return None, []
        return None, [Mismatch("$", "no body", "one, which is not returned")]
    if returns is None:
        return read_any(content, Any, headers)
    if call.response_format == "undescribed":
        return read_any(content, returns, headers)
    if call.contents:
        table = _declared_bodies(call, response.status_code)
        return read_declared(table, content, headers)
    if call.response_format == "json":
        try:
            return read_json(content, returns, headers)
        except msgspec.DecodeError:
            pass  # Its media type may tell why.
    entry = (READERS[call.response_format], returns)
    table = dict.fromkeys(accepted_ranges(call.accept), entry)
    return read_declared(table, content, headers)


def _declared_bodies(call: Call[Any], status: int) -> Table:
    """Return the readers of a successful response; those of all statuses for another status."""
    declared = _by_status(call.contents, status)
    if declared is not None:
        return declared
    tables = [
        t for key, t in call.contents.items() if str(key) < "4" or key == "default"
    ]
    return {name: entry for table in reversed(tables) for name, entry in table.items()}


def warn_mismatches(call: Call[Any], mismatches: list[Mismatch]) -> None:
    """Warn the caller of this package where a response does not match its schema."""
    for mismatch in mismatches:
        warn_caller(f"{call}: {mismatch}", ResponseWarning)


def unreadable_body_error(
    call: Call[Any], response: httpx2.Response, problem: str
) -> ResponseValidationError:
    """Return the error for a response whose body cannot be read."""
    return ResponseValidationError(
        f"{call} returned {response.status_code}, and its body cannot be read:"
        f" {problem}",
        response=response,
    )


def response_error(
    call: Call[Any], response: DecodedResponse, errors: ErrorFormat, reason: str = ""
) -> APIStatusError:
    """Return the error for a response with a status other than 2xx.

    Args:
        call: The call that it responds to.
        response: The response.
        errors: The structure of the API's error responses.
        reason: Why a redirect was not followed; empty if none should be.
    """
    if not reason and is_redirect(response.raw_response):
        reason = "a redirect, which follow_redirects=True follows"
    plain, body = _xml_error(call, response)
    if plain is None:
        plain = body = _error_data(response)
        expected = _error_type(call, response.status_code, errors.type)
        if expected is not None and plain is not None:
            with suppress(msgspec.DecodeError):
                value, mismatches = decode_json(
                    response.content, expected, response.headers
                )
                if all(m.expected in _MINOR for m in mismatches):
                    body = value
    if isinstance(errors.request_id, str):
        request_id = response.headers.get(errors.request_id)
    else:
        request_id = text_at(plain, errors.request_id)
    return status_error(
        str(call),
        response.httpx_response,
        body=body,
        code=text_at(plain, errors.code),
        message=_message(
            plain, errors.message, response.headers.get("content-type", "")
        ),
        request_id=request_id,
        reason=reason,
    )


def _xml_error(call: Call[Any], response: DecodedResponse) -> tuple[object, object]:
    """Return the body of an error in described XML as plain data and as its type.

    It is plain data if it does not match its type, and None if it cannot be read.
    """
    content, headers = response.content, response.headers
    content_type = headers.get("content-type", "")
    table = _by_status(call.error_contents, response.status_code)
    if not table or not is_xml(content_type):
        return None, None
    range_ = matching_range(content_type, tuple(table)) or next(iter(table))
    read, type_ = table[range_]
    try:
        plain, _ = read(content, Any, headers)
        body, mismatches = read(content, type_, headers)
    except msgspec.DecodeError:
        return None, None
    return plain, body if all(m.expected in _MINOR for m in mismatches) else plain


def _by_status(tables: Mapping[int | str, T], status: int) -> T | None:
    """Return the entry of a status, of a range such as `4XX`, or of `default`."""
    keys = (status, f"{status // 100}XX", "default")
    return next((tables[key] for key in keys if key in tables), None)


def _error_data(response: DecodedResponse) -> object:
    """Return the body of an error as JSON data or text; None if it is neither."""
    content_type = response.headers.get("content-type", "")
    data: object = None
    is_data = True
    try:
        data, _ = decode_json(response.content, Any, response.headers)
    except msgspec.DecodeError:
        is_data = False
    is_structured = is_object(data) or is_array(data)
    if not response.content or is_structured or (is_data and not is_text(content_type)):
        return data
    if is_text(content_type) or is_xml(content_type):
        return read_text(response.content, str, response.headers)[0]
    return None


def _message(body: object, pointer: Pointer, content_type: str) -> str | None:
    """Return the message in an error body; None if there is none.

    A body of plain text is the message.
    """
    if isinstance(body, str) and (is_text(content_type) or not pointer):
        is_markup = is_xml(content_type) or essence(content_type) == "text/html"
        return None if is_markup else body.strip() or None
    if pointer:
        return text_at(body, pointer)
    return next(filter(None, (text_at(body, p) for p in _USUAL_MESSAGES)), None)


def _error_type(call: Call[Any], status: int, usual: Any) -> Any:
    """Return the type of an error body: by status, range such as `4XX`, or default."""
    found = _by_status(call.errors, status)
    return usual if found is None else found
