"""Warnings that point at the code which called this package."""

from __future__ import annotations

import warnings
from inspect import currentframe


def warn_caller(message: str, category: type[Warning]) -> None:
    """Warn at the line outside this package that called it."""
    warnings.warn(message, category, _caller_stack_level())


def _caller_stack_level() -> int:
    """Return the `stacklevel` at which `warn_caller` reaches code outside this package."""
    package = __name__.partition("._runtime")[0]
    frame = currentframe()
    level = 0
    while frame is not None:
        name = frame.f_globals.get("__name__", "")
        if name != package and not name.startswith(f"{package}."):
            break
        frame, level = frame.f_back, level + 1
    return level
