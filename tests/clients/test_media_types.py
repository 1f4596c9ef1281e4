"""Tests of responses and requests of several media types, over a socket in both modes.

The server chooses a representation by the `Accept` header, as RFC 9110, 12.5.1, has it.
"""

import asyncio
import json
import threading
import warnings
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

Clients = dict[str, ModuleType]
Body = tuple[int, str, bytes]
"""Status, `Content-Type` and content."""

REPORT = (200, "application/json", b'{"rows": 1}')
JOB = (202, "application/json", b'{"job": "x"}')
PDF = (200, "application/pdf", b"%PDF\xff")
CSV = (200, "text/csv; charset=latin-1", "a;\xfc\n".encode("latin-1"))
PNG = (200, "image/png", b"\x89PNG")
HTML = (200, "text/html", b"<html><title>Sign in</title></html>")


class NegotiatingServer:
    """Loopback server that has several representations, and records the requests."""

    def __init__(self) -> None:
        self.representations: list[Body] = []
        self.requests: list[tuple[str, str, dict[str, str], bytes]] = []
        outer = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def _respond(self) -> None:
                length = int(self.headers.get("Content-Length") or 0)
                headers = {name.lower(): value for name, value in self.headers.items()}
                content = self.rfile.read(length)
                outer.requests.append((self.command, self.path, headers, content))
                status, content_type, body = outer.choose(headers["accept"])
                self.send_response(status)
                if content_type:
                    self.send_header("Content-Type", content_type)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            do_GET = do_PUT = do_POST = do_PATCH = _respond

            def log_message(self, format: str, *args: object) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self._server.server_port}"
        self._thread = threading.Thread(target=self._server.serve_forever)
        self._thread.start()

    def choose(self, accept: str) -> Body:
        """Return the representation that is preferred; the first if none is accepted."""

        def quality(item: Body) -> float:
            best = 0.0
            for part in accept.split(","):
                range_, *parameters = (text.strip() for text in part.split(";"))
                q = 1.0
                for parameter in parameters:
                    if parameter.startswith("q="):
                        q = float(parameter[2:])
                    elif parameter not in item[1]:
                        break
                else:
                    name = item[1].partition(";")[0]
                    if range_ in (name, "*/*", f"{name.partition('/')[0]}/*"):
                        best = max(best, q)
            return best

        return max(self.representations, key=quality)

    def close(self) -> None:
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()

    def call(
        self,
        package: ModuleType,
        use: Callable[[Any], Any],
        *bodies: Body,
        **options: Any,
    ) -> Any:
        """Return the result, or the error, of a call in both modes, which must be the same."""
        self.representations, self.requests = [*bodies], []

        name = next(n for n in package.__all__ if f"{n}Error" in package.__all__)
        base_error = getattr(package, f"{name}Error")

        def in_sync() -> Any:
            with getattr(package, name)(base_url=self.url, **options) as client:
                return use(client)

        async def in_async() -> Any:
            client_class = getattr(package, f"Async{name}")
            async with client_class(base_url=self.url, **options) as client:
                return await use(client)

        results: list[Any] = []
        for run in (in_sync, lambda: asyncio.run(in_async())):
            try:
                results.append(run())
            except base_error as error:
                results.append(error)
        first, second = results
        assert type(first) is type(second)
        if not isinstance(first, Exception):
            assert first == second
        assert self.requests[0][2]["accept"] == self.requests[1][2]["accept"]
        return first

    @property
    def accept(self) -> str:
        return self.requests[-1][2]["accept"]


@pytest.fixture(scope="module")
def server() -> Iterator[NegotiatingServer]:
    server = NegotiatingServer()
    yield server
    server.close()


@pytest.fixture(scope="module")
def package(clients: Clients) -> ModuleType:
    return clients["media_types"]


@pytest.fixture(scope="module")
def octets(clients: Clients) -> ModuleType:
    return clients["octets"]


