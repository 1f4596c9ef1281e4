"""Other people's tools for tests, tried against a generated client: `python -m tests.testing.other_tools`.

Each is installed in an environment of its own. The program prints who responded, the tool or the
server, with the pool of the client and with a transport of httpx2, synchronous and asynchronous.
`docs/testing.md` has the findings.
"""

import subprocess
import sys
import tempfile
from pathlib import Path

from tests.support.environments import create_environment
from tests.support.project import ROOT

TOOLS = {
    "pytest-httpx2": "httpx2_mock.get(url__regex='.*').respond(json=BODY)",
    "httpx2-pytest": "httpx2_mock.add_response(json=BODY, is_optional=True)",
    "pytest-httpx": "httpx_mock.add_response(json=BODY, is_optional=True)",
    "respx": "respx_mock.get(url__regex='.*').respond(json=BODY)",
    "vcrpy": "",
}
"""The line that sets a response, by distribution. The first word is the fixture."""

PROGRAM = """
import asyncio
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import httpx2
import okta
import pytest

BODY = {"id": "of the tool"}
REQUESTS = []


class Handler(BaseHTTPRequestHandler):
    def do_GET(self):
        REQUESTS.append(self.path)
        self.send_response(200)
        self.send_header("Content-Length", "2")
        self.end_headers()
        self.wfile.write(b"{}")

    def log_message(self, *args):
        pass


@pytest.fixture
def url():
    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()


def call(url, is_async, has_transport):
    options = {"base_url": url, "api_token": "t", "max_retries": 0}
    if not is_async:
        if has_transport:
            options["http"] = httpx2.HTTPTransport()
        okta.Okta(**options).sessions.get("1")
        return

    async def run():
        if has_transport:
            options["http"] = httpx2.AsyncHTTPTransport()
        async with okta.AsyncOkta(**options) as client:
            await client.sessions.get("1")

    asyncio.run(run())


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("is_async", [False, True])
@pytest.mark.parametrize("has_transport", [False, True])
def test_tool(url, is_async, has_transport, tmp_path, FIXTURE):
    del REQUESTS[:]
    SETTING
    http = "transport of httpx2" if has_transport else "pool of the client"
    mode = "asynchronous" if is_async else "synchronous"
    print(f"\\n| TOOL | {http} | {mode} | {'real' if REQUESTS else 'the tool'} |")
"""

VCR = """import vcr
    with vcr.use_cassette(str(tmp_path / "cassette.yaml")):
        call(url, is_async, has_transport)
    del REQUESTS[:]
    with vcr.use_cassette(str(tmp_path / "cassette.yaml")):
        call(url, is_async, has_transport)"""


def main() -> None:
    """Print a table of tools."""
    for tool, line in TOOLS.items():
        with tempfile.TemporaryDirectory() as folder:
            python = create_environment(
                "3.11",
                Path(folder) / "env",
                [tool, "httpx", "httpx2", "msgspec", "pytest"],
            )
            program = PROGRAM.replace("FIXTURE", line.partition(".")[0] or "request")
            setting = f"{line}\n    call(url, is_async, has_transport)" if line else VCR
            path = Path(folder) / "test_tool.py"
            path.write_text(program.replace("SETTING", setting).replace("TOOL", tool))
            done = subprocess.run(
                [
                    python,
                    "-m",
                    "pytest",
                    "-q",
                    "-s",
                    "-p",
                    "no:cacheprovider",
                    str(path),
                ],
                env={"PYTHONPATH": str(ROOT / "generated")},
                capture_output=True,
                text=True,
                check=False,
            )
            rows = [row for row in done.stdout.split("\n") if row.startswith("|")]
            print("\n".join(rows or [f"| {tool} | {done.stdout[-500:]} |"]))


if __name__ == "__main__":
    sys.exit(main())
