"""Tests of generated clients: small documents, generated, imported and called in both modes."""

import asyncio
import json
from datetime import UTC, date, datetime
from pathlib import Path
from types import ModuleType
from typing import Any

import httpx2
import pytest

from tests.support.casting import SPECS, Server, call_sync_and_async, import_client

PRODUCT = {
    "id": 7,
    "name": "Walden",
    "price": 12.5,
    "category": "e-book",
    "released": "1854-08-09",
    "note": None,
    "maker": {"fullName": "H. D. Thoreau"},
    "createdAt": "2026-01-02T03:04:05.678Z",
    "details": {"pages": [1, {"deep": True}]},
}


def test_object_is_read_as_a_model(clients: dict[str, ModuleType]) -> None:
    crud = clients["crud"]
    product = call_sync_and_async(crud, Server(200, PRODUCT), "products.get", 7)
    assert product.name == "Walden"
    assert product.category is crud.models.Category.E_BOOK
    assert product.released == date(1854, 8, 9)
    assert product.note is None
    assert product.maker.full_name == "H. D. Thoreau"
    assert product.created_at == datetime(2026, 1, 2, 3, 4, 5, 678000, tzinfo=UTC)
    assert product.details == {"pages": [1, {"deep": True}]}


def test_list_operation_sends_every_kind_of_parameter(
    clients: dict[str, ModuleType],
) -> None:
    server = Server(200, [PRODUCT, {**PRODUCT, "category": "scroll"}])
    crud = clients["crud"]
    products = call_sync_and_async(
        crud,
        server,
        "products.list",
        category="2nd hand",
        ids=[1, 2],
        since=datetime(2026, 1, 1, tzinfo=UTC),
        on=date(2026, 2, 3),
        x_trace="abc",
    )
    assert [p.category for p in products] == ["e-book", "scroll"]
    assert isinstance(products[1].category, crud.models.Category)
    assert str(server.last.url) == (
        "https://shop.example/api/products"
        "?category=2nd%20hand&ids=1&ids=2&since=2026-01-01T00%3A00%3A00Z&on=2026-02-03"
    )
    assert server.last.headers["X-Trace"] == "abc"


def test_optional_none_is_not_sent(clients: dict[str, ModuleType]) -> None:
    server = Server(201, PRODUCT)
    call_sync_and_async(
        clients["crud"],
        server,
        "products.create",
        "Walden",
        12.5,
        clients["crud"].models.Category.BOOK,
        released=date(1854, 8, 9),
    )
    assert server.last.method == "POST"
    assert json.loads(server.last.content) == {
        "name": "Walden",
        "price": 12.5,
        "category": "book",
        "released": "1854-08-09",
    }


def test_merge_patch_sends_explicit_null(
    clients: dict[str, ModuleType],
) -> None:
    notes = clients["nullable"]
    server = Server(204)
    place = notes.models.Place(room="12", floor=None)
    call_sync_and_async(
        notes, server, "notes.change", "n1", 3, None, text=None, place=place
    )
    assert json.loads(server.last.content) == {
        "version": 3,
        "owner": None,
        "place": {"room": "12", "floor": None},
    }
    call_sync_and_async(notes, server, "notes.change", "n1", 3, "me", due=None)
    assert json.loads(server.last.content) == {"version": 3, "owner": "me", "due": None}
    call_sync_and_async(notes, server, "notes.change", "n1", 3, "me", extra=None)
    assert json.loads(server.last.content)["extra"] is None
    call_sync_and_async(
        notes, server, "notes.change", "n1", 3, "me", place={"shelf": "A"}
    )
    assert json.loads(server.last.content)["place"] == {"shelf": "A"}


@pytest.mark.parametrize(
    ("method", "arguments", "sent"),
    [
        ("set_text", ("a",), b'"a"'),
        ("set_text", (None,), b"null"),
        ("change_text", (), b""),
    ],
)
def test_nullable_body_is_sent_as_null_or_omitted(
    clients: dict[str, ModuleType],
    method: str,
    arguments: tuple[object, ...],
    sent: bytes,
) -> None:
    server = Server(204)
    call_sync_and_async(
        clients["nullable"], server, f"notes.{method}", "n1", *arguments
    )
    assert server.last.content == sent


