"""Formats modules with black, many at a time where there are many."""

import json
import os
import subprocess
import sys
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from clientcast.faults import working_on
from clientcast.render.blacken import blacken

_PROGRAM = Path(__file__).with_name("blacken.py")
_MUCH = 1_000_000
"""Characters that take some seconds; fewer are not worth a process more."""


def formatted(modules: Mapping[str, str]) -> dict[str, str]:
    """Modules by path, formatted."""
    if sum(map(len, modules.values())) < _MUCH:
        found: dict[str, str] = {}
        for path, text in modules.items():
            with working_on(path):
                found[path] = blacken([text])[0]
        return found
    shares: list[list[str]] = [[] for _ in range(os.cpu_count() or 1)]
    for path in sorted(modules, key=lambda path: len(modules[path]), reverse=True):
        smallest = min(shares, key=lambda share: sum(len(modules[p]) for p in share))
        smallest.append(path)
    found = {}
    with ThreadPoolExecutor(len(shares)) as pool:
        texts = [[modules[path] for path in share] for share in shares]
        for share, done in zip(shares, pool.map(_elsewhere, texts), strict=True):
            found.update(zip(share, done, strict=True))
    return {path: found[path] for path in modules}


def _elsewhere(texts: list[str]) -> list[str]:
    """Texts, formatted in a process of their own."""
    done = subprocess.run(
        [sys.executable, "-P", str(_PROGRAM)],
        input=json.dumps(texts).encode("ascii"),
        capture_output=True,
        check=False,
    )
    if done.returncode:
        last = done.stderr.decode("utf-8", "replace").strip().rpartition("\n")[2]
        raise RuntimeError(f"a module cannot be formatted: {last}")
    found: list[str] = json.loads(done.stdout)
    return found
