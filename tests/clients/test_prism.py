"""Tests of every operation in both modes against Prism, a third-party mock server.

Prism validates each request against the spec, and responds with the spec's examples.
"""

import asyncio
import importlib
import inspect
import json
from collections import Counter
from collections.abc import Callable, Iterator
from itertools import islice
from operator import attrgetter
from pathlib import Path
from typing import Any, NamedTuple

import clerk.models
import httpcore2
import httpx2
import okta.models
import pangea.models
import pytest
from clerk import AsyncClerk, Clerk
from clerk.errors import UnprocessableEntityError
from pangea import AsyncPangea, Pangea
from pangea.errors import PaginationError

from tests.support import usage
from tests.support.calls import (
    CALLS,
    CLIENTS,
    ERROR_CLASSES,
    FULL_CALLS,
    MODES,
    SCHEMES,
    SPECS,
    Call,
    HTTPRecorder,
    Mode,
    make_call,
    undocumented_paths,
)
from tests.support.pools import intercept
from tests.support.prism import run_prism
from tests.support.selection import first_of_each

PrismURL = Callable[[str], str]
"""Function from the name of a spec to the URL of its Prism."""

BODIES: dict[str, type] = {
    "okta": okta.models.Error,
    "clerk": clerk.models.ErrorResponse,
    "pangea": pangea.models.ErrorResponse,
}
ALWAYS_SENT = {"host", "accept", "accept-encoding", "user-agent"}

both_modes = pytest.mark.parametrize("mode", MODES)
every_call = pytest.mark.parametrize("call", CALLS, ids=str)
every_operation = pytest.mark.parametrize("call", FULL_CALLS, ids=str)

VARIABLES = (
    "CLERK_SECRET_KEY",
    "OKTA_ACCESS_TOKEN",
    "OKTA_API_TOKEN",
    "OKTA_CLIENT_TOKEN",
    "PANGEA_AUTHN_TOKEN",
    "PANGEA_TOKEN",
)


@pytest.fixture(autouse=True)
def no_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """Remove credentials from the environment, and disable proxies for loopback."""
    for name in VARIABLES:
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")


def json_body(message: httpx2.Request | httpx2.Response) -> Any:
    return json.loads(message.content) if message.content else None


def header_names(request: httpx2.Request) -> set[str]:
    """Return the names of a request's headers, without those that describe its body."""
    return {name for name in request.headers if not name.startswith("content-")}


def assert_preserved(call: Call, response: httpx2.Response, model: object) -> None:
    """Check that Prism accepted the request, and the model has the whole response."""
    assert "sl-violations" not in response.headers
    assert response.headers["Content-Type"] == "application/json"
    spec = SPECS[call.vendor]
    schema = spec.schema(call.operation, response.status_code)
    assert undocumented_paths(spec, schema, response.json(), model) == set()


@both_modes
@every_call
def test_call_sends_the_expected_request_and_returns_its_model(
    prism: PrismURL, call: Call, mode: Mode
) -> None:
    recorder = HTTPRecorder()
    result = make_call(call, mode, prism(call.vendor), recorder)
    (request,), (response,) = recorder.requests, recorder.responses
    target = request.url.raw_path.decode("ascii")
    assert f"{request.method} {target}" == call.request
    assert (
        SPECS[call.vendor].operation_id(request.method, request.url.path)
        == call.operation
    )
    assert json_body(request) == call.body
    assert request.headers.get("Cookie") == call.options.get("cookie")
    headers = [
        SCHEMES[call.vendor][scheme][1]
        for scheme in SPECS[call.vendor].security_schemes(call.operation)
    ]
    assert request.headers.get_list("Authorization") == headers[:1]
    value = result.body if call.item else result
    assert isinstance(value, call.returns)
    if value is None:
        assert not response.content
    else:
        assert_preserved(call, response, value)
    if call.item:
        assert [type(item) for item in result.items] == [call.item]


