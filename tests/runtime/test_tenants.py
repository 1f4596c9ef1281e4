"""Tests of `with_options(base_url=..., credentials=...)`: one client for many tenants."""

import inspect
from typing import Any

import httpx2
import okta
import pytest
from okta import Okta

from tests.faults.actions import OK_RESPONSE
from tests.faults.modes import MODES, Mode
from tests.faults.server import run_server

each_mode = pytest.mark.parametrize("mode", MODES, ids=lambda mode: mode.name)


@each_mode
def test_tenants_share_connections_and_no_credentials(mode: Mode) -> None:
    with run_server(OK_RESPONSE) as first, run_server(OK_RESPONSE) as second:

        async def main() -> None:
            client = mode.client(okta, base_url=first.url, api_token="one")
            other = client.with_options(
                base_url=f"{second.url}/", credentials={"access_token": "two"}
            )
            for _ in range(2):
                for caller in (client, other):
                    returned = caller.sessions.get("1")
                    if inspect.isawaitable(returned):
                        await returned
            closed = client.aclose() if mode.is_async else client.close()
            if inspect.isawaitable(closed):
                await closed

        mode.run(main)
        for server, value in ((first, "SSWS one"), (second, "Bearer two")):
            assert [r.header("Authorization") for r in server.requests] == [value] * 2
            assert server.connections == 1
            assert server.requests[0].target == "/api/v1/sessions/1"


@pytest.fixture
def client() -> Okta:
    return Okta(base_url="https://a.example/v1", api_token="s3cret")


def test_credentials_stay_at_their_origin(client: Okta) -> None:
    with pytest.raises(ValueError, match="pass credentials= for it"):
        client.with_options(base_url="https://b.example")
    with pytest.raises(ValueError, match="pass credentials= for it"):
        client.with_options(base_url="https://a.example:8443")
    same = client.with_options(base_url="https://A.example:443/v2/")
    assert same._sender.config.base_url == "https://A.example:443/v2"
    bare = client.with_options(base_url="https://b.example", credentials={})
    with pytest.raises(ValueError, match="requires api_token, or access_token"):
        bare.sessions.get("1")


def test_extras_stay_at_their_origin(client: Okta) -> None:
    extra = client.with_options(extra_headers={"Authorization": "s3cret"})
    options: dict[str, Any] = {"base_url": "https://b.example", "credentials": {}}
    with pytest.raises(ValueError, match="pass base_url= before them"):
        extra.with_options(**options)
    assert client.with_options(**options, extra_headers={"X-A": "1"})


@pytest.mark.parametrize(
    ("options", "problem"),
    [
        ({"credentials": {"password": "s3cret"}}, "api_token, access_token"),
        ({"credentials": {"api_token": "s3cret\n"}}, "line break"),
        ({"credentials": {"api_token": None}}, "must be a string"),
        ({"base_url": "http://b.example", "credentials": {"api_token": "x"}}, "https"),
        ({"base_url": "b.example"}, "not a URL"),
        ({"base_url": "https://u:s3cret@b.example"}, "a user, a password"),
    ],
)
def test_invalid_tenant_is_refused(
    client: Okta, options: dict[str, Any], problem: str
) -> None:
    with pytest.raises(ValueError, match=problem) as caught:
        client.with_options(**options)
    assert "s3cret" not in str(caught.value)
    frames = inspect.getinnerframes(caught.value.__traceback__)  # type: ignore[arg-type]
    own = [frame.frame.f_locals for frame in frames if "_runtime" in frame.filename]
    assert own and "s3cret" not in repr(own)


def test_http_needs_no_permission_without_credentials(client: Okta) -> None:
    bare = client.with_options(base_url="http://b.example", credentials={})
    with pytest.raises(ValueError, match="https"):
        bare.with_options(credentials={"api_token": "x"})


def test_credentials_that_an_httpx2_client_would_replace_are_refused() -> None:
    with httpx2.Client(headers={"Authorization": "x"}) as http:
        client = Okta(base_url="https://a.example", http=http)
        with pytest.raises(ValueError, match="'authorization'"):
            client.with_options(credentials={"api_token": "x"})


def test_environment_is_not_read_for_other_credentials(
    client: Okta, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OKTA_CLIENT_TOKEN", "s3cret")
    assert not client.with_options(credentials={})._sender.credentials
