"""Formats modules with black, many at a time where there are many."""

import json
import os
import subprocess
import sys
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from clientcast.render.blacken import blacken

_PROGRAM = Path(__file__).with_name("blacken.py")
_MUCH = 1_000_000
"""Characters that take some seconds; fewer are not worth a process more."""


def formatted(modules: Mapping[str, str]) -> dict[str, str]:
    """Modules by path, formatted."""
    if sum(map(len, modules.values())) < _MUCH:
        return dict(zip(modules, blacken(list(modules.values())), strict=True))
    shares: list[list[str]] = [[] for _ in range(os.cpu_count() or 1)]
    for path in sorted(modules, key=lambda path: len(modules[path]), reverse=True):
        smallest = min(shares, key=lambda share: sum(len(modules[p]) for p in share))
        smallest.append(path)
    found: dict[str, str] = {}
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
        stdout=subprocess.PIPE,
        check=True,
    )
    found: list[str] = json.loads(done.stdout)
    return found
