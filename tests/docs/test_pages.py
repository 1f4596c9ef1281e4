"""Reference pages of the checked-in clients: complete, linked and without gaps."""

import hashlib
import json
import posixpath
import re
from typing import Any

import jsonschema_rs
import pytest
from clientcast.docs import json_schema, references_json
from clientcast.docs import links as page_links
from clientcast.docs.behaviour import RETRIED_STATUSES
from clientcast.docs.classes import Member
from clientcast.docs.links import declaration_names
from clientcast.docs.pages import client_pages
from clientcast.values import fields_of, has_fields

from tests.docs import schema as derived
from tests.docs.rendered import (
    NAMES,
    documents,
    folder,
    links,
    programs,
    readme,
    reference,
    sections,
    tables,
    tokens,
)

each_client = pytest.mark.parametrize("name", NAMES)
each_document = pytest.mark.parametrize("path", sorted(documents()))

ALLOWED_TAGS = {"<details>", "</details>", "<summary>", "</summary>", "<br>"}


def test_folder_has_a_page_for_each_resource_and_operation() -> None:
    expected = {"index.md", "llms.txt", "clientcast.json"}
    for name in NAMES:
        known = reference(name)
        pages = {each.name.replace(".", "-") for each in known.resources}
        pages |= {each.name.replace(".", "-") for each in known.operations}
        expected |= {f"{name}/{p}.md" for p in pages | {"index", "models", "errors"}}
    assert folder().keys() == expected


