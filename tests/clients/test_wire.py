"""Tests of requests and responses for each kind of body, parameter, server and credential."""

import asyncio
import email
import json
from datetime import date
from email.policy import HTTP
from pathlib import Path
from types import ModuleType
from typing import Any

import httpx2
import msgspec
import pytest

from tests.support.casting import (
    RawServer,
    Server,
    call_sync_and_async,
    import_client,
)

Clients = dict[str, ModuleType]


def test_form_body_is_sent_in_the_documented_styles(clients: Clients) -> None:
    server = Server(204)
    address = clients["bodies"].models.Address(street="Elm & Oak")
    call_sync_and_async(
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


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("plain & simple", b"extra=plain%20%26%20simple"),
        (3, b"extra=3"),
        ({"a": 1}, b"extra=%7B%22a%22%3A1%7D"),
        (["a", {"b": 1}], b"extra=a&extra=%7B%22b%22%3A1%7D"),
    ],
)
def test_untyped_form_property_is_sent_by_its_value(
    clients: Clients, value: object, text: bytes
) -> None:
    server = Server(204)
    call_sync_and_async(clients["bodies"], server, "bodies.order", "tea", extra=value)
    assert server.last.content == b"item=tea&" + text


def parse_parts(request: httpx2.Request) -> list[tuple[str | None, ...]]:
    """Return name, file name, media type and content of each part of a multipart body."""
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


def send_parts(
    bodies: ModuleType, mode: str, method: str, *args: Any, **kwargs: Any
) -> Any:
    """Call a method, and return the parts of its multipart body."""
    server = Server(204)

    async def in_async() -> None:
        async with bodies.AsyncBodies(http=server.asynchronous) as client:
            await getattr(client.bodies, method)(*args, **kwargs)

    if mode == "async":
        asyncio.run(in_async())
    else:
        with bodies.Bodies(http=server.sync) as client:
            getattr(client.bodies, method)(*args, **kwargs)
    return parse_parts(server.last)


both_modes = pytest.mark.parametrize("mode", ["sync", "async"])


@both_modes
def test_multipart_body_has_a_part_for_each_value(clients: Clients, mode: str) -> None:
    bodies = clients["bodies"]
    parts = send_parts(
        bodies,
        mode,
        "upload",
        b"one",
        others=[b"two", bodies.File(b"three", 'th"ree.gif', "image/gif")],
        title="Walden",
        address=bodies.models.Address(street="Elm"),
        notes="# Pond",
    )
    assert parts == [
        ("picture", "picture", "application/octet-stream", "one"),
        ("others", "others", "application/octet-stream", "two"),
        ("others", "th%22ree.gif", "image/gif", "three"),
        ("title", None, None, "Walden"),
        ("address", None, "application/json", '{"street":"Elm"}'),
        ("notes", None, "text/markdown", "# Pond"),
    ]


@both_modes
def test_multipart_parts_follow_the_encoding_object(
    clients: Clients, mode: str
) -> None:
    bodies = clients["bodies"]
    parts = send_parts(
        bodies,
        mode,
        "assemble",
        b"one",
        bodies.File(b"two", "two.gif", "image/gif"),
        label="Pond",
        ids=[1, 2],
        place=bodies.models.Address(street="Elm"),
        links=bodies.models.Address(street="Oak", number=1),
    )
    assert parts == [
        ("first", "first", "image/png", "one"),
        ("second", "two.gif", "image/gif", "two"),
        ("label", None, None, "Pond"),
        ("ids", None, "text/plain", "1"),
        ("ids", None, "text/plain", "2"),
        ("place", None, "application/vnd.place+json", '{"street":"Elm"}'),
        ("links[street]", None, None, "Oak"),
        ("links[number]", None, None, "1"),
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
        ("replace_ids", (["a", "b"],), "application/json", b'["a","b"]'),
        ("replace_octets", (b"\0\xff",), "application/octet-stream", b"\0\xff"),
        (
            "patch",
            ([{"op": "add", "path": "/a"}],),
            "application/json-patch+json",
            b'[{"op":"add","path":"/a"}]',
        ),
        (
            "relate",
            (b"--a--", 'multipart/related; boundary="a"'),
            'multipart/related; boundary="a"',
            b"--a--",
        ),
        ("unrelate", (), None, b""),
    ],
)
def test_body_is_sent_with_its_media_type(
    clients: Clients,
    method: str,
    arguments: tuple[object, ...],
    content_type: str | None,
    content: bytes,
) -> None:
    server = Server(204)
    named = {"body": arguments[0]} if method == "note" and arguments else {}
    positional = () if named else arguments
    call_sync_and_async(
        clients["bodies"], server, f"bodies.{method}", *positional, **named
    )
    assert server.last.headers.get("Content-Type") == content_type
    assert server.last.content == content


