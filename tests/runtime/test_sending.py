"""Tests of sending calls: polling, idempotency keys, credentials, hooks, paging, secrets."""

import asyncio
import re
import traceback
from collections.abc import Callable, Generator
from contextlib import contextmanager
from typing import Any

import httpx2
import pytest
from _runtime import errors
from _runtime.call.arguments import ArgumentPath
from _runtime.call.paging import CursorPaging, LinkPaging
from _runtime.call.polling import Polling
from _runtime.call.request import Call
from _runtime.call.responses import ErrorFormat
from _runtime.call.security import Scheme
from _runtime.client import async_transport, transport
from _runtime.client.async_page import AsyncPagingResource
from _runtime.client.async_polling import AsyncPollingClient
from _runtime.client.attributes import resource_attribute
from _runtime.client.page import PagingResource
from _runtime.client.polling import PollingClient
from _runtime.codec.model import Model
from msgspec.structs import replace

TOKEN = Scheme("token", "Authorization", prefix="Bearer ")
POLLING = Polling("/requests/{id}", "id", ("meta", "id"))


class Job(Model, kw_only=True):
    done: bool


class Jobs(Model, kw_only=True):
    items: list[int]
    last: str | None = None


START = Call("POST", "/jobs", Job, json={"a": 1}, security=((TOKEN,),), polling=POLLING)
KEYED = Call("POST", "/jobs", Job, header={"Idempotency-Key": None})
LIST = Call("GET", "/jobs", Jobs, query={"last": None}, polling=POLLING)
CURSOR = CursorPaging(ArgumentPath("query", ("last",)), ("last",), (("items",),))
ACCEPTED_LIST = replace(LIST, method="POST", form={"kind": "a"}, retry_safe=True)
LINK = LinkPaging((("items",),))


class Work(PagingResource):
    def start(self) -> Job:
        return self._send(START)

    def keyed(self, key: str | None = None) -> Job:
        call = Call("POST", "/jobs", Job, header={"idempotency-key": key})
        return self._send(call)

    def list(self) -> Any:
        return self._page(LIST, int, CURSOR)

    def linked(self) -> Any:
        return self._page(Call("GET", "/jobs", Jobs), int, LINK)

    def accepted(self) -> Any:
        return self._page(ACCEPTED_LIST, int, LINK)


class AsyncWork(AsyncPagingResource):
    async def start(self) -> Job:
        return await self._send(START)

    async def keyed(self, key: str | None = None) -> Job:
        call = Call("POST", "/jobs", Job, header={"idempotency-key": key})
        return await self._send(call)

    async def list(self) -> Any:
        return await self._page(LIST, int, CURSOR)

    async def linked(self) -> Any:
        return await self._page(Call("GET", "/jobs", Jobs), int, LINK)

    async def accepted(self) -> Any:
        return await self._page(ACCEPTED_LIST, int, LINK)


class Own(PollingClient):
    work: Work = resource_attribute(Work)


class AsyncOwn(AsyncPollingClient):
    work: AsyncWork = resource_attribute(AsyncWork)


class Server:
    """Mock server: responds with the next of a list, finally always with the last.

    Attributes:
        responses: The responses or errors still to come.
        requests: The requests so far.
    """

    def __init__(self, *responses: httpx2.Response | Exception) -> None:
        self.responses = list(responses)
        self.requests: list[httpx2.Request] = []

    def __call__(self, request: httpx2.Request) -> httpx2.Response:
        self.requests.append(request)
        response = (
            self.responses[0] if len(self.responses) == 1 else self.responses.pop(0)
        )
        if isinstance(response, Exception):
            raise response
        return httpx2.Response(
            response.status_code, headers=response.headers, content=response.content
        )

    @property
    def sent_requests(self) -> list[str]:
        return [f"{r.method} {r.url.raw_path.decode()}" for r in self.requests]


def json(status: int, value: object = None, **headers: str) -> httpx2.Response:
    named = {name.replace("_", "-"): text for name, text in headers.items()}
    return httpx2.Response(status, json=value, headers=named)


ACCEPTED = json(202, {"meta": {"id": "r 1"}}, retry_after="0")


def run(mode: str, server: Server, use: Callable[[Any], Any], **options: Any) -> Any:
    """Return the result of using a client; in the asynchronous mode it is awaited."""
    options = {"timeout": 5, "max_retries": 2, "strict_responses": False, **options}
    credentials = {TOKEN: options.pop("token", "s3cret")}
    transport = httpx2.MockTransport(server)
    arguments: Any = ("https://x", credentials, ErrorFormat())
    if mode == "sync":
        with Own(*arguments, http=transport, **options) as own:
            return use(own)

    async def run_async() -> Any:
        async with AsyncOwn(*arguments, http=transport, **options) as own:
            return await use(own)

    return asyncio.run(run_async())