def test_property_without_type_is_sent_as_null(clients: dict[str, ModuleType]) -> None:
    bodies, server = clients["bodies"], Server(204)
    change = bodies.models.PatchRequestItem
    changes = [change(op="add", path="/a", value=None), change(op="remove", path="/b")]
    call_sync_and_async(bodies, server, "bodies.patch", changes)
    assert json.loads(server.last.content) == [
        {"op": "add", "path": "/a", "value": None},
        {"op": "remove", "path": "/b"},
    ]


def test_explicit_null_body_is_sent(clients: dict[str, ModuleType]) -> None:
    server = Server(204)
    call_sync_and_async(
        clients["nullable"], server, "notes.change_text", "n1", body=None
    )
    assert server.last.content == b"null"
    assert server.last.headers["Content-Type"] == "application/json"


def test_body_property_named_like_a_path_parameter_gets_a_suffix(
    clients: dict[str, ModuleType],
) -> None:
    server = Server(204)
    returned = call_sync_and_async(
        clients["crud"],
        server,
        "products.replace",
        7,
        name="Walden",
        price=1,
        category="book",
        id_body=8,
    )
    assert returned is None
    assert server.last.url.path == "/api/products/7"
    assert json.loads(server.last.content)["id"] == 8


def test_map_body_is_sent_and_may_be_omitted(clients: dict[str, ModuleType]) -> None:
    server = Server(200, {"a": ["x"]})
    tags = call_sync_and_async(
        clients["crud"], server, "products.set_tags", body={"a": ["x", "y"]}
    )
    assert tags == {"a": ["x"]}
    assert json.loads(server.last.content) == {"a": ["x", "y"]}
    call_sync_and_async(clients["crud"], server, "products.set_tags")
    assert server.last.content == b""
    assert "content-type" not in server.last.headers


def test_documented_error_body_is_read_as_a_model(
    clients: dict[str, ModuleType],
) -> None:
    crud = clients["crud"]
    for call in (
        lambda: crud.Shop(http=Server(404, {"title": "gone"}).sync).products.get(7),
        lambda: asyncio.run(
            crud.AsyncShop(
                http=Server(404, {"title": "gone"}).asynchronous
            ).products.get(7)
        ),
    ):
        with pytest.raises(crud.errors.NotFoundError) as caught:
            call()
        assert isinstance(caught.value, crud.ShopError)
        assert caught.value.status_code == 404
        assert caught.value.body == crud.models.Problem(title="gone")
        assert str(caught.value) == "GET /products/{id} returned 404"


def test_union_with_discriminator_is_read_by_its_value(
    clients: dict[str, ModuleType],
) -> None:
    zoo = clients["unions"]
    cat = call_sync_and_async(
        zoo, Server(200, {"kind": "cat", "lives": 9}), "animals.get", "t"
    )
    assert cat == zoo.models.Cat(kind="cat", lives=9)
    dog = call_sync_and_async(zoo, Server(200, {"kind": "Dog"}), "animals.get", "t")
    assert dog == zoo.models.Dog(kind="Dog")
    with pytest.warns(zoo.errors.ResponseWarning, match=r"\$\.kind: expected 'cat'"):
        other = call_sync_and_async(
            zoo, Server(200, {"kind": "owl"}), "animals.get", "t"
        )
    assert isinstance(other, zoo.Unknown) and other == {"kind": "owl"}
    with pytest.warns(zoo.errors.ResponseWarning, match=r"\$\.lives: expected integer"):
        odd = call_sync_and_async(
            zoo, Server(200, {"kind": "cat", "lives": "?"}), "animals.get", "t"
        )
    assert odd.lives == "?"


def test_union_without_discriminator_is_read_by_its_properties(
    clients: dict[str, ModuleType],
) -> None:
    zoo = clients["unions"]
    cat = zoo.models.Cat(kind="cat", lives=9)
    server = Server(200, {"cage": 4})
    assert call_sync_and_async(zoo, server, "animals.add", cat) == zoo.models.Place(
        cage=4
    )
    assert json.loads(server.last.content) == {"kind": "cat", "lives": 9}
    refusal = call_sync_and_async(
        zoo, Server(200, {"reason": "full"}), "animals.add", cat
    )
    assert refusal == zoo.models.Refusal(reason="full")


