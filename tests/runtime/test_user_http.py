"""Tests of what a caller brings: an httpx2 client, a factory, a TLS configuration."""

import asyncio
import os
import ssl
import time
from collections.abc import Generator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import Any

import httpx2
import okta
import pytest
import trustme
from okta._runtime.call.config import Config
from okta._runtime.call.responses import ErrorFormat

from tests.faults.actions import OK_RESPONSE
from tests.faults.server import Request, run_server

both_modes = pytest.mark.parametrize("mode", ["sync", "async"])


class Signature(httpx2.Auth):
    def auth_flow(
        self, request: httpx2.Request
    ) -> Generator[httpx2.Request, httpx2.Response]:
        request.headers["X-Signature"] = "signed"
        yield request


def get_session(mode: str, url: str, **options: Any) -> Any:
    """Call `sessions.get` of a new client."""
    options = {"api_token": "t", "base_url": url, **options}
    if mode == "sync":
        with okta.Okta(**options) as client:
            return client.sessions.get("102")

    async def main() -> Any:
        async with okta.AsyncOkta(**options) as client:
            return await client.sessions.get("102")

    return asyncio.run(main())


def get_with_http(mode: str, url: str, **settings: Any) -> Any:
    """Call `sessions.get` over an httpx2 client with settings."""
    if mode == "sync":
        with httpx2.Client(**settings) as http:
            return get_session(mode, url, http=http)

    async def main() -> Any:
        async with httpx2.AsyncClient(**settings) as http:
            client = okta.AsyncOkta(api_token="t", base_url=url, http=http)
            return await client.sessions.get("102")

    return asyncio.run(main())


def request_of(mode: str, **settings: Any) -> Request:
    with run_server(OK_RESPONSE) as server:
        get_with_http(mode, server.url, **settings)
        (request,) = server.requests
    return request


@both_modes
def test_settings_of_an_httpx2_client_apply(mode: str) -> None:
    events: list[str] = []

    def record(_: object) -> None:
        events.append("sent")

    async def record_async(_: object) -> None:
        events.append("sent")

    request = request_of(
        mode,
        headers={"X-Gateway-Key": "k", "User-Agent": "service/1"},
        params={"tenant": "a b"},
        cookies={"sid": "1"},
        auth=Signature(),
        event_hooks={"request": [record if mode == "sync" else record_async]},
    )
    assert request.header("X-Gateway-Key") == "k"
    assert request.header("X-Signature") == "signed"
    assert request.header("User-Agent") == "service/1"
    assert request.header("Cookie") == "sid=1"
    assert request.header("Authorization") == "SSWS t"
    assert request.target.endswith("/102?tenant=a+b")
    assert events == ["sent"]


@both_modes
def test_default_httpx2_client_changes_no_request(mode: str) -> None:
    with run_server(OK_RESPONSE) as server:
        get_session(mode, server.url)
        get_with_http(mode, server.url)
        own, through = server.requests
    assert own.head == through.head


@pytest.mark.parametrize("class_", [okta.Okta, okta.AsyncOkta])
@pytest.mark.parametrize(
    ("settings", "problem"),
    [
        ({"base_url": "https://example.com"}, "base_url="),
        ({"follow_redirects": True}, "redirects"),
        ({"headers": {"authorization": "x"}}, "'authorization'"),
        ({"auth": ("user", "password")}, "auth="),
    ],
    ids=lambda value: next(iter(value)) if isinstance(value, dict) else "",
)
def test_setting_that_would_not_apply_is_refused(
    class_: Any, settings: dict[str, Any], problem: str
) -> None:
    http_class = httpx2.Client if class_ is okta.Okta else httpx2.AsyncClient
    with pytest.raises(ValueError, match=problem):
        class_(api_token="t", domain="a.okta.com", http=http_class(**settings))


