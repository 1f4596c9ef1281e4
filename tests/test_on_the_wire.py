"""Requests carry what was given, and answers are read as what they say, operation by operation.

Values are made from the schemas of documents; what goes out is read by openapi-core, which is
not ours, and by the letter of OpenAPI.
"""

import importlib
import sys
from pathlib import Path

import pytest

from clientcast.output import write
from clientcast.pipeline import cast
from tests.corpus.results import WRONG, Wire
from tests.corpus.run import ROOT
from tests.corpus.small import ABSENT, CORPUS

pytest.importorskip("openapi_core", reason="openapi-core is not installed")

from tests.corpus.wire.trial import on_the_wire  # noqa: E402

OURS = [
    *sorted((ROOT / "tests" / "specs" / "ok").glob("*.yaml")),
    *sorted((ROOT / "specs").glob("*.yaml")),
]
OURS.remove(
    ROOT / "tests" / "specs" / "ok" / "mistakes.yaml"
)  # It means what it says not.
OTHERS = (
    "oai__petstore_expanded.yaml",
    "oai__uber_v2.json",
    "ogen__form.json",
    "ogen__parameters.json",
    "ogen__discriminator_mapping.json",
    "ogen__nullable_types.yaml",
    "ogen__http_requests.json",
    "va__benefits.yaml",
    "sakari__api.yaml",
    "microcks__api.yaml",
)
"""Documents of other people: small, and of different kinds."""


def wire(document: Path, folder: Path) -> Wire:
    """What becomes of a document's operations."""
    made = cast(document, document.name)
    assert made.files is not None
    package = f"wire_{document.stem}"
    write(folder / package, made.files)
    importlib.invalidate_caches()
    sys.path.insert(0, str(folder))
    try:
        return on_the_wire(document, folder, package)
    finally:
        sys.path.remove(str(folder))


def wrong(found: Wire) -> list[str]:
    return [
        f"{noted.kind}: {noted.problem}: {noted.example}"
        for noted in found.found
        if noted.kind in WRONG
    ]


@pytest.mark.parametrize("document", OURS, ids=lambda path: path.stem)
def test_our_documents_say_what_they_mean(document: Path, tmp_path: Path) -> None:
    found = wire(document, tmp_path)
    assert wrong(found) == []
    assert found.operations > 0
    assert found.calls > 0


@pytest.mark.skipif(not CORPUS.is_dir(), reason=ABSENT)
@pytest.mark.parametrize("name", OTHERS)
def test_documents_of_others_say_what_they_mean(name: str, tmp_path: Path) -> None:
    found = wire(CORPUS / name, tmp_path)
    assert wrong(found) == []
    assert found.accepted > 0
    assert found.answers > 0
