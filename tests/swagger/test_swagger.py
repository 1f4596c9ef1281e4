"""Tests of Swagger 2.0 documents: as OpenAPI 3.0, where everything is that was there."""

import json
import re
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from clientcast.check import check, has_errors, validate
from clientcast.diagnostic import Diagnostic
from clientcast.parse import parse
from clientcast.references import local_pointer, lookup
from clientcast.source import Document, escape, read
from clientcast.swagger import convert

from tests.clients.test_wire import RawServer
from tests.support.casting import Server, call_sync_and_async
from tests.support.project import ROOT

OK = ROOT / "tests" / "specs" / "ok" / "swagger.yaml"
HOSTILE = ROOT.parent / "shared" / "hostile"
CORPUS = ROOT.parent / "shared" / "corpus"
METHODS = ("get", "put", "post", "delete", "options", "head", "patch")

HEAD = """
swagger: '2.0'
info: {title: Depot, version: '1'}
"""


class Converted:
    """A document and what it was converted to."""

    def __init__(self, folder: Path, text: str) -> None:
        spec = folder / "spec.yaml"
        spec.write_text(text if "swagger" in text else HEAD + text, encoding="utf-8")
        self.before = read(spec, spec.name)
        assert not self.before.diagnostics
        self.document = convert(self.before)
        self.data = self.document.data

    def at(self, pointer: str) -> Any:
        """The value at a pointer, references followed on the way."""
        value = self.data
        for key in pointer.split("/")[1:]:
            key = key.replace("~1", "/").replace("~0", "~")
            value = value[int(key)] if isinstance(value, list) else value[key]
            while isinstance(value, dict) and "$ref" in value:
                into = local_pointer(value["$ref"])
                assert into is not None
                value = lookup(self.data, into)
        return value

    def operation(self, method: str = "post", path: str = "/a") -> Any:
        """An operation, the only one in most documents here."""
        return self.data["paths"][path][method]

    @property
    def codes(self) -> list[str]:
        """What conversion says: codes with their lines."""
        return [
            f"{problem.line} {problem.code}" for problem in self.document.diagnostics
        ]

    @property
    def sound(self) -> bool:
        """Whether nothing at all is wrong with the converted document."""
        meant, said = check(self.document)
        return not said and not validate(meant, said)

    @property
    def told(self) -> tuple[Diagnostic, ...]:
        """What conversion and our rules say."""
        return check(self.document)[1]


def operation(
    folder: Path, parameters: str, rest: str = "", root: str = ""
) -> Converted:
    """A document with one operation of these parameters."""
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


# Documents that are none


def test_openapi_is_left_as_it_is(tmp_path: Path) -> None:
    spec = tmp_path / "spec.yaml"
    spec.write_text("openapi: 3.0.3\nswagger: '2.0'\ndefinitions: {}\n")
    document = read(spec)
    assert convert(document) is document


@pytest.mark.parametrize("version", ["'1.2'", "'2.1'", "null", "[]"])
def test_other_versions_of_swagger_are_refused(tmp_path: Path, version: str) -> None:
    spec = tmp_path / "spec.yaml"
    spec.write_text(f"info: {{}}\nswagger: {version}\n")
    (problem,) = check(convert(read(spec)))[1]
    assert (problem.line, problem.code) == (2, "unsupported-version")


def test_a_version_written_as_a_number_is_meant(tmp_path: Path) -> None:
    found = Converted(tmp_path, "swagger: 2.0\ninfo: {title: A, version: '1'}\n")
    assert found.data["openapi"] == "3.0.4"
    assert found.codes == ["1 not-text"]


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
def test_servers(tmp_path: Path, root: str, urls: list[str] | None) -> None:
    found = Converted(tmp_path, f"{root}\npaths: {{}}\n").data.get("servers")
    assert (found and [server["url"] for server in found]) == urls


def test_an_operation_of_another_scheme_has_its_own_server(tmp_path: Path) -> None:
    root = "host: a.example\nschemes: [https, http]"
    found = operation(tmp_path, "[]", "schemes: [http]", root)
    assert found.operation()["servers"] == [{"url": "http://a.example"}]
    for own in ("[https]", "[http, https]", "[wss]"):
        found = operation(tmp_path, "[]", f"schemes: {own}", root)
        assert "servers" not in found.operation()


