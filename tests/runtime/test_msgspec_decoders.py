"""Tests of which types get msgspec decoders, and that creating these crashes no process."""

from __future__ import annotations

import os
import subprocess
import sys
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any, Literal
from uuid import UUID

import msgspec
import pytest
from _runtime.codec.model import Model, OpenEnum, UnsetType, recursive
from _runtime.codec.msgspec_decoders import msgspec_decoder

from tests.support.project import ROOT


class Color(OpenEnum):
    RED = "red"


class Left(Model):
    at: datetime | None = None


class Right(Model):
    size: int | UnsetType | None = None


class Leaf(Model):
    sides: dict[str, Left | Right] | None = None


class Tree(Model):
    leaves: list[Leaf] | None = None


Nested = recursive("Nested", lambda: list[Any])

TYPES: list[Any] = [
    *(str, int, float, bool, bytes, Decimal, UUID, datetime, Any, Color, type(None)),
    *(list[Any], dict[str, Left], tuple[int, str], Literal["a", 1], Nested, Left),
    *(Left | None, Left | str, int | list[Right] | None, Literal["a"] | Left, Color),
    *(Left | Right, list[Left | Right], dict[str, int] | Left, str | datetime),
    *(list[int] | list[str], list[Left] | tuple[int, str], date | UUID | None),
    *(list[Left] | list[Right], Nested | None, Nested | int, int | Color | bool),
    *(str | Color, Literal["a"] | str, Literal[0.5], Leaf, Tree, list[Tree], Any | int),
]


@pytest.mark.parametrize("type_", TYPES, ids=str)
def test_msgspec_decoder_exists_for_supported_types_only(type_: Any) -> None:
    try:
        msgspec.json.Decoder(type_)
    except TypeError:
        assert msgspec_decoder(type_) is None
    else:
        assert msgspec_decoder(type_) is not None


CYCLIC_MODELS = """
from __future__ import annotations
from _runtime.codec.model import Model
from _runtime.codec.json_decoding import decode_json

class Cat(Model):
    lives: int = 0

class Dog(Model):
    good: bool = True

class Owner(Model):
    home: Home | None = None
    pet: Cat | Dog | None = None
    age: int = 0

class Home(Model):
    owner: Owner | None = None

for type_ in (Owner, Home):
    decode_json(b"{}", type_)
home, mismatches = decode_json(b'{"owner": {"home": {}, "pet": {"good": false}, "age": 3}}', Home)
assert home == Home(Owner(Home(), Dog(False), 3)) and not mismatches
"""

CONCURRENT_DECODERS = """
from __future__ import annotations
import sys
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from _runtime.codec.model import Model
from _runtime.codec.json_decoding import decode_json

for index in range(200):
    exec(f'''class M{index}(Model):
    following: M{(index + 1) % 200} | None = None
    others: list[M{(7 * index + 3) % 200}] | None = None
    size: int = 0
''')

sys.setswitchinterval(1e-6)
barrier = Barrier(8)

def run(index):
    barrier.wait()
    return decode_json(b'{"following": {"others": [{"size": 3}]}}', globals()[f"M{25 * index}"])

with ThreadPoolExecutor(8) as pool:
    for found, mismatches in pool.map(run, range(8)):
        assert found.following.others[0].size == 3 and not mismatches
"""


SCRIPTS = {
    "circles": CYCLIC_MODELS,
    "at once": CONCURRENT_DECODERS,
}


@pytest.mark.parametrize("script", SCRIPTS.values(), ids=SCRIPTS)
def test_creating_decoders_does_not_crash_the_process(
    script: str, tmp_path: Path
) -> None:
    """Run in another process, since msgspec reads invalid memory for half-known models."""
    path = tmp_path / "script.py"
    path.write_text(script, encoding="utf-8")
    search = str(ROOT / "templates")
    done = subprocess.run(
        [sys.executable, str(path)],
        env={**os.environ, "PYTHONPATH": search},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
