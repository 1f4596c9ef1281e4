"""What OpenAPI has had since 3.2, but for what has a document of its own, in both modes."""

import json
from types import ModuleType

import pytest

from tests.support.casting import Server, call_sync_and_async

Clients = dict[str, ModuleType]
LOGIN = {"login": "t"}


@pytest.mark.parametrize(
    ("value", "name"),
    [
        ({"kind": "text", "words": "a"}, "Text"),
        ({"kind": "picture"}, "Picture"),
        ({"kind": "song", "title": "a"}, "Other"),
        ({"title": "a"}, "Other"),
    ],
)
def test_what_no_mapping_names_is_of_the_default(
    clients: Clients, value: dict[str, str], name: str
) -> None:
    news = clients["version_32"]
    article = call_sync_and_async(
        news, Server(200, value), "news.get_article", client=LOGIN
    )
    assert type(article).__name__ == name


def test_cookies_in_their_own_style(clients: Clients) -> None:
    server = Server(200, {"title": "a"})
    call_sync_and_async(
        clients["version_32"], server, "news.get_article", client=LOGIN, theme="dark"
    )
    assert server.last.headers["Cookie"] == "theme=dark"
    call_sync_and_async(
        clients["version_32"], server, "news.get_article", client=LOGIN, theme="a%2F="
    )
    assert server.last.headers["Cookie"] == "theme=a%2F="
    with pytest.raises(ValueError, match="cannot have ';': encode"):
        call_sync_and_async(
            clients["version_32"], server, "news.get_article", client=LOGIN, theme=";"
        )


def test_reserved_characters_in_a_path(clients: Clients) -> None:
    server = Server(204)
    call_sync_and_async(
        clients["version_32"], server, "news.find_article", "a:b/c?d", client=LOGIN
    )
    assert server.last.url.raw_path == b"/articles/a:b%2Fc%3Fd"


def test_a_reference_by_what_the_document_calls_itself(clients: Clients) -> None:
    server = Server(204)
    call_sync_and_async(
        clients["version_32"], server, "letters.add_article", "text", "a", client=LOGIN
    )
    assert json.loads(server.last.content) == {"kind": "text", "words": "a"}


def test_what_the_api_sends_by_a_method_of_its_own_has_a_model(
    clients: Clients,
) -> None:
    assert clients["version_32"].models.MovedRequest(to="a").to == "a"


def test_the_value_of_an_example_is_one(clients: Clients) -> None:
    letters = clients["version_32"].client.Letters
    assert 'letters.add_article("text", "Short.")' in letters.add_article.__doc__