class Example(NamedTuple):
    """An example of a response in a spec, which a `Prefer` header selects."""

    call: Call
    status: int
    name: str

    def __str__(self) -> str:
        return f"{self.call.vendor}.{self.call.method}-{self.status}-{self.name}"

    @property
    def prefer(self) -> str:
        code = f"code={self.status}"
        return f"{code}, example={self.name}" if self.name else code


def examples() -> Iterator[Example]:
    """Yield every example of every response; `default` ones for each common status."""
    for call in FULL_CALLS:
        spec = SPECS[call.vendor]
        responses = spec.responses(call.operation)
        for status, response in responses.items():
            others = [s for s in ERROR_CLASSES if str(s) not in responses]
            for code in others if status == "default" else [int(status)]:
                for name in spec.examples(response):
                    yield Example(call, code, name)


SUCCESSES = [e for e in examples() if e.status == 200]
REFUSALS = [e for e in examples() if e.status >= 400]
ACCEPTED = [e for e in examples() if e.status == 202]


@both_modes
@pytest.mark.parametrize(
    "example", first_of_each(SUCCESSES, lambda e: e.call.vendor), ids=str
)
def test_example_of_a_successful_response_is_read(
    prism: PrismURL, example: Example, mode: Mode
) -> None:
    call, recorder = example.call, HTTPRecorder(example.prefer)
    result = make_call(call, mode, prism(call.vendor), recorder)
    (response,) = recorder.responses
    sent = SPECS[call.vendor].responses(call.operation)["200"]
    assert response.json() == SPECS[call.vendor].examples(sent)[example.name]
    assert_preserved(call, response, result.body if call.item else result)


@both_modes
@pytest.mark.parametrize(
    "example", first_of_each(REFUSALS, lambda e: (e.call.vendor, e.status)), ids=str
)
def test_example_of_an_error_response_is_raised(
    prism: PrismURL, example: Example, mode: Mode
) -> None:
    call, recorder = example.call, HTTPRecorder(example.prefer)
    errors = importlib.import_module(f"{call.vendor}.errors")
    with pytest.raises(errors.APIStatusError) as raised:
        make_call(call, mode, prism(call.vendor), recorder)
    (request,), (response,) = recorder.requests, recorder.responses
    error = raised.value
    assert type(error) is getattr(errors, ERROR_CLASSES[example.status])
    base = f"{CLIENTS[call.vendor]['sync'].__name__}Error"
    assert isinstance(error, getattr(errors, base))
    assert error.response is response
    assert error.status_code == response.status_code == example.status
    assert isinstance(error.body, BODIES[call.vendor])
    assert_preserved(call, response, error.body)
    body = response.json()
    match call.vendor:
        case "okta":
            expected = body["errorCode"], body["errorSummary"]
            request_id = response.headers["X-Okta-Request-Id"]
        case "clerk":
            expected = body["errors"][0]["code"], body["errors"][0]["message"]
            request_id = body.get("clerk_trace_id")
        case _:
            expected = body["status"], body["summary"]
            request_id = body["request_id"]
    assert (error.code, error.message, error.request_id) == (*expected, request_id)
    route = SPECS[call.vendor].route(call.operation)
    text = f"{request.method} {route} returned {example.status}, code {expected[0]}"
    assert str(error) == text + (f", request id {request_id}" if request_id else "")


@both_modes
@pytest.mark.parametrize("example", ACCEPTED, ids=str)
def test_accepted_response_is_polled_by_its_request_id(
    prism: PrismURL, example: Example, mode: Mode
) -> None:
    """The spec has no operation for polling, so that Prism responds with 404."""
    call, recorder = example.call, HTTPRecorder(example.prefer)
    errors = importlib.import_module(f"{call.vendor}.errors")
    with pytest.raises(errors.NotFoundError) as raised:
        make_call(call, mode, prism(call.vendor), recorder)
    first, poll = recorder.requests
    request_id = json_body(recorder.responses[0])["request_id"]
    assert (poll.method, poll.url.path) == ("GET", f"/request/{request_id}")
    assert poll.content == b""
    assert poll.headers["Authorization"] == first.headers["Authorization"]
    assert f"POST {SPECS[call.vendor].route(call.operation)}" in str(raised.value)


