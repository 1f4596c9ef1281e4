"""Tests of fakes against third parties: Prism for responses, openapi-core for requests."""

import asyncio
import importlib
import warnings
from collections.abc import Callable
from operator import attrgetter
from typing import Any

import httpx2
import pytest

from tests.corpus.wire.core import BASE_URL, Validator
from tests.corpus.wire.document import Description
from tests.support.calls import (
    CALLS,
    CLIENTS,
    FULL_CALLS,
    SCHEMES,
    SPECS,
    Call,
    HTTPRecorder,
    Mode,
    make_call,
)
from tests.support.project import ROOT

pytestmark = pytest.mark.full

NAMES = {"okta": "FakeOkta", "clerk": "FakeClerk", "pangea": "FakePangea"}


def import_testing(vendor: str) -> Any:
    return importlib.import_module(f"{vendor}.testing")


def new_fake(vendor: str) -> Any:
    return getattr(import_testing(vendor), NAMES[vendor])()


def client_of(fake: Any, vendor: str, mode: Mode, **hooks: Any) -> Any:
    """Return a client of a fake with hooks."""
    credentials: dict[str, str] = {}
    for arguments, _ in SCHEMES[vendor].values():
        credentials |= arguments
    http = fake.http if mode == "sync" else fake.async_http
    return CLIENTS[vendor][mode](base_url=BASE_URL, http=http, **credentials, **hooks)


@pytest.mark.parametrize("call", FULL_CALLS, ids=str)
def test_fake_and_prism_respond_alike(
    prism: Callable[[str], str], call: Call, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    fake, responses = new_fake(call.vendor), list[httpx2.Response]()
    client = client_of(fake, call.vendor, "sync", on_response=responses.append)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        warnings.simplefilter("ignore", DeprecationWarning)
        found = attrgetter(call.method)(client)(*call.arguments, **call.options)
        recorder = HTTPRecorder()
        expected = make_call(call, "sync", prism(call.vendor), recorder)
    (ours,), (theirs,) = responses, recorder.responses
    assert ours.status_code == theirs.status_code
    assert ours.headers.get("Content-Type") == theirs.headers.get("Content-Type")
    assert type(found) is type(expected)
    sent = SPECS[call.vendor].responses(call.operation)[str(ours.status_code)]
    if not call.item:
        assert isinstance(found, call.returns) and isinstance(expected, call.returns)
    else:  # The page of a fake is the last one.
        assert isinstance(found.body, call.returns)
        assert isinstance(expected.body, call.returns)
        found, expected = found.items, expected.items
    if SPECS[call.vendor].examples(sent):
        assert found == expected


@pytest.fixture(scope="module")
def validators() -> dict[tuple[str, str], Validator]:
    """Return openapi-core for each operation, by vendor and operationId."""
    found: dict[tuple[str, str], Validator] = {}
    for vendor in NAMES:
        description = Description.read(ROOT / "specs" / f"{vendor}.yaml")
        for operation in description.operations():
            name = operation.data["operationId"]
            found[vendor, name] = Validator(description, operation)
    return found


@pytest.mark.parametrize("mode", ["sync", "async"])
@pytest.mark.parametrize("call", CALLS, ids=str)
def test_requests_of_the_fake_are_accepted_by_openapi_core(
    validators: dict[tuple[str, str], Validator], call: Call, mode: Mode
) -> None:
    fake, requests = new_fake(call.vendor), list[httpx2.Request]()
    client = client_of(fake, call.vendor, mode, on_request=requests.append)
    result = attrgetter(call.method)(client)(*call.arguments, **call.options)
    if mode == "async":
        asyncio.run(result)
    (request,) = requests
    readings = validators[call.vendor, call.operation].read(request)
    assert {r.name for r in readings} >= {"body", "security"}
    assert not [violation for r in readings for violation in r.violations]
    # A resource that is named as the client of a fake has another name.
    path = call.method.replace("client.", "client_.")
    expected = import_testing(call.vendor).call(*call.arguments, **call.options)
    assert attrgetter(path)(fake).calls == [expected]
