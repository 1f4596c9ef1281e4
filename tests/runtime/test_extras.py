"""Tests of `extra_headers`, `extra_query` and `extra_body`."""

import inspect
import json
from collections.abc import Callable
from typing import Any

import httpx2
import pytest
from clerk import Clerk
from okta import AsyncOkta, Okta
from okta._runtime.call.extras import NO_EXTRAS, Extras, extras
from okta._runtime.call.request import Call, build_request
from okta._runtime.codec.request_body import File, nullable
from okta._runtime.codec.styles import styled
from okta.models import Session

from tests.faults.actions import OK_RESPONSE, respond
from tests.faults.modes import MODES, Mode
from tests.faults.server import Request, run_server
from tests.faults.vendors import session

each_mode = pytest.mark.parametrize("mode", MODES, ids=lambda mode: mode.name)


def request_of(
    mode: Mode, use: Callable[[Any], Any], *, api_token: str | None = "t"
) -> Request:
    """Return the request of a call of Okta's client on a real socket."""
    with run_server(OK_RESPONSE) as server:

        async def main() -> None:
            client = (AsyncOkta if mode.is_async else Okta)(
                base_url=server.url, api_token=api_token
            )
            returned = use(client)
            if inspect.isawaitable(returned):
                await returned
            closed = client.aclose() if mode.is_async else client.close()
            if inspect.isawaitable(closed):
                await closed

        mode.run(main)
        (request,) = server.requests
    return request


@each_mode
def test_extras_are_sent(mode: Mode) -> None:
    def use(client: Any) -> Any:
        options: dict[str, Any] = {
            "extra_headers": {"X-Tenant": "a", "User-Agent": "service/1"},
            "extra_query": {"preview": True, "ids": [1, 2], "none": None},
            "extra_body": {"beta": {"k": None}},
        }
        return client.with_options(**options).sessions.create("s")

    request = request_of(mode, use)
    assert request.target == "/api/v1/sessions?preview=true&ids=1&ids=2"
    assert request.header("X-Tenant") == "a"
    assert request.header("User-Agent") == "service/1"
    assert request.header("Authorization") == "SSWS t"
    assert json.loads(request.body) == {"sessionToken": "s", "beta": {"k": None}}


@each_mode
@pytest.mark.parametrize("api_token", ["t", None])
def test_authorization_replaces_the_credential(
    mode: Mode, api_token: str | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    def use(client: Any) -> Any:
        headers = {"authorization": "Bearer mine"}
        return client.with_options(extra_headers=headers).sessions.get("1")

    request = request_of(mode, use, api_token=api_token)
    assert request.head.lower().count(b"authorization:") == 1
    assert request.header("Authorization") == "Bearer mine"


def test_later_extras_replace_earlier_ones() -> None:
    first = extras({"X-A": "1", "X-B": "1"}, {"a": 1, "b": 1}, {"a": 1})
    last = first.extended(extras({"x-a": "2"}, {"a": 2}, {"c": 2}))
    assert last.headers == {"X-B": "1", "x-a": "2"}
    assert last.query == {"a": 2, "b": 1}
    assert last.body == {"a": 1, "c": 2}
    assert "1" not in repr(last)


def test_headers_is_another_name_of_extra_headers() -> None:
    with Okta(base_url="https://x", api_token="t") as client:
        other = client.with_options(headers={"X-A": "1"}, extra_headers={"X-B": "2"})
        assert other._sender.config.extras.headers == {"X-A": "1", "X-B": "2"}


@pytest.mark.parametrize(
    ("options", "error"),
    [
        ({"extra_headers": {"Host": "s3cret"}}, ValueError),
        ({"extra_headers": {"X-A": "s3cret\n"}}, ValueError),
        ({"extra_headers": {"X-A": 1}}, TypeError),
        ({"extra_query": "s3cret"}, TypeError),
        ({"extra_body": {1: "s3cret"}}, TypeError),
        ({"extra_body": [("s3cret", 1)]}, TypeError),
    ],
)
def test_invalid_extras_are_refused(
    options: dict[str, Any], error: type[Exception]
) -> None:
    with Okta(base_url="https://x", api_token="t") as client:
        with pytest.raises(error) as caught:
            client.with_options(**options)
    assert "s3cret" not in str(caught.value)
    frames = inspect.getinnerframes(caught.value.__traceback__)  # type: ignore[arg-type]
    own = [frame.frame.f_locals for frame in frames if "_runtime" in frame.filename]
    assert own and "s3cret" not in repr(own)


def sent(call: Call[Any], given: Extras) -> httpx2.Request:
    return build_request(given.add_to(call), "https://x", {}, 1.0)


BODY = extras(None, None, {"beta": 1})


@pytest.mark.parametrize(
    ("body", "content"),
    [
        ({"json": {"a": 1}}, b'{"a":1,"beta":1}'),
        ({"json": {}}, b'{"beta":1}'),
        ({"form": {"a": 1, "b": None}}, b"a=1&beta=1"),
        ({"form": {"a": styled([1, 2], "form")}}, b"a=1,2&beta=1"),
    ],
)
def test_body_takes_extra_properties(body: dict[str, Any], content: bytes) -> None:
    assert sent(Call("POST", "/x", str, **body), BODY).content == content


def test_model_takes_extra_properties() -> None:
    body = json.loads(session())
    request = sent(Call("PUT", "/x", str, json=Session.from_dict(body)), BODY)
    assert json.loads(request.content)["id"] == body["id"]
    assert json.loads(request.content)["beta"] == 1


def test_multipart_takes_extra_properties() -> None:
    call = Call("POST", "/x", str, multipart={"file": File(b"x")})
    content = sent(call, BODY).content
    assert b'name="beta"' in content and b'name="file"' in content


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"json": [1]},
        {"json": "text"},
        {"json": nullable(None)},
        {"content": b"x"},
    ],
)
def test_body_that_takes_no_properties_is_refused(body: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match="no JSON object or form"):
        sent(Call("POST", "/x", str, **body), BODY)


