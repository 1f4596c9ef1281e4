"""Tests of casts after a change: with the state of the last cast and without, they are equal."""

import copy
import json
import random
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from clientcast import code_files, pipeline
from clientcast.bind import layout
from clientcast.cache import NO_CACHE, Cache
from clientcast.check import validator
from clientcast.conventions import Conventions
from clientcast.incremental import LastCast, recast, state
from clientcast.output import write
from clientcast.pipeline import Cast, cast
from clientcast.source import read
from clientcast.trust import Trust
from msgspec.structs import replace

from tests.incremental.edits import edited
from tests.support.casting import SPECS
from tests.support.validation import NoChild

Json = dict[str, Any]

EDITS = 3
"""Random edits of each document."""


class Project:
    """A document and its package, cast again after each edit.

    Attributes:
        taken_over: Whether the last cast took over what did not change.
    """

    def __init__(self, folder: Path) -> None:
        self.document = folder / "api.json"
        self.output = folder / "out"
        self.cache = Cache(folder / "cache")
        self.taken_over = False

    def cast(self, data: Json, **options: Any) -> Cast:
        """Cast a document, require the result of a cast without a cache, and write it."""
        self.document.write_text(json.dumps(data, indent=1), encoding="utf-8")
        alone = self._cast(NO_CACHE, **options)
        result = self._cast(self.cache, **options)
        assert result == alone
        assert list(result.files or ()) == list(alone.files or ())
        if result.files is not None:
            write(self.output, result.files, force=True)
        return result

    def _cast(self, cache: Cache, **options: Any) -> Cast:
        options = {"formatter": "none", **options}
        return cast(
            self.document, "api.json", cache=cache, folder=self.output, **options
        )


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Project:
    """A project whose small document is treated as a large one is."""
    monkeypatch.setattr(validator, "Child", NoChild)
    for module in (pipeline, code_files):
        monkeypatch.setattr(module, "MAX_LENGTH", -1)
    monkeypatch.setattr(layout, "_MAX_OPERATIONS", 0)
    monkeypatch.setattr(recast, "_MAX_SHARE", 1)
    made = Project(tmp_path)
    original = LastCast.recast

    def recorded(self: LastCast, document: Any) -> Any:
        result = original(self, document)
        made.taken_over = result is not None
        return result

    monkeypatch.setattr(LastCast, "recast", recorded)
    return made


def operation(tag: str, name: str, **more: Any) -> Json:
    content = {"application/json": {"schema": {"$ref": "#/components/schemas/Thing"}}}
    error = {"application/json": {"schema": {"$ref": "#/components/schemas/Error"}}}
    return {
        "operationId": name,
        "tags": [tag],
        "summary": f"Call {name}.",
        "parameters": [
            {
                "name": "order",
                "in": "query",
                "schema": {"type": "string", "enum": [f"{tag} up", f"{tag} down"]},
            },
            {"name": "limit", "in": "query", "schema": {"type": "integer"}},
        ],
        "responses": {
            "200": {"description": "The result.", "content": content},
            "404": {"description": "There is none.", "content": error},
        },
        **more,
    }


def things() -> Json:
    """Return a document with two resources that share models."""
    text: Json = {"type": "string", "description": "A text."}
    return {
        "openapi": "3.1.0",
        "info": {"title": "Things", "version": "1"},
        "servers": [{"url": "https://things.example"}],
        "security": [{"token": []}],
        "tags": [{"name": "cats", "description": "All cats."}],
        "paths": {
            "/cats": {
                "get": operation("cats", "listCats"),
                "post": operation("cats", "addCat", deprecated=True),
            },
            "/cats/{id}": {
                "get": operation("cats", "getCat", parameters=[_id()]),
            },
            "/dogs": {"get": operation("dogs", "listDogs")},
            "/dogs/{id}": {"get": operation("dogs", "getDog", parameters=[_id()])},
        },
        "components": {
            "schemas": {
                "Thing": {"type": "object", "properties": {"name": text}},
                "Error": {"type": "object", "properties": {"code": text}},
            },
            "securitySchemes": {"token": {"type": "http", "scheme": "bearer"}},
        },
    }


