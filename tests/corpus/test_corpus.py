"""Tests of the corpus runner on small documents, and of the smaller half of the corpus.

The runner must also find the faults of wrong documents.
"""

import subprocess
import sys
import threading
from pathlib import Path

import pytest

if sys.platform == "win32":
    pytest.skip("processes cannot be limited here", allow_module_level=True)

from tests.corpus.documents import AMBIGUOUS_DOCUMENTS, Document, list_documents
from tests.corpus.results import read
from tests.corpus.run import CorpusRunner, Limits
from tests.corpus.small import (
    CORPUS_DOCUMENTS,
    CORPUS_MISSING,
    PETS,
    PETS_WITH_BAD_PATH,
    SMALLER_HALF,
    write_document,
)
from tests.support.project import ROOT

pytestmark = pytest.mark.full

OK = ROOT / "tests" / "specs" / "ok"


@pytest.fixture(scope="module")
def packages(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("packages")


# Own documents


COUNTABLE = [small for small in list_documents(OK) if small.name != "mistakes.yaml"]
"""Documents whose operations a plain walk counts correctly."""

VALIDITY = {
    "alternatives.yaml": "?",
    "files.yaml": "no",
    "references.yaml": "?",
    "reserved_expansion.yaml": "no",
    "swagger.yaml": "no",
}
"""Verdicts other than yes: the validator supports no `type: file` in a response, no recursive
schemas, no anchors, and no text in another file. OpenAPI 3.0 has no `{+name}`."""


@pytest.mark.parametrize("small", COUNTABLE, ids=lambda small: small.name)
def test_small_document_passes(small: Document, packages: Path) -> None:
    result = CorpusRunner(packages).run_document(small)
    assert result.problems == {}
    assert result.findings == []
    assert result.valid == VALIDITY.get(small.name, "yes")
    assert result.routes == result.covered
    assert bool(result.routes) == (small.name != "webhooks.yaml")  # It has none.
    assert result.lines > 0
    assert {"check", "render", "import", "construct"} <= result.seconds.keys()


def test_documents_are_run_smallest_first(packages: Path) -> None:
    sizes = [small.size for small in list_documents(OK)]
    assert sizes == sorted(sizes)
    results = list(
        CorpusRunner(packages, mypy=False, jobs=2).run_all(list_documents(OK)[:2])
    )
    assert [r.size for r in results] == sizes[:2]


def test_no_document_is_started_after_stop(packages: Path) -> None:
    stop = threading.Event()
    stop.set()
    assert list(CorpusRunner(packages).run_all(list_documents(OK), stop)) == []


def test_document_with_an_error_does_not_pass(tmp_path: Path, packages: Path) -> None:
    result = CorpusRunner(packages).run_document(
        write_document(tmp_path, PETS_WITH_BAD_PATH)
    )
    assert not result.passed
    assert result.errors == {"bad-path": 1}
    assert (result.routes, result.covered) == (1, 0)
    assert result.findings is None


def test_placeholder_may_differ_from_its_parameters_name(
    tmp_path: Path, packages: Path
) -> None:
    text = PETS.replace("/pets:", "/pets/{petId}:").replace(
        "      responses:",
        "      parameters:\n"
        "        - {name: pet_id, in: path, required: true, schema: {type: string}}\n"
        "      responses:",
    )
    result = CorpusRunner(packages).run_document(write_document(tmp_path, text))
    assert result.warnings and result.passed
    assert (result.routes, result.covered) == (1, 1)


def test_unreadable_document_does_not_pass(tmp_path: Path, packages: Path) -> None:
    result = CorpusRunner(packages).run_document(write_document(tmp_path, "{"))
    assert not result.passed
    assert result.routes is None


def test_exceeded_memory_limit_is_reported(tmp_path: Path, packages: Path) -> None:
    text = f"{PETS}x-text: {'a' * 15_000_000}\n"  # No fork has so much left below the limit.
    limits = Limits(megabytes=30)
    result = CorpusRunner(packages, mypy=False, limits=limits).run_document(
        write_document(tmp_path, text)
    )
    assert any("MemoryError" in f.problem for f in result.failures), result.failures


# The command


def run_command(*arguments: str | Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "tests.corpus", *arguments],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )


def test_command_exits_with_1_unless_all_documents_pass(tmp_path: Path) -> None:
    folder = tmp_path / "documents"
    folder.mkdir()
    write_document(folder)
    kept = tmp_path / "results.json"
    done = run_command(folder, "--no-mypy", "--json", kept)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "1 of 1 documents passed" in done.stdout

    (folder / "wrong.yaml").write_text(PETS_WITH_BAD_PATH)
    document_names = [r.document for r in read(kept)]
    assert document_names == ["pets.yaml"]
    done = run_command(folder, "--no-mypy", "--compare", kept)
    assert done.returncode == 1, done.stdout + done.stderr
    assert "bad-path" in done.stdout
    assert "1 were not run before" in done.stdout

    done = run_command(folder, "--no-mypy", "--only", "pets")
    assert done.returncode == 0, done.stdout + done.stderr


# Third-party documents


@pytest.mark.skipif(not CORPUS_DOCUMENTS, reason=CORPUS_MISSING)
@pytest.mark.parametrize(
    "corpus_document", SMALLER_HALF, ids=lambda corpus_document: corpus_document.name
)
def test_corpus_document_passes(corpus_document: Document, packages: Path) -> None:
    if corpus_document.name in AMBIGUOUS_DOCUMENTS:
        pytest.skip(AMBIGUOUS_DOCUMENTS[corpus_document.name])
    assert CorpusRunner(packages).run_document(corpus_document).problems == {}