# Parameters


def parameter(folder: Path, fields: str) -> Any:
    found = operation(folder, f"[{{name: p, {fields}}}]")
    assert found.codes == [] and found.sound
    return found.operation()["parameters"][0]


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
def test_what_a_parameter_is_becomes_its_schema(
    tmp_path: Path, fields: str, schema: Any
) -> None:
    assert parameter(tmp_path, fields)["schema"] == schema


def test_what_else_a_parameter_says_is_kept(tmp_path: Path) -> None:
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
def test_lists(tmp_path: Path, fields: str, style: tuple[Any, Any]) -> None:
    found = parameter(tmp_path, f"{fields}, {LIST}")
    assert (found.get("style"), found.get("explode")) == style
    assert found["schema"] == {"type": "array", "items": {"type": "string"}}


@pytest.mark.parametrize(
    "fields",
    ["in: query, collectionFormat: tsv", "in: header, collectionFormat: ssv"],
)
def test_a_list_that_openapi_cannot_write_is_one_text(
    tmp_path: Path, fields: str
) -> None:
    found = operation(tmp_path, f"[{{name: p, {fields}, {LIST}}}]")
    assert found.operation()["parameters"][0]["schema"] == {"type": "string"}
    assert found.codes == ["11 bad-collection-format"]


# Bodies


def test_a_body_has_the_media_types_that_are_consumed(tmp_path: Path) -> None:
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
        found = operation(tmp_path, body, rest, root)
        assert found.operation()["requestBody"] == {
            "description": "D",
            "required": True,
            "content": dict.fromkeys(types, content),
        }
        assert found.sound


def test_a_schema_of_several_media_types_is_declared_once(tmp_path: Path) -> None:
    schema = "{type: object, properties: {a: {type: string}}}"
    body = f"[{{name: b, in: body, schema: {schema}}}]"
    found = operation(tmp_path, body, "consumes: [text/xml, application/json]")
    content = found.operation()["requestBody"]["content"]
    assert content["application/json"]["schema"]["type"] == "object"
    place = "#/paths/~1a/post/requestBody/content/application~1json/schema"
    assert content["text/xml"]["schema"] == {"$ref": place}
    assert found.sound


SHARED = """
parameters:
  thing: {name: t, in: body, schema: {type: object, properties: {a: {type: string}}}}
  file: {name: f, in: formData, type: file, required: true}
  note: {name: n, in: formData, type: string}
"""


def test_a_shared_body_is_a_component(tmp_path: Path) -> None:
    found = operation(tmp_path, "[{$ref: '#/parameters/thing'}]", root=SHARED)
    assert found.operation()["requestBody"] == {
        "$ref": "#/components/requestBodies/thing"
    }
    assert list(found.data["components"]["requestBodies"]) == ["thing"]
    assert found.data["components"]["parameters"] == {}
    assert found.sound


def test_a_shared_body_is_sent_as_the_operation_says(tmp_path: Path) -> None:
    consumes = "consumes: [application/merge-patch+json]"
    found = operation(tmp_path, "[{$ref: '#/parameters/thing'}]", consumes, SHARED)
    place = "#/components/requestBodies/thing/content/application~1json/schema"
    content = {"application/merge-patch+json": {"schema": {"$ref": place}}}
    assert found.operation()["requestBody"] == {"content": content}
    assert found.sound


