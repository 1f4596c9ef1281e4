"""The proof of each judgement: calls of the old client, checked and run with the new one.

A call fails if mypy refuses it, or if it raises against a server that follows the new document.
"""

import importlib
import json
import subprocess
import sys
import textwrap
import warnings
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx2
import pytest
from clientcast import assets
from clientcast.cache import NO_CACHE
from clientcast.changes import Severity
from clientcast.pipeline import bind_document
from clientcast.render import render
from openapi_core import OpenAPI
from openapi_core.testing import MockRequest

from tests.changes.judgements import (
    CALLS,
    PAIRS,
    Pair,
    base_document,
    edited_document,
)

pytestmark = pytest.mark.full

RUNTIME = "shop_runtime"
CALL = """
def call_{name}(http: httpx2.Client) -> None:
    shop = Shop(key="k", http=http)
{code}
"""
IMPORTS = """
from collections.abc import Callable
from datetime import date, datetime
from typing import Protocol
import httpx2
from {package} import *
"""


class DocumentServer:
    """Server that accepts what a document allows, and responds with its examples."""

    def __init__(self, document: Any) -> None:
        self.document = document
        self.openapi = OpenAPI.from_dict(document)

    def __call__(self, request: httpx2.Request) -> httpx2.Response:
        host = f"{request.url.scheme}://{request.url.host}"
        validated = MockRequest(
            host,
            request.method.lower(),
            request.url.path,
            args=dict(request.url.params),
            headers=dict(request.headers),
            data=request.read() or None,
            content_type=request.headers.get("content-type", ""),
        )
        if "cookie" in request.headers:
            validated.parameters.cookies.update(
                pair.split("=", 1) for pair in request.headers["cookie"].split("; ")
            )
        self.openapi.validate_request(validated)
        return self.response(request)

    def response(self, request: httpx2.Request) -> httpx2.Response:
        segments = request.url.path.strip("/").split("/")
        for path, item in self.document["paths"].items():
            template = path.strip("/").split("/")
            found = segments[-len(template) :]
            if len(found) == len(template) and all(
                one == other or one.startswith("{")
                for one, other in zip(template, found, strict=True)
            ):
                responses = item[request.method.lower()]["responses"]
                status = "404" if "missing" in found else min(responses)
                return self.example(status, responses[status])
        return httpx2.Response(404)

    def example(self, status: str, response: Any) -> httpx2.Response:
        if "$ref" in response:
            name = response["$ref"].rpartition("/")[2]
            response = self.document["components"]["responses"][name]
        for media_type, content in response.get("content", {}).items():
            example = content.get("example", "")
            text = example if isinstance(example, str) else json.dumps(example)
            headers = {"Content-Type": media_type}
            return httpx2.Response(int(status), text=text, headers=headers)
        return httpx2.Response(int(status))


def write_package(document: Any, folder: Path, name: str) -> None:
    """Write a package that shares the runtime, without its asynchronous client."""
    path = folder / f"{name}.json"
    path.write_text(json.dumps(document), "utf-8")
    package = bind_document(path, path.name).package
    assert package is not None
    for file, text in render(package, "none", NO_CACHE).items():
        if "/" in file or not file.endswith(".py"):
            continue
        if file == "async_client.py":
            text = f"class Async{package.client.name}: ..."
        target = folder / name / file
        target.parent.mkdir(exist_ok=True)
        target.write_text(text.replace("from ._runtime", f"from {RUNTIME}"), "utf-8")


def calls_of(pair: Pair) -> dict[str, str]:
    """Return the code of the calls of a pair, by name."""
    if not pair.call:
        return CALLS
    return {pair.call if pair.call in CALLS else "own": CALLS.get(pair.call, pair.call)}


def call_source(package: str, calls: dict[str, str]) -> str:
    bodies = (
        CALL.format(name=name.replace(" ", "_"), code=textwrap.indent(code, "    "))
        for name, code in calls.items()
    )
    return IMPORTS.format(package=package) + "".join(bodies)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """Write all packages and calls into one folder, and let Python import them."""
    folder = tmp_path_factory.mktemp("pairs")
    source = assets.templates() / "_runtime"
    for path in source.rglob("*.py"):
        target = folder / RUNTIME / path.relative_to(source)
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(path.read_text("utf-8"), "utf-8")
    write_package(base_document(), folder, "base")
    for number, pair in enumerate(PAIRS):
        write_package(edited_document(pair.edits), folder, f"p{number}")
        for package, prefix in (("base", "old"), (f"p{number}", "new")):
            text = call_source(package, calls_of(pair))
            (folder / f"{prefix}{number}.py").write_text(text, "utf-8")
    with pytest.MonkeyPatch.context() as monkeypatch:
        monkeypatch.syspath_prepend(str(folder))
        yield folder


@pytest.fixture(scope="module")
def type_errors(folder: Path) -> dict[str, list[str]]:
    """Return the errors of mypy, by file."""
    command = [sys.executable, "-m", "mypy", "--strict", "--no-error-summary"]
    command += ["--cache-dir", ".mypy_cache", "--python-executable", sys.executable]
    files = sorted(path.name for path in folder.glob("*.py"))
    done = subprocess.run(
        [*command, *files], cwd=folder, capture_output=True, text=True, check=False
    )
    errors = defaultdict[str, list[str]](list)
    for line in done.stdout.splitlines():
        errors[line.partition(":")[0]].append(line)
    assert not done.stderr, done.stderr
    return errors


def run_calls(module: str, server: DocumentServer) -> list[str]:
    """Run the calls of a module, and return what they raise."""
    failures = []
    try:
        loaded = importlib.import_module(module)
    except Exception as error:
        return [repr(error)]
    for name, function in [*vars(loaded).items()]:
        if name.startswith("call_"):
            with httpx2.Client(transport=httpx2.MockTransport(server)) as http:
                with warnings.catch_warnings():
                    warnings.simplefilter("ignore", DeprecationWarning)
                    try:
                        function(http)
                    except Exception as error:
                        failures.append(f"{name}: {error!r}")
    return failures


@pytest.mark.parametrize("number", range(len(PAIRS)), ids=[pair.name for pair in PAIRS])
def test_only_breaking_changes_make_a_call_fail(
    number: int, folder: Path, type_errors: dict[str, list[str]]
) -> None:
    pair = PAIRS[number]
    before = run_calls(f"old{number}", DocumentServer(base_document()))
    assert not type_errors.get(f"old{number}.py", []) + before
    failed = type_errors.get(f"new{number}.py", []) + run_calls(
        f"new{number}", DocumentServer(edited_document(pair.edits))
    )
    assert bool(failed) == (pair.severity is Severity.BREAKING), failed


def test_generated_packages_pass_mypy(type_errors: dict[str, list[str]]) -> None:
    inner = [name for name in type_errors if "/" in name]
    assert not inner, [line for name in inner for line in type_errors[name]]
