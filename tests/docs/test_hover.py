"""Hover texts of the clients in an editor, requested from pyright's language server."""

import json
import re
import subprocess
from collections.abc import Iterator
from typing import Any

import pytest

from tests.support.node import node_program
from tests.support.project import GENERATED

CODE = """\
from clerk import AsyncClerk, Session
from okta import Okta

okta = Okta(domain="acme.okta.com", api_token="...")
okta.sessions.get("id")
okta.sessions.get_current()
clerk = AsyncClerk(secret_key="...")
clerk.sessions.list(user_id="user_2f")


def end(session: Session) -> int:
    return session.expire_at
"""


class Editor:
    """Client of a language server (LSP)."""

    def __init__(self, server: subprocess.Popen[bytes]) -> None:
        self._server = server
        self._number = 0

    def request(self, method: str, **parameters: object) -> Any:
        """Send a request and return its result; requests of the server get an empty response."""
        self._number += 1
        self._send(id=self._number, method=method, params=parameters)
        while True:
            message = self._receive()
            if "method" not in message and message.get("id") == self._number:
                return message["result"]
            if "id" in message:
                self._send(id=message["id"], result=None)

    def notify(self, method: str, **parameters: object) -> None:
        """Send a notification."""
        self._send(method=method, params=parameters)

    def _send(self, **message: object) -> None:
        body = json.dumps({"jsonrpc": "2.0", **message}).encode()
        assert self._server.stdin is not None
        self._server.stdin.write(b"Content-Length: %d\r\n\r\n%b" % (len(body), body))
        self._server.stdin.flush()

    def _receive(self) -> Any:
        assert self._server.stdout is not None
        length = 0
        while line := self._server.stdout.readline().strip():
            name, _, value = line.partition(b":")
            if name.lower() == b"content-length":
                length = int(value)
        assert length, "the language server has exited"
        return json.loads(self._server.stdout.read(length))


@pytest.fixture(scope="module")
def editor() -> Iterator[Editor]:
    """Return an editor with `CODE` open in the folder of the clients."""
    command = [node_program("pyright-langserver"), "--stdio"]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as server:
        try:
            editor = Editor(server)
            editor.request(
                "initialize",
                processId=None,
                rootUri=GENERATED.as_uri(),
                workspaceFolders=[{"uri": GENERATED.as_uri(), "name": "generated"}],
                capabilities={
                    "textDocument": {"hover": {"contentFormat": ["markdown"]}}
                },
            )
            editor.notify("initialized")
            document = {"languageId": "python", "version": 1, "text": CODE}
            uri = (GENERATED / "example.py").as_uri()
            editor.notify("textDocument/didOpen", textDocument={"uri": uri, **document})
            yield editor
            editor.request("shutdown")
            editor.notify("exit")
        finally:
            server.kill()


def hover(editor: Editor, words: str) -> str:
    """Return the hover text at the end of some words of `CODE`."""
    before = CODE[: CODE.index(words) + len(words) - 1]
    line = before.count("\n")
    found = editor.request(
        "textDocument/hover",
        textDocument={"uri": (GENERATED / "example.py").as_uri()},
        position={"line": line, "character": len(before.split("\n")[-1])},
    )
    shown = str(found["contents"]["value"])
    return re.sub(r"\s+", " ", shown.replace("&nbsp;", " ").replace("\\_", "_"))


def test_hover_on_a_method_shows_arguments_and_errors(editor: Editor) -> None:
    shown = hover(editor, "okta.sessions.get")
    assert "def get(session_id: str) -> Session" in shown
    assert "--- Retrieve a session. Returns the session with this id." in shown
    assert "Args: session_id: The id of the session. Not `me`:" in shown
    assert "NotFoundError: There is no such session, or it has expired" in shown
    assert 'Examples: ``` session = okta.sessions.get("' in shown


def test_hover_on_a_list_method_shows_items_and_pages(editor: Editor) -> None:
    shown = hover(editor, "clerk.sessions.list")
    assert "user_id: str | None = None" in shown
    assert "AsyncPage[Session, SessionListResponse]" in shown
    assert "limit: How many sessions to return at most." in shown
    assert "Returns: The first page. Iterate over it" in shown
    assert "``` async for session in await clerk.sessions.list(" in shown


def test_hover_on_a_client_shows_arguments(editor: Editor) -> None:
    shown = hover(editor, "okta = Okta")
    assert "api_token: An API token made in the Admin Console, sent in" in shown
    assert "timeout: The deadline of a whole call in seconds" in shown
    assert 'Examples: ``` with Okta(domain="subdomain.okta.com"' in shown


def test_hover_on_a_field_shows_description_and_unit(editor: Editor) -> None:
    shown = hover(editor, "session.expire_at")
    assert "expire_at: int ``` --- When the session expires, in Unix milli" in shown
