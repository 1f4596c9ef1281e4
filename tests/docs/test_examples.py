"""Every example program of the reference, run unchanged against a mock server.

Requests are redirected from the vendor's host to Prism, which validates each of them against the
document.
"""

from collections.abc import Callable
from typing import NamedTuple

import httpcore2
import pytest
from clientcast.docs.links import page_names

from tests.clients.test_prism import VARIABLES
from tests.docs.rendered import (
    NAMES,
    documents,
    fake_programs,
    programs,
    reference,
)
from tests.support.calls import MODES, SPECS, Mode
from tests.support.pools import intercept, with_url
from tests.support.programs import run_program

HOSTS = {
    "subdomain.okta.com": "okta",
    "api.clerk.com": "clerk",
    "authn.aws.us.pangea.cloud": "pangea",
}
LAST_PAGE = {"/v2/session/list", "/v2/client/session/list"}
"""Paths whose default example response always has a next page."""

WITH_PROGRAMS = sorted(path for path, text in documents().items() if programs(text))


class SentRequest(NamedTuple):
    """A request: client, mode and operation ID."""

    vendor: str
    mode: Mode
    operation: str


@pytest.fixture
def sent(
    prism: Callable[[str], str], monkeypatch: pytest.MonkeyPatch
) -> list[SentRequest]:
    """Redirect requests to Prism, assert that they are valid, and return them."""
    seen: list[SentRequest] = []

    def redirect(mode: Mode, request: httpcore2.Request) -> httpcore2.Request:
        vendor = HOSTS[request.url.host.decode()]
        target = request.url.target.decode()
        path = target.partition("?")[0]
        method = request.method.decode()
        seen.append(SentRequest(vendor, mode, SPECS[vendor].operation_id(method, path)))
        prefer = [(b"Prefer", b"example=lastPage")] if path in LAST_PAGE else []
        return with_url(request, f"{prism(vendor)}{target}", *prefer)

    def assert_valid(response: httpcore2.Response) -> None:
        found = {name.lower(): value for name, value in response.headers}
        assert b"sl-violations" not in found, found
        assert response.status < 400

    intercept(monkeypatch, redirect, assert_valid)
    monkeypatch.setenv("NO_PROXY", "*")
    for name in VARIABLES:
        monkeypatch.delenv(name, raising=False)
    return seen


def run(program: str) -> None:
    run_program(program, "<example>", {})


@pytest.mark.parametrize("path", WITH_PROGRAMS)
def test_every_example_program_runs(path: str, sent: list[SentRequest]) -> None:
    """Each program makes one call; sync and async examples of the same operation alternate."""
    found = programs(documents()[path])
    for program in found:
        before = len(sent)
        run(program)
        assert len(sent) == before + 1, program
    for first, second in zip(sent[::2], sent[1::2], strict=True):
        assert (first.mode, second.mode) == MODES
        assert first.operation == second.operation


@pytest.mark.parametrize("name", NAMES)
def test_example_of_the_fake_sends_nothing(name: str, sent: list[SentRequest]) -> None:
    for path in (f"generated/{name}/README.md", f"{name}/index.md"):
        (program,) = fake_programs(documents()[path])
        run(program)
    assert sent == []


def pages_of(name: str) -> list[list[str]]:
    """Return the sets of files with an example of each operation: the pages, and the README."""
    pages = [
        f"{name}/{page}" for page in page_names(reference(name)).operations.values()
    ]
    return [pages, [f"generated/{name}/README.md"]]


@pytest.mark.parametrize("name", NAMES)
def test_examples_call_every_operation_in_both_modes(
    name: str, sent: list[SentRequest]
) -> None:
    operations = {o["operationId"] for _, _, o in SPECS[name].operations()}
    for paths in pages_of(name):
        sent.clear()
        for path in paths:
            for program in programs(documents()[path]):
                run(program)
        assert set(sent) == {SentRequest(name, m, o) for m in MODES for o in operations}


def test_reference_has_24_operations() -> None:
    assert sum(len(reference(name).operations) for name in NAMES) == 24
