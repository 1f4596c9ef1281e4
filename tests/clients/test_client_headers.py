"""Tests of headers of every request, which the document gives a value and the caller another."""

import asyncio
import inspect
from types import ModuleType
from typing import Any

import httpx2
import pytest

from tests.support.casting import Server, call_sync_and_async

DEFAULTS = {"dated-version": "2026-01-01", "x-team": "blue", "timeout": "5"}


@pytest.fixture
def dated(clients: dict[str, ModuleType]) -> ModuleType:
    return clients["headers"]


def sent(server: Server) -> dict[str, str]:
    """Return those headers of the last request that are in `DEFAULTS`."""
    assert len(server.last.headers.multi_items()) == len(server.last.headers)
    return {name: v for name, v in server.last.headers.items() if name in DEFAULTS}


def call(dated: ModuleType, options: dict[str, Any], headers: Any = None) -> Any:
    """List pets in both modes with options of the client, and return the headers sent."""
    server = Server()
    with dated.Dated(http=server.sync, **options) as client:
        client.with_options(extra_headers=headers).pets.list()
    synchronous = sent(server)

    async def call_async() -> None:
        async with dated.AsyncDated(http=server.asynchronous, **options) as client:
            await client.with_options(extra_headers=headers).pets.list()

    asyncio.run(call_async())
    assert sent(server) == synchronous
    return synchronous


def test_every_request_has_the_headers_of_the_document(dated: ModuleType) -> None:
    server = Server()
    call_sync_and_async(dated, server, "pets.list")
    assert sent(server) == DEFAULTS


def test_argument_overrides_the_value(dated: ModuleType) -> None:
    assert call(dated, {"api_version": "2024-01-01", "timeout_header": None}) == {
        "dated-version": "2024-01-01",
        "x-team": "blue",
    }


def test_headers_of_with_options_override_the_value(dated: ModuleType) -> None:
    assert call(dated, {}, {"DATED-VERSION": "2023-01-01"}) == {
        **DEFAULTS,
        "dated-version": "2023-01-01",
    }


def test_operation_has_a_value_of_its_own(dated: ModuleType) -> None:
    server = Server()
    call_sync_and_async(dated, server, "pets.create")
    assert sent(server) == {**DEFAULTS, "dated-version": "2025-01-01"}
    call_sync_and_async(
        dated, server, "pets.create", api_version="2024-01-01", x_team="red"
    )
    assert sent(server) == {
        **DEFAULTS,
        "dated-version": "2024-01-01",
        "x-team": "red",
    }
    with dated.Dated(http=server.sync, api_version="2022-01-01") as client:
        client.pets.create()
    assert sent(server)["dated-version"] == "2025-01-01"


def test_another_server_of_the_document_gets_the_headers(dated: ModuleType) -> None:
    server = Server()
    call_sync_and_async(dated, server, "toys.list")
    assert server.last.url.host == "toys.example" and sent(server) == DEFAULTS


@pytest.mark.parametrize(
    ("options", "error", "message"),
    [
        ({"api_version": 5}, TypeError, "Dated-Version must be a string"),
        ({"api_version": "1\r\nX: y"}, ValueError, "Dated-Version"),
        (
            {"http": httpx2.Client(headers={"dated-version": "1"})},
            ValueError,
            "has the header Dated-Version: pass it to this client",
        ),
    ],
)
def test_invalid_value_is_refused(
    dated: ModuleType, options: dict[str, Any], error: type[Exception], message: str
) -> None:
    with pytest.raises(error, match=message):
        dated.Dated(**options)


def test_signature_has_the_values(dated: ModuleType) -> None:
    parameters = inspect.signature(dated.Dated).parameters
    assert parameters["api_version"].default == "2026-01-01"
    assert parameters["x_team"].default == "blue"
    assert "api_version: The version of the API." in dated.Dated.__doc__
    create = inspect.signature(dated.client.Pets.create).parameters
    assert create["api_version"].default == "2025-01-01"


def test_clerk_sends_the_version_of_its_document() -> None:
    import clerk

    server = Server(200, {"object": "token", "jwt": "a.b.c"})
    options = {"secret_key": "sk_test_1"}
    call_sync_and_async(clerk, server, "sessions.create_token", "1", client=options)
    assert server.last.headers["Clerk-API-Version"] == "2026-05-12"
