"""Overlays and options of `x-client` in the settings, by the command line."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from clientcast.cli import main
from clientcast.customization import OverlayFile
from clientcast.overlay import apply_overlays
from clientcast.source import Document, read

PETS = """\
openapi: 3.1.0
info: {title: Pets, version: '1'}
servers: [{url: 'https://pets.example.com'}]
paths:
  /pets/{id}:
    get:
      operationId: getPet
      tags: [pets]
      parameters:
        - {name: trace, in: header, schema: {type: string}}
        - {name: id, in: path, required: true, schema: {type: string}}
        - {name: limit, in: qeury, schema: {type: integer}}
      responses:
        '200':
          description: A pet.
          content: {application/json: {schema: {$ref: '#/components/schemas/Pet'}}}
    delete:
      operationId: removePet
      tags: [pets]
      parameters:
        - {name: id, in: path, required: true, schema: {type: string}}
      responses: {'204': {description: It is gone.}}
components:
  schemas:
    Pet:
      type: object
      properties: {name: {type: string}}
"""
HEAD = "overlay: 1.0.0\ninfo: {title: Ours, version: '1'}\nactions:\n"
SETTINGS = """\
[tool.clientcast]
output = "made"

[tool.clientcast.documents.pets]
spec = "pets.yaml"
"""


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("pets.yaml").write_text(PETS.replace("qeury", "query"))


def run(*arguments: str, status: int = 0) -> Result:
    result = CliRunner().invoke(main, arguments, prog_name="clientcast")
    assert result.exception is None or isinstance(result.exception, SystemExit)
    assert result.exit_code == status, result.output
    return result


def overlaid(actions: str, document: str | None = None) -> Document:
    if document is not None:
        Path("pets.yaml").write_text(document)
    Path("ours.yaml").write_text(HEAD + actions)
    overlay = OverlayFile(Path("ours.yaml"), "ours.yaml")
    return apply_overlays(read(Path("pets.yaml"), "pets.yaml"), (overlay,))


def place(document: Document, pointer: str) -> str:
    found = document.diagnostic(pointer, "", "")
    return f"{found.path}:{found.line}:{found.column}"


def test_update_merges_mappings_and_adds_to_lists() -> None:
    document = overlaid("""\
  - target: $.info
    update: {title: Our pets, contact: {name: Us}}
  - target: $
    update: {servers: [{url: 'https://eu.example.com'}]}
  - target: $.paths.*.*.parameters
    update: {name: added, in: query}
  - target: $.info.version
    update: '2'
""")
    assert not document.diagnostics
    data = document.data
    assert data["info"] == {
        "title": "Our pets",
        "version": "2",
        "contact": {"name": "Us"},
    }
    assert [server["url"] for server in data["servers"]] == [
        "https://pets.example.com",
        "https://eu.example.com",
    ]
    names = [p["name"] for p in data["paths"]["/pets/{id}"]["get"]["parameters"]]
    assert names == ["trace", "id", "limit", "added"]
    assert place(document, "/info/title") == "ours.yaml:5:21"
    assert place(document, "/info/version") == "ours.yaml:11:13"
    assert place(document, "/info/contact/name") == "ours.yaml:5:47"
    assert place(document, "/servers/1/url") == "ours.yaml:7:30"
    assert place(document, "/servers/0/url") == "pets.yaml:3:17"
    assert (
        place(document, "/paths/~1pets~1{id}/get/parameters/3/in") == "ours.yaml:9:31"
    )


def test_removal_keeps_the_places_of_what_stays() -> None:
    document = overlaid("""\
  - target: $..parameters[?@.name == 'limit']
    update: {description: How many}
  - target: $..parameters[?@.in == 'header']
    remove: true
  - target: $.paths.*.delete
    remove: true
