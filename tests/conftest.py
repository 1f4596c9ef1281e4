"""Fixtures shared by the tests of several folders, and the hooks of `support/selection`."""

import os
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from types import ModuleType

import pytest
from clientcast.cache import FOLDER_VARIABLE
from clientcast.check import validator

from tests.support.casting import SPECS as TEST_SPECS
from tests.support.casting import import_client
from tests.support.node import node_program
from tests.support.prism import Prism, run_prism
from tests.support.project import ROOT
from tests.support.selection import (
    pytest_addoption,
    pytest_collection_modifyitems,
    pytest_sessionstart,
)
from tests.support.validation import ForkedChild, ForkingValidator, ThreadedChild

__all__ = ["pytest_addoption", "pytest_collection_modifyitems", "pytest_sessionstart"]

SPECS = ROOT / "specs"
CHILD = validator.Child


@pytest.fixture(scope="session", autouse=True)
def no_cache() -> Iterator[None]:
    """Let no run use what another one has cached."""
    with pytest.MonkeyPatch.context() as monkeypatch:
        monkeypatch.setenv(FOLDER_VARIABLE, "")
        yield


@pytest.fixture(scope="session", autouse=True)
def no_flush() -> Iterator[None]:
    """Do not wait until each file of a package is on the disk."""
    with pytest.MonkeyPatch.context() as monkeypatch:
        monkeypatch.setattr(os, "fsync", lambda handle: None)
        yield


@pytest.fixture(scope="session", autouse=True)
def forking_validator() -> Iterator[None]:
    """Let the casts of this process share one process of the validator."""
    if not hasattr(os, "fork"):
        yield
        return
    process, forking = os.getpid(), ForkingValidator()

    def start_child() -> object:
        ours = os.getpid() == process  # and no fork of it, which may be killed
        return ThreadedChild(ForkedChild(forking)) if ours else CHILD()

    monkeypatch = pytest.MonkeyPatch()
    monkeypatch.setattr(validator, "Child", start_child)
    yield
    monkeypatch.undo()
    forking.close()


@pytest.fixture
def cold_validator(monkeypatch: pytest.MonkeyPatch) -> None:
    """Start a process of the validator for each document, as users do."""
    monkeypatch.setattr(validator, "Child", CHILD)


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
