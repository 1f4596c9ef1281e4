"""Base classes of models: structs, open enums, recursive types; constants, UNSET, Unknown."""

import threading
from collections.abc import Callable, Mapping
from enum import IntEnum, StrEnum
from typing import Any, ClassVar, Generic, Self, TypeVar, cast

from msgspec import UNSET, Struct, UnsetType, field

__all__ = [
    "ADDITIONAL",
    "UNSET",
    "DefaultConstant",
    "Model",
    "OpenEnum",
    "OpenIntEnum",
    "OpenModel",
    "Recursive",
    "Unknown",
    "UnsetType",
    "absent_constants",
    "constant",
    "generated_class",
    "recursive",
    "merge_additional",
]

T = TypeVar("T")

ADDITIONAL = "\ufdd0additional"
"""Encoded name of the field for additional properties. It begins with a noncharacter (Unicode,
section 23.7), so that no property of an API has this name."""


class Model(Struct, omit_defaults=True, forbid_unknown_fields=True):
    """Base class of models, which represent JSON objects.

    A field that has its default is not sent. The repr omits values, since they may be secret.
    """

    __original__: ClassVar[type[Any] | None] = None
    """The generated class of an extended model."""
    __added__: ClassVar[Mapping[str, str]] = {}
    """The fields of an extended model for additional properties, with their names in JSON."""

    def __repr__(self) -> str:
        """Return the class and the names of the set fields: `<Session: id, login>`."""
        names = ", ".join(name for name, _ in self.__rich_repr__())
        return (
            f"<{type(self).__name__}: {names}>" if names else f"<{type(self).__name__}>"
        )

    def __rich_repr__(self) -> list[tuple[str, Any]]:
        """Return the names of the set fields for Rich, which otherwise shows the values."""
        pairs = zip(self.__struct_fields__, self.__struct_encode_fields__, strict=True)
        names = sorted(pairs, key=lambda pair: pair[1] == ADDITIONAL)
        values = ((name, wire, field_value(self, name)) for name, wire in names)
        return [
            (name, ...)
            for name, wire, value in values
            if value is not None
            and value is not UNSET
            and name not in self.__added__
            and (value or wire != ADDITIONAL)
        ]

    def __eq__(self, other: object) -> bool:
        """Return whether the other is of the same class and has equal fields."""
        model = generated_class(type(self))
        if not isinstance(other, Model) or generated_class(type(other)) is not model:
            return NotImplemented
        names = model.__struct_fields__
        return all(field_value(self, n) == field_value(other, n) for n in names)

    def __reduce__(self) -> Any:
        """Reduce an extended model to its generated class, which can be imported."""
        model = generated_class(type(self))
        if model is type(self):
            return super().__reduce__()
        fields = {name: field_value(self, name) for name in model.__struct_fields__}
        return model(**fields).__reduce__()


def generated_class(model: type[Any]) -> type[Any]:
    """Return the class of a model in the modules of models."""
    original: type[Any] | None = model.__original__
    return model if original is None else original


class OpenModel(Model, kw_only=True):
    """A model that preserves properties without a field, such as those a server adds later."""

    additional_properties: dict[str, Any] = field(
        default=cast(Any, None), name=ADDITIONAL
    )
    """The properties without a field, by name. They are sent with the model."""


_additional: Any = vars(OpenModel)["additional_properties"]
"""The attribute as msgspec made it; None if there are no additional properties, or if they are
in the fields that an extended model has for them."""


def field_value(model: Model, name: str) -> Any:
    """Return the value of a field, without creating a dict for no additional properties."""
    if name == "additional_properties" and isinstance(model, OpenModel):
        return _additional.__get__(model) or _added_properties(model)
    return getattr(model, name)


def _added_properties(model: OpenModel) -> dict[str, Any]:
    """Return the properties in the fields that an extended model has for them."""
    values = ((wire, getattr(model, name)) for name, wire in model.__added__.items())
    return {wire: value for wire, value in values if value is not UNSET}