@pytest.mark.full
@every_operation
def test_random_response_is_read_without_a_warning(prism: PrismURL, call: Call) -> None:
    seen: set[bytes] = set()
    for seed in range(10):
        recorder = HTTPRecorder(f"dynamic=true, seed={seed}")
        result = make_call(call, "sync", prism(call.vendor), recorder)
        (response,) = recorder.responses
        if result is not None:
            assert_random_body_preserved(
                call, response, result.body if call.item else result
            )
        seen.add(response.content)
    assert len(seen) > 1 or seen == {b""}


@pytest.mark.full
@pytest.mark.parametrize(
    "example", {(e.call, e.status): e for e in REFUSALS}.values(), ids=str
)
def test_random_error_response_is_read_as_its_model(
    prism: PrismURL, example: Example
) -> None:
    call = example.call
    errors = importlib.import_module(f"{call.vendor}.errors")
    recorder = HTTPRecorder(f"code={example.status}, dynamic=true, seed={example}")
    with pytest.raises(errors.APIStatusError) as raised:
        make_call(call, "sync", prism(call.vendor), recorder)
    assert isinstance(raised.value.body, BODIES[call.vendor])
    assert_random_body_preserved(call, recorder.responses[0], raised.value.body)


def assert_random_body_preserved(
    call: Call, response: httpx2.Response, model: object
) -> None:
    """Check that the response is random, and the model has its documented properties."""
    assert "sl-violations" not in response.headers
    spec = SPECS[call.vendor]
    for documented in spec.responses(call.operation).values():
        assert response.json() not in spec.examples(documented).values()
    schema = spec.schema(call.operation, response.status_code)
    undocumented_paths(spec, schema, response.json(), model)


@both_modes
@pytest.mark.parametrize(
    ("call", "scheme"),
    [
        (call, scheme)
        for call in FULL_CALLS
        for scheme in SPECS[call.vendor].security_schemes(call.operation)
    ],
    ids=str,
)
def test_each_declared_credential_is_sent_in_its_form(
    prism: PrismURL, call: Call, scheme: str, mode: Mode
) -> None:
    credentials, header = SCHEMES[call.vendor][scheme]
    recorder = HTTPRecorder()
    make_call(call, mode, prism(call.vendor), recorder, credentials)
    (request,) = recorder.requests
    assert request.headers.get_list("Authorization") == [header]
    version = {"clerk-api-version"} if call.vendor == "clerk" else set[str]()
    assert header_names(request) == ALWAYS_SENT | {"authorization"} | version


@both_modes
@pytest.mark.parametrize(
    "call",
    [call for call in CALLS if not SPECS[call.vendor].security_schemes(call.operation)],
    ids=str,
)
def test_operation_without_security_sends_no_credential(
    prism: PrismURL, call: Call, mode: Mode
) -> None:
    all_credentials: dict[str, str] = {}
    for arguments, _ in SCHEMES[call.vendor].values():
        all_credentials |= arguments
    for credentials in (all_credentials, dict[str, str]()):
        recorder = HTTPRecorder()
        make_call(call, mode, prism(call.vendor), recorder, credentials)
        (request,) = recorder.requests
        cookie = {"cookie"} & set(call.options)
        assert header_names(request) == ALWAYS_SENT | cookie


@both_modes
@pytest.mark.parametrize(
    "call",
    [
        call
        for call in FULL_CALLS
        if call.vendor == "okta" and SPECS["okta"].security_schemes(call.operation)
    ],
    ids=str,
)
def test_missing_credential_is_refused_before_sending(call: Call, mode: Mode) -> None:
    declared = SPECS["okta"].security_schemes(call.operation)
    others = [
        arguments
        for name, (arguments, _) in SCHEMES["okta"].items()
        if name not in declared
    ]
    for credentials in ({}, *others):
        recorder = HTTPRecorder()
        with pytest.raises(ValueError, match="requires api_token"):
            make_call(call, mode, "http://127.0.0.1:9", recorder, credentials)
        assert not recorder.requests


