"""Test with the newest versions of all dependencies: `python -m tests.drift`.

Copy the checkout to a temporary folder, remove all pins, install the newest versions, print
which versions differ, and run pytest in the copy. The exit status is 1 if tests fail. The
checkout does not change; `python -m tests.pins --upgrade --write` takes the new versions.
"""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.pins import (
    BUILD_CONSTRAINTS,
    ResolveError,
    diff_pins,
    read_pins,
    remove_pins,
    resolve_build_pins,
    resolve_pins,
    uv,
    uv_program,
)
from tests.support.project import ROOT

TESTS_OF_PINS = "tests/repository/test_pins.py"
"""They fail without pins."""

ON_FAILURE = """\
The tests fail with the newest versions. Pin what breaks them below its new version in
pyproject.toml, or adapt the code and take the versions: python -m tests.pins --upgrade --write
"""

_NOT_COPIED = shutil.ignore_patterns(
    *(".git", ".venv", "node_modules", "__pycache__", "*.egg-info", "uv.lock"),
    *(".npmrc", ".npm.lock", ".*_cache", ".hypothesis", "dist"),
)


def unpinned_copy(folder: Path) -> str:
    """Copy the checkout without its pins, and return the text of its `pyproject.toml`."""
    shutil.copytree(ROOT, folder, ignore=_NOT_COPIED)
    file = folder / "pyproject.toml"
    text = remove_pins(file.read_text(encoding="utf-8"))
    file.write_text(text, encoding="utf-8")
    return text


def python_drift(unpinned: str) -> list[str]:
    """Return a line for each Python distribution whose newest version differs from its pin."""
    text = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    return [
        *diff_pins(read_pins(text), resolve_pins(unpinned)),
        *diff_pins(read_pins(text, BUILD_CONSTRAINTS), resolve_build_pins(unpinned)),
    ]


def node_drift() -> list[str]:
    """Return a line for each Node package whose newest version differs from ours."""
    npm = shutil.which("npm")
    if npm is None:
        return ["npm is not installed: Node packages are not compared"]
    package = json.loads((ROOT / "tests/package.json").read_text(encoding="utf-8"))
    lines = []
    for name, version in package["dependencies"].items():
        command = [npm, "view", name, "version"]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        newest = done.stdout.strip() or "unknown"
        if newest != version:
            lines.append(f"{name}: {version} -> {newest}")
    return lines


def main() -> int:
    """Print the drift, run the quick tests, and return the exit status."""
    os.environ.pop("VIRTUAL_ENV", None)
    with TemporaryDirectory(prefix="drift-") as name:
        folder = Path(name) / ROOT.name
        unpinned = unpinned_copy(folder)
        try:
            drift = [*python_drift(unpinned), *node_drift()]
            print("\n".join(drift) or "nothing is newer than its pin", flush=True)
            uv(folder, "sync", "--upgrade", "--all-extras")
        except ResolveError as error:
            print(error, file=sys.stderr)
            return 1
        command = [
            uv_program(),
            "run",
            "--no-sync",
            "pytest",
            "--ignore",
            TESTS_OF_PINS,
        ]
        failed = subprocess.run(command, cwd=folder, check=False).returncode != 0
    if failed:
        print(ON_FAILURE, end="", file=sys.stderr)
    return int(failed)


if __name__ == "__main__":
    sys.exit(main())
