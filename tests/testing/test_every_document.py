"""Tests of the fakes of all valid documents: each operation responds with its example."""

import sys
from pathlib import Path

import pytest
from clientcast.output import write

from tests.corpus.fakes import call_fakes
from tests.fuzz.casting import generate_file
from tests.support.casting import SPECS
from tests.support.selection import first_of_each

DOCUMENTS = sorted(path.stem for path in (SPECS / "ok").glob("*.yaml"))
AMBIGUOUS = {"unions": {"keepers.get: [call('3')] is not call(id=3)"}}
"""Calls of which the request does not tell whether an argument was a number or a text."""


@pytest.mark.parametrize("name", first_of_each(DOCUMENTS))
def test_each_operation_responds_with_its_example(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    files = generate_file(SPECS / "ok" / f"{name}.yaml").files
    assert files is not None
    package = f"fake_of_{name}"
    write(tmp_path / package, files)
    monkeypatch.syspath_prepend(str(tmp_path))
    result = call_fakes(package)
    for loaded in [key for key in sys.modules if key.partition(".")[0] == package]:
        del sys.modules[loaded]
    refused = sum(f.count for f in result.found if f.kind == "arguments")
    found = [f for f in result.found if f.kind != "arguments"]
    assert {f.example for f in found} == AMBIGUOUS.get(name, set())
    assert result.responded + refused == result.total
