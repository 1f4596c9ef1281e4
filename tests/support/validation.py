"""Validates documents in forks of one process, which has imported the validator already.

Its imports take half a second of CPU time, and the tests cast a thousand documents.
"""

import io
import os
import subprocess
import sys
import tempfile
from functools import cached_property, lru_cache

from tests.support.project import ROOT

GENERATOR = ROOT / "generator"
VERSIONS = ("3.0.4", "3.1.1", "3.2.0")


class ForkingValidator:
    """Stands in for `validator.Child`: the same program, limits included."""

    def __init__(self) -> None:
        self.validate = lru_cache(maxsize=None)(self._validate)

    @cached_property
    def _server(self) -> subprocess.Popen[bytes]:
        return subprocess.Popen(
            [sys.executable, "-P", "-m", "tests.support.validation"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env={**os.environ, "PYTHONPATH": f"{ROOT}{os.pathsep}{GENERATOR}"},
        )

    def _validate(self, document: bytes) -> bytes:
        """Return the findings in a document in JSON.

        Raises:
            SubprocessError: The process failed or was killed.
        """
        requests, responses = self._server.stdin, self._server.stdout
        assert requests is not None and responses is not None
        requests.write(b"%d\n" % len(document) + document)
        requests.flush()
        status, size = map(int, responses.readline().split())
        found = responses.read(size)
        if status:
            raise subprocess.CalledProcessError(status, "a fork of the validator")
        return found

    def stop(self) -> None:
        """Leave the process to the next document."""

    def close(self) -> None:
        """End the process, if it was started."""
        if "_server" in vars(self):
            self._server.communicate()


class NoChild:
    """Stands in for `validator.Child`, and finds nothing."""

    def validate(self, document: bytes) -> bytes:
        """Return no findings."""
        return b"[]"

    def stop(self) -> None:
        """Do nothing: there is no process."""


def serve() -> None:
    """Read documents from standard input, and write the findings of a fork in each."""
    from clientcast.validation import program
    from openapi_spec_validator import validate

    info = {"title": "", "version": ""}
    for version in VERSIONS:  # reads the schemas of OpenAPI
        validate({"openapi": version, "info": info, "paths": {}})
    requests, responses = sys.stdin.buffer, sys.stdout.buffer
    while header := requests.readline():
        document = requests.read(int(header))
        with tempfile.TemporaryFile() as file:
            process = os.fork()
            if process == 0:
                status = 1
                try:
                    sys.stdin = io.TextIOWrapper(io.BytesIO(document))
                    with open(file.fileno(), "w", closefd=False) as sys.stdout:
                        program.main()
                    status = 0
                finally:
                    os._exit(status)
            _, status = os.waitpid(process, 0)
            file.seek(0)
            found = file.read()
        responses.write(b"%d %d\n" % (status, len(found)) + found)
        responses.flush()


if __name__ == "__main__":
    serve()
