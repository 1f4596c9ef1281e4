"""Tests that replay recorded and published payloads of the vendors' own servers.

They are skipped if the payloads are missing.
"""

import asyncio
import gzip
import importlib
import json
import warnings
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import clerk.models
import httpx2
import okta.models
import pytest
from clerk.errors import ResponseWarning
from msgspec import UNSET
from okta import AsyncOkta, Okta

from tests.support.calls import (
    ERROR_CLASSES,
    MODES,
    SPECS,
    Call,
    HTTPRecorder,
    Mode,
    make_call,
    undocumented_paths,
)
from tests.support.traffic import (
    CLERK_ERRORS,
    CLERK_EXAMPLES,
    INCOMPLETE,
    INTERACTIONS,
    NO_OPERATION,
    OKTA_ERRORS,
    OKTA_EXAMPLES,
    OKTA_RESPONSES,
    OPERATIONS,
    PANGEA,
    RECORDED,
    REQUESTS,
    RESULTS,
    SCHEMA_EXAMPLES,
    TRAFFIC,
    TRAFFIC_MISSING,
    clerk_call,
    clerk_error_body,
    okta_call,
    pangea_call,
    pangea_response_body,
    title_of,
)

if not TRAFFIC.is_dir():
    pytest.skip(TRAFFIC_MISSING, allow_module_level=True)

URL = "https://api.example.com"

both_modes = pytest.mark.parametrize("mode", MODES)


def replay(
    status: int, body: bytes, headers: Mapping[str, list[str]] | None = None
) -> HTTPRecorder:
    """Return a recorder whose server sends one response, compressed if its headers say so."""
    pairs = [(n, value) for n, values in (headers or {}).items() for value in values]
    if ("content-encoding", "gzip") in pairs:
        body = gzip.compress(body)

    def respond(_: httpx2.Request) -> httpx2.Response:
        return httpx2.Response(status, headers=pairs, content=body)

    return HTTPRecorder(transport=httpx2.MockTransport(respond))


def replay_json(value: object) -> HTTPRecorder:
    return replay(200, json.dumps(value).encode())


def assert_preserved(
    call: Call, sent: Any, result: Any, undocumented: set[str]
) -> None:
    """Check that the model lacks only the given undocumented properties."""
    schema = SPECS[call.vendor].schema(call.operation, 200)
    model = result.body if call.item else result
    assert undocumented_paths(SPECS[call.vendor], schema, sent, model) == undocumented


def assert_error(error: Any, call: Call, status: int, body: Any, name: str) -> None:
    """Check that an error has the class of its status, and its body the named model."""
    errors = importlib.import_module(f"{call.vendor}.errors")
    models = importlib.import_module(f"{call.vendor}.models")
    assert type(error) is getattr(errors, ERROR_CLASSES.get(status, "APIStatusError"))
    assert error.status_code == status
    assert isinstance(error.body, getattr(models, name))
    schema = {"$ref": f"#/components/schemas/{name}"}
    assert undocumented_paths(SPECS[call.vendor], schema, body, error.body) == set()


def raised_error(
    call: Call, mode: Mode, recorder: HTTPRecorder, **credentials: str
) -> Any:
    errors = importlib.import_module(f"{call.vendor}.errors")
    with pytest.raises(errors.APIStatusError) as raised:
        make_call(call, mode, URL, recorder, credentials or None)
    return raised.value


@both_modes
@pytest.mark.parametrize("recorded", INTERACTIONS, ids=title_of)
def test_recorded_interaction_is_sent_and_read(
    recorded: dict[str, Any], mode: Mode
) -> None:
    call, response = okta_call(recorded), recorded["response"]
    recorder = replay(
        response["status"], response["body_raw"].encode(), response["headers"]
    )
    token = {"api_token": "myAPIToken"}
    if response["status"] < 400:
        result = make_call(call, mode, URL, recorder, token)
        assert isinstance(result, call.returns)
        if response["body"] is not None:
            assert_preserved(call, response["body"], result, set())
    else:
        error = raised_error(call, mode, recorder, **token)
        assert_error(error, call, response["status"], response["body"], "Error")
        assert error.code == response["body"]["errorCode"]
        assert error.message == response["body"]["errorSummary"]
        assert [error.request_id] == response["headers"]["x-okta-request-id"]
        assert error.response.headers["X-Rate-Limit-Reset"].isdigit()
    (request,), expected = recorder.requests, recorded["request"]
    query = f"?{expected['query']}" if expected["query"] else ""
    assert request.method == expected["method"]
    assert request.url.raw_path.decode("ascii") == expected["path"] + query
    for name in ("Authorization", "Accept"):
        assert request.headers.get_list(name) == expected["headers"][name]
    if recorded not in INCOMPLETE:
        sent = json.loads(request.content) if request.content else None
        assert sent == expected["body"]


