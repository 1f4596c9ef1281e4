"""Tests of places without meaning: errors by default, read tolerantly with `--lenient`."""

import inspect
from pathlib import Path

import pytest
from clientcast.check import has_errors
from clientcast.diagnostic import Severity
from clientcast.pipeline import cast
from clientcast.trust import Trust

from tests.cli.test_cli import run
from tests.support.casting import Server, call_sync_and_async, import_client

LENIENT = Trust(lenient=True)


def operations(more: str) -> str:
    """Return a document with one operation and additional text."""
    return f"""\
openapi: 3.1.0
info: {{title: Shop, version: '1'}}
servers: [{{url: https://shop.example}}]
paths:
  x-internal:
    get: {{operationId: hidden, responses: {{'204': {{description: Nothing.}}}}}}
  /orders:
    get:
      operationId: get
      tags: [orders]
{more}
"""


def with_response(schema: str, components: str = "") -> str:
    """Return a document whose only response has a schema."""
    return operations(f"""\
      responses:
        '200':
          description: An order.
          content: {{application/json: {{schema: {schema}}}}}
components:
  schemas:
    Order: {{type: object}}
{components}""")


def with_parameter(parameter: str, components: str = "") -> str:
    return operations(f"""\
      parameters: [{parameter}]
      responses: {{'200': {{description: An order.}}}}
{components}""")


def with_scheme(scheme: str) -> str:
    return operations(f"""\
      security: [{{key: []}}]
      responses: {{'200': {{description: An order.}}}}
components: {{securitySchemes: {{key: {scheme}}}}}""")


ANY = "any value is accepted"
UNSENT = "calls are sent without its credential"
PLACES = {
    "unresolved reference": (
        with_response("{$ref: '#/components/schemas/Invoice'}"),
        "unresolved-reference",
        ANY,
    ),
    "reference to text": (
        with_response("{$ref: '#/info/title'}"),
        "wrong-reference",
        ANY,
    ),
    "reference that is a list": (
        with_response("{$ref: [Order]}"),
        "wrong-type",
        "this reference is left out",
    ),
    "unknown type": (with_response("{type: strin}"), "unknown-type", ANY),
    "unknown type in a list": (
        with_response("{type: [string, nul]}"),
        "unknown-type",
        ANY,
    ),
    "empty type": (with_response("{type: }"), "unknown-type", ANY),
    "mapping as type": (with_response("{type: {a: 1}}"), "unknown-type", ANY),
    "schema that is text": (with_response("Order"), "wrong-type", ANY),
    "cycle of references": (
        with_response(
            "{$ref: '#/components/schemas/A'}",
            "    A: {$ref: '#/components/schemas/B'}\n"
            "    B: {$ref: '#/components/schemas/A'}\n",
        ),
        "reference-cycle",
        ANY,
    ),
    "cycle of allOf": (
        with_response(
            "{$ref: '#/components/schemas/A'}",
            "    A: {allOf: [{$ref: '#/components/schemas/B'}]}\n"
            "    B: {allOf: [{$ref: '#/components/schemas/A'}], description: As A.}\n",
        ),
        "reference-cycle",
        ANY,
    ),
    "unresolved response": (
        operations(
            "      responses: {'200': {$ref: '#/components/responses/Nowhere'}}"
        ),
        "unresolved-reference",
        "any response is accepted",
    ),
    "unknown status": (
        operations("      responses: {okay: {description: An order.}}"),
        "bad-status",
        "this response is left out",
    ),
    "unresolved parameter": (
        with_parameter("{$ref: '#/components/parameters/Nowhere'}"),
        "unresolved-reference",
        "this is left out",
    ),
    "unresolved parameter of a component": (
        with_parameter(
            "{$ref: '#/components/parameters/Here'}",
            "components: {parameters: {Here: {$ref: '#/components/parameters/Nowhere'}}}",
        ),
        "unresolved-reference",
        "this is left out",
    ),
    "name of a header with a space": (
        with_parameter("{name: Shop Id, in: header, schema: {type: string}}"),
        "bad-header-name",
        "calls are sent without it",
    ),
    "unknown type of scheme": (
        with_scheme("{type: magic}"),
        "unknown-scheme-type",
        UNSENT,
    ),
    "API key in the body": (
        with_scheme("{type: apiKey, in: body, name: key}"),
        "bad-location",
        UNSENT,
    ),
    "API key without a name": (
        with_scheme("{type: apiKey, in: header}"),
        "missing-field",
        UNSENT,
    ),
}


