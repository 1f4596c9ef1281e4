"""Tests of the calls of a whole package: a correct client has no findings, a wrong one has.

The document has what is easily judged wrongly: paths with a space, `:name`, a query or a
fragment, JSON lines, text parameters, nullable unions, and items with commas.
"""

import importlib
import itertools
import shutil
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

pytest.importorskip("openapi_core", reason="openapi-core is not installed")

from clientcast.output import write  # noqa: E402
from clientcast.pipeline import cast  # noqa: E402

from tests.corpus.results import CLIENT_FAULTS, WireResult  # noqa: E402
from tests.corpus.wire.trial import call_operations  # noqa: E402

pytestmark = pytest.mark.full

DOCUMENT = """\
openapi: 3.0.3
info: {title: Trials, version: "1"}
servers: [{url: "https://trials.example"}]
paths:
  /things/{id}:
    get:
      operationId: getThing
      parameters:
        - {name: id, in: path, required: true, schema: {type: string}}
        - {name: limit, in: query, schema: {type: integer}}
      responses: {"200": {description: Not described.}}
    put:
      operationId: putThing
      parameters:
        - {name: id, in: path, required: true, schema: {type: string}}
      requestBody:
        required: true
        content: {application/json: {schema: {$ref: "#/components/schemas/Thing"}}}
      responses:
        "200":
          description: The thing.
          content: {application/json: {schema: {$ref: "#/components/schemas/Thing"}}}
  /two words/{id}:
    get:
      operationId: getWords
      parameters: [{name: id, in: path, required: true, schema: {type: string}}]
      responses: {"204": {description: None.}}
  /colons/:id:
    get:
      operationId: getColon
      parameters: [{name: id, in: path, required: true, schema: {type: string}}]
      responses: {"204": {description: None.}}
  /find?kind=dog: {get: {operationId: findDog, responses: {"204": {description: None.}}}}
  /find?kind=cat: {get: {operationId: findCat, responses: {"204": {description: None.}}}}
  /pages#one: {get: {operationId: getOne, responses: {"204": {description: None.}}}}
  /pages#two: {get: {operationId: getTwo, responses: {"204": {description: None.}}}}
  /lines:
    post:
      operationId: sendLines
      requestBody:
        required: true
        content: {application/x-ndjson: {schema: {type: string}}}
      responses:
        "200":
          description: Lines.
          content: {application/x-ndjson: {schema: {type: object}}}
  /texts:
    get:
      operationId: listTexts
      parameters:
        - name: note
          in: query
          required: true
          content: {text/plain: {schema: {type: string}}}
        - name: joined
          in: query
          explode: false
          schema: {type: array, items: {type: string, enum: ["a,b", "c"]}}
        - name: X-Joined
          in: header
          schema: {type: array, items: {type: string, enum: ["a b"]}}
      responses:
        "200":
          description: Text.
          content: {text/plain: {schema: {type: string}}}
components:
  schemas:
    Thing:
      type: object
      required: [name, value, a, b, c, d]
      properties:
        a: {type: integer, nullable: true}
        b: {type: string, nullable: true}
        c: {type: boolean, nullable: true}
        d: {type: number, nullable: true}
        name: {type: string}
        at: {type: string, format: date-time}
        value:
          nullable: true
          oneOf: [{type: string, maxLength: 5}, {type: integer}]
        free: {}
"""


@pytest.fixture(scope="module")
def package(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the folder of the document and its package."""
    folder = tmp_path_factory.mktemp("trials")
    document = folder / "trials.yaml"
    document.write_text(DOCUMENT, encoding="utf-8")
    result = cast(document, document.name)
    assert result.files is not None, result.diagnostics
    write(folder / "trials", result.files)
    return folder


Call = Callable[..., WireResult]


@pytest.fixture
def call(package: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Call:
    """Return a function that calls the package with a text in one of its files replaced."""

    def call_changed(file: str = "", old: str = "", new: str = "") -> WireResult:
        name = f"trials_{next(_numbers)}"
        shutil.copytree(package / "trials", tmp_path / name)
        if file:
            text = (tmp_path / name / file).read_text(encoding="utf-8")
            assert old in text
            changed = text.replace(old, new)
            (tmp_path / name / file).write_text(changed, encoding="utf-8")
        importlib.invalidate_caches()
        try:
            return call_operations(package / "trials.yaml", tmp_path, name)
        finally:
            for loaded in [k for k in sys.modules if k.partition(".")[0] == name]:
                del sys.modules[loaded]

    monkeypatch.syspath_prepend(tmp_path)
    return call_changed


_numbers = itertools.count()


def test_correct_client_has_no_findings(call: Call) -> None:
    result = call()
    assert [f for f in result.found if f.kind in CLIENT_FAULTS] == []
    assert (result.operations, result.total) == (10, 10)


WRONG = {
    "an undescribed body is lost": (
        "_runtime/codec/body_readers.py",
        '    content_type = headers.get("content-type", "")',
        *("    return None, []", "responses", "dict became null"),
    ),
    "text is decoded wrongly": (
        *(
            "_runtime/codec/body_readers.py",
            "        return content.decode(encoding), []",
        ),
        *('        return "", []', "responses", "the content became another"),
    ),
    "a null is not sent": (
        *("_runtime/codec/request_body.py", "for name, value in members.items()"),
        "for name, value in members.items() if value is not NULL",
        *("requests", "a null is missing"),
    ),
    "a path differs from the document": (
        *("client.py", '"/things/{id}"', '"/dogs/{id}"'),
        *("requests", "the path differs"),
    ),
    "an operation is missing in the manifest": (
        *("clientcast.json", '"/two%20words/{id}"', '"/dogs/{id}"'),
        *("uncalled", "it is not in the client"),
    ),
    "a request is never sent": (
        *("client.py", '"/colons/{id}"', '"/colons/{}".missing'),
        *("unsent", "AttributeError"),
    ),
    "a query of the path is another": (
        *("client.py", '"/find?kind=cat"', '"/find?kind=dog"'),
        *("requests", "a pair of the path's query is missing"),
    ),
    "a query parameter is added": (
        *(
            "_runtime/call/request.py",
            'url += "&".join(query)',
            'url += "&".join(query) + "&x="',
        ),
        *("requests", "an unexpected query parameter"),
    ),
    "an item is lost": (
        *("_runtime/codec/styles.py", "[_leaf_text(name, item) for item in data]"),
        *("[_leaf_text(name, item) for item in data[1:]]", "requests", "differs from"),
    ),
    "a moment loses its offset": (
        *("_runtime/codec/moments.py", "return value.isoformat()"),
        *(
            "return value.replace(tzinfo=None).isoformat()",
            "responses",
            "encoded again",
        ),
    ),
}


@pytest.mark.parametrize("fault", WRONG)
def test_fault_of_a_client_is_found(call: Call, fault: str) -> None:
    file, old, new, kind, problem = WRONG[fault]
    found = call(file, old, new).found
    assert any(f.kind == kind and problem in f.problem for f in found), found


def test_operation_is_called_only_if_its_request_came_in(call: Call) -> None:
    result = call("client.py", '"/colons/{id}"', '"/colons/{}".missing')
    assert (result.operations, result.total) == (9, 10)
    result = call("clientcast.json", '"/two%20words/{id}"', '"/dogs/{id}"')
    assert (result.operations, result.total) == (9, 10)