def _id() -> Json:
    return {"name": "id", "in": "path", "required": True, "schema": {"type": "string"}}


def _list(data: Json) -> Json:
    found: Json = data["paths"]["/cats"]["get"]
    return found


def _add_parameter(data: Json, **parameter: Any) -> None:
    schema = {"type": "string"}
    added = {"name": "q", "in": "query", "schema": schema, **parameter}
    _list(data)["parameters"].append(added)


def _rename_schema(data: Json, old: str, new: str) -> None:
    text = json.dumps(data).replace(f'schemas/{old}"', f'schemas/{new}"')
    data.update(json.loads(text))
    schemas = data["components"]["schemas"]
    schemas[new] = schemas.pop(old)


WITHIN_METHODS: dict[str, Callable[[Json], object]] = {
    "nothing": lambda d: None,
    "summary": lambda d: _list(d).update(summary="List all cats."),
    "mention of another resource": lambda d: _list(d).update(
        description="Like `getDog`, see `limit`."
    ),
    "description of a response": lambda d: _list(d)["responses"]["404"].update(
        description="Gone."
    ),
    "header of a response": lambda d: _list(d)["responses"]["200"].update(
        headers={"X-Total": {"schema": {"type": "integer"}}}
    ),
    "description of a parameter": lambda d: _list(d)["parameters"][0].update(
        description="The order."
    ),
    "optional parameter": lambda d: _add_parameter(d),
    "removed parameter": lambda d: _list(d)["parameters"].pop(1),
    "type of a parameter": lambda d: _list(d)["parameters"][1].update(
        schema={"type": "array", "items": {"type": "string", "format": "date"}}
    ),
    "limit of a parameter": lambda d: _list(d)["parameters"][1]["schema"].update(
        maximum=True
    ),
}
BEYOND_METHODS: dict[str, Callable[[Json], object]] = {
    "required parameter": lambda d: _add_parameter(d, required=True),
    "enum of a parameter": lambda d: _add_parameter(
        d, schema={"type": "string", "enum": ["a", "b"]}
    ),
    "value of an enum": lambda d: _list(d)["parameters"][0]["schema"]["enum"].append(
        "sideways"
    ),
    "deprecated parameter": lambda d: _add_parameter(d, deprecated=True),
    "deprecated operation": lambda d: _list(d).update(deprecated=True),
    "operationId": lambda d: _list(d).update(operationId="searchCats"),
    "order of paths": lambda d: d["paths"].update({"/cats": d["paths"].pop("/cats")}),
    "path": lambda d: d["paths"].update({"/mice": d["paths"].pop("/cats")}),
    "added operation": lambda d: d["paths"]["/cats"].update(
        put=operation("cats", "replaceCats")
    ),
    "removed operation": lambda d: d["paths"]["/cats"].pop("post"),
    "narrower path": lambda d: d["paths"].update(
        {"/cats/me": {"get": operation("cats", "getMe")}}
    ),
    "response": lambda d: _list(d)["responses"].update({"409": {"description": "No."}}),
    "type of a response": lambda d: _list(d)["responses"]["200"].update(
        content={"application/json": {"schema": {"type": "string"}}}
    ),
    "example of a response": lambda d: _list(d)["responses"]["200"]["content"][
        "application/json"
    ].update(example={"name": "Tom"}),
    "tag of an operation": lambda d: _list(d).update(tags=["dogs"]),
    "description of a tag": lambda d: d["tags"][0].update(description="Each cat."),
    "server": lambda d: d["servers"][0].update(url="https://other.example"),
    "server of an operation": lambda d: _list(d).update(
        servers=[{"url": "https://cats.example"}]
    ),
    "security scheme": lambda d: d["components"]["securitySchemes"].update(
        token={"type": "apiKey", "in": "header", "name": "X-Key"}
    ),
    "security of an operation": lambda d: _list(d).update(security=[]),
    "title": lambda d: d["info"].update(title="Animals"),
    "x-client": lambda d: d.update({"x-client": {"name": "Zoo"}}),
    "x-client of an operation": lambda d: _list(d).update(
        {"x-client": {"method": "all"}}
    ),
    "shared schema": lambda d: d["components"]["schemas"]["Thing"]["properties"].update(
        size={"type": "integer"}
    ),
    "text of a shared schema": lambda d: d["components"]["schemas"]["Thing"].update(
        description="A thing."
    ),
    "name of a schema": lambda d: _rename_schema(d, "Thing", "Things"),
    "name that collides": lambda d: _rename_schema(d, "Thing", "CatsResource"),
    "same name in other case": lambda d: d["components"]["schemas"].update(
        thing={"type": "object", "properties": {"a": {"$ref": _THING}}}
    ),
    "error": lambda d: _list(d).update(responses={}),
}
_THING = "#/components/schemas/Thing"
FAKE = ("testing/operations.json", "testing/stores.json")


