"""Decorators of deprecated operations and arguments, which warn at the line of the call.

Type checkers and editors know `deprecated` and strike the calls through. No decorator can mark
an argument for them: its docstring begins with "Deprecated.".
"""

from __future__ import annotations

import inspect
import sys
import warnings
from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar, cast

from .codec.styles import is_given

if sys.version_info >= (3, 13):
    from warnings import deprecated
else:
    from typing_extensions import deprecated  # httpx2 requires it.

__all__ = ["deprecated", "deprecated_arguments"]

F = TypeVar("F", bound=Callable[..., Any])


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
            return function(*args, **kwargs)

        if inspect.iscoroutinefunction(function) and sys.version_info >= (3, 12):
            inspect.markcoroutinefunction(call)
        return cast(F, call)

    return decorate