def test_shared_fields_are_one_form(tmp_path: Path) -> None:
    fields = "[{$ref: '#/parameters/file'}, {$ref: '#/parameters/note'}]"
    found = operation(tmp_path, fields, "consumes: [multipart/form-data]", root=SHARED)
    assert found.operation()["requestBody"] == {
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
    assert found.sound


def test_the_body_of_a_path_is_that_of_its_operations(tmp_path: Path) -> None:
    found = Converted(
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
        method: found.at(f"/paths/~1a/{method}/requestBody/content/application~1json")
        for method in ("post", "put")
    }
    assert types["post"] == {"schema": {"type": "string"}}
    assert types["put"] == {"schema": {"type": "integer"}}
    assert [p["name"] for p in found.data["paths"]["/a"]["parameters"]] == ["q"]
    assert found.sound


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
def test_media_types_of_forms(
    tmp_path: Path, fields: str, consumes: str, types: list[str]
) -> None:
    rest = f"consumes: {consumes}" if consumes else ""
    found = operation(tmp_path, f"[{fields}]", rest)
    assert list(found.operation()["requestBody"]["content"]) == types
    assert found.codes == [] and found.sound


def test_a_file_that_is_said_to_be_urlencoded(tmp_path: Path) -> None:
    found = operation(tmp_path, f"[{FILE}]", f"consumes: [{URLENCODED}]")
    assert list(found.operation()["requestBody"]["content"]) == [MULTIPART]
    assert found.codes == ["11 bad-location"]


def test_lists_in_forms(tmp_path: Path) -> None:
    fields = ", ".join(
        f"{{name: {kind}, in: formData, {LIST}, collectionFormat: {kind}}}"
        for kind in ("csv", "multi", "pipes")
    )
    files = "{name: files, in: formData, type: array, items: {type: file}}"
    found = operation(tmp_path, f"[{fields}, {files}]")
    (media,) = found.operation()["requestBody"]["content"].values()
    assert media["encoding"] == {
        "csv": {"style": "form", "explode": False},
        "pipes": {"style": "pipeDelimited", "explode": False},
    }
    assert media["schema"]["properties"]["files"] == {
        "type": "array",
        "items": {"type": "string", "format": "binary"},
    }
    assert found.sound


# What people write and Swagger 2.0 has not


def test_a_body_in_a_form_of_parts_is_one_of_them(tmp_path: Path) -> None:
    body = "{name: b, in: body, required: true, schema: {type: object}}"
    found = operation(tmp_path, f"[{FIELD}, {body}]", f"consumes: [{MULTIPART}]")
    (media,) = found.operation()["requestBody"]["content"].values()
    assert set(media["schema"]["properties"]) == {"n", "b"}
    assert media["schema"]["required"] == ["b"]
    assert found.codes == ["11 several-bodies"]


def test_a_body_or_a_form(tmp_path: Path) -> None:
    body = "{name: b, in: body, schema: {type: string}}"
    consumes = f"consumes: [application/json, {URLENCODED}]"
    found = operation(tmp_path, f"[{FIELD}, {body}]", consumes)
    content = found.operation()["requestBody"]["content"]
    assert content["application/json"] == {"schema": {"type": "string"}}
    assert list(content) == ["application/json", URLENCODED]
    assert found.codes == ["11 several-bodies"]


def test_several_bodies_may_be_anything(tmp_path: Path) -> None:
    body = "{{name: {}, in: body, schema: {{type: string}}}}"
    found = operation(tmp_path, f"[{body.format('a')}, {body.format('b')}]")
    assert found.operation()["requestBody"]["content"] == {
        "application/json": {"schema": {}}
    }
    assert found.codes == ["11 several-bodies"]
    assert not has_errors(found.told)


def test_a_body_without_schema_is_what_it_says(tmp_path: Path) -> None:
    found = operation(tmp_path, "[{name: b, in: body, type: integer, required: true}]")
    assert found.operation()["requestBody"] == {
        "required": True,
        "content": {"application/json": {"schema": {"type": "integer"}}},
    }
    assert found.codes == ["11 no-schema"]


def test_fields_of_openapi_3_are_read_and_told_once(tmp_path: Path) -> None:
    found = Converted(
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
    assert [found.at(p) for p in ("/components/schemas/A/anyOf/0",)] == [
        {"type": "string", "nullable": True}
    ]
    post = found.operation()
    assert post["requestBody"]["content"]["text/plain"]["schema"] == {
        "$ref": "#/components/schemas/C"
    }
    assert post["parameters"][0]["schema"] == {"$ref": "#/components/schemas/A"}
    assert post["responses"]["200"]["content"]["a/b"]["schema"] == {
        "$ref": "#/components/schemas/B"
    }
    assert {code.split()[1] for code in found.codes} == {"openapi-3-field"}
    assert len(found.codes) == 5  # components, nullable, requestBody, schema, content
    assert not has_errors(found.told)


# Responses


def response(folder: Path, fields: str, rest: str = "", status: str = "200") -> Any:
    found = Converted(
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
    assert found.sound, [str(p) for p in found.told]
    return found.operation("get")["responses"][status]


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
def test_media_types_of_answers(
    tmp_path: Path, schema: str, produces: str, status: str, types: list[str]
) -> None:
    rest = f"produces: {produces}" if produces else ""
    found = response(tmp_path, f"schema: {schema}", rest, status)
    assert list(found["content"]) == types


def test_an_answer_without_schema_has_no_content(tmp_path: Path) -> None:
    assert response(tmp_path, "x-a: 1", "produces: [a/b]") == {
        "description": "A.",
        "x-a": 1,
    }


def test_headers_and_examples_of_answers(tmp_path: Path) -> None:
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


def test_schemas(tmp_path: Path) -> None:
    found = Converted(
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
    schemas = found.data["components"]["schemas"]
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
    assert found.sound


def test_names_that_become_alike_stay_apart(tmp_path: Path) -> None:
    text = "paths: {}\ndefinitions: {A«B»: {}, 'A[B]': {}, A_B: {}, Größe: {}}\n"
    schemas = Converted(tmp_path, text).data["components"]["schemas"]
    assert list(schemas) == ["A_B_2", "A_B_3", "A_B", "Größe"]


# References


def test_references_into_any_part_of_the_document(tmp_path: Path) -> None:
    found = Converted(
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
    assert found.at("/components/schemas/Thing")["properties"]["next"] == thing
    assert found.at("/paths/~1b/get/parameters/0/schema") == {"type": "integer"}
    for place in ("/paths/~1b/get", "/paths/~1c/get"):
        assert found.at(f"{place}/responses/200{content}")["type"] == "object"
    assert list(found.at(f"/paths/~1a/post/responses/404{content}/properties")) == ["a"]
    assert found.sound


def test_references_that_lead_nowhere_are_told_in_the_words_of_swagger(
    tmp_path: Path,
) -> None:
    found = Converted(
        tmp_path,
        "paths: {}\ndefinitions:\n  Pet: {}\n  A: {$ref: '#/definitions/Pat'}\n",
    )
    (problem,) = found.told
    assert problem.message == "there is no 'Pat' in definitions"
    assert (problem.line, problem.hint) == (7, "did you mean 'Pet'?")


@pytest.mark.parametrize(
    ("text", "code"),
    [
        (
            "parameters: {a: {$ref: '#/parameters/b'}, b: {$ref: '#/parameters/a'}}",
            "reference-cycle",
        ),
        ("responses: {a: {$ref: '#/responses/a'}}", "reference-cycle"),
        (
            "definitions: {a: {$ref: '#/x-a'}}\nx-a: {$ref: '#/definitions/a'}",
            "reference-cycle",
        ),
        (
            "definitions: {a: {allOf: [{$ref: '#/definitions/a'}], discriminator: b}}",
            "",
        ),
        ("definitions: {a: {$ref: 'a'}}", "bare-reference reference-cycle"),
        ("definitions: {a: {$ref: []}}", "wrong-type"),
        ("paths: {/a: {$ref: '#/paths/~1a'}}", "reference-cycle"),
        (
            "paths: {/a: {$ref: '#/paths/~1b'}, /b: {$ref: '#/paths/~1a'}}",
            "reference-cycle",
        ),
    ],
)
def test_circles_end(tmp_path: Path, text: str, code: str) -> None:
    found = Converted(tmp_path, text if "paths" in text else f"paths: {{}}\n{text}")
    meant, said = check(found.document)
    assert sorted({problem.code for problem in said}) == code.split()
    parse(meant)


# Security


def test_security(tmp_path: Path) -> None:
    found = Converted(
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
    schemes = found.data["components"]["securitySchemes"]
    assert schemes["basic"] == {"type": "http", "scheme": "basic", "description": "D"}
    assert schemes["key"] == found.before.data["securityDefinitions"]["key"]
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
    assert found.sound


# Positions


def nodes(value: Any, pointer: str = "") -> Iterator[tuple[str, Any]]:
    """Every value of plain data with its JSON pointer."""
    yield pointer, value
    items: Any = ()
    if isinstance(value, dict):
        items = value.items()
    elif isinstance(value, list):
        items = enumerate(value)
    for key, item in items:
        yield from nodes(item, f"{pointer}/{escape(str(key))}")


def kept(before: Document, after: Document) -> set[str]:
    """Where the texts stand that a converted document kept, as its diagnostics point to them.

    Fails where another text stands there; a text that conversion made stands nowhere.
    """
    assert after.source_map is not None
    found: set[str] = set()
    for pointer, value in nodes(after.data):
        if not isinstance(value, str) or pointer.endswith("/$ref"):
            continue
        origin = after.source_map.original_pointer(pointer)
        try:
            written = lookup(before.data, origin)
        except LookupError:
            continue
        if isinstance(written, str) and written not in ("2.0", "basic", "file"):
            assert written == value, pointer
            found.add(origin)
    return found


WRITTEN_OTHERWISE = re.compile(
    "/(swagger|host|basePath|flow|collectionFormat|[$]ref|(schemes|consumes|produces)/[0-9]+)"
)


def test_every_text_is_found_where_its_author_wrote_it() -> None:
    before = read(OK)
    texts = {p: value for p, value in nodes(before.data) if isinstance(value, str)}
    found = kept(before, convert(before))
    lost = [p for p in texts.keys() - found if not WRITTEN_OTHERWISE.search(p)]
    of_bodies = [p for p in lost if p.endswith(("/in", "/name"))]
    assert len(of_bodies) == 2 * 6  # A body or field has no place for these.
    assert {texts[p] for p in lost if p not in of_bodies} == {"basic", "file"}


@pytest.mark.parametrize(
    "parameter",
    [
        "name: p, in: query, type: <<wrong>>",
        "name: p, in: query, type: array, items: {type: <<wrong>>}, collectionFormat: csv",
        "name: p, in: body, schema: {properties: {a: {type: <<wrong>>}}}",
        "name: p, in: formData, type: <<wrong>>",
    ],
)
def test_a_mistake_is_told_where_it_is_written(tmp_path: Path, parameter: str) -> None:
    first = "{name: first, in: body, schema: {type: string}}"
    if "body" in parameter or "form" in parameter:
        first = "{name: first, in: query, type: string}"
    found = operation(tmp_path, f"[{first}, {{{parameter}}}]")
    (problem,) = found.told
    line = found.before.text.splitlines()[problem.line - 1]
    assert line[problem.column - 1 :].startswith("<<wrong>>")


# Whole documents


def operations(data: Any) -> int:
    """How many operations a document has, counted by hand."""
    paths = data.get("paths", {}) if isinstance(data, dict) else {}
    return sum(
        method in METHODS
        for path, item in paths.items()
        if not path.startswith("x-")
        for method in item
    )


def documents() -> list[Path]:
    """The documents of the corpus that are Swagger 2.0 and one file."""
    found = []
    for path in sorted(CORPUS.glob("*.*")):
        if path.suffix in (".json", ".yaml") and path.stat().st_size < 1_000_000:
            head = path.read_text(encoding="utf-8")
            if re.search(r"""^\s*"?swagger"?: ["']2\.0["']""", head, re.MULTILINE):
                found.append(path)
    return found


@pytest.mark.skipif(not CORPUS.is_dir(), reason="../shared is not beside the project")
def test_documents_of_vendors_are_whole() -> None:
    paths = documents()
    assert len(paths) >= 4
    for path in paths:
        before = read(path)
        after = convert(before)
        assert before.data["swagger"] == "2.0"
        assert operations(after.data) == operations(before.data) > 0
        meant, said = check(after)
        assert len(parse(meant)[0].operations) == operations(before.data)
        assert len(kept(before, after)) > operations(before.data)
        assert not validate(meant, said)


@pytest.fixture
def depot(clients: dict[str, ModuleType]) -> ModuleType:
    return clients["swagger"]


KEY = {"client": {"api_key": "k1"}}
PARCEL = {"id": 7, "state": "sent", "note": None, "sender": {"name": "Ann"}}


def test_parameters_are_sent_as_swagger_has_them(depot: ModuleType) -> None:
    server = Server(200, [PARCEL])
    (parcel,) = call_sync_and_async(
        depot,
        server,
        "parcels.list_parcels",
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


def test_bodies_are_sent_as_swagger_has_them(depot: ModuleType) -> None:
    server = Server(201, PARCEL)
    sent = call_sync_and_async(
        depot,
        server,
        "parcels.send_parcel",
        id=7,
        note="n",
        client={"login": "t1"},
    )
    assert (sent.id, sent.state) == (7, depot.models.ParcelState.SENT)
    assert json.loads(server.last.content) == {"id": 7, "note": "n"}
    assert server.last.headers["Authorization"] == "Bearer t1"
    server = Server(204)
    call_sync_and_async(
        depot, server, "parcels.change_parcel", 7, note=None, weight=2, **KEY
    )
    assert json.loads(server.last.content) == {"note": None, "weight": 2}
    assert server.last.headers["Content-Type"] == "application/merge-patch+json"


def test_forms_are_sent_as_swagger_has_them(depot: ModuleType) -> None:
    server = RawServer(b"2 parcels", "text/plain")
    found = call_sync_and_async(
        depot,
        server,
        "parcels.search",
        "elm",
        states=["a", "b"],
        depots=[1, 2],
        sizes=["s", "m"],
        client={"user": "u:p"},
    )
    assert found == "2 parcels"
    assert server.last.content == b"word=elm&states=a,b"
    assert server.last.url.query == b"depots=1%7C2&sizes=s,m"
    assert server.last.headers["Authorization"] == "Basic dTpw"


def test_files_are_sent_and_read(depot: ModuleType) -> None:
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


def test_shared_answers_are_models(depot: ModuleType) -> None:
    parcel = call_sync_and_async(
        depot, Server(200, PARCEL), "parcels.get_parcel", 7, **KEY
    )
    assert parcel == depot.models.Parcel(
        id=7, state="sent", note=None, sender=depot.models.Person(name="Ann")
    )
    page = call_sync_and_async(
        depot, Server(200, {"items": [PARCEL]}), "parcels.get_page", **KEY
    )
    assert page == depot.models.PageParcel(items=[parcel])
    with pytest.raises(depot.errors.NotFoundError) as caught:
        call_sync_and_async(
            depot, Server(404, {"code": "gone"}), "parcels.get_parcel", 7, **KEY
        )
    assert caught.value.body == depot.models.Problem(code="gone")


WRONG: list[Any] = [None, [], {}, "x", 1, True, [[]], [{}], {"$ref": 1}]


def test_no_wrong_value_ends_badly() -> None:
    before = read(OK)
    text = json.dumps(before.data)
    for pointer, _ in list(nodes(before.data)):
        if pointer.count("/") > 5 or not pointer:
            continue
        for wrong in WRONG:
            data = json.loads(text)
            around, _, key = pointer.rpartition("/")
            holder = lookup(data, around)
            key = key.replace("~1", "/").replace("~0", "~")
            holder[int(key) if isinstance(holder, list) else key] = wrong
            document = convert(Document(before.path, before.text, data))
            parse(check(document)[0])
            json.dumps(document.data)


@pytest.mark.skipif(not HOSTILE.is_dir(), reason="../shared is not beside the project")
def test_no_hostile_document_does_harm_as_swagger() -> None:
    for path in sorted(HOSTILE.glob("*.yaml")):
        document = read(path, path.name)
        if isinstance(document.data, dict) and not document.diagnostics:
            data = {key: v for key, v in document.data.items() if key != "openapi"}
            components = data.get("components")
            if isinstance(components, dict):
                data["definitions"] = components.get("schemas")
            data["swagger"] = "2.0"
            document = convert(Document(document.path, document.text, data))
            meant, found = check(document)
            parse(meant)
            for problem in found:
                assert all(line.isprintable() for line in str(problem).split("\n"))
