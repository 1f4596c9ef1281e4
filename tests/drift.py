"""What the newest versions of all dependencies change: `python -m tests.drift`.

Copies the checkout to a temporary folder, removes every pin, installs the newest of
everything, prints which versions differ, and runs the quick tests. Exit status 1 if they
fail. The checkout is not touched; `python -m tests.pins --upgrade --write` takes the new
versions.
"""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.pins import (
    BUILD_CONSTRAINTS,
    ROOT,
    ResolveError,
    changes,
    pinned,
    resolved,
    resolved_build,
    uv,
    uv_program,
    without_pins,
)

QUICK = (
    "tests/test_architecture.py",
    "tests/test_bad_specs.py",
    "tests/test_cli.py",
    "tests/test_docs_pages.py",
    "tests/test_examples.py",
    "tests/test_generated.py",
    "tests/test_on_the_wire.py",
    "tests/test_source.py",
    "tests/test_types.py",
    "tests/site/test_build.py",
    "templates",
)

_NOT_COPIED = shutil.ignore_patterns(
    *(".git", ".venv", "node_modules", "__pycache__", "*.egg-info", "uv.lock"),
    *(".npmrc", ".npm.lock", ".*_cache", ".hypothesis", "dist"),
)


def unpinned_copy(folder: Path) -> str:
    """Copy the checkout without its pins, and return the text of its `pyproject.toml`."""
    shutil.copytree(ROOT, folder, ignore=_NOT_COPIED)
    file = folder / "pyproject.toml"
    text = without_pins(file.read_text(encoding="utf-8"))
    file.write_text(text, encoding="utf-8")
    file = folder / "tests" / "package.json"
    package = json.loads(file.read_text(encoding="utf-8"))
    package["dependencies"] = dict.fromkeys(package["dependencies"], "latest")
    file.write_text(json.dumps(package), encoding="utf-8")
    return text


def python_drift(unpinned: str) -> list[str]:
    """Return a line for each Python distribution that is newer than its pin."""
    text = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    return [
        *changes(pinned(text), resolved(unpinned)),
        *changes(pinned(text, BUILD_CONSTRAINTS), resolved_build(unpinned)),
    ]


def node_drift(folder: Path) -> list[str]:
    """Return a line for each Node package that the copy has in another version."""
    package = json.loads((ROOT / "tests/package.json").read_text(encoding="utf-8"))
    wanted: Mapping[str, str] = package["dependencies"]
    found: dict[str, str] = {}
    for name in wanted:
        file = folder / "tests" / "node_modules" / name / "package.json"
        if file.exists():
            found[name] = json.loads(file.read_text(encoding="utf-8"))["version"]
    return [
        f"{name}: {wanted[name]} -> {version}"
        for name, version in found.items()
        if version != wanted[name]
    ]


def main() -> int:
    """Print the drift, and return whether the quick tests fail with it."""
    os.environ.pop("VIRTUAL_ENV", None)
    with TemporaryDirectory(prefix="drift-") as name:
        folder = Path(name) / ROOT.name
        unpinned = unpinned_copy(folder)
        try:
            print("\n".join(python_drift(unpinned)) or "no newer Python distribution")
            uv(folder, "sync", "--upgrade", "--all-extras")
        except ResolveError as error:
            print(error, file=sys.stderr)
            return 1
        tests = ["run", "--no-sync", "pytest", "-q", *QUICK]
        status = subprocess.run(
            [uv_program(), *tests], cwd=folder, check=False
        ).returncode
        print("\n".join(node_drift(folder)) or "no newer Node package was installed")
    return 1 if status else 0


if __name__ == "__main__":
    sys.exit(main())
