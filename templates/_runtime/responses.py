"""What an answer means: the value it carries, or the error it is."""

from __future__ import annotations

import warnings
from collections.abc import Generator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from inspect import currentframe
from types import FunctionType, NoneType
from typing import Any, Generic, TypeVar, cast, get_args

import httpx2
import msgspec

from .call import Call
from .errors import (
    APIStatusError,
    ResponseValidationError,
    ResponseWarning,
    status_error_class,
)
from .json_decoding import Mismatch, decode_json
from .pointers import Pointer, text_at
from .response_body import DecodedResponse

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class ErrorShape:
    """What the API's errors look like.

    Attributes:
        body: What the body of an error is read as: a type, or a function that gives it.
        code, message: Where it keeps them, as keys and indexes; empty for nowhere.
        request_id: Likewise, or the name of a response header.
    """

    body: Any = None
    code: Pointer = ()
    message: Pointer = ()
    request_id: Pointer | str = ()

    @property
    def type(self) -> Any:
        """What the body of an error is read as."""
        return self.body() if isinstance(self.body, FunctionType) else self.body


@dataclass(frozen=True, slots=True)
class Response(Generic[T]):
    """An answer with what came around its value.

    Attributes:
        status_code: The HTTP status.
        headers: Names are the same in any case.
        value: What the method returns.
    """

    status_code: int
    headers: httpx2.Headers = field(repr=False)
    value: T = field(repr=False)


_recorded: ContextVar[list[Response[Any]] | None] = ContextVar("answers", default=None)


@contextmanager
def record_responses() -> Generator[list[Response[Any]]]:
    """Keep the answers to the calls that are made in this block, in this task or thread."""
    responses: list[Response[Any]] = []
    token = _recorded.set(responses)
    try:
        yield responses
    finally:
        _recorded.reset(token)


def record_response(response: Response[T]) -> Response[T]:
    """An answer, which is kept where someone asked for that."""
    responses = _recorded.get()
    if responses is not None:
        responses.append(response)
    return response


def response_value(
    call: Call[T], response: DecodedResponse, errors: ErrorShape, *, strict: bool
) -> T:
    """The value that an answer carries.

    Args:
        call: What was asked.
        answer: The answer.
        errors: What the API's errors look like.
        strict: Whether an answer that does not fit its description is an error.

    Raises:
        APIStatusError: Its status is no success.
        ResponseValidationError: Its body cannot be read.
    """
    if not 200 <= response.status_code < 300:
        raise response_error(call, response, errors)
    returns = call.by_status.get(response.status_code, call.returns)
    if returns is NoneType:
        return cast(T, None)
    if not response.content and (returns is Any or NoneType in get_args(returns)):
        return cast(T, None)
    if call.response_format == "bytes":
        return cast(T, response.content)
    if call.response_format == "text":
        return cast(T, response.httpx_response.text)
    if not response.content:
        raise unreadable_body_error(call, response.httpx_response, "it is empty")
    value: Any = None
    mismatches: list[Mismatch] = []
    problem = ""
    try:
        value, mismatches = decode_json(response.content, returns)
    except msgspec.DecodeError as error:
        problem = str(error)
    if problem:
        raise unreadable_body_error(call, response.httpx_response, problem)
    if strict and mismatches:
        del value  # What an error leaves behind may be recorded, with its locals.
        raise ResponseValidationError(
            f"{call}: {mismatches[0]}", response.httpx_response
        )
    warn_mismatches(call, mismatches)
    return cast(T, value)


def warn_mismatches(call: Call[Any], mismatches: list[Mismatch]) -> None:
    """Warn whoever uses this package that an answer is not quite what it should be."""
    for mismatch in mismatches:
        warnings.warn(f"{call}: {mismatch}", ResponseWarning, _caller_stack_level())


def unreadable_body_error(
    call: Call[Any], response: httpx2.Response, problem: str
) -> ResponseValidationError:
    """The error of an answer whose body cannot be read."""
    return ResponseValidationError(
        f"{call} was answered {response.status_code}, and its body cannot be read:"
        f" {problem}",
        response,
    )


def _caller_stack_level() -> int:
    """How many frames above that of `warn_mismatches` the code is that uses this package."""
    package = __name__.partition("._runtime")[0]
    frame = currentframe()
    level = 0
    while frame is not None:
        name = frame.f_globals.get("__name__", "")
        if name != package and not name.startswith(f"{package}."):
            break
        frame, level = frame.f_back, level + 1
    return level


def response_error(
    call: Call[Any], response: DecodedResponse, errors: ErrorShape
) -> APIStatusError:
    """The error that an answer is whose status is no success."""
    plain: object = None
    body: object = None
    try:
        plain, _ = decode_json(response.content, Any)
        expected = _error_type(call, response.status_code, errors.type)
        body = plain
        if expected is not None:
            read_as, mismatches = decode_json(response.content, expected)
            body = plain if mismatches else read_as
    except msgspec.DecodeError:
        pass
    if isinstance(errors.request_id, str):
        request_id = response.headers.get(errors.request_id)
    else:
        request_id = text_at(plain, errors.request_id)
    return status_error_class(response.status_code)(
        str(call),
        response.httpx_response,
        body=body,
        code=text_at(plain, errors.code),
        message=text_at(plain, errors.message),
        request_id=request_id,
    )


def _error_type(call: Call[Any], status: int, usual: Any) -> Any:
    """What the body of an error is read as: by its status, the range of that, or any."""
    keys = (status, f"{status // 100}XX", "default")
    return next((call.errors[key] for key in keys if key in call.errors), usual)
