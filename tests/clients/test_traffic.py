"""Replays recorded and published payloads of the vendors' own servers through the clients.

Where these are absent the tests are skipped.
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
from okta import AsyncOkta, Okta

from tests.support.calls import (
    ERROR_CLASSES,
    MODES,
    SPECS,
    Call,
    Mode,
    Wire,
    make,
    unnamed,
)
from tests.support.traffic import (
    ABSENT,
    CLERK_ERRORS,
    CLERK_EXAMPLES,
    INCOMPLETE,
    INTERACTIONS,
    NO_OPERATION,
    OKTA_ANSWERS,
    OKTA_ERRORS,
    OKTA_EXAMPLES,
    OPERATIONS,
    PANGEA,
    RECORDED,
    REQUESTS,
    RESULTS,
    SCHEMA_EXAMPLES,
    TRAFFIC,
    answer_of_pangea,
    call_of_clerk,
    call_of_okta,
    call_of_pangea,
    error_of_clerk,
    title,
)

if not TRAFFIC.is_dir():
    pytest.skip(ABSENT, allow_module_level=True)

URL = "https://api.example.com"

both_modes = pytest.mark.parametrize("mode", MODES)


def replaying(
    status: int, body: bytes, headers: Mapping[str, list[str]] | None = None
) -> Wire:
    """A wire that gives one answer, compressed where its headers say so."""
    pairs = [(n, value) for n, values in (headers or {}).items() for value in values]
    if ("content-encoding", "gzip") in pairs:
        body = gzip.compress(body)

    def answer(_: httpx2.Request) -> httpx2.Response:
        return httpx2.Response(status, headers=pairs, content=body)

    return Wire(transport=httpx2.MockTransport(answer))


def sending(value: object) -> Wire:
    return replaying(200, json.dumps(value).encode())


def check_kept(call: Call, sent: Any, result: Any, strange: set[str]) -> None:
    """Nothing is lost but what the spec does not name."""
    schema = SPECS[call.vendor].schema(call.operation, 200)
    model = result.body if call.item else result
    assert unnamed(SPECS[call.vendor], schema, sent, model) == strange


def check_error(error: Any, call: Call, status: int, body: Any, name: str) -> None:
    """An error is of its status's class, and its body is of the model of this name."""
    errors = importlib.import_module(f"{call.vendor}.errors")
    models = importlib.import_module(f"{call.vendor}.models")
    assert type(error) is getattr(errors, ERROR_CLASSES.get(status, "APIStatusError"))
    assert error.status_code == status
    assert type(error.body) is getattr(models, name)
    schema = {"$ref": f"#/components/schemas/{name}"}
    assert unnamed(SPECS[call.vendor], schema, body, error.body) == set()


def raised_by(call: Call, mode: Mode, wire: Wire, **credentials: str) -> Any:
    errors = importlib.import_module(f"{call.vendor}.errors")
    with pytest.raises(errors.APIStatusError) as raised:
        make(call, mode, URL, wire, credentials or None)
    return raised.value


@both_modes
@pytest.mark.parametrize("recorded", INTERACTIONS, ids=title)
def test_recorded_interaction(recorded: dict[str, Any], mode: Mode) -> None:
    call, answer = call_of_okta(recorded), recorded["response"]
    wire = replaying(answer["status"], answer["body_raw"].encode(), answer["headers"])
    token = {"api_token": "myAPIToken"}
    if answer["status"] < 400:
        result = make(call, mode, URL, wire, token)
        assert type(result) is call.returns
        if answer["body"] is not None:
            check_kept(call, answer["body"], result, set())
    else:
        error = raised_by(call, mode, wire, **token)
        check_error(error, call, answer["status"], answer["body"], "Error")
        assert error.code == answer["body"]["errorCode"]
        assert error.message == answer["body"]["errorSummary"]
        assert [error.request_id] == answer["headers"]["x-okta-request-id"]
        assert error.response.headers["X-Rate-Limit-Reset"].isdigit()
    (request,), expected = wire.requests, recorded["request"]
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
    assert {title(recorded) for recorded in INTERACTIONS} >= {
        "createSession-200",
        "createSession-401",
        "getSession-200",
        "getSession-404",
        "refreshSession-200",
        "revokeSession-204",
        "revokeUserSessions-204",
    }


@both_modes
def test_status_that_no_operation_documents(mode: Mode) -> None:
    (recorded,) = NO_OPERATION
    answer, call = recorded["response"], OPERATIONS["okta", "getSession"]
    wire = replaying(answer["status"], answer["body_raw"].encode(), answer["headers"])
    error = raised_by(call, mode, wire)
    check_error(error, call, 405, answer["body"], "Error")
    assert error.code == answer["body"]["errorCode"]
    assert error.request_id is None


def test_cookies_that_an_answer_sets_are_not_sent() -> None:
    """A refresh sets the session cookie of the user; the next call is not that user's."""
    recorded, *_ = [r for r in INTERACTIONS if title(r) == "refreshSession-200"]
    answer = recorded["response"]
    assert any(cookie.startswith("sid=") for cookie in answer["headers"]["set-cookie"])
    wire = replaying(200, answer["body_raw"].encode(), answer["headers"])
    with wire.http() as http:
        user = Okta(api_token="x", base_url=URL, http=http)
        user.sessions.refresh("102")
        user.sessions.get_current()

    async def call() -> None:
        async with wire.async_http() as http:
            user = AsyncOkta(api_token="x", base_url=URL, http=http)
            await user.sessions.refresh("102")
            await user.sessions.get_current()

    asyncio.run(call())
    assert len(wire.requests) == 4
    assert not any("Cookie" in request.headers for request in wire.requests)


