"""Tests of the conversion of Swagger 2.0 to OpenAPI 3.0."""

import json
import re
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from clientcast.check import check, has_errors
from clientcast.check.validator import Validator
from clientcast.diagnostic import Diagnostic
from clientcast.parse import parse
from clientcast.references import local_pointer, lookup
from clientcast.source import Document, escape, read
from clientcast.swagger import convert

from tests.clients.test_wire import RawServer
from tests.support.casting import Server, call_sync_and_async
from tests.support.project import ROOT
from tests.support.selection import first_of_each

OK = ROOT / "tests" / "specs" / "ok" / "swagger.yaml"
HOSTILE = ROOT.parent / "shared" / "hostile"
CORPUS = ROOT.parent / "shared" / "corpus"
METHODS = ("get", "put", "post", "delete", "options", "head", "patch")

HEAD = """
swagger: '2.0'
info: {title: Depot, version: '1'}
"""


def findings(
    document: Document, known: tuple[Diagnostic, ...]
) -> tuple[Diagnostic, ...]:
    """Return what openapi-spec-validator finds besides known diagnostics."""
    with Validator() as validator:
        return validator.begin(document).diagnostics(known)


class Converted:
    """A document, before and after the conversion."""

    def __init__(self, folder: Path, text: str) -> None:
        spec = folder / "spec.yaml"
        spec.write_text(text if "swagger" in text else HEAD + text, encoding="utf-8")
        self.original = read(spec, spec.name)
        assert not self.original.diagnostics
        self.document = convert(self.original)
        self.data = self.document.data

    def at(self, pointer: str) -> Any:
        """Return the value at a JSON pointer, with references on the path resolved."""
        value = self.data
        for key in pointer.split("/")[1:]:
            key = key.replace("~1", "/").replace("~0", "~")
            value = value[int(key)] if isinstance(value, list) else value[key]
            while isinstance(value, dict) and "$ref" in value:
                target = local_pointer(value["$ref"])
                assert target is not None
                value = lookup(self.data, target)
        return value

    def operation(self, method: str = "post", path: str = "/a") -> Any:
        """Return an operation."""
        return self.data["paths"][path][method]

    @property
    def codes(self) -> list[str]:
        """Return the lines and codes of the diagnostics of the conversion."""
        return [
            f"{problem.line} {problem.code}" for problem in self.document.diagnostics
        ]

    @property
    def is_valid(self) -> bool:
        """Return whether the converted document has no diagnostics."""
        fixed, diagnostics = check(self.document)
        return not diagnostics and not findings(fixed, diagnostics)

    @property
    def check_diagnostics(self) -> tuple[Diagnostic, ...]:
        """Return the diagnostics of the conversion and of `check`."""
        return check(self.document)[1]


def operation(
    folder: Path, parameters: str, rest: str = "", root: str = ""
) -> Converted:
    """Convert a document with one operation with the given parameters."""
    return Converted(
        folder,
        f"""
{root}
paths:
  /a:
    post:
      operationId: doIt
      {rest}
      parameters: {parameters}
      responses: {{'204': {{description: Done.}}}}
""",
    )


# Versions


def test_openapi_document_is_unchanged(tmp_path: Path) -> None:
    spec = tmp_path / "spec.yaml"
    spec.write_text("openapi: 3.0.3\nswagger: '2.0'\ndefinitions: {}\n")
    document = read(spec)
    assert convert(document) is document


@pytest.mark.parametrize("version", ["'1.2'", "'2.1'", "null", "[]"])
def test_other_versions_of_swagger_are_an_error(tmp_path: Path, version: str) -> None:
    spec = tmp_path / "spec.yaml"
    spec.write_text(f"info: {{}}\nswagger: {version}\n")
    (problem,) = check(convert(read(spec)))[1]
    assert (problem.line, problem.code) == (2, "unsupported-version")


def test_version_as_a_number_is_accepted_with_a_warning(tmp_path: Path) -> None:
    converted = Converted(tmp_path, "swagger: 2.0\ninfo: {title: A, version: '1'}\n")
    assert converted.data["openapi"] == "3.0.4"
    assert converted.codes == ["1 not-text"]


# Servers


@pytest.mark.parametrize(
    ("root", "urls"),
    [
        ("host: a.example", ["https://a.example"]),
        ("host: a.example\nbasePath: /v1/", ["https://a.example/v1"]),
        ("host: a.example\nbasePath: v1", ["https://a.example/v1"]),
        ("host: a.example\nbasePath: /", ["https://a.example"]),
        ("host: 'a.example:81'\nschemes: [http]", ["http://a.example:81"]),
        (
            "host: a.example\nschemes: [ws, http, https]",
            ["https://a.example", "http://a.example"],
        ),
        ("basePath: /v1\nschemes: [http, https]", ["/v1"]),
        ("schemes: [http]", None),
        ("host: http://a.example/v1\nbasePath: /b", ["http://a.example/v1/b"]),
        ("host: '{tenant}.example'\nbasePath: /b", None),
    ],
)
def test_host_base_path_and_schemes_become_servers(
    tmp_path: Path, root: str, urls: list[str] | None
) -> None:
    converted = Converted(tmp_path, f"{root}\npaths: {{}}\n").data.get("servers")
    assert (converted and [server["url"] for server in converted]) == urls