@pytest.mark.parametrize("change", WITHIN_METHODS)
def test_change_within_methods_takes_over_the_rest(
    change: str, project: Project
) -> None:
    before = project.cast(things()).files
    data = things()
    WITHIN_METHODS[change](data)
    after = project.cast(data).files
    assert project.taken_over
    assert before is not None and after is not None
    changed = {path for path in after if before[path] != after[path]}
    own = {"resources/cats.py", "async_resources/cats.py"}
    assert changed <= {*own, *FAKE, "README.md", "clientcast.json"}
    assert changed or change == "nothing"
    project.cast(things())
    assert project.taken_over


def _with_stores(*, tag_of_items: str) -> Json:
    """Return a document whose fake keeps cats, as those of `/cats` and `/cats/{id}`."""
    data = things()
    thing = data["components"]["schemas"]["Thing"]
    thing["properties"]["id"] = {"type": "string"}
    thing["required"] = ["id"]
    content = _list(data)["responses"]["200"]["content"]["application/json"]
    content["schema"] = {"type": "array", "items": {"$ref": _THING}}
    data["paths"]["/cats/{id}"]["get"]["tags"] = [tag_of_items]
    return data


@pytest.mark.parametrize("parameter", ["name", "id", "q"])
def test_parameter_that_filters_changes_the_stores(
    parameter: str, project: Project
) -> None:
    before = project.cast(_with_stores(tag_of_items="cats")).files
    data = _with_stores(tag_of_items="cats")
    _add_parameter(data, name=parameter)
    after = project.cast(data).files
    assert project.taken_over
    assert before is not None and after is not None
    is_changed = before["testing/stores.json"] != after["testing/stores.json"]
    assert is_changed == (parameter in ("name", "id"))


def test_store_of_operations_in_several_resources_is_kept_if_texts_changed(
    project: Project,
) -> None:
    before = project.cast(_with_stores(tag_of_items="mice")).files
    data = _with_stores(tag_of_items="mice")
    _list(data)["summary"] = "List all cats."
    after = project.cast(data).files
    assert project.taken_over
    assert before is not None and after is not None
    assert before["testing/stores.json"] == after["testing/stores.json"]
    _add_parameter(data, name="name")
    project.cast(data)
    assert not project.taken_over


def test_change_of_a_package_without_a_fake_takes_over_the_rest(
    project: Project,
) -> None:
    chosen = {"conventions": Conventions(testing=False)}
    project.cast(things(), **chosen)
    data = things()
    _list(data)["summary"] = "List all cats."
    files = project.cast(data, **chosen).files
    assert project.taken_over
    assert files is not None and not any("testing" in path for path in files)


