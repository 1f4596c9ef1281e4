"""Tests of responses whose body the document does not describe."""

import io
import warnings
from types import ModuleType

import pytest

from tests.support.casting import RawServer, call_sync_and_async

Clients = dict[str, ModuleType]

MIXED = {"get": "get", "post": "create", "put": "replace"}
"""The methods of the resource `mixed`, by HTTP method."""


@pytest.mark.parametrize(
    ("content", "content_type", "expected"),
    [
        (b'{"id": "x"}', "application/json", {"id": "x"}),
        (b"[1]", "application/hal+json; charset=utf-8", [1]),
        (b"null", "application/json", None),
        (b"[1]", "", [1]),
        (b"\xff", "", b"\xff"),
        ("gr\xfcn".encode("latin-1"), "text/plain; charset=latin-1", "gr\xfcn"),
        (b"[1]", "text/plain", "[1]"),
        (b"%PDF\xff", "application/pdf", b"%PDF\xff"),
        (b"", "application/json", None),
        (b"", "text/plain", None),
    ],
)
@pytest.mark.parametrize("method", ["get", "put", "post", "patch"])
def test_undescribed_body_is_returned_by_its_content_type(
    clients: Clients, method: str, content: bytes, content_type: str, expected: object
) -> None:
    server = RawServer(content, content_type)
    package = clients["undescribed"]
    result = call_sync_and_async(package, server, f"things.{method}", "x")
    assert (result, type(result)) == (expected, type(expected))
    assert server.last.headers["Accept"] == "application/json, */*;q=0.5"


def test_undescribed_body_of_an_undocumented_status_is_returned(
    clients: Clients,
) -> None:
    server = RawServer(b'{"id": "x"}', "application/json", 203)
    result = call_sync_and_async(clients["undescribed"], server, "things.get", "x")
    assert result == {"id": "x"}


def test_undescribed_body_that_is_not_json_as_declared_is_text_with_a_warning(
    clients: Clients,
) -> None:
    package = clients["undescribed"]
    server = RawServer(b"Done", "application/json")
    with pytest.warns(package.ResponseWarning, match=r"\$: expected JSON, got text"):
        result = call_sync_and_async(package, server, "things.get", "x")
    assert result == "Done"
    with pytest.raises(package.ResponseValidationError):
        call_sync_and_async(
            package, server, "things.get", "x", client={"strict_responses": True}
        )


@pytest.mark.parametrize("method", ["check", "delete"])
@pytest.mark.parametrize("content", [b"", b"{}", b"null"])
def test_head_and_204_return_none_without_a_warning(
    clients: Clients, method: str, content: bytes
) -> None:
    server = RawServer(content, "application/json")
    with warnings.catch_warnings(action="error"):
        package = clients["undescribed"]
        assert call_sync_and_async(package, server, f"things.{method}", "x") is None


def test_body_of_an_operation_without_one_is_dropped_with_a_warning(
    clients: Clients,
) -> None:
    package = clients["undescribed"]
    server = RawServer(b'{"id": "x"}', "application/json")
    with pytest.warns(package.ResponseWarning, match="expected no body"):
        assert call_sync_and_async(package, server, "things.delete", "x") is None
    with pytest.raises(package.ResponseValidationError, match="expected no body"):
        call_sync_and_async(
            package,
            server,
            "things.delete",
            "x",
            client={"strict_responses": True},
        )


def test_undescribed_body_is_downloaded(clients: Clients) -> None:
    server, file = RawServer(b"%PDF\xff", "application/pdf"), io.BytesIO()
    with clients["undescribed"].Undescribed(http=server.sync) as client:
        assert client.download(file, client.things.get, "x") == 5
    assert file.getvalue() == b"%PDF\xff"


def test_several_json_values_are_a_list_with_a_warning(clients: Clients) -> None:
    package = clients["several_values"]
    result = package.models.Result
    message = "expected one JSON value, got several"
    server = RawServer(b'{"id": 1}\n{"id": 2}\n', "application/json")
    with pytest.warns(package.ResponseWarning, match=message):
        found = call_sync_and_async(package, server, "results.watch")
    assert found == [result(id=1), result(id=2)]
    server = RawServer(b' {"id": 1}{"id":\n2} \n{"id": 3}', "application/json")
    with pytest.warns(package.ResponseWarning, match=message):
        found = call_sync_and_async(package, server, "results.watch")
    assert found == [result(id=1), result(id=2), result(id=3)]
    with pytest.raises(package.ResponseValidationError, match="one JSON value"):
        options = {"strict_responses": True}
        call_sync_and_async(package, server, "results.watch", client=options)
    server = RawServer(b"1\n2", "application/json")
    with pytest.warns(package.ResponseWarning, match=message):
        assert call_sync_and_async(package, server, "results.list") == [1, 2]
    for content in (b'{"id": 1}\n{"id": ', b'{"id": 1},{"id": 2}'):
        server = RawServer(content, "application/json")
        with pytest.raises(package.ResponseValidationError, match="cannot be read"):
            call_sync_and_async(package, server, "results.watch")


def test_several_undescribed_values_are_a_list_with_a_warning(clients: Clients) -> None:
    package = clients["undescribed"]
    server = RawServer(b'{"id": 1}\n{"id": 2}\n', "application/json")
    with pytest.warns(package.ResponseWarning, match="expected one JSON value"):
        found = call_sync_and_async(package, server, "things.get", "x")
    assert found == [{"id": 1}, {"id": 2}]


@pytest.mark.parametrize(
    ("content", "content_type", "expected"),
    [
        (b'{"id": 3}', "application/json", {"id": 3}),
        (b"Done", "text/plain", "Done"),
        (b"%PDF\xff", "application/pdf", b"%PDF\xff"),
        (b"", "application/json", None),
    ],
)
@pytest.mark.parametrize(
    ("method", "status"), [("get", 201), ("put", 203), ("post", 202)]
)
def test_undescribed_body_beside_a_described_one_is_returned_as_it_came(
    clients: Clients,
    method: str,
    status: int,
    content: bytes,
    content_type: str,
    expected: object,
) -> None:
    server = RawServer(content, content_type, status)
    package = clients["undescribed"]
    with warnings.catch_warnings(action="error"):
        result = call_sync_and_async(package, server, f"mixed.{MIXED[method]}")
    assert (result, type(result)) == (expected, type(expected))


@pytest.mark.parametrize(("method", "status"), [("get", 200), ("post", 203)])
def test_described_body_beside_an_undescribed_one_keeps_its_type(
    clients: Clients, method: str, status: int
) -> None:
    package = clients["undescribed"]
    server = RawServer(b'{"id": "x"}', "application/json", status)
    result = call_sync_and_async(package, server, f"mixed.{MIXED[method]}")
    assert result == package.models.Thing(id="x")
