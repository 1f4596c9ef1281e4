"""Base classes of models: structs, open enums, recursive types; constants, UNSET, Unknown."""

import threading
from collections.abc import Callable, Mapping
from enum import IntEnum, StrEnum
from typing import Any, ClassVar, Generic, Self, TypeVar, cast

from msgspec import UNSET, Struct, UnsetType, field

from .failed_comparisons import CODE_FILENAME, ComparedFields

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
    __attrs_attrs__: ClassVar[Any] = ComparedFields()

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
        if generated_class(type(self)) is type(self):
            return super().__reduce__()
        return self.evolve().__reduce__()

    def evolve(self, **changes: Any) -> Self:
        """Return a copy with other values of some fields; `copy.replace` calls it, too.

        Args:
            changes: The values, by the names of the fields in Python.

        Raises:
            TypeError: If the model has no such field.
        """
        model = generated_class(type(self))
        fields = {name: field_value(self, name) for name in model.__struct_fields__}
        if "additional_properties" in fields:
            fields["additional_properties"] = dict(fields["additional_properties"])
        return cast(Self, model(**(fields | changes)))

    def __replace__(self, **changes: Any) -> Self:
        return self.evolve(**changes)

    def to_dict(self) -> dict[str, Any]:
        """Return the JSON object of the model: the names of the API, and JSON values only.

        A decimal that the API has as a number becomes a float; `to_json` has all its digits.

        Raises:
            ValueError: If a number is NaN or infinite.
        """
        from .model_data import model_to_dict

        return model_to_dict(self)

    def to_json(self) -> str:
        """Return the model as compact JSON, as it is sent.

        Raises:
            ValueError: If a number is NaN or infinite.
        """
        from .model_data import model_to_json

        return model_to_json(self)

    @classmethod
    def from_dict(cls, data: Mapping[str, Any], *, strict: bool = False) -> Self:
        """Create a model from a JSON object, as from a response.

        Args:
            data: The object, with the names of the API.
            strict: Whether data that does not match the model raises an error. By default a
                `ResponseWarning` is issued, and the value stays as it is.

        Raises:
            ValueError: If the data does not match, and `strict` is set.
        """
        from .model_data import checked_model, model_from_dict

        result = model_from_dict(cls, data)
        del data  # Error trackers record local variables.
        return checked_model(cls, result, strict)

    @classmethod
    def from_json(cls, data: str | bytes, *, strict: bool = False) -> Self:
        """Create a model from JSON; see `from_dict`.

        Raises:
            ValueError: If the data is not a JSON object, or if it does not match, and `strict`
                is set.
        """
        from .model_data import checked_model, model_from_json

        result = model_from_json(cls, data)
        del data
        return checked_model(cls, result, strict)

    @classmethod
    def __get_pydantic_core_schema__(cls, source: Any, handler: Any) -> dict[str, Any]:
        """Return the schema with which pydantic validates and serializes the model."""
        from .pydantic_schemas import model_core_schema

        return model_core_schema(cls, handler)

    @classmethod
    def __get_pydantic_json_schema__(cls, schema: Any, handler: Any) -> dict[str, Any]:
        """Return the JSON Schema of the model, for pydantic."""
        from .pydantic_schemas import model_json_schema

        return model_json_schema(cls, schema, handler)


_equality: Any = Model.__eq__
_equality.__code__ = _equality.__code__.replace(co_filename=CODE_FILENAME)


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

    @classmethod
    def __get_pydantic_core_schema__(cls, source: Any, handler: Any) -> dict[str, Any]:
        from .pydantic_schemas import unknown_core_schema

        return unknown_core_schema()


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

    @classmethod
    def __get_pydantic_core_schema__(cls, source: Any, handler: Any) -> dict[str, Any]:
        from .pydantic_schemas import alias_core_schema

        return alias_core_schema(cls, handler)


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
