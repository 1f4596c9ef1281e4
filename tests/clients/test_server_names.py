"""Tests of the `server` argument: servers that are chosen by name."""

import asyncio
import inspect
import typing
from types import ModuleType
from typing import Any

import pytest
from clientcast.parse.servers import server_name

from tests.support.casting import Server, call_sync_and_async

Clients = dict[str, ModuleType]


@pytest.fixture
def package(clients: Clients) -> ModuleType:
    return clients["server_names"]


@pytest.mark.parametrize(
    ("options", "url"),
    [
        ({}, "https://demo.live.example/v2/things"),
        ({"server": "live", "stage": "v3"}, "https://demo.live.example/v3/things"),
        ({"tenant": "a"}, "https://a.live.example/v2/things"),
        (
            {"server": "sandbox", "tenant": "a"},
            "https://a.sandbox.example:8443/things",
        ),
        (
            {"server": "7'\"x", "server_variable": "t"},
            "https://server.example/t/things",
        ),
        ({"base_url": "https://x.example/y"}, "https://x.example/y/things"),
    ],
)
def test_server_is_chosen_by_name(
    package: ModuleType, options: dict[str, str], url: str
) -> None:
    server = Server(204)
    call_sync_and_async(package, server, "things.list", client=options)
    assert str(server.last.url) == url


@pytest.mark.parametrize(
    ("options", "problem"),
    [
        ({"server": "staging"}, "server must be one of 'live', 'sandbox', "),
        ({"server": ""}, "server must be one of"),
        ({"server": "sandbox", "stage": "v3"}, "stage is not part of the URL"),
        ({"server": "live", "base_url": "https://x.example"}, "not both"),
    ],
)
def test_invalid_choice_is_refused(
    package: ModuleType, options: dict[str, Any], problem: str
) -> None:
    for class_ in (package.ServerNames, package.AsyncServerNames):
        with pytest.raises(ValueError, match=problem):
            class_(**options)


def test_names_are_a_literal_type(package: ModuleType) -> None:
    api = __import__(f"{package.__name__}._api", fromlist=["ServerName"])
    assert typing.get_args(api.ServerName) == ("live", "sandbox", "7'\"x")
    signature = inspect.signature(package.ServerNames.__init__)
    assert signature.parameters["server"].annotation == "ServerName | None"
    assert "`sandbox` (https://" in package.ServerNames.__doc__


def test_single_server_has_no_name(clients: Clients) -> None:
    signature = inspect.signature(clients["servers"].Servers.__init__)
    assert "server" not in signature.parameters


@pytest.mark.parametrize(
    ("value", "name"),
    [
        ({"name": "eu-1", "description": "Other"}, "eu-1"),
        ({"description": "Sandbox"}, "sandbox"),
        ({"description": "The sandbox server (fake data)"}, "sandbox"),
        ({"description": "Production API - live data"}, "production"),
        ({"description": "US East.\nMore"}, "us_east"),
        ({"description": "API server"}, "api_server"),
        ({"description": "Acme.io API sandbox environment."}, "acme_io_sandbox"),
        ({"description": "EU-West"}, "eu_west"),
        ({"description": "A server that is not yet in use anywhere"}, ""),
        ({"description": "日本"}, ""),
        ({}, ""),
    ],
)
def test_name_of_a_server(value: dict[str, Any], name: str) -> None:
    assert server_name(value) == name


def test_tenants_use_their_own_server(package: ModuleType) -> None:
    server = Server(204)

    async def main() -> None:
        async with package.AsyncServerNames(
            server="sandbox", http=server.asynchronous
        ) as client:
            await client.with_options(base_url="https://x.example").things.list()

    asyncio.run(main())
    assert str(server.last.url) == "https://x.example/things"
