"""Tests of `clientcast vendor`: copies of clients under other names, in other packages."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.project import GENERATED
from tests.support.releases import clientcast, edit, file_texts, make_release

CALL = """
import json, logging, sys
from {name} import Okta, NotFoundError, __version__
import httpx2

def serve(request):
    return httpx2.Response(404, json={{"errorCode": "E0000007"}})

logging.basicConfig(level=logging.DEBUG, format="%(name)s")
with httpx2.Client(transport=httpx2.MockTransport(serve)) as http:
    client = Okta(domain="acme.okta.com", api_token="t", http=http)
    try:
        client.sessions.get("id")
    except NotFoundError as error:
        print(error.code, __version__, type(error).__module__)
own = [m for m in sys.modules if m.split(".")[0] in ("okta", "clerk", "pangea")]
assert not own, own
"""


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("CLIENTCAST_CACHE_DIR", "")
    return tmp_path


@pytest.mark.parametrize(
    "name", ["idp", "acme.clients.my_okta", "acme.a.b.c.vendored.session_api"]
)
def test_vendored_client_works_in_nested_packages(folder: Path, name: str) -> None:
    dest = name.replace(".", "/")
    clientcast("vendor", "okta", dest)
    result = subprocess.run(
        [sys.executable, "-c", CALL.format(name=name)],
        env={**os.environ, "PYTHONPATH": str(folder)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert result.returncode == 0, result.stderr
    assert result.stdout == f"E0000007 5.1.0 {name}._runtime.errors\n"
    assert f"{name}\n" in result.stderr  # the name of the logger


def test_vendored_client_is_the_checked_in_one(folder: Path) -> None:
    result = clientcast("vendor", "okta", "src/acme/okta")
    assert file_texts(folder / "src/acme/okta") == file_texts(GENERATED / "okta")
    first, second = result.stdout.splitlines()
    assert first.startswith("okta: Okta Sessions 5.1.0, clientcast ")
    assert first.endswith(" files changed in src/acme/okta")
    assert "httpx2 and msgspec" in second
    assert "unchanged" in clientcast("vendor", "okta", "src/acme/okta").stdout


def test_readme_imports_the_package_by_its_new_name(folder: Path) -> None:
    clientcast("vendor", "okta", "identity")
    readme = (folder / "identity" / "README.md").read_text(encoding="utf-8")
    assert "from identity import Okta\n" in readme
    assert "from okta import" not in readme
    checked_in = (GENERATED / "okta" / "README.md").read_text(encoding="utf-8")
    assert readme == re.sub(r"\bokta(\.testing| import)", r"identity\1", checked_in)
    assert "no problems" in clientcast("check", "./identity").stdout


def test_readme_imports_the_package_by_its_place_in_a_project(folder: Path) -> None:
    (folder / "pyproject.toml").touch()
    result = clientcast("vendor", "okta", "src/acme/okta")
    assert "\nImport it as acme.okta." in result.stdout
    readme = (folder / "src/acme/okta/README.md").read_text(encoding="utf-8")
    assert "from acme.okta import Okta\n" in readme
    assert "from acme.okta.testing import FakeOkta\n" in readme
    assert "no problems" in clientcast("check", "src/acme/okta").stdout
    clientcast("docs", "src/acme/okta")
    page = (folder / "docs/okta/sessions-get.md").read_text(encoding="utf-8")
    assert "from acme.okta import Okta\n" in page


@pytest.mark.parametrize(
    ("arguments", "status", "message"),
    [
        (
            "okto dest",
            1,
            "there is no client 'okto' in clientcast: did you mean 'okta'?",
        ),
        (
            "x dest",
            1,
            "there is no client 'x' in clientcast: the clients are clerk, okta",
        ),
        ("okta my-okta", 2, "'my-okta' is not a name of a Python package; choose a"),
        ("okta class", 2, "'class' is not a name of a Python package"),
        (
            "okta own",
            1,
            "own is not empty: name a folder for the package alone, such as",
        ),
        (
            "okta a_clerk",
            1,
            "a_clerk already has a client: see `clientcast check a_clerk`",
        ),
    ],
)
def test_bad_destination_is_refused(
    folder: Path, arguments: str, status: int, message: str
) -> None:
    clientcast("vendor", "clerk", "a_clerk")
    (folder / "own").mkdir()
    (folder / "own" / "notes.txt").write_text("mine\n")
    before = file_texts(folder)
    assert message in clientcast("vendor", *arguments.split(), status=status).stderr
    assert file_texts(folder) == before


def test_empty_folder_is_filled(folder: Path) -> None:
    (folder / "okta").mkdir()
    clientcast("vendor", "okta", "okta")
    assert file_texts(folder / "okta") == file_texts(GENERATED / "okta")


def test_edited_client_of_a_checkout_is_not_copied(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_release(folder / "home", {})
    edit(folder / "home/okta/client.py", "class Okta", "class Edited")
    monkeypatch.setattr("clientcast.assets.home_clients", lambda: folder / "home")
    message = clientcast("vendor", "okta", "dest", status=1).stderr
    assert "okta/client.py is not as it was generated" in message
    assert not (folder / "dest").exists()
