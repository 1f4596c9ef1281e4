"""Tests that generated clients send the values that their callers give."""

import inspect
import json
from collections.abc import Mapping
from datetime import UTC, datetime
from types import MappingProxyType, ModuleType
from typing import Any

import pytest

from tests.support.casting import Server, call_sync_and_async

Clients = dict[str, ModuleType]


def sent_json(module: ModuleType, method: str, *args: Any, **kwargs: Any) -> Any:
    """Call a method in both modes, and return the JSON body that it sent."""
    server = Server(204)
    call_sync_and_async(module, server, method, *args, **kwargs)
    return json.loads(server.last.content)


@pytest.mark.parametrize(
    ("method", "body"),
    [
        ("set_rates", {"EUR": 1.5, "USD": None}),
        ("set_rates", {}),
        ("add_rates", {"EUR": None}),
        ("set_settings", {"theme": None, "deep": [{"a": None}]}),
        ("set_settings", [None, {"a": None}]),
        ("set_labels", {"id": "1", "color": None}),
        ("change_labels", {"id": "1", "color": None}),
    ],
)
def test_mapping_passed_as_the_whole_body_keeps_its_nulls(
    clients: Clients, method: str, body: Any
) -> None:
    whole = clients["whole_bodies"]
    assert sent_json(whole, f"whole.{method}", body=body) == body
    if isinstance(body, Mapping):
        view = MappingProxyType(body)
        assert sent_json(whole, f"whole.{method}", body=view) == body


def test_model_passed_as_the_whole_body_keeps_its_nulls(clients: Clients) -> None:
    whole = clients["whole_bodies"]
    labels = whole.models.Labels(id="1", additional_properties={"color": None})
    sent = sent_json(whole, "whole.set_labels", body=labels)
    assert sent == {"id": "1", "color": None}


def test_mapping_within_a_body_of_arguments_keeps_its_nulls(clients: Clients) -> None:
    whole = clients["whole_bodies"]
    sent = sent_json(whole, "whole.send_report", {"EUR": None}, note=None)
    assert sent == {"rates": {"EUR": None}}


@pytest.mark.parametrize(
    ("method", "arguments", "name"),
    [
        ("set_rates", {"body": {"EUR": float("nan")}}, "EUR"),
        ("set_settings", {"body": [float("inf")]}, "body"),
        ("send_report", {"rates": {"EUR": float("-inf")}}, "rates"),
    ],
)
def test_number_that_is_not_finite_is_refused_by_the_name_of_its_argument(
    clients: Clients, method: str, arguments: dict[str, Any], name: str
) -> None:
    with pytest.raises(ValueError, match=f"^{name} cannot be sent"):
        sent_json(clients["whole_bodies"], f"whole.{method}", **arguments)


@pytest.mark.parametrize(
    "moment",
    ["2026-02-03T10:11:12", "2026-02-03T10:11:12+02:00", "2026-02-03T10:11:12Z"],
)
@pytest.mark.filterwarnings("ignore:.*date-time with offset")
def test_date_time_and_duration_that_were_read_can_be_sent_back(
    clients: Clients, moment: str
) -> None:
    formats = clients["formats"]
    body = {"moment": moment, "lasts": "P1DT2H30M"}
    values = call_sync_and_async(formats, Server(200, body), "values.get")
    assert sent_json(formats, "values.put", [values]) == [body]


def test_none_removes_an_optional_property_in_a_merge_patch(clients: Clients) -> None:
    whole = clients["whole_bodies"]
    removed = {"note": None, "labels": None, "tags": None, "due": None}
    sent = sent_json(whole, "whole.change_report", 3, **removed)
    assert sent == {"version": 3, **removed}
    labels = {"id": "1", "color": None}
    sent = sent_json(whole, "whole.change_report", 3, note=whole.UNSET, labels=labels)
    assert sent == {"version": 3, "labels": labels}
    with whole.Whole() as client:
        signature = inspect.signature(client.whole.change_report)
    assert signature.parameters["note"].annotation == "str | None | UnsetType"


def test_package_exports_unset_if_a_signature_names_it(clients: Clients) -> None:
    notes = clients["nullable"]
    assert notes.UNSET is notes.models.UNSET
    assert "UNSET" in notes.__all__
    assert "UNSET" not in clients["security"].__all__


@pytest.mark.parametrize("in_list", [True, False])
def test_strict_client_refuses_a_date_time_without_an_offset(
    clients: Clients, in_list: bool
) -> None:
    naive = datetime(2026, 2, 3, 10, 11, 12)
    formats, whole = clients["formats"], clients["whole_bodies"]
    strict = {"strict_responses": True}
    values = formats.models.Values(moment=naive)
    assert sent_json(formats, "values.put", [values]) == [{"moment": naive.isoformat()}]
    body: Any = [values] if in_list else {"deep": ({"at": naive},)}
    module, method = (
        (formats, "values.put") if in_list else (whole, "whole.set_settings")
    )
    name = "body" if in_list else "deep"
    with pytest.raises(ValueError, match=f"^{name} cannot be sent: a date-time has no"):
        sent_json(module, method, body, client=strict)
    values.moment = naive.replace(tzinfo=UTC)
    assert sent_json(formats, "values.put", [values], client=strict)
