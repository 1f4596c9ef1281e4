"""Tests of recordings: real calls to a server on loopback, replayed without it."""

import asyncio
import json
import threading
from base64 import b64encode
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from secrets import token_hex
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx2
import pytest
from okta._runtime.testing.exchanges import Exchange
from okta._runtime.testing.matching import differences
from okta._runtime.testing.redaction import Redactor

from tests.guide.blocks import read_blocks
from tests.support.casting import import_client
from tests.support.project import ROOT
from tests.testing.packages import WITH_FAKE

ACME = ROOT / "docs" / "acme.md"
FILE = bytes(range(256))
CLIENT_SECRET = "client/secret+1"


class Handler(BaseHTTPRequestHandler):
    """The Acme API: pages, files, events and tokens. The first tries of some calls fail."""

    protocol_version = "HTTP/1.1"
    counts: dict[str, int] = {}
    token = ""

    def do_GET(self) -> None:
        url = urlsplit(self.path)
        first = self.counts.setdefault(self.path, 0) == 0
        self.counts[self.path] += 1
        match url.path:
            case "/orders" if "after" not in url.query:
                self.respond({"orders": [{"id": "1", "status": "open"}], "next": "c2"})
            case "/orders":
                assert parse_qs(url.query)["after"] == ["c2"]
                self.respond({"orders": [{"id": "2", "status": "paid"}]})
            case "/orders/busy" if first:
                headers = {"Retry-After": self.date_time_string(self.now() + 1)}
                self.respond({}, 503, headers)
            case "/orders/broken" if first:
                self.close_connection = True
            case "/orders/gone":
                self.respond({"message": f"no order for {self.token}"}, 404)
            case "/files/1":
                self.respond(FILE, media_type="application/octet-stream")
            case "/events":
                event = 'data: {"id": "1", "status": "open", "token": "%s"}\n\n'
                self.respond(
                    (event % token_hex(9)).encode(), media_type="text/event-stream"
                )
            case _:
                order = {"id": url.path.rpartition("/")[2], "status": "paid"}
                self.respond({**order, "total": 1.5, "password": token_hex(9)})

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        if self.path == "/token":
            Handler.token = token_hex(16)
            assert b"grant_type=client_credentials" in body
            self.respond({"access_token": self.token, "token_type": "Bearer"})
        else:
            assert FILE in body
            self.respond({"id": "1"})

    def now(self) -> int:
        import time

        return int(time.time())

    def respond(
        self,
        body: object,
        status: int = 200,
        headers: dict[str, str] = {},
        media_type: str = "application/json",
    ) -> None:
        content = body if isinstance(body, bytes) else json.dumps(body).encode()
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("Set-Cookie", f"sid={token_hex(9)}; Path=/")
        self.send_header("Content-Type", media_type)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, format: str, *args: object) -> None:
        pass


@contextmanager
def run_server() -> Iterator[str]:
    """Run the API and yield its URL."""
    Handler.counts.clear()
    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@pytest.fixture(scope="module")
def acme(tmp_path_factory: pytest.TempPathFactory) -> Any:
    """The package of the Acme API, with its module `testing`."""
    folder = tmp_path_factory.mktemp("recorder")
    spec = folder / "acme.yaml"
    (document,) = (b.text for b in read_blocks(ACME) if b.title == spec.name)
    spec.write_text(document, encoding="utf-8")
    package: Any = import_client(spec, folder, conventions=WITH_FAKE)
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(str(folder))
        __import__(f"{package.__name__}.testing")
    return package


def options(url: str) -> dict[str, Any]:
    return {
        "base_url": url,
        "token_url": f"{url}/token",
        "client_id": "id-of-the-client",
        "client_secret": CLIENT_SECRET,
    }


def use(acme: Any, url: str, http: Any) -> list[object]:
    """Return what the calls of a synchronous client return."""
    with acme.Acme(**options(url), http=http) as client:
        found: list[object] = [order.id for order in client.orders.list()]
        found += [client.orders.get(id).id for id in ("1", "busy", "broken")]
        with pytest.raises(acme.NotFoundError):
            client.orders.get("gone")
        found.append(client.files.upload(acme.File(FILE, "a.bin"), title="t").id)
        found.append(client.files.download("1"))
        with client.events.stream() as events:
            found += [event.data.status for event in events]
    return found


