"""Tests of responses with NaN, infinities and charsets, which cost one value and a warning."""

from types import ModuleType

import pytest

from tests.support.casting import RawServer, call_sync_and_async

Clients = dict[str, ModuleType]

LATIN_1 = "application/json; charset=iso-8859-1"
STRICT = {"strict_responses": True}


@pytest.fixture
def package(clients: Clients) -> ModuleType:
    return clients["additional"]


@pytest.mark.parametrize(
    ("content", "content_type", "warning"),
    [
        (b'{"id": "1", "weight": -Infinity}', "", r"\$.weight: expected finite number"),
        (b'{"id": "1", "weight": 1e400}', "", r"\$.weight: expected finite number"),
        (b'{"id": "1", "new": [-Infinity]}', "", r"\$.\*\[0\]: expected finite"),
        (b'{"id": "1", "sub": {"k": "\xe9"}}', LATIN_1, "UTF-8, got ISO8859-1"),
        ('{"id": "1"}'.encode("utf-16"), "application/json", "UTF-8, got UTF-16"),
    ],
)
def test_odd_json_is_read_with_a_warning_or_refused_by_strict(
    package: ModuleType, content: bytes, content_type: str, warning: str
) -> None:
    server = RawServer(content, content_type)
    with pytest.warns(package.ResponseWarning, match=warning):
        thing = call_sync_and_async(package, server, "things.get", "1")
    assert thing.id == "1"
    assert thing.sub is None or thing.sub.k == "\xe9"
    with pytest.raises(package.ResponseValidationError, match=warning):
        call_sync_and_async(package, server, "things.get", "1", client=STRICT)


def test_infinity_that_was_read_is_not_sent_as_another_value(
    package: ModuleType,
) -> None:
    server = RawServer(b'{"id": "1", "new": Infinity}', "application/json")
    with pytest.warns(package.ResponseWarning):
        thing = call_sync_and_async(package, server, "things.get", "1")
    body = package.models.Envelope(things=[thing])
    with pytest.raises(ValueError, match="NaN or infinite"):
        call_sync_and_async(package, server, "things.put", "1", body=body)


def test_undecodable_json_is_an_error_that_names_the_charset(
    package: ModuleType,
) -> None:
    server = RawServer(b'{"id": "\xe9"}', "application/json; charset=x-other")
    with pytest.raises(
        package.ResponseValidationError, match="its charset x-other is unknown"
    ):
        call_sync_and_async(package, server, "things.get", "1")


def test_error_body_in_another_charset_is_a_model(package: ModuleType) -> None:
    server = RawServer(b'{"title": "\xe9"}', LATIN_1, 404)
    with pytest.raises(package.errors.NotFoundError) as raised:
        call_sync_and_async(package, server, "things.get", "1")
    assert raised.value.body == package.models.Problem(title="\xe9")


@pytest.mark.parametrize(
    ("content", "charset", "text", "warning"),
    [
        (b"gr\xfcn", "", "gr\ufffdn", "expected text in UTF-8, got other bytes"),
        (b"gr\xfcn", "; charset=x-other", "gr\ufffdn", "expected text in UTF-8"),
        (b"\x81", "; charset=cp1252", "\ufffd", "expected text in CP1252"),
    ],
)
@pytest.mark.parametrize("method", ["mixed.replace", "things.get"])
def test_text_that_is_not_in_its_charset_is_a_warning(
    clients: Clients, method: str, content: bytes, charset: str, text: str, warning: str
) -> None:
    package = clients["undescribed"]
    server = RawServer(content, f"text/plain{charset}")
    arguments = ["x"] if method == "things.get" else []
    with pytest.warns(package.ResponseWarning, match=warning):
        result = call_sync_and_async(package, server, method, *arguments)
    assert result == text


def test_lines_in_another_charset_are_read_with_warnings(clients: Clients) -> None:
    package = clients["streams"]
    content_type = "application/x-ndjson; charset=iso-8859-1"
    server = RawServer(b'{"id": 1, "new": "\xe9"}\n', content_type)
    client = package.Streams(http=server.sync)
    with pytest.warns(package.ResponseWarning, match="UTF-8, got ISO8859-1"):
        (item,) = client.streams.export_as_stream()
    assert item.additional_properties == {"new": "\xe9"}
