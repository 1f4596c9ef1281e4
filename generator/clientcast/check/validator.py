"""Asks openapi-spec-validator, in a process of its own that may take only so much.

It follows references out of the document, and takes all the time and memory there is on
some documents, so that it sees only what our own rules found sound.
"""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

from clientcast.diagnostic import Diagnostic, Severity
from clientcast.source import Document, escape

SECONDS = 60

_PROGRAM = Path(__file__).with_name("child.py")

_CODES = {
    "default": ("bad-default", Severity.WARNING),
    "field": ("unknown-field", Severity.WARNING),
    "format": ("bad-format", Severity.WARNING),
    "pattern": ("bad-pattern", Severity.WARNING),
    "other": ("invalid", Severity.WARNING),
}


def findings(document: Document) -> tuple[Diagnostic, ...]:
    """What openapi-spec-validator finds wrong with a document.

    Returns:
        Each finding once, as a warning: our own rules know where the meaning is not plain.
        One warning where the validator could not finish.
    """
    try:
        process = subprocess.run(
            [sys.executable, "-P", str(_PROGRAM)],
            input=json.dumps(document.data).encode("ascii"),
            capture_output=True,
            timeout=SECONDS,
            check=True,
        )
        found = json.loads(process.stdout)
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


def _diagnostic(
    document: Document, kind: str, path: list[Any], at_key: bool, message: str
) -> Diagnostic:
    code, severity = _CODES[kind]
    pointer = "".join(f"/{escape(str(part))}" for part in path)
    return document.diagnostic(pointer, code, message, severity=severity, at_key=at_key)
