"""Documents of real applications, and standard input, through real processes."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from clientcast.load import application as applications

from tests.load.test_urls import DOCUMENT, run
from tests.support.project import ROOT

FASTAPI = """\
import logging
from fastapi import FastAPI
from shop_models import Item

print("starting the shop")
app = FastAPI(title="Shop", version="1.0")

@app.get("/items/{item_id}", tags=["items"])
def get_item(item_id: int) -> Item:
    return Item(id=item_id)

def create() -> FastAPI:
    return app
"""
MODELS = "from pydantic import BaseModel\n\nclass Item(BaseModel):\n    id: int\n"
LITESTAR = """\
from dataclasses import dataclass
from litestar import Litestar, get

@dataclass
class Pet:
    name: str

@get("/pets/{name:str}", tags=["pets"])
async def get_pet(name: str) -> Pet:
    return Pet(name)

app = Litestar([get_pet])
"""
OTHER = """\
class Api:
    def openapi(self):
        return '{"openapi": "3.1.0", "info": {"title": "A", "version": "1"}, "paths": {}}'

class site:
    api = Api()
"""


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(applications, "_python", lambda: sys.executable)
    return tmp_path


def command(
    *arguments: str, content: bytes = b"", **variables: str
) -> subprocess.CompletedProcess[bytes]:
    environment = {**os.environ, "PYTHONPATH": str(ROOT / "generator"), **variables}
    return subprocess.run(
        [sys.executable, "-P", "-m", "clientcast", *arguments],
        input=content,
        env=environment,
        capture_output=True,
        check=False,
    )


def test_fastapi_application_of_a_project(folder: Path) -> None:
    Path("src").mkdir()
    Path("src/shop.py").write_text(FASTAPI)
    Path("src/shop_models.py").write_text(MODELS)
    table = '[tool.clientcast]\noutput = "."\nspecs = ["shop:app"]\n'
    Path("src/pyproject.toml").write_text(table)
    os.chdir("src")
    refused = command("generate")
    assert refused.returncode == 2
    assert b"./shop would take the place of the module 'shop'" in refused.stderr
    Path("pyproject.toml").write_text(table.replace('"."', '"clients"'))
    done = command("generate")
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith(b"shop: 1 operation, ")  # without what the app prints
    assert b"starting the shop" in done.stderr
    assert "class Item" in Path("clients/shop/models.py").read_text()
    source = json.loads(Path("clients/shop/clientcast.json").read_text())["spec"][
        "source"
    ]
    assert source["spec"] == "shop:app"


def test_package_beside_its_application_does_not_replace_it(folder: Path) -> None:
    Path("shop.py").write_text(FASTAPI)
    Path("shop_models.py").write_text(MODELS)
    run("generate", "--spec", "shop:create()", "--output", "client/shop")
    Path("shop.py").write_text(FASTAPI.replace('"/items/', '"/things/'))
    run(
        "generate",
        "--spec",
        "shop:app",
        "--output",
        "client/shop",
        "--locked",
        status=1,
    )


def test_litestar_application(folder: Path) -> None:
    Path("zoo.py").write_text(LITESTAR)
    assert (
        "zoo: 1 operation, "
        in run("generate", "--spec", "zoo:app", "--output", "z").stdout
    )
    assert "class Pet" in Path("z/models.py").read_text()


def test_other_application_with_openapi(folder: Path) -> None:
    Path("other.py").write_text(OTHER)
    run("generate", "--spec", "other:site.api", "--output", "api")
    assert '"title": "A"' in Path("api/clientcast.json").read_text()


@pytest.mark.parametrize(
    ("code", "spec", "message"),
    [
        (
            "def connect():\n    raise OSError('no database')\n\nconnect()\n",
            "app:app",
            "app.py:2:5: application-failed OSError: no database\n"
            "    2 |     raise OSError('no database')\n",
        ),
        (
            "import sys\nsys.exit('bye')\n",
            "app:app",
            "app.py:2:1: application-failed Sys",
        ),
        ("app = \n", "app:app", "app.py:1:1: application-failed SyntaxError: "),
        (
            "import absent_module\n",
            "app:app",
            "app.py:1:1: application-failed ModuleNotFoundError: No module named 'absent",
        ),
        (
            "",
            "none:app",
            "none:app:1:1: application-failed ModuleNotFoundError: No mod",
        ),
        (
            "import os\nos._exit(7)\n",
            "app:app",
            "the process ends with status 7 before",
        ),
        (
            "import os\nos.abort()\n",
            "app:app",
            "the process ends with status -6 before",
        ),
        ("import time\ntime.sleep(60)\n", "app:app", "it takes more than 2 seconds"),
        ("app = 3\n", "app:app", "'app' is a int, which has no openapi()"),
        (
            "def app():\n    pass\n",
            "app:app",
            "hint: if it is a function that returns one: app:app()",
        ),
        (
            "class A:\n    def openapi(self): return {}\napi = A()\n",
            "app:app",
            "there is no 'app' in app\n      hint: it has the application app:api",
        ),
        (
            "class A:\n    def openapi(self): return [1]\napp = A()\n",
            "app:app",
            "openapi() returns a list, not a document",
        ),
        (
            "class A:\n    def openapi(self): return {'a': object()}\napp = A()\n",
            "app:app",
            "TypeError: Object of type object is not JSON serializable",
        ),
        (
            "class A:\n    def openapi(self): return {'a': 'x' * (17 << 20)}\napp = A()\n",
            "app:app",
            "the document is larger than 16 MiB",
        ),
        (
            "class A:\n    def openapi(self): return {'paths': 3}\napp = A()\n",
            "app:app",
            "app:app:1:1: not-openapi",
        ),
    ],
)
def test_failure_of_an_application_is_located(
    code: str, spec: str, message: str, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(applications, "SECONDS", 2)
    Path("app.py").write_text(code)
    refused = run("generate", "--spec", spec, "--output", "made", status=1).stdout
    assert message in refused
    assert "Traceback" not in refused
    assert "; nothing was written\nexit 1: " in refused
    assert not Path("made").exists()


def test_file_is_not_an_application(folder: Path) -> None:
    Path("a:b").write_bytes(DOCUMENT)
    run("check", "--spec", "a:b")
    Path("c:d").mkdir()
    assert "c:d is a folder" in run("check", "--spec", "c:d", status=2).stderr


def test_document_on_standard_input(folder: Path) -> None:
    options = ("--spec", "-", "--output", "pets")
    done = command("generate", *options, content=DOCUMENT)
    assert done.stdout.startswith(b"pets: 1 operation, "), done.stderr
    assert (
        b"unchanged in pets" in command("generate", *options, content=DOCUMENT).stdout
    )
    as_json = b'{"openapi": "3.1.0",\n"paths": 3}'
    wrong = command("check", "--spec", "-", content=as_json)
    assert wrong.returncode == 1
    assert b"<stdin>:2:10: wrong-type" in wrong.stdout
    empty = command("check", "--spec", "-")
    assert b"<stdin>:1:1: not-openapi the document is empty" in empty.stdout
    large = command("check", "--spec", "-", content=b" " * (17 << 20))
    assert b"<stdin>:1:1: limit-size" in large.stdout


def test_standard_input_is_no_document_of_a_project(folder: Path) -> None:
    Path("pyproject.toml").write_text(
        '[tool.clientcast]\noutput = "."\nspecs = ["-"]\n'
    )
    assert "'-' is no document of a project" in run("check", status=2).stderr