@both_modes
@pytest.mark.parametrize("example", OKTA_EXAMPLES, ids=lambda e: str(e["name"]))
def test_published_example_of_okta(example: dict[str, Any], mode: Mode) -> None:
    name, value = example["name"], example["value"]
    if name in OKTA_ERRORS:
        call = OPERATIONS["okta", "getSession"]
        wire = replaying(OKTA_ERRORS[name], json.dumps(value).encode())
        error = raised_by(call, mode, wire)
        check_error(error, call, OKTA_ERRORS[name], value, "Error")
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
        wire = sending({**session, "expiresAt": "2025-09-22T07:00:24Z", "_links": {}})
        make(replace(call, arguments=tuple(value.values())), mode, URL, wire)
        assert json.loads(wire.requests[0].content) == value
    else:
        call = OPERATIONS["okta", OKTA_ANSWERS[name]]
        session = make(call, mode, URL, sending(value))
        stray = {"$._links.href"} if "href" in value["_links"] else set[str]()
        check_kept(call, value, session, stray)
        assert type(session) is okta.models.Session


@both_modes
@pytest.mark.parametrize("example", REQUESTS, ids=lambda e: str(e["path"]))
def test_published_example_of_pangea(example: dict[str, Any], mode: Mode) -> None:
    call, answer = call_of_pangea(example), answer_of_pangea(example)
    wire = sending(answer)
    read = make(call, mode, URL, wire)
    assert json.loads(wire.requests[0].content) == example["body"]
    check_kept(call, answer, read, set())
    if call.item:
        assert len(read.items) == 1 and read.has_next


def test_examples_of_pangea_are_all_used() -> None:
    spec = SPECS["pangea"]
    used = len(REQUESTS) + len(RESULTS) + len(SCHEMA_EXAMPLES)
    assert used == len(PANGEA)
    called = {spec.at("POST", example["path"]) for example in REQUESTS}
    assert called == {operation["operationId"] for _, _, operation in spec.operations()}
    assert RESULTS.keys() <= {example["path"] for example in REQUESTS}


@both_modes
@pytest.mark.parametrize("example", CLERK_EXAMPLES, ids=lambda e: e["source"][-9:])
def test_published_example_of_clerk(example: dict[str, Any], mode: Mode) -> None:
    """Where it lacks what the API sends, the call succeeds and warns of each place."""
    source, body = example["source"], example["body"]
    call, wire = call_of_clerk(source), sending(body)
    query: str = source.partition(", query ")[2]
    with warnings.catch_warnings(record=True, action="always") as warned:
        result = make(call, mode, URL, wire)
    assert all(warning.category is ResponseWarning for warning in warned)
    paths = [str(w.message).split(": ")[1] for w in warned]
    assert sorted(paths) == sorted(lacking(body, "$"))
    check_kept(call, body, result, set())
    given = wire.requests[0].url.query.decode("ascii")
    assert sorted(given.split("&")) == sorted(query.split("&"))
    if call.item:
        assert [type(item) for item in result.items] == [clerk.models.Session]
        assert not result.has_next


def lacking(body: dict[str, Any], path: str) -> list[str]:
    """What the spec requires of a Clerk session, or of those in a list, and is not there."""
    if "data" in body:
        return [
            place
            for index, session in enumerate(body["data"])
            for place in lacking(session, f"{path}.data[{index}]")
        ]
    if "jwt" in body:
        return []
    required = SPECS["clerk"].data["components"]["schemas"]["Session"]["required"]
    return [f"{path}.{name}" for name in required if name not in body]


def test_warning_names_the_route_and_the_place() -> None:
    call = OPERATIONS["clerk", "GetSession"]
    session = {"object": "session", "user_id": "u", "client_id": "c", "status": "new"}
    times = dict.fromkeys(
        ("last_active_at", "expire_at", "abandon_at", "updated_at"), 1
    )
    wire = sending({**session, **times, "created_at": "today"})
    with pytest.warns(ResponseWarning) as warned:
        read = make(call, "sync", URL, wire)
    assert sorted(str(warning.message) for warning in warned) == [
        "GET /v1/sessions/{session_id}: $.created_at: expected integer, got string",
        "GET /v1/sessions/{session_id}: $.id: expected string, got nothing",
    ]
    assert read.created_at == "today" and read.status == "new" and read.id is None


@both_modes
@pytest.mark.parametrize("entry", CLERK_ERRORS, ids=lambda e: str(e["name"]))
def test_catalogued_error_of_clerk(entry: dict[str, Any], mode: Mode) -> None:
    body = error_of_clerk(entry)
    call, status = OPERATIONS["clerk", "GetSession"], int(entry["status"])
    error = raised_by(call, mode, replaying(status, json.dumps(body).encode()))
    check_error(error, call, status, body, "ErrorResponse")
    assert (error.code, error.message) == (entry["code"], entry["shortMessage"])
    assert error.request_id is None
    assert error.body.errors[0].long_message == entry["longMessage"]
    route = "GET /v1/sessions/{session_id}"
    code = f", code {entry['code']}" if entry["code"] else ""
    assert str(error) == f"{route} was answered {status}{code}"
