"""Calls of operations, as tests compare them."""

from __future__ import annotations

import inspect
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from ..codec.model import UNSET
from ..codec.plain_data import to_plain_data
from ..codec.request_body import File
from ..codec.type_guards import is_list_or_tuple, is_object

_NOTHING = object()
"""A value that only `unittest.mock.ANY` and its like are equal to."""


class call:
    """The arguments of a call: `fake.sessions.revoke.calls == [call("102")]`.

    An argument that is not given equals its default. `unittest.mock.ANY` equals any value. A
    `unittest.mock.call`, and the `call` of another package, are equal to it if their arguments are.
    """

    def __init__(self, *args: object, **kwargs: object) -> None:
        self.args = args
        self.kwargs = kwargs

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, call):
            return NotImplemented
        if isinstance(other, RecordedCall) and not isinstance(self, RecordedCall):
            return other == self
        return self.args == other.args and self.kwargs == other.kwargs

    def __hash__(self) -> int:
        return hash(len(self.args))

    def __repr__(self) -> str:
        return f"call({_text(self.args, self.kwargs)})"


class RecordedCall(call):
    """A call that a client has sent, with the arguments as its requests carried them.

    Attributes:
        arguments: The arguments by name, without those that were not sent.
        attempts: The number of its requests that the fake received.

    Args:
        signature: The parameters of the method.
        arguments: The arguments by name.
        implicit: The arguments that the client sends if they are absent, so that a call without
            them is equal.
    """

    def __init__(
        self,
        signature: inspect.Signature,
        arguments: Mapping[str, object],
        implicit: frozenset[str] = frozenset(),
    ) -> None:
        given = {
            name: arguments[name]
            for name, parameter in signature.parameters.items()
            if name in arguments and arguments[name] != parameter.default
        }
        positional = [
            name
            for name, parameter in signature.parameters.items()
            if parameter.kind is parameter.POSITIONAL_OR_KEYWORD and name in given
        ]
        super().__init__(
            *(given[name] for name in positional),
            **{name: value for name, value in given.items() if name not in positional},
        )
        self.arguments = given
        self.attempts = 1
        self._signature = signature
        self._implicit = implicit

    def __eq__(self, other: object) -> bool:
        if isinstance(other, RecordedCall):
            return same_arguments(self.arguments, other.arguments)
        args: object = getattr(other, "args", None)
        kwargs: object = getattr(other, "kwargs", None)
        if not (is_list_or_tuple(args) and is_object(kwargs)):
            return NotImplemented
        expected = bound_arguments(self._signature, tuple(args), kwargs, keeps_any=True)
        if expected is None:
            return False
        absent = self._implicit - expected.keys()
        own = {n: value for n, value in self.arguments.items() if n not in absent}
        return same_arguments(expected, own)

    __hash__ = call.__hash__


def bound_arguments(
    signature: inspect.Signature,
    args: tuple[object, ...],
    kwargs: Mapping[str, object],
    *,
    keeps_any: bool = False,
) -> dict[str, object] | None:
    """Return arguments by name, without those that are not given; None if they do not fit.

    Args:
        signature: The parameters.
        args: The positional arguments.
        kwargs: The keyword arguments.
        keeps_any: Whether `unittest.mock.ANY` is a given argument.
    """
    try:
        bound = signature.bind_partial(*args, **kwargs)
    except TypeError:
        return None
    return {
        name: value
        for name, value in bound.arguments.items()
        if value is not UNSET
        and (
            keeps_any
            and value == _NOTHING
            or value != signature.parameters[name].default
        )
    }


def same_arguments(
    expected: Mapping[str, object], actual: Mapping[str, object]
) -> bool:
    """Return whether arguments are equal, the names included."""
    return expected.keys() == actual.keys() and matches(expected, actual)


def matches(expected: Mapping[str, object], actual: Mapping[str, object]) -> bool:
    """Return whether a call has the expected arguments; others may have any value."""
    return all(
        name in actual and _equal(value, actual[name])
        for name, value in expected.items()
    )


def _equal(expected: Any, actual: Any) -> bool:
    """Return whether a value and what was sent for it are equal: as such, or on the wire."""
    if expected == actual:
        return True
    if isinstance(expected, File) and isinstance(actual, File):
        media_types = (
            expected.content_type or actual.content_type,
            actual.content_type,
        )
        names = (expected.name, actual.name)
        is_alike = len({*names}) == 1 and len({*media_types}) == 1
        return is_alike and expected.content == actual.content
    try:
        return bool(_on_the_wire(expected) == _on_the_wire(actual))
    except (TypeError, ValueError):
        return False


def _on_the_wire(value: Any) -> object:
    if isinstance(value, bytes):
        return value
    if isinstance(value, File):
        return value.content
    if isinstance(value, (bytes, bytearray)):
        return value
    if isinstance(value, datetime) and value.tzinfo is not None:
        return value.timestamp()
    return to_plain_data(value)


def describe(name: str, arguments: Mapping[str, object]) -> str:
    """Return a call as text, such as `sessions.get(session_id='102')`."""
    return f"{name}({_text((), arguments)})"


def _text(args: tuple[object, ...], kwargs: Mapping[str, object]) -> str:
    named = (f"{name}={value!r}" for name, value in kwargs.items())
    return ", ".join((*map(repr, args), *named))
