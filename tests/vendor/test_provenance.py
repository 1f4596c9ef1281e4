"""Tests of the provenance of packages: which of them are clients of one API."""

import json

import pytest
from clientcast.provenance import is_same_api, read_provenance, version_key

from tests.support.project import GENERATED

CLIENTS = ("clerk", "okta", "pangea")


def manifest(title: str, *operations: str) -> str:
    listed = [
        {"method": method, "path": path, "name": name}
        for method, path, name in map(str.split, operations)
    ]
    return json.dumps({"spec": {"title": title}, "api": {"operations": listed}})


PETS = manifest("Pets", "GET /pets pets.list", "POST /pets pets.create")


@pytest.mark.parametrize(
    ("new", "is_same"),
    [
        (PETS, True),
        (manifest("Pets", "GET /pets pets.list"), True),
        (manifest("Pets", "GET /v2/pets pets.list"), True),
        (manifest("Pets", "GET /pets pets.find"), True),
        (manifest("Pets", "GET /orders orders.list"), False),
        (manifest("Pets"), True),
        (manifest("Pet store", "GET /pets pets.list", "GET /owners o.list"), True),
        (manifest("Orders", "GET /orders orders.list"), False),
        (manifest("Orders", "GET /health health.get"), False),
    ],
)
def test_packages_of_one_api_share_operations(new: str, is_same: bool) -> None:
    one, other = read_provenance(PETS), read_provenance(new)
    assert one is not None and other is not None
    assert is_same_api(one, other) is is_same


@pytest.mark.parametrize("one", CLIENTS)
@pytest.mark.parametrize("other", CLIENTS)
def test_each_client_of_the_repository_has_its_own_api(one: str, other: str) -> None:
    texts = [
        (GENERATED / name / "clientcast.json").read_bytes() for name in (one, other)
    ]
    old, new = map(read_provenance, texts)
    assert old is not None and new is not None
    assert is_same_api(old, new) is (one == other)


@pytest.mark.parametrize(
    "text", ["", "[]", "{", '{"spec": 1}', '{"files": {}}', "[" * 100_000]
)
def test_other_json_has_no_provenance(text: str) -> None:
    assert read_provenance(text) is None


@pytest.mark.parametrize(
    "text",
    [
        '{"spec": {}}',
        '{"spec": {"title": 1, "version": null}, "generator": 2, "api": 3}',
        '{"spec": {}, "api": {"operations": [1, null, {"method": []}]}}',
    ],
)
def test_broken_provenance_is_read_as_empty(text: str) -> None:
    provenance = read_provenance(text)
    assert provenance is not None
    assert (provenance.title, provenance.generator) == ("", "")


def test_versions_are_ordered_by_their_numbers() -> None:
    assert version_key("9" * 5000) == ()
    assert version_key("0.10.0") > version_key("0.9.1") > version_key("unknown") == ()
