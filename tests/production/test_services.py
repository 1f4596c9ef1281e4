"""Clients in web services, worker pools and threads, as processes of their own."""

import asyncio
import json
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import httpx2
import okta
import pytest
import trio

from tests.faults.actions import response_bytes, send_then_reset
from tests.faults.leak_search import CANARY
from tests.faults.server import Responder, Server, run_server
from tests.faults.vendors import session
from tests.production.processes import Service, run_program, run_service

pytestmark = pytest.mark.skipif(
    sys.platform == "win32", reason="Windows has no SIGTERM and no fork"
)


def respond_by_id(responder: Responder) -> None:
    """Respond with the id in the request, or with the fault that it names."""
    name = responder.request.target.rpartition("/")[2]
    match name:
        case "missing":
            body = b'{"errorCode": "E0000007", "errorSummary": "%s"}' % CANARY.encode()
            header = "X-Okta-Request-Id: req-1"
            responder.send(response_bytes(404, body, header))
        case "broken":
            send_then_reset()(responder)
        case "invalid":
            responder.send(response_bytes(200, CANARY.encode()))
        case "slow":
            responder.send(response_bytes(503, b"{}", "Retry-After: 60"))
        case _:
            responder.send(response_bytes(200, session(id=name)))


def wait_until_closed(server: Server) -> int:
    """Wait up to 5 s until all connections to a server are closed; return the number left."""
    for _ in range(500):
        if not server.open:
            break
        time.sleep(0.01)
    return len(server.open)


def get_all(service: Service, paths: list[str]) -> list[httpx2.Response]:
    """Request paths of a service from 8 threads; return the responses in their order."""
    with httpx2.Client(base_url=service.url) as http, ThreadPoolExecutor(8) as pool:
        return list(pool.map(http.get, paths))


@pytest.mark.full
@pytest.mark.parametrize("kind", ["coroutine", "thread"])
def test_fastapi_service_gets_its_own_responses(kind: str) -> None:
    with run_server(respond_by_id) as server:
        with run_service(
            "uvicorn", "web:app", "--port", "0", API_URL=server.url
        ) as web:
            names = [f"session-{number}" for number in range(80)]
            responses = get_all(web, [f"/{kind}/{name}" for name in names])
            assert [response.json() for response in responses] == [
                {"id": name} for name in names
            ]
            (missing,) = get_all(web, [f"/{kind}/missing"])
            assert (missing.status_code, missing.json()) == (404, {"code": "E0000007"})
            assert server.connections <= 8
        assert web.exit_code in (0, -15), web.lines
        problems = [line for line in web.lines if "Warning" in line or "rror" in line]
        assert not problems, problems
        assert wait_until_closed(server) == 0


@pytest.mark.full
@pytest.mark.parametrize("kind", ["coroutine", "thread"])
def test_preloading_gunicorn_workers_share_no_connection(kind: str) -> None:
    arguments = [
        "--preload",
        "--workers",
        "3",
        "--bind",
        "127.0.0.1:0",
        "preloaded:app",
    ]
    with run_server(respond_by_id) as server:
        with run_service("gunicorn", *arguments, API_URL=server.url) as web:
            names = [f"session-{number}" for number in range(120)]
            found = [r.json() for r in get_all(web, [f"/{kind}/{n}" for n in names])]
            assert [answer["id"] for answer in found] == names
            assert len({answer["worker"] for answer in found}) > 1
        assert web.exit_code == 0, web.lines
        assert not [line for line in web.lines if "Traceback" in line], web.lines
        assert wait_until_closed(server) == 0


@pytest.mark.full
def test_prefork_pool_returns_results_and_errors() -> None:
    with run_server(respond_by_id) as server:
        output = json.loads(run_program("prefork", API_URL=server.url))
        assert wait_until_closed(server) == 0
    assert output["right"], "a task got the response of another one"
    missing, broken, invalid, slow = output["errors"][:4]
    assert output["errors"] == [missing, broken, invalid, slow] * 2
    assert missing["class"] == "NotFoundError"
    assert (missing["code"], missing["request_id"]) == ("E0000007", "req-1")
    assert (broken["class"], broken["reason"]) == ("APIConnectionError", "DISCONNECTED")
    assert broken["maybe_delivered"]
    assert invalid["class"] == "ResponseValidationError"
    assert (slow["class"], slow["status_code"]) == ("InternalServerError", 503)
    assert CANARY not in json.dumps(output)


@pytest.mark.parametrize("run", [asyncio.run, trio.run], ids=["asyncio", "trio"])
def test_each_task_of_a_thread_may_have_its_own_event_loop(
    run: Callable[..., Any],
) -> None:
    threads = threading.active_count()
    with run_server(respond_by_id) as server:
        client = okta.AsyncOkta(base_url=server.url, api_token="t")

        def task(name: str) -> str:
            async def main() -> str:
                first, second = [await client.sessions.get(name) for _ in range(2)]
                assert first.id == second.id
                return first.id

            found: str = run(main()) if run is asyncio.run else run(main)
            return found

        names = [f"session-{number}" for number in range(200)]
        with ThreadPoolExecutor(8) as pool:
            assert list(pool.map(task, names)) == names
        assert wait_until_closed(server) == 0
        assert server.connections == len(names)
        assert len(client._connections._opened) <= 8

        async def close() -> None:
            await client.aclose()

        run(close()) if run is asyncio.run else run(close)
        assert not client._connections._opened
        requests = Counter(request.target for request in server.requests)
        assert set(requests.values()) == {2}
    assert threading.active_count() <= threads + 2