""")
    assert not document.diagnostics
    item = document.data["paths"]["/pets/{id}"]
    assert "delete" not in item
    assert [p["name"] for p in item["get"]["parameters"]] == ["id", "limit"]
    parameters = "/paths/~1pets~1{id}/get/parameters"
    assert place(document, f"{parameters}/0/name") == "pets.yaml:11:18"
    assert place(document, f"{parameters}/1/in") == "pets.yaml:12:29"
    assert place(document, f"{parameters}/1/description") == "ours.yaml:5:27"
    assert place(document, f"{parameters}/1") == "pets.yaml:12:11"


def test_actions_are_applied_in_order_to_the_result_of_those_before() -> None:
    document = overlaid("""\
  - target: $.info
    remove: true
  - target: $
    update: {info: {title: New, version: '1', x-list: [1]}}
  - target: $.info
    update: {x-list: [2]}
""")
    assert document.data["info"] == {"title": "New", "version": "1", "x-list": [1, 2]}
    assert place(document, "/info/x-list/1") == "ours.yaml:9:23"


def test_alias_of_yaml_is_changed_in_one_place() -> None:
    text = "openapi: 3.1.0\ninfo: &a {title: A}\nx-other: *a\n"
    document = overlaid("  - {target: $.info, update: {title: B}}\n", text)
    assert document.data["x-other"] == {"title": "A"}


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("openapi: 3.1.0\n", "ours.yaml:1:1: not-overlay this is no overlay"),
        (
            HEAD.replace("1.0.0", "2.0.0"),
            "1:10: overlay-version overlays of the version",
        ),
        (HEAD + "  []\n", "ours.yaml:4:3: missing-field an overlay must have a list"),
        (
            HEAD + "  - {update: {}}\n",
            "4:5: missing-field an action must have a target",
        ),
        (HEAD + "  - {target: $}\n", "4:5: overlay-action this action does nothing"),
        (
            HEAD + "  - {target: $, udpate: {}}\n",
            "4:17: unknown-field an overlay has no field 'udpate' here",
        ),
        (
            HEAD + "  - {target: paths, remove: true}\n",
            "4:14: overlay-target this is no JS",
        ),
        (
            HEAD + "  - {target: $, remove: true}\n",
            "overlay-target the document itself",
        ),
        (
            HEAD + "  - {target: $.info, update: 3}\n",
            "4:30: overlay-update the target is a",
        ),
        (
            HEAD + "  - {target: $.info.title, update: {a: 1}}\n",
            "overlay-update the target is a single value",
        ),
        (HEAD + "  - {target: $, remove: 1}\n", "4:25: wrong-type 'remove' must be"),
        ("overlay: [\n", "ours.yaml:2:1: yaml-syntax"),
    ],
)
def test_mistake_of_an_overlay_is_located_in_it(text: str, message: str) -> None:
    Path("ours.yaml").write_text(text)
    options = ("--spec", "pets.yaml", "--output", "made", "--overlay", "ours.yaml")
    refused = run("generate", *options, status=1).stdout
    assert message in refused
    assert not Path("made").exists()


def test_target_without_a_match_is_a_warning() -> None:
    Path("ours.yaml").write_text(HEAD + "  - {target: $.absent, remove: true}\n")
    options = ("--spec", "pets.yaml", "--overlay", "ours.yaml")
    assert (
        "ours.yaml:4:14: unused-overlay-action this target matches nothing in the"
        " document: the action has no effect (warning)"
    ) in run("check", *options).stdout


def test_diagnostics_lead_to_the_document_or_the_overlay() -> None:
    Path("pets.yaml").write_text(PETS)
    Path("ours.yaml").write_text(HEAD + """\
  - {target: "$..parameters[?@.name == 'trace']", remove: true}
  - {target: $.components.schemas.Pet, update: {type: objekt}}
""")
    options = ("--spec", "pets.yaml", "--overlay", "ours.yaml")
    found = run("check", *options, status=1).stdout
    assert "pets.yaml:12:29: bad-location 'qeury'" in found
    assert "ours.yaml:5:55: " in found
    assert "objekt" in found


def test_overlays_and_options_of_a_project() -> None:
    Path("ours.yaml").write_text(HEAD + "  - {target: $.info, update: {title: Zoo}}\n")
    settings = SETTINGS + """\
overlays = ["ours.yaml"]
client = {name = "Zoo"}

