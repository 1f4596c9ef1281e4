"""Formats modules with black, or with ruff if there is much to format.

Black is the reference, and formats a hundred times slower. Tests hold ruff's output to it.
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
"""Characters that take black about a second."""
_BLACK_MODE = black.Mode()


def format_modules(modules: Mapping[str, str]) -> dict[str, str]:
    """Return modules by path, formatted.

    Raises:
        RuntimeError: ruff refuses a module.
        black.InvalidInput: black refuses a module.
    """
    if sum(map(len, modules.values())) > RUFF_THRESHOLD:
        _ruff_path()  # before there are threads: sysconfig, which it asks, is not safe in them
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
    """Return the path of ruff's program."""
    return str(find_ruff_bin())


def format_with_black(text: str) -> str:
    """Return a module, formatted by black."""
    return black.format_str(text, mode=_BLACK_MODE)


def format_with_ruff(path: str, text: str) -> str:
    """Return a module, formatted by ruff in a process of its own.

    Raises:
        RuntimeError: ruff refuses the module.
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
