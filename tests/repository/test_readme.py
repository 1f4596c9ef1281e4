"""Tests of README.md: its Python code, settings, transcript and links."""

import ast
import asyncio
import inspect
import re
import shutil
import tomllib
from pathlib import Path

import click
import httpcore2
import httpx2
import pytest
from click.testing import CliRunner
from clientcast.cli import main
from clientcast.config import load_jobs

from tests.support.project import ROOT

README = (ROOT / "README.md").read_text(encoding="utf-8")

SESSIONS = {
    "okta": {
        "id": "l7FbDVqS8zHSy65uJD85",
        "userId": "00ub0oNGTSWTBKOLGLNR",
        "login": "user@example.com",
        "expiresAt": "2026-01-01T00:00:00.000Z",
        "status": "ACTIVE",
        "amr": ["pwd"],
        "_links": {},
    },
    "clerk": {
        "object": "session",
        "id": "sess_1",
        "user_id": "user_2f",
        "client_id": "client_1",
        "status": "active",
        "last_active_at": 1,
        "expire_at": 2,
        "abandon_at": 3,
        "updated_at": 4,
        "created_at": 5,
    },
}


def blocks(language: str) -> list[str]:
    """Return the fenced code blocks of a language; empty for no language."""
    fenced = re.findall(r"^```(\w*)\n(.*?)^```$", README, re.DOTALL | re.MULTILINE)
    return [text for name, text in fenced if name == language]


def respond(request: httpx2.Request, active: list[str]) -> httpx2.Response:
    """Respond as the vendors do; Clerk has the active sessions, and removes what is revoked."""
    if request.url.host == "api.clerk.com":
        if request.method == "POST":
            active.remove(request.url.path.split("/")[3])
            return httpx2.Response(200, json=SESSIONS["clerk"])
        assert request.url.params["status"] == "active"
        offset = int(request.url.params.get("offset", 0))
        page = active[offset : offset + 10]
        sessions = [{**SESSIONS["clerk"], "id": session_id} for session_id in page]
        return httpx2.Response(200, json=sessions)
    assert request.url.host == "acme.okta.com"
    if request.method == "DELETE":
        return httpx2.Response(204)
    return httpx2.Response(200, json=SESSIONS["okta"])


@pytest.mark.parametrize("source", blocks("python"))
def test_python_block_runs(source: str, monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[httpx2.Request] = []
    active = [f"sess_{number}" for number in range(25)]

    def handle(_: object, request: httpcore2.Request) -> httpcore2.Response:
        scheme, host, target = (
            part.decode()
            for part in (request.url.scheme, request.url.host, request.url.target)
        )
        url = f"{scheme}://{host}{target}"
        seen.append(httpx2.Request(request.method.decode(), url))
        answered = respond(seen[-1], active)
        return httpcore2.Response(
            answered.status_code,
            headers=answered.headers.raw,
            content=answered.content,
        )

    async def handle_async(
        pool: object, request: httpcore2.Request
    ) -> httpcore2.Response:
        return handle(pool, request)

    pools = httpcore2.ConnectionPool, httpcore2.AsyncConnectionPool
    monkeypatch.setattr(pools[0], "handle_request", handle)
    monkeypatch.setattr(pools[1], "handle_async_request", handle_async)
    monkeypatch.setenv("CLERK_SECRET_KEY", "sk_test_1")
    code = compile(source, "README.md", "exec", ast.PyCF_ALLOW_TOP_LEVEL_AWAIT)
    running = eval(code, {})
    if inspect.iscoroutine(running):
        asyncio.run(running)
    if "with " in source:
        assert [request.method for request in seen][0] == "GET"
        assert len(seen) == (28 if "clerk" in source else 2)
    assert len(active) == (0 if "clerk" in source else 25)


@pytest.mark.parametrize("source", blocks("toml"))
def test_settings_block_is_accepted(source: str, tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").write_text(source, encoding="utf-8")
    settings = tomllib.loads(source)["tool"]["clientcast"]
    tables = settings.get("documents", {}).values()
    files = [path for t in tables for path in (t["spec"], *t.get("overlays", ()))]
    for spec in (*settings.get("specs", ()), *files):
        path = tmp_path / spec
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch()
    assert [job.name for job in load_jobs(tmp_path)] == ["billing", "search"]


def test_transcript_matches_the_output(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shutil.copy(ROOT / "tests/specs/readme/petstore.yaml", tmp_path)
    monkeypatch.chdir(tmp_path)
    result = CliRunner().invoke(main, ["check", "--spec", "petstore.yaml"])
    assert result.exit_code == 1
    assert result.stdout in blocks("")


def test_commands_exist() -> None:
    verbs = set(re.findall(r"clientcast (\w+)", " ".join(blocks(""))))
    assert verbs == {"check", "diff", "docs", "generate", "update", "vendor"}
    assert verbs <= {*main.list_commands(click.Context(main))}


def test_links_resolve() -> None:
    for target in re.findall(r"\]\(([^)]+)\)", README):
        assert (ROOT / target).exists(), target
