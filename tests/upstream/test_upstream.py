"""Tests of `clientcast upstream`: each kind of difference, the record, and real documents."""

from pathlib import Path

import pytest
from clientcast.cli import main
from clientcast.loading import load_api, load_document
from clientcast.select import Selection
from clientcast.upstream import Comparison, compare
from click.testing import CliRunner, Result

from tests.support.project import ROOT
from tests.support.selection import first_of_each

HISTORY = ROOT.parent / "shared" / "history"

SHELTER = """\
openapi: 3.1.0
info: {title: Shelter, version: '7'}
servers: [{url: 'https://shelter.example.com/v1'}]
paths:
  /pets/{id}:
    parameters:
      - {name: id, in: path, required: true, schema: {type: string}}
    get:
      operationId: getPet
      tags: [pets]
      security: [{key: []}]
      parameters:
        - {name: fields, in: query, schema: {type: integer, maximum: 9, default: 3}}
        - {name: X-Trace, in: header, schema: {type: string}}
      responses:
        '200':
          description: The pet.
          content: {application/json: {schema: {$ref: '#/components/schemas/Pet'}}}
        '404': {description: There is none.}
    put:
      operationId: putPet
      tags: [pets]
      security: [{key: []}]
      requestBody:
        required: true
        content: {application/json: {schema: {$ref: '#/components/schemas/Pet'}}}
      responses:
        '204': {description: It is saved.}
components:
  securitySchemes:
    key: {type: http, scheme: bearer}
    token: {type: apiKey, in: header, name: X-Key}
  schemas:
    Pet:
      type: object
      required: [name]
      properties:
        name: {type: string}
        born: {type: string, format: date-time}
        kind: {type: string, enum: [cat, dog]}
        tags: {type: array, items: {type: string}}
        home: {type: [object, 'null'], properties: {city: {type: string}}}
"""
GET = "GET /pets/{id}"
PUT = "PUT /pets/{id}"
POST = """\
    post:
      operationId: feedPet
      tags: [pets]
      responses:
        '204': {description: It is fed.}
"""

