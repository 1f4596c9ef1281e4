"""Tests of `request`, which calls routes that the document does not have."""

import inspect
import json
from typing import Any, assert_type

import httpx2
import okta
import pytest
from okta import Okta
from okta._runtime.codec.request_body import File
from okta.models import Session

from tests.faults.actions import OK_RESPONSE, respond
from tests.faults.modes import MODES, Mode
from tests.faults.server import run_server
from tests.faults.vendors import session

each_mode = pytest.mark.parametrize("mode", MODES, ids=lambda mode: mode.name)


def call(mode: Mode, url: str, *args: Any, **kwargs: Any) -> Any:
    """Call `request` of a new client."""
    found: list[Any] = []

    async def main() -> None:
        client = mode.client(okta, base_url=url, api_token="t")
        returned = client.request(*args, **kwargs)
        found.append(await returned if inspect.isawaitable(returned) else returned)
        closed = client.aclose() if mode.is_async else client.close()
        if inspect.isawaitable(closed):
            await closed

    mode.run(main)
    return found[0]


@each_mode
def test_route_is_called_like_an_operation(mode: Mode) -> None:
    with run_server(respond(503), OK_RESPONSE) as server:
        value = call(
            mode,
            f"{server.url}/base",
            "GET",
            "/api/v2/users/{id}/beta",
            returns=Session,
            path_arguments={"id": "a/b"},
            query={"expand": ["x", "y"], "none": None},
            headers={"X-A": "1"},
        )
        assert isinstance(value, Session)
        first, second = server.requests
    assert first.target == "/base/api/v2/users/a%2Fb/beta?expand=x&expand=y"
    assert second.head == first.head
    assert first.header("Authorization") == "SSWS t"
    assert first.header("X-A") == "1"


@each_mode
@pytest.mark.parametrize(
    ("body", "content", "content_type"),
    [
        ({"json": {"a": None}}, b'{"a":null}', "application/json"),
        ({"json": None}, b"null", "application/json"),
        ({"json": [1]}, b"[1]", "application/json"),
        ({"form": {"a": [1, 2]}}, b"a=1&a=2", "application/x-www-form-urlencoded"),
        ({"content": b"x"}, b"x", None),
        ({"content": "é", "headers": {"content-type": "a/b"}}, "é".encode(), "a/b"),
        ({}, b"", None),
    ],
)
def test_body_is_sent(
    mode: Mode, body: dict[str, Any], content: bytes, content_type: str | None
) -> None:
    with run_server(OK_RESPONSE) as server:
        call(mode, server.url, "POST", "/x", **body)
        (request,) = server.requests
    assert (request.body, request.header("Content-Type")) == (content, content_type)


def test_model_and_file_are_sent() -> None:
    with (
        run_server(OK_RESPONSE) as server,
        Okta(base_url=server.url, api_token="t") as client,
    ):
        body = json.loads(session())
        client.request("PUT", "/x", json=Session.from_dict(body))
        client.request("POST", "/x", multipart={"file": File(b"data")})
        first, second = server.requests
    assert json.loads(first.body)["id"] == body["id"]
    assert b"data" in second.body


@pytest.mark.parametrize(
    ("content_type", "body", "returns", "value"),
    [
        ("application/json", b'{"a": 1}', None, {"a": 1}),
        ("text/plain", b"a", None, "a"),
        ("application/zip", b"PK", None, b"PK"),
        ("application/json", b"", None, None),
        ("application/json", b'{"a": 1}', bytes, b'{"a": 1}'),
        ("text/plain", b"a", str, "a"),
        ("application/json", b"[1]", list[int], [1]),
        ("application/json", b'{"a": 1}', dict[str, int], {"a": 1}),
    ],
)
def test_response_is_decoded(
    content_type: str, body: bytes, returns: Any, value: object
) -> None:
    response = respond(200, body, f"Content-Type: {content_type}")
    with run_server(response) as server:
        assert call(MODES[0], server.url, "GET", "/x", returns=returns) == value


def test_types_follow_returns() -> None:
    with (
        run_server(OK_RESPONSE) as server,
        Okta(base_url=server.url, api_token="t") as client,
    ):
        assert_type(client.request("GET", "/x", returns=Session), Session)
        assert_type(client.request("GET", "/x"), Any)
        raw = client.raw(client.request, "GET", "/x", returns=Session)
        assert raw.status_code == 200