def test_operation_with_another_scheme_has_its_own_server(tmp_path: Path) -> None:
    root = "host: a.example\nschemes: [https, http]"
    converted = operation(tmp_path, "[]", "schemes: [http]", root)
    assert converted.operation()["servers"] == [{"url": "http://a.example"}]
    for own in ("[https]", "[http, https]", "[wss]"):
        converted = operation(tmp_path, "[]", f"schemes: {own}", root)
        assert "servers" not in converted.operation()


# Parameters


def parameter(folder: Path, fields: str) -> Any:
    converted = operation(folder, f"[{{name: p, {fields}}}]")
    assert converted.codes == [] and converted.is_valid
    return converted.operation()["parameters"][0]


@pytest.mark.parametrize(
    ("fields", "schema"),
    [
        (
            "in: query, type: integer, format: int32, default: 3, minimum: 1",
            {"type": "integer", "format": "int32", "default": 3, "minimum": 1},
        ),
        (
            "in: header, type: string, enum: [a], maxLength: 2, pattern: a",
            {"type": "string", "enum": ["a"], "maxLength": 2, "pattern": "a"},
        ),
        (
            "in: query, type: number, maximum: 3, exclusiveMaximum: true, multipleOf: 1",
            {"type": "number", "maximum": 3, "exclusiveMaximum": True, "multipleOf": 1},
        ),
        (
            "in: query, type: string, x-nullable: true",
            {"type": "string", "nullable": True},
        ),
    ],
)
def test_type_and_constraints_of_a_parameter_become_its_schema(
    tmp_path: Path, fields: str, schema: Any
) -> None:
    assert parameter(tmp_path, fields)["schema"] == schema


def test_other_fields_of_a_parameter_are_kept(tmp_path: Path) -> None:
    fields = "in: query, type: string, description: D, required: true, x-client-a: 1"
    assert parameter(tmp_path, f"{fields}, allowEmptyValue: true, x-example: e") == {
        "name": "p",
        "in": "query",
        "description": "D",
        "required": True,
        "allowEmptyValue": True,
        "x-client-a": 1,
        "example": "e",
        "schema": {"type": "string"},
    }


LIST = "type: array, items: {type: string}"


@pytest.mark.parametrize(
    ("fields", "style"),
    [
        ("in: query", ("form", False)),
        ("in: query, collectionFormat: csv", ("form", False)),
        ("in: query, collectionFormat: multi", (None, None)),
        ("in: query, collectionFormat: ssv", ("spaceDelimited", False)),
        ("in: query, collectionFormat: pipes", ("pipeDelimited", False)),
        ("in: header", (None, None)),
        ("in: header, collectionFormat: csv", (None, None)),
    ],
)
def test_collection_format_becomes_style_and_explode(
    tmp_path: Path, fields: str, style: tuple[Any, Any]
) -> None:
    converted = parameter(tmp_path, f"{fields}, {LIST}")
    assert (converted.get("style"), converted.get("explode")) == style
    assert converted["schema"] == {"type": "array", "items": {"type": "string"}}


@pytest.mark.parametrize(
    "fields",
    ["in: query, collectionFormat: tsv", "in: header, collectionFormat: ssv"],
)
def test_unsupported_collection_format_becomes_a_string(
    tmp_path: Path, fields: str
) -> None:
    converted = operation(tmp_path, f"[{{name: p, {fields}, {LIST}}}]")
    assert converted.operation()["parameters"][0]["schema"] == {"type": "string"}
    assert converted.codes == ["11 bad-collection-format"]


# Bodies


def test_body_has_the_media_types_of_consumes(tmp_path: Path) -> None:
    body = (
        "[{name: b, in: body, required: true, description: D, schema: {type: string}}]"
    )
    content = {"schema": {"type": "string"}}
    for rest, root, types in (
        ("", "", ["application/json"]),
        ("", "consumes: [text/plain]", ["text/plain"]),
        ("consumes: [a/b, c/d]", "consumes: [text/plain]", ["a/b", "c/d"]),
        ("consumes: []", "consumes: [text/plain]", ["text/plain"]),
    ):
        converted = operation(tmp_path, body, rest, root)
        assert converted.operation()["requestBody"] == {
            "description": "D",
            "required": True,
            "content": dict.fromkeys(types, content),
        }
        assert converted.is_valid


