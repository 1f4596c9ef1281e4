"""Asks openapi-spec-validator, in a process of its own that may take only so much.

It follows references out of the document, and takes all the time and memory there is on
some documents, so that it sees only what our own rules found sound.
"""

import json
import subprocess
import sys

from clientcast.diagnostic import Diagnostic, Severity
from clientcast.source import Document, escape

SECONDS = 60


def validate(document: Document) -> tuple[Diagnostic, ...]:
    """What openapi-spec-validator finds wrong with a document.

    Returns:
        An error for each finding; a warning where it could not finish.
    """
    try:
        done = subprocess.run(
            [sys.executable, "-m", "clientcast.check.child"],
            input=json.dumps(document.data).encode("ascii"),
            capture_output=True,
            timeout=SECONDS,
            check=True,
        )
        findings = json.loads(done.stdout)
    except (subprocess.SubprocessError, ValueError):
        message = "openapi-spec-validator could not finish with this document"
        return (
            document.diagnostic(
                "", "not-validated", message, severity=Severity.WARNING
            ),
        )
    return tuple(
        document.diagnostic(
            "".join(f"/{escape(str(part))}" for part in path), "invalid", message
        )
        for path, message in findings
    )
