"""Tests of the types: mypy and pyright, as strict as they get, find nothing."""

import ast
import json
import os
import subprocess
import sys
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from tests.support.casting import SPECS, import_client
from tests.support.node import program
from tests.support.project import ROOT

USAGE = "tests/support/usage.py"
PLACES = ("generator/clientcast", "templates/_runtime", "generated", USAGE)
SEARCHED = ("generator", "generated", "templates")

UNLIKE_OURS = (
    *("alternatives", "bodies", "hiding", "mistakes", "nullable", "streams", "types"),
)
"""Documents of `specs/ok` with what the clients that are checked in do not have."""

OLDEST = "3.11"

CANARY = "canary.py"
WRONG = """
from okta import Okta


def wrong(okta: Okta, untyped) -> int:
    return okta.sessions.get("id")
"""


def modules(place: str) -> set[Path]:
    path = ROOT / place
    assert path.exists(), f"{place} is missing"
    return {path} if path.is_file() else set(path.rglob("*.py"))


def test_mypy_finds_nothing() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "mypy", "--strict", "--python-version", OLDEST, *PLACES],
        cwd=ROOT,
        env={**os.environ, "MYPYPATH": os.pathsep.join(SEARCHED)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    count = sum(len(modules(place)) for place in PLACES)
    assert f"no issues found in {count} source files" in done.stdout


def pyright(folder: Path, **settings: object) -> Any:
    """What pyright reports of a folder."""
    settings |= {"pythonVersion": OLDEST, "typeCheckingMode": "strict"}
    (folder / "pyrightconfig.json").write_text(json.dumps(settings), encoding="utf-8")
    done = subprocess.run(
        [program("pyright"), "--project", str(folder), "--outputjson"]
        + ["--pythonpath", sys.executable],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode in (0, 1), done.stdout + done.stderr
    return json.loads(done.stdout)


@cache
def findings_of_pyright(folder: Path) -> Mapping[Path, list[str]]:
    """What pyright finds in each module that it read."""
    # It ignores absolute paths, so that the project is named from the folder.
    project = Path(os.path.relpath(ROOT.resolve(), folder.resolve()))
    (folder / CANARY).write_text(WRONG, encoding="utf-8")
    report = pyright(
        folder,
        include=[CANARY, *((project / place).as_posix() for place in PLACES)],
        extraPaths=[str(ROOT / place) for place in SEARCHED],
    )
    wanted = {path.resolve() for place in PLACES for path in modules(place)}
    wanted.add((folder / CANARY).resolve())
    assert report["summary"]["filesAnalyzed"] == len(wanted)
    found: dict[Path, list[str]] = {path: [] for path in wanted}
    for finding in report["generalDiagnostics"]:
        path = Path(finding["file"]).resolve()
        line = finding["range"]["start"]["line"] + 1
        message = finding["message"].partition("\n")[0]
        where = os.path.relpath(path, ROOT.resolve())
        found[path].append(f"{where}:{line}: {message} ({finding.get('rule')})")
    return found


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("pyright")


@pytest.mark.parametrize("place", PLACES)
def test_pyright_finds_nothing(place: str, folder: Path) -> None:
    found = findings_of_pyright(folder)
    findings = [f for path in sorted(modules(place)) for f in found[path.resolve()]]
    assert not findings, "\n".join(["", *findings])


def test_pyright_finds_nothing_in_clients_of_other_features(tmp_path: Path) -> None:
    """The runtime, which they share, is read with the clients that are checked in."""
    for name in UNLIKE_OURS:
        import_client(SPECS / "ok" / f"{name}.yaml", tmp_path)
    report = pyright(tmp_path, include=["*"], exclude=["*/_runtime"])
    assert report["summary"]["filesAnalyzed"] > 5 * len(UNLIKE_OURS)
    assert not report["generalDiagnostics"]


def test_pyright_is_strict_and_knows_the_clients(folder: Path) -> None:
    (canary,) = (path for path in findings_of_pyright(folder) if path.name == CANARY)
    found = " ".join(findings_of_pyright(folder)[canary])
    assert "Session" in found and "reportReturnType" in found
    assert "reportMissingParameterType" in found


def test_the_usage_script_needs_no_way_out() -> None:
    text = (ROOT / USAGE).read_text(encoding="utf-8")
    names = {
        node.id for node in ast.walk(ast.parse(text)) if isinstance(node, ast.Name)
    }
    assert not names & {"cast", "Any"}
    assert "type: ignore" not in text and "pyright: ignore" not in text
