"""Tests of parameters that are credentials, and of `Authorization` header parameters."""

import asyncio
import inspect
from types import ModuleType
from typing import Any

import httpx2
import pytest

from tests.support.casting import Server, call_sync_and_async

Clients = dict[str, ModuleType]


class Boards:
    """Client of the sample document, called in both modes."""

    def __init__(self, package: ModuleType, **headers: str) -> None:
        self._package = package
        self.server = Server(204, **headers)

    def query(self, method: str, client: dict[str, str], **arguments: str) -> str:
        call_sync_and_async(
            self._package, self.server, f"boards.{method}", client=client, **arguments
        )
        return self.server.last.url.query.decode()

    def header(
        self, name: str, method: str, client: dict[str, str], **arguments: str
    ) -> list[str]:
        self.query(method, client, **arguments)
        return self.server.last.headers.get_list(name)


@pytest.fixture
def boards(clients: Clients) -> Boards:
    return Boards(clients["credential_parameters"])


BOTH = {"key": "k", "token": "t"}


def test_credentials_fill_their_parameters_once(boards: Boards) -> None:
    assert boards.query("list", BOTH) == "key=k&token=t"
    assert boards.query("list", BOTH, filter="f") == "filter=f&key=k&token=t"
    assert boards.query("list", BOTH, token="mine") == "key=k&token=mine"
    assert boards.query("list", {}, key="a", token="b") == "key=a&token=b"
    assert boards.query("list", {"key": "k"}, token="b") == "key=k&token=b"
    assert "X-Api-Key" not in boards.server.last.headers


def test_missing_credential_of_a_parameter_is_named(boards: Boards) -> None:
    needs = "GET /boards requires key and token, but the client has"
    for client, arguments, lacks in (
        ({}, {}, "none"),
        ({"key": "k"}, {}, "no token"),
        ({}, {"token": "b"}, "no key"),
    ):
        with pytest.raises(ValueError, match=f"^{needs} {lacks}$"):
            boards.query("list", client, **arguments)
    assert boards.server.requests == []


def test_invalid_argument_is_refused_without_showing_it(boards: Boards) -> None:
    for text in ("s3cret\n", " s3cret", "s3cr\u00e9t"):
        with pytest.raises(ValueError, match="header is empty or has") as caught:
            boards.query("read_header", {}, x_api_key=text)
        assert text.strip() not in str(caught.value)


def test_argument_in_the_query_or_a_cookie_may_be_any_text(boards: Boards) -> None:
    assert boards.query("list", BOTH, token="a \u00e9\n") == "key=k&token=a%20%C3%A9%0A"
    assert boards.query("list", BOTH, token="") == "key=k&token="
    assert boards.header("Cookie", "read_cookie", {}, sid="a;b") == ["sid=a%3Bb"]


def test_parameter_of_an_operation_without_security_is_an_argument(
    boards: Boards,
) -> None:
    assert boards.query("read_open", BOTH) == ""
    assert boards.query("read_open", BOTH, key="mine") == "key=mine"


def test_optional_credential_fills_a_header_of_another_case(boards: Boards) -> None:
    def sent(client: dict[str, str], **arguments: str) -> list[str]:
        return boards.header("X-Api-Key", "read_header", client, **arguments)

    assert sent({}) == []
    assert sent({"header": "h"}) == ["h"]
    assert sent({"header": "h"}, x_api_key="mine") == ["mine"]


def test_credential_of_another_alternative_is_sent_if_given(boards: Boards) -> None:
    def sent(client: dict[str, str], **arguments: str) -> tuple[str | None, ...]:
        boards.query("read_cookie", client, **arguments)
        headers = boards.server.last.headers
        return headers.get("Authorization"), headers.get("Cookie")

    bearer, sid = {"bearer": "b"}, {"cookie": "c"}
    assert sent(bearer) == ("Bearer b", None)
    assert sent(bearer | sid) == ("Bearer b", None)
    assert sent(sid) == (None, "sid=c")
    assert sent(sid, lang="de") == (None, "lang=de; sid=c")
    assert sent(sid, sid="mine") == (None, "sid=mine")
    assert sent(bearer, sid="mine") == (None, "sid=mine")


def test_required_parameter_is_filled_beside_another_alternative(
    boards: Boards,
) -> None:
    def sent(client: dict[str, str]) -> tuple[str, list[str]]:
        query = boards.query("read_both", client)
        return query, boards.server.last.headers.get_list("Authorization")

    assert sent({"bearer": "b", "key": "k"}) == ("key=k", ["Bearer b"])
    assert sent({"bearer": "b"}) == ("", ["Bearer b"])
    assert sent({"key": "k"}) == ("key=k", [])


def test_parameter_elsewhere_is_no_credential(boards: Boards) -> None:
    client = {"key": "k", "header": "h"}
    assert boards.query("read_one", client, header="mine") == "header=mine&key=k"
    assert boards.server.last.headers["X-Api-Key"] == "h"


def test_link_to_the_next_page_has_each_credential_once(clients: Clients) -> None:
    package, urls = clients["credential_parameters"], list[str]()

    def handle(request: httpx2.Request) -> httpx2.Response:
        urls.append(str(request.url))
        link = {"Link": '</pages?page=2&k%65y=x&token=y>; rel="next"'}
        first = len(urls) % 2 == 1
        return httpx2.Response(200, json=["a"], headers=link if first else {})

    async def in_async(**arguments: str) -> list[str]:
        http = httpx2.AsyncClient(transport=httpx2.MockTransport(handle))
        async with package.AsyncBoards(http=http, **BOTH) as client:
            return [item async for item in await client.boards.page(**arguments)]

    http = httpx2.Client(transport=httpx2.MockTransport(handle))
    with package.Boards(http=http, **BOTH) as client:
        assert list(client.boards.page()) == ["a", "a"]
    assert asyncio.run(in_async(key="mine")) == ["a", "a"]
    assert urls == [
        "https://boards.example/pages?key=k&token=t",
        "https://boards.example/pages?page=2&key=k&token=t",
        "https://boards.example/pages?key=mine&token=t",
        "https://boards.example/pages?page=2&key=mine&token=t",
    ]


