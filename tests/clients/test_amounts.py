"""Tests of decimals: exact JSON numbers, or text if their schema is a string."""

import json
from decimal import Decimal
from types import ModuleType
from typing import Any
from urllib.parse import parse_qsl

import pytest

from tests.support.casting import RawServer, Server, call_sync_and_async

Clients = dict[str, ModuleType]
LONG = Decimal("12.3000000000000000001")


def sent(module: ModuleType, method: str, *args: Any, **kwargs: Any) -> str:
    """Call a method in both modes, and return the body that it sent."""
    server = Server(204)
    call_sync_and_async(module, server, f"amounts.{method}", *args, **kwargs)
    return server.last.content.decode()


def read(module: ModuleType, method: str, content: bytes) -> Any:
    server = RawServer(content, "application/json")
    return call_sync_and_async(module, server, f"amounts.{method}")


@pytest.mark.parametrize(
    ("arguments", "members"),
    [
        ({"plain": Decimal("12.30")}, '"plain":12.30'),
        ({"plain": Decimal("1E+3")}, '"plain":1E+3'),
        ({"plain": 1, "exact": LONG}, '"plain":1,"exact":12.3000000000000000001'),
        ({"plain": 1, "price": Decimal("12.30")}, '"plain":1,"price":"12.30"'),
        ({"plain": 1, "price": Decimal("1E-7")}, '"plain":1,"price":"0.0000001"'),
        ({"plain": 1, "price": Decimal("1E+9999")}, '"plain":1,"price":"1E+9999"'),
        ({"plain": 1, "prices": (LONG, 2)}, f'"plain":1,"prices":["{LONG}",2]'),
        ({"plain": 1, "both": LONG}, f'"plain":1,"both":{LONG}'),
        ({"plain": 1, "both": "1.5"}, '"plain":1,"both":"1.5"'),
        ({"plain": 1, "mixed": LONG}, f'"plain":1,"mixed":"{LONG}"'),
        ({"plain": 1, "mixed": 1.5}, '"plain":1,"mixed":1.5'),
        ({"plain": 1, "maybe": LONG}, f'"plain":1,"maybe":"{LONG}"'),
        ({"plain": 1, "maybe": None}, '"plain":1,"maybe":null'),
        ({"plain": 1, "pair": (LONG, LONG)}, f'"plain":1,"pair":["{LONG}",{LONG}]'),
        ({"plain": 1, "by_name": {"a": LONG}}, f'"plain":1,"by_name":{{"a":"{LONG}"}}'),
        ({"plain": 1, "any": [LONG]}, f'"plain":1,"any":[{LONG}]'),
    ],
)
def test_decimal_is_sent_as_a_number_or_as_text_by_its_schema(
    clients: Clients, arguments: dict[str, Any], members: str
) -> None:
    amounts = clients["amounts"]
    assert sent(amounts, "create", **arguments) == f"{{{members}}}"


def test_decimals_of_models_are_sent_by_the_types_of_their_fields(
    clients: Clients,
) -> None:
    amounts = clients["amounts"]
    one = Decimal("1.10")
    inner = amounts.models.Amount(plain=one, exact=one, price=one)
    amount = amounts.models.Amount(plain=1, inner=inner, any={"deep": [inner, one]})
    plain = '"plain":1.10,"exact":1.10,"price":"1.10"'
    expected = f'{{"plain":1,"inner":{{{plain}}},"any":{{"deep":[{{{plain}}},1.10]}}}}'
    assert sent(amounts, "replace", [amount]) == f"[{expected}]"
    assert sent_form(amounts, nested=amount) == {"nested": expected}


def test_decimals_in_lists_and_maps_of_sent_models_are_text(clients: Clients) -> None:
    amounts = clients["amounts"]
    offer = amounts.models.Offer(prices=(LONG,), by_name={"a": LONG})
    expected = f'{{"prices":["{LONG}"],"by_name":{{"a":"{LONG}"}}}}'
    assert sent(amounts, "replace_offers", [offer]) == f"[{expected}]"


def sent_form(module: ModuleType, **arguments: Any) -> dict[str, str]:
    return dict(parse_qsl(sent(module, "form", **arguments)))


