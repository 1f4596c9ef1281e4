"""Tests of OAuth 2.0 tokens: fetched, kept, renewed, with scopes, and their errors."""

import asyncio
import copy
import logging
import os
import pickle
import threading
import traceback
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from types import ModuleType
from typing import Any

import anyio
import httpx2
import pytest

from tests.support.token_server import CLIENT, TokenServer, run_token_server

MODES = ("sync", "asyncio", "trio")
SECRETS = {"client_id": CLIENT[0], "client_secret": CLIENT[1]}

each_mode = pytest.mark.parametrize("mode", MODES)


@pytest.fixture
def server() -> Iterator[TokenServer]:
    with run_token_server() as running:
        yield running


@pytest.fixture
def package(clients: dict[str, ModuleType]) -> ModuleType:
    return clients["oauth"]


def call(
    package: ModuleType,
    mode: str,
    server: TokenServer,
    *methods: str,
    **options: Any,
) -> None:
    """Call methods of one client, one after another."""
    options = {"base_url": server.url, **options}
    if mode == "sync":
        with package.Warehouse(**options) as client:
            for method in methods:
                getattr(client.items, method)()
        return

    async def in_async() -> None:
        async with package.AsyncWarehouse(**options) as client:
            for method in methods:
                await getattr(client.items, method)()

    anyio.run(in_async, backend=mode)


@each_mode
def test_token_is_fetched_once_and_sent(
    package: ModuleType, mode: str, server: TokenServer
) -> None:
    call(package, mode, server, "list", "list", **SECRETS)
    assert server.calls == ["Bearer t1", "Bearer t1"]
    assert server.forms == [{"grant_type": "client_credentials", "scope": "read"}]


@each_mode
def test_each_set_of_scopes_has_its_own_token(
    package: ModuleType, mode: str, server: TokenServer
) -> None:
    methods = ("list", "add", "list", "add")
    call(package, mode, server, *methods, **SECRETS)
    assert server.calls == ["Bearer t1", "Bearer t2", "Bearer t1", "Bearer t2"]
    assert [form["scope"] for form in server.forms] == ["read", "read write"]


@each_mode
def test_options_of_token_requests(
    package: ModuleType, mode: str, server: TokenServer
) -> None:
    options = package.TokenOptions(
        scopes=("all",),
        client_authentication="body",
        parameters={"audience": "https://api"},
    )
    call(
        package,
        mode,
        server,
        "list",
        "add",
        token_options=options,
        **SECRETS,
    )
    assert server.forms == [
        {
            "grant_type": "client_credentials",
            "scope": "all",
            "client_id": CLIENT[0],
            "client_secret": CLIENT[1],
            "audience": "https://api",
        }
    ]


@each_mode
def test_token_is_renewed_before_it_expires(
    package: ModuleType, mode: str, server: TokenServer
) -> None:
    server.expires_in = 0
    call(package, mode, server, "list", "list", **SECRETS)
    assert server.calls == ["Bearer t1", "Bearer t2"]


@pytest.mark.parametrize("expires_in", [None, "3600", 3600.5, 10**400])
def test_lifetimes_that_are_accepted(
    package: ModuleType, server: TokenServer, expires_in: object
) -> None:
    server.expires_in = expires_in
    call(package, "sync", server, "list", "list", **SECRETS)
    assert server.calls == ["Bearer t1", "Bearer t1"]


@each_mode
def test_token_is_renewed_once_at_401(
    package: ModuleType, mode: str, server: TokenServer
) -> None:
    class Forgetful(dict[str, str]):
        def __contains__(self, key: object) -> bool:
            return super().__contains__(key) and key != "t1"

    server.tokens = Forgetful()
    call(package, mode, server, "list", "list", **SECRETS)
    assert server.calls == ["Bearer t1", "Bearer t2", "Bearer t2"]

    server.tokens = dict[str, str]()
    server.respond = lambda number: (200, b'{"access_token": "unknown"}', {})
    with pytest.raises(package.AuthenticationError):
        call(package, mode, server, "list", **SECRETS)
    assert len(server.forms) == 4
    assert server.calls[3:] == ["Bearer unknown"]


