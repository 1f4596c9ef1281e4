"""References of other documents: small, hostile and very large ones."""

import json
import posixpath
import re
from collections.abc import Mapping
from pathlib import Path

import pytest
from clientcast.docs import Reference, extract, make_package, render_folder
from clientcast.docs.readme import MAX_LENGTH, readme
from clientcast.pipeline import cast

from tests.docs.rendered import links, programs, sections, tables, tokens
from tests.support.casting import SPECS
from tests.support.project import SHARED
from tests.support.validation import NoChild

HOSTILE = SHARED / "hostile"
SMALL = sorted((SPECS / "ok").glob("*.yaml"))
ALLOWED_TAGS = {"<details>", "</details>", "<summary>", "</summary>", "<br>"}
LARGE = 300_000
"""Bytes. Larger documents test time and memory, and are tested elsewhere."""


@pytest.fixture(autouse=True)
def unchecked(monkeypatch: pytest.MonkeyPatch) -> None:
    """Skip openapi-spec-validator, which starts a process for each document."""
    monkeypatch.setattr("clientcast.check.validator.Child", NoChild)


def files_of(spec: Path) -> Mapping[str, str] | None:
    return cast(spec, spec.name).files


def reference_of(files: Mapping[str, str]) -> Reference:
    return extract(make_package("", "package", files))


def documents(files: Mapping[str, str]) -> dict[str, str]:
    """Return the README of a package and its pages, by path."""
    pages = render_folder([reference_of(files)])
    found = {path: text for path, text in pages.items() if path.endswith(".md")}
    return {**found, "README.md": files["README.md"]}


def check(found: Mapping[str, str]) -> None:
    """Assert that links have targets, HTML is allowed, and tables and sections are complete."""
    for path, text in found.items():
        for link in links(text):
            if re.match("https?://", link):
                continue
            target, _, anchor = link.partition("#")
            page = posixpath.normpath(posixpath.join(posixpath.dirname(path), target))
            page = page if target else path
            assert page in found, (path, link)
            anchors = {section.anchor for section in sections(found[page])}
            assert not anchor or anchor in anchors, (path, link)
        for token in tokens(text):
            assert token.type != "image"
            if token.type in ("html_block", "html_inline"):
                tags = set(re.findall(r"<[^>]*>", token.content))
                assert tags <= ALLOWED_TAGS | {"<code>", "</code>"}, token.content
        for table in tables(text):
            assert {len(row) for row in table} == {len(table[0])}
            assert len(table) > 1
        for section in sections(text):
            assert section.whole.strip(), (path, section.title)
        for program in programs(text):
            compile(program, path, "exec", flags=0x2000)  # `await` at the top


@pytest.mark.parametrize("spec", SMALL, ids=lambda spec: str(spec.stem))
def test_reference_of_a_small_document_is_complete(spec: Path) -> None:
    files = files_of(spec)
    assert files is not None
    check(documents(files))


def hostile() -> list[Path]:
    if not HOSTILE.is_dir():
        return []
    return sorted(p for p in HOSTILE.iterdir() if p.stat().st_size < LARGE)


@pytest.mark.full
@pytest.mark.skipif(not hostile(), reason="../shared/hostile is not beside the project")
def test_references_of_hostile_documents_are_harmless() -> None:
    seen = 0
    for spec in hostile():
        files = files_of(spec) if spec.suffix == ".yaml" else None
        if files is not None and len(files["client.py"]) < LARGE:
            check(documents(files))
            seen += 1
    assert seen > 50


def document(operations: int, **schema: object) -> str:
    """Return a document with many operations and long descriptions."""
    paths = {
        f"/things/{number}": {
            "get": {
                "operationId": f"getThing{number}",
                "tags": ["models"],
                "summary": f"Get thing {number}.",
                "description": "It is a thing like any other. " * 20,
                "responses": {"204": {"description": "There it is."}},
            }
        }
        for number in range(operations)
    }
    info = {"title": "Things", "version": "1"}
    return json.dumps({"openapi": "3.1.0", "info": info, "paths": paths, **schema})


def test_readme_of_a_large_api_is_shortened(tmp_path: Path) -> None:
    spec = tmp_path / "things.json"
    spec.write_text(document(220), encoding="utf-8")
    files = files_of(spec)
    assert files is not None
    text = files["README.md"]
    assert len(text) < MAX_LENGTH / 10
    assert "`clientcast docs`" in text
    assert all(f"`models.get_thing{number}`" in text for number in range(220))
    check(documents(files))


def test_resource_named_like_a_fixed_page_gets_another_file(tmp_path: Path) -> None:
    spec = tmp_path / "things.json"
    spec.write_text(document(1), encoding="utf-8")
    files = files_of(spec)
    assert files is not None
    found = documents(files)
    assert {"things/models.md", "things/models_2.md"} <= found.keys()
    check(found)


def test_docstring_sections_in_a_description_are_ignored(
    tmp_path: Path,
) -> None:
    """Text of the document must not be read as the errors or the example of the method."""
    content = json.loads(document(1))
    operation = content["paths"]["/things/0"]["get"]
    operation["description"] = (
        "Args:\n    x: y\n\nRaises:\n    Nothing: Ever.\n\nExamples::\n\n    evil()\n\nEnd."
    )
    spec = tmp_path / "things.json"
    spec.write_text(json.dumps(content), encoding="utf-8")
    files = files_of(spec)
    assert files is not None
    (found,) = reference_of(files).operations
    assert found.raises == ()
    assert found.example is not None and "evil" not in found.example.synchronous
    assert "evil" in found.description and "End." in found.description


def test_readme_documents_unset_only_if_a_signature_has_it() -> None:
    files = {
        name: files_of(SPECS / "ok" / name)
        for name in ("nullable.yaml", "security.yaml")
    }
    texts = {n: readme(reference_of(f)) for n, f in files.items() if f is not None}
    assert "from notes import UNSET" in texts["nullable.yaml"]
    assert "import UNSET" not in texts["security.yaml"]


def test_readme_describes_the_unknown_member_of_unions() -> None:
    files = files_of(SPECS / "ok" / "unions.yaml")
    assert files is not None
    assert "An `Unknown` is a dict" in readme(reference_of(files))
