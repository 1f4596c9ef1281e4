"""Schemas of every kind: what is read comes back, in both modes, as the types that are said."""

import asyncio
import json
import subprocess
import sys
from datetime import date, time, timedelta
from decimal import Decimal
from pathlib import Path
from types import ModuleType
from typing import Any
from uuid import UUID

import pytest

from tests.casting import SPECS, Server, import_client

SPEC = SPECS / "ok" / "schemas.yaml"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("schemas")


@pytest.fixture(scope="module")
def shapes(folder: Path) -> ModuleType:
    return import_client(SPEC, folder)


def read(shapes: ModuleType, name: str, value: Any) -> Any:
    """A member of the answer, read in both modes without a warning, and sent as it came."""
    server = Server(200, {name: value})

    async def in_async() -> Any:
        async with shapes.AsyncShapes(http=server.asynchronous) as client:
            everything = await client.shapes.get(name)
            await client.shapes.put([everything])
            return everything

    with shapes.Shapes(http=server.sync) as client:
        everything = client.shapes.get(name)
        client.shapes.put([everything])
        sent = server.last.content
    assert asyncio.run(in_async()) == everything
    assert server.last.content == sent
    assert json.loads(sent) == [{name: value}]
    return getattr(everything, name)


VALUES: list[tuple[str, Any]] = [
    ("payment", {"amount": 1, "number": "4111", "expires": "1/30"}),
    ("payment", {"amount": 1, "number": 4, "iban": "DE"}),
    ("event", {"type": "created", "at": 1, "by": "me"}),
    ("event", {"type": "deleted", "at": 1, "reason": "old"}),
    ("shape", {"side": 1.5}),
    ("shape", {"radius": 1.5}),
    ("shape", {"radius": 1.5, "other": 2.5}),
    ("pet", {"petType": "Cat", "lives": 9}),
    ("pet", {"petType": "Dog", "puppies": [{"petType": "Dog"}, {"petType": "Cow"}]}),
    ("answer", "yes"),
    ("answer", "perhaps"),
    ("labels", {"x-a": "b", "x-c": "d"}),
    ("labels", {}),
    ("profile", {"id": "a", "age": 7, "size": 8}),
    ("profile", {"id": "a", "additional_properties": True}),
    ("owner", {"id": "a", "age": 7}),
    ("point", [1, "a"]),
    ("json", {"a": [1, None, "b", {"c": True}]}),
    ("tree", [[], [[]]]),
    ("filter", {"not": {"not": {"term": "a"}}}),
    ("odd", {'with "quotes"': "a", "back\\slash": "b", "": 1, "ключ": 2}),
    ("odd", {"Key": 1, "key": 2, "__class__": "c", "self": "d"}),
    ("formats", {"id": "6ba7b810-9dad-11d1-80b4-00c04fd430c8", "big": 2**60}),
    ("formats", {"opens": "10:00:00Z", "lasts": "PT5S", "data": "YWI="}),
    ("formats", {"price": "1.50"}),
    ("choices", {"factor": 2.5, "level": 2, "flag": True, "name": "a"}),
    ("choices", {"thing": {"a": 1}, "mixed": 1}),
    ("choices", {"thing": [2], "mixed": "auto", "open": "huge", "kind": "b"}),
    ("choices", {"kind": {"a": 1}}),
    ("account", {"name": "a", "id": "b"}),
    ("details", [{"field": "a", "at": "2026-01-02"}]),
]


@pytest.mark.parametrize(("name", "value"), VALUES)
def test_what_is_read_is_sent_as_it_came(
    shapes: ModuleType, name: str, value: Any
) -> None:
    read(shapes, name, value)


def test_values_are_of_the_types_that_are_said(shapes: ModuleType) -> None:
    models = shapes.models
    assert isinstance(read(shapes, "event", VALUES[2][1]), models.Created)
    assert isinstance(read(shapes, "event", VALUES[3][1]), models.EventDeleted)
    assert isinstance(read(shapes, "shape", {"side": 1.5}), models.ShapeSquare)
    assert isinstance(read(shapes, "shape", {"radius": 1.5}), models.Circle)
    ellipse = read(shapes, "shape", {"radius": 1.5, "other": 2.5})
    assert isinstance(ellipse, models.Ellipse)
    dog = read(shapes, "pet", VALUES[8][1])
    assert isinstance(dog, models.Dog)
    assert [type(puppy) for puppy in dog.puppies] == [models.Dog, models.PetBase]
    assert isinstance(read(shapes, "owner", {"id": "a"}), models.Profile)
    assert read(shapes, "answer", "yes") is models.Answer.YES
    assert read(shapes, "point", [1, "a"]) == (1, "a")
    assert isinstance(read(shapes, "filter", {"not": {"term": "a"}}).not_, models.Term)
    formats = read(shapes, "formats", {**VALUES[23][1], "price": "1.50"})
    assert formats.opens == time.fromisoformat("10:00:00Z")
    assert formats.lasts == timedelta(seconds=5)
    assert formats.data == b"ab"
    assert formats.price == Decimal("1.50")
    (detail,) = read(shapes, "details", [{"field": "a", "at": "2026-01-02"}])
    assert (detail.field_, detail.at) == ("a", date(2026, 1, 2))
    identity = "6ba7b810-9dad-11d1-80b4-00c04fd430c8"
    assert read(shapes, "formats", {"id": identity}).id == UUID(identity)


def test_additional_properties_are_attributes(shapes: ModuleType) -> None:
    profile = read(shapes, "profile", {"id": "a", "age": 7, "size": 8})
    assert profile.additional_properties == {"age": 7, "size": 8}
    assert repr(profile) == "<Profile: id, additional_properties>"
    assert repr(read(shapes, "profile", {"id": "a"})) == "<Profile: id>"
    quoted = read(shapes, "odd", {'with "quotes"': "a"})
    assert quoted.additional_properties == {'with "quotes"': "a"}


def test_an_additional_property_that_does_not_fit_is_kept_and_told(
    shapes: ModuleType,
) -> None:
    server = Server(200, {"profile": {"id": "a", "age": "seven"}})
    with shapes.Shapes(http=server.sync) as client:
        with pytest.warns(shapes.ResponseWarning, match=r"\$\.profile\.\*"):
            everything = client.shapes.get("profile")
    assert everything.profile.additional_properties == {"age": "seven"}


def test_what_only_the_server_says_need_not_be_given(shapes: ModuleType) -> None:
    account = shapes.models.Account(name="a", password="secret")
    assert account.id is None
    with pytest.raises(TypeError):
        shapes.models.Account(id="b", password="secret")


def test_type_checkers_find_nothing(shapes: ModuleType, folder: Path) -> None:
    found = subprocess.run(
        [sys.executable, "-m", "mypy", "--strict", "-p", shapes.__name__],
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
    )
    assert found.stdout.startswith("Success"), found.stdout