@each_mode
def test_refresh_token_is_exchanged_and_replaced(
    package: ModuleType, mode: str, server: TokenServer
) -> None:
    server.rotates, server.expires_in = True, 0
    stored: list[str] = []
    options = package.TokenOptions(on_refresh_token=stored.append)
    call(
        package,
        mode,
        server,
        "list",
        "add",
        refresh_token="r0",
        token_options=options,
        **SECRETS,
    )
    assert stored == ["r1", "r2"]
    assert [form["refresh_token"] for form in server.forms] == ["r0", "r1"]
    assert "scope" not in server.forms[0]


def test_async_function_stores_a_new_refresh_token(
    package: ModuleType, server: TokenServer
) -> None:
    stored: list[str] = []

    async def store(token: str) -> None:
        await anyio.sleep(0)
        stored.append(token)

    server.rotates = True
    options = package.TokenOptions(on_refresh_token=store)
    call(
        package,
        "asyncio",
        server,
        "list",
        refresh_token="r0",
        token_options=options,
        **SECRETS,
    )
    assert stored == ["r1"]


@each_mode
def test_given_access_token_is_used_until_it_is_rejected(
    package: ModuleType, mode: str, server: TokenServer
) -> None:
    call(
        package,
        mode,
        server,
        "list",
        "add",
        access_token="first",
        refresh_token="r0",
        client_id=CLIENT[0],
    )
    assert server.calls == ["Bearer first", "Bearer t1", "Bearer t1"]
    assert server.forms == [
        {"grant_type": "refresh_token", "refresh_token": "r0", "client_id": CLIENT[0]}
    ]


@each_mode
def test_token_function_of_the_caller_is_used(
    package: ModuleType, mode: str, server: TokenServer
) -> None:
    server.tokens["own"] = ""
    call(package, mode, server, "list", access_token=lambda: "own")
    assert (server.calls, server.forms) == (["Bearer own"], [])


def test_threads_share_one_token_request(
    package: ModuleType, server: TokenServer
) -> None:
    server.delay = 0.2
    with package.Warehouse(base_url=server.url, **SECRETS) as client:
        with ThreadPoolExecutor(16) as pool:
            list(pool.map(lambda _: client.items.list(), range(32)))
    assert (len(server.forms), server.concurrent) == (1, 1)
    assert len(server.calls) == 32


@pytest.mark.parametrize("backend", ["asyncio", "trio"])
def test_tasks_share_one_token_request(
    package: ModuleType, server: TokenServer, backend: str
) -> None:
    server.delay = 0.2

    async def run() -> None:
        async with package.AsyncWarehouse(base_url=server.url, **SECRETS) as client:
            async with anyio.create_task_group() as group:
                for _ in range(32):
                    group.start_soon(client.items.list)

    anyio.run(run, backend=backend)
    assert (len(server.forms), server.concurrent) == (1, 1)
    assert len(server.calls) == 32


def test_cancelled_task_leaves_the_request_to_the_next(
    package: ModuleType, server: TokenServer
) -> None:
    server.delay = 0.3

    async def run() -> None:
        client = package.AsyncWarehouse(base_url=server.url, **SECRETS)
        first = asyncio.create_task(client.items.list())
        await asyncio.sleep(0.05)
        second = asyncio.create_task(client.items.list())
        await asyncio.sleep(0.05)
        first.cancel()
        assert await second == []
        await client.aclose()

    asyncio.run(run())
    assert server.calls == ["Bearer t2"]


def test_event_loops_do_not_wait_for_each_other(
    package: ModuleType, server: TokenServer
) -> None:
    client = package.AsyncWarehouse(base_url=server.url, **SECRETS)
    started = threading.Barrier(4)
    server.respond = lambda number: started.wait(10) and None

    def run(_: int) -> None:
        asyncio.run(client.items.list())

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(run, range(4)))
    assert server.concurrent == 4
    server.respond = lambda number: None
    asyncio.run(client.items.list())
    assert len(server.forms) == 4