@pytest.mark.parametrize(
    ("class_", "http"),
    [
        (okta.Okta, httpx2.AsyncClient()),
        (okta.Okta, httpx2.AsyncHTTPTransport()),
        (okta.Okta, "http"),
        (okta.AsyncOkta, httpx2.Client()),
        (okta.AsyncOkta, httpx2.HTTPTransport()),
    ],
    ids=lambda value: getattr(value, "__name__", type(value).__name__),
)
def test_http_of_another_type_is_refused(class_: Any, http: Any) -> None:
    with pytest.raises(TypeError, match="http must be an httpx2."):
        class_(api_token="t", domain="a.okta.com", http=http)


def test_factory_is_called_once_in_each_process() -> None:
    made: list[httpx2.Client] = []

    def factory() -> httpx2.Client:
        made.append(httpx2.Client(headers={"X-Made": str(len(made))}))
        return made[-1]

    with run_server(OK_RESPONSE) as server:
        client = okta.Okta(api_token="t", base_url=server.url, http=factory)
        client.sessions.get("102")
        child = os.fork()
        if child == 0:
            code = 99
            try:
                client.sessions.get("102")
                client.sessions.get("102")
                code = len(made)
            finally:
                os._exit(code)
        assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 2
        client.sessions.get("102")
        client.close()
        values = [request.header("X-Made") for request in server.requests]
    assert values == ["0", "1", "1", "0"]
    assert made[0].is_closed


def test_factory_is_called_once_in_each_event_loop() -> None:
    made: list[httpx2.AsyncClient] = []

    def factory() -> httpx2.AsyncClient:
        made.append(httpx2.AsyncClient())
        return made[-1]

    async def calls() -> None:
        await client.sessions.get("102")
        await client.sessions.get("102")

    with run_server(OK_RESPONSE) as server:
        client = okta.AsyncOkta(api_token="t", base_url=server.url, http=factory)
        asyncio.run(calls())
        asyncio.run(calls())
        assert server.connections == 2
    assert [http.is_closed for http in made] == [True, True]


def test_client_of_a_factory_is_checked_at_the_first_call() -> None:
    client = okta.Okta(
        api_token="t",
        domain="a.okta.com",
        http=lambda: httpx2.Client(follow_redirects=True),
    )
    with pytest.raises(ValueError, match="redirects"):
        client.sessions.get("102")


def tls_contexts() -> tuple[ssl.SSLContext, ssl.SSLContext, ssl.SSLContext]:
    """Return a TLS configuration of a server, and of clients with and without a certificate."""
    authority = trustme.CA()
    server = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("127.0.0.1").configure_cert(server)
    authority.configure_trust(server)
    server.verify_mode = ssl.CERT_REQUIRED
    clients = [ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT) for _ in range(2)]
    for client in clients:
        authority.configure_trust(client)
    authority.issue_cert("client@example.com").configure_cert(clients[0])
    return server, clients[0], clients[1]


@both_modes
def test_ssl_context_sends_a_client_certificate(mode: str) -> None:
    server_tls, with_certificate, without_certificate = tls_contexts()
    with run_server(OK_RESPONSE, tls=server_tls) as server:
        assert get_session(mode, server.url, ssl_context=with_certificate).id
        with pytest.raises(okta.APIConnectionError) as refused:
            get_session(mode, server.url, ssl_context=without_certificate)
        assert refused.value.reason is okta.FailureReason.CLIENT_CERTIFICATE
        with pytest.raises(okta.APIConnectionError) as untrusted:
            get_session(mode, server.url)
        assert untrusted.value.reason is okta.FailureReason.UNTRUSTED_CERTIFICATE
        assert "ssl_context=" in str(untrusted.value)
        assert len(server.requests) == 1


@pytest.mark.parametrize("class_", [okta.Okta, okta.AsyncOkta])
def test_ssl_context_beside_http_is_refused(class_: Any) -> None:
    transport = httpx2.MockTransport(lambda request: httpx2.Response(200))
    with pytest.raises(ValueError, match="ssl_context would not apply"):
        class_(
            api_token="t",
            domain="a.okta.com",
            http=transport,
            ssl_context=ssl.create_default_context(),
        )


@both_modes
def test_http_to_another_machine_needs_allow_http(mode: str) -> None:
    transport = httpx2.MockTransport(
        lambda request: httpx2.Response(200, content=b"{}")
    )
    url = "http://10.0.0.5:8080/v1"
    with pytest.raises(ValueError, match="allow_http=True"):
        get_session(mode, url, http=transport)
    with pytest.warns(okta.ResponseWarning):
        get_session(mode, url, http=transport, allow_http=True)