def test_schema_with_several_media_types_is_declared_once(tmp_path: Path) -> None:
    schema = "{type: object, properties: {a: {type: string}}}"
    body = f"[{{name: b, in: body, schema: {schema}}}]"
    converted = operation(tmp_path, body, "consumes: [text/xml, application/json]")
    content = converted.operation()["requestBody"]["content"]
    assert content["application/json"]["schema"]["type"] == "object"
    pointer = "#/paths/~1a/post/requestBody/content/application~1json/schema"
    assert content["text/xml"]["schema"] == {"$ref": pointer}
    assert converted.is_valid


SHARED = """
parameters:
  thing: {name: t, in: body, schema: {type: object, properties: {a: {type: string}}}}
  file: {name: f, in: formData, type: file, required: true}
  note: {name: n, in: formData, type: string}
"""


def test_shared_body_becomes_a_component(tmp_path: Path) -> None:
    converted = operation(tmp_path, "[{$ref: '#/parameters/thing'}]", root=SHARED)
    assert converted.operation()["requestBody"] == {
        "$ref": "#/components/requestBodies/thing"
    }
    assert list(converted.data["components"]["requestBodies"]) == ["thing"]
    assert converted.data["components"]["parameters"] == {}
    assert converted.is_valid


def test_shared_body_has_the_media_types_of_the_operation(tmp_path: Path) -> None:
    consumes = "consumes: [application/merge-patch+json]"
    converted = operation(tmp_path, "[{$ref: '#/parameters/thing'}]", consumes, SHARED)
    pointer = "#/components/requestBodies/thing/content/application~1json/schema"
    content = {"application/merge-patch+json": {"schema": {"$ref": pointer}}}
    assert converted.operation()["requestBody"] == {"content": content}
    assert converted.is_valid


def test_shared_form_fields_become_one_form(tmp_path: Path) -> None:
    fields = "[{$ref: '#/parameters/file'}, {$ref: '#/parameters/note'}]"
    converted = operation(
        tmp_path, fields, "consumes: [multipart/form-data]", root=SHARED
    )
    assert converted.operation()["requestBody"] == {
        "required": True,
        "content": {
            "multipart/form-data": {
                "schema": {
                    "type": "object",
                    "properties": {
                        "f": {"type": "string", "format": "binary"},
                        "n": {"type": "string"},
                    },
                    "required": ["f"],
                }
            }
        },
    }
    assert converted.is_valid


def test_operations_inherit_the_body_of_their_path(tmp_path: Path) -> None:
    converted = Converted(
        tmp_path,
        """
paths:
  /a:
    parameters:
      - {name: b, in: body, schema: {type: string}}
      - {name: q, in: query, type: string}
    post:
      operationId: post
      responses: {'204': {description: Done.}}
    put:
      operationId: put
      parameters: [{name: c, in: body, schema: {type: integer}}]
      responses: {'204': {description: Done.}}
""",
    )
    types = {
        method: converted.at(
            f"/paths/~1a/{method}/requestBody/content/application~1json"
        )
        for method in ("post", "put")
    }
    assert types["post"] == {"schema": {"type": "string"}}
    assert types["put"] == {"schema": {"type": "integer"}}
    assert [p["name"] for p in converted.data["paths"]["/a"]["parameters"]] == ["q"]
    assert converted.is_valid


FIELD = "{name: n, in: formData, type: string}"
FILE = "{name: f, in: formData, type: file}"
URLENCODED, MULTIPART = "application/x-www-form-urlencoded", "multipart/form-data"


@pytest.mark.parametrize(
    ("fields", "consumes", "types"),
    [
        (FIELD, "", [URLENCODED]),
        (FIELD, f"[{MULTIPART}]", [MULTIPART]),
        (FIELD, f"[{MULTIPART}, {URLENCODED}]", [MULTIPART, URLENCODED]),
        (FIELD, "[application/json]", [URLENCODED]),
        (FILE, "", [MULTIPART]),
        (FILE, "[application/json]", [MULTIPART]),
        (FILE, f"[{MULTIPART}, {URLENCODED}]", [MULTIPART]),
        (FILE, "[multipart/mixed]", ["multipart/mixed"]),
        (f"{FIELD}, {FILE}", "", [MULTIPART]),
    ],
)
def test_form_has_the_form_media_types_of_consumes(
    tmp_path: Path, fields: str, consumes: str, types: list[str]
) -> None:
    rest = f"consumes: {consumes}" if consumes else ""
    converted = operation(tmp_path, f"[{fields}]", rest)
    assert list(converted.operation()["requestBody"]["content"]) == types
    assert converted.codes == [] and converted.is_valid