[tool.clientcast.documents.pets.tags.pets]
resource = "animals"

[tool.clientcast.documents.pets.operations]
getPet = {method = "get"}
"DELETE /pets/{id}" = {method = "remove", resource = "gone"}

[tool.clientcast.documents.pets.schemas.Pet]
name = "Animal"
"""
    Path("pyproject.toml").write_text(settings)
    assert "files changed in made/pets" in run("generate").stdout
    manifest = json.loads(Path("made/pets/clientcast.json").read_text())
    assert manifest["spec"]["title"] == "Zoo"
    client = Path("made/pets/client.py").read_text()
    assert "class Zoo" in client
    assert "def get(" in client and "def remove(" in client
    assert "    animals: Animals" in client and "    gone: Gone" in client
    assert "class Animal" in Path("made/pets/models.py").read_text()
    assert run("generate").stdout.endswith("unchanged in made/pets\n")

    Path("pyproject.toml").write_text(settings.replace('"remove"', '"free"'))
    assert "2 files stale" not in run("check", status=1).stdout.splitlines()[0]
    run("generate")
    assert "def free(" in Path("made/pets/client.py").read_text()
    Path("ours.yaml").write_text(HEAD + "  - {target: $.info, update: {title: Ark}}\n")
    assert "stale" in run("check", status=1).stdout


@pytest.mark.parametrize(
    ("setting", "message"),
    [
        (
            'operations.getPets.method = "get"',
            "pyproject.toml:6:12: unknown-name the document has no operation 'getPets'",
        ),
        (
            'tags.pet.resource = "a"',
            "6:6: unknown-name the document has no operation with",
        ),
        (
            'schemas.Pat.name = "a"',
            "6:9: unknown-name the document has no schema 'Pat'",
        ),
        ('operations.getPet.metod = "a"', "pyproject.toml:6:19: unknown-field"),
        ("operations.getPet = {method = true}", "pyproject.toml:6:22: wrong-type"),
        ('client.nam = "a"', "pyproject.toml:6:8: unknown-field"),
    ],
)
def test_unknown_name_in_the_settings_is_located_there(
    setting: str, message: str
) -> None:
    Path("pyproject.toml").write_text(f"{SETTINGS}{setting}\n")
    refused = run("check", status=1).stdout
    assert message in refused
    assert f"    6 | {setting}" in refused


@pytest.mark.parametrize(
    ("setting", "message"),
    [
        (
            "overlays = ['no.yaml']",
            "there is no file no.yaml: 'overlays' of the document",
        ),
        (
            "operations = {getPet = 3}",
            "'operations' of the document 'pets' has options",
        ),
        (
            "client = {name = 2026-01-01}",
            "'client' of the document 'pets' has options of",
        ),
    ],
)
def test_invalid_setting_is_refused(setting: str, message: str) -> None:
    Path("pyproject.toml").write_text(f"{SETTINGS}{setting}\n")
    assert message in run("check", status=2).stderr


def test_options_for_swagger_and_other_files() -> None:
    Path("pets.yaml").write_text("""\
swagger: '2.0'
info: {title: Pets, version: '1'}
host: pets.example.com
paths:
  /pets: {$ref: 'paths.yaml#/pets'}
definitions:
  Pet: {type: object, properties: {name: {type: string}}}
""")
    Path("paths.yaml").write_text("""\
pets:
  get:
    operationId: listPets
    produces: [application/json]
    responses:
      200: {description: Pets., schema: {$ref: 'pets.yaml#/definitions/Pet'}}
""")
    options = 'operations.listPets.method = "every"\nschemas.Pet.name = "Animal"\n'
    Path("pyproject.toml").write_text(SETTINGS + options)
    run("generate")
    assert "def every(" in Path("made/pets/client.py").read_text()
    assert "class Animal" in Path("made/pets/models.py").read_text()
    wrong = options.replace("method", "metod")
    Path("pyproject.toml").write_text(SETTINGS + wrong)
    assert "pyproject.toml:6:21: unknown-field" in run("check", status=1).stdout
