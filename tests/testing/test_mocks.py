"""Tests that clients can be mocked and patched with `unittest.mock`, as other classes can."""

import asyncio
import inspect
import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from unittest.mock import AsyncMock, MagicMock, Mock, create_autospec, patch

import clerk
import httpx2
import okta
import pytest
from okta.testing import session

from tests.clients.test_large import document
from tests.support.casting import import_client


def client() -> okta.Okta:
    """Return a client whose requests fail the test."""

    def refuse(request: httpx2.Request) -> httpx2.Response:
        raise AssertionError("a request was sent")

    transport = httpx2.MockTransport(refuse)
    return okta.Okta(domain="x.okta.com", api_token="t", http=transport)


@pytest.mark.parametrize("instance", [True, False])
def test_autospec_of_a_client_checks_the_arguments_of_operations(
    instance: bool,
) -> None:
    mock = create_autospec(okta.Okta, instance=instance)
    for made in [mock] if instance else [mock, mock(api_token="t")]:
        made.sessions.get.return_value = session(id="102")
        assert made.sessions.get("102").id == "102"
        made.sessions.get.assert_called_once_with(session_id="102")
        with pytest.raises(TypeError, match="session_id"):
            made.sessions.get()
        with pytest.raises(TypeError, match="user_id"):
            made.sessions.get("102", user_id="7")
        with pytest.raises(AttributeError, match="got"):
            made.sessions.got("102")
    assert isinstance(create_autospec(okta.Okta, instance=True), okta.Okta)


def test_autospec_of_an_asynchronous_client_has_awaitable_operations() -> None:
    mock = create_autospec(okta.AsyncOkta, instance=True)
    mock.sessions.get.return_value = session(id="102")
    assert isinstance(mock.sessions.get, AsyncMock)
    assert asyncio.run(mock.sessions.get("102")).id == "102"
    mock.sessions.get.assert_awaited_once_with("102")
    with pytest.raises(TypeError, match="session_id"):
        mock.sessions.get()


@pytest.mark.parametrize("class_", [okta.Okta, okta.AsyncOkta])
def test_mock_with_a_client_as_its_spec_has_the_resources(class_: type[Any]) -> None:
    assert Mock(spec=class_).sessions.get("102")
    assert MagicMock(spec_set=class_).user_sessions
    with pytest.raises(AttributeError, match="session"):
        Mock(spec=class_).session.get("102")
    assert {"sessions", "user_sessions"} <= {*dir(class_)}


def test_operation_of_a_client_can_be_patched() -> None:
    own = client()
    with patch.object(own.sessions, "get", return_value=session(id="7")) as get:
        assert own.sessions.get("102").id == "7"
    get.assert_called_once_with("102")
    with patch.object(own.sessions, "get", autospec=True) as get:
        with pytest.raises(TypeError, match="session_id"):
            own.sessions.get()  # type: ignore[call-arg]
    with pytest.raises(AssertionError, match="a request was sent"):
        own.sessions.get("102")


@pytest.mark.parametrize("target", ["okta.client.Sessions", "okta.Okta.sessions"])
def test_operation_of_all_clients_can_be_patched(target: str) -> None:
    with patch(f"{target}.get", return_value=session(id="7")):
        assert client().sessions.get("102").id == "7"
        assert client().with_options(timeout=1).sessions.get("102").id == "7"
    with patch(f"{target}.get", autospec=True) as get:
        own = client()
        own.sessions.get("102")
    get.assert_called_once_with(own.sessions, "102")


def test_resource_that_a_test_replaces_stays_in_copies() -> None:
    own = client()
    assert own.with_options(timeout=1).sessions is not own.sessions
    own.sessions = create_autospec(okta.Okta.sessions, instance=True)
    assert own.with_options(timeout=1).sessions is own.sessions
    with patch.object(own, "user_sessions") as resource:
        assert own.user_sessions is resource
    assert own.user_sessions is not resource


def coroutines(class_: type[Any]) -> Iterator[str]:
    """Yield the operations of a client that unittest.mock takes for coroutine functions."""
    mock = create_autospec(class_, instance=True)
    for name, resource in inspect.getmembers(class_, inspect.isclass):
        if name.startswith("_"):
            continue
        for method in filter(lambda m: not m.startswith("_"), vars(resource)):
            if isinstance(getattr(getattr(mock, name), method), AsyncMock):
                yield f"{name}.{method}"


@pytest.mark.parametrize("module", [okta, clerk])
def test_every_asynchronous_operation_is_a_coroutine_function(module: Any) -> None:
    title = module.__name__.capitalize()
    manifest = Path(module.__file__).with_name("testing") / "operations.json"
    operations = json.loads(manifest.read_text("utf-8"))
    assert sorted(coroutines(getattr(module, f"Async{title}"))) == sorted(operations)
    assert not [*coroutines(getattr(module, title))]


def test_large_client_imports_its_resources_for_mocks_alone(tmp_path: Path) -> None:
    spec = tmp_path / "large.json"
    spec.write_text(json.dumps(document()), encoding="utf-8")
    import_client(spec, tmp_path)
    program = """
import sys
from unittest.mock import create_autospec
from cast_large import AsyncLarge, Large
client = Large()
assert "billing" in dir(Large) and "billing" in dir(client)
assert not [m for m in sys.modules if m.startswith("cast_large.resources.")]
mock = create_autospec(Large, instance=True)
assert mock.billing.invoices.get0("x")
try:
    mock.billing.invoices.get0()
except TypeError:
    mock = create_autospec(AsyncLarge)
    mock.return_value.billing.invoices.get0("x").close()
"""
    subprocess.run(
        [sys.executable, "-W", "error", "-c", program],
        check=True,
        cwd=tmp_path,
        env={"PYTHONPATH": str(tmp_path)},
    )