@each_client
def test_operations_of_a_large_client_are_sections_of_their_resources(
    name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    known = reference(name)
    monkeypatch.setattr(page_links, "_MAX_OPERATION_PAGES", len(known.operations) - 1)
    pages = client_pages(known)
    resources = {f"{r.name.replace('.', '-')}.md" for r in known.resources}
    assert pages.keys() == resources | {"index.md", "models.md", "errors.md"}
    for resource in known.resources:
        text = pages[f"{resource.name.replace('.', '-')}.md"]
        top = [s.title for s in sections(text) if s.level <= 2]
        assert top == [resource.name, *(o.name for o in resource.operations)]
    for text in pages.values():
        for link in links(text):
            target, _, anchor = link.partition("#")
            if not link.startswith("https://") and anchor:
                assert anchor in {s.anchor for s in sections(pages[target])}, link


def test_index_has_a_four_line_example_of_each_client() -> None:
    found = programs(folder()["index.md"])
    assert len(found) == 2 * len(NAMES)
    for program in found:
        assert len([line for line in program.splitlines() if line]) == 4, program


@each_client
def test_readme_of_a_package_is_up_to_date(name: str) -> None:
    from clientcast.docs import readme as written

    assert readme(name) == written(reference(name))


@each_document
def test_every_link_has_a_target(path: str) -> None:
    found = documents()
    for link in links(found[path]):
        if link.startswith("https://"):
            continue
        target, _, anchor = link.partition("#")
        page = posixpath.normpath(posixpath.join(posixpath.dirname(path), target))
        page = page if target else path
        assert page in found, link
        if anchor:
            assert anchor in {s.anchor for s in sections(found[page])}, link


@each_document
def test_pages_have_no_empty_section_cell_or_todo(path: str) -> None:
    text = documents()[path]
    assert not re.search(r"\b(TODO|FIXME|XXX|N/A)\b", text)
    for section in sections(text):
        assert section.whole.strip(), section.title
    for table in tables(text):
        assert len(table) > 1
        head, *rows = table
        for row in rows:
            for title, cell in zip(head, row, strict=True):
                assert cell.strip() or title == "Example", (table, row)


@each_document
def test_pages_contain_only_allowed_html(path: str) -> None:
    text = documents()[path]
    for token in tokens(text):
        if token.type in ("html_block", "html_inline"):
            tags = re.findall(r"<[^>]*>", token.content)
            assert tags
            assert set(tags) <= ALLOWED_TAGS | {"<code>", "</code>"}, token.content


def missing_descriptions(value: Any, path: str) -> list[str]:
    """Return the paths of items without a description."""
    if isinstance(value, tuple):
        return [
            p
            for i, item in enumerate(value)
            for p in missing_descriptions(item, f"{path}/{i}")
        ]
    if not has_fields(value):
        return []
    found = []
    for field in fields_of(value):
        part = getattr(value, field)
        is_optional = isinstance(value, Member)
        if field == "description" and not part.strip() and not is_optional:
            found.append(f"{path} ({getattr(value, 'name', '')})")
        found += missing_descriptions(part, f"{path}/{field}")
    return found


@each_client
def test_every_item_has_a_description(name: str) -> None:
    assert missing_descriptions(reference(name), "") == []


@each_client
def test_every_declared_type_is_a_link(name: str) -> None:
    known = set(declaration_names(reference(name)))
    for path, text in documents().items():
        if name not in path:
            continue
        for table in tables(text):
            column = [
                i for i, title in enumerate(table[0]) if title in ("Type", "Body")
            ]
            for row in table[1:]:
                for index in column:
                    plain = re.sub(r"\[`\w+`\]\([^)]*\)", "", row[index])
                    assert not known & set(re.findall(r"\w+", plain)), row


@each_client
def test_every_operation_model_and_error_has_a_section(name: str) -> None:
    known = reference(name)
    text = {path: [s.title for s in sections(t)] for path, t in documents().items()}
    for resource in known.resources:
        page = f"{name}/{resource.name.replace('.', '-')}.md"
        assert text[page] == [resource.name]
        for operation in resource.operations:
            page = f"{name}/{operation.name.replace('.', '-')}.md"
            assert text[page][0] == operation.name
            assert text[f"generated/{name}/README.md"].count(operation.name) == 1
    assert text[f"{name}/models.md"][1:] == list(declaration_names(known))
    assert text[f"{name}/errors.md"][1:] == [error.name for error in known.errors]


@each_client
def test_raised_errors_match_the_documented_responses(name: str) -> None:
    for operation in reference(name).operations:
        documented = {
            response.error for response in operation.responses if response.error
        }
        polled = {"AcceptedError"} if operation.polled else set()
        assert {raised.error for raised in operation.raises} == documented | polled


def test_retried_statuses_match_the_runtime() -> None:
    from _runtime.call import retry

    assert set(RETRIED_STATUSES) == {
        status
        for status in range(400, 600)
        if retry.may_retry_status(status, {}, idempotent=True)
    }


def test_manifest_lists_every_page() -> None:
    manifest = json.loads(folder()["clientcast.json"])
    assert manifest["files"] == {
        path: hashlib.sha256(text.encode()).hexdigest()
        for path, text in folder().items()
        if path != "clientcast.json"
    }


def test_llms_txt_lists_every_operation() -> None:
    """The format is a title, a quote, and lists of links below level-2 headings."""
    text = folder()["llms.txt"]
    lines = [line for line in text.split("\n") if line]
    assert lines[0].startswith("# ") and lines[1].startswith("> ")
    assert all(re.match(r"## |\* \[.+\]\(.+\): .", line) for line in lines[2:])
    for name in NAMES:
        for operation in reference(name).operations:
            assert f"[`{operation.name}`]({name}/" in text


def test_json_schema_matches_the_dataclasses() -> None:
    assert json_schema() == derived.text()
    jsonschema_rs.meta.validate(json.loads(json_schema()))


@each_client
def test_json_validates_against_its_schema(name: str) -> None:
    content = json.loads(references_json([reference(name)]))
    validator = jsonschema_rs.validator_for(json.loads(json_schema()))
    validator.validate(content)
    content["clients"][0]["resources"][0]["operations"][0]["arguments"] = None
    assert not validator.is_valid(content)


@each_client
def test_json_contains_every_operation_of_the_document(name: str) -> None:
    from tests.support.calls import SPECS

    (client,) = json.loads(references_json([reference(name)]))["clients"]
    found = {
        (o["http_method"], o["path"], o["operation_id"])
        for resource in client["resources"]
        for o in resource["operations"]
    }
    assert found == {
        (method, route, operation["operationId"])
        for method, route, operation in SPECS[name].operations()
    }
