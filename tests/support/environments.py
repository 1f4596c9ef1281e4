"""Environments of Python with distributions of the package index, made by uv."""

import os
import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest


def find_uv() -> str | None:
    """Return the path of uv."""
    beside = Path(sys.executable).with_name("uv")
    return (
        os.environ.get("UV")
        or shutil.which("uv")
        or (str(beside) if beside.exists() else None)
    )


def run_uv(*arguments: str, **variables: str) -> str:
    """Run uv outside any project, with its settings for users, and return its output.

    The test is skipped if uv is missing, or if the package index does not respond.
    """
    program = find_uv()
    if program is None:
        pytest.skip("uv is not installed")
    try:
        done = subprocess.run(
            [program, *arguments],
            cwd=Path(sys.executable).anchor,
            env={**_environment(), **variables},
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )
    except subprocess.TimeoutExpired:
        pytest.skip("the package index does not respond")
    if done.returncode and "ailed to fetch" in done.stderr:
        pytest.skip(f"the package index does not respond: {done.stderr.strip()[-300:]}")
    assert done.returncode == 0, done.stderr
    return done.stdout


def create_environment(python: str, folder: Path, requirements: Sequence[str]) -> str:
    """Create an environment with distributions, and return its Python.

    The test is skipped if the package index does not respond.
    """
    run_uv("venv", "--no-project", "--python", python, str(folder))
    run_uv("pip", "install", "--python", str(folder), *requirements)
    places = ("bin/python", "Scripts/python.exe")
    return next(str(folder / place) for place in places if (folder / place).exists())


def _environment() -> dict[str, str]:
    """Return the variables of this process, without its environment of Python."""
    ignored = ("VIRTUAL_ENV", "PYTHONPATH", "UV_PROJECT_ENVIRONMENT")
    return {name: v for name, v in os.environ.items() if name not in ignored}
