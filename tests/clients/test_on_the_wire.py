"""Tests of the requests and responses of every operation of many documents.

Values are generated from the schemas. The requests are validated by openapi-core, and compared
with the arguments by an independent reader.
"""

import importlib
import sys
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType

import pytest
from clientcast.output import write
from clientcast.pipeline import cast

from tests.corpus.results import CLIENT_FAULTS, WireResult
from tests.corpus.small import CORPUS, CORPUS_MISSING
from tests.support.project import HOME_SPECS, ROOT

pytest.importorskip("openapi_core", reason="openapi-core is not installed")

from tests.corpus.wire.trial import call_operations  # noqa: E402

EXCLUDED = {
    "mistakes.yaml": "its mistakes are fixed, so that requests differ from its text",
    "octets.yaml": "openapi-core reads files as JSON, see test_media_types.py",
    "querystring.yaml": "openapi-core lacks querystring, see test_querystring.py",
    "xml.yaml": "openapi-core reads no XML, see tests/clients/xml",
    "xml_nodes.yaml": "openapi-core reads no XML, see tests/clients/xml",
    "webhooks.yaml": "it has no operations",
}
OWN_DOCUMENTS = [
    path
    for path in (*sorted((ROOT / "tests" / "specs" / "ok").glob("*.yaml")), *HOME_SPECS)
    if path.name not in EXCLUDED
]
CORPUS_NAMES = (
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
"""Small third-party documents of different kinds."""


def call_document(
    document: Path,
    folder: Path,
    broken: Mapping[str, tuple[str, str]] = MappingProxyType({}),
) -> WireResult:
    """Generate a document's package, and call its operations.

    Args:
        broken: Replacements in modules of the runtime, by module name.
    """
    result = cast(document, document.name)
    assert result.files is not None
    files = dict(result.files)
    for module, (right, wrong_) in broken.items():
        path = f"_runtime/{module}.py"
        assert right in files[path]
        files[path] = files[path].replace(right, wrong_)
    package = "_".join(["wire", document.stem, *(m.replace("/", "_") for m in broken)])
    write(folder / package, files)
    importlib.invalidate_caches()
    sys.path.insert(0, str(folder))
    try:
        return call_operations(document, folder, package)
    finally:
        sys.path.remove(str(folder))


def client_faults(found: WireResult) -> list[str]:
    return [
        f"{noted.kind}: {noted.problem}: {noted.example}"
        for noted in found.found
        if noted.kind in CLIENT_FAULTS
    ]


@pytest.mark.parametrize("document", OWN_DOCUMENTS, ids=lambda path: path.stem)
def test_requests_and_responses_of_own_documents_are_correct(
    document: Path, tmp_path: Path
) -> None:
    found = call_document(document, tmp_path)
    assert client_faults(found) == []
    assert found.operations > 0
    assert found.calls >= 2 * found.operations, "each is called in both modes"


@pytest.mark.full
@pytest.mark.skipif(not CORPUS.is_dir(), reason=CORPUS_MISSING)
@pytest.mark.parametrize("name", CORPUS_NAMES)
def test_requests_and_responses_of_corpus_documents_are_correct(
    name: str, tmp_path: Path
) -> None:
    found = call_document(CORPUS / name, tmp_path)
    assert client_faults(found) == []
    assert found.accepted > 0
    assert found.responses > 0


@pytest.mark.parametrize(
    ("name", "module", "right", "broken", "kind"),
    [
        ("styles", "codec/styles", "delimiter.join(map", "'x'.join(map", "requests"),
        ("maps", "codec/model", "properties[name] = value", "pass", "requests"),
        (
            "answers",
            "call/responses",
            "value, mismatches = _decode_body",
            "_, mismatches = _decode_body",
            "responses",
        ),
    ],
)
def test_broken_runtime_is_detected(
    name: str, module: str, right: str, broken: str, kind: str, tmp_path: Path
) -> None:
    document = ROOT / "tests" / "specs" / "ok" / f"{name}.yaml"
    found = call_document(document, tmp_path, {module: (right, broken)})
    assert kind in {noted.kind for noted in found.found}
