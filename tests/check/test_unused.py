"""Tests of components that nothing uses and that have errors."""

from pathlib import Path

import pytest
from clientcast.diagnostic import Severity
from clientcast.pipeline import Cast, cast

DOCUMENT = """\
openapi: 3.1.0
info: {title: Unused, version: '1'}
paths:
  /things:
    get:
      operationId: listThings
      parameters: [USED]
      responses: {'204': {description: Things.}}
components:
  pathItems:
    Outer: {parameters: [{$ref: '#/components/parameters/Broken'}]}
  parameters:
    Broken: {description: Incomplete.}
"""
SWAGGER = """\
swagger: '2.0'
info: {title: Unused, version: '1'}
paths:
  /things:
    get:
      operationId: listThings
      parameters: [USED]
      responses: {'204': {description: Things.}}
parameters:
  Broken: {description: Incomplete.}
"""


def cast_text(text: str, tmp_path: Path) -> Cast:
    spec = tmp_path / "spec.yaml"
    spec.write_text(text, encoding="utf-8")
    return cast(spec, spec.name)


def error_codes(result: Cast) -> set[str]:
    return {d.code for d in result.diagnostics if d.severity is Severity.ERROR}


@pytest.mark.parametrize("text", [DOCUMENT, SWAGGER])
def test_errors_of_unused_components_are_warnings(text: str, tmp_path: Path) -> None:
    result = cast_text(text.replace("USED", ""), tmp_path)
    assert error_codes(result) == set()
    assert "unused-component" in {d.code for d in result.diagnostics}
    assert result.files is not None


def test_unused_components_that_refer_to_one_left_out_are_named(tmp_path: Path) -> None:
    result = cast_text(DOCUMENT.replace("USED", ""), tmp_path)
    found = [d.message for d in result.diagnostics if d.code == "unused-component"]
    assert len(found) == 2
    assert found[0].endswith("left out too: Outer")


@pytest.mark.parametrize("name", ["Broken", "broken"])
def test_errors_of_used_components_are_errors(name: str, tmp_path: Path) -> None:
    used = f"{{$ref: '#/components/parameters/{name}'}}"
    result = cast_text(DOCUMENT.replace("USED", used), tmp_path)
    assert error_codes(result) == {"missing-field"}
    assert result.files is None


def nested(depth: int) -> str:
    return "{type: array, items: " * depth + "{type: string}" + "}" * depth


DEEP = """\
openapi: 3.1.0
info: {title: Unused, version: '1'}
paths:
  /things:
    get:
      operationId: listThings
      responses:
        '200':
          description: Things.
          content:
            application/json: {schema: {$ref: '#/components/schemas/USED'}}
components:
  schemas:
    Thing: {type: object, properties: {deep: {type: string}}}
    Around: {type: object, properties: {deep: {$ref: '#/components/schemas/Deep'}}}
    Deep: DEEP
"""


def test_unused_schema_beyond_a_limit_is_left_out(tmp_path: Path) -> None:
    text = DEEP.replace("DEEP", nested(45))
    result = cast_text(text.replace("USED", "Thing"), tmp_path)
    assert error_codes(result) == set()
    codes = [d.code for d in result.diagnostics]
    assert sorted(codes) == ["limit-nesting", "unused-component", "unused-component"]


def test_used_schema_beyond_a_limit_is_an_error(tmp_path: Path) -> None:
    text = DEEP.replace("DEEP", nested(45))
    result = cast_text(text.replace("USED", "Deep"), tmp_path)
    assert error_codes(result) == {"limit-nesting"}


def test_several_unused_schemas_beyond_a_limit_are_left_out(tmp_path: Path) -> None:
    text = DEEP.replace("DEEP", nested(45)) + f"    Deeper: {nested(50)}\n"
    result = cast_text(text.replace("USED", "Thing"), tmp_path)
    assert error_codes(result) == set()


def test_unused_schema_around_a_used_one_is_left_out(tmp_path: Path) -> None:
    around = nested(40).replace("string", "object, properties: {x: USED}")
    text = DEEP.replace("DEEP", around).replace("USED", "Thing")
    text = text.replace("{x: Thing}", "{x: {$ref: '#/components/schemas/Thing'}}")
    result = cast_text(text, tmp_path)
    assert error_codes(result) == set()
