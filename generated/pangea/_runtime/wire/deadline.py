"""Context of network I/O that clients set and connections read."""

from __future__ import annotations

from contextvars import ContextVar

import httpx2

DEADLINE: ContextVar[float | None] = ContextVar("deadline", default=None)
"""The deadline for network I/O, on the monotonic clock in seconds; None or infinity for none."""

TimeoutClass = type[httpx2.TimeoutException]

TIMEOUT_CLASSES: ContextVar[list[TimeoutClass] | None] = ContextVar(
    "timeout_classes", default=None
)
"""List with the error of a timeout now, for each operation that has begun and not succeeded;
None if nobody needs it."""
