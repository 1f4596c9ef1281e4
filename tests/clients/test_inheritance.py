"""Tests of classes that extend another, as schemas do by `allOf`."""

import copy
import json
import pickle
from types import ModuleType
from typing import Any

import msgspec
import pytest

from tests.support.casting import Server, call_sync_and_async

Clients = dict[str, ModuleType]


@pytest.fixture
def package(clients: Clients) -> ModuleType:
    return clients["inheritance"]


def read(package: ModuleType, **members: Any) -> Any:
    return call_sync_and_async(package, Server(200, members), "things.get")


@pytest.mark.parametrize(
    ("name", "base"),
    [
        ("Leaf", "Middle"),
        ("Middle", "Base"),
        ("Sibling", "Base"),
        ("MoreLabels", "Labels"),
        ("Looped", "Loop"),
        ("Requiring", "OpenModel"),
        ("Retyping", "OpenModel"),
        ("Open", "Model"),
        ("Two", "OpenModel"),
        ("OnlySent", "OpenModel"),
    ],
)
def test_record_is_a_subclass_if_it_only_adds_fields(
    package: ModuleType, name: str, base: str
) -> None:
    assert getattr(package, name).__base__.__name__ == base


def test_inherited_fields_are_read_and_sent(package: ModuleType) -> None:
    sent = {"id": "1", "createdAt": "now", "X-Note": "n", "middleName": "m", "leaf": 1}
    leaf = read(package, leaf=sent).leaf
    assert isinstance(leaf, package.Base)
    assert (leaf.id, leaf.created_at, leaf.x_note) == ("1", "now", "n")
    assert (leaf.middle_name, leaf.leaf) == ("m", 1)
    server = Server(204)
    call_sync_and_async(package, server, "things.put", [leaf, package.Base(id="2")])
    assert json.loads(server.last.content) == [sent, {"id": "2"}]
    assert pickle.loads(pickle.dumps(leaf)) == copy.deepcopy(leaf) == leaf
    assert repr(leaf).startswith("<Leaf: id, created_at, x_note, middle_name, leaf")


def test_subclass_keeps_properties_that_no_class_describes(package: ModuleType) -> None:
    leaf = read(package, leaf={"id": "1", "middleName": "m", "added": [1]}).leaf
    assert isinstance(leaf, package.Middle)
    assert leaf.additional_properties == {"added": [1]}


def test_inherited_additional_properties_are_kept(package: ModuleType) -> None:
    labels = read(package, more_labels={"label": "a", "second": "b", "c": 3})
    assert labels.more_labels.additional_properties == {"c": 3}
    assert msgspec.structs.asdict(labels.more_labels)["second"] == "b"


@pytest.mark.parametrize(
    ("value", "name"),
    [
        ({"id": "1"}, "Base"),
        ({"id": "1", "createdAt": "now"}, "Base"),
        ({"id": "1", "middleName": "m"}, "Middle"),
    ],
)
def test_union_of_a_class_and_its_subclass_is_the_class_that_matches(
    package: ModuleType, value: Any, name: str
) -> None:
    assert type(read(package, either=value).either).__name__ == name


def test_description_of_a_field_is_repeated_only_if_it_differs(
    package: ModuleType,
) -> None:
    assert list(package.Leaf.__annotations__) == ["id", "leaf"]
    assert list(package.Middle.__annotations__) == ["middle_name"]