@both_modes
def test_http_without_credentials_needs_no_option(mode: str) -> None:
    transport = httpx2.MockTransport(
        lambda request: httpx2.Response(200, content=b"{}")
    )
    with pytest.raises(ValueError, match="requires"):
        get_session(mode, "http://10.0.0.5:8080", http=transport, api_token=None)


def test_http_server_of_an_operation_needs_allow_http() -> None:
    config = Config("https://example.com", ErrorFormat(), use_operation_servers=True)
    with pytest.raises(ValueError, match="the operation's server must begin with"):
        config.base_url_for("http://files.example.com")
    allowed = replace(config, allow_http=True)
    assert allowed.base_url_for("http://files.example.com").startswith("http://")


INVALID_OPTIONS: list[tuple[dict[str, Any], type[Exception], str]] = [
    ({"timeout": "5"}, TypeError, "number of seconds, such as 30, or None"),
    ({"timeout": float("inf")}, ValueError, "None for no limit"),
    ({"timeout": float("nan")}, ValueError, "None for no limit"),
    ({"timeout": -1}, ValueError, "None for no limit"),
    ({"max_retries": "2"}, TypeError, "max_retries"),
    ({"max_retries": -1}, ValueError, "max_retries"),
    ({"max_body": "8 MiB"}, TypeError, "max_body"),
    ({"max_body": 0}, ValueError, "max_body"),
]


@pytest.mark.parametrize("class_", [okta.Okta, okta.AsyncOkta])
@pytest.mark.parametrize(("options", "error", "message"), INVALID_OPTIONS)
def test_invalid_option_is_refused(
    class_: Any, options: dict[str, Any], error: type[Exception], message: str
) -> None:
    credential = {"api_token": "t", "domain": "a.okta.com"}
    with pytest.raises(error, match=message):
        class_(**credential, **options)
    if options.get("max_retries") is None:
        with pytest.raises(error, match=message):
            class_(**credential).with_options(**options)


@both_modes
def test_timeout_of_none_is_no_limit(mode: str) -> None:
    timeouts: list[Any] = []

    def respond(request: httpx2.Request) -> httpx2.Response:
        timeouts.append(request.extensions["timeout"])
        return httpx2.Response(200, content=b"{}")

    transport = httpx2.MockTransport(respond)
    with pytest.warns(okta.ResponseWarning):
        get_session(mode, "https://a.okta.com", http=transport, timeout=None)
    assert timeouts == [dict.fromkeys(("connect", "read", "write", "pool"))]
    with run_server(OK_RESPONSE) as server:
        assert get_session(mode, server.url, timeout=None).id


@both_modes
def test_max_body_limits_and_lifts(mode: str) -> None:
    body = b'{"id": "%s"}' % (b"1" * 9_000_000)
    transport = httpx2.MockTransport(lambda request: httpx2.Response(200, content=body))
    options: dict[str, Any] = {"http": transport}
    url = "https://a.okta.com"
    with pytest.raises(okta.ResponseValidationError, match="max_body"):
        get_session(mode, url, **options)
    for limit in (10_000_000, None):
        with pytest.warns(okta.ResponseWarning):
            assert get_session(mode, url, max_body=limit, **options).id
    with pytest.raises(okta.ResponseValidationError, match="1,000 bytes"):
        get_session(mode, url, max_body=1000, **options)


def test_factory_is_called_once_by_threads_that_begin_together() -> None:
    made: list[httpx2.Client] = []

    def factory() -> httpx2.Client:
        time.sleep(0.05)
        made.append(httpx2.Client())
        return made[-1]

    with run_server(OK_RESPONSE) as server:
        client = okta.Okta(api_token="t", base_url=server.url, http=factory)
        with ThreadPoolExecutor(4) as pool:
            list(pool.map(client.sessions.get, ["102"] * 4))
        client.close()
    assert [http.is_closed for http in made] == [True]
