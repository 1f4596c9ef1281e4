"""Tests of schemas of every kind: JSON is read as the annotated type, and sent unchanged."""

import json
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from types import ModuleType
from typing import Any
from uuid import UUID

import pytest

from tests.support.casting import Server, call_sync_and_async

Clients = dict[str, ModuleType]


class InstanceOf:
    """Expectation that equals an instance of a class with the given attributes."""

    def __init__(self, name: str, /, **members: Any) -> None:
        self.name = name
        self.members = members

    def __eq__(self, other: object) -> bool:
        return type(other).__name__ == self.name and all(
            is_equal(getattr(other, name), value)
            for name, value in self.members.items()
        )

    def __repr__(self) -> str:
        return f"{self.name}({self.members})"


def is_equal(value: Any, expected: Any) -> bool:
    """Return whether a value is equal to the expected one, and of the same type."""
    return value == expected and (
        isinstance(expected, InstanceOf) or type(value) is type(expected)
    )


def round_trip(package: ModuleType, name: str, value: Any) -> Any:
    """Read a property in both modes without a warning, send it unchanged, and return it."""
    server = Server(200, {name: value})
    values = call_sync_and_async(package, server, "values.get")
    server = Server()
    call_sync_and_async(package, server, "values.put", [values])
    assert json.loads(server.last.content) == [{name: value}]
    return getattr(values, f"{name}_" if hasattr(values, f"{name}_") else name)


UUID_TEXT = "6ba7b810-9dad-11d1-80b4-00c04fd430c8"
DATE_TEXT = "2026-01-02"
DATE = date(2026, 1, 2)