@pytest.mark.parametrize("change", BEYOND_METHODS)
def test_change_that_others_see_casts_the_whole_document(
    change: str, project: Project
) -> None:
    project.cast(things())
    data = things()
    BEYOND_METHODS[change](data)
    project.cast(data)
    assert not project.taken_over


def test_reference_into_a_changed_path_casts_the_whole_document(
    project: Project,
) -> None:
    data = things()
    responses = data["paths"]["/dogs"]["get"]["responses"]
    responses["404"] = {"$ref": "#/paths/~1cats/get/responses/404"}
    project.cast(data)
    _list(data)["responses"]["404"]["description"] = "Gone."
    project.cast(data)
    assert not project.taken_over


def _flawless() -> Json:
    data = things()
    data["tags"].append({"name": "dogs"})
    return data


@pytest.fixture
def checked(monkeypatch: pytest.MonkeyPatch) -> list[frozenset[str]]:
    """The paths of each document that is checked."""
    found: list[frozenset[str]] = []
    original = pipeline.check

    def recorded(document: Any, **options: Any) -> Any:
        found.append(frozenset(document.data["paths"]))
        return original(document, **options)

    monkeypatch.setattr(pipeline, "check", recorded)
    return found


CATS, ALL = frozenset(("/cats", "/cats/{id}")), frozenset(things()["paths"])


@pytest.mark.parametrize(
    "change", sorted(WITHIN_METHODS.keys() - {"limit of a parameter"})
)
def test_only_changed_resources_of_a_flawless_document_are_checked(
    change: str, project: Project, checked: list[frozenset[str]]
) -> None:
    data = _flawless()
    project.cast(data)
    for _ in range(2):
        data["paths"]["/dogs"]["get"]["summary"] += " All of them."
        project.cast(data)  # With the state that a cast of a part has left.
    WITHIN_METHODS[change](data)
    assert project.cast(data).diagnostics == ()
    parts = checked[1::2]  # Each document is cast without a cache first.
    expected = CATS if change != "nothing" else frozenset[str]()
    assert parts[0] == ALL and parts[-1] == expected


MISTAKES: dict[str, Callable[[Json], object]] = {
    "in the operation": lambda d: _add_parameter(d, colour="red"),
    "operationId of another": lambda d: _list(d).update(operationId="listDogs"),
    "undeclared tag": lambda d: _list(d).update(tags=["mice"]),
    "method of another": lambda d: [
        o.update({"x-client": {"method": "all"}}) for o in d["paths"]["/cats"].values()
    ],
    "unresolved reference": lambda d: _list(d)["parameters"].append(
        {"$ref": "#/components/parameters/None"}
    ),
    "in a component": lambda d: d["components"]["schemas"]["Thing"].update(
        properties=[]
    ),
}


@pytest.mark.parametrize("mistake", MISTAKES)
def test_new_mistake_in_a_flawless_document_is_reported(
    mistake: str, project: Project
) -> None:
    project.cast(_flawless())
    data = _flawless()
    MISTAKES[mistake](data)
    assert project.cast(data).diagnostics
    assert project.cast(_flawless()).diagnostics == ()


def test_findings_of_the_validator_in_a_part_are_those_in_the_document(
    project: Project, monkeypatch: pytest.MonkeyPatch, checked: list[frozenset[str]]
) -> None:
    class FindingChild(NoChild):
        def validate(self, document: bytes) -> bytes:
            paths = json.loads(document)["paths"]
            places = [
                ["default", ["paths", path, "get"], True, f"of {len(paths)}"]
                for path, item in paths.items()
                if "bad" in (p["name"] for p in item["get"]["parameters"])
            ]
            return json.dumps(places).encode()

    monkeypatch.setattr(validator, "Child", FindingChild)
    project.cast(_flawless())
    data = _flawless()
    _add_parameter(data, name="bad")
    (found,) = project.cast(data).diagnostics
    assert found.code == "bad-default" and f"of {len(ALL)}" in found.message
    assert checked[-1] == CATS
    project.cast(data)
    _list(data)["summary"] = "As bad as ever."
    project.cast(data)
    assert checked[-1] == ALL


