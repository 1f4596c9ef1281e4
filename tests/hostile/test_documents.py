"""Hostile documents, ours and those of the shared folders, are harmless.

`python -m tests.hostile DIR` prints the table.
"""

import json
import os
import subprocess
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest

from tests.hostile.vectors import vectors
from tests.support.project import ROOT, SHARED

OWN_FOLDER = ROOT / "tests" / "specs" / "hostile"
FOLDERS = [
    SHARED / "hostile",
    SHARED / "cases" / "hostile",
    SHARED / "cases" / "documents",
]

pytestmark = [pytest.mark.full, pytest.mark.first]

Table = Mapping[str, Any]


@pytest.fixture(scope="session")
def table(tmp_path_factory: pytest.TempPathFactory) -> Callable[..., Table]:
    """Run the documents of folders, and return their rows by id."""

    def run(*arguments: str) -> Table:
        path = tmp_path_factory.mktemp("hostile") / "table.json"
        search = os.pathsep.join([str(ROOT), str(ROOT / "generator")])
        done = subprocess.run(
            [sys.executable, "-m", "tests.hostile", *arguments, "--json", str(path)],
            cwd=ROOT,
            env={**os.environ, "PYTHONPATH": search},
            capture_output=True,
            text=True,
            check=False,
        )
        assert path.exists(), done.stderr
        print(done.stdout)
        return {row["id"]: row for row in json.loads(path.read_bytes())["documents"]}

    return run


@pytest.fixture(scope="module")
def own_rows(table: Callable[..., Table]) -> Table:
    """The rows of our own documents."""
    return table(str(OWN_FOLDER))


@pytest.mark.parametrize("vector", [vector.id for vector in vectors(OWN_FOLDER)])
def test_own_hostile_document_is_harmless(vector: str, own_rows: Table) -> None:
    assert harm_of(own_rows[vector]) == []


def test_index_lists_every_own_document() -> None:
    named = {vector.path.name for vector in vectors(OWN_FOLDER)}
    found = {
        path.name for path in OWN_FOLDER.iterdir() if path.suffix in (".json", ".yaml")
    }
    assert named == found


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.parent.name)
def test_shared_hostile_documents_are_harmless(
    folder: Path, table: Callable[..., Table]
) -> None:
    if not folder.is_dir():
        pytest.skip("../shared is not beside the project")
    assert harm_by_document(table(str(folder))) == {}


def test_large_documents_are_harmless(table: Callable[..., Table]) -> None:
    assert harm_by_document(table("--generated")) == {}


def harm_by_document(rows: Table) -> dict[str, list[Mapping[str, str]]]:
    return {name: harm for name, row in rows.items() if (harm := harm_of(row))}


def harm_of(row: Mapping[str, Any]) -> list[Mapping[str, str]]:
    """Return the findings of a document and an unexpected verdict, without CPU times.

    CPU times depend on the machine. A command that takes `Limits.seconds` is killed, which is
    a finding of another kind.
    """
    harm = [finding for finding in row["findings"] if finding["kind"] != "seconds"]
    if not row["acceptable"]:
        harm.append({"kind": "verdict", "detail": row["got"]})
    return harm