VALUES: dict[str, list[tuple[str, Any, Any]]] = {
    "allof": [
        ("owner", {"name": "a"}, InstanceOf("Person", name="a")),
        (
            "manager",
            {"name": "a", "born": DATE_TEXT, "hired": DATE_TEXT, "grade": 1},
            InstanceOf("ValuesManager", name="a", born=DATE, hired=DATE, grade=1),
        ),
        (
            "director",
            {"name": "a", "born": "long ago", "number": 1, "board": True},
            InstanceOf("ValuesDirector", born="long ago", number=1, board=True),
        ),
        ("size", 2, 2),
        ("color", "green", InstanceOf("ValuesColor", name="GREEN")),
        (
            "details",
            [{"field": "a", "at": DATE_TEXT}],
            [InstanceOf("DetailsItem", field_="a", at=DATE)],
        ),
    ],
    "alternatives": [
        (
            "payment",
            {"amount": 1, "number": "4111", "expires": "1/30"},
            InstanceOf("Payment", number="4111", expires="1/30"),
        ),
        (
            "payment",
            {"amount": 1, "number": 4, "iban": "DE"},
            InstanceOf("Payment", number=4, iban="DE"),
        ),
        (
            "event",
            {"type": "created", "at": 1, "by": "me"},
            InstanceOf("Created", by="me"),
        ),
        (
            "event",
            {"type": "deleted", "at": 1, "reason": "old"},
            InstanceOf("EventDeleted", at=1, reason="old"),
        ),
        ("shape", {"side": 1.5}, InstanceOf("ShapeSquare", side=1.5)),
        ("shape", {"radius": 1.5}, InstanceOf("Circle", radius=1.5)),
        ("shape", {"radius": 1.5, "other": 2.5}, InstanceOf("Ellipse", other=2.5)),
        ("pet", {"petType": "Cat", "lives": 9}, InstanceOf("Cat", lives=9)),
        (
            "pet",
            {"petType": "Dog", "puppies": [{"petType": "Dog"}, {"petType": "Cow"}]},
            InstanceOf(
                "Dog",
                puppies=[InstanceOf("Dog"), InstanceOf("PetBase", pet_type="Cow")],
            ),
        ),
        ("vehicle", {"kind": "bike", "gears": 7}, InstanceOf("Bicycle", gears=7)),
        (
            "vehicle",
            {"kind": "Car", "engine": "Petrol", "liters": 1.5},
            InstanceOf("Petrol", liters=1.5),
        ),
        (
            "vehicle",
            {"kind": "Car", "engine": "Electric", "range": 300},
            InstanceOf("Electric", range=300),
        ),
        ("amount", 1, 1),
        ("amount", [1, 2], [1, 2]),
        ("amount", None, None),
        ("answer", "yes", InstanceOf("Answer", name="YES")),
        ("answer", "perhaps", InstanceOf("Answer", value="perhaps")),
        ("size", "small", "small"),
        ("size", "huge", "huge"),
        (
            "delivery",
            {"to": "a@b.example", "subject": "Hello"},
            InstanceOf("ValuesDeliveryEmail", to="a@b.example", subject="Hello"),
        ),
    ],
    "constants": [
        ("name", "a", InstanceOf("ValuesName", name="A")),
        ("level", 2, 2),
        ("factor", 2.5, 2.5),
        ("switch", True, True),
        ("maybe", "some", "some"),
        ("maybe", None, None),
        ("mixed", "auto", "auto"),
        ("mixed", 1, 1),
        ("mixed", True, True),
        ("thing", {"a": 1}, {"a": 1}),
        ("thing", [2], [2]),
        (
            "codes",
            ["x", "z"],
            [InstanceOf("ValuesCodesItem"), InstanceOf("ValuesCodesItem")],
        ),
        ("text", "fixed", "fixed"),
        ("number", 7, 7),
        ("fraction", 0.5, 0.5),
        ("flag", True, True),
        ("nothing", None, None),
        ("list", [1, 2], [1, 2]),
        ("object", {"a": 1}, {"a": 1}),
    ],
    "types": [
        ("text", "a", "a"),
        ("whole", 1, 1),
        ("number", 1.5, 1.5),
        ("flag", False, False),
        ("nothing", None, None),
        ("list", [1, "a", None], [1, "a", None]),
        ("object", {"a": [1]}, {"a": [1]}),
        ("unsaid", {"a": 1}, InstanceOf("ValuesUnsaid", a=1)),
        ("several", 1, 1),
        ("several", "a", "a"),
        ("several", True, True),
        ("mixed", "a", "a"),
        ("mixed", {"a": 1}, InstanceOf("ValuesMixed", a=1)),
        ("many", ["a"], ["a"]),
        ("many", 1, 1),
        ("many", None, None),
        ("one", "a", "a"),
        ("anything", {"a": 1.5}, {"a": 1.5}),
        ("empty", [1], [1]),
        ("every", [1, None], [1, None]),
        ("none", [], []),
    ],
    "nullable_30": [
        ("text", "a", "a"),
        ("text", None, None),
        ("date", DATE_TEXT, DATE),
        ("date", None, None),
        ("state", "on", InstanceOf("ValuesState", name="ON")),
        ("state", None, None),
        ("mode", "slow", InstanceOf("ValuesMode", name="SLOW")),
        ("mode", None, None),
        (
            "parent",
            {"room": "12", "level": None},
            InstanceOf("Place", room="12", level=None),
        ),
        ("parent", None, None),
        ("either", {"room": "12", "level": 1}, InstanceOf("Place", level=1)),
        ("either", 1, 1),
        ("either", None, None),
        ("list", [1, None], [1, None]),
        ("list", None, None),
        ("map", {"a": 1, "b": None}, {"a": 1, "b": None}),
        ("floor", None, None),
    ],
    "tuples": [
        ("point", [1, "a"], (1, "a")),
        ("path", [[1, "a"], [2, "b"]], [(1, "a"), (2, "b")]),
        ("pair", [DATE_TEXT, {"size": 1}], (DATE, InstanceOf("Mark", size=1))),
        ("row", ["a", 1, True, False], ["a", 1, True, False]),
    ],
    "maps": [
        ("counts", {"a": 1}, {"a": 1}),
        ("people", {"a": {"name": "b"}}, {"a": InstanceOf("Person", name="b")}),
        ("nested", {"a": {"b": DATE_TEXT}}, {"a": {"b": DATE}}),
        ("free", {"a": [None]}, {"a": [None]}),
        ("colors", {"red": "#f00"}, {"red": "#f00"}),
        (
            "labels",
            {"x-a": "b", "x-c": "d"},
            InstanceOf("Labels", additional_properties={"x-a": "b", "x-c": "d"}),
        ),
        ("labels", {}, InstanceOf("Labels", additional_properties={})),
        (
            "days",
            {"1": 2, "at-b": DATE_TEXT},
            InstanceOf("ValuesDays", additional_properties={"1": 2, "at-b": DATE}),
        ),
        (
            "profile",
            {"id": "a", "age": 7, "size": 8},
            InstanceOf("Profile", id="a", additional_properties={"age": 7, "size": 8}),
        ),
        (
            "profile",
            {"id": "a", "additional_properties": True},
            InstanceOf(
                "Profile", additional_properties_=True, additional_properties={}
            ),
        ),
        (
            "open",
            {"id": "a", "b": {"c": 1}},
            InstanceOf("Open", id="a", additional_properties={"b": {"c": 1}}),
        ),
        ("closed", {"name": "a"}, InstanceOf("Person", name="a")),
        (
            "tagged",
            {"name": "a", "x-b": True},
            InstanceOf("ValuesTagged", name="a", additional_properties={"x-b": True}),
        ),
    ],
    "recursion": [
        (
            "json",
            {"a": [1, None, "b", {"c": True}]},
            {"a": [1, None, "b", {"c": True}]},
        ),
        ("json", None, None),
        ("tree", [[], [[]]], [[], [[]]]),
        (
            "filter",
            {"not": {"not": {"term": "a"}}},
            InstanceOf(
                "Not", not_=InstanceOf("Not", not_=InstanceOf("Term", term="a"))
            ),
        ),
        (
            "node",
            {"value": 1, "next": {"value": 2, "next": None}},
            InstanceOf("Node", next=InstanceOf("Node", value=2, next=None)),
        ),
        ("folder", {"a": {"b": {}}}, {"a": {"b": {}}}),
        (
            "author",
            {"books": [{"authors": [{"books": []}]}]},
            InstanceOf(
                "Author",
                books=[InstanceOf("Book", authors=[InstanceOf("Author", books=[])])],
            ),
        ),
    ],
    "references": [
        (
            "pet",
            {"name": "Rex"},
            InstanceOf("Pet", name=InstanceOf("PetName", name="REX")),
        ),
        ("name", "Tom", InstanceOf("PetName", name="TOM")),
        (
            "color",
            {"shade": {"dark": True}},
            InstanceOf(
                "PetDefsColor", shade=InstanceOf("PetDefsColorShade", dark=True)
            ),
        ),
        ("shade", {"dark": True}, InstanceOf("PetDefsColorShade", dark=True)),
        (
            "measure",
            {"size": 1.5, "unit": {"symbol": "m"}},
            InstanceOf("Measure", unit=InstanceOf("MeasureDefsUnit", symbol="m")),
        ),
        ("unit", {"symbol": "m"}, InstanceOf("MeasureDefsUnit", symbol="m")),
        (
            "again",
            [{"pet": {"name": "Rex"}}],
            [InstanceOf("Values", pet=InstanceOf("Pet"))],
        ),
        ("other", {"name": "Rex"}, InstanceOf("Pet")),
        ("page", [{"name": "Rex"}], [InstanceOf("Pet")]),
        ("old", {"name": "Rex"}, InstanceOf("Pet")),
        ("big", {"name": "Rex", "weight": 9}, InstanceOf("ValuesBig", weight=9)),
        (
            "tree",
            {"name": "a", "children": [{"children": []}]},
            InstanceOf("Tree", children=[InstanceOf("Tree", children=[])]),
        ),
    ],
    "conditions": [
        ("parcel", {"country": "US", "zip": 1}, InstanceOf("Parcel", zip=1)),
        (
            "parcel",
            {"country": "UK", "postcode": "E1"},
            InstanceOf("Parcel", postcode="E1"),
        ),
        (
            "card",
            {"number": "1", "address": "b"},
            InstanceOf("ValuesCard", address="b"),
        ),
        (
            "account",
            {"number": "1", "bank": "b"},
            InstanceOf("ValuesAccount", bank="b"),
        ),
        ("word", "good", "good"),
        ("thing", {"name": "a"}, InstanceOf("ValuesThing", name="a")),
        ("numbers", [6, 7], [6, 7]),
        ("row", ["a", 1], ("a", 1)),
        (
            "closed",
            {"name": "a", "size": 1},
            InstanceOf("ValuesClosed", name="a", size=1),
        ),
        (
            "open",
            {"name": "a", "other": True},
            InstanceOf("ValuesOpen", name="a", additional_properties={"other": True}),
        ),
    ],
    "formats": [
        ("date", DATE_TEXT, DATE),
        ("moment", "2026-01-02T03:04:05Z", datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)),
        ("time", "10:00:00Z", time(10, tzinfo=UTC)),
        ("lasts", "PT5S", timedelta(seconds=5)),
        ("id", UUID_TEXT, UUID(UUID_TEXT)),
        ("data", "YWI=", b"ab"),
        ("encoded", "YWI=", b"ab"),
        ("price", "1.50", Decimal("1.50")),
        ("exact", 1.5, Decimal("1.5")),
        ("tiny", -128, -128),
        ("small", 2**15 - 1, 2**15 - 1),
        ("medium", 2**31 - 1, 2**31 - 1),
        ("big", 2**60, 2**60),
        ("positive", 2**64 - 1, 2**64 - 1),
        ("single", 0.5, 0.5),
        ("double", 0.1, 0.1),
        ("url", "https://a.example/b", "https://a.example/b"),
        ("mail", "a@b.example", "a@b.example"),
        ("secret", "c", "c"),
        ("pattern", "^a", "^a"),
        ("unknown", "?", "?"),
        ("dates", [DATE_TEXT], [DATE]),
        ("when", DATE_TEXT, DATE),
    ],
    "property_names": [
        (
            "odd",
            {'with "quotes"': "a", "back\\slash": "b", "": 1, "ключ": 2},
            InstanceOf(
                "Odd", additional_properties={'with "quotes"': "a", "back\\slash": "b"}
            ),
        ),
        (
            "odd",
            {"Key": 1, "key": 2, "KEY": 3, "some-key": 4, "some_key": 5, "2nd": 6},
            InstanceOf(
                "Odd", key=1, key_2=2, key_3=3, some_key=4, some_key_2=5, field_2nd=6
            ),
        ),
        (
            "odd",
            {"__class__": "a", "__init__": "b", "class": "c", "None": "d"},
            InstanceOf("Odd", class_="a", init="b", class__2="c", none="d"),
        ),
        ("odd", {"self": "a", "$value": "b"}, InstanceOf("Odd", self="a", value="b")),
        (
            "hidden",
            {"date": DATE_TEXT, "time": "10:00:00Z", "bytes": "YWI="},
            InstanceOf("Hidden", date_=DATE, time_=time(10, tzinfo=UTC), bytes_=b"ab"),
        ),
        (
            "hidden",
            {"int": 1, "str": "a", "list": ["b"], "dict": {"c": 2}},
            InstanceOf("Hidden", int_=1, str_="a", list_=["b"], dict_={"c": 2}),
        ),
    ],
}
"""Property, JSON and expected value, by document."""


