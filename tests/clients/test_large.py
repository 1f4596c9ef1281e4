"""Tests of packages too large for one file, which have a module for each resource."""

import ast
import importlib
import json
import subprocess
import sys
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from clientcast.docs import extract, read_package
from clientcast.pipeline import cast

from tests.clients.test_generated import async_to_sync, normalized_dump
from tests.support.casting import Server, call_sync_and_async, import_client

TAGS = ("Things", "Billing.Invoices", "Billing", "Property", "Aux", "shared")
OPERATIONS_PER_TAG = 8


def operation(tag: str, number: int) -> dict[str, Any]:
    name = tag.replace(".", "")
    schema: dict[str, Any] = {"$ref": f"#/components/schemas/{name}"}
    return {
        "tags": [tag],
        "operationId": f"get{number}",
        "parameters": [
            {"name": "id", "in": "path", "required": True, "schema": {"type": "string"}}
        ],
        "responses": {
            "200": {
                "description": "It.",
                "content": {"application/json": {"schema": schema}},
            },
            "4XX": {
                "description": "Not so.",
                "content": {
                    "application/json": {
                        "schema": {"$ref": "#/components/schemas/Problem"}
                    }
                },
            },
        },
    }


def document(operations_per_tag: int = OPERATIONS_PER_TAG) -> dict[str, Any]:
    """Return a document of many operations; each tag has a model, and all share one."""
    tag_schemas = {
        tag.replace(".", ""): {
            "type": "object",
            "required": ["id", "kind"],
            "properties": {
                "id": {"type": "string"},
                "kind": {"type": "string", "enum": ["new", "old"]},
                "owner": {"$ref": "#/components/schemas/Owner"},
            },
        }
        for tag in TAGS
    }
    return {
        "openapi": "3.1.0",
        "info": {"title": "Large", "version": "1"},
        "servers": [{"url": "https://large.example"}],
        "paths": {
            f"/{tag}/{number}/{{id}}": {"get": operation(tag, number)}
            for tag in TAGS
            for number in range(operations_per_tag)
        },
        "components": {
            "schemas": {
                **tag_schemas,
                "Owner": {
                    "type": "object",
                    "properties": {
                        "name": {"type": "string"},
                        "parent": {"$ref": "#/components/schemas/Owner"},
                    },
                },
                "Problem": {
                    "type": "object",
                    "properties": {"reason": {"type": "string"}},
                },
            }
        },
        "webhooks": {
            "happened": {
                "post": {
                    "requestBody": {
                        "content": {
                            "application/json": {
                                "schema": {
                                    "title": "Event",
                                    "type": "object",
                                    "properties": {"at": {"type": "string"}},
                                }
                            }
                        }
                    },
                    "responses": {"204": {"description": "Heard."}},
                }
            }
        },
    }


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("large")


@pytest.fixture(scope="module")
def large(folder: Path) -> ModuleType:
    spec = folder / "large.json"
    spec.write_text(json.dumps(document()), encoding="utf-8")
    return import_client(spec, folder)


@pytest.fixture
def root(large: ModuleType) -> Path:
    assert large.__file__ is not None
    return Path(large.__file__).parent


