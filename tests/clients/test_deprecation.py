"""Tests of deprecated operations and arguments, in the code and when they are called."""

import asyncio
import inspect
import sys
import warnings
from types import ModuleType
from typing import Any

import pytest

from tests.support.casting import Server


@pytest.fixture
def old(clients: dict[str, ModuleType]) -> ModuleType:
    return clients["deprecated"]


def here() -> int:
    """Return the number of the line that calls this function."""
    frame = inspect.currentframe()
    assert frame is not None and frame.f_back is not None
    return frame.f_back.f_lineno


async def call_with_await(method: Any, *args: Any, **kwargs: Any) -> int:
    await method(*args, **kwargs); line = here()  # fmt: skip
    return line


async def call_with_gather(method: Any, *args: Any, **kwargs: Any) -> int:
    call, line = method(*args, **kwargs), here()
    await asyncio.gather(call, asyncio.sleep(0))
    return line


def warnings_of(
    old: ModuleType, operation: str, *args: Any, **kwargs: Any
) -> list[list[str]]:
    """Return the warnings of a call synchronously, with `await`, and in a task."""
    path = operation.split(".")
    texts: list[list[str]] = []
    server = Server(200, []) if path[-1] in ("list", "search") else Server(204)

    async def call_async(call: Any) -> int:
        async with old.AsyncOld(http=server.asynchronous) as client:
            method = client
            for part in path:
                method = getattr(method, part)
            if sys.version_info >= (3, 12):
                assert inspect.iscoroutinefunction(method)
            return int(await call(method, *args, **kwargs))

    def call_sync() -> int:
        with old.Old(http=server.sync) as client:
            method: Any = client
            for part in path:
                method = getattr(method, part)
            method(*args, **kwargs); line = here()  # fmt: skip
            return line

    for run in (
        call_sync,
        lambda: asyncio.run(call_async(call_with_await)),
        lambda: asyncio.run(call_async(call_with_gather)),
    ):
        with warnings.catch_warnings(record=True, action="always") as warned:
            line = run()
        assert {w.category for w in warned} <= {DeprecationWarning}
        assert {(w.filename, w.lineno) for w in warned} <= {(__file__, line)}
        texts.append([str(w.message) for w in warned])
    return texts


@pytest.mark.parametrize(
    ("name", "arguments", "text"),
    [
        (
            "pets.list",
            {"page_size": 1},
            "use `pets.search` with `page_size`, which pages.",
        ),
        ("pets.create", {"name": "Rex"}, "the API may remove it."),
        ("pets.deprecated_.get", {}, "the API may remove it."),
    ],
)
def test_deprecated_operation_warns_at_the_call(
    old: ModuleType, name: str, arguments: dict[str, Any], text: str
) -> None:
    expected = f"The operation {name} is deprecated: {text}"
    assert warnings_of(old, name, **arguments) == [[expected]] * 3


@pytest.mark.parametrize(
    ("name", "arguments", "names"),
    [
        ("search", {"page_size": 1}, []),
        ("search", {"owner": None, "x_old": None}, []),
        ("search", {"owner": "Ada"}, ["owner"]),
        ("search", {"x_old": "1", "owner": "Ada"}, ["owner", "x_old"]),
        ("update", {"name": "Rex"}, []),
        ("update", {"old_name": "Rex", "nick": "R"}, ["nick", "old_name"]),
        ("deprecated_arguments_", {}, []),
    ],
)
def test_deprecated_argument_warns_at_the_call_that_gives_it(
    old: ModuleType, name: str, arguments: dict[str, Any], names: list[str]
) -> None:
    for prefix, texts in zip(
        ("", "Async", "Async"), warnings_of(old, f"pets.{name}", **arguments)
    ):
        assert texts == [
            f"The argument {a} of {prefix}Pets.{name} is deprecated" for a in names
        ]


def test_required_argument_does_not_warn(old: ModuleType) -> None:
    assert warnings_of(old, "pets.get", "1") == [[], [], []]


def test_unset_argument_does_not_warn(old: ModuleType) -> None:
    assert warnings_of(old, "pets.update", nick=old.UNSET, name="Rex") == [[]] * 3


def test_a_call_site_warns_once(old: ModuleType) -> None:
    with (
        old.Old(http=Server(200, []).sync) as client,
        warnings.catch_warnings(record=True, action="default") as warned,
    ):
        for _ in range(3):
            client.pets.list()
    assert len(warned) == 1


def test_signature_and_docstring_are_kept(old: ModuleType) -> None:
    search = old.client.Pets.search
    assert list(inspect.signature(search).parameters)[1:] == [
        "page_size",
        "owner",
        "x_old",
    ]
    assert "owner: Deprecated." in search.__doc__
    assert old.client.Pets.list.__deprecated__.startswith("The operation pets.list")
