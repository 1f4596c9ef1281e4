"""Tests of the proxies of the environment: which applies, and which is refused."""

from importlib.util import find_spec
from pathlib import Path

import httpx2
import pytest
from _runtime.errors import FailureReason
from _runtime.wire.pool import TranslatedErrors
from _runtime.wire.proxies import Proxies, is_excluded
from _runtime.wire.transport_errors import failure_reason, redacted

from tests.faults.leak_search import CANARY


@pytest.fixture(autouse=True)
def no_proxies(monkeypatch: pytest.MonkeyPatch) -> None:
    for scheme in ("http", "https", "all", "no"):
        monkeypatch.delenv(f"{scheme}_proxy", raising=False)
        monkeypatch.delenv(f"{scheme.upper()}_PROXY", raising=False)


@pytest.mark.parametrize(
    ("host", "no_proxy"),
    [
        ("api.example.com", "*"),
        ("api.example.com", "localhost, *"),
        ("api.example.com", "api.example.com"),
        ("api.example.com", "example.com"),
        ("api.example.com", ".example.com"),
        ("api.example.com", "*.example.com"),
        ("API.Example.com.", "localhost example.COM."),
        ("api.example.com", "example.com:443"),
        ("10.1.2.3", "10.1.2.3"),
        ("10.1.2.3", "10.1.2.3:443"),
        ("10.1.2.3", "192.168.0.0/16,10.0.0.0/8"),
        ("10.1.2.3", "10.9.9.9/8"),
        ("::1", "::1"),
        ("[::1]", "[0:0::1]"),
        ("::1", "[::1]:443"),
        ("fd12::1", "fd00::/8"),
    ],
)
def test_no_proxy_excludes_host(host: str, no_proxy: str) -> None:
    assert is_excluded(host, 443, no_proxy)


@pytest.mark.parametrize(
    ("host", "no_proxy"),
    [
        ("api.example.com", ""),
        ("api.example.com", "other.example.com"),
        ("badexample.com", "example.com"),
        ("example.com", "example.com:8443"),
        ("10.1.2.3", "10.1.2.0/31,1.2.3"),
        ("10.1.2.3", "10.1.2.3:80"),
        ("10.example.com", "10.0.0.0/8"),
        ("fd12::1", "fe80::/10,10.0.0.0/8"),
    ],
)
def test_no_proxy_does_not_exclude_host(host: str, no_proxy: str) -> None:
    assert not is_excluded(host, 443, no_proxy)


def test_each_server_has_its_own_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTPS_PROXY", f"http://me:{CANARY}@proxy.example:3128")
    monkeypatch.setenv("ALL_PROXY", "proxy.example:8080")
    monkeypatch.setenv("NO_PROXY", "internal.example")
    proxies = Proxies("https://api.example.com", lambda: None)

    def port_for(url: str) -> int | None:
        proxy = proxies.proxy_for(httpx2.URL(url))
        return proxy and proxy.url.port

    assert port_for("https://api.example.com/a") == 3128
    assert port_for("http://api.example.com/a") == 8080
    assert port_for("https://files.internal.example") is None
    monkeypatch.setenv("NO_PROXY", "*")
    assert port_for("https://api.example.com/b") == 3128, "read when it is created"


@pytest.mark.parametrize(
    ("url", "problem"),
    [
        (f"ftp://me:{CANARY}@proxy.example", "must begin with http://"),
        (f"http://me:{CANARY}@", "has no host"),
        (f"http://me:{CANARY}@proxy.example:{CANARY}", "is not a valid URL"),
    ],
)
def test_invalid_proxy_is_refused_without_showing_it(
    url: str, problem: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HTTPS_PROXY", url)
    with pytest.raises(ValueError, match=f"HTTPS_PROXY {problem}") as caught:
        Proxies("https://api.example.com", lambda: None)
    assert CANARY not in str(caught.value)
    assert caught.value.__context__ is None


def test_invalid_reply_of_a_socks_proxy_is_a_proxy_error() -> None:
    class ProtocolError(Exception):
        __module__ = "socksio.exceptions"

    with pytest.raises(httpx2.ProxyError):
        with TranslatedErrors():
            raise ProtocolError("malformed reply")
    with pytest.raises(KeyError):
        with TranslatedErrors():
            raise KeyError


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("Requested NO AUTHENTICATION REQUIRED from", FailureReason.PROXY_CREDENTIALS),
        ("Invalid username/password", FailureReason.PROXY_CREDENTIALS),
        ("Proxy Server could not connect: ", FailureReason.PROXY_REFUSED),
    ],
)
def test_refusal_of_a_socks_proxy_has_its_reason_also_when_redacted(
    text: str, reason: FailureReason
) -> None:
    httpcore2 = find_spec("httpcore2")
    assert httpcore2 is not None and httpcore2.origin is not None
    source = Path(httpcore2.origin).parent.joinpath("_sync/socks_proxy.py").read_text()
    assert text.split("NO ")[0] in source
    error = httpx2.ProxyError(text)
    assert failure_reason(error) is reason
    assert failure_reason(redacted(error)) is reason
