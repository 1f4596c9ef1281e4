"""Documents with hostile texts in every string: refused, or generated and imported."""

from pathlib import Path

import pytest

from tests.fuzz.run import Fuzzer, fuzz, start_importer
from tests.fuzz.slots import fill_slots, slot, verbatim_filler


@pytest.mark.full
def test_hostile_texts_produce_no_finding() -> None:
    summary = fuzz(240, number=1)
    print(summary)
    assert summary.drawn >= 240 and summary.imported > 100 and summary.compared > 40
    assert not summary.findings, summary


HARM = [
    "open('PWNED', 'w')",
    "open(__file__)",
    "import os; os.system('true')",
    "import subprocess; subprocess.run(['true'])",
    "import socket; socket.socket()",
    "import http.server",
    "exec('1')",
    "eval('1')",
    "compile('1', '', 'eval')",
    "__import__('ctypes').CDLL(None)",
    "1 / 0",
    "raise SystemError",
]


def test_canary_detects_side_effects_of_imports() -> None:
    with start_importer() as import_package:
        for statement in HARM:
            assert import_package(
                {"__init__.py": "", "models.py": statement}
            ), statement
            harmless = {"__init__.py": "from .models import x", "models.py": "x = 1"}
            assert not import_package(harmless)


def test_canary_detects_side_effects_of_annotations() -> None:
    head = (
        "from __future__ import annotations\nfrom ._runtime.codec.model import Model\n"
    )
    harmless = f"{head}class A(Model):\n    x: int | None = None\n"
    with start_importer() as import_package:
        assert not import_package({"__init__.py": "", "models.py": harmless})
        for harm in ("open('PWNED')", "__import__('os').system('true')", "unknown"):
            text = f"{head}class A(Model):\n    x: int | ({harm}) = None\n"
            assert import_package({"__init__.py": "", "models.py": text}), harm


def test_fuzzer_finds_a_broken_literal(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(
        "clientcast.code.literals.string_literal", lambda text: f'"{text}"'
    )
    document = {
        "openapi": "3.1.0",
        "info": {"title": "T", "version": "1"},
        "servers": [{"url": "https://api.example"}],
        "paths": {
            "/x": {
                "get": {
                    "operationId": "x",
                    "responses": {
                        "200": {
                            "description": "d",
                            "content": {
                                "application/json": {
                                    "schema": {
                                        "type": "object",
                                        "properties": {
                                            slot("name", 1): {"type": "string"}
                                        },
                                    }
                                }
                            },
                        }
                    },
                }
            }
        },
    }
    with start_importer() as import_package:
        fuzzer = Fuzzer(import_package, tmp_path)
        assert fuzzer.try_document(
            fill_slots(document, verbatim_filler(["plain name"] * 2))
        )
        fuzzer.try_document(fill_slots(document, verbatim_filler(["\u2028x"] * 2)))
        assert fuzzer.summary.findings
