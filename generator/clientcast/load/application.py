"""Documents of applications: FastAPI, Litestar, and others that have `openapi()`.

The application is imported in a process of its own: what it prints cannot get into the output,
and its end is not ours.
"""

import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

from clientcast.diagnostic import Diagnostic, excerpt
from clientcast.inputs import MAX_BYTES
from clientcast.load.failure import LoadFailure
from clientcast.plain import is_mapping, mapping, text
from clientcast.spec import Application

SECONDS = 60
"""Time for the import and for the document."""

_CHILD = Path(__file__).parent / "application_child.py"
_MESSAGE_LENGTH = 300


def run_application(spec: Application, label: str) -> bytes:
    """Return the document of an application, as JSON.

    What the application prints goes to standard error.

    Args:
        spec: The application.
        label: What it is called in messages.

    Raises:
        LoadFailure: It cannot be imported, ends or has no document.
    """
    with tempfile.TemporaryDirectory(prefix="clientcast-") as folder:
        result = Path(folder) / "result.json"
        command = [
            *(_python(), str(_CHILD)),
            *(spec.module, spec.attribute, str(result), str(MAX_BYTES)),
        ]
        environment = {"PYTHONHASHSEED": "0", **os.environ}
        try:
            ended = subprocess.run(
                command,
                cwd=spec.folder,
                env=environment,
                stdin=subprocess.DEVNULL,
                timeout=SECONDS,
                check=False,
            )
        except subprocess.TimeoutExpired:
            raise _failure(label, f"it takes more than {SECONDS} seconds") from None
        except OSError as error:
            reason = error.strerror or type(error).__name__
            raise _failure(label, f"Python cannot be started: {reason}") from None
        try:
            found = json.loads(result.read_bytes())
        except (OSError, ValueError):
            what = f"the process ends with status {ended.returncode}"
            raise _failure(label, f"{what} before it has a document") from None
    if is_mapping(found) and "error" in found:
        raise _located_failure(label, spec, mapping(found["error"]))
    return json.dumps(mapping(found)["document"], indent=2, ensure_ascii=False).encode(
        "utf-8", "replace"
    )


def _python() -> str:
    """Return the interpreter of the application: that of the active virtual environment."""
    active = os.environ.get("VIRTUAL_ENV")
    if active:
        for path in ("bin/python", "Scripts/python.exe"):
            if (Path(active) / path).is_file():
                return str(Path(active) / path)
    return sys.executable


def _failure(label: str, message: str) -> LoadFailure:
    return LoadFailure(Diagnostic(label, 1, 1, "application-failed", message))


def _located_failure(
    label: str, spec: Application, error: dict[str, object]
) -> LoadFailure:
    """Return a failure at the line of the application that raised it."""
    message = " ".join(text(error.get("message")).split())[:_MESSAGE_LENGTH]
    hint, file, line = text(error.get("hint")), text(error.get("file")), error["line"]
    if not file or not isinstance(line, int):
        return LoadFailure(Diagnostic(label, 1, 1, "application-failed", message, hint))
    path = Path(file)
    try:
        source = path.read_text("utf-8", "replace").splitlines()[line - 1]
        path = path.relative_to(spec.folder.resolve())
    except (OSError, ValueError, IndexError):
        source = ""
    column = len(source) - len(source.lstrip()) + 1
    source, start = excerpt(source, column)
    found = Diagnostic(
        path.as_posix(),
        line,
        column,
        "application-failed",
        message,
        hint,
        source,
        source_column=start,
    )
    return LoadFailure(found)
