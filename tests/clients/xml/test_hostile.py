"""Tests of XML that is hostile, malformed or in another encoding, and of values XML cannot have."""

import pickle
import tracemalloc
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.clients.xml.server import Clients, XmlServer, make_clients, run_xml_server

DOCUMENT = """
openapi: 3.1.0
info: {title: Hostile, version: '1'}
paths:
  /x:
    get:
      x-client: {method: get, resource: x}
      responses:
        '200': {description: '', content: {application/xml: {schema: {$ref: '#/components/schemas/M'}}}}
        '404': {description: '', content: {application/problem+xml: {schema: {$ref: '#/components/schemas/Problem'}}}}
    put:
      x-client: {method: put, resource: x}
      requestBody: {required: true, content: {text/xml: {schema: {$ref: '#/components/schemas/M'}}}}
      responses: {'204': {description: ''}}
    post:
      x-client: {method: post, resource: x}
      requestBody: {required: true, content: {application/xml: {schema: {$ref: '#/components/schemas/Note'}}}}
      responses: {'204': {description: ''}}
components:
  schemas:
    Note:
      type: object
      required: [text]
      properties:
        text: {type: string}
        to: {type: array, xml: {wrapped: true}, items: {type: object, properties: {id: {type: integer, xml: {attribute: true}}}}}
        due: {type: [string, 'null'], format: date}
        done: {type: boolean, xml: {attribute: true}}
    M:
      type: object
      additionalProperties: true
      properties:
        name: {type: string}
        id: {type: string, xml: {attribute: true}}
        html: {type: string}
        child: {$ref: '#/components/schemas/M'}
        map: {type: object, additionalProperties: {type: string}}
    Problem:
      type: object
      xml: {name: problem}
      required: [title]
      properties: {title: {type: string}, code: {type: integer, xml: {attribute: true}}}
"""
SECRET = "hunter2"


@pytest.fixture(scope="module")
def server() -> Iterator[XmlServer]:
    with run_xml_server() as server:
        yield server


@pytest.fixture(scope="module")
def clients(
    tmp_path_factory: pytest.TempPathFactory, server: XmlServer
) -> Iterator[Clients]:
    folder = tmp_path_factory.mktemp("hostile")
    made = make_clients(yaml.safe_load(DOCUMENT), "hostile", folder, server.url)
    yield made
    made.close()


def entities(text: str) -> str:
    return f"<!DOCTYPE M [{text}]><M><name>&a;</name></M>"


LAUGHS = "".join(
    f'<!ENTITY {chr(98 + i)} "{("&" + chr(97 + i) + ";") * 10}">' for i in range(8)
)
HOSTILE = {
    "billion laughs": (entities(f'<!ENTITY a "ha">{LAUGHS}'), "DTD"),
    "quadratic blow-up": (entities(f'<!ENTITY a "{"x" * 50_000}">'), "DTD"),
    "external entity": (entities('<!ENTITY a SYSTEM "file:///etc/passwd">'), "DTD"),
    "parameter entity": (
        '<!DOCTYPE M [<!ENTITY % p SYSTEM "http://127.0.0.1:1/p"> %p;]><M/>',
        "DTD",
    ),
    "external DTD": ('<!DOCTYPE M SYSTEM "http://127.0.0.1:1/dtd"><M/>', "DTD"),
    "harmless DTD": ("<!DOCTYPE M><M/>", "DTD"),
    "undefined entity": ("<M><name>&nbsp;</name></M>", "undefined entity, line 1"),
    "many attributes": (
        "<M " + " ".join(f'a{i}="1"' for i in range(300)) + "/>",
        "more than 250 attributes",
    ),
    "deep": ("<M>" + "<child>" * 5_000, "nested more than 100 deep (in /M/child/"),
    "duplicate attribute": ('<M id="1" id="2"/>', "duplicate attribute"),
    "duplicate attribute by namespace": (
        '<M xmlns:a="u:1" xmlns:b="u:1" a:id="1" b:id="2"/>',
        "duplicate attribute",
    ),
    "unbound prefix": ("<M><p:name>1</p:name></M>", "unbound prefix"),
    "separator in a namespace": ('<M xmlns="u}name"/>', "syntax error"),
    "reserved prefix": ('<M xmlns:xml="u:1"/>', "prefix"),
    "two roots": ("<M/><M/>", "junk after document element"),
    "no root": ("<!-- -->", "no element found"),
    "cut off": ("<M><name>hun", "line 1, column 13 (in /M/name)"),
    "cut off in unknown names": (f"<M><{SECRET}><b", "(in /M/*)"),
    "not XML": ("{}", "not well-formed"),
    "control character": ("<M><name>\x01</name></M>", "invalid token"),
    "reference to a control character": ("<M><name>&#1;</name></M>", "invalid char"),
    "half of a surrogate pair": ("<M><name>&#xD800;</name></M>", "invalid char"),
    "unknown encoding": (
        b'<?xml version="1.0" encoding="utf-7"?><M/>',
        "the encoding utf-7 is not supported",
    ),
    "made-up encoding": (
        b'<?xml version="1.0" encoding="made-up"?><M/>',
        "the encoding made-up is not supported",
    ),
    "wrong encoding": (b"<M><name>\xff</name></M>", "it is not UTF-8"),
}


