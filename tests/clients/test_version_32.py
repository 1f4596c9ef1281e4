"""Tests of features new in OpenAPI 3.2 that have no document of their own, in both modes."""

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
def test_unmapped_discriminator_value_is_read_as_the_default_mapping(
    clients: Clients, value: dict[str, str], name: str
) -> None:
    news = clients["version_32"]
    article = call_sync_and_async(
        news, Server(200, value), "news.get_article", client=LOGIN
    )
    assert type(article).__name__ == name


def test_cookie_style_sends_values_without_encoding(clients: Clients) -> None:
    server = Server(200, {"title": "a"})
    call_sync_and_async(
        clients["version_32"], server, "news.get_article", client=LOGIN, theme="dark"
    )
    assert server.last.headers["Cookie"] == "theme=dark"
    call_sync_and_async(
        clients["version_32"], server, "news.get_article", client=LOGIN, theme="a%2F="
    )
    assert server.last.headers["Cookie"] == "theme=a%2F="
    with pytest.raises(ValueError, match="cannot contain ';': encode"):
        call_sync_and_async(
            clients["version_32"], server, "news.get_article", client=LOGIN, theme=";"
        )


def test_allow_reserved_keeps_characters_of_a_path_parameter(clients: Clients) -> None:
    server = Server(204)
    call_sync_and_async(
        clients["version_32"], server, "news.find_article", "a:b/c?d", client=LOGIN
    )
    assert server.last.url.raw_path == b"/articles/a:b%2Fc%3Fd"


def test_reference_by_the_self_uri_is_resolved(clients: Clients) -> None:
    server = Server(204)
    call_sync_and_async(
        clients["version_32"], server, "letters.add_article", "text", "a", client=LOGIN
    )
    assert json.loads(server.last.content) == {"kind": "text", "words": "a"}


def test_webhook_with_an_additional_operation_has_a_model(
    clients: Clients,
) -> None:
    assert clients["version_32"].models.MovedRequest(to="a").to == "a"


def test_data_value_of_an_example_is_in_the_docstring(clients: Clients) -> None:
    letters = clients["version_32"].client.Letters
    assert 'letters.add_article("text", "Short.")' in letters.add_article.__doc__