@pytest.mark.parametrize(
    ("document", "name", "value", "expected"),
    [(document, *row) for document, rows in VALUES.items() for row in rows],
)
def test_property_is_read_as_the_annotated_type(
    clients: Clients, document: str, name: str, value: Any, expected: Any
) -> None:
    found = round_trip(clients[document], name, value)
    assert is_equal(found, expected)


def test_repr_names_additional_properties_only_if_present(clients: Clients) -> None:
    maps = clients["maps"]
    profile = round_trip(maps, "profile", {"id": "a", "age": 7, "size": 8})
    assert repr(profile) == "<Profile: id, additional_properties>"
    assert repr(round_trip(maps, "profile", {"id": "a"})) == "<Profile: id>"


def test_additional_property_of_wrong_type_is_kept_with_a_warning(
    clients: Clients,
) -> None:
    maps = clients["maps"]
    server = Server(200, {"profile": {"id": "a", "age": "seven"}})
    with pytest.warns(maps.errors.ResponseWarning, match=r"\$\.profile\.\*"):
        values = call_sync_and_async(maps, server, "values.get")
    assert values.profile.additional_properties == {"age": "seven"}


def test_required_of_an_allof_member_is_checked(clients: Clients) -> None:
    allof = clients["allof"]
    server = Server(200, {"director": {"name": "a", "number": 1}})
    with pytest.warns(allof.errors.ResponseWarning, match=r"\$\.director\.board"):
        call_sync_and_async(allof, server, "values.get")


