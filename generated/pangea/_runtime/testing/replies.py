"""Responses and faults of a fake, made from values and examples."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import httpx2
import msgspec

from ..call.responses import ErrorFormat
from ..codec.plain_data import encode_json, to_plain_data
from ..codec.pointers import Pointer, value_at
from ..codec.type_guards import is_array, is_object
from ..errors import (
    APIConnectionError,
    APIStatusError,
    APITimeoutError,
    FailureReason,
    InternalServerError,
    status_error_class,
)
from .descriptions import OperationDescription
from .xml_bodies import xml_form

JSON = "application/json"
_TEXT_FORMATS = ("text", "bytes", "events", "lines", "sequence")
"""The formats whose example is the text of the body."""
_USUAL_CODE: Pointer = ("code",)
_USUAL_MESSAGE: Pointer = ("message",)


@dataclass(frozen=True, slots=True)
class Reply:
    """The response to one request, or the fault in its place.

    Attributes:
        content: The body.
        headers: The headers.
        fault: `timeout`, `reset` or `refused`, in place of the response or after its body;
            empty for none.
        has_body: Whether a response comes before the fault.
        delay: The seconds that pass before it.
    """

    status: int = 200
    content: bytes = b""
    headers: Mapping[str, str] = field(default_factory=dict[str, str])
    fault: str = ""
    has_body: bool = True
    delay: float = 0.0


@dataclass(frozen=True, slots=True)
class Received:
    """A request of an operation.

    Attributes:
        arguments: Its arguments by name, as typed values.
        position: The argument of its page, as text: a cursor, an offset, a page number or the
            number in a link; empty for the first page.
        url: Its URL.
    """

    arguments: Mapping[str, object]
    position: str = ""
    url: httpx2.URL | None = None


Responder = Callable[[Received], Reply]


def encoded(
    value: Any, description: OperationDescription, status: int | None = None
) -> Reply:
    """Return the response whose value a client reads as the given one.

    Raises:
        TypeError: If no response has such a value.
    """
    status = description.status if status is None else status
    media_type = description.media_type
    match description.format:
        case "text" if isinstance(value, str):
            content = value.encode()
        case "bytes" if isinstance(value, bytes):
            content = value
        case "undescribed" if isinstance(value, bytes):
            content, media_type = value, "application/octet-stream"
        case "undescribed" if value is None:
            content = b""
        case _ if value is None and not description.example:
            content = b""
        case _ if description.xml:
            data = to_plain_data(value, "the value", "returned")
            content = xml_form(description.xml).write(data) or b""
        case _:
            content = encode_json(to_plain_data(value, "the value", "returned"))
            media_type = media_type if "json" in media_type else JSON
    return _with_media_type(status, content, media_type)


def example_reply(description: OperationDescription) -> Reply:
    """Return the response with the example of an operation."""
    if not description.example:
        return Reply(description.status)
    if description.format in _TEXT_FORMATS:
        value = msgspec.json.decode(description.example, type=str)
        return _with_media_type(
            description.status, value.encode(), description.media_type
        )
    content = bytes(description.example)
    if description.xml:
        form = xml_form(description.xml)
        content = form.write(msgspec.json.decode(content)) or b""
    return _with_media_type(description.status, content, description.media_type)


def _with_media_type(status: int, content: bytes, media_type: str) -> Reply:
    return Reply(status, content, {"Content-Type": media_type} if content else {})


def error_reply(
    error: type[BaseException] | BaseException,
    description: OperationDescription,
    errors: ErrorFormat,
    *,
    code: str | None = None,
    message: str | None = None,
    headers: Mapping[str, str] | None = None,
) -> Reply:
    """Return the response or fault that makes a client raise an error.

    Raises:
        TypeError: If no response makes it raise that.
    """
    class_ = error if isinstance(error, type) else type(error)
    given: Mapping[str, str] = {}
    body: object = None
    request_id: str | None = None
    if isinstance(error, APIStatusError):
        status = error.status_code
        code = error.code if code is None else code
        message = error.message if message is None else message
        given = _headers_of(error)
        body, request_id = error.body, error.request_id
    elif issubclass(class_, APIStatusError):
        status = _status_of(class_, description)
    elif issubclass(class_, APITimeoutError):
        return Reply(fault="timeout", has_body=False)
    elif issubclass(class_, APIConnectionError):
        reason = error.reason if isinstance(error, APIConnectionError) else ""
        fault = "refused" if reason is FailureReason.REFUSED else "reset"
        return Reply(fault=fault, has_body=False)
    else:
        raise TypeError(
            f"no response makes a client raise {class_.__name__}: use responds()"
        )
    if body is None:
        body = error_body(description, status)
    else:
        body = to_plain_data(body, "the body", "returned")
    if code is not None:
        body = replaced_at(body, errors.code or _USUAL_CODE, code)
    if message is not None:
        body = replaced_at(body, errors.message or _USUAL_MESSAGE, message)
    if request_id is not None:
        place = errors.request_id
        if isinstance(place, str):
            given = {**given, place: request_id}
        elif place:
            body = replaced_at(body, place, request_id)
    content = b"" if body is None else encode_json(body)
    reply = _with_media_type(status, content, JSON)
    return Reply(status, content, {**reply.headers, **given, **(headers or {})})


def _headers_of(error: APIStatusError) -> dict[str, str]:
    """Return the headers of the response for an error that a test made."""
    headers = dict(error.response.headers)
    for name in ("content-type", "content-length", "content-encoding"):
        headers.pop(name, None)
    return headers


def error_body(description: OperationDescription, status: int) -> object:
    """Return the example of the body of an error; None if the document has none."""
    for key in (str(status), f"{status // 100}XX", "default"):
        if key in description.errors:
            body: object = msgspec.json.decode(description.errors[key])
            return body
    return None


def _status_of(class_: type[BaseException], description: OperationDescription) -> int:
    """Return the status of an error: one of the document, or else the usual one."""
    statuses = [int(key) for key in description.errors if key.isdigit()]
    statuses += [500] if class_ is InternalServerError else range(400, 500)
    for status in statuses:
        if status_error_class(status) is class_:
            return status
    raise TypeError(f"{class_.__name__} has no status: use responds()")


def without(body: object, pointer: Pointer) -> Any:
    """Return plain data without the member at a pointer."""
    *parents, name = pointer
    parent = value_at(body, tuple(parents))
    if not is_object(parent) or name not in parent:
        return body
    others = {key: value for key, value in parent.items() if key != name}
    return replaced_at(body, tuple(parents), others)


def replaced_at(body: object, pointer: Pointer, value: object) -> Any:
    """Return plain data with another value at a pointer, which is made if it is absent."""
    if not pointer:
        return value
    key, *rest = pointer
    if isinstance(key, int):
        items: list[Any] = [*body] if is_array(body) else []
        index = len(items) + key if key < 0 else key
        items += [None] * (max(index, 0) + 1 - len(items))
        items[index] = replaced_at(items[index], tuple(rest), value)
        return items
    members: dict[str, Any] = {**body} if is_object(body) else {}
    members[key] = replaced_at(members.get(key), tuple(rest), value)
    return members