CHANGES = {
    "parameter added": (
        "        - {name: X-Trace",
        "        - {name: page, in: query, schema: {type: string}}\n        - {name: X-Trace",
        [f"{GET}: query parameter 'page' is only in theirs"],
    ),
    "parameter removed": (
        "        - {name: X-Trace, in: header, schema: {type: string}}\n",
        "",
        [f"{GET}: header parameter 'X-Trace' is only in ours"],
    ),
    "header in another case": ("name: X-Trace", "name: x-trace", []),
    "parameter required": (
        "{name: fields, in: query,",
        "{name: fields, in: query, required: true,",
        [f"{GET}, query fields: presence is optional, theirs is required"],
    ),
    "limit and default": (
        "maximum: 9, default: 3",
        "maximum: 8, default: 4",
        [
            f"{GET}, query fields: default is 3, theirs is 4",
            f"{GET}, query fields: maximum is 9, theirs is 8",
        ],
    ),
    "status added": (
        "        '404':",
        "        '429': {description: Too many.}\n        '404':",
        [f"{GET}: response 429 is only in theirs"],
    ),
    "status removed": (
        "        '404': {description: There is none.}\n",
        "",
        [f"{GET}: response 404 is only in ours"],
    ),
    "body described": (
        "'404': {description: There is none.}",
        "'404': {description: '', content: {application/json: {schema: {type: string}}}}",
        [f"{GET}, response 404: media type application/json is only in theirs"],
    ),
    "property added": (
        "        born:",
        "        age: {type: integer}\n        born:",
        ["Pet: property 'age' is only in theirs"],
    ),
    "property removed": (
        "        born: {type: string, format: date-time}\n",
        "",
        ["Pet: property 'born' is only in ours"],
    ),
    "property required": (
        "required: [name]",
        "required: [name, kind]",
        ["Pet.kind: presence is optional, theirs is required"],
    ),
    "type": (
        "name: {type: string}",
        "name: {type: integer}",
        ["Pet.name: type is string, theirs is integer"],
    ),
    "type of items": (
        "items: {type: string}",
        "items: {type: boolean}",
        ["Pet.tags[]: type is string, theirs is boolean"],
    ),
    "format": (
        "format: date-time",
        "format: date",
        ["Pet.born: format is date-time, theirs is date"],
    ),
    "null": (
        "home: {type: [object, 'null']",
        "home: {type: object",
        ["Pet.home: null is allowed, theirs is not allowed"],
    ),
    "enum values": (
        "[cat, dog]",
        "[cat, bird]",
        [
            "Pet.kind: enum value 'dog' is only in ours",
            "Pet.kind: enum value 'bird' is only in theirs",
        ],
    ),
    "enum removed": (
        "kind: {type: string, enum: [cat, dog]}",
        "kind: {type: string}",
        ["Pet.kind: enum is one of cat, dog, theirs is any string"],
    ),
    "closed object": (
        "      required: [name]\n",
        "      required: [name]\n      additionalProperties: false\n",
        ["Pet: other properties is allowed, theirs is not allowed"],
    ),
    "deprecated": (
        "operationId: getPet",
        "deprecated: true\n      operationId: getPet",
        [f"{GET}: status is current, theirs is deprecated"],
    ),
    "security": (
        "operationId: getPet\n      tags: [pets]\n      security: [{key: []}]",
        "operationId: getPet\n      tags: [pets]\n      security: [{key: []}, {token: []}]",
        [
            f"{GET}: security is http bearer, theirs is http bearer or key in header X-Key"
        ],
    ),
    "name of a security scheme": ("key: ", "bearer: ", []),
    "body optional": (
        "        required: true\n        content",
        "        content",
        [f"{PUT}, request body: presence is required, theirs is optional"],
    ),
    "operation added": (
        "    put:",
        f"{POST}    put:",
        ["paths: operation POST /pets/{id} is only in theirs"],
    ),
    "path below, without a tag": (
        "  /pets/{id}:",
        "  /pets/{id}/toys: {get: {responses: {'204': {description: ''}}}}\n  /pets/{id}:",
        ["paths: operation GET /pets/{id}/toys is only in theirs"],
    ),
    "unrelated operation": (
        "  /pets/{id}:",
        "  /food: {get: {tags: [food], responses: {'204': {description: ''}}}}\n  /pets/{id}:",
        [],
    ),
    "name of a path parameter": (
        "/pets/{id}:\n    parameters:\n      - {name: id,",
        "/pets/{key}:\n    parameters:\n      - {name: key,",
        [
            f"{GET}: path parameter is id, theirs is key",
            f"{PUT}: path parameter is id, theirs is key",
        ],
    ),
    "path": (
        "/pets/{id}:",
        "/animals/{id}:",
        [
            f"{GET}: route is GET /v1/pets/{{id}}, theirs is GET /v1/animals/{{id}}",
            f"{PUT}: route is PUT /v1/pets/{{id}}, theirs is PUT /v1/animals/{{id}}",
        ],
    ),
    "path of the server": (
        "/v1'}]\npaths:\n  /pets",
        "'}]\npaths:\n  /v1/pets",
        [],
    ),
    "allOf": (
        "      type: object\n      required: [name]\n      properties:\n"
        "        name: {type: string}\n",
        "      allOf: [{type: object, required: [name],"
        " properties: {name: {type: string}}}]\n      properties:\n",
        [],
    ),
    "version 3.0": (
        "home: {type: [object, 'null'],",
        "home: {anyOf: [{type: 'null'}, {$ref: '#/components/schemas/Home'}]}\n"
        "    Home: {type: object,",
        [],
    ),
}