def test_signature_takes_no_credential_by_position(clients: Clients) -> None:
    with clients["credential_parameters"].Boards() as client:
        method = client.boards.list
    parameters = inspect.signature(method).parameters.values()
    assert [p.name for p in parameters] == ["filter", "key", "token"]
    assert {p.kind for p in parameters} == {inspect.Parameter.KEYWORD_ONLY}
    assert "Sent in place of the client's `token`. Token of a user." in " ".join(
        (method.__doc__ or "").split()
    )


def authorization(
    clients: Clients, method: str, client: dict[str, str], **arguments: Any
) -> list[str]:
    """Return the `Authorization` headers of a call in both modes."""
    server = Server(204)
    package = clients["authorization_parameters"]
    call_sync_and_async(
        package, server, f"tickets.{method}", client=client, **arguments
    )
    return server.last.headers.get_list("Authorization")


def test_authorization_parameter_is_the_credential_of_the_document(
    clients: Clients,
) -> None:
    for client in ({"token": "t"}, {"oauth": "t"}, {"token": "t", "oauth": "o"}):
        assert authorization(clients, "list", client) == ["Bearer t"]
        assert authorization(clients, "read_optional", client) == ["Bearer t"]
    own = {"authorization": "mine"}
    assert authorization(clients, "list", {"token": "t"}, **own) == ["Bearer mine"]
    assert authorization(clients, "list", {}, **own) == ["Bearer mine"]
    with pytest.raises(ValueError, match="requires token, or oauth, but"):
        authorization(clients, "list", {})
    assert authorization(clients, "read_optional", {}) == []


def test_authorization_parameter_that_a_scheme_covers_is_its_credential(
    clients: Clients,
) -> None:
    assert authorization(clients, "read_covered", {"token": "t"}) == ["Bearer t"]
    with pytest.raises(ValueError, match="requires token, but"):
        authorization(clients, "read_covered", {"oauth": "t"})


def test_schemes_of_one_header_are_alternatives(clients: Clients) -> None:
    key = {"key": "k"}
    for client in ({"token": "t"}, {"oauth": "t"}, {"token": "t", "oauth": "o"}):
        assert authorization(clients, "read_either", client | key) == ["Bearer t"]
    with pytest.raises(ValueError, match="requires token and key, or oauth and key"):
        authorization(clients, "read_either", {})


def test_authorization_parameter_beside_another_scheme_is_optional(
    clients: Clients,
) -> None:
    key = {"key": "k"}
    assert authorization(clients, "read_other", key) == []
    assert authorization(clients, "read_other", key | {"token": "t"}) == ["Bearer t"]


@pytest.mark.parametrize("method", ["log_in", "read_basic"])
def test_authorization_parameter_of_another_meaning_has_its_own_credential(
    clients: Clients, method: str
) -> None:
    client = {"token": "t", "authorization": "Basic dTpw"}
    assert authorization(clients, method, client) == ["Basic dTpw"]
    given = {"authorization": "Basic eDp5"}
    assert authorization(clients, method, client, **given) == ["Basic eDp5"]
    with pytest.raises(ValueError, match="requires authorization, but"):
        authorization(clients, method, {"token": "t"})


def test_own_credential_is_not_shown(clients: Clients) -> None:
    package, server = clients["authorization_parameters"], Server(401)
    secret = "Bearer s3cret"
    with package.Desk(http=server.sync, authorization=secret) as client:
        assert "s3cret" not in repr(vars(client))
        with pytest.raises(package.AuthenticationError) as caught:
            client.tickets.log_in()
    assert "s3cret" not in f"{caught.value!r} {caught.value}"
    assert "The whole value of the header" in (package.Desk.__doc__ or "")


def test_extra_header_is_sent_in_place_of_a_credential(clients: Clients) -> None:
    package, server = clients["authorization_parameters"], Server(204)
    headers = {"authorization": "Basic s3cret", "x-KEY": "s3cret"}

    async def in_async(method: str, **client: str) -> None:
        async with package.AsyncDesk(http=server.asynchronous, **client) as made:
            tickets = made.with_options(extra_headers=headers).tickets
            await getattr(tickets, method)()

    for method, client in (
        ("read_optional", {}),
        ("read_optional", {"token": "t"}),
        ("log_in", {"authorization": "t"}),
        ("read_other", {"key": "k"}),
        ("read_other", {}),
    ):
        with package.Desk(http=server.sync, **client) as made:
            getattr(made.with_options(extra_headers=headers).tickets, method)()
        sent = server.last.headers
        assert sent.get_list("Authorization") == ["Basic s3cret"]
        assert sent.get_list("X-Key") == ["s3cret"]
        asyncio.run(in_async(method, **client))
        assert server.last.headers.raw == sent.raw


def test_other_header_parameters_are_arguments(clients: Clients) -> None:
    hint = {"proxy_authorization_hint": "x"}
    assert authorization(clients, "read_nothing", {"token": "t"}, **hint) == []
