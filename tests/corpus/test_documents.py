"""Tests of the independent count of a document's operations."""

import csv
from pathlib import Path

import pytest

from tests.corpus.documents import INDEX, count_operations
from tests.corpus.routes import missing_operations
from tests.corpus.small import CORPUS, CORPUS_DOCUMENTS, CORPUS_MISSING, SMALLER_HALF


def test_operations_are_counted_through_references(tmp_path: Path) -> None:
    (tmp_path / "items").mkdir()
    (tmp_path / "items" / "more.yaml").write_text(
        "a/b: {put: {}, delete: {}}\nc: {$ref: 'more.yaml#/a~1b', head: {}}\n"
    )
    path = tmp_path / "document.yaml"
    path.write_text("""\
openapi: 3.1.0
paths:
  /a: {get: {}, parameters: [], x-post: {}, summary: get}
  /b: {$ref: "#/components/pathItems/b", patch: {}}
  /c: {$ref: "items/more.yaml#/c"}
  /d: {$ref: "https://elsewhere.example/items.yaml"}
  /e: {$ref: "#/paths/~1e"}
  /f: {query: {}, additionalOperations: {LINK: {}}}
  x-paths: {get: {}}
webhooks:
  w: {post: {}}
components:
  pathItems:
    b: {options: {}, trace: {}}
""")
    counted = count_operations(path)
    assert counted.version == "3.1.0"
    assert counted.routes.keys() == {
        *("GET /a", "PATCH /b", "OPTIONS /b", "TRACE /b"),
        *("HEAD /c", "PUT /c", "DELETE /c"),
    }


@pytest.mark.parametrize(
    ("version", "routes"),
    [
        ("swagger: '2.0'", {"GET /a"}),
        ("openapi: 3.0.3", {"GET /a", "TRACE /a"}),
        ("openapi: 3.2.0", {"GET /a", "TRACE /a", "QUERY /a", "LINK /a", "link /a"}),
    ],
)
def test_counted_methods_depend_on_the_version(
    version: str, routes: set[str], tmp_path: Path
) -> None:
    path = tmp_path / "document.yaml"
    item = "{get: {}, trace: {}, query: {}, additionalOperations: {LINK: {}, link: {}}}"
    path.write_text(f"{version}\npaths: {{/a: {item}}}\n")
    assert count_operations(path).routes.keys() == routes


def test_yaml_paths_like_booleans_and_dates_are_strings(tmp_path: Path) -> None:
    path = tmp_path / "document.yaml"
    path.write_text("openapi: 3.0.0\npaths: {on: &a {get: {}}, 2026-01-01: {<<: *a}}\n")
    assert count_operations(path).routes.keys() == {"GET on", "GET 2026-01-01"}


def test_route_has_the_names_of_the_parameters(tmp_path: Path) -> None:
    path = tmp_path / "document.yaml"
    path.write_text("""\
openapi: 3.0.0
paths:
  /a/{petId}: {get: {parameters: [{name: pet_id, in: path}]}}
  /b/:id?x={x}&y=1#z: {get: {}, parameters: [{$ref: "#/id"}, {name: x, in: query}]}
id: {name: id, in: path}
""")
    assert count_operations(path).routes == {
        "GET /a/{petId}": "GET /a/{pet_id}",
        "GET /b/:id?x={x}&y=1#z": "GET /b/{id}?y=1",
    }


def test_routes_that_differ_after_the_path_are_different_operations() -> None:
    routes = {
        "GET /a?x=1": "GET /a?x=1",
        "GET /a?x=2": "GET /a?x=2",
        "GET /b#c": "GET /b",
        "GET /b#d": "GET /b",
    }
    all_ = {"GET /a?x=1": 1, "GET /a?x=2": 1, "GET /b": 2}
    assert missing_operations(routes, all_) == []
    assert missing_operations(routes, {"GET /a?x=1": 2, "GET /b": 1}) == [
        *("GET /a?x=2", "GET /b#d")
    ]


FOLLOWED = {"dcg__body_and_parameters.yaml": 2}
"""Number of operations behind references of path items, which the index does not count."""


@pytest.mark.skipif(not CORPUS_DOCUMENTS, reason=CORPUS_MISSING)
def test_counts_equal_those_of_the_corpus_index() -> None:
    with (CORPUS / INDEX).open(encoding="utf-8", newline="") as file:
        rows = {row["file"]: row for row in csv.DictReader(file, delimiter="\t")}
    assert len(SMALLER_HALF) > 10
    for real in SMALLER_HALF:
        counted, row = count_operations(real.path), rows[real.name]
        expected = int(row["operations"]) + FOLLOWED.get(real.name, 0)
        assert (counted.version, len(counted.routes)) == (row["openapi"], expected)
