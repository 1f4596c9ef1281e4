"""A fixed sample of other people's documents: which generators make packages that import."""

import hashlib
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from tests.benchmarks.bench import Bench
from tests.benchmarks.comparison.clients import (
    GENERATORS,
    OPENAPI_PYTHON_CLIENT,
    OURS,
    PROGRAMS,
    RUNTIMES,
    generate,
)
from tests.corpus.documents import Document, count_operations, list_documents
from tests.corpus.package import Package

SIZE = 40
_SECONDS = 300
"""Limit of the import of a package."""
_OPERATIONS = {
    OPENAPI_PYTHON_CLIENT: re.compile(r"^def (_get_kwargs)\(", re.MULTILINE),
    "openapi-generator": re.compile(r"^    def (_\w+_serialize)\(", re.MULTILINE),
}
"""What there is once for each operation in the modules of the other generators."""


@dataclass(frozen=True, slots=True)
class Result:
    """The package of a document.

    Attributes:
        is_importable: Whether there is a package, and all its modules can be imported.
        operations: Number of operations of the document that it has.
    """

    is_importable: bool
    operations: int


@dataclass(frozen=True, slots=True)
class SampleFacts:
    """Measurements of the sample.

    Attributes:
        results: The packages by document and generator.
        operations: Number of operations of each document.
    """

    results: dict[str, dict[str, Result]]
    operations: dict[str, int]


def collect_sample_facts(bench: Bench) -> SampleFacts:
    """Generate and import packages of all documents of the sample."""
    facts = SampleFacts({}, {})
    for document in choose_sample(bench.corpus) if bench.corpus.is_dir() else ():
        expected = set(count_operations(document.path).routes.values())
        facts.operations[document.name] = len(expected)
        results = dict(_try_generators(bench, document, expected))
        facts.results[document.name] = results
        texts = (
            f"{family} {result.operations if result.is_importable else 'fails'}"
            for family, result in results.items()
        )
        print(f"{document.name}: {', '.join(texts)}", file=sys.stderr, flush=True)
    return facts


def choose_sample(folder: Path) -> list[Document]:
    """Return the documents of the sample: those whose names have the least SHA-256.

    Documents of several files are left out, because a generator reads one.
    """
    documents = [d for d in list_documents(folder) if "/" not in d.name]
    documents.sort(key=lambda d: hashlib.sha256(d.name.encode()).hexdigest())
    return sorted(documents[:SIZE], key=lambda d: d.name)


def _try_generators(
    bench: Bench, document: Document, expected: set[str]
) -> Iterator[tuple[str, Result]]:
    """Yield the result of each generator for a document with these operations."""
    for family in GENERATORS:
        folder = bench.folder / "sample"
        shutil.rmtree(folder, ignore_errors=True)
        package = _generate(bench, family, document.path, folder)
        is_importable = package.is_dir() and _can_import(bench, family, package)
        found = _count(family, package, expected) if is_importable else 0
        yield family, Result(is_importable, found)


def _generate(bench: Bench, family: str, source: Path, folder: Path) -> Path:
    """Generate a package, and return where it is."""
    if family != OURS:
        generate(bench, family, source, folder, "sample_client")
        return folder / "sample_client"
    project = bench.project("sample", source)
    project.generate_cold()
    (package,) = [*(folder / "out").glob("*/"), folder / "missing"][:1]
    return package


def _can_import(bench: Bench, family: str, package: Path) -> bool:
    python = bench.environments.python(RUNTIMES[family])
    program = str(PROGRAMS / "import_all.py")
    command = [str(python), "-W", "ignore", program, str(package.parent), package.name]
    try:
        done = subprocess.run(
            command, capture_output=True, timeout=_SECONDS, check=False
        )
    except subprocess.TimeoutExpired:
        return False
    return done.returncode == 0


def _count(family: str, package: Path, expected: set[str]) -> int:
    if family == OURS:
        return len(expected & Package(package.parent, package.name).routes().keys())
    names = [
        (path.parent.name, path.stem, name) if family == OPENAPI_PYTHON_CLIENT else name
        for path in (package / "api").rglob("*.py")
        for name in _OPERATIONS[family].findall(path.read_text(encoding="utf-8"))
    ]
    return min(len(set(names)), len(expected))
