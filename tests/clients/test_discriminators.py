"""Tests of unions with discriminators: of every kind, nested, and in both directions."""

import json
import warnings
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from tests.support.casting import Server, call_sync_and_async, import_client

DOCUMENT = """\
openapi: 3.1.0
info: {title: Links, version: '1'}
servers: [{url: https://links.example}]
paths:
  /link:
    get:
      operationId: get
      tags: [links]
      responses:
        '200':
          description: A link.
          content:
            application/json:
              schema:
                discriminator: {propertyName: target}
                oneOf:
                  - title: Inner
                    type: object
                    required: [target, path]
                    properties:
                      target: {type: string, enum: [page, space]}
                      path: {type: string}
                  - {$ref: '#/components/schemas/Outer'}
                  - title: Other
                    type: object
                    properties:
                      target: {type: string}
                      note: {type: string}
components:
  schemas:
    Outer:
      type: object
      required: [target, url]
      properties:
        target: {type: string, enum: [external, mail]}
        url: {type: string}
"""


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ({"target": "page", "path": "/"}, "Inner"),
        ({"target": "external", "url": "/", "path": "/"}, "Outer"),
        ({"target": "mail", "url": "/", "path": "/"}, "Outer"),
        ({"target": "else", "note": "a", "url": "/", "path": "/"}, "Other"),
    ],
)
def test_member_is_chosen_by_the_enum_of_its_discriminator_property(
    value: dict[str, Any], expected: str, tmp_path: Path
) -> None:
    document = tmp_path / "links.yaml"
    document.write_text(DOCUMENT, encoding="utf-8")
    links = import_client(document, tmp_path)
    with links.Links(http=Server(200, value).sync) as client:
        assert type(client.links.get()).__name__.endswith(expected)


SPEC = Path(__file__).parents[1] / "specs" / "ok" / "discriminators.yaml"


@pytest.fixture(scope="module")
def farm(tmp_path_factory: pytest.TempPathFactory) -> ModuleType:
    return import_client(SPEC, tmp_path_factory.mktemp("farm"))


@pytest.mark.parametrize(
    ("animal", "expected"),
    [
        ({"kind": "dog", "breed": "husky", "howls": True}, "Husky"),
        ({"kind": "dog", "breed": "pug"}, "DogBase"),
        ({"kind": "dog"}, "DogBase"),
        ({"kind": "sled_dog", "pulls": 9}, "SledDog"),
        ({"kind": "sled_dog", "breed": "malamute", "pulls": 9}, "SledDog"),
        ({"kind": "cat", "lives": 9}, "Cat"),
        ({"kind": "newt"}, "AnimalBase"),
    ],
)
def test_nested_discriminators_lead_to_the_leaf(
    animal: dict[str, Any], expected: str, farm: ModuleType
) -> None:
    server = Server(200, [animal])
    (read,) = call_sync_and_async(farm, server, "animals.list")
    assert type(read).__name__ == expected
    if expected not in ("Cat", "AnimalBase"):
        (read,) = call_sync_and_async(farm, server, "dogs.list")
        assert type(read).__name__ == expected
    echo = Server(200, animal)
    call_sync_and_async(farm, echo, "animals.add", read)
    assert json.loads(echo.last.content) == animal


@pytest.mark.parametrize(
    ("animal", "path"),
    [({"name": "Rex"}, r"\$\[0\]\.kind"), ({"kind": 7}, r"\$\[0\]\.kind")],
)
def test_object_with_no_known_tag_stays_plain_data(
    animal: dict[str, Any], path: str, farm: ModuleType
) -> None:
    server = Server(200, [animal])
    with pytest.warns(farm.errors.ResponseWarning, match=f"{path}: expected 'dog'"):
        (read,) = call_sync_and_async(farm, server, "animals.list")
    assert isinstance(read, farm.Unknown) and read == animal
    echo = Server(200, {"kind": "dog"})
    call_sync_and_async(farm, echo, "animals.add", read)
    assert json.loads(echo.last.content) == animal
    with pytest.raises(farm.errors.ResponseValidationError, match=path):
        call_sync_and_async(
            farm, server, "animals.list", client={"strict_responses": True}
        )


