"""Tests of streams and downloads of generated clients in both modes."""

import asyncio
import json
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Any

import httpx2
import pytest

from tests.support.casting import import_client

Clients = dict[str, ModuleType]

EVENTS = {"Content-Type": "text/event-stream"}


class Server:
    """Mock server that sends the same body to every request, and records the requests."""

    def __init__(self, body: bytes, headers: dict[str, str] | None = None) -> None:
        self.body = body
        self.headers = headers or {}
        self.requests: list[httpx2.Request] = []

    def __call__(self, request: httpx2.Request) -> httpx2.Response:
        self.requests.append(request)
        return httpx2.Response(200, headers=self.headers, content=self.body)

    def use_sync_and_async(self, package: ModuleType, use: Callable[..., Any]) -> Any:
        """Call a function with the sync and the async client, and return its result.

        Both must send the same request and get the same result.
        """
        name = next(n for n in package.__all__ if f"{n}Error" in package.__all__)
        transport = httpx2.MockTransport(self)

        async def in_async() -> Any:
            async with getattr(package, f"Async{name}")(http=transport) as client:
                value = await use(client)
                if hasattr(value, "__aiter__"):
                    return [item async for item in value]
                return value

        with getattr(package, name)(http=transport) as client:
            value = use(client)
            found = list(value) if hasattr(value, "__iter__") else value
        assert asyncio.run(in_async()) == found
        first, second = self.requests
        assert (first.url, first.content) == (second.url, second.content)
        return found


def test_event_data_is_read_as_json(clients: Clients) -> None:
    package = clients["streams"]
    server = Server(b'id: 7\ndata: {"id": 1,\ndata: "text": "a"}\n\n', EVENTS)
    (event,) = server.use_sync_and_async(
        package, lambda client: client.streams.listen(since="x")
    )
    assert event == package.ServerSentEvent(
        package.Entry(id=1, text="a"), event="message", id="7"
    )
    assert server.requests[0].headers["Accept"] == "text/event-stream"


def test_event_data_is_read_by_event_type(clients: Clients) -> None:
    package = clients["streams"]
    server = Server(
        b'event: note\ndata: {"id": 1}\n\nevent: entry\ndata: {"id": 2}\n\n'
        b'event: changed\ndata: {"id": 3}\n\ndata: other\n\n',
        EVENTS,
    )
    found = server.use_sync_and_async(
        package, lambda client: client.streams.listen_to_kinds()
    )
    assert [event.data for event in found] == [
        '{"id": 1}',
        package.Entry(id=2),
        package.Entry(id=3),
        "other",
    ]


def test_event_with_an_unknown_name_stays_plain_data(clients: Clients) -> None:
    package = clients["streams"]
    server = Server(b'event: ping\ndata: {"id": 1}\n\nevent: beat\ndata: x\n\n', EVENTS)
    with pytest.warns(
        package.errors.ResponseWarning, match=r"\$: expected event 'note' \| 'entry'"
    ):
        ping, beat = server.use_sync_and_async(
            package, lambda client: client.streams.listen_to_kinds()
        )
    assert isinstance(ping.data, package.Unknown) and ping.data == {"id": 1}
    assert beat.data == "x"


@pytest.mark.parametrize("data", ["{}", '{"type": "ping"}', '{"text": "a"}'])
def test_event_without_a_known_tag_stays_plain_data(data: str, tmp_path: Path) -> None:
    document = tmp_path / "chat.json"
    document.write_text(json.dumps(CHAT), encoding="utf-8")
    chat = import_client(document, tmp_path)
    server = Server(
        f"data: {data}\n\n".encode() + b'data: {"type": "stop"}\n\n', EVENTS
    )
    with pytest.warns(chat.errors.ResponseWarning, match=r"\$\.type: expected 'delta'"):
        unknown, stop = server.use_sync_and_async(
            chat, lambda client: client.talk.listen()
        )
    assert isinstance(unknown.data, chat.Unknown)
    assert unknown.data == json.loads(data)
    assert stop.data == chat.models.Stop()


