"""Tests of the names, values and encoding of enums of strings and integers."""

import copy
import json
import pickle
from pathlib import Path
from types import ModuleType
from typing import Any, get_args

import pytest

from tests.support.casting import Server, call_sync_and_async

Clients = dict[str, ModuleType]


@pytest.fixture
def package(clients: Clients) -> ModuleType:
    return clients["enums"]


def names(enum: Any) -> dict[str, object]:
    return {member.name: member.value for member in enum}


def test_members_are_named_after_their_values_or_by_the_document(
    package: ModuleType,
) -> None:
    assert names(package.Priority) == {"LOW": -1, "MEDIUM": 0, "VERY_HIGH": 10}
    assert names(package.Level) == {"QUIET": 1, "LOUD": 2}
    assert names(package.Phase) == {"NEW_MOON": 0, "FULL_MOON": 4}
    assert names(package.Sort) == {
        "MINUS_CREATED": "-created",
        "PLUS_CREATED": "+created",
        "CREATED": "created",
        "LESS_THAN_OR_EQUAL": "<=",
        "GMT_PLUS_1": "GMT+1",
        "GMT_MINUS_1": "GMT-1",
        "ACTIVE_CAPITALIZED": "Active",
        "ACTIVE_LOWER": "active",
        "EMPTY": "",
        "NEW": "shiny",
    }
    assert not hasattr(package, "Plain")


def test_integer_enum_parameter_accepts_plain_integers(package: ModuleType) -> None:
    assert get_args(get_args(package.models.PriorityParam)[1]) == (-1, 0, 10)
    assert issubclass(package.Priority, int)


@pytest.mark.parametrize("is_plain", [True, False])
def test_integer_enums_are_sent_as_numbers(package: ModuleType, is_plain: bool) -> None:
    def level(value: int) -> Any:
        return value if is_plain else package.Level(value)

    server = Server(200, {"priority": 0})
    call_sync_and_async(
        package,
        server,
        "tasks.get",
        -1 if is_plain else package.Priority.LOW,
        levels=[level(1), level(7)],
        x_level=level(2),
        phase=4 if is_plain else package.Phase.FULL_MOON,
        sort=package.Sort.MINUS_CREATED,
    )
    assert server.last.url.raw_path == b"/tasks/-1?levels=1,7&sort=-created"
    assert server.last.headers["X-Level"] == "2"
    assert server.last.headers["Cookie"] == "phase=4"
    server = Server(204)
    task = package.NewTask(priority=package.Priority(77), levels=[level(1), level(9)])
    call_sync_and_async(package, server, "tasks.put", 0, body=[task])
    assert json.loads(server.last.content) == [{"priority": 77, "levels": [1, 9]}]


@pytest.mark.parametrize("other", [{}, {"level": "loud"}])
def test_unknown_integer_is_kept_and_equals_the_plain_integer(
    package: ModuleType, other: dict[str, Any]
) -> None:
    sent = {
        "priority": 11,
        "phase": 4,
        "plain": 2,
        "by_name": {"a": 10, "b": 12},
        "either": 10,
        "number_or_priority": 5,
        **other,
    }
    server = Server(200, sent)
    if other:
        with pytest.warns(package.ResponseWarning, match=r"\$\.level"):
            task = call_sync_and_async(package, server, "tasks.get", 0)
    else:
        task = call_sync_and_async(package, server, "tasks.get", 0)
    assert task.priority == 11 and isinstance(task.priority, package.Priority)
    assert task.phase is package.Phase.FULL_MOON
    assert task.by_name["a"] is package.Priority.VERY_HIGH
    assert repr(task.by_name["b"]) == "<Priority.12: 12>"
    assert task.either is package.Priority.VERY_HIGH
    assert (task.plain, type(task.number_or_priority)) == (2, int)


def test_unknown_integer_can_be_pickled_and_copied(package: ModuleType) -> None:
    unknown = package.Priority(11)
    for copied in (pickle.loads(pickle.dumps(unknown)), copy.deepcopy(unknown)):
        assert copied == 11 and isinstance(copied, package.Priority)
    for invalid in (True, 1.5, "1", None):
        with pytest.raises(ValueError):
            package.Priority(invalid)


def test_descriptions_of_values_are_docstrings(package: ModuleType) -> None:
    text = Path(str(package.models.__file__)).read_text("utf-8")
    assert '    LOW = -1\n    """When there is time."""\n' in text
    assert '    NEW_MOON = 0\n    """It is dark."""\n' in text
    assert '    NEW = "shiny"\n    """New things first."""\n' in text
