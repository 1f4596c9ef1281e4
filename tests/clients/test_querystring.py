"""Tests of `in: querystring`, a parameter that is the whole query (OpenAPI 3.2)."""

from types import ModuleType

import pytest

from tests.support.casting import Server, call_sync_and_async

Clients = dict[str, ModuleType]


@pytest.mark.parametrize(
    ("method", "arguments", "query"),
    [
        (
            "form",
            {"status": "a b", "tags": ["x", "y"], "near": {"x": 1}},
            "status=a%20b&tags=x&tags=y&near=%7B%22x%22%3A1%7D",
        ),
        ("optional_form", {"criteria": {"status": "new"}}, "status=new"),
        ("optional_form", {}, ""),
        ("map", {"criteria": {"a": "1", "b&": "="}}, "a=1&b%26=%3D"),
        (
            "json",
            {"criteria": {"numbers": [1, 2]}},
            "%7B%22numbers%22%3A%5B1%2C2%5D%7D",
        ),
        ("path", {"selector": "$.a[?(@.b)]"}, "%24.a%5B%3F%28%40.b%29%5D"),
    ],
)
def test_parameter_is_sent_as_the_whole_query(
    clients: Clients, method: str, arguments: dict[str, object], query: str
) -> None:
    server = Server(204)
    models = clients["querystring"].models
    if method == "optional_form" and arguments:
        arguments = {"criteria": models.OptionalFormCriteria(status="new")}
    if method == "json":
        arguments = {"criteria": models.JsonCriteria(numbers=[1, 2])}
    if method == "form":
        arguments = {**arguments, "near": models.FormCriteriaNear(x=1)}
    call_sync_and_async(clients["querystring"], server, f"search.{method}", **arguments)
    assert server.last.url.query.decode() == query
