"""Tests of properties whose names no field can have."""

from pathlib import Path

from clientcast import ir
from clientcast.check import check
from clientcast.parse import parse
from clientcast.source import read

DOCUMENT = """
openapi: 3.1.0
info: {title: It, version: '1'}
servers: [{url: 'https://it.example'}]
paths: {}
components:
  schemas:
    Pet:
      oneOf: [{$ref: '#/components/schemas/Cat'}, {$ref: '#/components/schemas/Dog'}]
      discriminator: {propertyName: 'the "kind"'}
    Cat: {type: object, properties: {'the "kind"': {type: string}, lives: {type: integer}}}
    Dog: {type: object, properties: {bark: {type: string}}}
"""


def test_discriminator_that_no_field_can_have_adds_no_field(tmp_path: Path) -> None:
    path = tmp_path / "it.yaml"
    path.write_text(DOCUMENT, encoding="utf-8")
    api, diagnostics = parse(check(read(path))[0])
    records = [s for s in api.schemas.values() if isinstance(s, ir.Record)]
    assert [[field.name for field in r.fields] for r in records] == [
        ["lives"],
        ["bark"],
    ]
    assert "property-name" in {diagnostic.code for diagnostic in diagnostics}
