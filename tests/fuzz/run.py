"""Draws documents, generates and imports each, and keeps what went wrong."""

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

from tests.fuzz.casting import code_of, generate
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
    """What became of all documents.

    Attributes:
        drawn: How many were given to the generator.
        imported: How many were accepted, generated, compiled and imported.
        compared: How many pairs of syntax trees were compared.
        refusals: How often each diagnostic refused one, by its code.
        findings: What went wrong, by kind, each with the smallest document found.
    """

    drawn: int = 0
    imported: int = 0
    compared: int = 0
    refusals: Counter[str] = field(default_factory=Counter[str])
    findings: dict[str, tuple[int, Data]] = field(default_factory=dict[str, Any])

    def add_finding(self, kind: str, document: Data) -> None:
        """Keep a finding, with its document if that is the smallest of its kind."""
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
def importer() -> Generator[Importer]:
    """Import packages in a process of its own; what else they did is returned."""
    program = [sys.executable, "-m", "tests.fuzz.canary"]
    paths = {"PYTHONPATH": ":".join(_PATHS), "PYTHONDONTWRITEBYTECODE": "1"}
    with subprocess.Popen(
        program, cwd=ROOT, env=paths, stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as child:
        assert child.stdin is not None and child.stdout is not None
        stdin, stdout = child.stdin, child.stdout

        def imported(files: Mapping[str, str]) -> list[str]:
            stdin.write(json.dumps(dict(files)).encode("ascii") + b"\n")
            stdin.flush()
            response = stdout.readline()
            found: list[str] = (
                json.loads(response) if response else ["the process ended"]
            )
            return found

        yield imported


class Fuzzer:
    """Gives documents to the generator, and notes what becomes of them."""

    def __init__(self, imported: Importer, folder: Path) -> None:
        self.summary = Summary()
        self._imported = imported
        self._folder = folder

    def try_document(self, document: Data) -> Cast | None:
        """Generate from a document and import the package, or None if it is refused."""
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
                    self.summary.add_finding(f"refused by the gate: {kind}", document)
            return None
        problems = self._imported(code_of(result.files))
        for problem in problems:
            self.summary.add_finding(
                f"on import: {_message_pattern(problem)}", document
            )
        self.summary.imported += not problems
        return result

    def try_pair(self, document: Data, texts: list[str]) -> None:
        """Compare what becomes of a document filled with benign and with hostile texts."""
        first = self.try_document(fill_slots(document, benign_filler(texts)))
        evil = fill_slots(document, hostile_filler(texts))
        second = self.try_document(evil)
        if first is None or second is None:
            return
        assert first.files is not None and second.files is not None
        self.summary.compared += 1
        where = difference(skeleton(first.files), skeleton(second.files))
        if where:
            self.summary.add_finding(f"the syntax trees differ: {where}", evil)


def fuzz(count: int, number: int) -> Summary:
    """Give at least a number of documents to the generator.

    Args:
        count: How many documents.
        number: The seed.
    """
    with importer() as imported, tempfile.TemporaryDirectory() as folder:
        fuzzer = Fuzzer(imported, Path(folder))

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
        def each(document: Data, texts: list[str], words: list[str]) -> None:
            fuzzer.try_pair(document, texts)
            fuzzer.try_document(fill_slots(document, verbatim_filler(words)))

        # What was found is told when a long run is interrupted, too.
        with suppress(KeyboardInterrupt):
            each()
        return fuzzer.summary


def _error_location(error: BaseException) -> str:
    """Return where an error was raised in the generator, and what it is."""
    frames = traceback.extract_tb(error.__traceback__)
    ours = [f for f in frames if "clientcast" in f.filename] or frames
    frame = ours[-1]
    return f"{type(error).__name__} in {Path(frame.filename).name}:{frame.name}"


def _message_pattern(message: str) -> str:
    """Return how a message begins, without the texts of the document in it."""
    message = re.sub(r"\.py:\d+(, in [^:]*)?", ".py", message)
    message = re.sub(r"'[^']*'|\"[^\"]*\"|\d+", "_", message)
    head, separator, code = message.partition("no template makes this: ")
    if not separator:
        head, separator, code = message.partition("invalid syntax: ")
    return head + separator + re.sub(r"\b(?!builtins\b|def\b)\w+", "_", code)[:40]