def test_each_media_type_has_a_method(
    server: NegotiatingServer, package: ModuleType
) -> None:
    report = package.models.Report(rows=1)
    for method, expected, accept in (
        ("get", report, "application/json"),
        ("get_as_pdf", b"%PDF\xff", "application/pdf, application/json;q=0.9"),
        ("get_as_csv", "a;\xfc\n", "text/csv, application/json;q=0.9"),
    ):
        found = server.call(
            package, lambda c: getattr(c.reports, method)(), REPORT, PDF, CSV
        )
        assert (found, type(found)) == (expected, type(expected))
        assert server.accept == accept


@pytest.mark.parametrize("method", ["get", "get_as_pdf", "get_as_csv"])
def test_other_statuses_have_their_own_media_types(
    server: NegotiatingServer, package: ModuleType, method: str
) -> None:
    def call(*bodies: Body) -> Any:
        return server.call(package, lambda c: getattr(c.reports, method)(), *bodies)

    assert call(JOB) == package.models.Job(job="x")
    assert call((204, "", b"")) is None
    error = call((404, "text/plain", b"No such report\n"))
    assert type(error) is package.NotFoundError
    assert (error.body, error.message) == ("No such report\n", "No such report")


@pytest.mark.parametrize(
    ("method", "body", "media_type"),
    [
        ("reports.get", HTML, "text/html"),
        ("reports.get", PDF, "application/pdf"),
        ("reports.get_as_csv", HTML, "text/html"),
        ("reports.get_as_csv", REPORT, "application/json"),
        ("reports.get_as_pdf", HTML, "text/html"),
        ("reports.get_as_pdf", REPORT, "application/json"),
        ("avatars.get_as_png", REPORT, "application/json"),
        ("avatars.get_picture", CSV, "text/csv"),
        ("pages.get_as_text", PDF, "application/pdf"),
    ],
)
def test_undeclared_media_type_is_a_located_error(
    server: NegotiatingServer,
    package: ModuleType,
    method: str,
    body: Body,
    media_type: str,
) -> None:
    resource, _, name = method.partition(".")
    error = server.call(package, lambda c: getattr(getattr(c, resource), name)(), body)
    assert type(error) is package.ResponseValidationError
    assert (
        f"returned 200, and its body cannot be read: its media type is {media_type},"
        in (str(error))
    )
    assert (error.status_code, error.media_type) == (200, body[1])
    assert error.body_start[:1] == body[2].decode("latin-1")[:1]
    assert "Sign in" not in str(error) + repr(error)


@pytest.mark.parametrize(
    ("method", "body", "expected"),
    [
        ("reports.get", (200, "", b'{"rows": 1}'), {"rows": 1}),
        ("reports.get", (200, "text/html", b'{"rows": 1}'), {"rows": 1}),
        ("reports.get", (200, "application/vnd.x+json", b'{"rows": 1}'), {"rows": 1}),
        ("reports.get_as_csv", (200, "", b"a"), "a"),
        ("reports.get_as_csv", (200, "application/octet-stream", b"a"), "a"),
        ("reports.get_as_pdf", (200, "binary/octet-stream", b"%"), b"%"),
        ("avatars.get_picture", (200, "IMAGE/PNG", b"%"), b"%"),
        ("pages.get_as_text", (200, "text/x-rst", b"a"), "a"),
    ],
)
def test_server_that_does_not_know_its_media_type_is_read(
    server: NegotiatingServer,
    package: ModuleType,
    method: str,
    body: Body,
    expected: object,
) -> None:
    resource, _, name = method.partition(".")
    with warnings.catch_warnings(action="error"):
        found = server.call(
            package, lambda c: getattr(getattr(c, resource), name)(), body
        )
    assert (found.to_dict() if hasattr(found, "to_dict") else found) == expected


def test_media_type_of_the_same_form_is_read_with_a_warning(
    server: NegotiatingServer, package: ModuleType
) -> None:
    webp = (200, "image/webp", b"RIFF")
    with pytest.warns(
        package.ResponseWarning, match="expected image/png, got image/webp"
    ):
        found = server.call(package, lambda c: c.avatars.get_as_png(), webp)
    assert found == b"RIFF"
    error = server.call(
        package, lambda c: c.avatars.get_as_png(), webp, strict_responses=True
    )
    assert type(error) is package.ResponseValidationError