async def use_async(acme: Any, url: str, http: Any) -> list[object]:
    """Return what the calls of an asynchronous client return."""
    async with acme.AsyncAcme(**options(url), http=http) as client:
        found: list[object] = [order.id async for order in await client.orders.list()]
        found += [(await client.orders.get(id)).id for id in ("1", "busy", "broken")]
        with pytest.raises(acme.NotFoundError):
            await client.orders.get("gone")
        file = acme.File(FILE, "a.bin")
        found.append((await client.files.upload(file, title="t")).id)
        found.append(await client.files.download("1"))
        async with await client.events.stream() as events:
            found += [event.data.status async for event in events]
    return found


def run(acme: Any, url: str, recording: Any, is_async: bool) -> list[object]:
    if is_async:
        return asyncio.run(use_async(acme, url, recording.async_http))
    return use(acme, url, recording.http)


EXPECTED = ["1", "2", "1", "busy", "broken", "1", FILE, "open"]


@pytest.mark.parametrize("is_async", [False, True])
def test_calls_are_replayed_without_a_network(
    acme: Any, tmp_path: Path, is_async: bool
) -> None:
    file = tmp_path / "folder" / "cassette.json"
    with run_server() as url, acme.testing.record(file) as recording:
        assert not recording.is_replay
        assert run(acme, url, recording, is_async) == EXPECTED
    content = file.read_bytes()
    for other in (is_async, not is_async):
        with acme.testing.record(file, mode="replay") as recording:
            assert run(acme, url, recording, other) == EXPECTED
    with run_server() as other_url, acme.testing.record(file, mode="record") as again:
        run(acme, other_url, again, is_async)
    port, other_port = (u.rpartition(":")[2].encode() for u in (url, other_url))
    assert file.read_bytes().replace(other_port, port) == content
    for secret in (Handler.token, CLIENT_SECRET, "client%2Fsecret"):
        assert secret.encode() not in content
    data = json.loads(content)
    assert json.dumps(data, indent=2, sort_keys=True) + "\n" == content.decode()
    assert {"fault": "RemoteProtocolError"}.items() <= data["exchanges"][6][
        "response"
    ].items()


def test_unrecorded_request_is_refused_with_the_nearest_one(
    acme: Any, tmp_path: Path
) -> None:
    file = tmp_path / "cassette.json"
    with run_server() as url, acme.testing.record(file) as recording:
        with acme.Acme(base_url=url, access_token="t", http=recording.http) as client:
            client.orders.get("1")
            client.orders.list(after="c2").items
    unexpected = acme.testing.UnexpectedCall
    with pytest.raises(unexpected, match="differs in query.after; mode='record'"):
        with acme.testing.record(file) as recording:
            client = acme.Acme(base_url=url, access_token="t", http=recording.http)
            with pytest.raises(unexpected):
                client.orders.list(after="c3").items
    with pytest.raises(unexpected, match="recorded once in .*, and was sent once more"):
        with acme.testing.record(file) as recording:
            client = acme.Acme(base_url=url, access_token="t", http=recording.http)
            assert client.orders.get("1").id == "1"
            client.orders.get("1")


def test_file_is_written_only_by_a_block_that_ends_well(
    acme: Any, tmp_path: Path
) -> None:
    file = tmp_path / "cassette.json"
    record = acme.testing.record
    with pytest.raises(FileNotFoundError):
        record(file, mode="replay")
    with pytest.raises(ValueError, match="mode is 'all'"):
        record(file, mode="all")
    transport = httpx2.MockTransport(lambda _: httpx2.Response(200, json={"id": "1"}))
    with pytest.raises(ZeroDivisionError), record(file, http=transport) as recording:
        client = acme.Acme(access_token="t", http=recording.http, strict_responses=True)
        with pytest.raises(acme.ResponseValidationError):
            client.orders.get("1")
        raise ZeroDivisionError
    assert not list(tmp_path.iterdir())
    for content in (
        b"{",
        b"[]",
        b'{"version": 2}',
        b'{"version": 1, "exchanges": [1]}',
    ):
        file.write_bytes(content)
        with pytest.raises(ValueError, match=r"cassette\.json is no recording"):
            record(file)