both_modes = pytest.mark.parametrize("mode", ["sync", "async"])


@pytest.fixture(autouse=True)
def delays(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """Record the delays between attempts instead of sleeping."""
    made: list[float] = []

    async def no_time(delay: float) -> None:
        made.append(delay)

    clock, async_clock = transport.Clock(sleep=made.append), async_transport.Clock(
        sleep=no_time
    )
    monkeypatch.setattr(transport, "REAL_TIME", clock)
    monkeypatch.setattr(async_transport, "REAL_TIME", async_clock)
    return made


@both_modes
def test_accepted_call_is_polled_until_it_is_finished(mode: str) -> None:
    server = Server(
        json(202, {"meta": {"id": "r 1"}}), ACCEPTED, json(200, {"done": True})
    )
    assert run(mode, server, lambda own: own.work.start()) == Job(done=True)
    assert server.sent_requests == ["POST /jobs", *["GET /requests/r%201"] * 2]
    assert [r.headers["Authorization"] for r in server.requests] == [
        "Bearer s3cret"
    ] * 3
    assert [r.content for r in server.requests] == [b'{"a":1}', b"", b""]


@both_modes
def test_delays_between_polls_grow(mode: str, delays: list[float]) -> None:
    accepted = json(202, {"meta": {"id": "r1"}})
    server = Server(*[accepted] * 6, json(200, {"done": True}))
    run(mode, server, lambda own: own.work.start(), timeout=60)
    for delay, longest in zip(delays, (0.5, 1, 2, 4, 8, 8), strict=True):
        assert longest / 2 <= delay <= longest


@both_modes
def test_call_unfinished_at_the_deadline_can_be_resumed(mode: str) -> None:
    busy = json(202, {"meta": {"id": "r1"}}, retry_after="9")
    with pytest.raises(errors.AcceptedError) as caught:
        run(mode, Server(busy), lambda own: own.work.start())
    assert str(caught.value) == (
        "POST /jobs was accepted but is not finished yet: resume it with the request_id"
        " of this error"
    )
    request_id = caught.value.request_id
    assert request_id == "r1"
    server = Server(json(200, {"done": True}))
    done = run(mode, server, lambda own: own.resume(request_id, own.work.start))
    assert done == Job(done=True)
    assert server.sent_requests == ["GET /requests/r1"]
    with pytest.raises(errors.AcceptedError):
        run(mode, Server(busy), lambda own: own.resume(request_id, own.work.start))


@both_modes
def test_accepted_list_is_resumed_as_a_page(mode: str) -> None:
    server = Server(json(200, {"items": [1], "last": "c"}), json(200, {"items": [2]}))

    def first_and_all_items(own: Any) -> Any:
        first = own.resume("r1", own.work.list)
        return first.items, [*first]

    async def first_and_all_items_async(own: Any) -> Any:
        first = await own.resume("r1", own.work.list)
        return first.items, [item async for item in first]

    assert run(
        mode,
        server,
        first_and_all_items if mode == "sync" else first_and_all_items_async,
    ) == ([1], [1, 2])
    assert server.sent_requests == ["GET /requests/r1", "GET /jobs?last=c"]


@both_modes
def test_resuming_an_operation_without_polling_is_refused(mode: str) -> None:
    server = Server(json(200, {"done": True}))
    with pytest.raises(TypeError, match="POST /jobs cannot be resumed"):
        run(mode, server, lambda own: own.resume("r1", own.work.keyed))
    assert server.requests == []


@both_modes
@pytest.mark.parametrize(
    ("responses", "expected"),
    [
        ([httpx2.ReadError("x"), json(200, {"done": True})], None),
        ([json(503), json(502), json(200, {"done": True})], None),
        ([json(503), ACCEPTED, json(503), json(503), json(200, {"done": True})], None),
        ([json(503)] * 3, errors.AcceptedError),
        ([httpx2.ReadError("x")] * 3, errors.AcceptedError),
        ([json(404)], errors.NotFoundError),
        ([json(400)], errors.BadRequestError),
        ([json(200)], errors.ResponseValidationError),
    ],
)
def test_errors_while_polling_are_retried_or_raised(
    mode: str, responses: list[Any], expected: type[Exception] | None
) -> None:
    server = Server(ACCEPTED, *responses)
    if expected is None:
        assert run(mode, server, lambda own: own.work.start()) == Job(done=True)
    else:
        with pytest.raises(expected, match="POST /jobs"):
            run(mode, server, lambda own: own.work.start())
    assert len(server.requests) == 1 + len(responses)


@both_modes
@pytest.mark.parametrize("body", [None, {}, {"meta": {"id": ""}}, {"meta": {"id": 7}}])
def test_accepted_response_without_request_id_is_refused(
    mode: str, body: object
) -> None:
    with pytest.raises(
        errors.ResponseValidationError, match="202, and .* no request id"
    ):
        run(mode, Server(json(202, body)), lambda own: own.work.start())


@both_modes
def test_idempotency_key_is_generated_once_per_call(mode: str) -> None:
    server = Server(json(503), json(503), json(200, {"done": True}))
    run(mode, server, lambda own: own.work.keyed())
    keys = [request.headers["Idempotency-Key"] for request in server.requests]
    assert len(keys) == 3 and len(set(keys)) == 1 and len(keys[0]) == 36
    again = Server(json(200, {"done": True}))
    run(mode, again, lambda own: own.work.keyed())
    assert again.requests[0].headers["Idempotency-Key"] not in keys
    given = Server(json(503), json(200, {"done": True}))
    run(mode, given, lambda own: own.work.keyed("mine"))
    assert [r.headers["Idempotency-Key"] for r in given.requests] == ["mine"] * 2


@both_modes
def test_credential_function_is_called_again_after_401(mode: str) -> None:
    tokens = iter(["old", "new"])
    server = Server(json(401), json(200, {"done": True}))
    run(mode, server, lambda own: own.work.start(), token=lambda: next(tokens))
    sent = [request.headers["Authorization"] for request in server.requests]
    assert sent == ["Bearer old", "Bearer new"]
    always = Server(json(401))
    many = iter("abcdef")
    with pytest.raises(errors.AuthenticationError) as caught:
        run(mode, always, lambda own: own.work.start(), token=lambda: next(many))
    assert len(always.requests) == caught.value.attempts == 2
    for token in ("fixed", lambda: "same"):
        server = Server(json(401))
        with pytest.raises(errors.AuthenticationError):
            run(mode, server, lambda own: own.work.start(), token=token)
        assert len(server.requests) == 1


@both_modes
def test_hooks_are_called_for_each_attempt(mode: str) -> None:
    events: list[str] = []

    def on_request(request: httpx2.Request) -> None:
        request.headers["X-Trace"] = f"t{len(events)}"
        events.append(f"{request.method} {request.url.path}")

    def on_response(response: httpx2.Response) -> None:
        events.append(
            f"{response.status_code} {response.text} {response.request.method}"
        )

    async def on_request_async(request: httpx2.Request) -> None:
        on_request(request)

    hook = on_request if mode == "sync" else on_request_async
    server = Server(json(503, 1), json(200, {"items": []}))
    run(
        mode,
        server,
        lambda own: own.work.list(),
        on_request=hook,
        on_response=on_response,
    )
    assert events == ["GET /jobs", "503 1 GET", "GET /jobs", '200 {"items":[]} GET']
    assert [r.headers["X-Trace"] for r in server.requests] == ["t0", "t2"]


@both_modes
def test_error_of_a_hook_is_raised(mode: str) -> None:
    def on_request(request: httpx2.Request) -> None:
        raise KeyError("mine")

    server = Server(json(200))
    with pytest.raises(KeyError, match="mine"):
        run(mode, server, lambda own: own.work.list(), on_request=on_request)
    assert server.requests == []


@both_modes
def test_link_paging_follows_next_links(mode: str) -> None:
    server = Server(
        json(
            200, {"items": [1]}, link='</jobs?page=2>; rel="next", </jobs>; rel=first'
        ),
        json(200, {"items": [2]}, link='<https://x/jobs?page=3>; title="a"; rel=next'),
        json(200, {"items": [3]}, link='<https://x/jobs?page=1>; rel="prev"'),
    )

    def ids(own: Any) -> Any:
        return [*own.work.linked()]

    async def ids_async(own: Any) -> Any:
        return [item async for item in await own.work.linked()]

    assert run(mode, server, ids if mode == "sync" else ids_async) == [1, 2, 3]
    assert server.sent_requests == ["GET /jobs", "GET /jobs?page=2", "GET /jobs?page=3"]


@both_modes
def test_page_of_a_link_that_is_accepted_is_polled_for(mode: str) -> None:
    server = Server(
        json(200, {"items": [1]}, link='</jobs?page=2>; rel="next"'),
        ACCEPTED,
        json(200, {"items": [2]}),
    )

    def ids(own: Any) -> Any:
        return [*own.work.accepted()]

    async def ids_async(own: Any) -> Any:
        return [item async for item in await own.work.accepted()]

    assert run(mode, server, ids if mode == "sync" else ids_async) == [1, 2]
    assert server.sent_requests == [
        "POST /jobs",
        "POST /jobs?page=2",
        "GET /requests/r%201",
    ]
    assert [r.content for r in server.requests] == [b"kind=a", b"kind=a", b""]


@both_modes
def test_empty_page_before_the_last_does_not_end_a_list(mode: str) -> None:
    server = Server(
        json(200, {"items": [1], "last": "a"}),
        json(200, {"items": [], "last": "b"}),
        json(200, {"items": [], "last": "c"}),
        json(200, {"items": [2], "last": ""}),
    )

    def ids(own: Any) -> Any:
        return [*own.work.list()]

    async def ids_async(own: Any) -> Any:
        return [item async for item in await own.work.list()]

    assert run(mode, server, ids if mode == "sync" else ids_async) == [1, 2]
    assert len(server.requests) == 4


@both_modes
def test_link_to_a_visited_page_or_another_server_is_refused(mode: str) -> None:
    def ids(own: Any) -> Any:
        return [*own.work.linked()]

    async def ids_async(own: Any) -> Any:
        return [item async for item in await own.work.linked()]

    use = ids if mode == "sync" else ids_async
    circle = Server(json(200, {"items": [1]}, link='</jobs>; rel="next"'))
    with pytest.raises(errors.PaginationError, match="circle"):
        run(mode, circle, use)
    assert len(circle.requests) == 2
    away = Server(json(200, {"items": [1]}, link='<https://evil/jobs>; rel="next"'))
    with pytest.raises(errors.PaginationError, match="another server"):
        run(mode, away, use)
    assert len(away.requests) == 1


@both_modes
def test_list_continues_from_the_last_page_after_an_error(mode: str) -> None:
    server = Server(
        json(200, {"items": [1], "last": "a"}),
        json(200, {"items": [2], "last": "b"}),
        json(400),
        json(200, {"items": [3]}),
    )

    def ids(own: Any) -> list[int]:
        found: list[int] = []
        try:
            found.extend(own.work.list())
        except errors.BadRequestError as error:
            found.extend(error.last_page.next_page())
        return found

    async def ids_async(own: Any) -> list[int]:
        found: list[int] = []
        try:
            async for item in await own.work.list():
                found.append(item)
        except errors.BadRequestError as error:
            async for item in await error.last_page.next_page():
                found.append(item)
        return found

    found = run(mode, server, ids if mode == "sync" else ids_async)
    assert found == [1, 2, 3]
    assert server.sent_requests[2] == server.sent_requests[3] == "GET /jobs?last=b"


@contextmanager
def recorded() -> Generator[list[str]]:
    """Yield what an error tracker records of the error of the block: texts and locals."""
    texts: list[str] = []
    with pytest.raises(Exception) as caught:
        yield texts
    pending_errors: list[BaseException | None] = [caught.value]
    while pending_errors:
        error = pending_errors.pop()
        if error is not None:
            report = traceback.TracebackException.from_exception(
                error, capture_locals=True, compact=False
            )
            texts += report.format(chain=False)
            pending_errors += [error.__cause__, error.__context__]


@both_modes
@pytest.mark.parametrize(
    "response",
    [
        httpx2.ConnectError("x"),
        httpx2.ReadTimeout("x"),
        json(401, {"secret": "s3cret"}, set_cookie="s3cret"),
        json(200, "s3cret"),
        json(200, {"done": "s3cret"}),
        httpx2.Response(200, text="s3cret"),
        httpx2.Response(200, content=b"s3cret", headers={"content-encoding": "br"}),
        json(202, {"meta": {"id": "s3cret"}}, retry_after="99"),
        json(202, {"secret": "s3cret"}),
    ],
)
def test_error_reports_with_locals_contain_no_secret(mode: str, response: Any) -> None:
    with recorded() as texts:
        run(mode, Server(response), lambda own: own.work.start(), strict_responses=True)
    frames = [text for text in texts if re.match(r' +File ".*_runtime/(?!test_)', text)]
    messages = [text for text in texts if not text.lstrip().startswith("File ")]
    assert len(frames) >= 3 and messages
    assert not [text for text in frames + messages if "s3cret" in text]
