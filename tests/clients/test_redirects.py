"""Tests of documented 3xx responses, which are results unless they are followed."""

import inspect
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from tests.faults.actions import respond
from tests.faults.server import run_server
from tests.support.casting import Server, call_sync_and_async

Clients = dict[str, ModuleType]


@pytest.fixture
def package(clients: Clients) -> ModuleType:
    return clients["redirects"]


@pytest.mark.parametrize(
    ("method", "arguments", "status"),
    [
        ("artifacts.download", [1], 302),
        ("jobs.get", [1], 303),
        ("pages.get", ["a"], 302),
        ("pages.get", ["a"], 304),
        ("pages.put", ["a"], 303),
        ("files.get", [], 307),
    ],
)
def test_documented_redirect_without_a_body_is_none(
    package: ModuleType, method: str, arguments: list[Any], status: int
) -> None:
    server = Server(status, Location="/elsewhere")
    assert call_sync_and_async(package, server, method, *arguments) is None


def test_documented_redirect_with_a_json_body_is_its_model(package: ModuleType) -> None:
    variants = package.Variants(urls=["/a"])
    body = {"urls": ["/a"]}
    server = Server(300, json=body)
    assert call_sync_and_async(package, server, "variants.list") == variants
    server = Server(301, json=body, Location="/a")
    assert call_sync_and_async(package, server, "pages.get", "a") == variants


@pytest.mark.parametrize(
    ("method", "arguments", "status"),
    [
        ("artifacts.download", [1], 301),
        ("jobs.get", [1], 302),
        ("variants.list", [], 302),
        ("files.get", [], 302),
    ],
)
def test_other_redirect_is_an_error(
    package: ModuleType, method: str, arguments: list[Any], status: int
) -> None:
    server = Server(status, Location="/elsewhere")
    with pytest.raises(package.APIStatusError, match=f"returned {status}: a redirect"):
        call_sync_and_async(package, server, method, *arguments)


def test_annotations_have_the_results_of_redirects(package: ModuleType) -> None:
    def returned(client: str, method: str) -> str:
        function = getattr(getattr(package.client, client), method)
        return str(inspect.signature(function).return_annotation)

    assert returned("Jobs", "get") == "Job | None"
    assert returned("VariantsResource", "list") == "Any"
    assert returned("Pages", "get") == "Job | Variants | Unknown | None"
    assert returned("Pages", "put") == "None"
    assert returned("Files", "get") == "bytes | None"


def test_raw_has_the_location(package: ModuleType) -> None:
    http = Server(303, Location="/results/1").sync
    with http, package.Redirects(http=http) as client:
        response = client.raw(client.jobs.get, 1)
    assert response.status_code == 303 and response.value is None
    assert response.headers["location"] == "/results/1"


def test_documented_redirect_is_followed_if_the_client_follows_redirects(
    package: ModuleType,
) -> None:
    job = respond(200, b'{"id": 2}', "Content-Type: application/json")
    with run_server(respond(303, b"", "Location: /results/1"), job) as server:
        with package.Redirects(base_url=server.url, follow_redirects=True) as client:
            assert client.jobs.get(1) == package.Job(id=2)


@pytest.mark.parametrize("path", ["files.get", "artifacts.download"])
def test_download_follows_a_redirect_or_is_refused(
    package: ModuleType, tmp_path: Path, path: str
) -> None:
    resource, name = path.split(".")
    arguments = [1] if "artifact" in path else []
    status = 302 if "artifact" in path else 307
    redirect = respond(status, b"", "Location: /x")
    target = tmp_path / "file"
    with run_server(redirect) as server:
        with package.Redirects(base_url=server.url) as client:
            method = getattr(getattr(client, resource), name)
            with pytest.raises(package.APIStatusError, match=f"returned {status}"):
                client.download(target, method, *arguments)
    assert not target.exists()
    with run_server(redirect, respond(200, b"PK")) as server:
        with package.Redirects(base_url=server.url, follow_redirects=True) as client:
            method = getattr(getattr(client, resource), name)
            assert client.download(target, method, *arguments) == 2
    assert target.read_bytes() == b"PK"