def test_urlencoded_file_becomes_multipart_with_a_warning(tmp_path: Path) -> None:
    converted = operation(tmp_path, f"[{FILE}]", f"consumes: [{URLENCODED}]")
    assert list(converted.operation()["requestBody"]["content"]) == [MULTIPART]
    assert converted.codes == ["11 bad-location"]


def test_collection_format_in_forms_becomes_encoding(tmp_path: Path) -> None:
    fields = ", ".join(
        f"{{name: {kind}, in: formData, {LIST}, collectionFormat: {kind}}}"
        for kind in ("csv", "multi", "pipes")
    )
    files = "{name: files, in: formData, type: array, items: {type: file}}"
    converted = operation(tmp_path, f"[{fields}, {files}]")
    (media,) = converted.operation()["requestBody"]["content"].values()
    assert media["encoding"] == {
        "csv": {"style": "form", "explode": False},
        "pipes": {"style": "pipeDelimited", "explode": False},
    }
    assert media["schema"]["properties"]["files"] == {
        "type": "array",
        "items": {"type": "string", "format": "binary"},
    }
    assert converted.is_valid


# Mistakes and fields of OpenAPI 3


def test_body_beside_multipart_fields_becomes_a_part(tmp_path: Path) -> None:
    body = "{name: b, in: body, required: true, schema: {type: object}}"
    converted = operation(tmp_path, f"[{FIELD}, {body}]", f"consumes: [{MULTIPART}]")
    (media,) = converted.operation()["requestBody"]["content"].values()
    assert set(media["schema"]["properties"]) == {"n", "b"}
    assert media["schema"]["required"] == ["b"]
    assert converted.codes == ["11 several-bodies"]


def test_body_beside_urlencoded_fields_is_an_alternative(tmp_path: Path) -> None:
    body = "{name: b, in: body, schema: {type: string}}"
    consumes = f"consumes: [application/json, {URLENCODED}]"
    converted = operation(tmp_path, f"[{FIELD}, {body}]", consumes)
    content = converted.operation()["requestBody"]["content"]
    assert content["application/json"] == {"schema": {"type": "string"}}
    assert list(content) == ["application/json", URLENCODED]
    assert converted.codes == ["11 several-bodies"]


def test_several_body_parameters_become_a_body_of_any_type(tmp_path: Path) -> None:
    body = "{{name: {}, in: body, schema: {{type: string}}}}"
    converted = operation(tmp_path, f"[{body.format('a')}, {body.format('b')}]")
    assert converted.operation()["requestBody"]["content"] == {
        "application/json": {"schema": {}}
    }
    assert converted.codes == ["11 several-bodies"]
    assert not has_errors(converted.check_diagnostics)


def test_keywords_of_a_body_without_schema_become_its_schema(tmp_path: Path) -> None:
    converted = operation(
        tmp_path, "[{name: b, in: body, type: integer, required: true}]"
    )
    assert converted.operation()["requestBody"] == {
        "required": True,
        "content": {"application/json": {"schema": {"type": "integer"}}},
    }
    assert converted.codes == ["11 no-schema"]


def test_fields_of_openapi_3_are_kept_with_one_warning_each(tmp_path: Path) -> None:
    converted = Converted(
        tmp_path,
        """
components:
  schemas:
    A: {anyOf: [{$ref: '#/definitions/B'}]}
definitions:
  B: {type: string, nullable: true}
  C: {type: string, nullable: true}
paths:
  /a:
    post:
      operationId: a
      requestBody: {content: {text/plain: {schema: {$ref: '#/definitions/C'}}}}
      parameters: [{name: q, in: query, schema: {$ref: '#/components/schemas/A'}}]
      responses:
        '200': {description: A., content: {a/b: {schema: {$ref: '#/definitions/B'}}}}
""",
    )
    assert [converted.at(p) for p in ("/components/schemas/A/anyOf/0",)] == [
        {"type": "string", "nullable": True}
    ]
    post = converted.operation()
    assert post["requestBody"]["content"]["text/plain"]["schema"] == {
        "$ref": "#/components/schemas/C"
    }
    assert post["parameters"][0]["schema"] == {"$ref": "#/components/schemas/A"}
    assert post["responses"]["200"]["content"]["a/b"]["schema"] == {
        "$ref": "#/components/schemas/B"
    }
    assert {code.split()[1] for code in converted.codes} == {"openapi-3-field"}
    assert (
        len(converted.codes) == 5
    )  # components, nullable, requestBody, schema, content
    assert not has_errors(converted.check_diagnostics)


# Responses


def response(folder: Path, fields: str, rest: str = "", status: str = "200") -> Any:
    converted = Converted(
        folder,
        f"""
paths:
  /a:
    get:
      operationId: a
      {rest}
      responses:
        '204': {{description: Nothing.}}
        '{status}': {{description: A., {fields}}}
definitions:
  Problem: {{type: object}}
""",
    )
    assert converted.is_valid, [str(p) for p in converted.check_diagnostics]
    return converted.operation("get")["responses"][status]


