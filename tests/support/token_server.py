"""A token endpoint and the API that accepts its tokens, on one real socket."""

import base64
import json
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, unquote_plus

CLIENT = ("id +1", "s3cret/&=")
"""The id and secret of the client, with characters that must be encoded."""


@dataclass
class TokenServer:
    """The state of the server.

    Attributes:
        url: The base URL of the API.
        expires_in: The lifetime of tokens in seconds; None to leave it out.
        delay: Seconds before a token response.
        rotates: Whether each refresh token is valid once.
        refresh_token: The refresh token that is valid.
        respond: Returns the status, body and headers of a token response in place of a token;
            None for a token.
        forms: The forms of the token requests.
        calls: The `Authorization` headers of the calls of the API.
        concurrent: The largest number of token requests at one time.
        tokens: The tokens that are valid, and their scopes.
    """

    url: str = ""
    expires_in: object = 3600
    delay: float = 0.0
    rotates: bool = False
    refresh_token: str = "r0"
    respond: Callable[[int], tuple[int, bytes, dict[str, str]] | None] = (
        lambda number: None
    )
    forms: list[dict[str, str]] = field(default_factory=list[dict[str, str]])
    calls: list[str] = field(default_factory=list[str])
    concurrent: int = 0
    tokens: dict[str, str] = field(default_factory=dict[str, str])
    _running: int = 0
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def token_response(
        self, authorization: str, body: str
    ) -> tuple[int, bytes, dict[str, str]]:
        """Return the status, body and headers of the response to a token request."""
        form = {name: values[0] for name, values in parse_qs(body).items()}
        if authorization:
            pair = base64.b64decode(authorization.removeprefix("Basic ")).decode()
            name, _, secret = pair.partition(":")
            client = (unquote_plus(name), unquote_plus(secret))
        else:
            client = (form.get("client_id", ""), form.get("client_secret", ""))
        with self._lock:
            self._running += 1
            self.concurrent = max(self.concurrent, self._running)
            self.forms.append(form)
            number = len(self.forms)
        try:
            time.sleep(self.delay)
            special = self.respond(number)
            return special or self._issue(number, client, form)
        finally:
            with self._lock:
                self._running -= 1

    def _issue(
        self, number: int, client: tuple[str, str], form: dict[str, str]
    ) -> tuple[int, bytes, dict[str, str]]:
        if client not in (CLIENT, (CLIENT[0], "")):
            return 401, b'{"error": "invalid_client"}', {}
        content: dict[str, Any] = {"token_type": "bearer", "access_token": f"t{number}"}
        with self._lock:
            if form["grant_type"] == "refresh_token":
                if form["refresh_token"] != self.refresh_token:
                    return 400, b'{"error": "invalid_grant"}', {}
                if self.rotates:
                    self.refresh_token = f"r{number}"
                    content["refresh_token"] = self.refresh_token
            self.tokens[f"t{number}"] = form.get("scope", "")
        if self.expires_in is not None:
            content["expires_in"] = self.expires_in
        return 200, json.dumps(content).encode(), {}

    def api_response(self, authorization: str) -> tuple[int, bytes, dict[str, str]]:
        """Return the status, body and headers of the response to a call of the API."""
        self.calls.append(authorization)
        token = authorization.removeprefix("Bearer ")
        if token not in self.tokens:
            return 401, b"{}", {}
        return 200, b"[]", {}


@contextmanager
def run_token_server() -> Iterator[TokenServer]:
    """Run a server on a free local port for a block."""
    state = TokenServer()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def handle_any(self) -> None:
            length = int(self.headers.get("Content-Length", "0"))
            body = self.rfile.read(length).decode()
            authorization = self.headers.get("Authorization", "")
            if "/oauth/" in self.path:
                status, content, headers = state.token_response(authorization, body)
            else:
                status, content, headers = state.api_response(authorization)
            self.send_response(status)
            headers = {"Content-Type": "application/json", **headers}
            for name, value in headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        do_GET = do_POST = handle_any

        def log_message(self, format: str, *args: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        server.daemon_threads = True
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        state.url = f"http://127.0.0.1:{server.server_address[1]}/v1"
        try:
            yield state
        finally:
            server.shutdown()
            thread.join()