@pytest.mark.parametrize(("text", "code", "reading"), PLACES.values(), ids=PLACES)
def test_place_without_meaning_is_an_error_unless_lenient(
    text: str, code: str, reading: str, tmp_path: Path
) -> None:
    spec = tmp_path / "shop.yaml"
    spec.write_text(text, encoding="utf-8")
    strict = cast(spec, spec.name)
    assert strict.files is None
    errors = [d for d in strict.diagnostics if d.severity is Severity.ERROR]
    assert errors and all(d.code == code for d in errors)
    assert all(d.hint.rstrip(")").endswith(way_out(reading)) for d in errors)
    lenient = cast(spec, spec.name, trust=LENIENT)
    assert not has_errors(lenient.diagnostics)
    warnings = [d for d in lenient.diagnostics if d.code == code]
    assert [d.line for d in warnings] == [d.line for d in errors]
    assert all(d.message.endswith(f": {reading}") for d in warnings)
    assert not any("--lenient" in d.hint for d in warnings)
    server = Server(200, {"a": [1]})
    package = import_client(spec, tmp_path, LENIENT)
    assert call_sync_and_async(package, server, "orders.get") == {"a": [1]}
    client = package.Shop(http=server.sync)
    assert not inspect.signature(client.orders.get).parameters


def way_out(reading: str) -> str:
    return f"with --lenient, {reading}"


@pytest.mark.parametrize(
    "text",
    [
        with_response("{$ref: '#/components/schemas/order'}"),
        with_response("{type: int}"),
        with_response("{type: any}"),
        with_response("{type: [string, null]}"),
        with_response("string"),
        operations("      responses: {'200 OK': {description: An order.}}"),
        with_scheme("{type: bearer}"),
    ],
)
def test_mistake_whose_meaning_is_obvious_is_a_warning(
    text: str, tmp_path: Path
) -> None:
    spec = tmp_path / "shop.yaml"
    spec.write_text(text, encoding="utf-8")
    found = cast(spec, spec.name)
    assert found.files is not None
    assert found.diagnostics


@pytest.mark.parametrize(
    "components",
    [
        "schemas: {Lost: {$ref: '#/components/schemas/Nowhere'}, Odd: {type: strin}}",
        "parameters: {Lost: {$ref: '#/components/parameters/Nowhere'}}",
        "parameters: {Lost: {name: a b, in: header, schema: {type: string}}}",
        "securitySchemes: {magic: {type: magic}, body: {type: apiKey, in: body, name: k}}",
    ],
)
def test_unused_component_without_meaning_is_left_out(
    components: str, tmp_path: Path
) -> None:
    spec = tmp_path / "shop.yaml"
    text = "      responses: {'200': {description: An order.}}\n"
    spec.write_text(operations(f"{text}components: {{{components}}}"), encoding="utf-8")
    for trust in (Trust(), LENIENT):
        assert cast(spec, spec.name, trust=trust).files is not None
    codes = [d.code for d in cast(spec, spec.name).diagnostics]
    assert "unused-component" in codes


def test_api_key_that_cannot_be_sent_is_not_an_argument(tmp_path: Path) -> None:
    spec = tmp_path / "keys.yaml"
    spec.write_text(operations("""\
      security: [{spaced: [], plain: []}]
      responses: {'204': {description: Nothing.}}
components:
  securitySchemes:
    spaced: {type: apiKey, in: header, name: The Key}
    plain: {type: apiKey, in: header, name: Key}
"""))
    server = Server(204)
    package = import_client(spec, tmp_path, LENIENT)
    with package.Shop(plain="a", http=server.sync) as client:
        client.orders.get()
    assert server.last.headers["Key"] == "a"


def test_commands_and_settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("shop.yaml").write_text(with_response("{type: strin}"), encoding="utf-8")
    settings = '[tool.clientcast]\nspecs = [{spec = "shop.yaml"}]\noutput = "made"\n'
    Path("pyproject.toml").write_text(settings, encoding="utf-8")
    assert "(with --lenient, any value is" in run("check", status=1).stdout
    assert "nothing was written" in run("generate", status=1).stdout
    run("generate", "--lenient")
    assert "any value is accepted (warning)" in run("check", "--lenient").stdout
    Path("pyproject.toml").write_text(
        settings.replace('.yaml"', '.yaml", lenient = true'), encoding="utf-8"
    )
    assert "1 warning" in run("check").stdout
