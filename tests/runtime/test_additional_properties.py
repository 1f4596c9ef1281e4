"""Tests of properties that models have no field for: kept, sent, compared, and fast to decode."""

from __future__ import annotations

import copy
import json
import pickle
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import msgspec
import pytest
from _runtime.codec import conversion, extended_models, json_decoding
from _runtime.codec.json_decoding import decode_json
from _runtime.codec.model import ADDITIONAL, Model, OpenModel, generated_class
from _runtime.codec.pointers import value_at
from _runtime.codec.styles import to_plain_data
from rich.pretty import pretty_repr

SECRET = "s3cr3t"


class Leaf(OpenModel, kw_only=True):
    size: int | None = None


class Tree(OpenModel, kw_only=True, rename="camel"):
    made_at: datetime | None = None
    left: Leaf | None = None
    leaves: list[Leaf] | None = None
    by_name: dict[str, Leaf | None] | None = None
    pair: tuple[int, Leaf] | None = None
    below: Tree | None = None
    either: Leaf | str | list[Leaf] | None = None


class Labels(Model, kw_only=True):
    id: str
    additional_properties: dict[str, Leaf] = msgspec.field(
        default_factory=dict[str, Any], name=ADDITIONAL
    )


class Closed(Model, kw_only=True):
    leaf: Leaf


class Folder(Model, kw_only=True):
    leaf: Leaf
    labels: Labels | None = None


TREE: dict[str, Any] = {
    "left": {"size": 1, "new": None},
    "leaves": [{}, {"new": [1]}, {"new": {"new": 1}, "other": "x"}],
    "byName": {"a": {"new": 1}, "b": None, "": {"": 1}},
    "pair": [1, {"new": True}],
    "below": {"below": {"deep": 0.5}, "additional_properties": 1},
    "either": [{"new": 1}],
    "_added_0": 1,
    "made_at": "not the property",
}


@pytest.fixture(autouse=True)
def no_extended_models() -> Iterator[None]:
    """Forget the names of earlier tests, so that each test is the first response."""
    yield
    extended_models._decoders.clear()  # pyright: ignore[reportPrivateUsage]


def decode(value: object, type_: Any) -> Any:
    result, mismatches = decode_json(json.dumps(value).encode(), type_)
    assert mismatches == []
    return result


def forbid(*_: object) -> Any:
    raise AssertionError("this is slow")


@pytest.mark.parametrize(
    ("value", "type_"),
    [
        (TREE, Tree),
        ([TREE, {}], list[Tree]),
        ({"a": TREE}, dict[str, Tree]),
        ({"leaf": {"new": 1}}, Closed),
        ({"leaf": {}, "labels": {"id": "a", "x": {}, "y": {"size": 1}}}, Folder),
        ({"leaf": {"a": 1}, "labels": {"id": "a", "x": {"y": 1}}}, Folder),
        ([{'with "quotes"': 1, "back\\slash": 2, "\n": 3, "": 4}], list[Leaf]),
        ([{f"new{index}": index} for index in range(100)], list[Leaf]),
        ({"`": 1, "a` - at `$": 2, "π": 3}, Leaf),
        ([{"size": 1}, {"new": 1}, 5, None], list[Leaf | int | None]),
        ({"a": 1}, Labels | dict[str, int] | Leaf),
        ({"": 1}, Leaf | dict[str, int]),
    ],
)
def test_properties_without_a_field_are_sent_again(value: Any, type_: Any) -> None:
    for _ in range(2):  # The second response has names of the first.
        assert to_plain_data(decode(value, type_)) == value


