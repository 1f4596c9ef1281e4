"""Validates documents in forks of one process, which has imported the validator already.

Its imports take half a second of CPU time, and the tests cast a thousand documents.
"""

import os
import signal
import subprocess
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from importlib import import_module
from threading import Lock
from typing import Protocol

from tests.support.forks import ForkServer, run_forked

VERSIONS = ("3.0.4", "3.1.1", "3.2.0")


class ForkingValidator:
    """Process that validates documents in forks of itself: the same program, limits included."""

    def __init__(self) -> None:
        self._server = ForkServer("tests.support.validation:run_program")
        self._findings: dict[bytes, bytes] = {}

    def validate(
        self, document: bytes, started: Callable[[int], None] = lambda process: None
    ) -> bytes:
        """Return the findings in a document in JSON, those of an equal one if it had some.

        Args:
            document: The document in JSON.
            started: Called with the id of the fork, which is the fork's until the next document.

        Raises:
            SubprocessError: The fork failed or was killed.
        """
        if document not in self._findings:
            status, found = self._server.run(content=document, started=started)
            if status:
                raise subprocess.CalledProcessError(status, "a fork of the validator")
            self._findings[document] = found
        return self._findings[document]

    def close(self) -> None:
        """End the process, if it was started."""
        self._server.close()


class Validating(Protocol):
    """Function of documents that blocks, such as `ForkedChild`."""

    def validate(self, document: bytes) -> bytes:
        """Return the findings in a document in JSON."""

    def stop(self) -> None:
        """End the validation."""


class ThreadedChild:
    """Stands in for `validator.Child`: another one validates the document, in a thread."""

    def __init__(self, validating: Validating) -> None:
        self._validating = validating
        self._pool = ThreadPoolExecutor(1)

    def send(self, document: bytes) -> None:
        """Begin to validate a document in JSON."""
        self._found = self._pool.submit(self._validating.validate, document)

    def receive(self) -> bytes:
        """Wait for the findings, and return them in JSON."""
        return self._found.result()

    def stop(self) -> None:
        """End the validation."""
        self._validating.stop()
        self._pool.shutdown()


class ForkedChild:
    """Validates one document in a fork of another process."""

    def __init__(self, forking: ForkingValidator) -> None:
        self._forking = forking
        self._lock = Lock()
        self._process: int | None = None
        self._stopped = False

    def validate(self, document: bytes) -> bytes:
        """Return the findings in a document in JSON.

        Raises:
            SubprocessError: The fork failed or was killed.
        """
        try:
            return self._forking.validate(document, self._start)
        finally:
            with self._lock:
                self._process = None

    def _start(self, process: int) -> None:
        with self._lock:
            self._process = process
            if self._stopped:
                os.kill(process, signal.SIGKILL)

    def stop(self) -> None:
        """Kill the fork if it runs."""
        with self._lock:
            self._stopped = True
            if self._process is not None:
                os.kill(self._process, signal.SIGKILL)


class ForkOfCaller:
    """Validates one document in a fork of this process.

    It inherits what the process has imported, its limits and its audit hooks.
    """

    def __init__(self) -> None:
        request, self._request = os.pipe()
        self._response, response = os.pipe()
        self._lock = Lock()
        self._status = 0
        self._process = os.fork()
        if self._process == 0:
            os.close(self._request)
            os.dup2(os.open(os.devnull, os.O_WRONLY), 2)
            with open(request, "rb") as file:
                content = file.read()
            run_forked(run_program, content, response)
        os.close(request)
        os.close(response)

    def validate(self, document: bytes) -> bytes:
        """Return the findings in a document in JSON.

        Raises:
            SubprocessError: The fork failed or was killed.
        """
        with suppress(BrokenPipeError), open(self._request, "wb") as file:
            file.write(document)
        with open(self._response, "rb") as file:
            found = file.read()
        self._end()
        if self._status:
            raise subprocess.CalledProcessError(self._status, "a fork of the caller")
        return found

    def stop(self) -> None:
        """Kill the fork if it runs."""
        self._end(signal.SIGKILL)

    def _end(self, sent: int = 0) -> None:
        """Wait until the fork ends, after a signal to it."""
        with self._lock:
            if self._process:
                os.kill(self._process, sent)
                _, self._status = os.waitpid(self._process, 0)
                self._process = 0


class NoChild:
    """Stands in for `validator.Child`, and finds nothing."""

    def send(self, document: bytes) -> None:
        """Keep a document."""
        self._document = document

    def receive(self) -> bytes:
        """Return the findings in it."""
        return self.validate(self._document)

    def validate(self, document: bytes) -> bytes:
        """Return no findings."""
        return b"[]"

    def stop(self) -> None:
        """Do nothing: there is no process."""


def prepare() -> None:
    """Import what the program imports late, and read the schemas of OpenAPI."""
    import_module("clientcast.validation.findings")
    from openapi_spec_validator import validate

    info = {"title": "", "version": ""}
    for version in VERSIONS:
        validate({"openapi": version, "info": info, "paths": {}})


def run_program() -> None:
    """Run the program of the validator."""
    from clientcast.validation import program

    program.main()