def test_recorded_interactions_are_all_replayed() -> None:
    assert len(INTERACTIONS) + len(NO_OPERATION) == len(RECORDED)
    assert len(NO_OPERATION) == len(INCOMPLETE) == 1
    assert {title_of(recorded) for recorded in INTERACTIONS} >= {
        "createSession-200",
        "createSession-401",
        "getSession-200",
        "getSession-404",
        "refreshSession-200",
        "revokeSession-204",
        "revokeUserSessions-204",
    }


@both_modes
def test_undocumented_status_raises_an_error_with_body(mode: Mode) -> None:
    (recorded,) = NO_OPERATION
    response, call = recorded["response"], OPERATIONS["okta", "getSession"]
    recorder = replay(
        response["status"], response["body_raw"].encode(), response["headers"]
    )
    error = raised_error(call, mode, recorder)
    assert_error(error, call, 405, response["body"], "Error")
    assert error.code == response["body"]["errorCode"]
    assert error.request_id is None


def test_cookies_set_by_a_response_are_not_sent() -> None:
    """A refresh sets the session cookie of the user; the next call is not that user's."""
    recorded, *_ = [r for r in INTERACTIONS if title_of(r) == "refreshSession-200"]
    response = recorded["response"]
    assert any(
        cookie.startswith("sid=") for cookie in response["headers"]["set-cookie"]
    )
    recorder = replay(200, response["body_raw"].encode(), response["headers"])
    with recorder.sync_client() as http:
        user = Okta(api_token="x", base_url=URL, http=http)
        user.sessions.refresh("102")
        user.sessions.get_current()

    async def call() -> None:
        async with recorder.async_client() as http:
            user = AsyncOkta(api_token="x", base_url=URL, http=http)
            await user.sessions.refresh("102")
            await user.sessions.get_current()

    asyncio.run(call())
    assert len(recorder.requests) == 4
    assert not any("Cookie" in request.headers for request in recorder.requests)


@both_modes
@pytest.mark.parametrize("example", OKTA_EXAMPLES, ids=lambda e: str(e["name"]))
def test_published_okta_example_is_read(example: dict[str, Any], mode: Mode) -> None:
    name, value = example["name"], example["value"]
    if name in OKTA_ERRORS:
        call = OPERATIONS["okta", "getSession"]
        recorder = replay(OKTA_ERRORS[name], json.dumps(value).encode())
        error = raised_error(call, mode, recorder)
        assert_error(error, call, OKTA_ERRORS[name], value, "Error")
        assert (error.code, error.message) == (
            value["errorCode"],
            value["errorSummary"],
        )
    elif name == "CreateSessionBody":
        call = OPERATIONS["okta", "createSession"]
        session = {
            "id": "1",
            "userId": "2",
            "login": "x",
            "status": "ACTIVE",
            "amr": [],
        }
        recorder = replay_json(
            {**session, "expiresAt": "2025-09-22T07:00:24Z", "_links": {}}
        )
        make_call(replace(call, arguments=tuple(value.values())), mode, URL, recorder)
        assert json.loads(recorder.requests[0].content) == value
    else:
        call = OPERATIONS["okta", OKTA_RESPONSES[name]]
        session = make_call(call, mode, URL, replay_json(value))
        stray = {"$._links.href"} if "href" in value["_links"] else set[str]()
        assert_preserved(call, value, session, stray)
        assert isinstance(session, okta.models.Session)


