"""Validation by openapi-spec-validator in a child process with limits.

The validator follows references out of the document, and takes unlimited time and memory on
some documents. It runs only on documents without errors of the other rules. The child process
limits its own CPU time and memory (`validation`), so that diagnostics do not depend on the load.
"""

import json
import subprocess
import sys
from collections.abc import Collection
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from typing import Any, Self

from msgspec import Struct

from clientcast.cache import NO_CACHE, Cache, key_of
from clientcast.diagnostic import Diagnostic, Severity
from clientcast.identity import environment_digest
from clientcast.plain import sequence
from clientcast.source import Document, escape

CEILING = 600
"""Seconds of wall time after which the process is killed: ten times its CPU limit.

It waits for nothing and the CPU limit ends it first, except on Windows, which has none.
"""

ROOT = Path(__file__).parents[2]
"""The folder from which the process imports its program."""
PROGRAM = (
    "import sys; sys.path.insert(0, sys.argv[1]);"
    "from clientcast.validation.program import main; main()"
)

_CODES = {
    "default": ("bad-default", Severity.WARNING),
    "field": ("unknown-field", Severity.WARNING),
    "format": ("bad-format", Severity.WARNING),
    "pattern": ("bad-pattern", Severity.WARNING),
    "other": ("invalid", Severity.WARNING),
}


class Child:
    """Process that validates one document. It starts at once, and waits for the document."""

    def __init__(self) -> None:
        pipe = subprocess.PIPE
        self._process = subprocess.Popen(
            [sys.executable, "-P", "-c", PROGRAM, str(ROOT)],
            stdin=pipe,
            stdout=pipe,
            stderr=pipe,
        )

    def validate(self, document: bytes) -> bytes:
        """Validate a document in JSON, and return its findings in JSON.

        Raises:
            SubprocessError: The process fails or is killed.
        """
        found, _ = self._process.communicate(document, timeout=CEILING)
        if self._process.returncode:
            raise subprocess.CalledProcessError(self._process.returncode, "validator")
        return found

    def stop(self) -> None:
        """Kill the process if it runs."""
        with self._process:
            self._process.kill()


class Validator:
    """Validator of one document.

    Args:
        cache: The cache of findings.
        starts_at_once: Whether its process starts now, or with the validation. It ends with the
            `with` block.
    """

    def __init__(self, cache: Cache = NO_CACHE, *, starts_at_once: bool = True) -> None:
        self._cache = cache
        self._child = Child() if starts_at_once else None
        self._pool = ThreadPoolExecutor(1)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        if self._child is not None:
            self._child.stop()
        self._pool.shutdown()

    def begin(self, document: Document) -> "Validation":
        """Begin to validate a document, beside the caller."""
        child = self._child = self._child or Child()
        found = self._pool.submit(self._find, document.canonical, child)
        return Validation(document, found)

    def _find(self, content: bytes, child: Child) -> list[Any] | None:
        """Return the findings in a document in JSON; None if the process does not finish."""
        key = key_of("validation", environment_digest(), *_code(), content)
        found = self._cache.read(key)
        if found is not None:
            child.stop()
            return sequence(json.loads(found))
        try:
            found = child.validate(content)
            findings = sequence(json.loads(found))
        except (subprocess.SubprocessError, ValueError):
            return None
        self._cache.write(key, found)
        return findings


class Validation(Struct, frozen=True):
    """A validation that may not have finished."""

    document: Document
    _findings: Future[list[Any] | None]

    @classmethod
    def without_findings(cls, document: Document) -> Self:
        """Return the validation of a document that is known to be valid."""
        findings: Future[list[Any] | None] = Future()
        findings.set_result([])
        return cls(document, findings)

    def diagnostics(self, known: Collection[Diagnostic]) -> tuple[Diagnostic, ...]:
        """Wait for the findings.

        Args:
            known: The diagnostics of the other rules.

        Returns:
            Each finding once, as a warning: errors come from the other rules. None at a place
            of another diagnostic. One warning if the process did not finish.
        """
        findings = self._findings.result()
        if findings is None:
            message = "openapi-spec-validator could not finish with this document"
            return (
                self.document.diagnostic(
                    "", "not-validated", message, severity=Severity.WARNING
                ),
            )
        found = dict.fromkeys(_diagnostic(self.document, *item) for item in findings)
        known_places = {(d.path, d.line, d.column) for d in known}
        return tuple(d for d in found if (d.path, d.line, d.column) not in known_places)


def _code() -> list[bytes]:
    """Return the modules of the program."""
    folder = ROOT / "clientcast" / "validation"
    return [path.read_bytes() for path in sorted(folder.glob("*.py"))]


def _diagnostic(
    document: Document, kind: str, path: list[Any], at_key: bool, message: str
) -> Diagnostic:
    code, severity = _CODES[kind]
    pointer = "".join(f"/{escape(str(part))}" for part in path)
    return document.diagnostic(pointer, code, message, severity=severity, at_key=at_key)


def is_repeatable(diagnostics: Collection[Diagnostic]) -> bool:
    """Return whether another run would find the same: the process has finished."""
    return all(diagnostic.code != "not-validated" for diagnostic in diagnostics)