@both_modes
def test_response_with_two_schemas_is_read_as_either(
    prism: PrismURL, mode: Mode
) -> None:
    calls = {call.operation: call for call in FULL_CALLS if call.vendor == "clerk"}
    list_sessions, refresh = calls["GetSessionList"], calls["RefreshSession"]
    page = make_call(
        list_sessions, mode, prism("clerk"), HTTPRecorder("example=paginated")
    )
    assert isinstance(page.body, clerk.models.SessionList)
    assert page.body.total_count == 1 and page.items == page.body.data
    page = make_call(list_sessions, mode, prism("clerk"), HTTPRecorder("example=array"))
    assert type(page.body) is list and page.items == page.body
    cookies = make_call(refresh, mode, prism("clerk"), HTTPRecorder("example=cookies"))
    assert isinstance(cookies, clerk.models.SessionCookies)
    token = make_call(refresh, mode, prism("clerk"), HTTPRecorder("example=token"))
    assert isinstance(token, clerk.models.SessionToken)


def test_pages_are_followed_by_cursor(prism: PrismURL) -> None:
    recorder = HTTPRecorder("example=page")
    with recorder.sync_client() as http:
        api = Pangea(token="pts_x", base_url=prism("pangea"), http=http)
        page = api.session.list(filter={"enabled": True}, size=1)
        assert page.has_next and page.body.result.last == "Mjoy"
        recorder.prefer = "example=lastPage"
        last = page.next_page()
        assert last.items == [] and not last.has_next
        assert list(page) == page.items and list(last) == []
    first, second, again = map(json_body, recorder.requests)
    assert first == {"filter": {"enabled": True}, "size": 1}
    assert second == again == {**first, "last": "Mjoy"}


def test_pages_are_followed_by_cursor_asynchronously(prism: PrismURL) -> None:
    recorder = HTTPRecorder("example=page")

    async def turn_pages() -> None:
        async with recorder.async_client() as http:
            api = AsyncPangea(token="pts_x", base_url=prism("pangea"), http=http)
            page = await api.session.list(filter={"enabled": True}, size=1)
            assert page.has_next and page.body.result.last == "Mjoy"
            recorder.prefer = "example=lastPage"
            last = await page.next_page()
            assert last.items == [] and not last.has_next
            assert [session async for session in page] == page.items
            assert [session async for session in last] == []

    asyncio.run(turn_pages())
    first, second, again = map(json_body, recorder.requests)
    assert first == {"filter": {"enabled": True}, "size": 1}
    assert second == again == {**first, "last": "Mjoy"}


def test_repeated_cursor_raises_a_pagination_error(prism: PrismURL) -> None:
    recorder = HTTPRecorder()
    with recorder.sync_client() as http:
        api = Pangea(token="pts_x", base_url=prism("pangea"), http=http)
        sessions = iter(api.session.list())
        assert next(sessions) == next(sessions)
        with pytest.raises(PaginationError):
            next(sessions)
    assert len(recorder.requests) == 2


def test_repeated_cursor_raises_a_pagination_error_asynchronously(
    prism: PrismURL,
) -> None:
    recorder = HTTPRecorder()

    async def turn_pages() -> None:
        async with recorder.async_client() as http:
            api = AsyncPangea(token="pts_x", base_url=prism("pangea"), http=http)
            sessions = aiter(await api.session.list())
            assert await anext(sessions) == await anext(sessions)
            with pytest.raises(PaginationError):
                await anext(sessions)

    asyncio.run(turn_pages())
    assert len(recorder.requests) == 2


