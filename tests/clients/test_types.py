"""Tests that mypy and pyright in their strictest mode find nothing."""

import ast
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.support.casting import SPECS, import_client
from tests.support.node import node_program
from tests.support.project import ROOT

USAGE = "tests/support/usage.py"
SERVICE = "tests/testing/service"
CHECKED_PATHS = (
    *("generator/clientcast", "templates/_runtime", "generated"),
    *(USAGE, SERVICE),
)
IMPORT_PATHS = ("generator", "generated", "templates", ".")

OTHER_FEATURES = (
    *("alternatives", "bodies", "directions", "enums", "hiding", "inheritance"),
    *("merge_patch", "mistakes"),
    *("nullable", "streams", "types"),
)
"""Documents of `specs/ok` with features that the checked-in clients lack."""

OLDEST = "3.11"

CANARY = "canary.py"
WRONG = """
from clerk import Clerk
from clerk.models import Session
from okta import Okta


def old(clerk: Clerk) -> Session:
    return clerk.sessions.verify("id")


def wrong(okta: Okta, untyped) -> int:
    return okta.sessions.get("id")
"""


def modules_below(checked_path: str) -> set[Path]:
    path = ROOT / checked_path
    assert path.exists(), f"{checked_path} is missing"
    if path.is_file():
        return {path}
    return {file for file in path.rglob("*") if file.suffix in (".py", ".pyi")}


def test_mypy_finds_nothing() -> None:
    done = subprocess.run(
        [
            sys.executable,
            "-m",
            "mypy",
            "--strict",
            "--python-version",
            OLDEST,
            *CHECKED_PATHS,
        ],
        cwd=ROOT,
        env={**os.environ, "MYPYPATH": os.pathsep.join(IMPORT_PATHS)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    count = sum(
        len({file.with_suffix("") for file in modules_below(checked_path)})
        for checked_path in CHECKED_PATHS
    )
    assert f"no issues found in {count} source files" in done.stdout


def pyright(folder: Path, **settings: object) -> Any:
    """Run pyright on a folder, and return its report."""
    settings |= {"pythonVersion": OLDEST, "typeCheckingMode": "strict"}
    (folder / "pyrightconfig.json").write_text(json.dumps(settings), encoding="utf-8")
    done = subprocess.run(
        [node_program("pyright"), "--project", str(folder), "--outputjson"]
        + ["--pythonpath", sys.executable],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode in (0, 1), done.stdout + done.stderr
    return json.loads(done.stdout)


def pyright_findings(folder: Path) -> dict[Path, list[str]]:
    """Run pyright on all checked paths, and return its findings by module."""
    # Pyright ignores absolute paths: the project's path is relative to the folder.
    project = Path(os.path.relpath(ROOT.resolve(), folder.resolve()))
    (folder / CANARY).write_text(WRONG, encoding="utf-8")
    report = pyright(
        folder,
        include=[
            CANARY,
            *((project / checked_path).as_posix() for checked_path in CHECKED_PATHS),
        ],
        extraPaths=[str(ROOT / checked_path) for checked_path in IMPORT_PATHS],
    )
    expected = {
        path.resolve()
        for checked_path in CHECKED_PATHS
        for path in modules_below(checked_path)
    }
    expected.add((folder / CANARY).resolve())
    assert report["summary"]["filesAnalyzed"] == len(expected)
    found: dict[Path, list[str]] = {path: [] for path in expected}
    for finding in report["generalDiagnostics"]:
        path = Path(finding["file"]).resolve()
        line = finding["range"]["start"]["line"] + 1
        message = finding["message"].partition("\n")[0]
        where = os.path.relpath(path, ROOT.resolve())
        found[path].append(f"{where}:{line}: {message} ({finding.get('rule')})")
    return found


def test_pyright_finds_nothing_but_the_mistakes_of_the_canary(tmp_path: Path) -> None:
    found = pyright_findings(tmp_path)
    mistakes = " ".join(found.pop((tmp_path / CANARY).resolve()))
    assert "Session" in mistakes and "reportReturnType" in mistakes
    assert "reportMissingParameterType" in mistakes
    assert "reportDeprecated" in mistakes
    findings = [finding for path in sorted(found) for finding in found[path]]
    assert not findings, "\n".join(["", *findings])


@pytest.mark.full
def test_pyright_finds_nothing_in_clients_with_other_features(tmp_path: Path) -> None:
    """The runtime is checked with the checked-in clients."""
    for name in OTHER_FEATURES:
        import_client(SPECS / "ok" / f"{name}.yaml", tmp_path)
    report = pyright(tmp_path, include=["*"], exclude=["*/_runtime"])
    assert report["summary"]["filesAnalyzed"] > 5 * len(OTHER_FEATURES)
    assert not report["generalDiagnostics"]


@pytest.mark.parametrize(
    "path", [ROOT / USAGE, *sorted((ROOT / SERVICE).glob("*.py"))], ids=lambda p: p.name
)
def test_code_of_users_needs_no_cast_any_or_ignore(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    text = text.replace("pyright: ignore[reportDeprecated]", "")
    names = {
        node.id for node in ast.walk(ast.parse(text)) if isinstance(node, ast.Name)
    }
    assert not names & {"cast", "Any"}
    assert "type: ignore" not in text and "pyright: ignore" not in text