def compared(tmp_path: Path, ours: str, theirs: str) -> Comparison:
    paths = tmp_path / "ours.yaml", tmp_path / "theirs.yaml"
    for path, text in zip(paths, (ours, theirs), strict=True):
        path.write_text(text)
    documents = [load_document(path, path.name) for path in paths]
    loaded = load_api(documents[0], Selection())
    assert not loaded.has_errors, "\n".join(map(str, loaded.diagnostics))
    return compare(loaded, documents[1], related=True)


@pytest.mark.parametrize("name", CHANGES)
def test_change_is_the_only_difference(tmp_path: Path, name: str) -> None:
    old, new, expected = CHANGES[name]
    assert old in SHELTER
    found = compared(tmp_path, SHELTER, SHELTER.replace(old, new)).differences
    assert [difference.text for difference in found] == expected


@pytest.mark.parametrize("name", CHANGES)
def test_reversed_change_is_found_too(tmp_path: Path, name: str) -> None:
    old, new, expected = CHANGES[name]
    found = compared(tmp_path, SHELTER.replace(old, new), SHELTER).differences
    assert len(found) >= len(expected)


def test_recursive_schemas_are_compared_once(tmp_path: Path) -> None:
    recursive = SHELTER.replace(
        "        born:",
        "        parent: {$ref: '#/components/schemas/Pet'}\n        born:",
    )
    found = compared(tmp_path, recursive, recursive.replace("dog", "bird")).differences
    assert len(found) == 2


def test_unions_are_paired_by_their_properties(tmp_path: Path) -> None:
    union = "home: {oneOf: [%s]}"
    cat = "{type: object, properties: {lives: {type: integer}, cat: {type: string}}}"
    dog = "{type: object, properties: {barks: {type: boolean}, dog: {type: string}}}"
    old = "home: {type: [object, 'null'], properties: {city: {type: string}}}"
    ours = SHELTER.replace(old, union % f"{cat}, {dog}")
    theirs = SHELTER.replace(old, union % f"{dog.replace('boolean', 'string')}, {cat}")
    found = compared(tmp_path, ours, theirs).differences
    assert [d.text for d in found] == [
        "Pet.home.barks: type is boolean, theirs is string"
    ]


def test_range_covers_a_status(tmp_path: Path) -> None:
    found = compared(tmp_path, SHELTER.replace("'404'", "4XX"), SHELTER).differences
    assert [d.text for d in found] == [f"{GET}: response 4XX is only in ours"]


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "specs").mkdir()
    (tmp_path / "specs" / "shelter.yaml").write_text(SHELTER)
    (tmp_path / "theirs.yaml").write_text(
        SHELTER.replace("[cat, dog]", "[cat, bird]").replace("'7'", "'8'")
    )
    (tmp_path / "pyproject.toml").write_text(
        '[tool.clientcast]\nspecs = ["specs/shelter.yaml"]\noutput = "made"\n'
    )
    monkeypatch.chdir(tmp_path)
    return tmp_path


def run(*arguments: str) -> Result:
    return CliRunner().invoke(main, ["upstream", *arguments])


def test_unknown_difference_has_both_places(project: Path) -> None:
    result = run("shelter", "theirs.yaml")
    assert result.exit_code == 1, result.output
    place = (
        "specs/shelter.yaml:40:30: only-ours Pet.kind: enum value 'dog' is only in ours"
    )
    assert place in result.output
    assert "^ theirs.yaml:40" in result.output
    assert result.output.endswith(
        "shelter: 2 of 2 operations compared with Shelter 8, 2 unknown differences, 0 known\n"
        "exit 1: 2 unknown differences\n"
    )


