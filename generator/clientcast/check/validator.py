"""Validation by openapi-spec-validator in a child process with limits.

The validator follows references out of the document, and takes unlimited time and memory on
some documents. It runs only on documents without errors of the other rules. The child process
limits its own CPU time and memory (`child.py`), so that diagnostics do not depend on the load.
"""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

from clientcast.diagnostic import Diagnostic, Severity
from clientcast.source import Document, escape

CEILING = 600
"""Seconds of wall time after which the process is killed: ten times its CPU limit.

It waits for nothing and the CPU limit ends it first, except on Windows, which has none.
"""

PROGRAM = Path(__file__).with_name("child.py")

_CODES = {
    "default": ("bad-default", Severity.WARNING),
    "field": ("unknown-field", Severity.WARNING),
    "format": ("bad-format", Severity.WARNING),
    "pattern": ("bad-pattern", Severity.WARNING),
    "other": ("invalid", Severity.WARNING),
}


def findings(document: Document) -> tuple[Diagnostic, ...]:
    """Validate a document with openapi-spec-validator.

    Returns:
        Each finding once, as a warning: errors come from the other rules. One warning if the
        validator did not finish.
    """
    try:
        found = json.loads(run_child(json.dumps(document.data).encode("ascii")))
    except (subprocess.SubprocessError, ValueError):
        found = None
    if found is None:
        message = "openapi-spec-validator could not finish with this document"
        return (
            document.diagnostic(
                "", "not-validated", message, severity=Severity.WARNING
            ),
        )
    return tuple(dict.fromkeys(_diagnostic(document, *finding) for finding in found))


def run_child(document: bytes) -> bytes:
    """Run the validator on a document in JSON, and return its findings in JSON.

    Raises:
        SubprocessError: The process fails or is killed.
    """
    done = subprocess.run(
        [sys.executable, "-P", str(PROGRAM)],
        input=document,
        capture_output=True,
        timeout=CEILING,
        check=True,
    )
    return done.stdout


def _diagnostic(
    document: Document, kind: str, path: list[Any], at_key: bool, message: str
) -> Diagnostic:
    code, severity = _CODES[kind]
    pointer = "".join(f"/{escape(str(part))}" for part in path)
    return document.diagnostic(pointer, code, message, severity=severity, at_key=at_key)