@pytest.mark.parametrize("rotates", [False, True])
def test_event_loops_with_one_refresh_token(
    package: ModuleType, server: TokenServer, rotates: bool
) -> None:
    server.rotates, server.delay = rotates, 0.05
    client = package.AsyncWarehouse(
        base_url=server.url, refresh_token="r0", client_id=CLIENT[0]
    )
    with ThreadPoolExecutor(4) as pool:
        runs = [pool.submit(lambda: asyncio.run(client.items.list())) for _ in range(4)]
    errors = [run.exception() for run in runs]
    assert None in errors
    if not rotates:
        assert errors == [None] * 4
    asyncio.run(client.items.list())


@each_mode
def test_deadline_of_the_call_bounds_the_token_request(
    package: ModuleType, mode: str, server: TokenServer
) -> None:
    server.delay = 5
    with pytest.raises(package.APITimeoutError):
        call(package, mode, server, "list", timeout=0.3, **SECRETS)
    assert server.calls == []


def test_deadline_bounds_the_wait_for_another_thread(
    package: ModuleType, server: TokenServer
) -> None:
    server.delay = 1.0
    with package.Warehouse(base_url=server.url, **SECRETS) as client:
        with ThreadPoolExecutor(1) as pool:
            slow = pool.submit(client.items.list)
            while not server.forms:
                pass
            with pytest.raises(package.APITimeoutError):
                client.with_options(timeout=0.2).items.list()
            assert slow.result() == []
    assert len(server.forms) == 1


@each_mode
def test_token_request_is_retried(
    package: ModuleType, mode: str, server: TokenServer
) -> None:
    server.respond = lambda number: (503, b"", {}) if number < 3 else None
    call(package, mode, server, "list", **SECRETS)
    assert len(server.forms) == 3
    assert server.calls == ["Bearer t3"]


def test_refresh_token_that_may_have_been_used_is_not_sent_again(
    package: ModuleType, server: TokenServer
) -> None:
    server.respond = lambda number: (503, b"", {})
    options = {"refresh_token": "r0", "client_id": CLIENT[0]}
    with pytest.raises(package.TokenError) as caught:
        call(package, "sync", server, "list", **options)
    assert caught.value.status_code == 503
    assert len(server.forms) == 1


INVALID = {
    "not JSON": (b"<html>", "cannot be read"),
    "truncated": (b'{"access_token": "t1hidden', "cannot be read"),
    "empty": (b"", "no access_token"),
    "a list": (b'["t1hidden"]', "no access_token"),
    "null": (b"null", "no access_token"),
    "an error with 200": (b'{"error": "slow_down"}', "no access_token.*slow_down"),
    "a number": (b'{"access_token": 1}', "no access_token"),
    "an empty token": (b'{"access_token": ""}', "no access_token"),
    "a line break": (b'{"access_token": "t1hidden\\r\\nX: y"}', "no access_token"),
    "not ASCII": ('{"access_token": "t1hiddené"}'.encode(), "no access_token"),
    "another type": (
        b'{"access_token": "t1hidden", "token_type": "mac"}',
        "other than Bearer",
    ),
    "a wrong type": (
        b'{"access_token": "t1hidden", "token_type": ["bearer"]}',
        "other than Bearer",
    ),
    "a negative lifetime": (
        b'{"access_token": "t1hidden", "expires_in": -5}',
        "expires_in",
    ),
    "a lifetime in words": (
        b'{"access_token": "t1hidden", "expires_in": "soon"}',
        "expires_in",
    ),
    "a wrong refresh token": (
        b'{"access_token": "t1hidden", "refresh_token": [1]}',
        "refresh_token",
    ),
    "too long": (b'{"access_token": "' + b"t" * 100_000 + b'"}', "cannot be read"),
}


