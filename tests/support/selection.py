"""Chooses the parameters of a test that run without `--full`."""

from collections.abc import Callable, Hashable, Iterable
from typing import Any, TypeVar

import pytest

T = TypeVar("T")


def first_of_each(
    values: Iterable[T], kind: Callable[[T], Hashable] = lambda value: None
) -> list[Any]:
    """Return values as parameters, of which all but the first of each kind are `full`.

    Args:
        values: A tuple is the parameters of one test, any other value is one parameter.
        kind: The kind of a value; all are of one kind if it is left out.
    """
    seen: set[Hashable] = set()
    parameters = []
    for value in values:
        marks = [pytest.mark.full] if kind(value) in seen else []
        seen.add(kind(value))
        several = type(value) is tuple
        parameters.append(pytest.param(*(value if several else (value,)), marks=marks))
    return parameters
