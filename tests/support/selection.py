"""Selects the tests that run, and names each test that fails at once.

Tests marked `full` run with `--full`, or if they are named by their node id.
"""

import os
from collections.abc import Callable, Hashable, Iterable
from pathlib import Path
from typing import Any, TypeVar

import pytest

T = TypeVar("T")


def first_of_each(
    values: Iterable[T], kind: Callable[[T], Hashable] = lambda value: None
) -> list[Any]:
    """Return values as parameters, of which all but the first of each kind are `full`.

    Args:
        values: A tuple is the parameters of one test, any other value is one parameter.
        kind: The kind of a value; all are of one kind if it is left out.
    """
    seen: set[Hashable] = set()
    parameters = []
    for value in values:
        marks = [pytest.mark.full] if kind(value) in seen else []
        seen.add(kind(value))
        several = type(value) is tuple
        parameters.append(pytest.param(*(value if several else (value,)), marks=marks))
    return parameters


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--full", action="store_true", help="run tests marked full too")


def pytest_collection_modifyitems(
    config: pytest.Config, items: list[pytest.Item]
) -> None:
    """Put the tests marked `first` first, and deselect those that only `--full` runs.

    Half of the tests begins in each process, and what is last moves to one that has no more.
    Tests that are named by their node id are not deselected.
    """
    items.sort(key=lambda item: item.get_closest_marker("first") is None)
    if config.getoption("--full"):
        return
    named = [_node_id(config, argument) for argument in config.args if "::" in argument]
    deselected = [
        item
        for item in items
        if item.get_closest_marker("full")
        and not any(_is_within(item.nodeid, node) for node in named)
    ]
    if deselected:
        config.hook.pytest_deselected(items=deselected)
        left_out = set(deselected)
        items[:] = [item for item in items if item not in left_out]


def _node_id(config: pytest.Config, argument: str) -> str:
    """Return an argument of the command line as a node id from the root folder."""
    path, _, rest = argument.partition("::")
    place = os.path.relpath(config.invocation_params.dir / path, config.rootpath)
    return f"{Path(place).as_posix()}::{rest}"


def _is_within(item: str, node: str) -> bool:
    return item == node or item.startswith((f"{node}::", f"{node}["))


class _Failures:
    """Prints the name of each test that fails at once, above the dots that follow."""

    def __init__(self, terminal: pytest.TerminalReporter) -> None:
        self._terminal = terminal

    @pytest.hookimpl(trylast=True)
    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        if report.failed:
            word = "FAILED" if report.when == "call" else "ERROR"
            self._terminal.write_line(f"\n{word} {report.nodeid}", red=True)


def pytest_sessionstart(session: pytest.Session) -> None:
    terminal = session.config.pluginmanager.get_plugin("terminalreporter")
    if terminal is not None:  # the processes of pytest-xdist have none
        session.config.pluginmanager.register(_Failures(terminal))
