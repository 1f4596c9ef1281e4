"""Tests of file names that are made from a document: they are valid on any system."""

import json
from pathlib import Path
from typing import Any

import pytest
from clientcast.docs import Reference, extract, render_folder
from clientcast.docs.package import make_package
from clientcast.filenames import DEVICES, fold_case, is_device, is_portable, unique_name
from clientcast.pipeline import cast
from msgspec.structs import replace

from tests.support.casting import import_client

ASCII_DEVICES = sorted(name for name in DEVICES if name.isascii() and "$" not in name)
TAGS = (
    *(name.upper() for name in ASCII_DEVICES),
    *("Aux", "aux.Deep", "con.txt", "Com¹", "LPT³", "CONIN$", "conout$"),
    *("Shared", "shared", "__init__", "Models", "INDEX", "Errors", "Straße", "STRASSE"),
    ".".join(f"part{number}" for number in range(9)),
    "long" * 100,
)


def document() -> dict[str, Any]:
    """Return a document that is large enough for a module for each resource."""
    schema = {"type": "object", "properties": {"id": {"type": "string"}}}
    return {
        "openapi": "3.1.0",
        "info": {"title": "Names", "version": "1"},
        "servers": [{"url": "https://names.example"}],
        "paths": {
            f"/tag{number}": {
                "get": {
                    "tags": [tag],
                    "operationId": f"get{number}",
                    "responses": {
                        "200": {
                            "description": "It.",
                            "content": {"application/json": {"schema": schema}},
                        }
                    },
                }
            }
            for number, tag in enumerate((*TAGS, *TAGS))
        },
    }


@pytest.fixture(scope="module")
def spec(tmp_path_factory: pytest.TempPathFactory) -> Path:
    spec = tmp_path_factory.mktemp("specs") / "names.json"
    spec.write_text(json.dumps(document()), encoding="utf-8")
    return spec


@pytest.fixture(scope="module")
def package(spec: Path) -> dict[str, str]:
    files = cast(spec, spec.name).files
    assert files is not None
    return dict(files)


@pytest.fixture(scope="module")
def reference(package: dict[str, str]) -> Reference:
    return extract(make_package("names", "names", package))


def assert_portable(files: dict[str, str]) -> None:
    for path in files:
        assert all(map(is_portable, path.split("/"))), path
    assert len({fold_case(path) for path in files}) == len(files)


def test_modules_of_hostile_tags_are_portable_and_distinct(
    package: dict[str, str], spec: Path, tmp_path: Path
) -> None:
    assert {"resources/con_.py", "async_resources/com1_.py"} <= package.keys()
    assert_portable(package)
    client = import_client(spec, tmp_path).Names()
    assert client.com1 and client.aux.deep


def test_pages_of_hostile_tags_are_portable_and_distinct(reference: Reference) -> None:
    files = render_folder([reference])
    assert_portable(files)
    pages = [path for path in files if path.startswith("names/")]
    named = (*reference.resources, *reference.operations)
    assert len(pages) == len(named) + len({"index", "models", "errors"})


def test_pages_of_resources_that_differ_in_case_alone_are_distinct(
    reference: Reference,
) -> None:
    first, second, third, *_ = reference.resources
    alike = replace(
        reference,
        resources=(
            replace(first, name="", operations=()),
            replace(second, name="Names", operations=()),
            replace(third, name="names", operations=()),
        ),
    )
    files = render_folder([alike])
    assert_portable(files)
    assert {"names/names.md", "names/Names_2.md", "names/names_3.md"} <= files.keys()


@pytest.mark.parametrize("name", ["con", "Com1", "AUX"])
def test_folder_of_pages_has_no_device_name(reference: Reference, name: str) -> None:
    assert_portable(render_folder([replace(reference, package=name)] * 3))


@pytest.mark.parametrize(
    "name", ["CON", "con.py", "Nul.tar.gz", "COM0", "com9 .txt", "LPT¹", "CONIN$.x"]
)
def test_device_name_is_recognised_with_any_suffix(name: str) -> None:
    assert is_device(name) and not is_portable(name)


@pytest.mark.parametrize("name", ["console", "com", "com10", "lpt", "_nul", "aux_.py"])
def test_name_similar_to_a_device_is_portable(name: str) -> None:
    assert not is_device(name) and is_portable(name)


def test_distinct_name_is_the_preferred_one_if_it_is_free() -> None:
    taken = {fold_case(name) for name in ("Users", "con_")}
    assert unique_name("orders", taken) == "orders"
    assert unique_name("users", taken) == "users_2"
    assert unique_name("CON", taken) == "CON_2"
