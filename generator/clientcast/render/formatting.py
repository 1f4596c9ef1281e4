"""Formatting of modules with black, or with ruff if a package is large.

Black is the reference, and a hundred times slower. Tests compare ruff's output with black's.
"""

import os
import subprocess
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from functools import cache

import black
from ruff import find_ruff_bin  # type: ignore[import-untyped]

from clientcast.faults import working_on

RUFF_THRESHOLD = 200_000
"""Characters of code that black formats in about a second."""
_BLACK_MODE = black.Mode()


def format_modules(modules: Mapping[str, str]) -> dict[str, str]:
    """Format the modules of a package, by path.

    Raises:
        RuntimeError: If ruff cannot parse a module.
        black.InvalidInput: If black cannot parse a module.
    """
    if sum(map(len, modules.values())) > RUFF_THRESHOLD:
        _ruff_path()  # before the threads start: it reads sysconfig, which is not thread-safe
        with ThreadPoolExecutor(os.cpu_count()) as pool:
            texts = pool.map(format_with_ruff, modules, modules.values())
            return dict(zip(modules, texts, strict=True))
    formatted: dict[str, str] = {}
    for path, text in modules.items():
        with working_on(path):
            formatted[path] = format_with_black(text)
    return formatted


@cache
def _ruff_path() -> str:
    """Return the path of the ruff executable."""
    return str(find_ruff_bin())


def format_with_black(text: str) -> str:
    """Format a module with black."""
    return black.format_str(text, mode=_BLACK_MODE)


def format_with_ruff(path: str, text: str) -> str:
    """Format a module with ruff, in a child process.

    Raises:
        RuntimeError: If ruff cannot parse the module.
    """
    result = subprocess.run(
        [_ruff_path(), "format", "--isolated", "--no-cache", "-"],
        input=text.encode("utf-8"),
        capture_output=True,
        check=False,
    )
    if result.returncode:
        last = result.stderr.decode("utf-8", "replace").strip().rpartition("\n")[2]
        raise RuntimeError(f"{path} cannot be formatted: {last}")
    return result.stdout.decode("utf-8")
