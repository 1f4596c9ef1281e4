"""Tests that equal inline schemas of properties and parameters of one name are one class."""

from pathlib import Path
from types import ModuleType

import pytest

from tests.support.casting import Server, call_sync_and_async

Clients = dict[str, ModuleType]


@pytest.fixture
def package(clients: Clients) -> ModuleType:
    return clients["equal_schemas"]


def test_equal_schemas_are_declared_once_and_named_after_the_shortest_place(
    package: ModuleType,
) -> None:
    models = (
        value for value in vars(package.models).values() if isinstance(value, type)
    )
    names = {m.__name__ for m in models if m.__module__ == package.models.__name__}
    assert names == {
        "Task",
        "TaskStatus",
        "TaskSub",
        "ListTasksOrder",
        "ListTasksOther",
        "ListTasksResponse",
        "ListTasksResponseCount",
        "ListTasksResponseMeta",
        "ListUsersStatus",
        "ListUsersResponse",
        "ListUsersResponseCount",
        "ListUsersResponseEither1",
        "ListUsersResponseEither1Kind",
        "Named",
    }


def test_value_of_one_place_is_accepted_in_another(package: ModuleType) -> None:
    server = Server(200, {"tasks": [{"status": "open", "sub": {"status": "closed"}}]})
    task = call_sync_and_async(package, server, "tasks.list").tasks[0]
    assert type(task.status) is type(task.sub.status) is package.TaskStatus
    call_sync_and_async(package, server, "tasks.list", status=[task.status])
    assert server.last.url.query == b"status=open"


def test_description_that_is_not_that_of_all_places_is_left_out(
    package: ModuleType,
) -> None:
    text = Path(str(package.models.__file__)).read_text("utf-8")
    assert "class ListTasksResponseMeta(OpenModel, kw_only=True):\n    total" in text
    assert 'meta: ListTasksResponseMeta | None = None\n    """About the page' in text
    assert "The number of tasks." in text and "The number of users." in text
