"""Fakes of operations with pages that a server may accept before they are finished."""

from __future__ import annotations

from typing import Generic, ParamSpec, TypeVar

from .paged_operation import PagedFake
from .polled_operation import AcceptingFake

P = ParamSpec("P")
I = TypeVar("I")
R = TypeVar("R")


class PolledPagedFake(AcceptingFake[P], PagedFake[P, I, R], Generic[P, I, R]):
    """The fake of an operation with pages that may be accepted: `.is_accepted(2)`."""
