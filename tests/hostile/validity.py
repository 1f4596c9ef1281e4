"""Validation by openapi-spec-validator in a child process with a timeout."""

import os
import subprocess
import sys
from pathlib import Path

from tests.support.project import ROOT


def is_valid(document: Path) -> bool:
    """Return whether a document is valid OpenAPI; False after a timeout."""
    search = os.pathsep.join([str(ROOT), str(ROOT / "generator")])
    try:
        done = subprocess.run(
            [sys.executable, "-m", "tests.corpus.validity", str(document.resolve())],
            cwd=ROOT,
            env={**os.environ, "PYTHONPATH": search},
            capture_output=True,
            timeout=60,
            text=True,
            check=False,
        )
    except subprocess.TimeoutExpired:
        return False
    return done.stdout.strip() == "yes"
