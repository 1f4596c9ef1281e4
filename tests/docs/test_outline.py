"""Tests of READMEs above the limit, which are written without reading the code."""

import json
from pathlib import Path

import pytest
from clientcast import code_files, pipeline
from clientcast.docs import extract, make_package, short_readme
from clientcast.pipeline import cast

from tests.support.project import ROOT


def shortest(operations: int) -> str:
    """Return a document whose operations have as little as they can."""
    paths = {
        f"/{number}": {
            "get": {
                "operationId": f"a{number}",
                "tags": ["t"],
                "responses": {"204": {"description": "x"}},
            }
        }
        for number in range(operations)
    }
    return json.dumps(
        {
            "openapi": "3.1.0",
            "info": {"title": "T", "version": "1"},
            "servers": [{"url": "https://t.example"}],
            "paths": paths,
        }
    )


def readme_of(spec: Path) -> str:
    files = cast(spec, spec.name).files
    assert files is not None
    return files["README.md"]


def test_readme_of_a_large_api_is_written_without_reading_its_code(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    spec = tmp_path / "things.json"
    spec.write_text(shortest(340), encoding="utf-8")
    monkeypatch.setattr(code_files, "extract", None)
    files = cast(spec, spec.name).files
    assert files is not None
    reference = extract(make_package("things", "things", files))
    assert files["README.md"] == short_readme(reference)
    assert "The full reference is too long for one file." in files["README.md"]


@pytest.mark.parametrize("name", ["shortest", "okta", "crud", "streams", "inbound"])
def test_minimum_length_is_at_most_that_of_the_full_readme(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    spec = tmp_path / "t.json"
    spec.write_text(shortest(20), encoding="utf-8")
    if name != "shortest":
        folder = ROOT / ("specs" if name == "okta" else "tests/specs/ok")
        spec = folder / f"{name}.yaml"
    full = readme_of(spec)
    for module in (pipeline, code_files):
        monkeypatch.setattr(module, "MAX_LENGTH", len(full))
    assert readme_of(spec) == full
