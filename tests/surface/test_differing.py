"""Tests of the modules that have to be compared: they show every change for callers."""

import json
import random
from collections.abc import Mapping
from pathlib import Path

import pytest
from clientcast.bind import layout
from clientcast.changes import compare_surfaces
from clientcast.check import validator
from clientcast.pipeline import cast
from clientcast.surface import differing_modules, surface_of_code

from tests.incremental.edits import edited
from tests.incremental.test_recast import things
from tests.support.validation import NoChild

EDITS = 30


@pytest.fixture(autouse=True)
def _large_layout(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(validator, "Child", NoChild)
    monkeypatch.setattr(layout, "_MAX_OPERATIONS", 0)


def _package(data: object, folder: Path) -> Mapping[str, str] | None:
    document = folder / "api.json"
    document.write_text(json.dumps(data), encoding="utf-8")
    return cast(document, "api.json", formatter="none").files


@pytest.mark.full
def test_comparison_of_differing_modules_finds_all_changes(tmp_path: Path) -> None:
    chance = random.Random(16)
    old = _package(things(), tmp_path)
    assert old is not None
    partial = changes = 0
    for _ in range(EDITS):
        new = _package(edited(things(), chance), tmp_path)
        if new is None:
            continue
        parts = differing_modules(old, new)
        whole = compare_surfaces(*(surface_of_code(t, "p") for t in (old, new)))
        assert compare_surfaces(*(surface_of_code(t, "p") for t in parts)) == whole
        partial += len(parts[0]) < len(old)
        changes += bool(whole)
    assert partial > EDITS // 4
    assert changes > EDITS // 4


def test_other_resources_are_left_out(tmp_path: Path) -> None:
    base = things()
    old = _package(base, tmp_path)
    base["paths"]["/dogs"]["get"]["summary"] = "List all dogs."
    new = _package(base, tmp_path)
    assert old is not None and new is not None
    for texts in differing_modules(old, new):
        assert "resources/dogs.py" in texts
        assert "resources/cats.py" not in texts
        assert "models/cats.py" not in texts