def _tagged(type_: str, *required: str) -> dict[str, Any]:
    properties: dict[str, Any] = {"type": {"const": type_}, "text": {"type": "string"}}
    return {"type": "object", "required": required, "properties": properties}


CHAT = {
    "openapi": "3.1.0",
    "info": {"title": "Chat", "version": "1"},
    "servers": [{"url": "https://chat.example"}],
    "paths": {
        "/talk": {
            "get": {
                "operationId": "listen",
                "tags": ["talk"],
                "responses": {
                    "200": {
                        "description": "Events.",
                        "content": {
                            "text/event-stream": {
                                "schema": {"$ref": "#/components/schemas/Event"}
                            }
                        },
                    }
                },
            }
        }
    },
    "components": {
        "schemas": {
            "Event": {
                "oneOf": [
                    {"$ref": "#/components/schemas/Delta"},
                    {"$ref": "#/components/schemas/Stop"},
                ],
                "discriminator": {"propertyName": "type"},
            },
            "Delta": _tagged("delta", "type", "text"),
            "Stop": _tagged("stop", "type"),
        }
    },
}


@pytest.mark.parametrize(
    ("method", "expected"),
    [("listen_to_notes_as_stream", [5, "x"]), ("listen_to_words", ["5", "x"])],
)
def test_event_data_without_json_content_is_text(
    clients: Clients, method: str, expected: list[object]
) -> None:
    server = Server(b"data: 5\n\ndata: x\n\n", EVENTS)
    found = server.use_sync_and_async(
        clients["streams"], lambda client: getattr(client.streams, method)()
    )
    assert [event.data for event in found] == expected


@pytest.mark.parametrize(
    ("method", "body"),
    [
        ("export", b'[{"id": 1}, {"id": 2}]'),
        ("export_as_stream", b'{"id": 1}\n{"id": 2}\n'),
        ("export_sequence", b'\x1e{"id": 1}\n\x1e{"id": 2}\n'),
    ],
)
def test_streamed_items_are_read_in_each_format(
    clients: Clients, method: str, body: bytes
) -> None:
    package = clients["streams"]
    found = Server(body).use_sync_and_async(
        package, lambda c: getattr(c.streams, method)()
    )
    assert found == [package.Entry(id=1), package.Entry(id=2)]


def test_operation_with_optional_stream_has_two_methods(clients: Clients) -> None:
    package = clients["streams"]
    server = Server(b'{"id": 1}')
    whole = server.use_sync_and_async(
        package, lambda client: client.streams.answer("why")
    )
    assert whole == package.Entry(id=1)
    assert json.loads(server.requests[0].content) == {"question": "why"}
    server = Server(b'data: {"words": "be"}\n\ndata: [DONE]\n\n', EVENTS)
    found = server.use_sync_and_async(
        package, lambda client: client.streams.answer_as_stream("why")
    )
    assert [event.data for event in found] == [package.Part(words="be")]
    assert json.loads(server.requests[0].content) == {"question": "why", "stream": True}


def test_warning_about_an_item_names_the_callers_line(
    clients: Clients,
) -> None:
    package = clients["streams"]
    http = httpx2.MockTransport(Server(b'data: {"id": "x"}\n\n', EVENTS))
    with package.Streams(http=http) as client:
        with pytest.warns(package.ResponseWarning) as caught:
            list(client.streams.listen())
    assert [warning.filename for warning in caught] == [__file__]


def test_download_writes_the_body_and_returns_its_size(
    clients: Clients, tmp_path: Path
) -> None:
    package = clients["streams"]
    server = Server(b"\x89PNG")
    path = tmp_path / "x.png"
    assert (
        server.use_sync_and_async(
            package, lambda c: c.download(path, c.download_.fetch)
        )
        == 4
    )
    assert path.read_bytes() == b"\x89PNG"
