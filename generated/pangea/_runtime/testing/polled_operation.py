"""Fakes of operations that a server may accept with 202, before they are finished."""

from __future__ import annotations

from typing import Generic, ParamSpec, Self, TypeVar

from .operation import CallsFake, OperationFake

P = ParamSpec("P")
R = TypeVar("R")


class AcceptingFake(CallsFake[P]):
    """Base class of the fakes of operations that may be accepted."""

    def is_accepted(self, polls: int = 1) -> Self:
        """Accept calls with 202, and response after a number of polls.

        Args:
            polls: The number of polls; more than the deadline of a call allows let it fail with
                `AcceptedError`.
        """
        self._current_rule().polls = polls
        return self


class PolledFake(AcceptingFake[P], OperationFake[P, R], Generic[P, R]):
    """The fake of an operation that may be accepted: `.is_accepted(2).returns(...)`."""