def test_recursive_models_constants_and_scalar_unions_are_read(
    clients: dict[str, ModuleType],
) -> None:
    zoo = clients["unions"]
    boss = {"name": "Ann", "boss": None, "animals": [], "level": 3, "since": None}
    keeper = {
        "name": "Bob",
        "boss": boss,
        "animals": [{"kind": "Dog", "good": True}],
        "level": 1,
        "since": "2020-01-01",
    }
    read = call_sync_and_async(zoo, Server(200, keeper), "keepers.get", 12)
    assert read.boss.boss is None
    assert read.animals == [zoo.models.Dog(kind="Dog", good=True)]
    assert read.since == date(2020, 1, 1)
    with pytest.warns(zoo.errors.ResponseWarning, match=r"\$\.level: expected 1 \| 2"):
        odd = call_sync_and_async(
            zoo, Server(200, {**keeper, "level": True}), "keepers.get", "x"
        )
    assert odd.level is True


def test_names_that_python_cannot_have_are_changed(
    clients: dict[str, ModuleType],
) -> None:
    names = clients["names"]
    session = {"_links": "l", "Größe": 3, "2fa": True, "date": "2026-01-01"}
    session |= {"userID": "a", "userId": "b", "def": "c"}
    server = Server(200, session)
    read = call_sync_and_async(
        names,
        server,
        "client.import_",
        "a/b",
        "..c",
        id_body=5,
        with_space="w",
        class_="k",
        self_query="s",
    )
    assert (read.links, read.grosse, read.field_2fa) == ("l", 3, True)
    assert (read.date_, read.user_id, read.user_id_2, read.def_) == (
        date(2026, 1, 1),
        "a",
        "b",
        "c",
    )
    assert server.last.url.raw_path == b"/v2/class/a%2Fb/..c?self=s"
    assert server.last.url.host == "eu.names.example"
    assert json.loads(server.last.content) == {
        "id": 5,
        "with space": "w",
        "class": "k",
    }
    assert call_sync_and_async(names, Server(200, [session]), "session.list_get") == [
        read
    ]
    assert call_sync_and_async(names, Server(200, ["x"]), "session.list_delete") == [
        "x"
    ]
    server = Server(200, ["x"])
    call_sync_and_async(
        names, server, "session.list_delete", client={"region": "us", "stage": "v1"}
    )
    assert str(server.last.url) == "https://us.names.example/v1/sessions"


@pytest.mark.parametrize("value", ["", ".", ".."])
def test_dot_segments_are_refused(clients: dict[str, ModuleType], value: str) -> None:
    server = Server(200, {"kind": "Dog"})
    zoo = clients["unions"].Zoo(http=server.sync)
    with pytest.raises(ValueError, match="name of GET /animals/{name}"):
        zoo.animals.get(value)
    assert server.requests == []


def test_credentials_are_sent_by_security_requirement(
    clients: dict[str, ModuleType],
) -> None:
    vault = clients["security"]
    server = Server()
    pair = {"client": {"key": "k1", "session": "s1"}}
    call_sync_and_async(vault, server, "secrets.list", lang="de", **pair)
    assert str(server.last.url) == "https://vault.example/secrets?api-key=k1"
    assert server.last.headers["Cookie"] == "lang=de; sid=s1"
    assert "Authorization" not in server.last.headers
    token = {"client": {"token": "t1"}}
    call_sync_and_async(vault, server, "secrets.list", **token)
    assert server.last.headers["Authorization"] == "Bearer t1"
    call_sync_and_async(vault, server, "secrets.read_maybe", **token)
    assert server.last.headers["Authorization"] == "Bearer t1"
    call_sync_and_async(vault, server, "secrets.read_open", **token)
    assert "Authorization" not in server.last.headers
    call_sync_and_async(vault, server, "secrets.read_maybe", **pair)
    assert "Authorization" not in server.last.headers
    call_sync_and_async(vault, server, "secrets.read_perhaps", **token)
    assert server.last.headers["Authorization"] == "Bearer t1"
    call_sync_and_async(vault, server, "secrets.read_perhaps", **pair)
    assert server.last.url.query == b"api-key=k1"
    assert server.last.headers["Cookie"] == "sid=s1"
    for anonymous in ({}, {"client": {"key": "k1"}}):
        call_sync_and_async(vault, server, "secrets.read_perhaps", **anonymous)
        assert server.last.url.query == b""
        assert "Authorization" not in server.last.headers
    required = "requires key and session, or token, but the client has"
    with pytest.raises(ValueError, match=f"{required} none"):
        call_sync_and_async(vault, server, "secrets.list")
    for held, missing in (("key", "session"), ("session", "key")):
        with pytest.raises(ValueError, match=f"{required} no {missing}, or token"):
            call_sync_and_async(vault, server, "secrets.list", client={held: "h"})