def test_form_body_without_properties_is_text(tmp_path: Path) -> None:
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
    call_sync_and_async(import_client(spec, tmp_path), server, "ids.send", "a=1&a=2")
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
def test_each_kind_of_media_type_has_a_method(
    clients: Clients,
    method: str,
    arguments: dict[str, object],
    content_type: str,
    content: bytes,
) -> None:
    server = Server(204)
    call_sync_and_async(clients["bodies"], server, f"bodies.{method}", **arguments)
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
        ("words", ["a|b", "c"], "words=a%7Cb%20c"),
        ("pipes", ["a b", "c"], "pipes=a%20b%7Cc"),
        ("map", {"R": 1, "G": 2}, "R=1&G=2"),
        ("flat", {"R": 1, "G": 2}, "flat=R,1,G,2"),
        (
            "grid",
            [[1, 2], [3]],
            "grid%5B0%5D%5B0%5D=1&grid%5B0%5D%5B1%5D=2&grid%5B1%5D%5B0%5D=3",
        ),
        ("path", "/a?b/ü", "path=/a?b/%C3%BC"),
        ("path", "a&b=c#d", "path=a%26b%3Dc%23d"),
        ("filter", {"color": "red"}, "filter%5Bcolor%5D=red"),
        ("where", {"color": "red"}, "where=%7B%22color%22%3A%22red%22%7D"),
    ],
)
def test_query_parameter_is_sent_in_its_style(
    clients: Clients, argument: str, value: object, query: str
) -> None:
    server = Server(204)
    if argument in ("filter", "where"):
        value = msgspec.convert(value, clients["styles"].models.Filter)
    call_sync_and_async(clients["styles"], server, "styles.query", **{argument: value})
    assert server.last.url.raw_path == f"/query?{query}".encode()


def test_path_header_and_cookie_parameters_are_sent(clients: Clients) -> None:
    server = Server(204)
    call_sync_and_async(
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
    call_sync_and_async(
        clients["styles"], server, "styles.other", "a", ["b", "c"], ["d", "e"]
    )
    assert server.last.url.raw_path == b"/other/.a/;matrix=b,c/;both=d;both=e"


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("labels", "/labels/.a%20b/.1,2/.1.2/.R,1,G,2/.R=1.G=2"),
        (
            "matrix",
            "/matrix/;text=a%20b/;list=1,2/;many=1;many=2/;map=R,1,G,2/;R=1;G=2",
        ),
    ],
)
def test_path_styles_send_each_kind_of_value(
    clients: Clients, method: str, path: str
) -> None:
    server, color = Server(204), clients["styles"].models.Color(r=1, g=2)
    arguments = ("a b", [1, 2], [1, 2], color, color)
    names = ("text", "list", "many", "map", "exploded")
    named = dict(zip(names, arguments, strict=True))
    call_sync_and_async(clients["styles"], server, f"styles.{method}", **named)
    assert server.last.url.raw_path.decode() == path


def test_header_parameters_send_each_kind_of_value(clients: Clients) -> None:
    server, color = Server(204), clients["styles"].models.Color(r=1, g=2)
    many = {"x_text": "a b", "x_many": [1, 2]}
    maps = {"x_map": color, "x_exploded": color, "x_json": color}
    call_sync_and_async(clients["styles"], server, "styles.headers", **many, **maps)
    sent = {k: v for k, v in server.last.headers.items() if k.startswith("x-")}
    assert sent == {
        "x-text": "a b",
        "x-many": "1,2",
        "x-map": "R,1,G,2",
        "x-exploded": "R=1,G=2",
        "x-json": '{"R":1,"G":2}',
    }


def test_cookie_parameters_send_each_kind_of_value(clients: Clients) -> None:
    server, color = Server(204), clients["styles"].models.Color(r=1, g=2)
    cookies = {"text": "a;b", "list": [1, 2], "map": color, "json": color}
    call_sync_and_async(clients["styles"], server, "styles.cookies", **cookies)
    assert server.last.headers["Cookie"] == (
        "text=a%3Bb; list=1,2; map=R,1,G,2; json=%7B%22R%22%3A1%2C%22G%22%3A2%7D"
    )


def test_query_styles_send_objects(clients: Clients) -> None:
    server, color = Server(204), clients["styles"].models.Color(r=1, g=2)
    lists = {"many": [1, 2], "spaces": color, "pipes": color}
    call_sync_and_async(
        clients["styles"], server, "styles.content", color, [1, 2], **lists
    )
    assert server.last.url.raw_path == (
        b"/content/%7B%22R%22%3A1%2C%22G%22%3A2%7D/1,2"
        b"?many=1&many=2&spaces=R%201%20G%202&pipes=R%7C1%7CG%7C2"
    )