@pytest.mark.parametrize("case", INVALID)
def test_invalid_token_responses(
    package: ModuleType, server: TokenServer, case: str
) -> None:
    body, message = INVALID[case]
    server.respond = lambda number: (200, body, {})
    for mode in MODES[:2]:
        with pytest.raises(package.TokenError, match=message) as caught:
            call(package, mode, server, "list", **SECRETS)
        assert "t1hidden" not in locals_of_the_package(caught.value, package)
    assert server.calls == []


def locals_of_the_package(error: BaseException, package: ModuleType) -> str:
    """Return the text of an error, and the local variables of its frames in the runtime."""
    texts = ["".join(traceback.format_exception(error))]
    for frame, _ in traceback.walk_tb(error.__traceback__):
        if frame.f_globals.get("__name__", "").startswith(f"{package.__name__}."):
            texts += map(repr, frame.f_locals.values())
    return "\n".join(texts)


@each_mode
def test_error_response_of_the_token_endpoint(
    package: ModuleType,
    mode: str,
    server: TokenServer,
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.DEBUG)
    secret = CLIENT[1]
    body = (
        b'{"error": "invalid_scope",'
        b' "error_description": "no scope for s3cret/&= or s3cret%2F%26%3D"}'
    )
    server.respond = lambda number: (400, body, {"Retry-After": "7"})
    with pytest.raises(package.TokenError) as caught:
        call(package, mode, server, "list", **SECRETS)
    error = caught.value
    for found in (error, copy.copy(error), pickle.loads(pickle.dumps(error))):
        assert isinstance(found, package.WarehouseError)
        assert str(found) == "the token request returned 400, error invalid_scope"
        assert (found.status_code, found.error) == (400, "invalid_scope")
        assert found.error_description == "no scope for *** or ***"
        assert found.retry_after == 7
    for text in (secret, "s3cret"):
        assert text not in caplog.text + locals_of_the_package(error, package)
        assert text.encode() not in pickle.dumps(error)
    assert "127.0.0.1" not in caplog.text + str(error)
    assert "the token request 400, attempt 1" in caplog.text
    assert error.__context__ is None


def test_error_code_that_repeats_a_secret_is_masked(
    package: ModuleType, server: TokenServer
) -> None:
    server.respond = lambda number: (400, b'{"error": "hunter2"}', {})
    options = {"client_id": "a", "client_secret": "hunter2"}
    with pytest.raises(package.TokenError) as caught:
        call(package, "sync", server, "list", **options)
    assert caught.value.error == "***"
    assert "hunter2" not in str(caught.value)


def test_redirect_of_the_token_endpoint_is_not_followed(
    package: ModuleType, server: TokenServer
) -> None:
    location = {"Location": f"{server.url}/oauth/other"}
    server.respond = lambda number: (307, b"", location)
    with pytest.raises(package.TokenError, match="returned 307"):
        call(package, "sync", server, "list", **SECRETS)
    assert len(server.forms) == 1


@each_mode
def test_unreachable_token_endpoint_is_a_connection_error(
    package: ModuleType, mode: str, server: TokenServer
) -> None:
    with pytest.raises(package.APIConnectionError, match="^the token request got no"):
        call(
            package,
            mode,
            server,
            "list",
            token_url="http://127.0.0.1:1/token",
            max_retries=0,
            **SECRETS,
        )


def test_hooks_and_headers_of_the_client_are_not_for_the_token_endpoint(
    package: ModuleType, server: TokenServer
) -> None:
    sent: list[httpx2.Request] = []
    with package.Warehouse(
        base_url=server.url, on_request=sent.append, **SECRETS
    ) as client:
        client.with_options(headers={"X-Tenant": "a"}).items.list()
    assert [request.method for request in sent] == ["GET"]