@pytest.mark.parametrize(
    ("value", "type_"),
    [(TREE, Tree), ([TREE, {"new": 1}], list[Tree]), ({"leaf": {"new": 1}}, Closed)],
)
def test_matching_responses_are_decoded_by_msgspec_alone(
    value: Any, type_: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(json_decoding, "convert", forbid)
    monkeypatch.setattr(json_decoding, "move_additional", forbid)
    decode(value, type_)


@pytest.mark.parametrize(
    ("value", "type_"),
    [
        ([{f"new{index}": index} for index in range(100)], list[Leaf]),
        ({"leaf": {"a": 1}, "labels": {"id": "a", "x": {"y": 1}}}, Folder),
    ],
)
def test_names_of_any_number_are_not_converted_field_by_field(
    value: Any, type_: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(json_decoding, "convert", forbid)
    decode(value, type_)


def test_names_with_fields_are_limited() -> None:
    for index in range(100):
        decode({f"new{index}": index}, Leaf)
    ((names, _),) = extended_models._decoders.values()  # pyright: ignore
    assert len(names) == extended_models.MAX_NAMES


def test_date_times_without_an_offset_are_reported_beside_new_properties() -> None:
    content = b'{"madeAt": "2026-01-02T03:04:05", "new": 1}'
    tree, mismatches = decode_json(content, Tree)
    assert [mismatch.path for mismatch in mismatches] == ["$.madeAt"]
    assert tree.additional_properties == {"new": 1}
    tree = decode({"madeAt": "2026-01-02T03:04:05Z", "new": 1}, Tree)
    assert tree.made_at == datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)


def test_model_without_additional_properties_allocates_no_dict() -> None:
    for leaf in (Leaf(size=1), decode({"size": 1}, Leaf)):
        assert msgspec.structs.asdict(leaf)["additional_properties"] is None
        assert leaf.additional_properties == {}
        assert to_plain_data(leaf) == {"size": 1}


@pytest.fixture(params=["by hand", "set later", "decoded", "read", "converted"])
def leaf(request: pytest.FixtureRequest) -> Leaf:
    """A model with an additional property, made in each way."""
    if request.param == "by hand":
        return Leaf(size=1, additional_properties={SECRET: [1]})
    if request.param == "converted":
        return conversion.convert({"size": 1, SECRET: [1]}, Leaf)[0]
    if request.param == "set later":
        leaf = Leaf(size=1)
        leaf.additional_properties[SECRET] = [1]
        return leaf
    leaf = decode({"size": 1, SECRET: [1]}, Leaf)
    if request.param == "read":
        assert leaf.additional_properties
    return leaf


def test_additional_properties_are_compared(leaf: Leaf) -> None:
    assert leaf == Leaf(size=1, additional_properties={SECRET: [1]})
    assert Leaf(size=1, additional_properties={SECRET: [1]}) == leaf
    assert leaf != Leaf(size=1)
    assert leaf != Leaf(size=2, additional_properties={SECRET: [1]})
    assert leaf != Tree()
    leaf.additional_properties.clear()
    assert leaf == Leaf(size=1) == leaf


def test_additional_properties_are_copied_and_pickled(leaf: Leaf) -> None:
    for copied in (
        copy.copy(leaf),
        copy.deepcopy(leaf),
        pickle.loads(pickle.dumps(leaf)),
        msgspec.structs.replace(leaf),
    ):
        assert copied == leaf and isinstance(copied, Leaf)
        copied.additional_properties = {"other": 1}
        assert leaf.additional_properties == {SECRET: [1]}
    assert type(pickle.loads(pickle.dumps(leaf))) is Leaf


def test_repr_shows_no_additional_name_or_value(leaf: Leaf) -> None:
    assert repr(leaf) == "<Leaf: size, additional_properties>"
    assert SECRET not in pretty_repr(leaf)


def test_additional_properties_are_sent_and_can_be_changed(leaf: Leaf) -> None:
    assert to_plain_data([{"a": leaf}]) == [{"a": {"size": 1, SECRET: [1]}}]
    leaf.additional_properties["more"] = None
    assert to_plain_data(leaf) == {"size": 1, SECRET: [1], "more": None}
    del leaf.additional_properties[SECRET]
    assert to_plain_data(leaf) == {"size": 1, "more": None}
    leaf.additional_properties = {}
    assert to_plain_data(leaf) == {"size": 1}


def test_additional_properties_are_found_by_pointers(leaf: Leaf) -> None:
    assert value_at(leaf, (SECRET, 0)) == 1
    assert value_at(leaf, ("size",)) == 1
    leaf.additional_properties = {}
    assert value_at(leaf, (SECRET,)) is None
    assert value_at(leaf, (ADDITIONAL,)) is None


def test_additional_property_cannot_repeat_a_field_that_is_set() -> None:
    with pytest.raises(ValueError, match="'size' is in additional_properties"):
        to_plain_data(Leaf(size=1, additional_properties={"size": 2}))
    assert to_plain_data(Leaf(additional_properties={"size": None})) == {"size": None}


def test_extended_model_has_the_class_of_the_package() -> None:
    leaf = decode({"new": 1}, Leaf)
    assert isinstance(leaf, Leaf) and generated_class(type(leaf)) is Leaf
    assert (type(leaf).__name__, type(leaf).__module__) == ("Leaf", Leaf.__module__)
    match leaf:
        case Leaf(additional_properties={"new": new}):
            assert new == 1
        case _:
            raise AssertionError(leaf)


def test_deep_models_are_compared_in_linear_time() -> None:
    def chain(end: int) -> Tree:
        tree = Tree(left=Leaf(size=end))
        for _ in range(60):
            tree = Tree(below=tree)
        return tree

    assert chain(1) == chain(1) and chain(1) != chain(2)