def test_required_beside_a_reference_is_checked(clients: Clients) -> None:
    references = clients["references"]
    server = Server(200, {"big": {"name": "Rex"}})
    with pytest.warns(references.errors.ResponseWarning, match=r"\$\.big\.weight"):
        call_sync_and_async(references, server, "values.get")


def test_required_beside_a_union_is_checked_for_each_member(clients: Clients) -> None:
    alternatives = clients["alternatives"]
    server = Server(200, {"delivery": {"subject": "Hello"}})
    with pytest.warns(
        alternatives.errors.ResponseWarning, match=r"\$\.delivery: expected .*Email"
    ):
        values = call_sync_and_async(alternatives, server, "values.get")
    assert isinstance(values.delivery, alternatives.Unknown)


def test_nullable_body_arguments_send_explicit_null(clients: Clients) -> None:
    nulls, server = clients["nullable_30"], Server()

    def sent(*required: object, **others: object) -> object:
        call_sync_and_async(nulls, server, "values.change", *required, **others)
        return json.loads(server.last.content)

    assert sent(None) == {"needed": None}
    assert sent(1, text=None, parent=None) == {
        "needed": 1,
        "text": None,
        "parent": None,
    }
    place = nulls.models.Place(room="12", level=None)
    assert sent(1, parent=place)["parent"] == {"room": "12", "level": None}


