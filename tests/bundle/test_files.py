"""Tests of references into other files."""

import os
from collections.abc import Callable
from datetime import date
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from clientcast.bundle import bundle, copying, document_files
from clientcast.check import check
from clientcast.diagnostic import Diagnostic
from clientcast.parse import parse
from clientcast.source import Document, read
from clientcast.swagger import convert

from tests.support.casting import SPECS, Server, call_sync_and_async, import_client

OPERATION = """\
openapi: 3.1.0
info: {title: Shop, version: '1'}
paths:
  /orders:
    get:
      operationId: listOrders
      responses:
        '200':
          description: The orders.
          content:
            application/json:
              schema: %s
"""

Write = Callable[..., Path]


@pytest.fixture
def write(tmp_path: Path) -> Write:
    """Return a function that writes a document with other files, and returns its path."""

    def to(schema: str, more: str = "", **files: str) -> Path:
        spec = tmp_path / "shop" / "shop.yaml"
        for name, content in {
            "shop/shop.yaml": OPERATION % schema + more,
            **files,
        }.items():
            file = tmp_path / name
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(content, encoding="utf-8")
        return spec

    return to


def bundle_file(spec: Path, within: Path | None = None) -> Document:
    return bundle(read(spec, spec.name), spec, within)


def find_diagnostics(document: Document) -> tuple[Diagnostic, ...]:
    fixed, diagnostics = check(convert(document))
    return tuple(sorted({*diagnostics, *parse(fixed)[1]}))


def codes(document: Document) -> list[str]:
    return [diagnostic.code for diagnostic in find_diagnostics(document)]


def schemas(document: Document) -> dict[str, Any]:
    components: dict[str, Any] = document.data["components"]["schemas"]
    return components


def test_client_of_a_document_in_many_files(clients: dict[str, ModuleType]) -> None:
    files = clients["files"]
    rex = {"id": 1, "name": "Rex", "best": {"squeaks": True, "since": "2026-01-02"}}
    rex["owner"] = {"name": "Ada", "pets": [{"id": 2, "name": "Tom"}]}
    server = Server(200, [rex])
    key = {"client": {"key": "secret"}}
    (pet,) = call_sync_and_async(files, server, "pets.list", limit=3, **key)
    assert str(server.last.url) == "https://pets.example/pets?limit=3"
    assert server.last.headers["X-Key"] == "secret"
    assert isinstance(pet, files.models.Pet)
    assert pet.owner.pets[0].name == "Tom"
    assert pet.best.since == date(2026, 1, 2)
    gone = {"id": 1, "name": "Rex", "until": "2026-02-03"}
    past = call_sync_and_async(files, Server(200, gone), "pets.get", 1, **key)
    assert past == files.models.ArchivePet(id=1, name="Rex", until=date(2026, 2, 3))


def test_discriminator_mapping_to_files_selects_models(
    clients: dict[str, ModuleType],
) -> None:
    files = clients["files"]
    server = Server(201, {"kind": "meow", "lives": 9})
    dog = files.models.Dog(kind="woof", name="Rex")
    cat = call_sync_and_async(
        files, server, "pets.create_animal", dog, client={"key": "secret"}
    )
    assert server.last.content == b'{"kind":"woof","name":"Rex"}'
    assert cat == files.models.Cat(kind="meow", lives=9)


def test_recursive_file_becomes_recursive_model(clients: dict[str, ModuleType]) -> None:
    files = clients["files"]
    tree = {"name": "root", "children": [{"name": "leaf"}]}
    root = call_sync_and_async(
        files, Server(200, tree), "trees.get", client={"key": "secret"}
    )
    assert root.children == [files.models.Tree(name="leaf")]


def test_references_by_id_and_anchor_are_resolved(
    clients: dict[str, ModuleType],
) -> None:
    files = clients["files"]
    body = {"mixed": [{"dark": True}]}
    color = call_sync_and_async(
        files, Server(200, body), "trees.get_color", client={"key": "secret"}
    )
    assert type(color) is files.models.Color
    assert color.mixed[0].dark is True