def test_response_that_is_not_json_is_text_or_bytes(clients: Clients) -> None:
    server = RawServer("a;ü".encode("latin-1"), "text/csv; charset=latin-1")
    assert call_sync_and_async(clients["answers"], server, "answers.text") == "a;ü"
    assert server.last.headers["Accept"] == "text/csv"
    server = RawServer(b"%PDF\xff", "application/pdf")
    assert (
        call_sync_and_async(clients["answers"], server, "answers.file") == b"%PDF\xff"
    )
    assert server.last.headers["Accept"] == "application/pdf, image/png"
    assert (
        call_sync_and_async(
            clients["answers"], RawServer(b"", "text/csv"), "answers.text"
        )
        == ""
    )
    server = RawServer(b"<id>x</id>", "application/xml")
    assert (
        call_sync_and_async(clients["answers"], server, "answers.xml") == b"<id>x</id>"
    )
    assert server.last.headers["Accept"] == "application/xml"
    server = RawServer(b"\0\xff", "application/octet-stream")
    assert (
        call_sync_and_async(clients["answers"], server, "answers.octets") == b"\0\xff"
    )


@pytest.mark.parametrize(
    "media_type", ["application/hal+json", "application/vnd.api+json; charset=utf-8"]
)
def test_response_with_json_suffix_is_read_as_json(
    clients: Clients, media_type: str
) -> None:
    server = RawServer(b'{"id": "x"}', media_type)
    result = call_sync_and_async(clients["answers"], server, "answers.hal")
    assert result == clients["answers"].models.Made(id="x")


def test_exact_status_takes_precedence_over_its_range(clients: Clients) -> None:
    answers = clients["answers"]
    made, changed = answers.models.Made(id="x"), answers.models.Changed(version=1)
    assert (
        call_sync_and_async(answers, Server(200, {"id": "x"}), "answers.exact") == made
    )
    assert (
        call_sync_and_async(answers, Server(203, {"version": 1}), "answers.exact")
        == changed
    )
    for status, model in ((409, made), (418, changed)):
        server = Server(status, msgspec.to_builtins(model))
        with pytest.raises(answers.APIStatusError) as caught:
            call_sync_and_async(answers, server, "answers.exact")
        assert caught.value.body == model


@both_modes
def test_raw_response_has_the_headers(clients: Clients, mode: str) -> None:
    answers = clients["answers"]
    server = Server(200, {"id": "x"}, etag="v1", **{"x-left": "7"})

    async def in_async() -> Any:
        async with answers.AsyncAnswers(http=server.asynchronous) as client:
            return await client.raw(client.answers.exact)

    if mode == "async":
        raw = asyncio.run(in_async())
    else:
        with answers.Answers(http=server.sync) as client:
            raw = client.raw(client.answers.exact)
    assert (raw.headers["X-Left"], raw.headers["ETag"]) == ("7", "v1")
    assert raw.value == answers.models.Made(id="x")


@pytest.mark.parametrize(
    ("status", "body", "name"),
    [(200, {"version": 3}, "Changed"), (201, {"id": "x"}, "Made"), (204, None, None)],
)
def test_response_is_read_by_its_status(
    clients: Clients, status: int, body: object, name: str | None
) -> None:
    result = call_sync_and_async(
        clients["answers"], Server(status, body), "answers.put"
    )
    assert (type(result).__name__ if name else result) == name
    if name:
        assert msgspec.to_builtins(result) == body


def test_response_is_read_by_status_range_or_default(clients: Clients) -> None:
    answers = clients["answers"]
    server = Server(203, {"id": "x"})
    assert call_sync_and_async(
        answers, server, "answers.vendor"
    ) == answers.models.Made(id="x")
    assert server.last.headers["Accept"] == "application/vnd.example.v2+json"
    assert call_sync_and_async(
        answers, server, "answers.default"
    ) == answers.models.Made(id="x")
    assert server.last.headers["Accept"] == "application/json"
    with answers.Answers(http=Server(418, {"version": 1}).sync) as client:
        with pytest.raises(answers.APIStatusError) as caught:
            client.answers.vendor()
    assert caught.value.body == answers.models.Changed(version=1)


def test_accepted_response_is_returned_without_polling(clients: Clients) -> None:
    answers = clients["answers"]
    made, changed = answers.models.Made(id="x"), answers.models.Changed(version=1)
    assert (
        call_sync_and_async(answers, Server(200, {"id": "x"}), "answers.later") == made
    )
    assert (
        call_sync_and_async(answers, Server(202, {"version": 1}), "answers.later")
        == changed
    )
    assert (
        call_sync_and_async(answers, Server(200, {"id": "x"}), "answers.perhaps_later")
        == made
    )
    assert call_sync_and_async(answers, Server(202), "answers.perhaps_later") is None


