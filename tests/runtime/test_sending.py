"""Tests of what a client sends, again and again, and when it stops: polling, keys, hooks."""

import asyncio
import re
import traceback
from collections.abc import Callable, Generator
from contextlib import contextmanager
from typing import Any

import httpx2
import pytest
from _runtime import async_sender, errors, sender
from _runtime.async_client import AsyncClient, AsyncResource
from _runtime.async_sender import AsyncSender
from _runtime.call import Call
from _runtime.client import Client, Resource
from _runtime.model import Model
from _runtime.paging import CursorPaging, LinkPaging
from _runtime.polling import Polling
from _runtime.responses import ErrorFormat
from _runtime.security import Scheme
from _runtime.sender import Sender

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
CURSOR = CursorPaging("last", ("last",), (("items",),))
LINK = LinkPaging((("items",),))


class Work(Resource):
    def start(self) -> Job:
        return self._send(START)

    def keyed(self, key: str | None = None) -> Job:
        call = Call("POST", "/jobs", Job, header={"idempotency-key": key})
        return self._send(call)

    def list(self) -> Any:
        return self._page(LIST, int, CURSOR)

    def linked(self) -> Any:
        return self._page(Call("GET", "/jobs", Jobs), int, LINK)


class AsyncWork(AsyncResource):
    async def start(self) -> Job:
        return await self._send(START)

    async def keyed(self, key: str | None = None) -> Job:
        call = Call("POST", "/jobs", Job, header={"idempotency-key": key})
        return await self._send(call)

    async def list(self) -> Any:
        return await self._page(LIST, int, CURSOR)

    async def linked(self) -> Any:
        return await self._page(Call("GET", "/jobs", Jobs), int, LINK)


class Own(Client):
    def _attach_resources(self, sender: Sender) -> None:
        self.work = Work(sender)


class AsyncOwn(AsyncClient):
    def _attach_resources(self, sender: AsyncSender) -> None:
        self.work = AsyncWork(sender)


class Server:
    """Answers from a list, the last one again and again; keeps what it was asked."""

    def __init__(self, *answers: httpx2.Response | Exception) -> None:
        self.answers = list(answers)
        self.requests: list[httpx2.Request] = []

    def __call__(self, request: httpx2.Request) -> httpx2.Response:
        self.requests.append(request)
        answer = self.answers[0] if len(self.answers) == 1 else self.answers.pop(0)
        if isinstance(answer, Exception):
            raise answer
        return httpx2.Response(
            answer.status_code, headers=answer.headers, content=answer.content
        )

    @property
    def asked(self) -> list[str]:
        return [f"{r.method} {r.url.raw_path.decode()}" for r in self.requests]


def json(status: int, value: object = None, **headers: str) -> httpx2.Response:
    named = {name.replace("_", "-"): text for name, text in headers.items()}
    return httpx2.Response(status, json=value, headers=named)


ACCEPTED = json(202, {"meta": {"id": "r 1"}}, retry_after="0")


def run(mode: str, server: Server, use: Callable[[Any], Any], **options: Any) -> Any:
    """What a use of a client gives; in the asynchronous mode it is awaited."""
    options = {"timeout": 5, "max_retries": 2, "strict_responses": False, **options}
    held = {TOKEN: options.pop("token", "s3cret")}
    transport = httpx2.MockTransport(server)
    arguments: Any = ("https://x", held, ErrorFormat())
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
    """The pauses that are made, which take no time here."""
    made: list[float] = []

    async def no_time(delay: float) -> None:
        made.append(delay)

    monkeypatch.setattr(sender, "sleep", made.append)
    monkeypatch.setattr(async_sender, "sleep", no_time)
    return made


@both_modes
def test_an_accepted_call_is_asked_for_until_it_is_done(mode: str) -> None:
    server = Server(
        json(202, {"meta": {"id": "r 1"}}), ACCEPTED, json(200, {"done": True})
    )
    assert run(mode, server, lambda own: own.work.start()) == Job(done=True)
    assert server.asked == ["POST /jobs", *["GET /requests/r%201"] * 2]
    assert [r.headers["Authorization"] for r in server.requests] == [
        "Bearer s3cret"
    ] * 3
    assert [r.content for r in server.requests] == [b'{"a":1}', b"", b""]


@both_modes
def test_pauses_between_questions_grow(mode: str, delays: list[float]) -> None:
    accepted = json(202, {"meta": {"id": "r1"}})
    server = Server(*[accepted] * 6, json(200, {"done": True}))
    run(mode, server, lambda own: own.work.start(), timeout=60)
    for delay, longest in zip(delays, (0.5, 1, 2, 4, 8, 8), strict=True):
        assert longest / 2 <= delay <= longest