@pytest.mark.parametrize(
    ("schema", "produces", "status", "types"),
    [
        ("{type: string}", "", "200", ["application/json"]),
        ("{type: string}", "[text/plain, a/b]", "200", ["text/plain", "a/b"]),
        ("{type: file}", "", "200", ["application/octet-stream"]),
        ("{type: file}", "[application/json]", "200", ["application/octet-stream"]),
        ("{type: file}", "[application/pdf]", "200", ["application/pdf"]),
        ("{type: object}", "[application/pdf]", "200", ["application/pdf"]),
        ("{$ref: '#/definitions/Problem'}", "[image/png]", "404", ["application/json"]),
        ("{$ref: '#/definitions/Problem'}", "[text/xml]", "404", ["text/xml"]),
    ],
)
def test_response_has_the_media_types_of_produces(
    tmp_path: Path, schema: str, produces: str, status: str, types: list[str]
) -> None:
    rest = f"produces: {produces}" if produces else ""
    converted = response(tmp_path, f"schema: {schema}", rest, status)
    assert list(converted["content"]) == types


def test_response_without_schema_has_no_content(tmp_path: Path) -> None:
    assert response(tmp_path, "x-a: 1", "produces: [a/b]") == {
        "description": "A.",
        "x-a": 1,
    }


def test_headers_and_examples_of_responses_are_converted(tmp_path: Path) -> None:
    fields = (
        "headers: {X-A: {type: array, items: {type: integer}, description: H}},"
        "schema: {type: string}, examples: {application/json: e}"
    )
    assert response(tmp_path, fields) == {
        "description": "A.",
        "headers": {
            "X-A": {
                "description": "H",
                "schema": {"type": "array", "items": {"type": "integer"}},
            }
        },
        "content": {"application/json": {"schema": {"type": "string"}, "example": "e"}},
    }


# Schemas


def test_schemas_and_discriminators_are_converted(tmp_path: Path) -> None:
    converted = Converted(
        tmp_path,
        """
paths: {}
definitions:
  Animal:
    type: object
    discriminator: kind
    required: [kind]
    properties:
      kind: {type: string}
      owner: {$ref: '#/definitions/Owner', x-nullable: true}
      photo: {type: file}
      marks: {type: object, additionalProperties: {type: integer, x-nullable: true}}
  Cat:
    allOf: [{$ref: '#/definitions/Animal'}, {type: object}]
  Wild«Cat»:
    allOf: [{$ref: '#/definitions/Cat'}]
  Dog:
    x-ms-discriminator-value: hound
    allOf: [{$ref: '#/definitions/Animal'}]
  Owner: {type: string}
""",
    )
    schemas = converted.data["components"]["schemas"]
    properties = schemas["Animal"]["properties"]
    assert properties["owner"] == {
        "nullable": True,
        "allOf": [{"$ref": "#/components/schemas/Owner"}],
    }
    assert properties["photo"] == {"type": "string", "format": "binary"}
    assert properties["marks"]["additionalProperties"] == {
        "type": "integer",
        "nullable": True,
    }
    assert schemas["Animal"]["discriminator"] == {
        "propertyName": "kind",
        "mapping": {
            "Wild«Cat»": "#/components/schemas/Wild_Cat",
            "hound": "#/components/schemas/Dog",
        },
    }
    assert list(schemas) == ["Animal", "Cat", "Wild_Cat", "Dog", "Owner"]
    assert converted.is_valid


def test_names_that_become_equal_are_numbered(tmp_path: Path) -> None:
    text = "paths: {}\ndefinitions: {A«B»: {}, 'A[B]': {}, A_B: {}, Größe: {}}\n"
    schemas = Converted(tmp_path, text).data["components"]["schemas"]
    assert list(schemas) == ["A_B_2", "A_B_3", "A_B", "Größe"]


# References


def test_references_into_any_part_of_the_document_are_rewritten(tmp_path: Path) -> None:
    converted = Converted(
        tmp_path,
        """
x-shared:
  Thing: {type: object, properties: {next: {$ref: '#/x-shared/Thing'}}}
  page: {name: page, in: query, type: integer}
  gone: {description: Gone., schema: {$ref: '#/paths/~1a/post/parameters/1/schema'}}
paths:
  /a:
    post:
      operationId: a
      parameters:
        - $ref: '#/x-shared/page'
        - {name: b, in: body, schema: {type: object, properties: {a: {type: string}}}}
      responses:
        '200': {description: A., schema: {$ref: '#/x-shared/Thing'}}
        '404': {$ref: '#/x-shared/gone'}
  /b:
    get:
      operationId: b
      parameters: [{$ref: '#/paths/~1a/post/parameters/0'}]
      responses:
        '200': {$ref: '#/paths/~1a/post/responses/200'}
  /c: {$ref: '#/x-paths/c'}
x-paths:
  c:
    get:
      operationId: c
      responses: {'200': {description: C., schema: {$ref: '#/x-shared/Thing'}}}
""",
    )
    thing = {"$ref": "#/components/schemas/Thing"}
    content = "/content/application~1json/schema"
    assert converted.at("/components/schemas/Thing")["properties"]["next"] == thing
    assert converted.at("/paths/~1b/get/parameters/0/schema") == {"type": "integer"}
    for pointer in ("/paths/~1b/get", "/paths/~1c/get"):
        assert converted.at(f"{pointer}/responses/200{content}")["type"] == "object"
    assert list(converted.at(f"/paths/~1a/post/responses/404{content}/properties")) == [
        "a"
    ]
    assert converted.is_valid


