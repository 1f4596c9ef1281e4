"""Tests of redirects through what a caller brings, and of which ones are followed."""

import asyncio
from typing import Any

import httpx2
import okta
import pytest
from okta._runtime.call.redirects import Redirect, resolve_redirect

from tests.faults.actions import OK_RESPONSE, respond
from tests.faults.server import Action, Request, run_server

both_modes = pytest.mark.parametrize("mode", ["sync", "async"])


def redirect_to(url: str, status: int = 302) -> Action:
    return respond(status, b"", f"Location: {url}")


def get_through_http(mode: str, url: str, **settings: Any) -> object:
    """Call `sessions.get` over an httpx2 client that follows redirects, as the client does."""
    options: dict[str, Any] = {
        "api_token": "t",
        "base_url": url,
        "follow_redirects": True,
    }
    if mode == "sync":
        with httpx2.Client(follow_redirects=True, **settings) as http:
            return okta.Okta(http=http, **options).sessions.get("102")

    async def main() -> object:
        async with httpx2.AsyncClient(follow_redirects=True, **settings) as http:
            return await okta.AsyncOkta(http=http, **options).sessions.get("102")

    return asyncio.run(main())


@both_modes
def test_settings_of_an_httpx2_client_stay_at_their_origin(mode: str) -> None:
    settings = {
        "headers": {"X-Gateway-Key": "k"},
        "params": {"tenant": "a"},
        "cookies": {"sid": "1"},
        "auth": lambda request: _signed(request),
    }
    with run_server(OK_RESPONSE) as other:
        with run_server(
            redirect_to("/elsewhere"), redirect_to(f"{other.url}/x")
        ) as server:
            assert isinstance(get_through_http(mode, server.url, **settings), object)
            for request in server.requests:
                assert request.header("X-Gateway-Key") == "k"
                assert request.header("X-Signature") == "s"
                assert request.header("Authorization") == "SSWS t"
        (request,) = other.requests
    assert request.target == "/x"
    assert _names(request).isdisjoint(
        {"x-gateway-key", "x-signature", "cookie", "authorization"}
    )


def _signed(request: httpx2.Request) -> httpx2.Request:
    request.headers["X-Signature"] = "s"
    return request


def _names(request: Request) -> set[str]:
    lines = request.head.split(b"\r\n")[1:]
    return {line.split(b":")[0].decode().lower() for line in lines}


def test_hooks_see_each_request_of_a_redirect() -> None:
    seen: list[str] = []
    with run_server(redirect_to("/x"), OK_RESPONSE) as server:
        with okta.Okta(
            api_token="t",
            base_url=server.url,
            on_request=lambda request: seen.append(request.url.path),
        ) as client:
            client.with_options(follow_redirects=True).sessions.get("102")
    assert seen == ["/api/v1/sessions/102", "/x"]


def test_error_of_a_redirect_names_the_option() -> None:
    with run_server(redirect_to("/x")) as server:
        with okta.Okta(api_token="t", base_url=server.url) as client:
            with pytest.raises(okta.APIStatusError) as caught:
                client.sessions.get("102")
    assert str(caught.value).endswith(
        "returned 302: a redirect, which follow_redirects=True follows"
    )


def resolve(
    location: str,
    source: str = "https://a.example/v1/x",
    method: str = "GET",
    status: int = 302,
    *,
    allow_http: bool = False,
) -> Redirect | str:
    request = httpx2.Request(method, source)
    headers = {"Location": location}
    response = httpx2.Response(status, headers=headers, request=request)
    return resolve_redirect(response, allow_http=allow_http)


@pytest.mark.parametrize(
    ("location", "url", "is_same_origin"),
    [
        ("/y?q=1#f", "https://a.example/y?q=1", True),
        ("y", "https://a.example/v1/y", True),
        ("https://A.example:443/y", "https://a.example/y", True),
        ("https://a.example:444/y", "https://a.example:444/y", False),
        ("//b.example/y", "https://b.example/y", False),
        ("https://sub.a.example/", "https://sub.a.example/", False),
    ],
)
def test_location_is_resolved(location: str, url: str, is_same_origin: bool) -> None:
    redirect = resolve(location)
    assert isinstance(redirect, Redirect)
    assert (redirect.url, redirect.is_same_origin) == (url, is_same_origin)
    assert url not in repr(redirect)


@pytest.mark.parametrize(
    ("location", "source", "allow_http", "problem"),
    [
        ("http://a.example/", "https://a.example/", False, "https to http"),
        ("http://127.0.0.1/", "https://a.example/", False, "https to http"),
        ("http://a.example/", "http://127.0.0.1/", False, "another machine"),
        ("http://a.example/", "https://a.example/", True, None),
        ("http://a.example/", "http://127.0.0.1/", True, None),
        ("http://localhost/", "http://127.0.0.1/", False, None),
        ("ftp://a.example/", "https://a.example/", True, "neither https nor http"),
        ("https://u:p@a.example/", "https://a.example/", True, "user or password"),
        ("https://[", "https://a.example/", True, "not a URL"),
    ],
)
def test_redirect_to_http_needs_allow_http(
    location: str, source: str, allow_http: bool, problem: str | None
) -> None:
    redirect = resolve(location, source, allow_http=allow_http)
    if problem is None:
        assert isinstance(redirect, Redirect)
    else:
        assert isinstance(redirect, str) and problem in redirect


@pytest.mark.parametrize(
    ("method", "status", "next_method"),
    [
        ("HEAD", 303, "HEAD"),
        ("PUT", 303, "GET"),
        ("PUT", 301, "PUT"),
        ("DELETE", 302, "DELETE"),
        ("POST", 302, "GET"),
        ("POST", 308, "POST"),
        ("QUERY", 303, "GET"),
        ("QUERY", 302, "QUERY"),
    ],
)
def test_method_after_a_redirect(method: str, status: int, next_method: str) -> None:
    redirect = resolve("/y", method=method, status=status)
    assert isinstance(redirect, Redirect)
    assert redirect.method == next_method
    assert redirect.keeps_body == (method == next_method)