def test_default_is_documented_and_not_sent(clients: Clients) -> None:
    defaults, server = clients["defaults"], Server(200, [])
    assert call_sync_and_async(defaults, server, "things.list") == []
    assert str(server.last.url) == "https://defaults.example/things"
    assert "X-Trace" not in server.last.headers
    call_sync_and_async(
        defaults, server, "things.list", limit=20, order="up", x_trace=False
    )
    assert server.last.url.query == b"limit=20&order=up"
    assert server.last.headers["X-Trace"] == "false"
    server = Server()
    call_sync_and_async(
        defaults, server, "things.add", "a", "plain", flag=True, note=None
    )
    sent = {"name": "a", "kind": "plain", "flag": True, "note": None}
    assert json.loads(server.last.content) == sent
    call_sync_and_async(defaults, server, "things.set_mode")
    assert server.last.content == b""
    things = defaults.client.Things
    for default in ("`20`", '`"up"`', '`["new", "old"]`', '`"2026-01-01"`', "`false`"):
        docstring = " ".join(things.list.__doc__.split())
        assert f"The server's default is {default}." in docstring
    for default in ('`"plain"`', "`1`", "`0.5`", "`true`", '`["red"]`', '`{"x": 1}`'):
        docstring = " ".join(things.add.__doc__.split())
        assert f"The server's default is {default}." in docstring
