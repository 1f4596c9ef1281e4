"""Tests of the message and body of errors that the document does not describe."""

import asyncio
from typing import Any

import httpx2
import pytest
from _runtime.call.request import Call
from _runtime.call.responses import ErrorFormat
from _runtime.client.async_base import AsyncClient
from _runtime.client.base import Client
from _runtime.errors import APIStatusError

OPTIONS: dict[str, Any] = {"timeout": 5, "max_retries": 0, "strict_responses": False}


def raised(response: httpx2.Response, **errors: Any) -> APIStatusError:
    """Return the error of a call that gets this response, the same in both clients."""
    arguments: Any = ("https://api.example", {}, ErrorFormat(**errors))
    options = {"http": httpx2.MockTransport(lambda request: response), **OPTIONS}
    call = Call("GET", "/things", dict)

    async def main() -> None:
        async with AsyncClient(*arguments, **options) as client:
            await client._sender.send(call)

    with pytest.raises(APIStatusError) as caught_async:
        asyncio.run(main())
    with Client(*arguments, **options) as client:
        with pytest.raises(APIStatusError) as caught:
            client._sender.send(call)
    assert caught.value.message == caught_async.value.message
    return caught.value


@pytest.mark.parametrize(
    ("body", "message"),
    [
        ({"message": "too long", "title": "Bad"}, "too long"),
        ({"type": "about:blank", "title": "Bad", "detail": "too long"}, "too long"),
        ({"title": "Bad"}, "Bad"),
        ({"error": {"message": "too long"}}, "too long"),
        ({"error": "invalid_grant", "error_description": "expired"}, "expired"),
        ({"error": "invalid_grant"}, "invalid_grant"),
        ({"errors": [{"message": "too long"}]}, "too long"),
        ({"errors": [{"detail": "too long"}]}, "too long"),
        ({"message": "", "detail": "too long"}, "too long"),
        ({"detail": [{"msg": "too long"}]}, None),
        ({"errors": []}, None),
        (["too long"], None),
        ("too long", "too long"),
    ],
    ids=str,
)
def test_message_is_found_in_the_usual_places(body: Any, message: str | None) -> None:
    error = raised(httpx2.Response(400, json=body))
    assert error.message == message
    assert error.body == body
    assert "too long" not in str(error)


def test_message_is_at_the_described_place_alone() -> None:
    body = {"message": "other", "summary": "too long"}
    response = httpx2.Response(400, json=body)
    assert raised(response, message=("summary",)).message == "too long"
    assert raised(response, message=("missing",)).message is None


@pytest.mark.parametrize(
    ("content_type", "body", "message"),
    [
        ("text/plain", "short", "short"),
        ("text/plain; charset=utf-8", "short", "short"),
        ("text/csv", "short", "short"),
        ("text/html", "short", None),
        ("application/xml", "short", None),
        ("application/soap+xml", "short", None),
        ("", None, None),
        ("application/octet-stream", None, None),
        ("application/json", None, None),
    ],
)
def test_text_of_an_error_is_its_body(
    content_type: str, body: str | None, message: str | None
) -> None:
    headers = {"Content-Type": content_type}
    error = raised(httpx2.Response(418, headers=headers, content=b"short"))
    assert error.body == body
    assert error.message == message
    assert "short" not in repr(error)


def test_plain_text_that_is_a_json_number_stays_text() -> None:
    headers = {"Content-Type": "text/plain"}
    error = raised(httpx2.Response(404, headers=headers, content=b"404"))
    assert error.body == error.message == "404"
