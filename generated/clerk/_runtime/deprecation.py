"""Decorators of deprecated operations and arguments, which warn at the line of the call.

Type checkers and editors know `deprecated` and strike the calls through. No decorator can mark
an argument for them: its docstring begins with "Deprecated.".
"""

from __future__ import annotations

import asyncio
import inspect
import sys
import warnings
from collections.abc import Callable
from functools import wraps
from typing import TYPE_CHECKING, Any, TypeVar, cast

from .codec.styles import is_given

__all__ = ["deprecated", "deprecated_arguments"]

F = TypeVar("F", bound=Callable[..., Any])

if TYPE_CHECKING:
    if sys.version_info >= (3, 13):
        from warnings import deprecated
    else:
        from typing_extensions import deprecated
else:

    def deprecated(message: str) -> Callable[[F], F]:
        """Return a decorator that warns at each call.

        The frames of that of Python hold the arguments of a call that fails.
        """

        def decorate(function: F) -> F:
            @wraps(function)
            def call(*args: Any, **kwargs: Any) -> Any:
                warnings.warn(message, DeprecationWarning, stacklevel=2)
                try:
                    return function(*args, **kwargs)
                finally:
                    del args, kwargs  # Error trackers record local variables.

            call.__deprecated__ = function.__deprecated__ = message
            return _marked(call, function)

        return decorate


def deprecated_arguments(*names: str) -> Callable[[F], F]:
    """Return a decorator that warns if one of the arguments is given.

    Args:
        names: The names of keyword arguments.
    """

    def decorate(function: F) -> F:
        @wraps(function)
        def call(*args: Any, **kwargs: Any) -> Any:
            for name in names:
                if is_given(kwargs.get(name)):
                    message = (
                        f"The argument {name} of {function.__qualname__} is deprecated"
                    )
                    warnings.warn(message, DeprecationWarning, stacklevel=2)
            try:
                return function(*args, **kwargs)
            finally:
                del args, kwargs  # Error trackers record local variables.

        return cast(F, _marked(call, function))

    return decorate


def _marked(call: Callable[..., Any], function: Callable[..., Any]) -> Any:
    """Mark a wrapper as a coroutine function if the function is one.

    In Python 3.11 `asyncio` and `unittest.mock` know the mark, and `inspect` does not.
    """
    if inspect.iscoroutinefunction(function):
        if sys.version_info >= (3, 12):
            inspect.markcoroutinefunction(call)
        else:
            vars(call)["_is_coroutine"] = vars(asyncio.coroutines)["_is_coroutine"]
    return call