def test_with_options_changes_a_copy_and_shares_the_connections(
    clients: dict[str, ModuleType],
) -> None:
    crud = clients["crud"]
    server = Server(200, PRODUCT)
    shop = crud.Shop(http=server.sync)
    other = shop.with_options(headers={"X-Tenant": "a"}, timeout=1)
    other.products.get(7)
    assert server.last.headers["X-Tenant"] == "a"
    assert 0 < server.last.extensions["timeout"]["read"] <= 1
    other.with_options(headers={"X-More": "b"}).products.get(7)
    assert server.last.headers["X-Tenant"] == "a"
    assert server.last.headers["X-More"] == "b"
    shop.products.get(7)
    assert "X-Tenant" not in server.last.headers
    assert 29 < server.last.extensions["timeout"]["read"] <= 30
    with other:
        pass
    assert shop.products.get(7).id == 7

    async def in_async() -> None:
        async with crud.AsyncShop(http=server.asynchronous) as shop:
            async with shop.with_options(headers={"X-Tenant": "c"}) as other:
                await other.products.get(7)
            assert server.last.headers["X-Tenant"] == "c"
            await shop.products.get(7)
            assert "X-Tenant" not in server.last.headers

    asyncio.run(in_async())


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("Host", "evil.example"),
        ("content-length", "0"),
        ("Cookie", "a=b"),
        ("X Y", "1"),
        ("X-One", "s3cret\r\nX-Two: 2"),
    ],
)
def test_reserved_or_malformed_header_is_refused(
    clients: dict[str, ModuleType], name: str, value: str
) -> None:
    shop = clients["crud"].Shop(http=Server().sync)
    with pytest.raises(ValueError) as caught:
        shop.with_options(headers={name: value})
    assert value not in str(caught.value)


def test_strict_responses_raise_instead_of_warning(
    clients: dict[str, ModuleType],
) -> None:
    crud = clients["crud"]
    odd = {**PRODUCT, "price": "free"}
    strict = crud.Shop(http=Server(200, odd).sync, strict_responses=True)
    with pytest.raises(crud.ResponseValidationError, match=r"\$\.price: expected"):
        strict.products.get(7)
    with pytest.warns(crud.ResponseWarning, match=r"\$\.price: expected"):
        strict.with_options(strict_responses=False).products.get(7)


def test_raw_returns_status_headers_and_value(clients: dict[str, ModuleType]) -> None:
    crud = clients["crud"]
    server = Server(200, PRODUCT, etag="v1")
    shop = crud.Shop(http=server.sync)
    raw = shop.raw(shop.products.get, 7)
    assert (raw.status_code, raw.headers["ETag"]) == (200, "v1")
    assert raw.value == shop.products.get(7)
    with pytest.raises(TypeError, match="raw takes a method"):
        shop.raw(str, 7)
    with pytest.raises(crud.NotFoundError):
        gone = crud.Shop(http=Server(404).sync)
        gone.raw(gone.products.get, 7)

    async def in_async() -> None:
        shop = crud.AsyncShop(http=server.asynchronous)
        raw = await shop.raw(shop.products.get, 7)
        assert (raw.status_code, raw.headers["ETag"]) == (200, "v1")
        assert raw.value == await shop.products.get(7)

    asyncio.run(in_async())


def test_path_argument_that_matches_another_operation_is_refused(
    clients: dict[str, ModuleType],
) -> None:
    server = Server(200, {"name": "a"})
    jobs = clients["jobs"].Jobs(http=server.sync).jobs
    with pytest.raises(
        ValueError, match="with this argument would be GET /jobs/latest"
    ):
        jobs.get("latest")
    assert server.requests == []
    jobs.get("latest2")
    jobs.get_latest()
    server.status, server.json = 204, None
    jobs.delete("latest")
    paths = [request.url.path.rpartition("/")[2] for request in server.requests]
    assert paths == ["latest2", "latest", "latest"]


