"""Fuzzing run: draw documents, generate and import their packages, and collect findings."""

import json
import re
import subprocess
import sys
import tempfile
import traceback
from collections import Counter
from collections.abc import Callable, Generator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from clientcast.pipeline import Cast
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st

from tests.fuzz.casting import generate, own_files
from tests.fuzz.documents import Data, documents
from tests.fuzz.skeletons import difference, skeleton
from tests.fuzz.slots import (
    benign_filler,
    fill_slots,
    hostile,
    hostile_filler,
    names,
    verbatim_filler,
)
from tests.support.project import ROOT

_PATHS = [str(ROOT / name) for name in ("templates", "generator", ".")]


@dataclass
class Summary:
    """Summary of a run.

    Attributes:
        drawn: Number of documents passed to the generator.
        imported: Number of documents accepted, generated, compiled and imported.
        compared: Number of pairs of syntax trees compared.
        refusals: Number of errors by diagnostic code.
        findings: Count and smallest document of each kind of finding.
    """

    drawn: int = 0
    imported: int = 0
    compared: int = 0
    refusals: Counter[str] = field(default_factory=Counter[str])
    findings: dict[str, tuple[int, Data]] = field(default_factory=dict[str, Any])

    def add_finding(self, kind: str, document: Data) -> None:
        """Count a finding, and keep its document if it is the smallest of its kind."""
        size = len(json.dumps(document))
        count, smallest = self.findings.get(kind, (0, document))
        if size < len(json.dumps(smallest)):
            smallest = document
        self.findings[kind] = (count + 1, smallest)

    def __str__(self) -> str:
        refused = ", ".join(f"{c} {n}" for c, n in self.refusals.most_common())
        lines = [
            f"{self.drawn} documents generated, {self.imported} of them accepted,"
            f" compiled and imported; {self.compared} pairs of trees compared",
            f"refused: {refused or 'none'}",
            f"findings: {len(self.findings)}",
        ]
        for kind, (count, document) in sorted(self.findings.items()):
            lines += ["", f"{count} x {kind}", json.dumps(document)]
        return "\n".join(lines)


Importer = Callable[[Mapping[str, str]], list[str]]


@contextmanager
def start_importer() -> Generator[Importer]:
    """Start a child process; yield a function that imports a package and returns side effects."""
    program = [sys.executable, "-m", "tests.fuzz.canary"]
    paths = {"PYTHONPATH": ":".join(_PATHS), "PYTHONDONTWRITEBYTECODE": "1"}
    with (
        tempfile.TemporaryDirectory(prefix="fuzz-") as folder,
        subprocess.Popen(
            program,
            cwd=folder,
            env=paths,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
        ) as child,
    ):
        assert child.stdin is not None and child.stdout is not None
        stdin, stdout = child.stdin, child.stdout

        def import_package(files: Mapping[str, str]) -> list[str]:
            stdin.write(json.dumps(dict(files)).encode("ascii") + b"\n")
            stdin.flush()
            response = stdout.readline()
            found: list[str] = (
                json.loads(response) if response else ["the process ended"]
            )
            return found

        yield import_package


class Fuzzer:
    """Passes documents to the generator, and collects findings."""

    def __init__(self, import_package: Importer, folder: Path) -> None:
        self.summary = Summary()
        self._import_package = import_package
        self._folder = folder

    def try_document(self, document: Data) -> Cast | None:
        """Generate and import a package; return None if the document is refused."""
        self.summary.drawn += 1
        try:
            result = generate(document, self._folder)
        except Exception as error:
            self.summary.add_finding(f"traceback: {_error_location(error)}", document)
            return None
        if result.files is None:
            for diagnostic in result.diagnostics:
                if diagnostic.severity == "error":
                    self.summary.refusals[diagnostic.code] += 1
                if diagnostic.code == "fault-of-clientcast":
                    kind = _message_pattern(diagnostic.message)
                    self.summary.add_finding(
                        f"refused by the verification: {kind}", document
                    )
            return None
        problems = self._import_package(own_files(result.files))
        for problem in problems:
            self.summary.add_finding(
                f"on import: {_message_pattern(problem)}", document
            )
        self.summary.imported += not problems
        return result

    def try_pair(self, document: Data, texts: list[str]) -> None:
        """Compare the packages of a document filled with benign and with hostile texts."""
        first = self.try_document(fill_slots(document, benign_filler(texts)))
        hostile_document = fill_slots(document, hostile_filler(texts))
        second = self.try_document(hostile_document)
        if first is None or second is None:
            return
        assert first.files is not None and second.files is not None
        if _omitted_components(first) != _omitted_components(second):
            return
        self.summary.compared += 1
        location = difference(skeleton(first.files), skeleton(second.files))
        if location:
            self.summary.add_finding(
                f"the syntax trees differ: {location}", hostile_document
            )


def fuzz(count: int, number: int) -> Summary:
    """Run the generator on at least `count` documents.

    Args:
        count: Number of documents.
        number: Random seed.
    """
    with start_importer() as import_package, tempfile.TemporaryDirectory() as folder:
        fuzzer = Fuzzer(import_package, Path(folder))

        @seed(number)
        @settings(
            max_examples=-(-count // 3),
            phases=[Phase.generate],
            database=None,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        )
        @given(
            documents(),
            st.lists(hostile, min_size=1, max_size=12),
            st.lists(names, min_size=3, max_size=30),
        )
        def run_example(document: Data, texts: list[str], words: list[str]) -> None:
            fuzzer.try_pair(document, texts)
            fuzzer.try_document(fill_slots(document, verbatim_filler(words)))

        # An interrupted run still returns its findings.
        with suppress(KeyboardInterrupt):
            run_example()
        return fuzzer.summary


def _omitted_components(result: Cast) -> int:
    """Return how many components are left out because a text in them is an error."""
    return sum(d.code == "unused-component" for d in result.diagnostics)


def _error_location(error: BaseException) -> str:
    """Return the type of an error and the function of the generator that raised it."""
    frames = traceback.extract_tb(error.__traceback__)
    own_frames = [f for f in frames if "clientcast" in f.filename] or frames
    frame = own_frames[-1]
    return f"{type(error).__name__} in {Path(frame.filename).name}:{frame.name}"


def _message_pattern(message: str) -> str:
    """Return a message without the texts of the document in it."""
    message = re.sub(r"\.py:\d+(, in [^:]*)?", ".py", message)
    message = re.sub(r"'[^']*'|\"[^\"]*\"|\d+", "_", message)
    head, separator, code = message.partition("no template makes this: ")
    if not separator:
        head, separator, code = message.partition("invalid syntax: ")
    return head + separator + re.sub(r"\b(?!builtins\b|def\b)\w+", "_", code)[:40]
