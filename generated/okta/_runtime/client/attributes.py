"""Attributes of clients that are made on first use, and that mocks can be specified by.

Read from the class, an attribute is the class of its value: `create_autospec(Client)` finds the
methods of each resource, and `patch.object(Client.sessions, "get")` replaces one of them.
"""

from __future__ import annotations

from collections.abc import Callable
from copy import copy
from types import SimpleNamespace
from typing import Any, Generic, TypeVar, cast, overload

R = TypeVar("R")
C = TypeVar("C")


class LazyAttribute(Generic[R]):
    """Attribute whose value a method makes when it is first read: `@LazyAttribute`.

    Unlike that of `functools.cached_property`, it has the methods of its value on the class.
    """

    def __init__(self, make: Callable[[Any], R]) -> None:
        self._make = make
        self.__doc__ = make.__doc__

    def __set_name__(self, owner: type[object], name: str) -> None:
        self._name = name

    @overload
    def __get__(self, instance: None, owner: type[object]) -> type[R]: ...

    @overload
    def __get__(self, instance: object, owner: type[object]) -> R: ...

    def __get__(self, instance: object, owner: type[object]) -> R | type[R]:
        if instance is None:
            return type(self._make(_NO_CLIENT))
        value = vars(instance)[self._name] = self._make(instance)
        return value


_NO_CLIENT = SimpleNamespace(_sender=None)


def resource_attribute(class_: type[R]) -> R:
    """Return the attribute of a client or resource that holds a resource of this class."""
    make = cast("Callable[[Any], R]", class_)
    return cast(R, LazyAttribute[R](lambda owner: make(owner._sender)))


def copy_without(owner: C, class_: type[object]) -> C:
    """Return a copy of an object without the attributes whose value is of a class.

    A mock that a test has set in place of such a value stays.
    """
    other = copy(owner)
    for name, value in vars(owner).items():
        if issubclass(type(value), class_):  # A mock has the `__class__` of its spec.
            del vars(other)[name]
    return other