def test_stream_that_is_left_is_replayed_as_far_as_it_was_read(
    acme: Any, tmp_path: Path
) -> None:
    file = tmp_path / "cassette.json"
    event = b'data: {"id": "1", "status": "open"}\n\n'

    class Endless(httpx2.SyncByteStream):
        def __iter__(self) -> Iterator[bytes]:
            while True:
                yield event

    headers = {"Content-Type": "text/event-stream"}
    transport = httpx2.MockTransport(
        lambda _: httpx2.Response(200, headers=headers, stream=Endless())
    )
    for _ in range(2):
        with acme.testing.record(file, http=transport) as recording:
            client = acme.Acme(access_token="t", http=recording.http)
            with client.events.stream() as events:
                assert next(iter(events)).data.id == "1"
    with acme.testing.record(file) as recording:
        client = acme.Acme(access_token="t", http=recording.http)
        with pytest.raises(acme.APIConnectionError), client.events.stream() as events:
            assert len(list(events)) == 1


def redacted(
    request: httpx2.Request, response: httpx2.Response, **options: Any
) -> dict[str, Any]:
    """Return an exchange without its secrets."""
    redactor = Redactor(
        options.get("schemes", ()), options.get("hide", ()), options.get("keep", ())
    )
    exchange = Exchange(request, response, [response.content], True)
    (data,) = redactor.redact_all([exchange])
    return data


JWT = "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2lnbmF0dXJl"
SECRET = "s3cret-value"


@pytest.mark.parametrize(
    "body",
    [
        {"json": {"sessionToken": SECRET, "next": [{"api-key": SECRET}]}},
        {"json": {"credentials": {"password": {"value": SECRET}}}},
        {"json": {"tokens": [SECRET], "nested": json.dumps({"client_secret": SECRET})}},
        {"json": {"url": f"https://user:{SECRET}@x.example/?access_token={SECRET}"}},
        {"text": f"<Login><sessionToken>{SECRET}</sessionToken></Login>"},
        {"text": f"grant_type=x&refresh_token={SECRET}&x=1"},
        {"text": f'<login password="{SECRET}"/>'},
        {"text": f'{{"apiKey" : "{SECRET}", "n": NaN}}'},
        {"text": f"the header was Authorization: Bearer {SECRET}"},
        {"json": {"message": f"{JWT} is not valid", "secret": SECRET}},
    ],
)
def test_secrets_of_bodies_are_replaced(body: dict[str, Any]) -> None:
    request = httpx2.Request("POST", "https://x.example/", json=body.get("json"))
    data = json.dumps(redacted(request, httpx2.Response(200, **body)))
    assert SECRET not in data and JWT not in data
    assert "secret-1" in data


def test_secrets_of_headers_and_urls_are_replaced_everywhere() -> None:
    headers = {
        "Authorization": f"Basic {b64encode(f'name:{SECRET}'.encode()).decode()}",
        "Cookie": "a=cookie-value-1; b=2",
        "X-Key": "key-value-1",
    }
    request = httpx2.Request(
        "GET",
        f"https://x.example/tokens/{SECRET}/users/77?code=key-value-1&page_token=p2",
        headers=headers,
        extensions={"route": "/tokens/{token}/users/{id}"},
    )
    response = httpx2.Response(
        200,
        headers={
            "Set-Cookie": "sid=cookie-value-2; Path=/",
            "Location": f"/?q={SECRET}",
        },
        text=f"cookie-value-1 cookie-value-2 key-value-1 name:{SECRET}",
    )
    data = redacted(request, response, schemes=["X-Key"], hide=["id"])
    assert "-value" not in json.dumps(data)
    assert data["request"]["query"]["page_token"] == ["p2"]
    assert "/users/secret-" in data["request"]["url"]
    assert "set-cookie" not in data["response"]["headers"]


def test_hidden_number_stays_a_number_in_responses() -> None:
    request = httpx2.Request(
        "PUT",
        "https://x.example/users/77",
        json={"id": 77, "user": {"id": 78}},
        extensions={"route": "/users/{id}"},
    )
    data = redacted(request, httpx2.Response(200, json=[{"id": 77}]), hide=["id"])
    assert data["request"]["url"] == "https://x.example/users/secret-1"
    assert data["request"]["body"]["json"]["id"] == "secret-1"
    assert data["response"]["json"] == [{"id": 1}]
    (place,) = differences(data["request"], {**data["request"], "method": "POST"})
    assert place == "method"


def test_ids_and_names_to_keep_stay() -> None:
    body = {"id": "102", "token_type": "Bearer", "max_tokens": 5, "csrfToken": "abc"}
    request = httpx2.Request("GET", "https://x.example/users/102?limit=2")
    data = redacted(request, httpx2.Response(200, json=body), keep=["csrf_token"])
    assert data["response"]["json"] == body
    assert data["request"]["url"] == "https://x.example/users/102"
