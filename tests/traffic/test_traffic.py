"""Tests of `clientcast traffic`: each kind of finding and format, secrets, and hostile files."""

import base64
import gzip
import json
import random
import zlib
from pathlib import Path
from typing import Any

import pytest
import yaml
from clientcast.cli import main
from click.testing import CliRunner, Result

from tests.support.project import ROOT, SHARED
from tests.traffic.recordings import (
    API,
    EMAIL,
    FORMATS,
    PETS,
    SECRET,
    as_har,
    as_vcrpy,
    exchange,
)

LIST = "GET /pets"
ADD = "POST /pets"
OK: dict[str, Any] = {"name": "Rex"}


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "shelter.yaml").write_text(API)
    (tmp_path / "pyproject.toml").write_text(
        '[tool.clientcast]\nspecs = ["shelter.yaml"]\noutput = "made"\n'
    )
    monkeypatch.chdir(tmp_path)
    return tmp_path


def run(*arguments: str) -> Result:
    result = CliRunner().invoke(main, ["traffic", "shelter", *arguments])
    assert "fault of clientcast" not in result.output, result.output
    assert "Traceback" not in result.output
    return result


def compared(
    project: Path, *exchanges: dict[str, Any], options: tuple[str, ...] = ()
) -> Result:
    (project / "traffic.json").write_text(json.dumps(exchanges))
    return run("traffic.json", *options)


def findings(result: Result) -> list[str]:
    """Return the findings without places."""
    lines = [
        line for line in result.output.splitlines() if line.startswith("shelter.yaml:")
    ]
    return [line.partition(" ")[2] for line in lines]


def pets(**properties: Any) -> dict[str, Any]:
    return exchange([{**OK, **properties}])


