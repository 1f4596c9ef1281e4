"""Tests that a client can be vendored: a copy under another name works on its own."""

import ast
import json
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.project import ROOT

NAME = "acme_sessions"

PROBE = """
import asyncio, importlib, json, sys

away = ("clientcast", "okta", "clerk", "pangea", "_runtime")
sys.modules.update(dict.fromkeys(away))
for name in away:
    try:
        importlib.import_module(name)
    except ModuleNotFoundError:
        continue
    sys.exit(f"{name} can be imported")
sys.path.insert(0, sys.argv[1])

import httpx2
from acme_sessions import AsyncOkta, Okta, OktaError
from acme_sessions.errors import NotFoundError
from acme_sessions.models import Session, SessionStatus

SESSION = {
    "id": "102l",
    "userId": "00u1",
    "login": "a@example.com",
    "expiresAt": "2026-05-12T10:00:00.000Z",
    "status": "ACTIVE",
    "amr": ["pwd"],
    "mfaActive": False,
    "createdAt": "2026-05-12T09:00:00.000Z",
}
sent = []

def respond(request):
    sent.append([request.method, str(request.url), request.headers["Authorization"]])
    if request.method == "GET":
        return httpx2.Response(200, json=SESSION)
    return httpx2.Response(404, json={"errorCode": "E0000007", "errorSummary": "Gone"})

def check(session, error):
    assert type(session) is Session, session
    assert session.status is SessionStatus.ACTIVE
    assert isinstance(error, OktaError) and error.code == "E0000007"

arguments = {"domain": "acme.okta.com", "api_token": "00token"}
transport = httpx2.MockTransport(respond)

with Okta(**arguments, http=httpx2.Client(transport=transport)) as okta:
    session = okta.sessions.get("102l")
    try:
        okta.sessions.revoke("102l")
    except NotFoundError as error:
        check(session, error)

async def main():
    http = httpx2.AsyncClient(transport=transport)
    async with AsyncOkta(**arguments, http=http) as okta:
        session = await okta.sessions.get("102l")
        try:
            await okta.sessions.revoke("102l")
        except NotFoundError as error:
            check(session, error)

asyncio.run(main())
assert not [name for name in sys.modules if name.startswith(tuple(f"{a}." for a in away))]
json.dump(sent, sys.stdout)
"""


@pytest.fixture(scope="module")
def vendored(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Copy a package under another name into a folder of its own."""
    folder = tmp_path_factory.mktemp("vendored") / NAME
    ignored = shutil.ignore_patterns("__pycache__")
    shutil.copytree(ROOT / "generated" / "okta", folder, ignore=ignored)
    return folder


def test_vendored_copy_works_without_other_packages(vendored: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-I", "-c", PROBE, str(vendored.parent)],
        cwd=vendored.parent,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    url = "https://acme.okta.com/api/v1/sessions/102l"
    call = [["GET", url, "SSWS 00token"], ["DELETE", url, "SSWS 00token"]]
    assert json.loads(done.stdout) == call + call


@pytest.mark.full
def test_vendored_copy_is_typed(vendored: Path) -> None:
    assert (vendored / "py.typed").read_bytes() == b""
    user = vendored.parent / "user.py"
    user.write_text(
        f"from {NAME} import Okta\n\n"
        'reveal_type(Okta(domain="acme.okta.com").sessions.get("102l"))\n',
        encoding="utf-8",
    )
    done = subprocess.run(
        [sys.executable, "-m", "mypy", "--strict", "--config-file=", user.name],
        cwd=vendored.parent,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert f'Revealed type is "{NAME}.models.Session"' in done.stdout


def test_vendored_copy_imports_itself_only_relatively(vendored: Path) -> None:
    # httpx2 brings anyio, httpcore2 and h11 with it.
    dependencies = {"httpx2", "anyio", "httpcore2", "h11"}
    allowed = sys.stdlib_module_names | dependencies | {"msgspec"}
    modules = sorted(vendored.rglob("*.py"))
    assert len(modules) > 10
    for path in modules:
        text = path.read_text(encoding="utf-8")
        assert not re.search(r"^\s*(from|import)\s+(okta|clientcast)\b", text, re.M)
        for node in ast.walk(ast.parse(text)):
            match node:
                case ast.Import(names=names):
                    imported = {alias.name.partition(".")[0] for alias in names}
                case ast.ImportFrom(level=0, module=str(module)):
                    imported = {module.partition(".")[0]}
                case ast.ImportFrom(level=level):
                    # No relative import leaves the package.
                    assert level <= len(path.relative_to(vendored).parts), path
                    continue
                case _:
                    continue
            assert imported <= allowed, path
