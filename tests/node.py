"""Finds the tests' Node programs, and installs them when they are first needed."""

import fcntl
import os
import shutil
import subprocess
from functools import cache
from pathlib import Path
from typing import NoReturn

import pytest

FOLDER = Path(__file__).parent


@cache
def program(name: str) -> str:
    """The path of a program of `tests/package.json`.

    A machine without Node skips the test that asks; with CI=true that is a failure.
    """
    npm = shutil.which("npm")
    if npm is None:
        _give_up("npm is not installed")
    path = FOLDER / "node_modules" / ".bin" / name
    stamp = FOLDER / "node_modules" / ".installed"
    wanted = (FOLDER / "package.json").read_text(encoding="utf-8")
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
                _give_up(f"npm install failed: {done.stderr[-500:]}")
            stamp.write_text(wanted, encoding="utf-8")
    return str(path)


def _give_up(reason: str) -> NoReturn:
    if os.environ.get("CI") == "true":
        pytest.fail(reason)
    pytest.skip(reason)
