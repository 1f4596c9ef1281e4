"""What an answer means: the value it carries, or the error it is."""

from __future__ import annotations

import warnings
from collections.abc import Generator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from types import NoneType
from typing import Any, Generic, TypeVar, cast, get_args

import httpx2
import msgspec

from .call import Call
from .errors import (
    APIStatusError,
    ResponseValidationError,
    ResponseWarning,
    status_error,
)
from .reading import read
from .values import is_array, is_object

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class ErrorShape:
    """What the API's errors look like.

    Attributes:
        body: What the body of an error is read as.
        code, message: Where it keeps them, as keys and indexes; empty for nowhere.
        request_id: Likewise, or the name of a response header.
    """

    body: Any = None
    code: tuple[str | int, ...] = ()
    message: tuple[str | int, ...] = ()
    request_id: tuple[str | int, ...] | str = ()


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


_answers: ContextVar[list[httpx2.Response] | None] = ContextVar("answers", default=None)


@contextmanager
def answers_kept() -> Generator[list[httpx2.Response]]:
    """Keep the answers to the calls that are made in this block, in this task or thread."""
    answers: list[httpx2.Response] = []
    token = _answers.set(answers)
    try:
        yield answers
    finally:
        _answers.reset(token)


def keep(response: httpx2.Response) -> None:
    """Keep an answer where someone asked for it."""
    answers = _answers.get()
    if answers is not None:
        answers.append(response)


def value_of(
    call: Call[T], response: httpx2.Response, errors: ErrorShape, *, strict: bool
) -> T:
    """The value that an answer carries.

    Args:
        call: What was asked.
        response: The answer, read.
        errors: What the API's errors look like.
        strict: Whether an answer that does not fit its description is an error.

    Raises:
        APIStatusError: Its status is no success.
        ResponseValidationError: Its body cannot be read.
    """
    if not response.is_success:
        raise _error(call, response, errors)
    if call.returns is NoneType:
        return cast(T, None)
    if not response.content:
        if NoneType in get_args(call.returns):
            return cast(T, None)
        raise ResponseValidationError(
            f"{call} was answered {response.status_code} with an empty body", response
        )
    try:
        value, mismatches = read(response.content, call.returns)
    except msgspec.DecodeError:
        raise ResponseValidationError(
            f"{call} was answered {response.status_code} with a body that is not JSON",
            response,
        ) from None
    if strict and mismatches:
        raise ResponseValidationError(f"{call}: {mismatches[0]}", response)
    for mismatch in mismatches:
        warnings.warn(f"{call}: {mismatch}", ResponseWarning, stacklevel=4)
    return cast(T, value)


def _error(
    call: Call[Any], response: httpx2.Response, errors: ErrorShape
) -> APIStatusError:
    plain: object = None
    body: object = None
    try:
        plain = msgspec.json.decode(response.content)
        expected = call.errors.get(response.status_code, errors.body)
        body = plain
        if expected is not None:
            read_as, mismatches = read(response.content, expected)
            body = plain if mismatches else read_as
    except msgspec.DecodeError:
        pass
    if isinstance(errors.request_id, str):
        request_id = response.headers.get(errors.request_id)
    else:
        request_id = _text_at(plain, errors.request_id)
    return status_error(response.status_code)(
        str(call),
        response,
        body=body,
        code=_text_at(plain, errors.code),
        message=_text_at(plain, errors.message),
        request_id=request_id,
    )


def _text_at(value: object, keys: tuple[str | int, ...]) -> str | None:
    for key in keys:
        if is_object(value):
            value = value.get(str(key))
        elif is_array(value) and isinstance(key, int) and key < len(value):
            value = value[key]
        else:
            return None
    return value if keys and isinstance(value, str) else None