def respond_in_turn(
    *responses: httpx2.Response,
) -> tuple[list[str], httpx2.MockTransport]:
    """Return a transport that sends the responses in turn, and a list of its requests."""
    requested: list[str] = []

    def handler(request: httpx2.Request) -> httpx2.Response:
        requested.append(f"{request.method} {request.url}")
        return responses[len(requested) - 1]

    return requested, httpx2.MockTransport(handler)


@pytest.mark.parametrize("mode", ["", "Async"])
def test_link_header_leads_to_the_next_page(
    clients: dict[str, ModuleType], mode: str
) -> None:
    package = clients["jobs"]
    job = {"jobs": [{"name": "a"}]}
    link = {"Link": '<https://jobs.example/api/jobs?page=b%2Fc>; rel="next"'}
    requested, transport = respond_in_turn(
        httpx2.Response(200, json=job, headers=link), httpx2.Response(200, json=job)
    )
    client = getattr(package, f"{mode}Jobs")(http=transport)

    async def names() -> list[str]:
        return [job.name async for job in await client.jobs.list(state="x")]

    if mode:
        assert asyncio.run(names()) == ["a", "a"]
    else:
        assert [job.name for job in client.jobs.list(state="x")] == ["a", "a"]
    url = "GET https://jobs.example/api/jobs"
    assert requested == [f"{url}?state=x", f"{url}?page=b%2Fc"]


@pytest.mark.parametrize("mode", ["", "Async"])
def test_accepted_request_is_polled_until_it_is_done(
    clients: dict[str, ModuleType], mode: str
) -> None:
    package = clients["jobs"]
    accepted = httpx2.Response(
        202, json={"ticket": "t/1"}, headers={"Retry-After": "0"}
    )
    done = httpx2.Response(200, json={"name": "a"})
    requested, transport = respond_in_turn(accepted, accepted, done)
    client = getattr(package, f"{mode}Jobs")(http=transport)

    async def start() -> Any:
        return await client.jobs.start("a")

    job = asyncio.run(start()) if mode else client.jobs.start("a")
    assert job == package.Job(name="a")
    ticket = "GET https://jobs.example/api/tickets/t%2F1"
    assert requested == ["POST https://jobs.example/api/jobs", ticket, ticket]
    assert package.AcceptedError is package.errors.AcceptedError
    assert not hasattr(clients["crud"], "AcceptedError")


def test_slashes_of_reserved_expansion_are_kept_in_polls(tmp_path: Path) -> None:
    spec = tmp_path / "polls.yaml"
    text = (SPECS / "ok" / "jobs.yaml").read_text(encoding="utf-8")
    assert "/tickets/{ticket}" in text
    spec.write_text(text.replace("/tickets/{ticket}", "/tickets/{+ticket}"), "utf-8")
    package = import_client(spec, tmp_path)
    accepted = httpx2.Response(
        202, json={"ticket": "t/1"}, headers={"Retry-After": "0"}
    )
    done = httpx2.Response(200, json={"name": "a"})
    requested, transport = respond_in_turn(accepted, done)
    with package.Jobs(http=transport) as client:
        client.jobs.start("a")
    assert requested[-1] == "GET https://jobs.example/api/tickets/t/1"


@pytest.mark.parametrize(
    ("method", "value"),
    [
        ("constant", "ok"),
        ("constant_or_null", None),
        ("constant_or_number", "all"),
        ("constant_or_number", 7),
    ],
)
def test_constant_response_is_accepted_strictly(
    clients: dict[str, ModuleType], method: str, value: object
) -> None:
    def reply(request: httpx2.Request) -> httpx2.Response:
        return httpx2.Response(200, json=value)

    with httpx2.Client(transport=httpx2.MockTransport(reply)) as http:
        client = clients["answers"].Answers(http=http, strict_responses=True)
        assert getattr(client.answers, method)() == value


def test_argument_named_like_a_type_gets_a_suffix(
    clients: dict[str, ModuleType],
) -> None:
    server = Server(200, 7)
    answers = clients["answers"]
    assert (
        call_sync_and_async(
            answers, server, "answers.constant_or_number", int_query="x"
        )
        == 7
    )
    assert server.last.url.query == b"int=x"
