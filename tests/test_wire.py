"""What goes over the wire for each kind of body, parameter, answer, server and credential."""

import asyncio
import email
import json
from email.policy import HTTP
from pathlib import Path
from types import ModuleType
from typing import Any

import httpx2
import msgspec
import pytest

from tests.casting import Server, both, import_client

Clients = dict[str, ModuleType]


def test_a_form(clients: Clients) -> None:
    server = Server(204)
    address = clients["bodies"].models.Address(street="Elm & Oak")
    both(
        clients["bodies"],
        server,
        "bodies.order",
        "tea",
        counts=[1, 2],
        sizes=["s", "m"],
        address=address,
        metadata={"a": "b=c"},
    )
    assert server.last.headers["Content-Type"] == "application/x-www-form-urlencoded"
    assert server.last.content == (
        b"item=tea&counts=1&counts=2&sizes=s%7Cm"
        b"&address=%7B%22street%22%3A%22Elm%20%26%20Oak%22%7D&metadata%5Ba%5D=b%3Dc"
    )


def parts_of(request: httpx2.Request) -> list[tuple[str | None, ...]]:
    """Name, file name, media type and content of each part, as the standard library reads."""
    head = f"Content-Type: {request.headers['Content-Type']}\r\n\r\n".encode()
    message = email.message_from_bytes(head + request.content, policy=HTTP)
    return [
        (
            part.get_param("name", header="Content-Disposition"),
            part.get_filename(),
            part["Content-Type"],
            part.get_payload(decode=True).decode(),
        )
        for part in message.iter_parts()
    ]


@pytest.mark.parametrize("mode", ["sync", "async"])
def test_parts(clients: Clients, mode: str) -> None:
    bodies, server = clients["bodies"], Server(204)
    arguments: dict[str, Any] = {
        "others": [b"two", bodies.File(b"three", 'th"ree.gif', "image/gif")],
        "title": "Walden",
        "address": bodies.models.Address(street="Elm"),
        "notes": "# Pond",
    }

    async def in_async() -> None:
        async with bodies.AsyncBodies(http=server.asynchronous) as client:
            await client.bodies.upload(b"one", **arguments)

    if mode == "async":
        asyncio.run(in_async())
    else:
        with bodies.Bodies(http=server.sync) as client:
            client.bodies.upload(b"one", **arguments)
    assert parts_of(server.last) == [
        ("picture", "picture", "application/octet-stream", "one"),
        ("others", "others", "application/octet-stream", "two"),
        ("others", "th%22ree.gif", "image/gif", "three"),
        ("title", None, None, "Walden"),
        ("address", None, "application/json", '{"street":"Elm"}'),
        ("notes", None, "text/markdown", "# Pond"),
    ]


@pytest.mark.parametrize(
    ("method", "arguments", "content_type", "content"),
    [
        ("replace", ("p1", b"\x89PNG"), "image/png", b"\x89PNG"),
        ("write", (b"<a/>",), "application/xml", b"<a/>"),
        ("note", ("ünï",), "text/plain", "ünï".encode()),
        ("note", (), None, b""),
        ("move", ("a1", "Elm"), "application/merge-patch+json", b'{"street":"Elm"}'),
        ("several", ("Elm",), "application/json", b'{"street":"Elm"}'),
        ("put_ids", (["a", "b"],), "application/json", b'["a","b"]'),
    ],
)
def test_a_body_of_one_media_type(
    clients: Clients,
    method: str,
    arguments: tuple[object, ...],
    content_type: str | None,
    content: bytes,
) -> None:
    server = Server(204)
    named = {"body": arguments[0]} if method == "note" and arguments else {}
    positional = () if named else arguments
    both(clients["bodies"], server, f"bodies.{method}", *positional, **named)
    assert server.last.headers.get("Content-Type") == content_type
    assert server.last.content == content


def test_a_form_of_what_has_no_members_is_text(tmp_path: Path) -> None:
    schema = {"type": "array", "items": {"type": "string"}}
    content = {"application/x-www-form-urlencoded": {"schema": schema}}
    operation = {
        "tags": ["ids"],
        "operationId": "send",
        "requestBody": {"required": True, "content": content},
        "responses": {"204": {"description": "Nothing."}},
    }
    document = {
        "openapi": "3.1.0",
        "info": {"title": "Ids", "version": "1"},
        "servers": [{"url": "https://ids.example"}],
        "paths": {"/ids": {"post": operation}},
    }
    spec = tmp_path / "ids.json"
    spec.write_text(json.dumps(document), encoding="utf-8")
    server = Server(204)
    both(import_client(spec, tmp_path), server, "ids.send", "a=1&a=2")
    assert server.last.headers["Content-Type"] == "application/x-www-form-urlencoded"
    assert server.last.content == b"a=1&a=2"


