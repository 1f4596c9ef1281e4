"""Tests of downloads, sync and async, over real sockets."""

import gzip
import io
from pathlib import Path
from typing import Any, BinaryIO

import pytest
from _runtime import errors
from _runtime.call.responses import ErrorFormat

from tests.runtime.test_stream import (
    CHUNKED,
    END,
    OPTIONS,
    Api,
    AsyncApi,
    Server,
    chunk,
    head,
    modes,
    run,
)

CHUNK = bytes(range(256)) * 256
CONTENT = CHUNK * 160
LARGE: list[bytes | float] = [
    head("image/png", f"Content-Length: {len(CONTENT)}"),
    *[CHUNK] * 160,
]
BROKEN: list[bytes | float] = [head("image/png", f"Content-Length: {9}"), b"12345"]
SMALL: list[bytes | float] = [head("image/png", "Content-Length: 9"), b"123456789"]


def download(
    mode: str,
    url: str,
    to: str | Path | BinaryIO,
    method: str = "bytes",
    **options: Any,
) -> int:
    options = OPTIONS | options
    if mode == "sync":
        with Api(url, {}, ErrorFormat(), **options) as api:
            return api.download(to, getattr(api.things, method))

    async def main() -> int:
        async with AsyncApi(url, {}, ErrorFormat(), **options) as api:
            return await api.download(to, getattr(api.things, method))

    size = run(mode, main)
    assert isinstance(size, int)
    return size


@modes
def test_download_may_exceed_the_body_limit(mode: str, tmp_path: Path) -> None:
    path = tmp_path / "picture.png"
    path.write_bytes(b"what was there before")
    with Server(LARGE) as s:
        assert download(mode, s.url, path) == len(CONTENT) > 8 * 1024 * 1024
    assert path.read_bytes() == CONTENT
    assert list(tmp_path.iterdir()) == [path]


@modes
def test_open_file_is_written_from_its_position(mode: str) -> None:
    file = io.BytesIO(b"begun: .............")
    file.seek(7)
    with Server(BROKEN, SMALL) as s:
        assert download(mode, s.url, file) == 9
    assert file.getvalue() == b"begun: 123456789"
    body = gzip.compress(CONTENT)
    length = f"Content-Length: {len(body)}"
    with Server([head("image/png", "Content-Encoding: gzip", length), body]) as s:
        assert download(mode, s.url, file) == len(CONTENT)
    assert file.getvalue() == b"begun: 123456789" + CONTENT


class Pipe(io.BytesIO):
    def seekable(self) -> bool:
        return False


@modes
def test_download_to_pipe_is_not_retried_after_data(mode: str) -> None:
    busy = head("text/plain", "Content-Length: 4", "Retry-After: 0", status="503 Busy")
    pipe = Pipe()
    with Server([busy + b"busy"], SMALL) as s:
        assert download(mode, s.url, pipe) == 9
    assert pipe.getvalue() == b"123456789"
    pipe = Pipe()
    with Server(BROKEN, SMALL) as s, pytest.raises(errors.APIConnectionError):
        download(mode, s.url, pipe)
    assert pipe.getvalue() == b"12345"


@modes
@pytest.mark.parametrize(
    ("script", "error"),
    [
        (BROKEN, errors.APIConnectionError),
        ([head("image/png", CHUNKED), chunk(b"123")], errors.APIConnectionError),
        ([head("image/png", CHUNKED), chunk(b"123"), 5.0], errors.APITimeoutError),
        (
            [head("image/png", "Content-Encoding: gzip", CHUNKED), chunk(b"123"), END],
            errors.ResponseValidationError,
        ),
        (
            [head("text/plain", "Content-Length: 3", status="404 Gone"), b"404"],
            errors.NotFoundError,
        ),
    ],
)
def test_failed_download_leaves_the_path_unchanged(
    mode: str, script: list[bytes | float], error: type[Exception], tmp_path: Path
) -> None:
    path = tmp_path / "picture.png"
    path.write_bytes(b"before")
    with Server(script) as s, pytest.raises(error):
        download(mode, s.url, str(path), max_retries=0, timeout=1)
    assert path.read_bytes() == b"before"
    assert list(tmp_path.iterdir()) == [path]


def test_download_refuses_methods_without_bytes(tmp_path: Path) -> None:
    path = tmp_path / "x"
    with Server() as s:
        for method in ("json", "events"):
            with pytest.raises(TypeError, match=f"GET /{method} cannot be downloaded"):
                download("sync", s.url, path, method)
        with Api(s.url, {}, ErrorFormat(), **OPTIONS) as api:
            with pytest.raises(TypeError, match="download takes a method"):
                api.download(path, lambda: b"")
        with pytest.raises(FileExistsError):
            download("sync", s.url, tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_download_checks_content_length_itself() -> None:
    import httpx2

    class Short(httpx2.BaseTransport):
        def handle_request(self, request: httpx2.Request) -> httpx2.Response:
            return httpx2.Response(200, headers={"Content-Length": "9"}, stream=Body())

    class Body(httpx2.SyncByteStream):
        def __iter__(self) -> Any:
            yield b"12345"

    api = Api("https://x", {}, ErrorFormat(), http=Short(), **OPTIONS)
    with pytest.raises(errors.ResponseValidationError, match="its length"):
        api.download(io.BytesIO(), api.things.bytes)