def test_decimals_of_forms_and_queries_are_text(clients: Clients) -> None:
    amounts = clients["amounts"]
    thousand = Decimal("1E+3")
    assert sent_form(amounts, list=thousand, price=thousand) == {
        "list": "1000",
        "price": "1000",
    }
    nested = amounts.models.Amount(plain=thousand, price=thousand)
    server = Server(204)
    with amounts.Amounts(http=server.sync) as client:
        client.amounts.form_as_multipart(amount=thousand, nested=nested)
    parts = server.last.content.decode()
    assert "\r\n1000\r\n" in parts
    assert '{"plain":1E+3,"price":"1000"}' in parts
    server = RawServer(b'{"plain":1}', "application/json")
    call_sync_and_async(
        amounts,
        server,
        "amounts.get",
        minimum=thousand,
        text=thousand,
        where={"a": thousand},
    )
    assert dict(server.last.url.params) == {
        "minimum": "1000",
        "text": "1000",
        "where": '{"a":"1000"}',
    }


def test_mapping_in_place_of_a_model_is_sent_as_the_model_would_be(
    clients: Clients,
) -> None:
    amounts = clients["amounts"]
    given = {"price": LONG, "exact": LONG, "other": LONG}
    expected = f'{{"price":"{LONG}","exact":{LONG},"other":"{LONG}"}}'
    assert sent(amounts, "set_open", given) == expected
    model = amounts.models.Open(
        price=LONG, exact=LONG, additional_properties={"other": LONG}
    )
    assert json.loads(sent(amounts, "set_open", model)) == json.loads(expected)
    assert sent(amounts, "set_rates", {"EUR": LONG}) == f'{{"EUR":"{LONG}"}}'


@pytest.mark.parametrize("number", ["NaN", "Infinity", "-Infinity", "sNaN"])
@pytest.mark.parametrize("name", ["plain", "exact", "price", "by_name"])
def test_decimal_that_is_not_finite_is_refused_by_the_name_of_its_argument(
    clients: Clients, name: str, number: str
) -> None:
    value: Any = Decimal(number)
    arguments = {"plain": 1, name: {"a": value} if name == "by_name" else value}
    with pytest.raises(ValueError, match=f"^{name} cannot be sent"):
        sent(clients["amounts"], "create", **arguments)


def test_decimal_is_read_exactly(clients: Clients) -> None:
    amounts = clients["amounts"]
    content = f'{{"plain":{LONG},"exact":{LONG},"price":"{LONG}"}}'
    amount = read(amounts, "get", content.encode())
    assert (amount.exact, amount.price) == (LONG, LONG)
    assert type(amount.plain) is float
    amount.plain = LONG
    assert sent(amounts, "replace", [amount]) == f"[{content}]"


@pytest.mark.filterwarnings("ignore:.*expected")
def test_decimal_is_read_exactly_beside_what_msgspec_cannot_read(
    clients: Clients,
) -> None:
    amounts = clients["amounts"]
    content = f'{{"plain":"?","exact":{LONG},"any":[1.5,{{"a":{LONG}}}],"inner":1.5}}'
    amount = read(amounts, "get", content.encode())
    assert amount.exact == LONG
    assert [type(part) for part in (amount.any[0], amount.any[1]["a"])] == [float] * 2
    assert json.loads(sent(amounts, "replace", [amount])) == [json.loads(content)]
    rates = read(amounts, "list_rates", f'{{"a":{LONG},"b":{{"c":{LONG}}}}}'.encode())
    assert rates == {"a": LONG, "b": {"c": 12.3}}
    content = f'{{"exact":{LONG},"other":{LONG}}}'
    opened = read(amounts, "get_open", content.encode())
    assert (opened.exact, opened.additional_properties) == (LONG, {"other": LONG})


@pytest.mark.parametrize("text", ["1.5", '"1.5"'])
def test_decimal_or_text_is_sent_as_it_was_read(clients: Clients, text: str) -> None:
    amounts = clients["amounts"]
    content = f'{{"plain":1.0,"both":{text},"mixed":{text}}}'
    amount = read(amounts, "get", content.encode())
    assert sent(amounts, "replace", [amount]) == f"[{content}]"


def test_float_of_another_class_is_sent(clients: Clients) -> None:
    class Measured(float):
        pass

    assert sent(clients["amounts"], "create", Measured(1.5)) == '{"plain":1.5}'