@pytest.mark.parametrize("change", ["summary", "optional parameter"])
def test_validator_starts_only_if_more_than_texts_changed(
    change: str, project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    data = _flawless()
    _list(data)["description"] = "All of them."
    project.cast(data)
    started: list[NoChild] = []
    monkeypatch.setattr(
        validator, "Child", lambda: started.append(NoChild()) or started[-1]
    )
    WITHIN_METHODS[change](data)
    project.document.write_text(json.dumps(data), encoding="utf-8")
    assert project._cast(project.cache).diagnostics == ()
    assert project.taken_over
    assert bool(started) is (change != "summary")


@pytest.mark.full
def test_random_edits_of_a_flawless_document(
    project: Project, checked: list[frozenset[str]]
) -> None:
    chance, data = random.Random(16), _flawless()
    project.cast(data)
    for _ in range(60):
        new = edited(data, chance)
        result = project.cast(new)
        if result.files is not None and not result.diagnostics:
            data = new
    assert sum(paths < ALL for paths in checked) > 5


def test_other_options_cast_the_whole_document(project: Project) -> None:
    project.cast(things())
    trust = Trust(environment=("THINGS_TOKEN",))
    options: list[Json] = [
        {"formatter": "ruff"},
        {"trust": trust},
        {"package_name": "other"},
        {"conventions": Conventions(testing=False)},
    ]
    for chosen in options:
        project.cast(things(), **chosen)
        assert not project.taken_over


@pytest.mark.parametrize(
    "path", ["resources/dogs.py", "testing/operations.json", "README.md"]
)
@pytest.mark.parametrize("is_edited", [True, False], ids=["edited", "missing"])
def test_edited_or_missing_file_casts_the_whole_document(
    path: str, is_edited: bool, project: Project
) -> None:
    project.cast(things())
    file = project.output / path
    if is_edited:
        file.write_text(file.read_text(encoding="utf-8") + " ", encoding="utf-8")
    else:
        file.unlink()
    data = things()
    _list(data)["summary"] = "List all cats."
    project.cast(data)
    assert not project.taken_over


def test_check_of_a_version_leaves_the_state_of_what_is_in_the_folder(
    project: Project,
) -> None:
    project.cast(things())
    data = things()
    _list(data)["summary"] = "List all cats."
    project.document.write_text(json.dumps(data), encoding="utf-8")
    for _ in range(2):  # As `check` does, which writes nothing.
        project._cast(project.cache)
        assert project.taken_over


@pytest.mark.parametrize("name", ["names", "classes", "models", "python_names"])
def test_state_that_does_not_give_what_is_in_the_folder_is_not_used(
    name: str, project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    data = things()
    _list(data)["description"] = "Like `getDog`."
    project.cast(data)
    original = state.load_state

    def forged(*arguments: Any) -> state.State | None:
        found = original(*arguments)
        assert found is not None
        other = {k: f"{v}_other" for k, v in getattr(found.decisions, name).items()}
        return replace(found, decisions=replace(found.decisions, **{name: other}))

    monkeypatch.setattr("clientcast.incremental.last_cast.load_state", forged)
    changed = copy.deepcopy(data)
    _list(changed)["summary"] = "List all cats."
    project.cast(changed)
    assert not project.taken_over


@pytest.mark.full
@pytest.mark.parametrize(
    "spec", sorted((SPECS / "ok").glob("*.yaml")), ids=lambda spec: spec.stem
)
def test_random_edits_give_the_result_of_a_cast_without_a_cache(
    spec: Path, project: Project
) -> None:
    chance = random.Random(spec.stem)
    data = read(spec).data
    project.cast(data)
    for _ in range(EDITS):
        new = edited(data, chance)
        if project.cast(new).files is not None:
            data = new
