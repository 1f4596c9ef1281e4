"""Fixtures shared by the tests of several folders, and which tests run.

Tests marked `full` run with `--full`, or if they are named by their node id.
"""

import os
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from types import ModuleType

import pytest
from clientcast.check import validator

from tests.support.casting import SPECS as TEST_SPECS
from tests.support.casting import import_client
from tests.support.node import node_program
from tests.support.prism import Prism, run_prism
from tests.support.project import ROOT
from tests.support.validation import ForkingValidator

SPECS = ROOT / "specs"
RUN_CHILD = validator.run_child


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--full", action="store_true", help="run tests marked full too")


def pytest_collection_modifyitems(
    config: pytest.Config, items: list[pytest.Item]
) -> None:
    """Deselect the tests that only `--full` runs, unless they are named by node id."""
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
        items[:] = [item for item in items if item not in set(deselected)]


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


@pytest.fixture(scope="session", autouse=True)
def forking_validator() -> Iterator[None]:
    """Let the casts of this process share one process of the validator."""
    if not hasattr(os, "fork"):
        yield
        return
    process, forking = os.getpid(), ForkingValidator()

    def run_child(document: bytes) -> bytes:
        ours = os.getpid() == process  # and no fork of it, which may be killed
        return (forking.validate if ours else RUN_CHILD)(document)

    validator.run_child = run_child
    yield
    validator.run_child = RUN_CHILD
    forking.close()


@pytest.fixture
def cold_validator(monkeypatch: pytest.MonkeyPatch) -> None:
    """Start a process of the validator for each document, as users do."""
    monkeypatch.setattr(validator, "run_child", RUN_CHILD)


@pytest.fixture(scope="session")
def prism_servers(
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Callable[[str], Prism]]:
    """Return a function from the name of a spec to its Prism, which starts on first use."""
    node_program("prism")  # Here, so that a missing program is looked for once.
    folder = tmp_path_factory.mktemp("prism")
    running: dict[str, Prism] = {}
    with ExitStack() as stack:

        def named(name: str) -> Prism:
            if name not in running:
                started = run_prism(SPECS / f"{name}.yaml", folder / f"{name}.log")
                running[name] = stack.enter_context(started)
            return running[name]

        yield named


@pytest.fixture
def prism(prism_servers: Callable[[str], Prism]) -> Iterator[Callable[[str], str]]:
    """Return a function from the name of a spec to the URL of its Prism.

    The log is printed, so that pytest shows it if a test fails.
    """
    log_offsets: dict[Prism, int] = {}

    def url(name: str) -> str:
        server = prism_servers(name)
        log_offsets.setdefault(server, server.log.stat().st_size)
        return server.url

    yield url
    for server, start in log_offsets.items():
        print(server.log.read_bytes()[start:].decode("utf-8", "replace"))


class _LazyClients(dict[str, ModuleType]):
    """Packages by the name of their document, generated on first access."""

    def __init__(self, folder: Path) -> None:
        super().__init__()
        self._folder = folder

    def __missing__(self, name: str) -> ModuleType:
        self[name] = import_client(TEST_SPECS / "ok" / f"{name}.yaml", self._folder)
        return self[name]


@pytest.fixture(scope="session")
def clients(tmp_path_factory: pytest.TempPathFactory) -> dict[str, ModuleType]:
    """Packages of the documents in `specs/ok`, by name, generated on first access."""
    return _LazyClients(tmp_path_factory.mktemp("clients"))