def test_own_http_client_sends_the_token_request(package: ModuleType) -> None:
    sent: list[httpx2.Request] = []

    def respond(request: httpx2.Request) -> httpx2.Response:
        sent.append(request)
        if "oauth" in request.url.path:
            return httpx2.Response(200, json={"access_token": "t"})
        return httpx2.Response(200, json=[])

    http = httpx2.Client(transport=httpx2.MockTransport(respond))
    with package.Warehouse(http=http, **SECRETS) as client:
        assert client.items.list() == []
    assert str(sent[0].url) == "https://warehouse.example/oauth/token"
    assert sent[0].headers["Authorization"].startswith("Basic ")
    assert sent[1].headers["Authorization"] == "Bearer t"


@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork")
def test_fork_while_a_thread_fetches_a_token(
    package: ModuleType, server: TokenServer
) -> None:
    server.delay = 1.0
    with package.Warehouse(base_url=server.url, **SECRETS) as client:
        with ThreadPoolExecutor(1) as pool:
            slow = pool.submit(client.items.list)
            while not server.forms:
                pass
            child = os.fork()
            if child == 0:
                done = client.with_options(timeout=20).items.list() == []
                os._exit(0 if done else 1)
            _, status = os.waitpid(child, 0)
            assert slow.result() == []
    assert os.waitstatus_to_exitcode(status) == 0
    assert len(server.forms) == 2


REFUSED: list[tuple[dict[str, Any], str]] = [
    ({"client_id": "a"}, "pass client_secret= with client_id="),
    ({"client_secret": "hidden"}, "pass client_id= with client_secret="),
    ({"refresh_token": "hidden"}, "pass client_id= with refresh_token="),
    ({"token_url": "https://hidden/t"}, "pass client_id= with token_url="),
    ({"client_id": "", "client_secret": "hidden"}, "client_id must be a string"),
    ({"client_id": "a", "client_secret": 5}, "client_secret must be a string"),
    (
        {"client_id": "a", "client_secret": "hidden", "access_token": "hidden"},
        "pass an access token or client_id=, not both",
    ),
    (
        {"client_id": "a", "refresh_token": "hidden", "access_token": lambda: "a"},
        "pass a string as access token with refresh_token=",
    ),
    (
        {"client_id": "a", "client_secret": "b", "token_url": "http://hidden.example"},
        "token_url must begin with https://",
    ),
    (
        {"client_id": "a", "client_secret": "b", "token_url": "ftp://hidden.example"},
        "token_url is not a URL that begins with https://",
    ),
    (
        {"client_id": "a", "client_secret": "b", "token_url": "https://u:hidden@x"},
        "token_url may not have a user",
    ),
]


@pytest.mark.parametrize("options, message", REFUSED)
def test_arguments_that_cannot_be_used_are_refused(
    package: ModuleType, options: dict[str, Any], message: str
) -> None:
    for name in ("Warehouse", "AsyncWarehouse"):
        with pytest.raises(ValueError, match=message) as caught:
            getattr(package, name)(**options)
        assert "hidden" not in str(caught.value)


@pytest.mark.parametrize(
    "construct, error",
    [
        (lambda options: options(scopes="read write"), TypeError),
        (lambda options: options(client_authentication="jwt"), ValueError),
        (lambda options: options(parameters={"scope": "x"}), ValueError),
    ],
)
def test_token_options_are_checked(
    package: ModuleType, construct: Callable[[Any], object], error: type[Exception]
) -> None:
    with pytest.raises(error):
        construct(package.TokenOptions)


def test_repr_shows_no_parameters(package: ModuleType) -> None:
    options = package.TokenOptions(parameters={"assertion": "hidden"})
    assert "hidden" not in repr(options)


def test_packages_without_flows_have_no_code_for_tokens(
    clients: dict[str, ModuleType],
) -> None:
    for name in ("crud", "webhooks"):
        runtime = Path(str(clients[name].__file__)).parent / "_runtime"
        assert not [*runtime.rglob("*oauth*"), *runtime.rglob("*token_lock*")]
        assert not hasattr(clients[name], "TokenError")
