"""Tests of unions whose discriminator has no mapping."""

from pathlib import Path
from typing import Any

import pytest

from tests.support.casting import Server, import_client

DOCUMENT = """\
openapi: 3.1.0
info: {title: Links, version: '1'}
servers: [{url: https://links.example}]
paths:
  /link:
    get:
      operationId: get
      tags: [links]
      responses:
        '200':
          description: A link.
          content:
            application/json:
              schema:
                discriminator: {propertyName: target}
                oneOf:
                  - title: Inner
                    type: object
                    required: [target, path]
                    properties:
                      target: {type: string, enum: [page, space]}
                      path: {type: string}
                  - {$ref: '#/components/schemas/Outer'}
                  - title: Other
                    type: object
                    properties:
                      target: {type: string}
                      note: {type: string}
components:
  schemas:
    Outer:
      type: object
      required: [target, url]
      properties:
        target: {type: string, enum: [external, mail]}
        url: {type: string}
"""


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ({"target": "page", "path": "/"}, "Inner"),
        ({"target": "external", "url": "/", "path": "/"}, "Outer"),
        ({"target": "mail", "url": "/", "path": "/"}, "Outer"),
        ({"target": "else", "note": "a", "url": "/", "path": "/"}, "Other"),
    ],
)
def test_member_is_chosen_by_the_enum_of_its_discriminator_property(
    value: dict[str, Any], expected: str, tmp_path: Path
) -> None:
    document = tmp_path / "links.yaml"
    document.write_text(DOCUMENT, encoding="utf-8")
    links = import_client(document, tmp_path)
    with links.Links(http=Server(200, value).sync) as client:
        assert type(client.links.get()).__name__.endswith(expected)