@pytest.mark.parametrize("mode", ["sync", "async"])
@pytest.mark.parametrize("case", HOSTILE)
def test_hostile_xml_is_refused(
    case: str, mode: str, server: XmlServer, clients: Clients
) -> None:
    content, reason = HOSTILE[case]
    server.respond(content)
    with pytest.raises(clients.package.ResponseValidationError) as caught:
        clients.call(mode, "x.get")
    message = str(caught.value)
    assert reason in message
    assert message.startswith("GET /x returned 200, and its body cannot be read: XML")
    assert SECRET not in message
    assert str(pickle.loads(pickle.dumps(caught.value))) == message


def test_body_is_in_no_frame_of_an_error(server: XmlServer, clients: Clients) -> None:
    server.respond(f"<M><name>{SECRET}</name>")
    with pytest.raises(clients.package.ResponseValidationError) as caught:
        clients.sync.x.get()
    traceback = caught.value.__traceback__
    while traceback is not None:
        if "_runtime" in traceback.tb_frame.f_code.co_filename:
            assert SECRET not in repr(traceback.tb_frame.f_locals)
        traceback = traceback.tb_next


def test_body_above_the_limit_is_refused(server: XmlServer, clients: Clients) -> None:
    server.respond(f"<M><name>{'x' * 2_000}</name></M>")
    small = clients.sync.with_options(max_body=1_000)
    with pytest.raises(clients.package.ResponseValidationError, match="1,000 bytes"):
        small.x.get()


def test_memory_of_many_elements_is_bounded(
    server: XmlServer, clients: Clients
) -> None:
    server.respond("<M>" + "<a/>" * 100_000 + "</M>")
    tracemalloc.start()
    value = clients.sync.x.get()
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert len(value.additional_properties["a"]) == 100_000
    assert peak < 80_000_000


@pytest.mark.parametrize(
    ("content", "content_type"),
    [
        ("<M><name>é€</name></M>".encode(), "application/xml"),
        ("\ufeff<M><name>é€</name></M>".encode(), "application/xml"),
        ("\ufeff<M><name>é€</name></M>".encode("utf-16-le"), "application/xml"),
        ("\ufeff<M><name>é€</name></M>".encode("utf-16-be"), "text/xml"),
        ("<M><name>é€</name></M>".encode("utf-16-le"), "application/xml"),
        (
            '<?xml version="1.0" encoding="UTF-16"?><M><name>é€</name></M>'.encode(
                "utf-16"
            ),
            "application/xml; charset=utf-8",
        ),
        (
            "<?xml version='1.0' encoding='utf-8'?><M><name>é€</name></M>".encode(),
            "application/xml",
        ),
    ],
)
def test_encoding_is_that_of_the_mark_the_charset_or_the_declaration(
    content: bytes, content_type: str, server: XmlServer, clients: Clients
) -> None:
    server.respond(content, content_type)
    assert clients.sync.x.get().name == "é€"


@pytest.mark.parametrize(
    ("declaration", "content_type"),
    [
        ('<?xml version="1.0" encoding="ISO-8859-1"?>', "application/xml"),
        ("", "application/xml; charset=iso-8859-1"),
        ('<?xml version="1.0" encoding="utf-8"?>', "text/xml; charset=iso-8859-1"),
    ],
)
def test_latin_1_is_read_if_it_is_declared(
    declaration: str, content_type: str, server: XmlServer, clients: Clients
) -> None:
    server.respond(
        f"{declaration}<M><name>é</name></M>".encode("latin-1"), content_type
    )
    assert clients.sync.x.get().name == "é"


