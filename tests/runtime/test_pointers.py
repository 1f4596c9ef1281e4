"""Tests of JSON pointers into response bodies."""

from collections.abc import Mapping
from typing import Any

import msgspec
import pytest
from _runtime.codec.model import ADDITIONAL, Model
from _runtime.codec.pointers import text_at, value_at


class Inner(Model):
    class_: str = msgspec.field(name="class")


class Open(Model):
    items: list[Inner]
    additional_properties: Mapping[str, Any] = msgspec.field(
        name=ADDITIONAL, default_factory=dict[str, Any]
    )


INNER = Inner("c")
BODY = Open([INNER], {"next": "n", "keys": "k", "__class__": "x"})


@pytest.mark.parametrize(
    ("keys", "expected"),
    [
        ((), BODY),
        (("items", 0), INNER),
        (("items", 0, "class"), "c"),
        (("next",), "n"),
        (("keys",), "k"),
        (("__class__",), "x"),
    ],
)
def test_pointer_reaches_fields_items_and_additional_properties(
    keys: tuple[str | int, ...], expected: object
) -> None:
    assert value_at(BODY, keys) == expected


@pytest.mark.parametrize(
    "keys",
    [
        ("class_",),
        ("additional_properties",),
        ("additional_properties", "next"),
        (ADDITIONAL,),
        (ADDITIONAL, "next"),
        ("__dict__",),
        ("__repr__", "__globals__"),
        ("__struct_fields__", 0),
        ("items", "__class__"),
        ("items", "append"),
        ("items", "0"),
        ("items", 1),
        ("items", 0, "class_"),
        ("items", 0, "__class__"),
        ("next", "upper"),
        ("next", 0),
        ("next", "__class__"),
    ],
)
def test_pointer_reaches_no_attribute_of_a_python_object(
    keys: tuple[str | int, ...],
) -> None:
    assert value_at(BODY, keys) is None


@pytest.mark.parametrize("name", ["keys", "items", "get", "__class__", "__len__"])
def test_key_never_reaches_a_method_of_plain_data(name: str) -> None:
    assert value_at({}, (name,)) is None
    assert value_at({name: "v"}, (name,)) == "v"
    assert value_at([{name: "v"}], (0, name)) == "v"
    assert value_at(None, (name,)) is None


def test_text_at_returns_only_strings() -> None:
    assert text_at({"a": ["x"]}, ("a", 0)) == "x"
    assert text_at({"a": 1}, ("a",)) is None
    assert text_at("x", ()) is None