def test_unresolved_reference_is_reported_with_swagger_names(
    tmp_path: Path,
) -> None:
    converted = Converted(
        tmp_path,
        "paths: {}\ndefinitions:\n  Pet: {}\n  A: {$ref: '#/definitions/Pat'}\n",
    )
    problem, left_out = sorted(converted.check_diagnostics, key=lambda d: -d.column)
    assert problem.message == "there is no 'Pat' in definitions"
    assert (problem.line, problem.hint.partition(" (")[0]) == (7, "did you mean 'Pet'?")
    assert left_out.code == "unused-component"


@pytest.mark.parametrize(
    ("text", "code"),
    [
        (
            "parameters: {a: {$ref: '#/parameters/b'}, b: {$ref: '#/parameters/a'}}",
            "reference-cycle unused-component",
        ),
        ("responses: {a: {$ref: '#/responses/a'}}", "reference-cycle unused-component"),
        (
            "definitions: {a: {$ref: '#/x-a'}}\nx-a: {$ref: '#/definitions/a'}",
            "reference-cycle unused-component",
        ),
        (
            "definitions: {a: {allOf: [{$ref: '#/definitions/a'}], discriminator: b}}",
            "",
        ),
        (
            "definitions: {a: {$ref: 'a'}}",
            "bare-reference reference-cycle unused-component",
        ),
        ("definitions: {a: {$ref: []}}", "unused-component wrong-type"),
        ("paths: {/a: {$ref: '#/paths/~1a'}}", "reference-cycle"),
        (
            "paths: {/a: {$ref: '#/paths/~1b'}, /b: {$ref: '#/paths/~1a'}}",
            "reference-cycle",
        ),
    ],
)
def test_reference_cycles_are_reported(tmp_path: Path, text: str, code: str) -> None:
    converted = Converted(tmp_path, text if "paths" in text else f"paths: {{}}\n{text}")
    fixed, diagnostics = check(converted.document)
    assert sorted({problem.code for problem in diagnostics}) == code.split()
    parse(fixed)


# Security


def test_security_definitions_become_security_schemes(tmp_path: Path) -> None:
    converted = Converted(
        tmp_path,
        """
paths: {}
securityDefinitions:
  basic: {type: basic, description: D}
  key: {type: apiKey, in: query, name: k, x-client: {argument: a}}
  implicit: {type: oauth2, flow: implicit, authorizationUrl: https://a/, scopes: {s: S}}
  password: {type: oauth2, flow: password, tokenUrl: https://t/, scopes: {}}
  application: {type: oauth2, flow: application, tokenUrl: https://t/, scopes: {x-a: b}}
  code:
    type: oauth2
    flow: accessCode
    tokenUrl: https://t/
    authorizationUrl: https://a/
    scopes: {}
""",
    )
    schemes = converted.data["components"]["securitySchemes"]
    assert schemes["basic"] == {"type": "http", "scheme": "basic", "description": "D"}
    assert schemes["key"] == converted.original.data["securityDefinitions"]["key"]
    a, t = "https://a/", "https://t/"
    assert {name: scheme.get("flows") for name, scheme in schemes.items()} == {
        "basic": None,
        "key": None,
        "implicit": {"implicit": {"authorizationUrl": a, "scopes": {"s": "S"}}},
        "password": {"password": {"tokenUrl": t, "scopes": {}}},
        "application": {"clientCredentials": {"tokenUrl": t, "scopes": {}}},
        "code": {
            "authorizationCode": {"authorizationUrl": a, "tokenUrl": t, "scopes": {}}
        },
    }
    assert converted.is_valid


# Locations


def walk(value: Any, pointer: str = "") -> Iterator[tuple[str, Any]]:
    """Yield all values of plain data with their JSON pointers."""
    yield pointer, value
    items: Any = ()
    if isinstance(value, dict):
        items = value.items()
    elif isinstance(value, list):
        items = enumerate(value)
    for key, item in items:
        yield from walk(item, f"{pointer}/{escape(str(key))}")