def test_page_with_fewer_items_than_the_limit_is_the_last(prism: PrismURL) -> None:
    recorder = HTTPRecorder("example=array")
    with recorder.sync_client() as http:
        api = Clerk(secret_key="sk_test_x", base_url=prism("clerk"), http=http)
        assert len(list(islice(api.sessions.list(limit=2), 9))) == 1
        full = api.sessions.list(user_id="user_1", limit=1)
        assert full.has_next
        full.next_page()
        recorder.prefer = "example=paginated"
        assert not api.sessions.list(paginated=True, limit=1).has_next
    targets = [request.url.query.decode("ascii") for request in recorder.requests]
    assert targets[:2] == ["limit=2", "user_id=user_1&limit=1"]
    assert sorted(targets[2].split("&")) == ["limit=1", "offset=1", "user_id=user_1"]


def test_argument_that_only_the_server_rejects_raises_its_error(
    prism: PrismURL,
) -> None:

    async def ask() -> None:
        async with AsyncClerk(secret_key="sk_test_x", base_url=prism("clerk")) as api:
            with pytest.raises(UnprocessableEntityError) as raised:
                await api.sessions.list(limit=501)
        assert raised.value.code == "form_param_missing"
        assert "limit" in raised.value.response.headers["sl-violations"]

    asyncio.run(ask())


def test_calls_cover_every_operation() -> None:
    for vendor, spec in SPECS.items():
        called = {call.operation for call in CALLS if call.vendor == vendor}
        assert called == {o["operationId"] for _, _, o in spec.operations()}
    assert len(FULL_CALLS) == 24


def test_full_calls_use_every_argument() -> None:
    for vendor, client_classes in CLIENTS.items():
        (credentials, _), *_ = SCHEMES[vendor].values()
        for client_class in client_classes.values():
            client = client_class(base_url="https://example.com", **credentials)
            for call in (call for call in FULL_CALLS if call.vendor == vendor):
                signature = inspect.signature(attrgetter(call.method)(client))
                full = signature.bind(*call.arguments, **call.options)
                assert set(full.arguments) == set(signature.parameters), call


@every_operation
def test_every_operation_is_called_without_options(call: Call) -> None:
    (credentials, _), *_ = SCHEMES[call.vendor].values()
    client = CLIENTS[call.vendor]["sync"](base_url="https://example.com", **credentials)
    signature = inspect.signature(attrgetter(call.method)(client))
    required = {n for n, p in signature.parameters.items() if p.default is p.empty}
    bound = [
        set(signature.bind(*other.arguments, **other.options).arguments)
        for other in CALLS
        if (other.vendor, other.method) == (call.vendor, call.method)
    ]
    assert required in bound


def test_examples_cover_every_documented_status() -> None:
    for vendor, spec in SPECS.items():
        for _, _, operation in spec.operations():
            name = operation["operationId"]
            documented = {int(s) for s in operation["responses"] if s != "default"}
            reached = {
                example.status
                for example in examples()
                if (example.call.vendor, example.call.operation) == (vendor, name)
            }
            assert documented - reached <= {200, 204}, name