def test_diagnostics_are_located_in_the_referenced_file() -> None:
    document = bundle_file(SPECS / "ok" / "files.yaml")
    squeaks_diagnostic = document.diagnostic(
        "/components/schemas/Toy/properties/squeaks", "x", "y"
    )
    assert (
        squeaks_diagnostic.path,
        squeaks_diagnostic.line,
        squeaks_diagnostic.column,
    ) == ("files/models/toys.yaml", 5, 16)
    assert squeaks_diagnostic.source == "      squeaks: {type: boolean}"
    own_diagnostic = document.diagnostic("/components/schemas/Note/type", "x", "y")
    assert (own_diagnostic.path, own_diagnostic.line) == ("files.yaml", 41)


def test_document_without_external_references_is_unchanged() -> None:
    spec = SPECS / "ok" / "crud.yaml"
    document = read(spec)
    assert bundle(document, spec) is document


@pytest.mark.parametrize("reference", ["more/item.yaml#/", r".\more\item.yaml"])
def test_trailing_slash_and_backslashes_in_references_are_accepted(
    write: Write, reference: str
) -> None:
    item = "{title: Item, type: object, properties: {id: {type: integer}}}"
    spec = write(f"{{$ref: '{reference}'}}", **{"shop/more/item.yaml": item})
    document = bundle_file(spec)
    assert find_diagnostics(document) == ()
    (components,) = schemas(document).values()
    assert components["title"] == "Item"


def test_digest_covers_all_files(write: Write) -> None:
    before = bundle_file(
        write("{$ref: order.yaml}", **{"shop/order.yaml": "type: string"})
    )
    after = bundle_file(
        write("{$ref: order.yaml}", **{"shop/order.yaml": "type: number"})
    )
    assert before.digest != after.digest


@pytest.mark.parametrize(
    "reference",
    [
        "../secret.yaml",
        "%2e%2e/secret.yaml",
        "sub/../../secret.yaml",
        "..%2Fsecret.yaml#/Secret",
        "link.yaml",
        "linked/secret.yaml",
        "https://shop.example/order.yaml",
        "//shop.example/order.yaml",
        "file:secret.yaml",
        "http://[order.yaml",
        "http://[order.yaml#/Secret",
        r"..\secret.yaml#/Secret",
    ],
)
def test_reference_that_leaves_the_folder_is_an_error(
    write: Write, reference: str
) -> None:
    spec = write(f"{{$ref: '{reference}'}}", **{"secret.yaml": "Secret: {title: S}"})
    (spec.parent / "sub").mkdir()
    (spec.parent / "link.yaml").symlink_to(spec.parents[1] / "secret.yaml")
    (spec.parent / "linked").symlink_to(spec.parents[1])
    document = bundle_file(spec)
    assert "components" not in document.data
    assert codes(document) == ["remote-reference"]


def test_absolute_path_is_an_error(write: Write, tmp_path: Path) -> None:
    spec = write(f"{{$ref: '{tmp_path}/secret.yaml'}}", **{"secret.yaml": "title: S"})
    document = bundle_file(spec)
    assert "components" not in document.data
    assert [d.code for d in find_diagnostics(document)] != []


def test_reference_may_leave_the_folder_with_within(write: Write) -> None:
    spec = write("{$ref: ../order.yaml}", **{"order.yaml": "type: string"})
    document = bundle_file(spec, spec.parents[1])
    assert schemas(document) == {"order": {"type": "string"}}
    assert find_diagnostics(document) == ()


def test_named_pipe_is_an_error(write: Write) -> None:
    if not hasattr(os, "mkfifo"):
        pytest.skip("this system has no named pipes")
    spec = write("{$ref: pipe.yaml}")
    os.mkfifo(spec.parent / "pipe.yaml")
    assert codes(bundle_file(spec)) == ["unreadable-file"]


@pytest.mark.parametrize("name", ["a%00.yaml", "a" * 5000 + ".yaml"])
def test_impossible_file_name_is_an_error(write: Write, name: str) -> None:
    assert codes(bundle_file(write(f"{{$ref: '{name}'}}"))) == ["missing-file"]


