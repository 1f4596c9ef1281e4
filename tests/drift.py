"""Test with the newest versions of all dependencies: `python -m tests.drift`.

Copy the checkout to a temporary folder, remove all pins, install the newest versions, print
which versions differ, and run the quick tests. The exit status is 1 if they fail. The checkout
does not change; `python -m tests.pins --upgrade --write` takes the new versions.
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

QUICK = (
    "tests/check/test_bad_specs.py",
    "tests/cli/test_cli.py",
    "tests/docs/test_pages.py",
    "tests/source/test_source.py",
    "tests/clients/test_wire.py",
    "tests/site/test_build.py",
    "tests/runtime/test_json_decoding.py",
)

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
        tests = ["run", "--no-sync", "pytest", "-q", *QUICK]
        status = subprocess.run(
            [uv_program(), *tests], cwd=folder, check=False
        ).returncode
    return 1 if status else 0


if __name__ == "__main__":
    sys.exit(main())