@both_modes
@pytest.mark.parametrize("example", REQUESTS, ids=lambda e: str(e["path"]))
def test_published_pangea_example_is_sent_and_read(
    example: dict[str, Any], mode: Mode
) -> None:
    call, response = pangea_call(example), pangea_response_body(example)
    recorder = replay_json(response)
    read = make_call(call, mode, URL, recorder)
    assert json.loads(recorder.requests[0].content) == example["body"]
    assert_preserved(call, response, read, set())
    if call.item:
        assert len(read.items) == 1 and read.has_next


def test_all_published_pangea_examples_are_used() -> None:
    spec = SPECS["pangea"]
    used = len(REQUESTS) + len(RESULTS) + len(SCHEMA_EXAMPLES)
    assert used == len(PANGEA)
    called = {spec.operation_id("POST", example["path"]) for example in REQUESTS}
    assert called == {operation["operationId"] for _, _, operation in spec.operations()}
    assert RESULTS.keys() <= {example["path"] for example in REQUESTS}


@both_modes
@pytest.mark.parametrize("example", CLERK_EXAMPLES, ids=lambda e: e["source"][-9:])
def test_published_clerk_example_is_read_with_a_warning_for_each_missing_property(
    example: dict[str, Any], mode: Mode
) -> None:
    source, body = example["source"], example["body"]
    call, recorder = clerk_call(source), replay_json(body)
    query: str = source.partition(", query ")[2]
    with warnings.catch_warnings(record=True, action="always") as warned:
        result = make_call(call, mode, URL, recorder)
    assert all(warning.category is ResponseWarning for warning in warned)
    paths = [str(w.message).split(": ")[1] for w in warned]
    assert sorted(paths) == sorted(missing_properties(body, "$"))
    assert_preserved(call, body, result, set())
    sent_query = recorder.requests[0].url.query.decode("ascii")
    assert sorted(sent_query.split("&")) == sorted(query.split("&"))
    if call.item:
        assert [type(item) for item in result.items] == [clerk.models.Session]
        assert not result.has_next


def missing_properties(body: dict[str, Any], path: str) -> list[str]:
    """Return the JSON paths of required properties that Clerk sessions in a body lack."""
    if "data" in body:
        return [
            place
            for index, session in enumerate(body["data"])
            for place in missing_properties(session, f"{path}.data[{index}]")
        ]
    if "jwt" in body:
        return []
    required = SPECS["clerk"].data["components"]["schemas"]["Session"]["required"]
    return [f"{path}.{name}" for name in required if name not in body]


def test_warning_names_the_route_and_the_json_path() -> None:
    call = OPERATIONS["clerk", "GetSession"]
    session = {"object": "session", "user_id": "u", "client_id": "c", "status": "new"}
    times = dict.fromkeys(
        ("last_active_at", "expire_at", "abandon_at", "updated_at"), 1
    )
    recorder = replay_json({**session, **times, "created_at": "today"})
    with pytest.warns(ResponseWarning) as warned:
        read = make_call(call, "sync", URL, recorder)
    assert sorted(str(warning.message) for warning in warned) == [
        "GET /v1/sessions/{session_id}: $.created_at: expected integer, got string",
        "GET /v1/sessions/{session_id}: $.id: expected string, got nothing",
    ]
    assert read.created_at == "today" and read.status == "new" and read.id is UNSET


@both_modes
@pytest.mark.parametrize("entry", CLERK_ERRORS, ids=lambda e: str(e["name"]))
def test_catalogued_clerk_error_is_raised(entry: dict[str, Any], mode: Mode) -> None:
    body = clerk_error_body(entry)
    call, status = OPERATIONS["clerk", "GetSession"], int(entry["status"])
    error = raised_error(call, mode, replay(status, json.dumps(body).encode()))
    assert_error(error, call, status, body, "ErrorResponse")
    assert (error.code, error.message) == (entry["code"], entry["shortMessage"])
    assert error.request_id is None
    assert error.body.errors[0].long_message == entry["longMessage"]
    route = "GET /v1/sessions/{session_id}"
    code = f", code {entry['code']}" if entry["code"] else ""
    assert str(error) == f"{route} returned {status}{code}"