def test_total_file_size_above_the_limit_is_an_error(
    write: Write, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(document_files, "MAX_BYTES", 30)
    schema = "{properties: {a: {$ref: a.yaml}, b: {$ref: b.yaml}}}"
    content = "{type: string, title: Name}"
    spec = write(schema, **{"shop/a.yaml": content, "shop/b.yaml": content})
    assert codes(bundle_file(spec)) == ["limit-size"]


def test_exponential_inlining_is_an_error(
    write: Write, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(copying, "MAX_VALUES", 10_000)
    files = {
        f"shop/f{n}.yaml": f"a: {{properties: {{$ref: f{n + 1}.yaml}}}}\n"
        f"b: {{properties: {{$ref: f{n + 1}.yaml}}}}\n"
        for n in range(40)
    }
    files["shop/f40.yaml"] = "a: {type: string}"
    spec = write("{properties: {$ref: f0.yaml}}", **files)
    assert "limit-nodes" in codes(bundle_file(spec))


def test_file_with_two_references_is_read_once(
    write: Write, monkeypatch: pytest.MonkeyPatch
) -> None:
    names: list[str] = []

    def counted(path: Path, name: str) -> Document:
        names.append(name)
        return read(path, name)

    monkeypatch.setattr(document_files, "read", counted)
    schema = "{properties: {a: {$ref: a.yaml#/A}, b: {$ref: ./a.yaml#/B}}}"
    spec = write(schema, **{"shop/a.yaml": "A: {type: string}\nB: {$ref: '#/A'}\n"})
    assert find_diagnostics(bundle_file(spec)) == ()
    assert names == ["a.yaml"]


def test_reference_cycle_across_files_is_reported(write: Write) -> None:
    files = {"shop/a.yaml": "{$ref: b.yaml}", "shop/b.yaml": "{$ref: a.yaml}"}
    (circle,) = find_diagnostics(bundle_file(write("{$ref: a.yaml}", **files)))
    assert (circle.path, circle.code) == ("a.yaml", "reference-cycle")


def test_component_names_do_not_depend_on_reference_order(write: Write) -> None:
    files = {
        "shop/new/order.yaml": "title: new",
        "shop/old/order.yaml": "title: old",
        "shop/old/line.yaml": "title: line",
    }
    named = [
        schemas(bundle_file(write("{anyOf: [%s]}" % ", ".join(references), **files)))
        for references in (
            [
                "{$ref: new/order.yaml}",
                "{$ref: old/order.yaml}",
                "{$ref: old/line.yaml}",
            ],
            [
                "{$ref: old/line.yaml}",
                "{$ref: old/order.yaml}",
                "{$ref: new/order.yaml}",
            ],
        )
    ]
    assert named[0] == named[1]
    assert {name: schema["title"] for name, schema in named[0].items()} == {
        "new_order": "new",
        "old_order": "old",
        "line": "line",
    }


def test_component_of_the_document_keeps_its_name(write: Write) -> None:
    more = "components: {schemas: {Order: {type: string}}}"
    spec = write("{$ref: order.yaml}", more, **{"shop/order.yaml": "type: number"})
    assert schemas(bundle_file(spec)) == {
        "Order": {"type": "string"},
        "order_2": {"type": "number"},
    }


def test_reference_to_own_self_uri_is_resolved(write: Write) -> None:
    more = "$self: https://shop.example/api/shop.yaml\n"
    more += "components: {schemas: {Order: {type: string}}}"
    reference = "https://shop.example/api/shop.yaml#/components/schemas/Order"
    document = bundle_file(write(f"{{$ref: '{reference}'}}", more))
    assert "remote-reference" not in codes(document)
    responses = document.data["paths"]["/orders"]["get"]["responses"]
    schema = responses["200"]["content"]["application/json"]["schema"]
    assert schema == {"$ref": "#/components/schemas/Order"}


SCHEMES = """
components:
  securitySchemes:
    own: {type: apiKey, in: header, name: X-Own}
    'a.b': {$ref: schemes.yaml#/renamed}
security:
  - '#/components/securitySchemes/own': []
    schemes.yaml#/bearer: []
    schemes.yaml#/renamed: []
    a.b: []
  - https://shop.example/api/shop.yaml#/components/securitySchemes/own: []
"""


def test_security_scheme_is_named_by_its_uri(write: Write) -> None:
    schemes = "bearer: {type: http, scheme: bearer}\n"
    schemes += "renamed: {type: apiKey, in: query, name: key}"
    more = f"$self: https://shop.example/api/shop.yaml{SCHEMES}"
    spec = write("{}", more, **{"shop/schemes.yaml": schemes})
    for version, expected in (("3.2.0", []), ("3.1.0", ["unknown-security-scheme"])):
        text = spec.read_text(encoding="utf-8").replace("3.1.0", version, 1)
        spec.write_text(text.replace("3.2.0", version, 1), encoding="utf-8")
        fixed, diagnostics = check(bundle_file(spec))
        found = {d.code for d in diagnostics} - {"unknown-field"}
        assert found == set(expected)
        (operation,) = parse(fixed)[0].operations
        names = [[r.scheme for r in schemes] for schemes in operation.security]
        assert [sorted(schemes) for schemes in names] == [
            ["a.b", "bearer", "own"],
            ["own"],
        ]


def test_unreadable_uri_of_a_security_scheme_is_an_error(write: Write) -> None:
    more = "security: [{'none.yaml#/key': []}, {'https://x.example/y#/key': []}]"
    found = check(bundle_file(write("{}", more)))[1]
    assert [d.code for d in found] == ["unknown-security-scheme"] * 2
    assert {str(d.severity) for d in found} == {"error"}


@pytest.mark.parametrize("name", ["$self", "$id"])
def test_invalid_self_uri_is_ignored(write: Write, name: str) -> None:
    more = (
        f"{name}: http://[shop\ncomponents: {{schemas: {{Order: {{$id: '//[order'}}}}}}"
    )
    document = bundle_file(write("{$ref: '#/components/schemas/Order'}", more))
    assert schemas(document) == {"Order": {"$id": "//[order"}}


def test_schemas_section_in_a_file_is_merged(write: Write) -> None:
    more = "components: {schemas: {$ref: schemas.yaml}}"
    files = {"shop/schemas.yaml": "A: {$ref: '#/B'}\nB: {type: string}"}
    document = bundle_file(write("{$ref: 'schemas.yaml#/A'}", more, **files))
    assert schemas(document) == {
        "A": {"$ref": "#/components/schemas/B"},
        "B": {"type": "string"},
    }
    assert codes(document) == ["misplaced-reference"]


def test_swagger_document_in_many_files_becomes_a_client(tmp_path: Path) -> None:
    spec = tmp_path / "shop.json"
    spec.write_text("""{
      "swagger": "2.0",
      "host": "shop.example",
      "info": {"title": "Shop", "version": "1"},
      "paths": {"/orders/{id}": {"$ref": "path.yaml"}}
    }""")
    (tmp_path / "path.yaml").write_text("""
parameters:
  - $ref: 'parameters.yaml#/id'
put:
  operationId: putOrder
  parameters:
    - $ref: 'parameters.yaml#/order'
  responses:
    '200': {$ref: 'responses.yaml#/Order'}
""")
    (tmp_path / "parameters.yaml").write_text("""
id: {name: id, in: path, required: true, type: string}
order: {name: order, in: body, required: true, schema: {$ref: Order.yaml}}
""")
    (tmp_path / "responses.yaml").write_text("""
Order: {description: It., schema: {$ref: Order.yaml}}
""")
    (tmp_path / "Order.yaml").write_text("""
type: object
required: [name]
properties:
  name: {type: string}
""")
    package = import_client(spec, tmp_path / "package")
    server = Server(200, {"name": "x"})
    order = call_sync_and_async(package, server, "orders.put", "a", name="b")
    assert server.last.content == b'{"name":"b"}'
    assert order == package.models.Order(name="x")


def test_path_item_in_a_file_is_merged_with_siblings_of_the_reference(
    write: Write,
) -> None:
    item = "get: {operationId: getItem, responses: {'204': {description: None.}}}"
    item += "\nparameters: [{name: size, in: query, schema: {type: string}}]"
    own_diagnostic = (
        "{$ref: item.yaml, parameters: [{name: id, in: path, required: true}]}"
    )
    more = f"  /items/{{id}}: {own_diagnostic}\n"
    document = bundle_file(write("{type: string}", more, **{"shop/item.yaml": item}))
    joined = document.data["paths"]["/items/{id}"]
    assert joined["get"]["operationId"] == "getItem"
    assert [parameter["name"] for parameter in joined["parameters"]] == ["id", "size"]


def test_path_item_of_the_document_is_not_copied(write: Write) -> None:
    more = "  /again: {$ref: '#/components/pathItems/Again'}\n"
    more += "components: {pathItems: {Again: {get: {operationId: again,"
    more += " responses: {'204': {description: None.}}}}}}"
    spec = write("{$ref: order.yaml}", more, **{"shop/order.yaml": "type: string"})
    document = bundle_file(spec)
    assert document.data["paths"]["/again"] == {"$ref": "#/components/pathItems/Again"}
    assert find_diagnostics(document) == ()
