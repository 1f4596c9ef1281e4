"""Tests of changes for callers on the command line: `diff`, `generate` and `check`."""

import json
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml
from click.testing import CliRunner, Result
from clientcast.cli import main

from tests.changes.judgements import base_document, edited_document
from tests.support.project import GENERATED, SHARED

HISTORY = SHARED / "history"
SETTINGS = '[tool.clientcast]\nspecs = ["shop.yaml"]\noutput = "acme"\n'
NO_STATE = {
    "components schemas ItemState enum": ["active", "sold"],
    "paths /items/{id} delete": ...,
}


def run(*arguments: str) -> Result:
    return CliRunner().invoke(main, arguments)


def write_spec(edits: dict[str, Any]) -> None:
    text = yaml.safe_dump(edited_document(edits), sort_keys=False)
    Path("shop.yaml").write_text(text, "utf-8")


def git(*arguments: str) -> None:
    identity = ("-c", "user.name=a", "-c", "user.email=a@example.com")
    subprocess.run(["git", *identity, *arguments], check=True, capture_output=True)


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A project in git, with a document, its package, and a change of the document."""
    monkeypatch.chdir(tmp_path)
    Path("pyproject.toml").write_text(SETTINGS)
    write_spec({})
    assert run("generate").exit_code == 0
    git("init", "-q", ".")
    git("add", ".")
    git("commit", "-q", "-m", "first")
    write_spec(NO_STATE)
    return tmp_path


@pytest.mark.parametrize(
    ("old", "file"),
    [
        ("HEAD:shop.yaml", "HEAD:shop.yaml"),
        ("HEAD:./shop.yaml", "HEAD:./shop.yaml"),
        ("HEAD:acme/shop", "HEAD:acme/shop/client.py"),
        ("acme/shop", "acme/shop/client.py"),
    ],
)
def test_diff_compares_documents_packages_and_revisions(
    project: Path, old: str, file: str
) -> None:
    result = run("diff", old, "shop.yaml")
    assert result.exit_code == 0, result.output
    lines = result.output.splitlines()
    removed = "breaking: items.delete is removed: a call raises AttributeError"
    assert removed in lines
    before, _, after = lines[lines.index(removed) + 1].strip().partition(" -> ")
    assert before.startswith(f"{file}:")
    assert after.startswith("shop.yaml:")
    assert lines[-1] == f"{old} -> shop.yaml: 2 breaking, 1 risky"


def test_diff_of_a_revision_reads_the_files_that_its_document_references(
    project: Path,
) -> None:
    Path("api").mkdir()
    document = base_document()
    schemas = document["components"].pop("schemas")
    text = json.dumps(document).replace("#/components", "parts/all.json#/components")
    text = text.replace(
        "parts/all.json#/components/responses", "#/components/responses"
    )
    Path("api/shop.json").write_text(text)
    Path("api/parts").mkdir()
    Path("api/parts/all.json").write_text(
        json.dumps({"components": {"schemas": schemas}})
    )
    git("add", ".")
    git("commit", "-q", "-m", "second")
    shutil.rmtree("api/parts")
    result = run("diff", "HEAD:api/shop.json", "HEAD:acme/shop")
    assert result.exit_code == 0, result.output
    assert "-> HEAD:acme/shop: no changes for callers" in result.output


def test_diff_prints_json_and_markdown(project: Path) -> None:
    found = json.loads(run("diff", "acme/shop", "shop.yaml", "--json").output)
    assert found["changes"][0]["severity"] == "breaking"
    assert {*found["changes"][0]} == {
        *("severity", "kind", "subject", "message", "reason", "old", "new")
    }
    text = run("diff", "acme/shop", "shop.yaml", "--format", "markdown").output
    assert text.startswith(
        "## Changes from `acme/shop` to `shop.yaml`\n\n### Breaking\n"
    )
    assert "* `items.delete` is removed: a call raises AttributeError. (`acme/" in text


@pytest.mark.parametrize(
    ("edits", "fail_on", "status"),
    [
        (NO_STATE, "breaking", 1),
        ({"paths /items/{id} delete deprecated": True}, "breaking", 0),
        ({"paths /items/{id} delete deprecated": True}, "risky", 1),
        ({"paths /items/{id} delete description": "Gone."}, "risky", 0),
    ],
)
def test_fail_on_sets_the_exit_status(
    project: Path, edits: dict[str, Any], fail_on: str, status: int
) -> None:
    write_spec(edits)
    result = run("diff", "acme/shop", "shop.yaml", "--fail-on", fail_on)
    assert result.exit_code == status, result.output


@pytest.mark.parametrize(
    ("old", "message"),
    [
        ("missing.yaml", "there is no such document or folder; a revision of git"),
        ("HEAD~7:shop.yaml", "git has no such file or folder"),
        ("HEAD:nothing.yaml", "git has no such file or folder"),
        ("--output=x:shop.yaml", "No such option"),
        (".", "the package has no __init__.py"),
        ("pyproject.toml", "1 error"),
    ],
)
def test_diff_refuses_what_is_no_version(project: Path, old: str, message: str) -> None:
    result = run("diff", old, "shop.yaml")
    assert result.exit_code in (1, 2)
    assert message in result.output
    assert "Traceback" not in result.output


def test_markdown_of_hostile_texts_is_code(project: Path) -> None:
    write_spec({"components schemas ItemState enum": ["active", "`<img src=x>`"]})
    text = run("diff", "acme/shop", "shop.yaml", "--format", "markdown").output
    line = next(line for line in text.splitlines() if "<img" in line)
    assert "<img" not in "".join(line.split("`")[::2])


def test_generate_ends_with_changes_and_lines_for_the_changelog(project: Path) -> None:
    stale = run("check")
    assert stale.exit_code == 1
    result = run("generate")
    assert result.exit_code == 0
    for output in (stale.output, result.output):
        lines = output.splitlines()
        start = lines.index("shop: changes for callers: 2 breaking, 1 risky")
        assert lines[start + 1].startswith("  breaking: ")
        assert "  * **Breaking:** `items.delete` is removed." in lines[start:]
    assert "for callers" not in run("generate").output


def test_new_package_has_no_changes(project: Path) -> None:
    shutil.rmtree("acme")
    result = run("generate")
    assert result.exit_code == 0
    assert "for callers" not in result.output


def parcels() -> dict[str, Any]:
    """Return a document of 12 operations, as a new user has."""
    parcel = {"$ref": "#/components/schemas/Parcel"}
    result = {"content": {"application/json": {"schema": parcel}}, "description": "It."}
    paths: dict[str, Any] = {}
    for name in ("parcel", "label", "depot", "route"):
        one = {
            "name": "id",
            "in": "path",
            "required": True,
            "schema": {"type": "string"},
        }
        for method, verb in (("get", "get"), ("delete", "remove"), ("put", "store")):
            body = {"requestBody": {"required": True, "content": result["content"]}}
            paths.setdefault(f"/{name}s/{{id}}", {})[method] = {
                "operationId": f"{verb}_{name}",
                "tags": [f"{name}s"],
                "parameters": [one],
                "responses": {"200": result},
                **(body if method == "put" else {}),
            }
    properties = {
        "weight": {"type": "integer"},
        "note": {"type": "string"},
        "state": {"type": "string", "enum": ["packed", "sent", "lost"]},
    }
    return {
        "openapi": "3.1.0",
        "info": {"title": "Parcels", "version": "1"},
        "servers": [{"url": "https://parcels.example"}],
        "tags": [
            {"name": f"{name}s"} for name in ("parcel", "label", "depot", "route")
        ],
        "paths": paths,
        "components": {
            "schemas": {
                "Parcel": {
                    "type": "object",
                    "required": ["weight"],
                    "properties": properties,
                }
            }
        },
    }


def test_generate_names_the_five_changes_of_a_new_user(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    document = parcels()
    arguments = ("generate", "--spec", "parcels.json", "--output", "parcels")
    Path("parcels.json").write_text(json.dumps(document))
    assert run(*arguments).exit_code == 0
    schema = document["components"]["schemas"]["Parcel"]
    document["paths"]["/labels/{id}"]["get"]["operationId"] = "print_label"
    schema["required"] += ["note"]
    schema["properties"]["state"]["enum"].remove("lost")
    document["paths"]["/depots/{id}"]["get"]["parameters"].append(
        {"name": "day", "in": "query", "required": True, "schema": {"type": "string"}}
    )
    schema["properties"]["weight"]["type"] = "string"
    Path("parcels.json").write_text(json.dumps(document))
    lines = [line.strip() for line in run(*arguments).output.splitlines()]
    breaking = [line for line in lines if line.startswith("breaking: ")]
    for subject in (
        "labels.get is `labels.print` now",
        "parcels.store(note) is required now",
        "ParcelState.LOST is removed",
        "depots.get(day) is required, and new",
        "Parcel.weight is `str`, was `int`",
    ):
        assert any(line.startswith(f"breaking: {subject}") for line in breaking), lines


@pytest.mark.full
@pytest.mark.skipif(not HISTORY.is_dir(), reason="needs ../shared/history")
@pytest.mark.parametrize(
    ("old", "new", "options", "expected"),
    [
        (
            "okta-2025.08.0.yaml",
            "okta-2025.10.0.yaml",
            ("--only", "Session", "--only", "UserSessions"),
            [
                "breaking: session.create is removed",
                "breaking: session.get_current is removed",
                "breaking: session.close_current is removed",
                "breaking: session.refresh_current is removed",
                "breaking: user_sessions.end is removed",
            ],
        ),
        (
            "clerk-2024-10-01.yml",
            "clerk-2025-03-12.yml",
            ("--only", "Sessions"),
            ['risky: SessionStatus.PENDING is new, with the value `"pending"`'],
        ),
        (
            "clerk-2025-03-12.yml",
            "clerk-2025-04-10.yml",
            ("--only", "Sessions"),
            ["breaking: sessions.verify is removed"],
        ),
    ],
)
def test_changes_of_vendors_are_found_and_judged(
    old: str, new: str, options: tuple[str, ...], expected: list[str]
) -> None:
    result = run("diff", str(HISTORY / old), str(HISTORY / new), *options)
    assert result.exit_code == 0, result.output
    for line in expected:
        assert f"\n{line}: " in f"\n{result.output}", result.output


def test_home_client_equals_itself() -> None:
    folder = str(GENERATED / "clerk")
    result = run("diff", folder, folder, "--fail-on", "risky")
    assert result.output == f"{folder} -> {folder}: no changes for callers\n"
