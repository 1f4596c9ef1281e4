"""Validation by openapi-spec-validator in a child process with limits.

The validator follows references out of the document, and takes unlimited time and memory on
some documents. It runs only on documents without errors of the other rules. The child process
limits its own CPU time and memory (`validation`), so that diagnostics do not depend on the load.
"""

import json
import subprocess
import sys
import tempfile
from collections.abc import Callable, Collection
from contextlib import suppress
from functools import cached_property, partial
from pathlib import Path
from typing import Any, Self

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
    "from clientcast.validation.program import main;"
    "input(); sys.stdin = open(sys.argv[2], encoding='ascii'); main()"
)

_CODES = {
    "default": ("bad-default", Severity.WARNING),
    "field": ("unknown-field", Severity.WARNING),
    "format": ("bad-format", Severity.WARNING),
    "pattern": ("bad-pattern", Severity.WARNING),
    "other": ("invalid", Severity.WARNING),
}


class Child:
    """Process that validates one document. It starts at once, and waits for the document.

    Both pass files to each other: to write into its pipe would take a thread, and a process
    with threads cannot fork (`forks`).
    """

    def __init__(self) -> None:
        self._folder = tempfile.TemporaryDirectory(prefix="clientcast-")
        self._document = Path(self._folder.name, "document.json")
        self._findings = Path(self._folder.name, "findings.json")
        with self._findings.open("wb") as findings:
            self._process = subprocess.Popen(
                [sys.executable, "-P", "-c", PROGRAM, str(ROOT), self._document],
                stdin=subprocess.PIPE,
                stdout=findings,
                stderr=subprocess.DEVNULL,
            )

    def send(self, document: bytes) -> None:
        """Let the process validate a document in JSON."""
        self._document.write_bytes(document)
        assert self._process.stdin is not None
        with suppress(BrokenPipeError):  # It has failed, and `receive` says so.
            with self._process.stdin as pipe:
                pipe.write(b"\n")

    def receive(self) -> bytes:
        """Wait for the findings, and return them in JSON.

        Raises:
            SubprocessError: The process fails or is killed.
        """
        status = self._process.wait(CEILING)
        if status:
            raise subprocess.CalledProcessError(status, "validator")
        return self._findings.read_bytes()

    def stop(self) -> None:
        """Kill the process if it runs."""
        with self._process:
            self._process.kill()
        self._folder.cleanup()


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

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        if self._child is not None:
            self._child.stop()

    def begin(self, document: Document) -> "Validation":
        """Begin to validate a document, beside the caller."""
        content = document.canonical
        key = key_of("validation", environment_digest(), *_code(), content)
        found = self._cache.read(key)
        if found is not None:
            if self._child is not None:
                self._child.stop()
            return Validation(document, partial(json.loads, found))
        if self._child is None:
            self._child = Child()
        self._child.send(content)
        return Validation(document, partial(self._receive, self._child, key))

    def _receive(self, child: Child, key: str) -> list[Any] | None:
        """Return the findings of the process; None if it does not finish."""
        try:
            found = child.receive()
            findings = sequence(json.loads(found))
        except (subprocess.SubprocessError, ValueError):
            return None
        self._cache.write(key, found)
        return findings


class Validation:
    """A validation that may not have finished.

    Args:
        document: The document.
        receive: Function that waits for the findings, and returns None if there are none since
            the process does not finish.
    """

    def __init__(
        self, document: Document, receive: Callable[[], list[Any] | None]
    ) -> None:
        self.document = document
        self._receive = receive

    @cached_property
    def _findings(self) -> list[Any] | None:
        return self._receive()

    @classmethod
    def without_findings(cls, document: Document) -> Self:
        """Return the validation of a document that is known to be valid."""
        return cls(document, list)

    def diagnostics(self, known: Collection[Diagnostic]) -> tuple[Diagnostic, ...]:
        """Wait for the findings.

        Args:
            known: The diagnostics of the other rules.

        Returns:
            Each finding once, as a warning: errors come from the other rules. None at a place
            of another diagnostic. One warning if the process did not finish.
        """
        findings = self._findings
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
