"""HTTP server for a site on loopback, and a browser that cannot reach any other host."""

import functools
import shutil
from collections.abc import Collection, Generator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any, Literal

import pytest
from playwright.sync_api import (
    Browser,
    ConsoleMessage,
    Page,
    Request,
    Response,
    sync_playwright,
)

from tests.support.node import node_file

CHROMIUM = ("chromium", "chromium-browser", "google-chrome")
NO_OTHER_HOST = "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1"

SERIOUS = {"serious", "critical"}

PROBLEM_TYPES = {"error", "warning"}

Until = Literal["load", "networkidle"]


@contextmanager
def serve(folder: Path) -> Generator[str]:
    """Serve a folder, and yield its base URL without a trailing slash."""
    handler = functools.partial(_QuietHandler, directory=str(folder))
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        thread = Thread(target=server.serve_forever)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}"
        finally:
            server.shutdown()
            thread.join()


class _QuietHandler(SimpleHTTPRequestHandler):
    """Request handler without a log."""

    def log_message(self, format: str, *args: Any) -> None:
        """Print nothing."""


@contextmanager
def launch_chromium() -> Generator[Browser]:
    """Launch the system's Chromium without a window; Playwright has no own one here."""
    path = next(filter(None, map(shutil.which, CHROMIUM)), None)
    if path is None:  # It is no dependency of Python or Node, so that CI may lack it.
        pytest.skip("chromium is not installed")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=[NO_OTHER_HOST])
        try:
            yield browser
        finally:
            browser.close()


@dataclass
class BrowserTab:
    """Browser tab that records the requests and problems of its pages.

    Attributes:
        site: Base URL of the site.
        page: Page of Playwright.
        requests: URLs of all requests.
        problems: Console warnings, script errors, failed requests and error responses.
    """

    site: str
    page: Page
    requests: list[str] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        """Register event handlers."""
        self.page.on("request", self._record_request)
        self.page.on("requestfailed", self._record_failure)
        self.page.on("response", self._record_response)
        self.page.on("console", self._record_message)
        self.page.on("pageerror", lambda error: self.problems.append(str(error)))

    def open(self, path: str, *, until: Until = "load") -> Page:
        """Open a page, and wait until it is loaded."""
        self.page.goto(f"{self.site}/{path}", wait_until=until)
        return self.page

    def foreign_requests(self) -> list[str]:
        """Return the URLs of requests to other hosts."""
        own = (f"{self.site}/", f"blob:{self.site}/", "data:")
        return [url for url in self.requests if not url.startswith(own)]

    def violations(self, *, excluded_rules: Collection[str] = ()) -> list[str]:
        """Return the serious violations that axe finds, except those of some rules."""
        self.page.evaluate(node_file("axe-core/axe.min.js").read_text(encoding="utf-8"))
        found = self.page.evaluate("axe.run(document, {resultTypes: ['violations']})")
        assert found["passes"], "axe has checked nothing"
        return [
            f"{fault['id']}: {node['html']}"
            for fault in found["violations"]
            if fault["impact"] in SERIOUS and fault["id"] not in excluded_rules
            for node in fault["nodes"]
        ]

    def _record_request(self, request: Request) -> None:
        self.requests.append(request.url)

    def _record_message(self, message: ConsoleMessage) -> None:
        if message.type in PROBLEM_TYPES:
            self.problems.append(message.text)

    def _record_failure(self, request: Request) -> None:
        # Leaving a page aborts its pending requests.
        if request.failure != "net::ERR_ABORTED":
            self.problems.append(f"{request.url}: {request.failure}")

    def _record_response(self, response: Response) -> None:
        if response.status >= 400:
            self.problems.append(f"{response.url}: {response.status}")
