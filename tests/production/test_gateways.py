"""Clients behind gateways and proxies, in every mode: mTLS, passwords, NO_PROXY, SOCKS."""

import os
import pickle
import ssl
from typing import Any

import httpx2
import okta
import pytest
import trustme

from tests.faults.actions import OK_RESPONSE
from tests.faults.certificates import authority_file, context
from tests.faults.leak_search import CANARY, capture_output, find_leaks
from tests.faults.modes import MODES, Mode
from tests.faults.server import run_server
from tests.production.proxy import run_proxy

each_mode = pytest.mark.parametrize("mode", MODES, ids=lambda mode: mode.name)


@pytest.fixture(autouse=True)
def environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """Remove the proxies of this machine, and trust the CA of the test servers."""
    for name in [name for name in os.environ if name.lower().endswith("_proxy")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("SSL_CERT_FILE", authority_file())


def get_session(mode: Mode, url: str, **options: Any) -> Any:
    """Call `sessions.get` of a new client."""

    async def main() -> Any:
        client = mode.client(okta, base_url=url, api_token="t", **options)
        try:
            session = client.sessions.get("102")
            return await session if mode.is_async else session
        finally:
            await client.aclose() if mode.is_async else client.close()

    return mode.run(main)


class Gateway:
    """A gateway that requires a client certificate of its own CA."""

    def __init__(self) -> None:
        self._authority = trustme.CA()
        self.server_tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self._authority.issue_cert("127.0.0.1").configure_cert(self.server_tls)
        self._authority.configure_trust(self.server_tls)
        self.server_tls.verify_mode = ssl.CERT_REQUIRED

    def client_tls(self, issuer: trustme.CA | None = None) -> ssl.SSLContext:
        """Return the TLS configuration of a client, with a certificate of an issuer."""
        tls = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        self._authority.configure_trust(tls)
        if issuer is not None:
            issuer.issue_cert("client@example.com").configure_cert(tls)
        return tls

    @property
    def authority(self) -> trustme.CA:
        return self._authority


@pytest.fixture(scope="module")
def gateway() -> Gateway:
    return Gateway()


@each_mode
def test_gateway_accepts_a_client_certificate(mode: Mode, gateway: Gateway) -> None:
    tls = gateway.client_tls(gateway.authority)
    with run_server(OK_RESPONSE, tls=gateway.server_tls) as server:
        assert get_session(mode, server.url, ssl_context=tls).status == "ACTIVE"
        made = httpx2.AsyncClient if mode.is_async else httpx2.Client
        http = lambda: made(verify=tls)  # noqa: E731
        assert get_session(mode, server.url, http=http).status == "ACTIVE"


@each_mode
@pytest.mark.parametrize("kind", ["none", "of another CA"])
def test_gateway_without_a_valid_client_certificate_is_a_clear_error(
    mode: Mode, kind: str, gateway: Gateway
) -> None:
    tls = gateway.client_tls(None if kind == "none" else trustme.CA())
    with run_server(OK_RESPONSE, tls=gateway.server_tls) as server:
        with pytest.raises(okta.APIConnectionError) as caught:
            get_session(mode, server.url, ssl_context=tls)
        assert (server.connections, server.requests) == (1, [])
    assert caught.value.reason is okta.FailureReason.CLIENT_CERTIFICATE
    assert (caught.value.attempts, caught.value.maybe_delivered) == (1, False)
    assert "client certificate" in str(caught.value)
    assert "ssl_context=" in str(caught.value)
    assert pickle.loads(pickle.dumps(caught.value)).reason is caught.value.reason


@each_mode
def test_gateway_of_an_own_ca_is_not_trusted_unasked(
    mode: Mode, gateway: Gateway
) -> None:
    with run_server(OK_RESPONSE, tls=gateway.server_tls) as server:
        with pytest.raises(okta.APIConnectionError) as caught:
            get_session(mode, server.url)
    assert caught.value.reason is okta.FailureReason.UNTRUSTED_CERTIFICATE
    assert "ssl_context= sets the trusted CAs" in str(caught.value)


each_scheme = pytest.mark.parametrize(
    ("is_tls", "url"),
    [(True, "https://127.0.0.1:{port}"), (False, "http://api.localhost:{port}")],
    ids=["https", "http"],
)


@each_mode
@each_scheme
def test_proxy_gets_its_password_and_the_server_does_not(
    mode: Mode, is_tls: bool, url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    tls = context("trusted") if is_tls else None
    with run_server(OK_RESPONSE, tls=tls) as server, run_proxy("me", "p@ss:w") as proxy:
        monkeypatch.setenv("ALL_PROXY", proxy.url("me:p%40ss%3Aw"))
        found = get_session(mode, url.format(port=server.port))
        assert found.status == "ACTIVE"
        (request,) = server.requests
        assert request.header("Proxy-Authorization") is None
        (seen,) = proxy.requests
    if is_tls:
        assert seen.header("Authorization") is None
    assert seen.method == ("CONNECT" if is_tls else "GET")


@each_mode
@each_scheme
@pytest.mark.parametrize("userinfo", [f"me:{CANARY}", ""], ids=["wrong", "missing"])
def test_proxy_that_needs_other_credentials_gets_one_request(
    mode: Mode, is_tls: bool, url: str, userinfo: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    with run_proxy("me", "other") as proxy, capture_output() as captured:
        monkeypatch.setenv("ALL_PROXY", proxy.url(userinfo))
        with pytest.raises(okta.APIConnectionError) as caught:
            get_session(mode, url.format(port=9))
        assert len(proxy.requests) == 1
    error = caught.value
    assert error.reason is okta.FailureReason.PROXY_CREDENTIALS
    assert (error.attempts, error.maybe_delivered) == (1, False)
    assert "the proxy needs other credentials" in str(error)
    assert CANARY not in str(pickle.dumps(error))
    assert find_leaks(captured, [error], []) == []


@each_mode
@pytest.mark.parametrize(
    ("no_proxy", "is_direct"),
    [
        ("10.0.0.0/8, 127.0.0.0/8", True),
        (".example.com,.localhost", True),
        ("10.0.0.0/8,.example.com", False),
    ],
)
def test_no_proxy_excludes_ranges_and_suffixes(
    mode: Mode, no_proxy: str, is_direct: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    with run_server(OK_RESPONSE) as server, run_proxy() as proxy:
        monkeypatch.setenv("HTTP_PROXY", proxy.url())
        monkeypatch.setenv("NO_PROXY", no_proxy)
        hosts = ["127.0.0.1"] if "/8, 127" in no_proxy else ["localhost"]
        hosts += [] if is_direct else ["127.0.0.1"]
        for host in hosts:
            assert get_session(mode, f"http://{host}:{server.port}").id
        assert len(server.requests) == len(hosts)
        assert len(proxy.requests) == (0 if is_direct else len(hosts))


@each_mode
def test_socks_proxy_without_its_package_is_refused_by_the_constructor(
    mode: Mode, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ALL_PROXY", f"socks5://me:{CANARY}@127.0.0.1:1080")
    with pytest.raises(ImportError, match="pip install socksio") as caught:
        mode.client(okta, base_url="https://api.example.com", api_token="t")
    with capture_output() as captured:
        assert find_leaks(captured, [caught.value], []) == []
    monkeypatch.setenv("NO_PROXY", "example.com")
    mode.client(okta, base_url="https://api.example.com", api_token="t")