@pytest.mark.parametrize("mode", ["sync", "async"])
def test_error_is_a_model(mode: str, server: XmlServer, clients: Clients) -> None:
    server.respond(
        '<problem code="7"><title>no</title></problem>', "application/problem+xml", 404
    )
    with pytest.raises(clients.package.NotFoundError) as caught:
        clients.call(mode, "x.get")
    problem = clients.package.models.Problem
    assert caught.value.body == problem(title="no", code=7)
    assert caught.value.message == "no"


def test_error_in_hostile_xml_is_still_an_error_of_its_status(
    server: XmlServer, clients: Clients
) -> None:
    server.respond(entities('<!ENTITY a "x">'), "application/xml", 404)
    with pytest.raises(clients.package.NotFoundError) as caught:
        clients.sync.x.get()
    assert not isinstance(caught.value.body, dict)


def test_json_in_place_of_xml_is_refused(server: XmlServer, clients: Clients) -> None:
    server.respond('{"name": "a"}', "application/json")
    with pytest.raises(clients.package.ResponseValidationError, match="in place of"):
        clients.sync.x.get()


@pytest.mark.parametrize("mode", ["sync", "async"])
def test_properties_of_a_body_are_arguments(
    mode: str, server: XmlServer, clients: Clients
) -> None:
    clients.call(mode, "x.post", "a<b", due=None, done=False)
    assert server.last.body.decode().partition("\n")[2] == (
        '<Note done="false"><text>a&lt;b</text>'
        '<due xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:nil="true"/></Note>'
    )
    clients.call(mode, "x.post", "a")
    assert server.last.body.decode().endswith("\n<Note><text>a</text></Note>")


def test_body_in_text_xml_has_that_media_type(
    server: XmlServer, clients: Clients
) -> None:
    clients.sync.x.put(clients.package.models.M(name="é"))
    assert server.last.content_type == "text/xml"
    assert "é".encode() in server.last.body


@pytest.mark.parametrize(
    ("arguments", "problem"),
    [
        ({"name": "a\x00b"}, "body.name cannot be sent: it has a character"),
        ({"id": "\ud800"}, "body.id cannot be sent: it has a character"),
        ({"name": "\ufffe"}, "body.name cannot be sent"),
        ({"map": {"a b": "1"}}, "body.map cannot be sent: a key is no name"),
        ({"map": {"a": "\x07"}}, r"body.map.\* cannot be sent: it has a character"),
        ({"additional_properties": {"<a>": "1"}}, "a key is no name"),
        ({"additional_properties": {"a": [[1]]}}, "no list without a name"),
        (
            {"additional_properties": {"{http://www.w3.org/2000/xmlns/}a": "1"}},
            "reserves",
        ),
    ],
)
def test_value_that_xml_cannot_have_is_refused(
    arguments: dict[str, Any], problem: str, clients: Clients, server: XmlServer
) -> None:
    before = len(server.requests)
    with pytest.raises(ValueError, match=problem) as caught:
        clients.sync.x.put(clients.package.models.M(**arguments))
    assert "a b" not in str(caught.value)
    assert len(server.requests) == before


def test_markup_in_a_value_is_escaped(server: XmlServer, clients: Clients) -> None:
    hostile = "]]><x/>&amp;\r\n\t\"'"
    model = clients.package.models.M(name=hostile, id=hostile)
    clients.sync.x.put(model)
    server.respond(server.last.body)
    assert clients.sync.x.get() == model


def test_client_does_not_import_a_parser_before_the_first_body(
    clients: Clients, tmp_path: Path
) -> None:
    import subprocess
    import sys

    folder = Path(str(clients.package.__file__)).parent
    code = (
        f"import sys, {folder.name}.client; print('xml.parsers.expat' in sys.modules)"
    )
    run = subprocess.run(
        [sys.executable, "-c", code],
        cwd=folder.parent,
        capture_output=True,
        text=True,
        check=True,
    )
    assert run.stdout == "False\n"
