"""Tests of models that differ in responses, in requests, and in JSON Merge Patches."""

import inspect
import json
from types import ModuleType
from typing import Any

import pytest

from tests.support.casting import Server, call_sync_and_async

Clients = dict[str, ModuleType]


def field_names(model: type[Any]) -> list[str]:
    names = list(inspect.signature(model).parameters)
    return [name for name in names if name != "additional_properties"]


def required_names(model: type[Any]) -> list[str]:
    parameters = inspect.signature(model).parameters.values()
    return [p.name for p in parameters if p.default is inspect.Parameter.empty]


RESPONSE = {"name": "a", "lead": {"id": "1", "name": "a"}}
"""A house and a team."""


def sent_json(module: ModuleType, method: str, *args: Any, **kwargs: Any) -> Any:
    """Call a method in both modes, and return the JSON body that it sent."""
    server = Server(200, RESPONSE)
    call_sync_and_async(module, server, method, *args, **kwargs)
    return json.loads(server.last.content)


def test_read_only_property_is_no_argument_and_required_in_responses(
    clients: Clients,
) -> None:
    accounts = clients["directions"]
    with accounts.Accounts() as client:
        signature = inspect.signature(client.values.open)
    assert [*signature.parameters] == ["password", "name", "state", "manager"]
    assert required_names(accounts.models.Account) == ["id", "name"]
    server = Server(200, {"id": "b", "name": "a"})
    account = call_sync_and_async(accounts, server, "values.open", "secret", "a")
    assert json.loads(server.last.content) == {"password": "secret", "name": "a"}
    assert account == accounts.models.Account(id="b", name="a")
    server = Server(200, {"name": "a"})
    with pytest.warns(accounts.errors.ResponseWarning, match=r"\$\.id"):
        call_sync_and_async(accounts, server, "values.open", "secret", "a")


def test_models_in_both_directions_have_a_variant_only_if_they_differ(
    clients: Clients,
) -> None:
    models = clients["directions"].models
    names = {name for name in clients["directions"].__all__ if "Input" in name}
    assert names == {
        "AccountInput",  # The component of that name.
        "AccountInputModel",
        "CompanyInput",
        "EmployeeInput",
        "PartyInput",
        "TeamInput",
        "TeamPlaceInput",
    }
    assert field_names(models.AccountInput) == ["text"]
    members = ["password", "name", "state", "manager"]
    assert field_names(models.AccountInputModel) == members
    assert required_names(models.AccountInputModel) == ["password", "name"]
    assert required_names(models.EmployeeInput) == ["password", "name", "salary"]
    assert required_names(models.Employee) == ["id", "name", "salary"]
    assert field_names(models.CompanyInput) == ["kind", "staff"]


def test_model_in_one_direction_is_as_it_is_there(clients: Clients) -> None:
    models = clients["directions"].models
    assert field_names(models.Link) == required_names(models.Link) == ["to"]
    assert field_names(models.Filter) == ["name"]
    assert required_names(models.Receipt) == ["id"]


def test_nested_models_are_sent_without_read_only_properties(clients: Clients) -> None:
    accounts = clients["directions"]
    models = accounts.models
    lead = models.AccountInputModel(name="a", password="b")
    sent = sent_json(
        accounts,
        "values.put_team",
        lead,
        members=[lead],
        roles={"x": models.EmployeeInput(name="c", password="d", salary=1)},
        pair=(lead, 2),
        party=models.CompanyInput(
            kind="Company", staff={"y": models.Person(kind="Person", name="e")}
        ),
        place=models.TeamPlaceInput(street="f"),
        parent=models.TeamInput(lead=lead, parent=None),
    )
    account = {"name": "a", "password": "b"}
    assert sent == {
        "lead": account,
        "members": [account],
        "roles": {"x": {"name": "c", "password": "d", "salary": 1}},
        "pair": [account, 2],
        "party": {"kind": "Company", "staff": {"y": {"kind": "Person", "name": "e"}}},
        "place": {"street": "f"},
        "parent": {"lead": account, "parent": None},
    }