@pytest.mark.parametrize(
    ("path", "options"),
    [
        ("https://evil.example/x", {}),
        ("//evil.example/x", {}),
        ("x", {}),
        ("", {}),
        ("/a/../b", {}),
        ("/a/%2e%2E/b", {}),
        ("/a/%252e%252e/b", {}),
        ("/a\\..\\b", {}),
        ("/./b", {}),
        ("/x?a=1", {}),
        ("/x#a", {}),
        ("/x\r\nHost: a", {}),
        ("/x%0d", {}),
        ("/100%", {}),
        ("/{id}", {}),
        ("/{id", {}),
        ("/x", {"path_arguments": {"id": "s3cret"}}),
        ("/{id}", {"path_arguments": {"id": ".."}}),
        ("/{id}", {"path_arguments": {"id": ""}}),
        ("/x", {"headers": {"Host": "s3cret"}}),
        ("/x", {"json": {"a": "s3cret"}, "form": {}}),
        ("/x", {"multipart": {}, "headers": {"Content-Type": "a/b"}}),
    ],
)
def test_invalid_request_is_refused(path: str, options: dict[str, Any]) -> None:
    with (
        run_server(OK_RESPONSE) as server,
        Okta(base_url=server.url, api_token="s3cret-token") as client,
    ):
        with pytest.raises(ValueError) as caught:
            client.request("GET", path, **options)
        assert not server.requests
    assert "s3cret" not in str(caught.value)
    frames = inspect.getinnerframes(caught.value.__traceback__)  # type: ignore[arg-type]
    own = [frame.frame.f_locals for frame in frames if "_runtime" in frame.filename]
    assert own and "s3cret" not in repr(own)


@pytest.mark.parametrize("method", ["", "G T", "GET\r\n", "CONNECT", "1"])
def test_invalid_method_is_refused(method: str) -> None:
    with Okta(base_url="https://x", api_token="t") as client:
        with pytest.raises(ValueError, match="method must be"):
            client.request(method, "/x")


def test_path_keeps_what_is_encoded() -> None:
    with (
        run_server(OK_RESPONSE) as server,
        Okta(base_url=server.url, api_token="t") as client,
    ):
        client.request("get", "/a%2Fb/c:d/ä ö/")
        (request,) = server.requests
    assert request.target == "/a%2Fb/c:d/%C3%A4%20%C3%B6/"
    assert request.method == "GET"


def test_header_replaces_a_credential() -> None:
    with (
        run_server(OK_RESPONSE) as server,
        Okta(base_url=server.url, api_token="t", access_token="a") as client,
    ):
        client.request("GET", "/x")
        client.request("GET", "/x", headers={"authorization": "mine"})
        first, second = server.requests
    assert first.header("Authorization") == "SSWS t"
    assert second.header("Authorization") == "mine"


@pytest.mark.parametrize(
    ("options", "count"),
    [
        ({}, 1),
        ({"retry_safe": True}, 2),
        ({"headers": {"Idempotency-Key": "k"}}, 2),
    ],
)
def test_post_is_retried_only_if_that_is_safe(
    options: dict[str, Any], count: int
) -> None:
    with (
        run_server(respond(503), OK_RESPONSE) as server,
        Okta(base_url=server.url, api_token="t") as client,
    ):
        if count == 1:
            with pytest.raises(okta.InternalServerError):
                client.request("POST", "/x", **options)
        else:
            client.request("POST", "/x", **options)
        assert len(server.requests) == count


def test_options_and_errors_apply() -> None:
    body = b'{"errorCode": "E1", "errorSummary": "no"}'
    with (
        run_server(respond(404, body)) as server,
        Okta(base_url=server.url, api_token="t") as client,
    ):
        other = client.with_options(extra_query={"preview": 1})
        with pytest.raises(okta.NotFoundError) as caught:
            other.request("GET", "/u/{id}", path_arguments={"id": "s3cret"})
        (request,) = server.requests
    assert request.target == "/u/s3cret?preview=1"
    assert caught.value.code == "E1"
    assert "GET /u/{id} returned 404" in str(caught.value)
    assert "s3cret" not in str(caught.value)


def test_mock_transport_is_used() -> None:
    transport = httpx2.MockTransport(
        lambda request: httpx2.Response(200, content=session())
    )
    with Okta(
        base_url="https://x", api_token="t", http=httpx2.Client(transport=transport)
    ) as client:
        assert isinstance(client.request("GET", "/x", returns=Session), Session)