CASES: dict[str, tuple[dict[str, Any], list[str]]] = {
    "nothing": (
        pets(kind="cat", age=3, born="2026-11-28T02:00:00.000Z", toys={"x": 1}),
        [],
    ),
    "unknown property": (
        pets(chip="x"),
        ["unknown-property Pet: unknown property 'chip'"],
    ),
    "missing property": (
        exchange([{}]),
        ["missing-property Pet: required property 'name' is missing"],
    ),
    "enum value": (
        pets(kind="GUINEA_PIG"),
        ["unknown-enum-value Pet.kind: unknown enum value 'GUINEA_PIG'"],
    ),
    "type": (pets(age="3"), ["wrong-type Pet.age: a string in place of integer"]),
    "type of the body": (
        exchange({"items": []}),
        [f"wrong-type {LIST}, response 200: an object in place of array of object"],
    ),
    "type in a map": (
        pets(toys={EMAIL: "x"}),
        ["wrong-type Pet.toys.*: a string in place of integer"],
    ),
    "float without a fraction": (pets(age=3.0), []),
    "null": (pets(age=None), ["unexpected-null Pet.age: null is not allowed"]),
    "format": (
        pets(born="yesterday"),
        ["wrong-format Pet.born: a string that is no date-time"],
    ),
    "nested": (
        pets(home={"zip": 1}),
        ["unknown-property Home: unknown property 'zip'"],
    ),
    "status": (
        exchange({"code": "x"}, 429),
        [f"undocumented-status {LIST}: status 429 is not documented"],
    ),
    "media type": (
        exchange("<html>"),
        [
            f"undocumented-media-type {LIST}, response 200: media type text/plain is not"
            " documented"
        ],
    ),
    "missing body": (
        exchange(None),
        [f"missing-body {LIST}, response 200: the documented body is missing"],
    ),
    "damaged body": (
        exchange("{", response_headers={"Content-Type": "application/json"}),
        [f"invalid-body {LIST}, response 200: the body is not JSON"],
    ),
    "undocumented body": (
        exchange({"id": 7}, 201, method="POST", body='{"name": "Rex"}'),
        [
            f"undocumented-body {ADD}, response 201: a body of application/json, which is"
            " not documented"
        ],
    ),
    "query": (
        exchange([], url=f"{PETS}?limit=5&page=2&key={SECRET}"),
        [f"unknown-parameter {LIST}: unknown query parameter 'page'"],
    ),
    "type of a query parameter": (
        exchange([], url=f"{PETS}?limit=many"),
        [f"wrong-type {LIST}, query limit: a text that is no integer"],
    ),
    "enum of a query parameter": (
        exchange([], url=f"{PETS}?kind=bird"),
        [f"unknown-enum-value {LIST}, query kind: unknown enum value 'bird'"],
    ),
    "items of a query parameter": (
        exchange([], url=f"{PETS}?tags=1&tags=x"),
        [f"wrong-type {LIST}, query tags: a text that is no integer"],
    ),
    "header": (
        exchange([], headers={"X-Page": "2", "User-Agent": "x", "sec-ch-ua": "y"}),
        [f"unknown-parameter {LIST}: unknown header parameter 'x-page'"],
    ),
    "path parameter": (
        exchange(None, 204, method="DELETE", url=f"{PETS}/rex"),
        ["wrong-type DELETE /pets/{petId}, path petId: a text that is no integer"],
    ),
    "unknown property sent": (
        exchange(
            None,
            201,
            method="POST",
            body='{"name": "Rex", "chip": 1}',
            headers={"Content-Type": "application/json"},
        ),
        ["unknown-property NewPet: unknown property 'chip'"],
    ),
    "no body sent": (
        exchange(None, 201, method="POST"),
        [f"missing-body {ADD}, request body: the required body is missing"],
    ),
    "form": (
        exchange(
            None,
            204,
            method="PUT",
            body="chip=1",
            headers={"Content-Type": "application/x-www-form-urlencoded"},
        ),
        [
            "unknown-property NewPet: unknown property 'chip'",
            "missing-property NewPet: required property 'name' is missing",
        ],
    ),
    "request that is rejected": (
        exchange({}, 400, url=f"{PETS}?page=2"),
        [f"undocumented-status {LIST}: status 400 is not documented"],
    ),
    "unknown path": (
        exchange([], url=f"https://shelter.example.com/v1/owners/{EMAIL}"),
        ["unknown-operation paths: unknown operation GET /v1/{...}/{...}"],
    ),
    "unknown method": (
        exchange([], method="PATCH"),
        ["unknown-operation /pets: unknown operation PATCH /pets"],
    ),
    "other host": (exchange([], url="https://cdn.example.net/v1/pets?page=2"), []),
    "other base path": (
        exchange([], url="https://shelter.example.com/v2/pets"),
        ["unknown-operation paths: unknown operation GET /v2/pets"],
    ),
    "host of a mock server": (
        exchange([{}], url="http://127.0.0.1:4010/pets"),
        ["missing-property Pet: required property 'name' is missing"],
    ),
    "path alone": (
        exchange([{}], url="/v1/pets"),
        ["missing-property Pet: required property 'name' is missing"],
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_exchange_has_these_findings(project: Path, name: str) -> None:
    sent, expected = CASES[name]
    result = compared(project, sent)
    assert sorted(findings(result)) == sorted(expected), result.output
    assert result.exit_code == (1 if expected else 0)
    assert SECRET not in result.output and EMAIL not in result.output


@pytest.mark.parametrize("name", FORMATS)
def test_format_is_read(project: Path, name: str) -> None:
    exchanges = [pets(age="3"), pets(age="4"), exchange({"code": "x"}, 404)]
    (project / name).write_text(FORMATS[name](exchanges))
    result = run(name)
    assert findings(result) == CASES["type"][1], result.output
    assert f"2 times, first in {name}, entry 1" in result.output
    assert (
        "3 of 3 exchanges matched, with 1 of 4 operations, 1 finding in 2 places"
        in (result.output)
    )


def test_finding_is_located_and_counted_over_files(project: Path) -> None:
    (project / "a.har").write_text(as_har([pets(), pets(kind="bird")]))
    (project / "b.yaml").write_text(as_vcrpy([pets(kind="bird")]))
    result = run("a.har", "b.yaml")
    assert (
        result.output.startswith(
            "shelter.yaml:59:7: unknown-enum-value Pet.kind: unknown enum value 'bird'\n"
        )
        or "unknown enum value 'bird'" in result.output
    )
    assert "^ 2 times, first in a.har, entry 2" in result.output


def test_prism_log_has_paths_and_statuses(project: Path) -> None:
    (project / "prism.log").write_text(
        "[2:28:52 AM] › [HTTP SERVER] get /pets ℹ  info      Request received\n"
        '[2:28:52 AM] ›     [NEGOTIATOR] ℹ  info      > Responding with "200"\n'
        "[2:28:53 AM] › [HTTP SERVER] get /owners ℹ  info      Request received\n"
        "[2:28:53 AM] › [HTTP SERVER] get /owners ✖  error     Request terminated with error\n"
        "[2:28:53 AM] › [HTTP SERVER] post /pets ℹ  info      Request received\n"
        '[2:28:53 AM] ›     [NEGOTIATOR] ℹ  info      > Responding with "409"\n'
    )
    result = run("prism.log")
    assert findings(result) == [
        "unknown-operation paths: unknown operation GET /{...}",
        f"undocumented-status {ADD}: status 409 is not documented",
    ]
    assert "first in prism.log:5" in result.output


def test_server_option_names_another_base_url(project: Path) -> None:
    sent = exchange([{}], url="https://proxy.example.net/shelter/pets")
    assert compared(project, sent).exit_code == 0
    server = ("--server", "https://proxy.example.net/shelter")
    assert (
        findings(compared(project, sent, options=server))
        == CASES["missing property"][1]
    )


def test_secrets_and_personal_values_are_not_shown(project: Path) -> None:
    values = [
        SECRET,
        EMAIL,
        "joe",
        "4111111111111111",
        "Berlin Mitte 12",
        "+49 30 901820",
    ]
    exchanges = [
        exchange(
            [
                {
                    **OK,
                    "kind": value,
                    "age": value,
                    "born": value,
                    value: value,
                    "toys": {value: value},
                }
            ]
        )
        for value in values
    ]
    exchanges += [
        exchange(
            [],
            url=f"{PETS}/{value}/x?{value}={value}",
            headers={"X-Tenant": value, value: value},
        )
        for value in values
    ]
    exchanges += [exchange(value, 418, method="POST", body=value) for value in values]
    exchanges.append(exchange(EMAIL, 200, response_headers={"Content-Type": SECRET}))
    for options in ((), ("--suggest",)):
        output = compared(project, *exchanges, options=options).output
        for value in values:
            if value != "joe":  # It is like a constant, and the name of a property.
                assert value not in output, value
        assert "(a string of 32 characters)" in output or options
        assert "/{...}" in output or options


def test_many_unknown_names_are_a_map(project: Path) -> None:
    result = compared(
        project,
        exchange(
            [
                {
                    **OK,
                    **{f"n{chr(97 + i % 26)}{chr(97 + i // 26)}": 1 for i in range(60)},
                }
            ]
        ),
    )
    assert findings(result) == [
        "unknown-property Pet: 60 unknown properties: is this a map, or text of any kind?"
    ]


SUGGESTED = [
    pets(chip={"id": 7, "read": "2026-11-28T02:00:00Z"}, kind="bird", age=None),
    pets(home=None),
    exchange({"code": "x"}, 429),
    exchange({"other": True}, 503),
    exchange([], url=f"{PETS}?page=2"),
    exchange({"id": 7}, 201, method="POST", body='{"name": "Rex"}'),
]


def test_suggested_lines_remove_the_findings(project: Path) -> None:
    assert compared(project, *SUGGESTED).exit_code == 1
    output = compared(project, *SUGGESTED, options=("--suggest",)).stdout
    blocks = [block.splitlines() for block in output.split("# shelter.yaml:")[1:]]
    lines = API.splitlines()
    places = [
        (int(block[0].split(":")[0]), block[0].split(": ", 1)[1], block[1:])
        for block in blocks
    ]
    for line, action, added in sorted(places, key=lambda place: -place[0]):
        added = [text for text in added if not text.startswith("shelter: ")]
        if action.startswith("replace"):
            lines[line : line + 1] = added
        else:
            lines[line:line] = added
    text = "\n".join(lines)
    yaml.safe_load(text)
    (project / "shelter.yaml").write_text(text)
    result = compared(project, *SUGGESTED)
    assert result.exit_code == 0, f"{output}\n{text}\n{result.output}"


def test_missing_property_is_suggested_as_optional(project: Path) -> None:
    output = compared(project, exchange([{}]), options=("--suggest",)).stdout
    assert output.startswith("# shelter.yaml:78: remove name from required\n"), output


def test_suggestion_has_the_terms_of_swagger(project: Path) -> None:
    (project / "shelter.yaml").write_text("""\
swagger: '2.0'
info: {title: Shelter, version: '1'}
host: shelter.example.com
basePath: /v1
paths:
  /pets:
    get:
      responses:
        200:
          description: The pets.
          schema:
            type: object
            properties:
              name:
                type: string
        404: {description: '', schema: {$ref: '#/definitions/Error'}}
definitions:
  Error: {type: object, properties: {code: {type: string}}}
""")
    sent = exchange({"name": None}), exchange({"code": "x"}, 429)
    output = compared(project, *sent, options=("--suggest",)).stdout
    assert "\n                x-nullable: true\n" in output
    assert "\n        '429':\n          description: ''\n          schema:\n" in output
    assert "            $ref: '#/definitions/Error'\n" in output


def test_suggestion_in_flow_style_is_marked(project: Path) -> None:
    text = (project / "shelter.yaml").read_text()
    flow = text.replace(
        "      enum:\n        - cat\n        - dog\n", "      enum: [cat]\n"
    )
    (project / "shelter.yaml").write_text(flow)
    output = compared(project, pets(kind="bird"), options=("--suggest",)).stdout
    assert "add below enum (written in flow style there)\n- bird\n" in output


HOSTILE: dict[str, tuple[str | bytes, str]] = {
    "empty": ("", "recording-format"),
    "text": ("hello", "recording-format"),
    "spec": (API, "recording-format"),
    "list of numbers": ("[1, 2]", "recording-format"),
    "not UTF-8": (b"\xff\xfe\x00", "not-utf-8"),
    "broken JSON": ('{"log": {"entries": [', "json-syntax"),
    "deep JSON": ("[" * 100_000, "limit-depth"),
    "deep YAML": ("interactions:\n" + "- " * 5000, "limit-depth"),
    "broken YAML": ("interactions: [", "yaml-syntax"),
    "alias bomb": (
        "a: &a [x,x,x,x,x,x,x,x,x]\n"
        + "".join(
            f"{chr(98 + i)}: &{chr(98 + i)} [{','.join(['*' + chr(97 + i)] * 9)}]\n"
            for i in range(9)
        ),
        "limit-",
    ),
    "large number": ('[{"request": 1' + "0" * 5000 + "}]", "limit-digits"),
    "mitmproxy": (b"5:hello,3:abc}", "export it as HAR: mitmdump"),
    "entries of other types": (
        '{"log": {"entries": [1, {}, {"request": {}}, {"request": {"method": "GET", "url": 3}}]}}',
        "recording-entry entry 4: its request has no method or URL",
    ),
    "status": (
        '[{"request": {"method": "GET", "url": "/"}, "response": {"status": 9999}}]',
        "its status is no HTTP status",
    ),
    "tag of Python": (
        "interactions: !!python/object/apply:os.system [x]",
        "recording-entry entry 1: it has no request",
    ),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_recording_is_an_error_with_a_place(project: Path, name: str) -> None:
    content, message = HOSTILE[name]
    (project / "bad").write_bytes(
        content.encode() if isinstance(content, str) else content
    )
    result = run("bad")
    assert result.exit_code == 1
    assert "bad:" in result.output
    assert message in result.output


def har_with(content: dict[str, Any], encoding: str = "") -> str:
    har = json.loads(as_har([pets()]))
    response = har["log"]["entries"][0]["response"]
    response["content"] = content
    if encoding:
        response["headers"].append({"name": "Content-Encoding", "value": encoding})
    return json.dumps(har)


def base64_of(content: bytes) -> dict[str, Any]:
    return {"text": base64.b64encode(content).decode(), "encoding": "base64"}


BODIES: dict[str, tuple[bytes, str, str]] = {
    "gzip": (gzip.compress(b"[{}]"), "gzip", "missing-property"),
    "deflate": (zlib.compress(b"[{}]"), "deflate", "missing-property"),
    "raw deflate": (zlib.compress(b"[{}]", wbits=-15), "deflate", "missing-property"),
    "two codings": (
        gzip.compress(zlib.compress(b"[{}]")),
        "deflate, gzip",
        "missing-property",
    ),
    "decoded already": (b"[{}]", "gzip", "missing-property"),
    "decoded Brotli": (b"[{}]", "br", "missing-property"),
    "Brotli": (
        b"\x0b\x02\x80[{}]\x03",
        "br",
        "content coding br, which is not supported",
    ),
    "bomb": (gzip.compress(bytes(40_000_000)), "gzip", "a body is larger than 16 MiB"),
    "truncated": (
        gzip.compress(random.Random(1).randbytes(999))[:500],
        "gzip",
        "incomplete",
    ),
    "damaged": (b"\x1f\x8b" + b"x" * 99, "gzip", "a compressed body is damaged"),
    "not UTF-8": (b'["\xff"]', "", "the body is not UTF-8"),
    "deep": (b"[" * 100_000, "", "the body is nested too deep"),
    "deeper than 200": (b"[" * 300 + b"]" * 300, "", "the body is nested too deep"),
}


@pytest.mark.parametrize("name", BODIES)
def test_body_is_decoded_or_reported(project: Path, name: str) -> None:
    content, encoding, message = BODIES[name]
    (project / "body.har").write_text(har_with(base64_of(content), encoding))
    result = run("body.har")
    assert result.exit_code == 1
    assert message in result.output


def test_broken_base64_is_reported(project: Path) -> None:
    (project / "body.har").write_text(har_with({"text": "!!!", "encoding": "base64"}))
    assert "entry 1: a body is not valid Base64" in run("body.har").output


def test_large_recording_is_refused(project: Path) -> None:
    with (project / "large.har").open("wb") as file:
        file.truncate(65 << 20)
    assert "the recording is larger than 64 MiB" in run("large.har").output


def test_nested_unions_do_not_multiply(project: Path) -> None:
    variants = [
        f"{{type: object, required: [v{i}], properties: {{v{i}: {{type: string}}, next: {{$ref: '#/components/schemas/Node'}}}}}}"
        for i in range(4)
    ]
    text = API.replace(
        "    Home:\n", f"    Node: {{oneOf: [{', '.join(variants)}]}}\n    Home:\n"
    )
    text = text.replace(
        "        city:\n",
        "        node: {$ref: '#/components/schemas/Node'}\n        city:\n",
    )
    (project / "shelter.yaml").write_text(text)
    value: Any = {}
    for _ in range(40):
        value = {"next": value}
    result = compared(project, pets(home={"node": value}))
    missing = [finding for finding in findings(result) if "is missing" in finding]
    assert len(missing) == 41, result.output


def test_comparison_stops_at_a_limit(
    project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("clientcast.traffic.values.MAX_VALUES", 3)
    result = compared(project, pets(age=1), pets(age=2))
    assert result.exit_code == 1
    assert result.output.endswith(
        "the comparison stopped at a limit: give fewer files\n"
        "exit 1: the comparison stopped at a limit\n"
    )


def test_recorded_traffic_of_okta_agrees_with_its_spec(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    recording = SHARED / "traffic" / "okta_recorded.json"
    if not recording.is_file():
        pytest.skip("the recordings are in ../shared/traffic")
    monkeypatch.chdir(ROOT)
    result = CliRunner().invoke(main, ["traffic", "okta", str(recording)])
    assert result.exit_code == 0, result.output
    assert "30 exchanges" in result.output