@both_modes
def test_a_call_that_is_not_done_in_time_can_be_resumed(mode: str) -> None:
    busy = json(202, {"meta": {"id": "r1"}}, retry_after="9")
    with pytest.raises(errors.AcceptedError) as caught:
        run(mode, Server(busy), lambda own: own.work.start())
    assert str(caught.value) == "POST /jobs was accepted and is not finished yet"
    request_id = caught.value.request_id
    assert request_id == "r1"
    server = Server(json(200, {"done": True}))
    done = run(mode, server, lambda own: own.resume(request_id, own.work.start))
    assert done == Job(done=True)
    assert server.asked == ["GET /requests/r1"]
    with pytest.raises(errors.AcceptedError):
        run(mode, Server(busy), lambda own: own.resume(request_id, own.work.start))


@both_modes
def test_a_list_that_was_accepted_is_resumed_as_a_page(mode: str) -> None:
    server = Server(json(200, {"items": [1], "last": "c"}), json(200, {"items": [2]}))

    def both(own: Any) -> Any:
        first = own.resume("r1", own.work.list)
        return first.items, [*first]

    async def both_async(own: Any) -> Any:
        first = await own.resume("r1", own.work.list)
        return first.items, [item async for item in first]

    assert run(mode, server, both if mode == "sync" else both_async) == ([1], [1, 2])
    assert server.asked == ["GET /requests/r1", "GET /jobs?last=c"]


@both_modes
def test_what_is_never_accepted_is_not_resumed(mode: str) -> None:
    server = Server(json(200, {"done": True}))
    with pytest.raises(TypeError, match="POST /jobs cannot be resumed"):
        run(mode, server, lambda own: own.resume("r1", own.work.keyed))
    assert server.requests == []


@both_modes
@pytest.mark.parametrize(
    ("answers", "expected"),
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
def test_what_goes_wrong_while_an_answer_is_asked_for(
    mode: str, answers: list[Any], expected: type[Exception] | None
) -> None:
    server = Server(ACCEPTED, *answers)
    if expected is None:
        assert run(mode, server, lambda own: own.work.start()) == Job(done=True)
    else:
        with pytest.raises(expected, match="POST /jobs"):
            run(mode, server, lambda own: own.work.start())
    assert len(server.requests) == 1 + len(answers)


@both_modes
@pytest.mark.parametrize("body", [None, {}, {"meta": {"id": ""}}, {"meta": {"id": 7}}])
def test_an_accepted_call_without_an_id_cannot_be_followed(
    mode: str, body: object
) -> None:
    with pytest.raises(
        errors.ResponseValidationError, match="202, and .* no request id"
    ):
        run(mode, Server(json(202, body)), lambda own: own.work.start())


@both_modes
def test_an_idempotency_key_is_made_once_a_call(mode: str) -> None:
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
def test_a_credential_that_is_refused_is_asked_for_again(mode: str) -> None:
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
def test_hooks_see_each_try(mode: str) -> None:
    told: list[str] = []

    def on_request(request: httpx2.Request) -> None:
        request.headers["X-Trace"] = f"t{len(told)}"
        told.append(f"{request.method} {request.url.path}")

    def on_response(response: httpx2.Response) -> None:
        told.append(f"{response.status_code} {response.text} {response.request.method}")

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
    assert told == ["GET /jobs", "503 1 GET", "GET /jobs", '200 {"items":[]} GET']
    assert [r.headers["X-Trace"] for r in server.requests] == ["t0", "t2"]


@both_modes
def test_what_a_hook_raises_is_raised(mode: str) -> None:
    def on_request(request: httpx2.Request) -> None:
        raise KeyError("mine")

    server = Server(json(200))
    with pytest.raises(KeyError, match="mine"):
        run(mode, server, lambda own: own.work.list(), on_request=on_request)
    assert server.requests == []


@both_modes
def test_pages_that_links_lead_through(mode: str) -> None:
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
    assert server.asked == ["GET /jobs", "GET /jobs?page=2", "GET /jobs?page=3"]


@both_modes
def test_links_that_lead_in_a_circle_or_elsewhere(mode: str) -> None:
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
def test_a_list_that_broke_off_goes_on_from_its_last_page(mode: str) -> None:
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
    assert server.asked[2] == server.asked[3] == "GET /jobs?last=b"


@contextmanager
def recorded() -> Generator[list[str]]:
    """What a tool would record of an error that leaves the block: texts and locals."""
    texts: list[str] = []
    with pytest.raises(Exception) as caught:
        yield texts
    waiting: list[BaseException | None] = [caught.value]
    while waiting:
        error = waiting.pop()
        if error is not None:
            shown = traceback.TracebackException.from_exception(
                error, capture_locals=True, compact=False
            )
            texts += shown.format(chain=False)
            waiting += [error.__cause__, error.__context__]


@both_modes
@pytest.mark.parametrize(
    "answer",
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
def test_what_is_recorded_of_an_error_has_no_secret(mode: str, answer: Any) -> None:
    with recorded() as texts:
        run(mode, Server(answer), lambda own: own.work.start(), strict_responses=True)
    frames = [text for text in texts if re.match(r' +File ".*_runtime/(?!test_)', text)]
    messages = [text for text in texts if not text.lstrip().startswith("File ")]
    assert len(frames) >= 3 and messages
    assert not [text for text in frames + messages if "s3cret" in text]