def _get_additional(model: OpenModel) -> dict[str, Any]:
    """Return the additional properties; create their dict on first access only."""
    properties: dict[str, Any] | None = _additional.__get__(model)
    if properties is None:
        properties = _added_properties(model)
        for name in model.__added__:
            setattr(model, name, UNSET)
        _additional.__set__(model, properties)
    return properties


def _set_additional(model: OpenModel, properties: dict[str, Any]) -> None:
    _get_additional(model)
    _additional.__set__(model, properties)


setattr(OpenModel, "additional_properties", property(_get_additional, _set_additional))


class OpenEnum(StrEnum):
    """A string enum that preserves unknown values, such as those a server adds later.

    An unknown value becomes a member with the value as its name. Like every member it equals
    the plain string.
    """

    @classmethod
    def _missing_(cls, value: object) -> Self | None:
        if not isinstance(value, str):
            return None
        member = str.__new__(cls, value)
        member._name_ = value
        member._value_ = value
        return member


class OpenIntEnum(IntEnum):
    """An integer enum that preserves unknown values, as `OpenEnum` does."""

    @classmethod
    def _missing_(cls, value: object) -> Self | None:
        if not isinstance(value, int) or isinstance(value, bool):
            return None
        member = int.__new__(cls, value)
        member._name_ = str(value)
        member._value_ = value
        return member


class Unknown(dict[str, Any]):
    """An object that fits no member of its union, as plain data.

    A server may add members to a union later. The repr omits values, since they may be secret.
    """

    def __repr__(self) -> str:
        """Return the class and the names of the properties: `<Unknown: type, text>`."""
        names = ", ".join(map(str, self))
        return f"<Unknown: {names}>" if names else "<Unknown>"


class AbsentConstants(threading.local):
    """The constants that responses do not have, while one is decoded in this thread.

    Attributes:
        count: How many required ones were absent; None while no response is decoded.
    """

    count: int | None = None

    def __enter__(self) -> Self:
        """Begin to count."""
        self.count = 0
        return self

    def __exit__(self, *_: object) -> None:
        """End to count."""
        self.count = None


absent_constants = AbsentConstants()


class DefaultConstant(Generic[T]):
    """The default of a property that has one value. Like every other value it is sent.

    msgspec calls it for an object without the property. A model that is decoded has `UNSET`
    for it if it is optional, so that it is not sent back.

    Attributes:
        value: The value.
        is_tag: Whether the value selects the model from a union.
        is_required: Whether an object without the property does not match the model.
    """

    def __init__(self, value: T, is_tag: bool, is_required: bool) -> None:
        self.value = value
        self.is_tag = is_tag
        self.is_required = is_required

    def __call__(self) -> T | UnsetType:
        """Return the value, or what stands for its absence in a response."""
        if absent_constants.count is not None:
            if not self.is_required:
                return UNSET
            absent_constants.count += 1
        return self.value


def constant(
    value: T, *, is_tag: bool = False, is_required: bool = True
) -> Callable[[], T]:
    """Return the default factory of a property that has one value; see `DefaultConstant`."""
    return cast(Callable[[], T], DefaultConstant(value, is_tag, is_required))


class Recursive:
    """Base class of recursive aliases: types that contain themselves without an object.

    Attributes:
        definition: Returns the type that the alias stands for.
    """

    definition: ClassVar[Callable[[], Any]]


def recursive(name: str, definition: Callable[[], Any]) -> type[Recursive]:
    """Create a recursive alias.

    Args:
        name: The name of the alias.
        definition: Returns its type; called once all types are defined.
    """
    return type(name, (Recursive,), {"definition": staticmethod(definition)})


def merge_additional(part: dict[str, Any]) -> dict[str, Any]:
    """Move the additional properties of an encoded model among its other properties.

    Raises:
        ValueError: If one has the name of a field that is set.
    """
    if ADDITIONAL not in part:
        return part
    properties = {name: value for name, value in part.items() if name != ADDITIONAL}
    for name, value in part[ADDITIONAL].items():
        if name in properties:
            raise ValueError(
                f"{name!r} is in additional_properties, and a field of the model is set to it"
            )
        properties[name] = value
    return properties
