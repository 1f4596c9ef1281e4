"""Tests of properties that the document does not describe: kept, sent again, or reported."""

import asyncio
import json
import warnings
from types import ModuleType
from typing import Any

import pytest

from tests.support.casting import RawServer, Server, call_sync_and_async

Clients = dict[str, ModuleType]

THING: dict[str, Any] = {
    "id": "1",
    "added_later": 5,
    "null_later": None,
    "additional_properties": "its own property",
    "sub": {"k": "v", "z": 1},
    "below": {"id": "2", "deep": {"id": 1}},
    "byName": {"a": {"id": "3", "x": []}},
    "pet": {"kind": "Dog", "size": 2, "tail": True},
}


@pytest.fixture
def package(clients: Clients) -> ModuleType:
    return clients["additional"]


def put_things(package: ModuleType, things: list[Any], **more: Any) -> Any:
    server = Server()
    body = package.models.Envelope(things=things, **more)
    call_sync_and_async(package, server, "things.put", "1", body=body)
    return json.loads(server.last.content)


def test_unknown_properties_of_a_response_are_sent_again(package: ModuleType) -> None:
    with warnings.catch_warnings(action="error"):
        thing = call_sync_and_async(package, Server(200, THING), "things.get", "1")
    assert thing.additional_properties == {"added_later": 5, "null_later": None}
    assert thing.additional_properties_ == "its own property"
    assert thing.sub.additional_properties == {"z": 1}
    assert thing.pet.additional_properties == {"tail": True}
    assert put_things(package, [thing]) == {"things": [THING]}


def test_unknown_properties_are_no_mismatch_in_strict_mode(package: ModuleType) -> None:
    strict = {"strict_responses": True}
    server = Server(200, THING)
    thing = call_sync_and_async(package, server, "things.get", "1", client=strict)
    assert put_things(package, [thing]) == {"things": [THING]}


def test_additional_properties_are_set_by_hand(package: ModuleType) -> None:
    models = package.models
    thing = models.Thing(id="1", additional_properties={"new": [None]})
    thing.sub = models.ThingSub(k="v")
    thing.sub.additional_properties["z"] = 1
    sent = put_things(package, [thing], additional_properties={"more": 1})
    assert sent == {
        "things": [{"id": "1", "new": [None], "sub": {"k": "v", "z": 1}}]
    } | {"more": 1}
    with pytest.raises(ValueError, match="'id' is in additional_properties"):
        put_things(package, [models.Thing(id="1", additional_properties={"id": "2"})])


def test_additional_properties_of_a_form_are_sent(package: ModuleType) -> None:
    server = Server()
    body = package.models.Open(name="a", additional_properties={"b": "c"})
    call_sync_and_async(package, server, "things.post_form", body=body, id="1")
    assert server.last.content == b"name=a&b=c"


def test_items_of_pages_and_events_keep_unknown_properties(package: ModuleType) -> None:
    pages = Server(200, {"items": [{"id": "1", "new": 1}, {"id": "2"}], "total": 2})
    events = RawServer(b'data: {"id": "1", "new": 1}\n\n', "text/event-stream")

    def use_sync() -> list[Any]:
        client = package.Additional(http=pages.sync)
        page = client.things.list()
        stream = package.Additional(http=events.sync).things.watch()
        return [page.body, *page, *(event.data for event in stream)]

    async def use_async() -> list[Any]:
        client = package.AsyncAdditional(http=pages.asynchronous)
        page = await client.things.list()
        stream = await package.AsyncAdditional(http=events.asynchronous).things.watch()
        items = [item async for item in page]
        return [page.body, *items, *[event.data async for event in stream]]

    found = use_sync()
    assert asyncio.run(use_async()) == found
    assert [part.additional_properties for part in found] == [
        {"total": 2},
        {"new": 1},
        {},
        {"new": 1},
    ]


def test_unknown_property_of_a_closed_model_is_reported_and_left_out(
    package: ModuleType,
) -> None:
    server = Server(200, {"name": "a", "additional_properties": True, "added": 1})
    with pytest.warns(
        package.ResponseWarning, match=r"\$\.\*: expected no such property"
    ):
        closed = call_sync_and_async(package, server, "things.get_closed")
    assert closed == package.models.Closed(name="a", additional_properties=True)
    with pytest.raises(package.ResponseValidationError, match="no such property"):
        call_sync_and_async(
            package, server, "things.get_closed", client={"strict_responses": True}
        )


def test_error_body_is_a_model_beside_a_property_that_it_forbids(
    package: ModuleType,
) -> None:
    server = RawServer(b'{"title": "none", "added": 1}', "application/json", 404)
    with pytest.raises(package.errors.NotFoundError) as raised:
        call_sync_and_async(package, server, "things.get", "1")
    assert raised.value.body == package.models.Problem(title="none")
