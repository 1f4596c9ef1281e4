"""Tests of fakes of documents that are odd in a way that vendors' documents are."""

import importlib
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.corpus.fakes import call_fakes
from tests.testing.test_fakes import Package

DOCUMENT = """
openapi: 3.1.0
info: {title: Odd, version: "1"}
servers: [{url: "https://odd.example/v1"}]
security: [{oauth: []}]
paths:
  /player:
    get:
      operationId: getPlayer
      tags: [player]
      responses: {"200": {description: "", content: {application/json: {schema: {
        type: object, required: [item, items], properties: {
          item: {$ref: "#/components/schemas/Item"},
          items: {type: array, items: {$ref: "#/components/schemas/Item"}}}}}}}}
  /reference:
    get:
      operationId: getReference
      tags: [player]
      responses: {"200": {description: "", content: {application/json: {schema: {
        oneOf: [{$ref: "#/components/schemas/Reference"}, {type: array, items: {
          $ref: "#/components/schemas/Reference"}}]}}}}}
  /picture:
    get:
      operationId: getPicture
      tags: [pictures]
      responses: {"200": {description: "", content: {image/*: {}}}}
    post:
      operationId: addPicture
      tags: [pictures]
      requestBody: {required: true, content: {multipart/form-data: {schema: {
        type: object, required: [file], properties: {
          file: {type: string, format: binary}, title: {type: string}}}}}}
      responses: {"200": {description: "", content: {text/*: {}}}}
  "/notes#short":
    get:
      operationId: getShortNote
      tags: [notes]
      parameters: [{name: words, in: query, required: true, schema: {type: integer}}]
      responses: {"200": {description: "", content: {application/json: {schema: {
        type: object, required: [short], properties: {short: {type: string}}}}}}}
  "/notes#long":
    get:
      operationId: getLongNote
      tags: [notes]
      parameters: [{name: pages, in: query, required: true, schema: {type: integer}}]
      responses: {"200": {description: "", content: {application/json: {schema: {
        type: object, required: [long], properties: {long: {type: string}}}}}}}
  "/notes/{id}?beta=true":
    get:
      operationId: getBetaNote
      tags: [notes]
      parameters: [{name: id, in: path, required: true, schema: {type: string}}]
      responses: {"200": {description: "", content: {application/json: {schema: {
        $ref: "#/components/schemas/Annotations"}}}}}
  /texts:
    post:
      operationId: addText
      tags: [notes]
      requestBody: {required: true, content: {
        application/json: {schema: {
          type: object, required: [text], properties: {text: {type: string}}}},
        text/plain: {schema: {type: string}}}}
      responses: {"204": {description: ""}}
  /tokens:
    get:
      operationId: getToken
      tags: [notes]
      responses: {"200": {description: "", content: {application/json: {
        schema: {$ref: "#/components/schemas/RequestToken"},
        example: '{"id": 1}'}}}}
components:
  securitySchemes:
    oauth: {type: oauth2, flows: {clientCredentials: {tokenUrl: /token, scopes: {}}}}
  schemas:
    Item:
      oneOf: [{$ref: "#/components/schemas/TrackObject"}, {$ref: "#/components/schemas/EpisodeObject"}]
      discriminator: {propertyName: type}
    TrackObject: {type: object, required: [type], properties: {type: {type: string, enum: [track]}}}
    EpisodeObject: {type: object, required: [type], properties: {type: {type: string, enum: [episode]}}}
    Reference:
      type: object
      properties:
        part: {$ref: "#/components/schemas/Part"}
        any: {$ref: "#/components/schemas/Parts"}
    Parts:
      oneOf: [{$ref: "#/components/schemas/Part"}, {$ref: "#/components/schemas/Whole"}]
      discriminator: {propertyName: kind}
    Part: {type: object, required: [kind], properties: {kind: {type: string}}}
    Whole: {type: object, required: [kind], properties: {kind: {type: string}}}
    Annotations: {type: object, properties: {text: {type: string}}}
    RequestToken: {properties: {id: {type: integer}}}
"""


@pytest.fixture(scope="module")
def package(tmp_path_factory: pytest.TempPathFactory) -> Package:
    folder: Path = tmp_path_factory.mktemp("odd")
    spec = folder / "odd.yaml"
    spec.write_text(DOCUMENT, encoding="utf-8")
    return Package(spec, folder)


def test_every_operation_responds_and_records_its_call(package: Package) -> None:
    folder = Path(str(package.root.__file__)).parent.parent
    sys.path.insert(0, str(folder))
    try:
        result = call_fakes(package.root.__name__)
    finally:
        sys.path.remove(str(folder))
    assert result.found == []
    assert result.responded == result.total == len(package.operations) == 10


def test_tag_is_that_of_the_model(package: Package) -> None:
    client = package.fake().client
    player = client.player.get()
    assert player.item.type == player.items[0].type == "track"
    assert client.player.get_reference().part.kind == "Part"
    assert package.testing.part().kind == "Part"


def test_media_range_becomes_a_media_type_of_it(package: Package) -> None:
    assert package.operations["pictures.get"]["media_type"] == "image/png"
    assert package.operations["pictures.add"]["media_type"] == "text/plain"


@pytest.mark.parametrize("is_file", [False, True])
def test_uploaded_file_is_recorded_with_its_content(
    package: Package, is_file: bool
) -> None:
    fake, call = package.fake(), package.testing.call
    bodies = importlib.import_module(
        f"{package.root.__name__}._runtime.codec.request_body"
    )
    file: Any = bodies.File(b"GIF", "a.gif") if is_file else b"GIF"
    fake.client.pictures.add(file, title="a")
    assert fake.pictures.add.calls == [call(b"GIF", title="a")]
    assert fake.pictures.add.calls != [call(b"PNG", title="a")]


def test_builders_have_names_that_nothing_else_has(package: Package) -> None:
    names = {
        name for name in package.testing.__all__ if "annot" in name or "tok" in name
    }
    assert names == {"annotations_model", "request_token_model"}
    assert package.fake().token_endpoint.calls == []


def test_served_operation_is_found_by_its_fixed_query(package: Package) -> None:
    fake = package.fake()
    with fake.serve() as server:
        secrets = {"client_id": "id", "client_secret": "secret"}
        with package.root.Odd(base_url=server.url, **secrets) as client:
            client.notes.get_beta_note("7")
            client.notes.get_long_note(pages=2)
    assert fake.notes.get_beta_note.calls == [package.testing.call("7")]
    assert fake.notes.get_long_note.calls == [package.testing.call(pages=2)]
    assert fake.notes.get_short_note.calls == []
