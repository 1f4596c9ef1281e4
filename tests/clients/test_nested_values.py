"""Tests of lists and objects within parameters and forms: each is sent, or refused by name."""

import json
from datetime import date
from types import ModuleType
from typing import Any
from urllib.parse import parse_qsl

import pytest
from clientcast.pipeline import cast

from tests.support.casting import SPECS, Server, call_sync_and_async
from tests.support.project import HOME_SPECS

Clients = dict[str, ModuleType]


def request(module: ModuleType, method: str, *args: Any, **kwargs: Any) -> Any:
    server = Server(204)
    call_sync_and_async(module, server, f"styles.{method}", *args, **kwargs)
    return server.last


def filters(module: ModuleType, **members: Any) -> Any:
    return module.models.Filters(active=True, since=date(2026, 1, 2), **members)


def pairs(text: bytes) -> list[tuple[str, str]]:
    return parse_qsl(text.decode(), strict_parsing=True)


@pytest.mark.parametrize("name", ["filters", "deep"])
def test_lists_and_objects_within_query_objects_are_sent(
    clients: Clients, name: str
) -> None:
    styles = clients["styles"]
    color = styles.models.Color(r=1, g=2)
    value = filters(styles, ids=[1, 2], color=color, colors=[color])
    url = request(styles, "nested", **{name: value}).url
    expected = [
        ("active", "true"),
        ("ids", "1"),
        ("ids", "2"),
        ("since", "2026-01-02"),
        ("color[R]", "1"),
        ("color[G]", "2"),
        ("colors[0][R]", "1"),
        ("colors[0][G]", "2"),
    ]
    if name == "deep":
        expected[1:3] = [("ids[0]", "1"), ("ids[1]", "2")]
        heads = [(key.partition("["), text) for key, text in expected]
        expected = [(f"deep[{h}]{b}{rest}", t) for (h, b, rest), t in heads]
    assert pairs(url.query) == expected


def test_objects_within_a_query_list_have_an_index(clients: Clients) -> None:
    styles = clients["styles"]
    colors = [styles.models.Color(r=1, g=2), styles.models.Color(r=3)]
    sent = pairs(request(styles, "nested", sort=colors).url.query)
    assert sent == [("sort[0][R]", "1"), ("sort[0][G]", "2"), ("sort[1][R]", "3")]


def test_lists_within_cookie_objects_are_sent(clients: Clients) -> None:
    sent = request(
        clients["styles"], "nested", crumbs=filters(clients["styles"], ids=[1, 2])
    )
    assert sent.headers["Cookie"] == "active=true; ids=1; ids=2; since=2026-01-02"


def test_lists_and_objects_within_forms_are_sent(clients: Clients) -> None:
    styles = clients["styles"]
    color = styles.models.Color(r=1, g=2)
    value = filters(styles, ids=[1, 2], color=color)
    plain = {"active": True, "ids": [1, 2], "since": "2026-01-02"}
    plain["color"] = {"R": 1, "G": 2}
    sent = pairs(request(styles, "form", sort=[color], filters=value).content)
    assert [(name, json.loads(text)) for name, text in sent] == [
        ("sort", {"R": 1, "G": 2}),
        ("filters", plain),
    ]
    sent = pairs(request(styles, "form", exploded=value, json=[1, 2]).content)
    assert sent == [
        ("active", "true"),
        ("ids", "1"),
        ("ids", "2"),
        ("since", "2026-01-02"),
        ("color[R]", "1"),
        ("color[G]", "2"),
        ("json", "[1,2]"),
    ]
    sent = pairs(request(styles, "form", deep=value).content)
    assert ("deep[ids][1]", "2") in sent
    assert ("deep[color][R]", "1") in sent


def test_lists_within_lists_of_a_multipart_form_are_json(clients: Clients) -> None:
    styles = clients["styles"]
    server = Server(204)
    with styles.Styles(http=server.sync) as client:
        client.styles.form_as_multipart(texts=["a", "b"], grid=[[1, 2], [3]])
    parts = server.last.content.split(b"\r\n")
    for expected in (b"[1,2]", b"[3]", b"a", b"b"):
        assert expected in parts


@pytest.mark.parametrize(
    ("method", "name", "value", "problem"),
    [
        ("nested", "flat", {"ids": [1, 2]}, "no lists or objects"),
        ("nested", "pipes", [[1]], "no lists or objects"),
        ("nested", "pipes", ["a|b"], "an item has '|'"),
        ("nested", "pipes", ["a", None], "an item of a list is null"),
        ("nested", "sort", [{"R": 1}, None], "an item of a list is null"),
        ("nested", "deep", {"a]": 1}, "a name in it has a bracket"),
        ("nested", "X-Flat", {"ids": [1]}, "no lists or objects"),
        ("nested", "X-Flat", {"since": "a,b"}, "an item has ','"),
        ("nested", "flat", {"since": {1, 2}, "active": object()}, "object"),
        ("nested_path", "filters", {"color": {"R": 1}}, "no lists or objects"),
        ("nested_path", "label", [1.5], r"an item has '\.'"),
        ("form", "json", [object()], "object"),
    ],
)
def test_value_that_its_style_cannot_carry_is_refused_by_name(
    clients: Clients, method: str, name: str, value: Any, problem: str
) -> None:
    arguments: dict[str, Any] = {name.lower().replace("-", "_"): value}
    if method == "nested_path":
        arguments = {"filters": {"active": True}, "label": [1], **arguments}
    with pytest.raises(
        (ValueError, TypeError), match=f"^{name} cannot be sent: .*{problem}"
    ):
        request(clients["styles"], method, **arguments)


def test_delimiter_within_an_item_is_encoded_if_reserved_characters_are_not(
    clients: Clients,
) -> None:
    sent = request(clients["styles"], "nested", reserved=["a,b", "c/d"])
    assert sent.url.query == b"reserved=a%2Cb,c/d"


def test_undefined_nesting_is_a_warning_and_home_documents_have_none() -> None:
    found = cast(SPECS / "ok" / "styles.yaml", "styles.yaml").diagnostics
    assert [d.message.partition(":")[0] for d in found if d.code == "nested-style"] == [
        "OpenAPI does not define how lists and objects within `filter` are sent",
        "OpenAPI does not define how lists and objects within `flat` are sent",
    ]
    for spec in HOME_SPECS:
        assert cast(spec, spec.name).diagnostics == ()