@pytest.mark.parametrize(
    ("status", "body", "name"),
    [
        (404, {"version": 1}, "Changed"),
        (503, {"id": "x"}, "Made"),
        (409, {"tag": "t"}, "LaterDefaultResponse"),
        (404, {"id": "x"}, "dict"),
    ],
)
def test_error_body_is_read_by_status_range_or_default(
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
        ("exists", "HEAD https://api.places.example/v1/usual"),
        ("options", "OPTIONS https://api.places.example/v1/usual"),
        ("trace", "TRACE https://api.places.example/v1/usual"),
        ("copy", "COPY https://api.places.example/v1/usual"),
        ("link", "Link https://api.places.example/v1/usual"),
        ("upload", "POST https://eu.upload.example/elsewhere"),
        ("relative", "PUT https://api.places.example/v2/elsewhere"),
    ],
)
def test_operation_uses_its_method_and_server(
    clients: Clients, method: str, sent: str
) -> None:
    server = Server(204)
    call_sync_and_async(clients["places"], server, f"places.{method}")
    assert f"{server.last.method} {server.last.url}" == sent
    options = {"base_url": "https://mine.example/api"}
    call_sync_and_async(clients["places"], server, f"places.{method}", client=options)
    assert str(server.last.url).startswith("https://mine.example/api/")


def test_server_variables_are_client_options(clients: Clients) -> None:
    servers, server = clients["servers"], Server(204)

    def url(method: str, **options: str) -> str:
        call_sync_and_async(servers, server, f"servers.{method}", client=options)
        return str(server.last.url)

    assert url("usual") == "https://eu.servers.example:8443/v2/usual"
    assert url("usual", region="us", port="444", stage="v1") == (
        "https://us.servers.example:444/v1/usual"
    )
    assert url("of_path", region="us") == "https://here.path.example/1/path"
    assert url("of_operation", region="us") == "https://operation.example/3/path"
    assert url("usual", scheme="http").startswith("http://eu.servers.example")


def test_http_server_of_an_operation_needs_no_option_without_credentials(
    clients: Clients,
) -> None:
    server = Server(204)
    call_sync_and_async(clients["places"], server, "places.clear")
    assert server.last.url.scheme == "http"


def test_webhooks_and_callbacks_have_models(clients: Clients) -> None:
    models = clients["inbound"].models
    happened = msgspec.json.decode(b'{"what": "rain"}', type=models.Happened)
    assert happened.what == "rain"
    assert models.EndedRequest(why="sun").why == "sun"
    begun = msgspec.json.decode(b'{"when": "2026-01-02"}', type=models.BegunRequest)
    assert begun.when == date(2026, 1, 2)
    assert models.ChangedRequest(how="slowly").how == "slowly"


def test_each_security_scheme_sends_its_credential(clients: Clients) -> None:
    vault, server = clients["security"], Server(204)

    def sent(method: str, **options: str) -> str | None:
        call_sync_and_async(vault, server, f"secrets.{method}", client=options)
        return server.last.headers.get("Authorization")

    assert sent("log_in", login="Aladdin:open sesame") == (
        "Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ=="
    )
    assert sent("prove", http_credential="p") == "DPoP p"
    assert sent("read_digest", digest="d") == "Digest d"
    assert sent("read_files", oauth="o") == "Bearer o"
    assert sent("read_files", openid="i") == "Bearer i"
    assert sent("ask_device", token="t") is None
    assert sent("read_header", header="h") is None
    assert server.last.headers["X-Key"] == "h"
    with pytest.raises(ValueError, match="not a user name and a password") as caught:
        vault.Vault(login="secret")
    assert "secret" not in str(caught.value)


def test_query_method_sends_a_json_body(clients: Clients) -> None:
    server = Server(204)
    call_sync_and_async(clients["places"], server, "places.search", near="Elm")
    assert json.loads(server.last.content) == {"near": "Elm"}


def test_reserved_expansion_keeps_slashes(clients: Clients) -> None:
    package, server = clients["reserved_expansion"], Server(204)
    method = "hotels.list"
    call_sync_and_async(package, server, method, "accounts/a b%2F?#")
    assert server.last.url.raw_path == b"/v3/accounts/a%20b%252F%3F%23/hotels"
    for refused in ("a/../b", "..", "a//b", "/a", "a/", "a/%2e%2e", ""):
        with pytest.raises(ValueError, match="may not be"):
            call_sync_and_async(package, server, method, refused)
