"""Tests of the fake of the token endpoint, for clients that fetch OAuth 2.0 tokens."""

from pathlib import Path
from typing import Any

import anyio
import pytest

from tests.support.project import ROOT
from tests.testing.test_fakes import Package

SECRETS = {"client_id": "shop", "client_secret": "secret"}


@pytest.fixture(scope="module")
def package(tmp_path_factory: pytest.TempPathFactory) -> Package:
    folder: Path = tmp_path_factory.mktemp("oauth")
    return Package(ROOT / "tests" / "specs" / "ok" / "oauth.yaml", folder)


@pytest.fixture
def fake(package: Package) -> Any:
    return package.fake(strict=True)


def use(package: Package, fake: Any, mode: str, **options: Any) -> list[str]:
    """Call both operations twice; return their results."""
    options = {**SECRETS, **options}
    if mode == "sync":
        with package.root.Warehouse(http=fake.http, **options) as client:
            return [*client.items.list(), *client.items.add(), *client.items.list()]

    async def in_async() -> list[str]:
        http = fake.async_http
        async with package.root.AsyncWarehouse(http=http, **options) as client:
            first = [*await client.items.list(), *await client.items.add()]
            return [*first, *await client.items.list()]

    found: list[str] = anyio.run(in_async, backend=mode)
    return found


@pytest.mark.parametrize("mode", ["sync", "asyncio", "trio"])
def test_client_gets_a_token_for_each_set_of_scopes(
    package: Package, fake: Any, mode: str
) -> None:
    fake.items.list.returns(["a"])
    fake.items.add.returns(["b"])
    assert use(package, fake, mode) == ["a", "b", "a"]
    call = package.testing.call
    assert fake.token_endpoint.calls == [
        call("client_credentials", scope="read"),
        call("client_credentials", scope="read write"),
    ]
    assert "secret" not in repr(fake.token_endpoint.calls)
    fake.check()


def test_client_of_the_fake_needs_no_token(fake: Any) -> None:
    fake.items.list.returns(["a"])
    assert fake.client.items.list() == ["a"]
    assert fake.token_endpoint.calls == []


def test_token_is_renewed_when_it_expires(package: Package, fake: Any) -> None:
    fake.items.list.returns(["a"])
    with package.root.Warehouse(
        http=fake.http, refresh_token="r0", **SECRETS
    ) as client:
        client.items.list()
        fake.clock.advance(3600)
        client.items.list()
    call = package.testing.call
    assert fake.token_endpoint.calls == [call("refresh_token")] * 2


@pytest.mark.parametrize("mode", ["sync", "asyncio"])
def test_refused_token_is_raised(package: Package, fake: Any, mode: str) -> None:
    error = package.root.TokenError
    endpoint = fake.token_endpoint
    endpoint.raises(error(error="invalid_client", status_code=401))
    with pytest.raises(error) as caught:
        use(package, fake, mode)
    assert (caught.value.error, caught.value.status_code) == ("invalid_client", 401)
    endpoint.raises(error, message="gone")
    with pytest.raises(error) as caught:
        use(package, fake, mode)
    assert (caught.value.error, caught.value.error_description) == (None, "gone")
    endpoint.responds(200, json={"token_type": "mac"})
    with pytest.raises(error, match="access_token"):
        use(package, fake, mode)
    endpoint.raises(package.root.APITimeoutError)
    with pytest.raises(package.root.APITimeoutError):
        use(package, fake, mode)


def test_fake_is_reset_with_its_token_endpoint(package: Package, fake: Any) -> None:
    fake.token_endpoint.raises(package.root.TokenError)
    fake.reset()
    fake.items.list.returns([])
    fake.items.add.returns([])
    assert use(package, fake, "sync") == []
    assert len(fake.token_endpoint.calls) == 2


@pytest.mark.parametrize("path", ["", "/oauth/token", "/elsewhere/items"])
def test_token_endpoint_is_served(package: Package, fake: Any, path: str) -> None:
    fake.items.list.returns(["a"])
    with fake.serve() as server:
        url = f"{server.url}{path}" if path else None
        options = {"base_url": f"{server.url}/v1", "token_url": url, **SECRETS}
        with package.root.Warehouse(**options) as client:
            assert client.items.list() == ["a"]
    call = package.testing.call
    assert fake.token_endpoint.calls == [call("client_credentials", scope="read")]