@pytest.mark.parametrize(
    ("method", "arguments", "content_type", "content"),
    [
        ("send", {"text": "hi"}, "application/json", b'{"text":"hi"}'),
        ("send_as_text", {"body": "*hi*"}, "text/markdown", b"*hi*"),
        (
            "send_as_text",
            {"body": "<b>hi</b>", "content_type": "text/html"},
            "text/html",
            b"<b>hi</b>",
        ),
        ("send_as_bytes", {"body": b"\0"}, "application/octet-stream", b"\0"),
        (
            "send_as_bytes",
            {"body": b"\0", "content_type": "image/gif"},
            "image/gif",
            b"\0",
        ),
    ],
)
def test_each_kind_of_body_has_a_method(
    clients: Clients,
    method: str,
    arguments: dict[str, object],
    content_type: str,
    content: bytes,
) -> None:
    server = Server(204)
    both(clients["bodies"], server, f"bodies.{method}", **arguments)
    assert server.last.headers["Content-Type"] == content_type
    assert server.last.content == content
    methods = vars(clients["bodies"].client.BodiesResource)
    assert sorted(name for name in methods if name.startswith("send")) == [
        "send",
        "send_as_bytes",
        "send_as_multipart",
        "send_as_text",
    ]


@pytest.mark.parametrize(
    ("argument", "value", "query"),
    [
        ("ids", [1, 2], "ids=1,2"),
        ("words", ["a b", "c"], "words=a%20b%20c"),
        ("pipes", ["a|b", "c"], "pipes=a%7Cb%7Cc"),
        ("map", {"R": 1, "G": 2}, "R=1&G=2"),
        ("flat", {"R": 1, "G": 2}, "flat=R,1,G,2"),
        ("grid", [[1, 2], [3]], "grid=%5B1%2C2%5D&grid=%5B3%5D"),
        ("path", "/a?b/ü", "path=/a?b/%C3%BC"),
        ("path", "a&b=c#d", "path=a%26b%3Dc%23d"),
        ("filter", {"color": "red"}, "filter%5Bcolor%5D=red"),
        ("where", {"color": "red"}, "where=%7B%22color%22%3A%22red%22%7D"),
    ],
)
def test_a_parameter_of_the_query(
    clients: Clients, argument: str, value: object, query: str
) -> None:
    server = Server(204)
    if argument in ("filter", "where"):
        value = msgspec.convert(value, clients["styles"].models.Filter)
    both(clients["styles"], server, "styles.query", **{argument: value})
    assert server.last.url.raw_path == f"/query?{query}".encode()


def test_parameters_of_paths_headers_and_cookies(clients: Clients) -> None:
    server = Server(204)
    both(
        clients["styles"],
        server,
        "styles.simple",
        ["a,b", "c/d"],
        {"R": 1, "G": 2},
        {"R": 1, "G": 2},
        x_list=["a", "b"],
        x_map={"R": 1, "G": 2},
        crumbs=["a;b", "c"],
    )
    assert server.last.url.raw_path == b"/simple/a%2Cb,c%2Fd/R,1,G,2/R=1,G=2"
    assert server.last.headers["X-List"] == "a,b"
    assert server.last.headers["X-Map"] == "R=1,G=2"
    assert server.last.headers["Cookie"] == "crumbs=a%3Bb,c"
    both(clients["styles"], server, "styles.other", "a", ["b", "c"], ["d", "e"])
    assert server.last.url.raw_path == b"/other/.a/;matrix=b,c/;both=d;both=e"


class Raw(Server):
    """Answers with bytes of a media type."""

    def __init__(self, content: bytes, content_type: str, status: int = 200) -> None:
        super().__init__(status)
        self.content = content
        self.content_type = content_type

    def __call__(self, request: httpx2.Request) -> httpx2.Response:
        self.requests.append(request)
        headers = {"Content-Type": self.content_type}
        return httpx2.Response(self.status, content=self.content, headers=headers)


def test_answers_that_are_no_json(clients: Clients) -> None:
    server = Raw("a;ü".encode("latin-1"), "text/csv; charset=latin-1")
    assert both(clients["answers"], server, "answers.text") == "a;ü"
    assert server.last.headers["Accept"] == "text/csv"
    server = Raw(b"%PDF\xff", "application/pdf")
    assert both(clients["answers"], server, "answers.file") == b"%PDF\xff"
    assert server.last.headers["Accept"] == "application/pdf, image/png"
    assert both(clients["answers"], Raw(b"", "text/csv"), "answers.text") == ""