def kept_texts(original: Document, after: Document) -> set[str]:
    """Return the original JSON pointers of the texts that a converted document has kept.

    Fails if an original text differs. Texts that the conversion adds have no original pointer.
    """
    assert after.source_map is not None
    origins: set[str] = set()
    for pointer, value in walk(after.data):
        if not isinstance(value, str) or pointer.endswith("/$ref"):
            continue
        origin = after.source_map.original_pointer(pointer)
        try:
            original_text = lookup(original.data, origin)
        except LookupError:
            continue
        if isinstance(original_text, str) and original_text not in (
            "2.0",
            "basic",
            "file",
        ):
            assert original_text == value, pointer
            origins.add(origin)
    return origins


CONVERTED_TEXTS = re.compile(
    "/(swagger|host|basePath|flow|collectionFormat|[$]ref|(schemes|consumes|produces)/[0-9]+)"
)


def test_all_texts_keep_their_locations() -> None:
    original = read(OK)
    texts = {p: value for p, value in walk(original.data) if isinstance(value, str)}
    kept = kept_texts(original, convert(original))
    missing = [p for p in texts.keys() - kept if not CONVERTED_TEXTS.search(p)]
    body_texts = [p for p in missing if p.endswith(("/in", "/name"))]
    assert len(body_texts) == 2 * 6  # Request bodies and form fields have neither.
    assert {texts[p] for p in missing if p not in body_texts} == {"basic", "file"}


@pytest.mark.parametrize(
    "parameter",
    [
        "name: p, in: query, type: <<wrong>>",
        "name: p, in: query, type: array, items: {type: <<wrong>>}, collectionFormat: csv",
        "name: p, in: body, schema: {properties: {a: {type: <<wrong>>}}}",
        "name: p, in: formData, type: <<wrong>>",
    ],
)
def test_wrong_type_is_reported_at_its_original_location(
    tmp_path: Path, parameter: str
) -> None:
    first = "{name: first, in: body, schema: {type: string}}"
    if "body" in parameter or "form" in parameter:
        first = "{name: first, in: query, type: string}"
    converted = operation(tmp_path, f"[{first}, {{{parameter}}}]")
    (problem,) = converted.check_diagnostics
    line = converted.original.text.splitlines()[problem.line - 1]
    assert line[problem.column - 1 :].startswith("<<wrong>>")


# Complete documents


def count_operations(data: Any) -> int:
    """Count the operations of a document without the code under test."""
    paths = data.get("paths", {}) if isinstance(data, dict) else {}
    return sum(
        method in METHODS
        for path, item in paths.items()
        if not path.startswith("x-")
        for method in item
    )


def corpus_documents() -> list[Path]:
    """Return the paths of the Swagger 2.0 documents of the corpus."""
    files = []
    for path in sorted(CORPUS.glob("*.*")):
        if path.suffix in (".json", ".yaml") and path.stat().st_size < 1_000_000:
            head = path.read_text(encoding="utf-8")
            if re.search(r"""^\s*"?swagger"?: ["']2\.0["']""", head, re.MULTILINE):
                files.append(path)
    return files


@pytest.mark.skipif(not CORPUS.is_dir(), reason="../shared is not beside the project")
def test_corpus_documents_keep_all_operations() -> None:
    paths = corpus_documents()
    assert len(paths) >= 4
    for path in paths:
        original = read(path)
        after = convert(original)
        assert original.data["swagger"] == "2.0"
        assert count_operations(after.data) == count_operations(original.data) > 0
        fixed, diagnostics = check(after)
        assert len(parse(fixed)[0].operations) == count_operations(original.data)
        assert len(kept_texts(original, after)) > count_operations(original.data)
        assert not findings(fixed, diagnostics)


@pytest.fixture
def depot(clients: dict[str, ModuleType]) -> ModuleType:
    return clients["swagger"]


KEY = {"client": {"api_key": "k1"}}
PARCEL = {"id": 7, "state": "sent", "note": None, "sender": {"name": "Ann"}}


def test_client_serializes_parameters_by_collection_format(depot: ModuleType) -> None:
    server = Server(200, [PARCEL])
    (parcel,) = call_sync_and_async(
        depot,
        server,
        "parcels.list",
        state=["sent", "lost"],
        after=date(2026, 1, 2),
        x_depots=[1, 2],
        **KEY,
    )
    assert parcel.sender == depot.models.Person(name="Ann")
    assert str(server.last.url) == (
        "https://depot.example:8443/v1/parcels?state=sent&state=lost&after=2026-01-02"
    )
    assert server.last.headers["X-Depots"] == "1,2"
    assert server.last.headers["X-Key"] == "k1"


