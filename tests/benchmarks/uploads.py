"""Memory and time of uploads of 1 GB and of a list of 10,000 sessions in pages.

`python -m tests.benchmarks.uploads [--megabytes N] [--rounds N]`. Each run is a process of its own. The
time is the median of the rounds, which run in turn, and the ratio is that to httpx2 for the same
requests; the memory is the maximum above that after a small request.
"""

import argparse
import asyncio
import json
import re
import resource
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from importlib import import_module
from pathlib import Path
from statistics import median
from typing import Any

import httpx2

from tests.benchmarks.server import CLERK_SESSION
from tests.support.casting import import_client
from tests.support.project import GENERATED, ROOT

SPEC = ROOT / "tests" / "faults" / "specs" / "uploads.yaml"
ITEMS, LIMIT = 10_000, 100
FLOORS = {
    "raw": "httpx2 raw",
    "multipart": "httpx2 multipart",
    "async raw": "httpx2 async raw",
    "async multipart": "httpx2 async raw",
    "list": "httpx2 list",
    "async list": "httpx2 async list",
}
"""What each variant is compared with."""
TRANSPORTS = ("own", "httpx2", "fast")


def _respond(connection: socket.socket) -> None:
    """Discard request bodies; respond with a file, or with a page of sessions to a GET."""
    buffer = bytearray(1 << 20)
    page = {"data": [CLERK_SESSION] * LIMIT, "total_count": ITEMS}
    saved, sessions = b'{"id": "a"}', json.dumps(page).encode()
    data = b""
    with suppress(OSError), connection:
        while True:
            while b"\r\n\r\n" not in data:
                received = connection.recv(65536)
                if not received:
                    return
                data += received
            head, _, rest = data.partition(b"\r\n\r\n")
            size, tail = len(rest), rest[-5:]
            length = re.search(rb"(?i)content-length: (\d+)", head)
            is_chunked = b"chunked" in head
            while (
                is_chunked
                and tail != b"0\r\n\r\n"
                or size < int(length[1] if length else 0)
            ):
                count = connection.recv_into(buffer)
                if not count:
                    return
                size += count
                tail = (tail + bytes(buffer[max(0, count - 5) : count]))[-5:]
            body = sessions if head.startswith(b"GET") else saved
            connection.sendall(
                b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"
                b"Content-Length: %d\r\n\r\n%s" % (len(body), body)
            )
            data = b""


def serve() -> None:
    """Print the URL of a server, and serve."""
    listener = socket.create_server(("127.0.0.1", 0))
    print(f"http://127.0.0.1:{listener.getsockname()[1]}", flush=True)
    while True:
        threading.Thread(target=_respond, args=(listener.accept()[0],)).start()