def run_program(root: Path, program: str) -> str:
    done = subprocess.run(
        [sys.executable, "-c", program],
        cwd=root.parent,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_each_resource_has_a_module_in_both_modes(root: Path) -> None:
    names = ["__init__", "aux_", "billing", "property", "shared_", "things"]
    for resources in ("resources", "async_resources"):
        found = sorted(path.stem for path in (root / resources).glob("*.py"))
        assert found == names
    found = sorted(path.stem for path in (root / "models").glob("*.py"))
    assert found == sorted([*names, "shared", "webhooks"])
    assert not (root / "models.py").exists()


def test_sync_modules_equal_async_modules_without_await(root: Path) -> None:
    paths = [*(root / "resources").glob("*.py")]
    for path in paths:
        waiting = (root / "async_resources" / path.name).read_text("utf-8")
        there = async_to_sync(waiting.replace("async_resources", "resources"))
        if path.name != "__init__.py":
            here = ast.parse(path.read_text("utf-8"))
            assert normalized_dump(here) == normalized_dump(there)


def test_operations_of_each_resource_can_be_called(large: ModuleType) -> None:
    thing = {"id": "7", "kind": "new", "owner": {"name": "a", "parent": {"name": "b"}}}
    for method in (
        "things.get0",
        "billing.get1",
        "billing.invoices.get2",
        "property.get3",
    ):
        server = Server(200, thing)
        read = call_sync_and_async(large, server, method, "7")
        assert (read.owner.parent.name, read.kind) == ("b", "new")
        tag, _, number = method.rpartition(".get")
        tag = {"billing.invoices": "Billing.Invoices"}.get(tag, tag.title())
        assert server.last.url.path == f"/{tag}/{number}/7"


def test_an_error_carries_its_body(large: ModuleType) -> None:
    with (
        large.Large(http=Server(404, {"reason": "gone"}).sync) as client,
        pytest.raises(large.NotFoundError) as caught,
    ):
        client.things.get0("7")
    assert caught.value.body == large.Problem(reason="gone")


def test_with_options_applies_to_resources(large: ModuleType) -> None:
    server = Server(200, {"id": "7", "kind": "new"})
    with large.Large(http=server.sync) as client:
        client.things.get0("7")
        client.with_options(headers={"x-a": "b"}).things.get0("7")
        client.things.get0("7")
    assert [r.headers.get("x-a") for r in server.requests] == [None, "b", None]


def test_modules_are_imported_on_first_use(root: Path) -> None:
    program = f"""
import sys, {root.name} as package

def loaded():
    below = [n.removeprefix("{root.name}.") for n in sys.modules if n.startswith("{root.name}.")]
    return sorted(n for n in below if n.split(".")[0] in ("models", "resources", "async_resources"))

print(loaded())
client = package.Large()
client.things
print(loaded())
package.Owner
print(loaded())
client.close()
"""
    models, things = ["models"], ["models.shared", "models.things"]
    resources = ["resources", "resources.things"]
    assert run_program(root, program).splitlines() == [
        str(models),
        str(models + things + resources),
        str(models + things + resources),
    ]


def test_models_are_attributes_of_the_package(large: ModuleType) -> None:
    models = importlib.import_module(f"{large.__name__}.models")
    assert large.Owner is models.Owner
    assert large.Owner.__module__ == f"{large.__name__}.models.shared"
    assert {"Owner", "HappenedRequest", "Things", "ThingsKind"} <= {*dir(large)}
    assert {*dir(models)} < {*dir(large)}
    for module in (large, models):
        with pytest.raises(AttributeError, match=f"'{models.__name__}' .* 'Ownr'"):
            _ = module.Ownr
        assert all(hasattr(module, name) for name in module.__all__)


USAGE = """
from collections.abc import Awaitable

from {name} import AsyncLarge, Large, Owner, Things
from {name}.models import Billing


def sync(client: Large) -> tuple[Owner | None, Billing]:
    thing: Things = client.things.get0("7")
    return thing.owner, client.billing.get1("7")


def waiting(client: AsyncLarge) -> Awaitable[Things]:
    return client.things.get0("7")
"""
WRONG = """
from {name} import Large, Ownr


def wrong(client: Large) -> Ownr:
    return client.thigs.get0(7)
"""


@pytest.mark.full
def test_mypy_checks_lazily_imported_names(root: Path, tmp_path: Path) -> None:
    def findings(text: str) -> str:
        (root.parent / "usage.py").write_text(text.replace("{name}", root.name))
        done = subprocess.run(
            [sys.executable, "-m", "mypy", "--strict", f"--cache-dir={tmp_path}"]
            + ["-p", root.name, "-m", "usage"],
            cwd=root.parent,
            capture_output=True,
            text=True,
            check=False,
        )
        return done.stdout + done.stderr

    assert "no issues found" in findings(USAGE)
    wrong = findings(WRONG)
    assert 'has no attribute "Ownr"' in wrong and 'no attribute "thigs"' in wrong


def test_reference_docs_have_every_operation(root: Path) -> None:
    reference = extract(read_package(root, root.name))
    assert len(reference.operations) == len(TAGS) * OPERATIONS_PER_TAG
    assert {r.name for r in reference.resources} >= {"billing.invoices", "property"}
    assert {"Things", "Owner", "HappenedRequest"} <= {
        model.name for model in reference.models
    }
    assert reference.error_body == "Problem"
    assert (reference.operations[0].example or "") != ""


def test_small_document_stays_in_one_module(folder: Path) -> None:
    spec = folder / "small.json"
    spec.write_text(json.dumps(document(operations_per_tag=6)), encoding="utf-8")
    files = cast(spec, spec.name).files
    assert files is not None and "models.py" in files
    assert not [path for path in files if path.startswith("resources/")]


def test_operations_without_models_can_be_called(tmp_path: Path) -> None:
    plain = document()
    for item in plain["paths"].values():
        item["get"]["responses"] = {"204": {"description": "Done."}}
    spec = tmp_path / "bare.json"
    spec.write_text(json.dumps({**plain, "components": {}, "webhooks": {}}), "utf-8")
    bare = import_client(spec, tmp_path)
    assert call_sync_and_async(bare, Server(204), "things.get0", "7") is None
    assert "Large" in dir(bare)