def test_client_sends_bodies_with_the_media_type_of_consumes(depot: ModuleType) -> None:
    server = Server(201, PARCEL)
    sent = call_sync_and_async(
        depot,
        server,
        "parcels.send",
        note="n",
        client={"login": "t1"},
    )
    assert (sent.id, sent.state) == (7, depot.models.ParcelState.SENT)
    assert json.loads(server.last.content) == {"note": "n"}
    assert server.last.headers["Authorization"] == "Bearer t1"
    server = Server(204)
    call_sync_and_async(depot, server, "parcels.change", 7, note=None, weight=2, **KEY)
    assert json.loads(server.last.content) == {"note": None, "weight": 2}
    assert server.last.headers["Content-Type"] == "application/merge-patch+json"


def test_client_serializes_forms_by_collection_format(depot: ModuleType) -> None:
    server = RawServer(b"2 parcels", "text/plain")
    result = call_sync_and_async(
        depot,
        server,
        "parcels.search",
        "elm",
        states=["a", "b"],
        depots=[1, 2],
        sizes=["s", "m"],
        client={"user": "u:p"},
    )
    assert result == "2 parcels"
    assert server.last.content == b"word=elm&states=a,b"
    assert server.last.url.query == b"depots=1%7C2&sizes=s,m"
    assert server.last.headers["Authorization"] == "Basic dTpw"


def test_client_sends_and_receives_files(depot: ModuleType) -> None:
    server: Server = RawServer(b"%PDF", "application/pdf")
    assert (
        call_sync_and_async(depot, server, "parcels.print_label", 7, **KEY) == b"%PDF"
    )
    assert server.last.headers["Accept"] == "application/pdf"
    server = Server(204)
    with depot.Depot(http=server.sync, api_key="k1") as client:
        client.parcels.add_label(7, b"%PDF", copies=2)
    assert server.last.headers["Content-Type"].startswith("multipart/form-data")
    assert b'name="label"' in server.last.content
    assert b"%PDF" in server.last.content


def test_client_returns_models_of_shared_responses(depot: ModuleType) -> None:
    parcel = call_sync_and_async(depot, Server(200, PARCEL), "parcels.get", 7, **KEY)
    assert parcel == depot.models.Parcel(
        id=7, state="sent", note=None, sender=depot.models.Person(name="Ann")
    )
    page = call_sync_and_async(
        depot, Server(200, {"items": [PARCEL]}), "parcels.get_page", **KEY
    )
    assert page == depot.models.PageParcel(items=[parcel])
    with pytest.raises(depot.errors.NotFoundError) as caught:
        call_sync_and_async(
            depot, Server(404, {"code": "gone"}), "parcels.get", 7, **KEY
        )
    assert caught.value.body == depot.models.Problem(code="gone")


WRONG_VALUES: list[Any] = [None, [], {}, "x", 1, True, [[]], [{}], {"$ref": 1}]


@pytest.mark.parametrize("wrong", first_of_each(WRONG_VALUES), ids=repr)
def test_wrong_value_anywhere_raises_no_exception(wrong: Any) -> None:
    original = read(OK)
    text = json.dumps(original.data)
    for pointer, _ in list(walk(original.data)):
        if pointer.count("/") > 5 or not pointer:
            continue
        data = json.loads(text)
        parent_pointer, _, key = pointer.rpartition("/")
        container = lookup(data, parent_pointer)
        key = key.replace("~1", "/").replace("~0", "~")
        container[int(key) if isinstance(container, list) else key] = wrong
        document = convert(Document(original.path, original.text, data))
        parse(check(document)[0])
        json.dumps(document.data)


@pytest.mark.full
@pytest.mark.skipif(not HOSTILE.is_dir(), reason="../shared is not beside the project")
def test_hostile_documents_as_swagger_raise_no_exception() -> None:
    for path in sorted(HOSTILE.glob("*.yaml")):
        document = read(path, path.name)
        if isinstance(document.data, dict) and not document.diagnostics:
            data = {key: v for key, v in document.data.items() if key != "openapi"}
            components = data.get("components")
            if isinstance(components, dict):
                data["definitions"] = components.get("schemas")
            data["swagger"] = "2.0"
            document = convert(Document(document.path, document.text, data))
            fixed, converted = check(document)
            parse(fixed)
            for problem in converted:
                assert all(line.isprintable() for line in str(problem).split("\n"))


def test_parameter_keeps_the_names_of_its_enum(tmp_path: Path) -> None:
    converted = Converted(
        tmp_path,
        """
paths:
  /a:
    get:
      parameters:
        - {name: level, in: query, type: integer, enum: [0, 1], x-enum-varnames: [LOW, HIGH]}
      responses: {'204': {description: Done.}}
""",
    )
    parameter = converted.operation("get")["parameters"][0]
    assert parameter["schema"]["x-enum-varnames"] == ["LOW", "HIGH"]
