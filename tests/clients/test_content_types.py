"""Tests of parameters and parts whose content is of a media type other than JSON."""

import json
from types import ModuleType
from typing import Any
from urllib.parse import parse_qsl

import pytest

from tests.support.casting import Server, call_sync_and_async, import_client

RANGE = {"type": "object", "properties": {"from": {"type": "integer"}}}


def parameter(location: str, name: str, content: dict[str, Any]) -> dict[str, Any]:
    return {"in": location, "name": name, "content": content}


@pytest.fixture(scope="module")
def logs(tmp_path_factory: pytest.TempPathFactory) -> ModuleType:
    folder = tmp_path_factory.mktemp("logs")
    properties = {"rows": {"type": "array", "items": RANGE}, "span": RANGE}
    encoding = {
        "rows": {"contentType": "application/x-ndjson"},
        "span": {"contentType": "application/xml"},
    }
    form = {"schema": {"type": "object", "properties": properties}}
    parameters = [
        parameter("query", "names", {"application/json-seq": {"schema": {}}}),
        parameter("query", "range", {"application/xml": {"schema": RANGE}}),
        parameter("query", "day", {"text/plain": {"schema": {"type": "integer"}}}),
        parameter("query", "tree", {"application/JSON; a=b": {"schema": RANGE}}),
        parameter("header", "X-Rows", {"text/csv": {"schema": {"type": "array"}}}),
        parameter("cookie", "both", {"text/plain": {}, "application/json": {}}),
    ]
    operation = {
        "operationId": "find",
        "tags": ["logs"],
        "parameters": parameters,
        "requestBody": {
            "content": {"multipart/form-data": {**form, "encoding": encoding}}
        },
        "responses": {"204": {"description": "Done."}},
    }
    document = {
        "openapi": "3.1.0",
        "info": {"title": "Logs", "version": "1"},
        "servers": [{"url": "https://logs.example"}],
        "paths": {"/logs": {"post": operation}},
    }
    path = folder / "logs.json"
    path.write_text(json.dumps(document), encoding="utf-8")
    return import_client(path, folder)


def test_parameter_of_other_content_than_json_is_sent_as_given(
    logs: ModuleType,
) -> None:
    server = Server(204)
    texts = {"names": '\x1e"a,b"\n', "range": "<range><from>1</from></range>"}
    call_sync_and_async(
        logs,
        server,
        "logs.find",
        **texts,
        day=5,
        tree=logs.models.FindTree(),
        x_rows="a,b;c",
        both={"a": [1]},
    )
    query = dict(parse_qsl(server.last.url.query.decode(), keep_blank_values=True))
    assert query == {**texts, "day": "5", "tree": "{}"}
    assert server.last.headers["X-Rows"] == "a,b;c"
    assert server.last.headers["Cookie"] == "both=%7B%22a%22%3A%5B1%5D%7D"


@pytest.mark.parametrize(
    ("argument", "content_type"),
    [
        ({"rows": [{"from": 1}]}, "application/x-ndjson"),
        ({"span": {"from": 1}}, "application/xml"),
    ],
)
def test_part_of_other_content_than_json_is_refused_as_an_object(
    argument: dict[str, Any], content_type: str, logs: ModuleType
) -> None:
    (name,) = argument
    with pytest.raises(ValueError, match=f"^{name} .* as {content_type},"):
        call_sync_and_async(logs, Server(204), "logs.find", **argument)


def test_part_of_other_content_than_json_is_sent_as_text(logs: ModuleType) -> None:
    server = Server(204)
    with logs.Logs(http=server.sync) as client:
        client.logs.find(span="<range/>")
    assert b"Content-Type: application/xml\r\n\r\n<range/>\r\n" in server.last.content