@contextmanager
def _run_server() -> Iterator[str]:
    command = [sys.executable, "-m", "tests.benchmarks.uploads", "--serve"]
    with subprocess.Popen(
        command, cwd=ROOT, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        try:
            yield process.stdout.readline().strip()
        finally:
            process.kill()


def _http(transport: str, package: str, *, is_async: bool) -> Any:
    if transport == "httpx2":
        return httpx2.AsyncClient() if is_async else httpx2.Client()
    if transport == "fast":
        fast = import_module(f"{package}._runtime.fast")
        return fast.AsyncFastTransport() if is_async else fast.FastTransport()
    return None


async def _results(value: Any) -> Any:
    return await value if hasattr(value, "__await__") else value


async def _run_variant(name: str, url: str, file: Path) -> tuple[float, float]:
    """Run a variant; return its seconds and its memory above the start in MB."""
    kind, _, transport = name.partition(", ")
    is_async = "async" in kind
    closed: list[Any] = []
    if kind.startswith("httpx2"):
        http: Any = httpx2.AsyncClient() if is_async else httpx2.Client()
        closed.append(http)
        run = _floor(http, kind, url, file)
        await _results(http.put(f"{url}/warm", content=b"a"))
    else:
        sys.path.insert(0, str(GENERATED))
        is_list = kind.endswith("list")
        with tempfile.TemporaryDirectory() as folder:
            package = (
                import_module("clerk") if is_list else import_client(SPEC, Path(folder))
            )
            class_name = "Clerk" if is_list else "Uploads"
            token = {"secret_key" if is_list else "token": "t"}
            client = getattr(package, f"Async{class_name}" if is_async else class_name)(
                base_url=url,
                timeout=600,
                http=_http(transport, package.__name__, is_async=is_async),
                **token,
            )
            closed.append(client)
            run = _ours(client, package, kind, file)
            await _results(client.request("PUT", "/warm", content=b"a", returns=dict))
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    began = time.perf_counter()
    await _results(run())
    seconds = time.perf_counter() - began
    after = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    for opened in closed:
        await _results(opened.aclose() if is_async else opened.close())
    return seconds, (after - before) / 1024


def _floor(http: Any, kind: str, url: str, path: Path) -> Callable[[], Any]:
    """Return what a user of httpx2 would write for a variant."""

    async def chunks() -> Any:
        with path.open("rb") as file:
            while chunk := file.read(65536):
                yield chunk

    async def pages() -> None:
        for offset in range(0, ITEMS, LIMIT):
            query = {"limit": LIMIT, "offset": offset}
            response = await _results(http.get(f"{url}/v1/sessions", params=query))
            assert len(json.loads(response.content)["data"]) == LIMIT

    def send() -> Any:
        with path.open("rb") as file:
            if "multipart" in kind:
                return http.post(url, files={"file": file}, timeout=600)
            return http.put(url, content=file, timeout=600)

    if kind.endswith("list"):
        return pages
    return (
        (lambda: http.put(url, content=chunks(), timeout=600))
        if "async" in kind
        else send
    )


def _ours(client: Any, package: Any, kind: str, path: Path) -> Callable[[], Any]:
    async def pages() -> None:
        count = 0
        page = await _results(client.sessions.list(limit=LIMIT))
        if "async" in kind:
            async for _ in page:
                count += 1
        else:
            count = sum(1 for _ in page)
        assert count == ITEMS

    if kind.endswith("list"):
        return pages
    if kind.endswith("multipart"):
        return lambda: client.files.create(package.File.at(path))
    return lambda: client.files.replace("a", path)


def main() -> None:
    """Measure all variants, and print a table."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--megabytes", type=int, default=1024)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--serve", action="store_true", help=argparse.SUPPRESS)
    parser.add_argument("--variant", nargs=3, help=argparse.SUPPRESS)
    chosen = parser.parse_args()
    if chosen.serve:
        serve()
    if chosen.variant:
        name, url, file = chosen.variant
        print(json.dumps(asyncio.run(_run_variant(name, url, Path(file)))))
        return
    names = [
        *dict.fromkeys(FLOORS.values()),
        *(f"{kind}, {t}" for kind in FLOORS for t in TRANSPORTS if "list" not in kind),
        *(f"{kind}, own" for kind in FLOORS if "list" in kind),
    ]
    runs: dict[str, list[tuple[float, float]]] = {name: [] for name in names}
    with tempfile.NamedTemporaryFile() as file, _run_server() as url:
        file.truncate(chosen.megabytes * 1024 * 1024)
        for _ in range(chosen.rounds):
            for name in names:
                command = [
                    sys.executable,
                    "-W",
                    "ignore",
                    "-m",
                    "tests.benchmarks.uploads",
                ]
                command += ["--variant", name, url, file.name]
                output = subprocess.check_output(command, cwd=ROOT, text=True)
                seconds, memory = json.loads(output)
                runs[name].append((seconds, memory))
    print(
        f"| variant, {chosen.megabytes:,} MB | seconds | ratio to httpx2 | memory, MB |"
    )
    print("|---|---|---|---|")
    times = {
        name: median(seconds for seconds, _ in found) for name, found in runs.items()
    }
    for name, found in runs.items():
        floor = FLOORS.get(name.partition(", ")[0])
        ratio = f"{times[name] / times[floor]:.2f}" if floor else ""
        memory = max(memory for _, memory in found)
        print(f"| {name} | {times[name]:.2f} | {ratio} | {memory:.1f} |")


if __name__ == "__main__":
    main()