def test_json_of_one_schema_has_one_method(
    server: NegotiatingServer, package: ModuleType
) -> None:
    hal = (200, "application/hal+json", b'[{"rows": 2}]')
    found = server.call(package, lambda c: c.reports.list(), hal)
    assert found == [package.models.Report(rows=2)]
    assert server.accept == "application/json, application/hal+json"


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ((200, "application/json", b'{"rows": 1}'), {"rows": 1}),
        ((201, "text/plain", b"r1"), "r1"),
        ((206, "application/octet-stream", b"\xff"), b"\xff"),
        ((203, "text/plain", b"r2"), "r2"),
    ],
)
def test_statuses_of_different_media_types_are_read_each_as_its_own(
    server: NegotiatingServer, package: ModuleType, body: Body, expected: object
) -> None:
    found = server.call(package, lambda c: c.reports.create(), body)
    assert (found.to_dict() if hasattr(found, "to_dict") else found) == expected


def test_parameters_of_media_types_tell_versions_apart(
    server: NegotiatingServer, package: ModuleType
) -> None:
    one = (200, "application/vnd.example+json; version=1", b'{"rows": 1}')
    two = (200, "application/vnd.example+json;version=2", b'{"job": "x"}')
    models = package.models
    found = server.call(package, lambda c: c.reports.get_version(), two, one)
    assert found == models.Report(rows=1)
    found = server.call(
        package, lambda c: c.reports.get_version_as_example_version_2(), one, two
    )
    assert found == models.Job(job="x")


def test_pictures_of_one_kind_and_of_any_kind(
    server: NegotiatingServer, package: ModuleType
) -> None:
    jpeg = (200, "image/jpeg", b"\xff\xd8")
    assert server.call(package, lambda c: c.avatars.get_picture(), PNG, jpeg) == PNG[2]
    assert server.accept == "image/png, image/jpeg"
    found = server.call(package, lambda c: c.avatars.get_picture_as_jpeg(), PNG, jpeg)
    assert found == jpeg[2]
    assert server.accept == "image/jpeg"


def test_vendor_media_types_have_the_names_that_people_use(
    server: NegotiatingServer, package: ModuleType
) -> None:
    json_ = (200, "application/vnd.github+json", b'{"rows": 1}')
    raw = (200, "application/vnd.github.raw", b"x = 1")
    html = (200, "text/html; charset=utf-8", b"<p>x</p>")
    found = server.call(package, lambda c: c.pages.get(), raw, json_, html)
    assert found == package.models.Report(rows=1)
    found = server.call(package, lambda c: c.pages.get_as_github_raw(), json_, raw)
    assert found == b"x = 1"
    found = server.call(package, lambda c: c.pages.get_as_text(), json_, raw, html)
    assert found == "<p>x</p>"


def test_stream_is_beside_the_other_media_types(
    server: NegotiatingServer, package: ModuleType
) -> None:
    json_, text = REPORT, (200, "text/markdown", b"# x")
    events = (200, "text/event-stream", b'data: {"job": "x"}\n\n')
    bodies = (json_, text, events)
    assert server.call(package, lambda c: c.chats.chat(), *bodies).rows == 1
    assert server.call(package, lambda c: c.chats.chat_as_markdown(), *bodies) == "# x"
    with package.MediaTypes(base_url=server.url) as client:
        (event,) = client.chats.chat_as_stream()
    assert event.data == package.models.Job(job="x")


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ((200, "application/json", b'"word"'), "word"),
        ((200, "text/plain", b"word"), "word"),
        ((200, "text/plain; charset=utf-16", "word".encode("utf-16")), "word"),
    ],
)
@pytest.mark.parametrize("method", ["get", "replace"])
def test_string_is_json_or_plain_text(
    server: NegotiatingServer,
    package: ModuleType,
    method: str,
    body: Body,
    expected: str,
) -> None:
    found = server.call(package, lambda c: getattr(c.words, method)(), body)
    assert found == expected


@pytest.mark.parametrize(
    "body", [REPORT, PDF, HTML, (200, "", b"\xff"), (200, "text/csv", b"a")]
)
def test_file_of_any_media_type_is_bytes(
    server: NegotiatingServer, octets: ModuleType, body: Body
) -> None:
    for use in (lambda c: c.files.get(), lambda c: c.files.replace(b"\0\xff")):
        assert server.call(octets, use, body) == body[2]