@pytest.mark.parametrize(
    ("things", "expected"),
    [
        ({"tool": {"tool": "hammer", "weight": 2}}, "Hammer"),
        ({"tool": {"tool": "saw"}}, "Saw"),
        ({"tool": {"tool": "jigsaw", "teeth": 3}}, "Saw"),
        ({"tool": {"tool": "Knife"}}, "Knife"),
        ({"shape": {"form": "circle", "radius": 0.5}}, "Circle"),
        ({"shape": {"form": "oval", "radius": 0.5}}, "Oval"),
        ({"shape": {"form": "square"}}, "Square"),
        ({"fuel": {"state": "liquid", "name": "water", "litres": 0.5}}, "Water"),
        ({"fuel": {"state": "liquid", "name": "oil"}}, "Oil"),
        ({"fuel": {"state": "solid", "grams": 0.5}}, "Solid"),
        ({"level": {"level": 2}}, "High"),
        ({"crop": {"crop": "wheat"}}, "Wheat"),
        ({"crop": {"crop": "rye", "colour": "brown"}}, "OtherCrop"),
        ({"crop": {"colour": "brown"}}, "OtherCrop"),
        ({"roof": {"roof": "thatch", "age": 9}}, "Thatch"),
    ],
)
def test_property_that_members_do_not_declare_selects_them(
    things: dict[str, Any], expected: str, farm: ModuleType
) -> None:
    server = Server(200, things)
    read = call_sync_and_async(farm, server, "things.replace_many")
    (name,) = things
    assert type(getattr(read, name)).__name__ == expected
    call_sync_and_async(
        farm, server, "things.replace_many", **{name: getattr(read, name)}
    )
    assert json.loads(server.last.content) == things


@pytest.mark.parametrize(
    ("things", "path"),
    [
        ({"tool": {"weight": 2}}, r"\$\.tool\.tool: expected 'hammer'"),
        ({"tool": {"tool": "axe"}}, r"\$\.tool\.tool: expected 'hammer'"),
        ({"shape": {"form": "cube"}}, r"\$\.shape\.form: expected 'circle'"),
        ({"shape": {"radius": 1.5}}, r"\$\.shape\.form: expected 'circle'"),
        ({"fuel": {"state": "gas"}}, r"\$\.fuel\.state: expected 'liquid'"),
        ({"fuel": {"state": "liquid"}}, r"\$\.fuel: expected Oil \| Water"),
        (
            {"fuel": {"state": "liquid", "name": "ink"}},
            r"\$\.fuel: expected Oil \| Water",
        ),
        ({"roof": {"roof": "tile", "age": 9}}, r"\$\.roof\.roof: expected 'thatch'"),
        ({"level": {"level": 3}}, r"\$\.level\.level: expected 1 \| 2"),
    ],
)
def test_member_without_its_tag_is_not_guessed(
    things: dict[str, Any], path: str, farm: ModuleType
) -> None:
    server = Server(200, things)
    with pytest.warns(farm.errors.ResponseWarning, match=path):
        read = call_sync_and_async(farm, server, "things.replace_many")
    (name,) = things
    assert isinstance(getattr(read, name), farm.Unknown)
    assert getattr(read, name) == things[name]


def test_tag_of_one_value_is_sent_without_being_given(farm: ModuleType) -> None:
    models, server = farm.models, Server(200, {})
    for model, sent in [
        (models.Hammer(weight=1), {"weight": 1, "tool": "hammer"}),
        (models.Saw(tool="jigsaw"), {"tool": "jigsaw"}),
        (models.Knife(), {"tool": "Knife"}),
        (farm.Unknown(tool="axe"), {"tool": "axe"}),
        ({"tool": "axe", "sharp": None}, {"tool": "axe", "sharp": None}),
    ]:
        call_sync_and_async(farm, server, "things.replace_many", tool=model)
        assert json.loads(server.last.content) == {"tool": sent}
    with pytest.raises(TypeError):
        models.Saw()
    husky = models.Husky(howls=True)
    cat = Server(200, {"kind": "cat", "lives": 1})
    call_sync_and_async(farm, cat, "animals.add", husky)
    assert json.loads(cat.last.content) == {
        "kind": "dog",
        "breed": "husky",
        "howls": True,
    }


@pytest.mark.parametrize(
    ("things", "name"), [({"hammer": {"weight": 2}}, "tool"), ({"dial": {}}, "unit")]
)
def test_optional_tag_that_is_absent_outside_the_union_is_not_sent_back(
    things: dict[str, Any], name: str, farm: ModuleType
) -> None:
    server = Server(200, things)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        read = call_sync_and_async(farm, server, "things.replace_many")
    ((place, value),) = things.items()
    model = getattr(read, place)
    assert getattr(model, name) is farm.UNSET
    call_sync_and_async(farm, server, "things.replace_many", **{place: model})
    assert json.loads(server.last.content) == things
    made = type(model)(**value)
    assert getattr(made, name) is not farm.UNSET and made != model


@pytest.mark.parametrize("extra", [{}, {"added": 1}, {"fine": 5}])
def test_optional_tag_that_is_absent_stays_absent_however_it_is_decoded(
    extra: dict[str, Any], farm: ModuleType
) -> None:
    """A property that is not described, and one of another type, are decoded differently."""
    server = Server(200, {"dial": extra})
    with warnings.catch_warnings():
        warnings.simplefilter("ignore" if "fine" in extra else "error")
        read = call_sync_and_async(farm, server, "things.replace_many")
        assert read.dial.unit is farm.UNSET
        call_sync_and_async(farm, server, "things.replace_many", dial=read.dial)
    assert json.loads(server.last.content) == {"dial": extra}