def test_suggested_record_knows_the_differences_once_it_has_a_reason(
    project: Path,
) -> None:
    record = project / "specs" / "shelter.upstream.yaml"
    suggestion = run("shelter", "theirs.yaml", "--suggest").stdout
    record.write_text(suggestion)
    without_reason = run("shelter", "theirs.yaml")
    assert without_reason.exit_code == 1
    place = (
        "specs/shelter.upstream.yaml:5:13: upstream-record these differences have no"
    )
    assert place in without_reason.output
    record.write_text(suggestion.replace("''", "Seen in traffic."))
    known = run("shelter", "theirs.yaml")
    assert known.exit_code == 0, known.output
    assert known.output.endswith(", 0 unknown differences, 2 known\n")
    assert "known: Seen in traffic." in run("shelter", "theirs.yaml", "--known").output
    assert run("shelter", "theirs.yaml", "--suggest").output == ""


def test_record_names_what_changed_since(project: Path) -> None:
    record = project / "specs" / "shelter.upstream.yaml"
    record.write_text(
        "document: {title: Shelter, version: '7'}\nknown:\n  - reason: Seen.\n"
        "    differences:\n"
        "      - \"Pet.kind: enum value 'dog' is only in ours\"\n"
        "      - \"Pet.kind: enum value 'bird' is only in theirs\"\n"
        "      - 'Pet.name: type is string, theirs is boolean'\n"
        "      - 'Pet.born: format is date-time, theirs is time'\n"
    )
    theirs = project / "theirs.yaml"
    theirs.write_text(
        theirs.read_text().replace("name: {type: string}", "name: {type: integer}")
    )
    result = run("shelter", "theirs.yaml")
    assert result.exit_code == 1
    assert "changed: the record has 'Pet.name: type is string, theirs is boolean'" in (
        result.output
    )
    assert (
        "specs/shelter.upstream.yaml:8:9: no-longer-different this difference no longer"
        " exists: Pet.born: format is date-time, theirs is time" in result.output
    )
    assert "compared with Shelter 8 (the record is of 7)" in result.output
    assert result.output.endswith(
        "1 unknown difference, 2 known, 2 of the record no longer found\n"
        "exit 1: 1 unknown difference, 2 of the record no longer found\n"
    )


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("- a", "1:1: upstream-record the record must be a mapping"),
        ("know: []", "upstream-record unknown key 'know'"),
        ("known: {a: b}", "1:8: upstream-record 'known' must be a list"),
        ("known: [{reason: x}]", "this must be a mapping with both"),
        ("known: [{reason: x, differences: [1]}]", "a difference must be text"),
        ("known: [{reason: x, differences: [a, a]}]", "this difference is a duplicate"),
        ("known: [", "yaml-syntax"),
    ],
)
def test_wrong_record_is_located(project: Path, text: str, message: str) -> None:
    (project / "specs" / "shelter.upstream.yaml").write_text(text)
    result = run("shelter", "theirs.yaml")
    assert result.exit_code == 1
    assert result.output.startswith("specs/shelter.upstream.yaml:")
    assert message in result.output


@pytest.mark.parametrize("text", ["", "[", "a: b", '{"openapi": '])
def test_unreadable_document_is_reported(project: Path, text: str) -> None:
    (project / "theirs.yaml").write_text(text)
    result = run("shelter", "theirs.yaml")
    assert result.exit_code == 1
    assert result.output.startswith("theirs.yaml:")
    assert "Traceback" not in result.output


def test_errors_of_the_vendors_document_are_warnings(project: Path) -> None:
    theirs = project / "theirs.yaml"
    theirs.write_text(
        theirs.read_text().replace(
            "schemas/Pet'}}}\n        '404'", "schemas/Pat'}}}\n        '404'"
        )
    )
    result = run("shelter", "theirs.yaml")
    assert "theirs.yaml:18:" in result.output
    assert "unresolved-reference" in result.output


def test_swagger_document_is_compared(project: Path) -> None:
    (project / "theirs.yaml").write_text(
        "swagger: '2.0'\ninfo: {title: Shelter, version: '1'}\nhost: shelter.example.com\n"
        "basePath: /v1\nschemes: [https]\npaths:\n  /pets/{id}:\n    get:\n"
        "      parameters: [{name: id, in: path, required: true, type: string}]\n"
        "      responses: {'418': {description: A teapot.}}\n"
    )
    output = run("shelter", "theirs.yaml").output
    assert f"only-theirs {GET}: response 418 is only in theirs" in output
    assert "paths: operation PUT /pets/{id} is only in ours" in output