@pytest.mark.parametrize(
    ("status", "body", "name"),
    [(200, {"version": 3}, "Changed"), (201, {"id": "x"}, "Made"), (204, None, None)],
)
def test_an_answer_is_what_its_status_says(
    clients: Clients, status: int, body: object, name: str | None
) -> None:
    answer = both(clients["answers"], Server(status, body), "answers.put")
    assert (type(answer).__name__ if name else answer) == name
    if name:
        assert msgspec.to_builtins(answer) == body


def test_answers_of_ranges_and_of_any_status(clients: Clients) -> None:
    answers = clients["answers"]
    server = Server(203, {"id": "x"})
    assert both(answers, server, "answers.vendor") == answers.models.Made(id="x")
    assert server.last.headers["Accept"] == "application/vnd.example.v2+json"
    assert both(answers, server, "answers.default") == answers.models.Made(id="x")
    assert server.last.headers["Accept"] == "application/json"
    with answers.Answers(http=Server(418, {"version": 1}).sync) as client:
        with pytest.raises(answers.APIStatusError) as caught:
            client.answers.vendor()
    assert caught.value.body == answers.models.Changed(version=1)


def test_what_is_accepted_is_an_answer_as_well(clients: Clients) -> None:
    answers = clients["answers"]
    made, changed = answers.models.Made(id="x"), answers.models.Changed(version=1)
    assert both(answers, Server(200, {"id": "x"}), "answers.later") == made
    assert both(answers, Server(202, {"version": 1}), "answers.later") == changed
    assert both(answers, Server(200, {"id": "x"}), "answers.perhaps_later") == made
    assert both(answers, Server(202), "answers.perhaps_later") is None


@pytest.mark.parametrize(
    ("status", "body", "name"),
    [
        (404, {"version": 1}, "Changed"),
        (503, {"id": "x"}, "Made"),
        (409, {"tag": "t"}, "LaterDefaultResponse"),
        (404, {"id": "x"}, "dict"),
    ],
)
def test_an_error_is_read_by_its_status_its_range_or_any(
    clients: Clients, status: int, body: object, name: str
) -> None:
    answers = clients["answers"]
    server = Server(status, body)
    with answers.Answers(http=server.sync, max_retries=0) as client:
        with pytest.raises(answers.APIStatusError) as caught:
            client.answers.later()
    assert type(caught.value.body).__name__ == name
    assert msgspec.to_builtins(caught.value.body) == body


@pytest.mark.parametrize(
    ("method", "sent"),
    [
        ("search", "QUERY https://api.places.example/v1/usual"),
        ("copy", "COPY https://api.places.example/v1/usual"),
        ("link", "Link https://api.places.example/v1/usual"),
        ("upload", "POST https://eu.upload.example/elsewhere"),
        ("relative", "PUT https://api.places.example/v2/elsewhere"),
    ],
)
def test_methods_and_servers_of_operations(
    clients: Clients, method: str, sent: str
) -> None:
    server = Server(204)
    both(clients["places"], server, f"places.{method}")
    assert f"{server.last.method} {server.last.url}" == sent
    options = {"base_url": "https://mine.example/api"}
    both(clients["places"], server, f"places.{method}", client=options)
    assert str(server.last.url).startswith("https://mine.example/api/")


def test_credentials_do_not_go_to_a_server_in_clear(clients: Clients) -> None:
    server = Server(204)
    with clients["places"].Places(http=server.sync) as client:
        with pytest.raises(ValueError, match="must begin with https://"):
            client.places.clear()
    assert server.requests == []


def test_what_the_api_sends_by_itself_has_models(clients: Clients) -> None:
    models = clients["inbound"].models
    happened = msgspec.json.decode(b'{"what": "rain"}', type=models.Happened)
    assert happened.what == "rain"
    assert models.EndedRequest(why="sun").why == "sun"


def test_credentials_of_every_kind(clients: Clients) -> None:
    vault, server = clients["security"], Server(204)

    def sent(method: str, **options: str) -> str | None:
        both(vault, server, f"secrets.{method}", client=options)
        return server.last.headers.get("Authorization")

    assert sent("log_in", login="Aladdin:open sesame") == (
        "Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ=="
    )
    assert sent("prove", http_credential="p") == "DPoP p"
    assert sent("ask_device", token="t") is None
    with pytest.raises(ValueError, match="no name and password") as caught:
        vault.Vault(login="secret")
    assert "secret" not in str(caught.value)


def test_a_json_body_of_a_place_is_json(clients: Clients) -> None:
    server = Server(204)
    both(clients["places"], server, "places.search", near="Elm")
    assert json.loads(server.last.content) == {"near": "Elm"}