def test_read_only_property_can_be_sent_as_an_additional_one(clients: Clients) -> None:
    accounts = clients["directions"]
    forced = {"id": "1"}
    lead = accounts.models.AccountInputModel(
        name="a", password="b", additional_properties=forced
    )
    sent = sent_json(accounts, "values.put_team", lead)
    assert sent == {"lead": {"name": "a", "password": "b", **forced}}


def test_nested_models_are_received_with_read_only_properties(clients: Clients) -> None:
    accounts = clients["directions"]
    models = accounts.models
    account = {"id": "1", "name": "a", "note": {"text": "b"}}
    body = {
        "lead": account,
        "roles": {"x": {**account, "salary": 1}},
        "party": {"kind": "Company", "number": 2},
        "place": {"code": "c"},
    }
    lead = models.AccountInputModel(name="a", password="b")
    team = call_sync_and_async(accounts, Server(200, body), "values.put_team", lead)
    note = models.Note(text="b")
    assert team == models.Team(
        lead=models.Account(id="1", name="a", note=note),
        roles={"x": models.Employee(id="1", name="a", note=note, salary=1)},
        party=models.Company(kind="Company", number=2),
        place=models.TeamPlace(code="c"),
    )


def test_null_removes_optional_properties_at_each_depth_of_a_merge_patch(
    clients: Clients,
) -> None:
    patches = clients["merge_patch"]
    models = patches.models
    removed = {"color": None, "rooms": None, "attic": None, "heating": None}
    sent = sent_json(patches, "houses.patch", "a", hall=None, **removed)
    assert sent == {"name": "a", "hall": None, **removed}
    hall = models.RoomPatch(floor=None, door=None, additional_properties={"x": None})
    rooms = {"b": None, "c": models.RoomPatch(door=models.DoorPatch(width=2))}
    stove = models.StovePatch(fuel=None, power=None)
    sent = sent_json(
        patches, "houses.patch", "a", hall=hall, rooms=rooms, heating=stove
    )
    assert sent == {
        "name": "a",
        "hall": {"floor": None, "door": None, "x": None},
        "rooms": {"b": None, "c": {"door": {"width": 2}}},
        "heating": {"fuel": None, "power": None},
    }
    server = Server()
    rooms = {"b": None, "c": hall}
    call_sync_and_async(patches, server, "houses.update_rooms", rooms)
    sent = json.loads(server.last.content)
    assert sent == {"b": None, "c": {"floor": None, "door": None, "x": None}}


def test_merge_patch_may_leave_out_what_a_nested_resource_requires(
    clients: Clients,
) -> None:
    models = clients["merge_patch"].models
    assert required_names(models.Room) == ["id", "size"]
    assert required_names(models.RoomInput) == ["size", "code"]
    assert required_names(models.RoomPatch) == []
    assert "id" not in field_names(models.RoomPatch)
    # Null would remove it, so that None is no way to leave it out.
    assert models.RoomPatch.__annotations__["size"] == "int | UnsetType"
    assert models.RoomPatch().size is clients["merge_patch"].UNSET
    assert required_names(models.LampChange) == ["by"]  # Only patches use it.


def test_array_in_a_merge_patch_has_complete_items(clients: Clients) -> None:
    patches = clients["merge_patch"]
    with patches.Patches() as client:
        signature = inspect.signature(client.houses.patch)
    annotation = signature.parameters["attic"].annotation
    assert annotation.startswith("Sequence[RoomInput ")
    room = patches.models.RoomInput(size=1, code="a")
    sent = sent_json(patches, "houses.patch", "b", attic=[room])
    assert sent == {"name": "b", "attic": [{"size": 1, "code": "a"}]}


def test_merge_patch_beside_json_has_a_method_of_its_own(clients: Clients) -> None:
    patches = clients["merge_patch"]
    for method, color in (
        ("patch_door", "a"),
        ("patch_door_as_merge_patch_json", None),
    ):
        server = Server()
        call_sync_and_async(patches, server, f"houses.{method}", color=color)
        assert json.loads(server.last.content) == {"color": color}
    media_type = server.last.headers["Content-Type"]
    assert media_type == "application/merge-patch+json"
    with patches.Patches() as client:
        assert not hasattr(client.houses, "patch_anything_as_merge_patch_json")