def test_octets_are_sent_as_they_are(
    server: NegotiatingServer, package: ModuleType, octets: ModuleType
) -> None:
    server.call(octets, lambda c: c.files.replace(b"\0\xff"), PDF)
    _, _, headers, content = server.requests[-1]
    assert (headers["content-type"], content) == ("application/json", b"\0\xff")
    use = lambda c: c.words.create(b"\0", content_type="image/png")  # noqa: E731
    assert server.call(package, use, REPORT) == {"rows": 1}
    _, _, headers, content = server.requests[-1]
    assert (headers["content-type"], content) == ("image/png", b"\0")


def test_parts_without_a_type_are_files(
    server: NegotiatingServer, octets: ModuleType
) -> None:
    server.call(
        octets,
        lambda c: c.files.create(
            id="x",
            picture=octets.File(b"\x89PNG", "a.png", "image/png"),
            others=[b"1", b"2"],
            scan=b"\xff",
            preview=b"p",
            note="text",
            meta={"a": 1},
        ),
        (204, "", b""),
    )
    content = server.requests[-1][3]
    assert b'name="picture"; filename="a.png"\r\nContent-Type: image/png' in content
    assert content.count(b"Content-Type: application/octet-stream") == 4
    assert b'name="note"\r\n\r\ntext\r\n' in content
    assert b"Content-Type: application/json\r\n\r\n" in content


def test_merge_patch_beside_json_and_text(
    server: NegotiatingServer, package: ModuleType
) -> None:
    settings = (200, "application/json", b'{"title": "x"}')
    text = (200, "text/plain", b"title: x")
    for method, expected, sent in (
        ("update_as_merge_patch_json", package.models.Settings(title="x"), "merge"),
        ("update_as_merge_patch_json_as_text", "title: x", "merge"),
        ("update", package.models.Settings(title="x"), "application/json"),
    ):
        found = server.call(
            package, lambda c: getattr(c.settings, method)(owner=None), settings, text
        )
        assert found == expected
        _, _, headers, content = server.requests[-1]
        assert sent in headers["content-type"]
        assert json.loads(content) == {"owner": None}


def test_download_writes_a_file_and_refuses_a_page(
    server: NegotiatingServer, package: ModuleType, tmp_path: Path
) -> None:
    target = tmp_path / "report.pdf"
    server.representations = [PDF, REPORT]
    with package.MediaTypes(base_url=server.url) as client:
        assert client.download(target, client.reports.get_as_pdf) == 5
        assert target.read_bytes() == PDF[2]
        for body in (HTML, JOB):
            server.representations = [body]
            with pytest.raises(package.ResponseValidationError, match="media type is"):
                client.download(target, client.reports.get_as_pdf)
        assert target.read_bytes() == PDF[2]


def test_raw_has_the_media_type(server: NegotiatingServer, package: ModuleType) -> None:
    server.representations = [REPORT, PDF]
    with package.MediaTypes(base_url=server.url) as client:
        raw = client.raw(client.reports.get_as_pdf)
    assert (raw.value, raw.headers["Content-Type"]) == (PDF[2], "application/pdf")


def test_accept_of_the_caller_is_sent_and_what_comes_is_returned(
    server: NegotiatingServer, package: ModuleType
) -> None:
    def use(client: Any) -> Any:
        other = client.with_options(extra_headers={"Accept": "application/pdf"})
        return other.reports.get()

    assert server.call(package, use, REPORT, PDF) == PDF[2]
    assert server.accept == "application/pdf"
    assert server.call(package, use, REPORT).rows == 1


def test_reference_has_the_response_of_each_method(package: ModuleType) -> None:
    manifest = Path(str(package.__file__)).with_name("clientcast.json")
    text = manifest.read_text(encoding="utf-8")
    operations = {o["name"]: o for o in json.loads(text)["api"]["operations"]}
    types = {
        name: operations[f"reports.{name}"]["responses"][0].get("type", "")
        for name in ("get", "get_as_pdf", "get_version_as_example_version_2")
    }
    assert types == {
        "get": "Report",
        "get_as_pdf": "",
        "get_version_as_example_version_2": "Job",
    }