@pytest.mark.parametrize(
    ("arguments", "given"),
    [
        ({"query": {"a": 1}}, extras(None, {"a": 2}, None)),
        ({"header": {"X-A": "1"}}, extras({"x-a": "2"}, None, None)),
        ({"json": {"a": 1}}, extras(None, None, {"a": 2})),
        ({"json": {"a": None}}, extras(None, None, {"a": 2})),
        ({"form": {"a": 1}}, extras(None, None, {"a": 2})),
    ],
)
def test_argument_of_the_same_name_is_refused(
    arguments: dict[str, Any], given: Extras
) -> None:
    with pytest.raises(ValueError, match="both an argument and in extra_"):
        sent(Call("POST", "/x", str, **arguments), given)


def test_argument_that_is_not_given_is_no_clash() -> None:
    call = Call("POST", "/x", str, query={"a": None}, header={"X-A": None})
    request = sent(call, extras({"x-a": "2"}, {"a": 2}, None))
    assert (request.url.query, request.headers["X-A"]) == (b"a=2", "2")


@pytest.mark.parametrize(
    "body", [{"json": {"a": 1}}, {"form": {"a": 1}}, {"content": b"x"}]
)
def test_extra_content_type_replaces_that_of_the_body(body: dict[str, Any]) -> None:
    given = extras({"content-type": "application/vnd.x+json"}, None, None)
    request = sent(Call("POST", "/x", str, **body), given)
    types = request.headers.get_list("Content-Type")
    assert types == ["application/vnd.x+json"]


def test_content_type_of_a_multipart_body_is_refused() -> None:
    call = Call("POST", "/x", str, multipart={"a": 1})
    with pytest.raises(ValueError, match="which a multipart body sets"):
        sent(call, extras({"Content-Type": "multipart/mixed"}, None, None))


def test_idempotency_key_makes_a_call_safe_to_retry() -> None:
    with run_server(respond(503), OK_RESPONSE) as server:
        with Okta(base_url=server.url, api_token="t") as client:
            headers = {"Idempotency-Key": "k"}
            client.with_options(extra_headers=headers).sessions.create("s")
        keys = [request.header("Idempotency-Key") for request in server.requests]
    assert keys == ["k", "k"]


def test_later_pages_have_extras() -> None:
    pages: list[httpx2.URL] = []

    def handler(request: httpx2.Request) -> httpx2.Response:
        pages.append(request.url)
        return httpx2.Response(200, json=[])

    http = httpx2.Client(transport=httpx2.MockTransport(handler))
    with Clerk(secret_key="t", http=http) as client:
        page = client.with_options(extra_query={"preview": 1}).sessions.list(
            user_id="u", limit=1
        )
        assert not page.items
    assert pages[0].params["preview"] == "1"


def test_client_without_extras_pays_nothing() -> None:
    with Okta(base_url="https://x", api_token="t") as client:
        assert client._sender.config.extras is NO_EXTRAS
        assert client.with_options(timeout=1)._sender.config.extras is NO_EXTRAS