@pytest.mark.parametrize(
    ("name", "document"),
    [
        pytest.param("okta", "okta-2026.06.3.yaml", marks=pytest.mark.full),
        ("clerk", "clerk-2026-05-12.yml"),
        ("pangea", "pangea-authn-2.json"),
    ],
)
def test_differences_of_home_specs_are_known(
    name: str, document: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    if not HISTORY.is_dir():
        pytest.skip("the vendors' documents are in ../shared/history")
    monkeypatch.chdir(ROOT)
    result = run(name, str(HISTORY / document))
    assert result.exit_code == 0, result.output


@pytest.mark.full
def test_removed_operations_of_okta_are_found(monkeypatch: pytest.MonkeyPatch) -> None:
    if not HISTORY.is_dir():
        pytest.skip("the vendors' documents are in ../shared/history")
    monkeypatch.chdir(ROOT)
    result = run("okta", str(HISTORY / "okta-2025.08.0.yaml"))
    for operation in ("POST /api/v1/sessions", "GET /api/v1/sessions/me"):
        known = (
            f"this difference no longer exists: paths: operation {operation} is only"
        )
        assert known in result.output


@pytest.mark.parametrize(
    "path", first_of_each(sorted((ROOT / "tests" / "specs" / "ok").glob("*.yaml")))
)
def test_document_does_not_differ_from_itself(path: Path) -> None:
    document = load_document(path, path.name)
    found = compare(load_api(document, Selection()), document, related=True)
    assert [difference.text for difference in found.differences] == []


def test_recursive_aliases_are_compared(tmp_path: Path) -> None:
    tree = SHELTER.replace(
        "    Pet:\n",
        "    Tree: {type: array, items: {$ref: '#/components/schemas/Tree'}}\n    Pet:\n",
    ).replace("name: {type: string}\n", "name: {$ref: '#/components/schemas/Tree'}\n")
    assert not compared(tmp_path, tree, tree).differences
    found = compared(tmp_path, SHELTER, tree).differences
    text = "Pet.name: type is string, theirs is array of array of array of array"
    assert [difference.text for difference in found] == [text]


def test_paths_that_differ_in_names_only_are_kept_apart(tmp_path: Path) -> None:
    other = "  /pets/{name}: {get: {parameters: [{name: name, in: path, required: true,"
    other += " schema: {type: string}}], responses: {'204': {description: ''}}}}\n"
    text = SHELTER.replace("components:\n", f"{other}components:\n", 1)
    assert not compared(tmp_path, text, text).differences


def test_subtypes_of_subtypes_are_compared(tmp_path: Path) -> None:
    subtypes = """\
    Cat: {allOf: [{$ref: '#/components/schemas/Pet'}, {type: object}]}
    Lion: {allOf: [{$ref: '#/components/schemas/Cat'}, {type: object}]}
"""
    text = SHELTER.replace(
        "      required: [name]\n",
        "      required: [name]\n      discriminator: {propertyName: name}\n",
    )
    text += subtypes
    unused = "  /x: {get: {responses: {'204': {description: ''}}}}\ncomponents:\n"
    theirs = text.replace("components:\n", unused, 1)
    assert not compared(tmp_path, text, theirs).differences


def test_mistaken_reference_of_the_vendor_is_followed(tmp_path: Path) -> None:
    put = "      requestBody:\n"
    before, _, after = SHELTER.partition(put)
    theirs = before.replace("components/schemas/Pet", "definitions/Pet") + put
    theirs += after.replace("'#/components/schemas/Pet'", "'#/definitions/Pet'", 1)
    assert not compared(tmp_path, SHELTER, theirs).differences
