"""The judgement of each change of a document, from its view."""

import json
from pathlib import Path
from typing import Any

import pytest
from clientcast.changes import compare_surfaces, worst
from clientcast.pipeline import bind_document
from clientcast.surface import Surface, surface_of_view

from tests.changes.judgements import PAIRS, Pair, base_document, edited_document


def surface_of(document: Any, folder: Path) -> Surface:
    path = folder / "shop.json"
    path.write_text(json.dumps(document), "utf-8")
    binding = bind_document(path, path.name)
    assert binding.package is not None, "\n".join(map(str, binding.diagnostics))
    return surface_of_view(binding.package)


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory) -> Surface:
    return surface_of(base_document(), tmp_path_factory.mktemp("base"))


@pytest.mark.parametrize("pair", PAIRS, ids=lambda pair: pair.name)
def test_change_of_a_document_gets_its_judgement(
    pair: Pair, base: Surface, tmp_path: Path
) -> None:
    changes = compare_surfaces(base, surface_of(edited_document(pair.edits), tmp_path))
    assert worst(changes) in (pair.severity, None), changes
    worst_kinds = {c.kind for c in changes if c.severity is pair.severity}
    assert not pair.kind or pair.kind in worst_kinds, changes
    assert all(c.reason and c.old and c.new for c in changes)


def test_there_are_a_hundred_pairs() -> None:
    assert len({pair.name for pair in PAIRS}) == len(PAIRS) >= 100
