"""Node packages of the tests, installed on first use."""

import fcntl
import os
import shutil
import subprocess
from functools import cache
from pathlib import Path
from typing import NoReturn

import pytest

from tests.support.project import ROOT

FOLDER = ROOT / "tests"


def node_program(name: str) -> str:
    """Return the path of a program of `tests/package.json`.

    Without Node the test is skipped; with CI=true it fails.
    """
    return str(_install_modules() / ".bin" / name)


def node_file(path: str) -> Path:
    """Return the path of a file in a Node package, such as `axe-core/axe.min.js`."""
    return _install_modules() / path


def skip_or_fail(reason: str) -> NoReturn:
    """Skip the test because the machine lacks a program; with CI=true fail it."""
    if os.environ.get("CI") == "true":
        pytest.fail(reason)
    pytest.skip(reason)


@cache
def _install_modules() -> Path:
    npm = shutil.which("npm")
    if npm is None:
        skip_or_fail("npm is not installed")
    modules = FOLDER / "node_modules"
    stamp = modules / ".installed"
    settings = (FOLDER / name for name in ("package.json", ".npmrc"))
    wanted = "".join(f.read_text(encoding="utf-8") for f in settings if f.exists())
    with (FOLDER / ".npm.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not stamp.exists() or stamp.read_text(encoding="utf-8") != wanted:
            command = [npm, "install", "--no-package-lock", "--ignore-scripts"]
            done = subprocess.run(
                [*command, "--no-audit", "--no-fund"],
                cwd=FOLDER,
                capture_output=True,
                text=True,
                check=False,
            )
            if done.returncode:
                skip_or_fail(f"npm install failed: {done.stderr[-500:]}")
            stamp.write_text(wanted, encoding="utf-8")
    return modules