def test_usage_program_calls_every_operation_in_both_modes(
    prism: PrismURL,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    sent: Counter[tuple[str, Mode, str]] = Counter()
    vendors = {prism(name): name for name in SPECS}

    def count(mode: Mode, request: httpcore2.Request) -> httpcore2.Request:
        url, method = request.url, request.method.decode()
        name = vendors[f"http://{url.host.decode()}:{url.port}"]
        path = url.target.decode().partition("?")[0]
        if not path.startswith("/no/such/place/"):
            sent[name, mode, SPECS[name].operation_id(method, path)] += 1
        assert sent.total() < 100, "the paging does not end"
        return request

    intercept(monkeypatch, count)
    usage.main([f"--{name}={url}" for url, name in vendors.items()])
    assert set(sent) == {(c.vendor, mode, c.operation) for c in CALLS for mode in MODES}
    output = capsys.readouterr().out
    assert output.count("form_param_missing is missing") == 4
    assert output.count("the server repeats itself:") == 2
    assert output.count("400 ValidationError") == 2
    assert "failed otherwise" not in output


class InvalidRequest(NamedTuple):
    """A request that does not match a spec, and the violation that Prism reports."""

    vendor: str
    method: str
    target: str
    body: object
    status: int
    violation: str
    has_credentials: bool = True


LIST = "/v2/session/list"
INVALID_REQUESTS = [
    InvalidRequest("okta", "POST", "/api/v1/sessions", {}, 400, "required"),
    InvalidRequest(
        "okta", "POST", "/api/v1/sessions", {"sessionToken": 1}, 400, "type"
    ),
    InvalidRequest(
        "okta",
        "GET",
        "/api/v1/sessions/x",
        None,
        401,
        "security scheme",
        has_credentials=False,
    ),
    InvalidRequest(
        "okta", "POST", "/api/v1/sessions/x/lifecycle/refresh", {"a": 1}, 415, "body"
    ),
    InvalidRequest(
        "okta", "DELETE", "/api/v1/users/x/sessions?oauthTokens=1", None, 422, "type"
    ),
    InvalidRequest("okta", "GET", "/api/v1/session", None, 404, "NO_PATH_MATCHED"),
    InvalidRequest("okta", "PUT", "/api/v1/sessions/x", None, 405, "NO_METHOD_MATCHED"),
    InvalidRequest("clerk", "GET", "/v1/sessions?status=asleep", None, 422, "enum"),
    InvalidRequest("clerk", "GET", "/v1/sessions?limit=0", None, 422, "minimum"),
    InvalidRequest(
        "clerk",
        "GET",
        "/v1/sessions",
        None,
        401,
        "security scheme",
        has_credentials=False,
    ),
    InvalidRequest(
        "clerk", "POST", "/v1/sessions/x/verify", {"tok": "x"}, 400, "additional"
    ),
    InvalidRequest(
        "clerk", "POST", "/v1/sessions/x/refresh", {"format": "x"}, 400, "required"
    ),
    InvalidRequest("pangea", "POST", LIST, {"order": "up"}, 400, "enum"),
    InvalidRequest(
        "pangea", "POST", LIST, {"filter": {"expire": "soon"}}, 400, "format"
    ),
    InvalidRequest(
        "pangea", "POST", "/v2/session/logout", {"user_id": "(x)"}, 400, "pattern"
    ),
    InvalidRequest(
        "pangea", "POST", LIST, {}, 401, "security scheme", has_credentials=False
    ),
    InvalidRequest("pangea", "POST", LIST, None, 400, "required"),
]


@pytest.mark.parametrize("invalid", INVALID_REQUESTS, ids=str)
def test_prism_rejects_invalid_requests(
    prism: PrismURL, invalid: InvalidRequest
) -> None:
    _, header = next(iter(SCHEMES[invalid.vendor].values()))
    credentials = {"Authorization": header} if invalid.has_credentials else {}
    for prefer in ("", "code=200"):
        response = httpx2.request(
            invalid.method,
            prism(invalid.vendor) + invalid.target,
            headers={**credentials, **({"Prefer": prefer} if prefer else {})},
            json=invalid.body,
            trust_env=False,
        )
        assert response.status_code == invalid.status
        assert invalid.violation in response.headers.get("sl-violations", response.text)


def test_prism_rejects_its_own_invalid_responses(tmp_path: Path) -> None:
    schema = {"type": "object", "properties": {"id": {"type": "integer"}}}
    content = {"application/json": {"schema": schema, "example": {"id": "x"}}}
    responses = {"200": {"description": "Fine.", "content": content}}
    spec = tmp_path / "wrong.json"
    document = {
        "openapi": "3.1.0",
        "info": {"title": "Wrong", "version": "1"},
        "paths": {"/it": {"get": {"responses": responses}}},
    }
    spec.write_text(json.dumps(document), "utf-8")
    with run_prism(spec, tmp_path / "log") as prism:
        response = httpx2.get(f"{prism.url}/it", trust_env=False)
    assert response.status_code == 500
    assert "must be integer" in response.headers["sl-violations"]
