"""Tests of the hooks of pre-commit, and of the jobs in `docs/ci.md`."""

import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.support.environments import find_uv, run_uv
from tests.support.project import ROOT

PRE_COMMIT = "pre-commit==4.7.0"
CHECK_JSONSCHEMA = "check-jsonschema==0.39.0"

HOOKS = yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text(encoding="utf-8"))
PAGE = (ROOT / "docs/ci.md").read_text(encoding="utf-8")
CONFIG, WORKFLOW, JOB = re.findall(r"^```yaml\n(.*?)^```$", PAGE, re.DOTALL | re.M)

DOCUMENT = """\
openapi: 3.1.0
info: {title: Parcels, version: 1.0.0}
servers: [{url: https://parcels.example.com}]
tags: [{name: parcels, description: Parcels on their way.}]
paths:
  /parcels:
    get:
      operationId: listParcels
      tags: [parcels]
      summary: List the parcels
      responses: {'204': {description: None.}}
"""
SETTINGS = f"""\
[project]
name = "shop"
version = "1.0.0"
requires-python = ">=3.11"

[dependency-groups]
dev = ["clientcast"]

[tool.uv.sources]
clientcast = {{path = {str(ROOT)!r}}}

[tool.clientcast]
specs = ["parcels.yaml"]
output = "made"
"""


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """Return a project that has clientcast among its development dependencies."""
    (tmp_path / "pyproject.toml").write_text(SETTINGS, encoding="utf-8")
    (tmp_path / "parcels.yaml").write_text(DOCUMENT, encoding="utf-8")
    return tmp_path


def run(folder: Path, line: str, **variables: str) -> int:
    """Run a line of a job in a shell, and return its exit status."""
    ignored = ("VIRTUAL_ENV", "PYTHONPATH", "UV_PROJECT_ENVIRONMENT")
    inherited = {name: v for name, v in os.environ.items() if name not in ignored}
    done = subprocess.run(
        ["bash", "-euo", "pipefail", "-c", line],
        cwd=folder,
        env={**inherited, **variables},
        capture_output=True,
        text=True,
        check=False,
    )
    print(line, done.stdout, done.stderr)
    return done.returncode


def workflow_lines() -> list[str]:
    steps: list[Any] = yaml.safe_load(WORKFLOW)["jobs"]["check"]["steps"]
    return [step["run"] for step in steps if "run" in step]


def job_lines() -> list[str]:
    job = yaml.safe_load(JOB)["clients"]
    return [*job["before_script"], *job["script"]]


def test_page_names_hooks_that_exist() -> None:
    names = {hook["id"] for hook in HOOKS}
    assert names == {"clientcast-check", "clientcast-generate"}
    (repository,) = yaml.safe_load(CONFIG)["repos"]
    assert {hook["id"] for hook in repository["hooks"]} <= names
    assert all(f"`{name}`" in PAGE for name in names)


@pytest.mark.full
@pytest.mark.skipif(sys.platform == "win32", reason="the entries run in bash")
def test_hooks_run_as_pre_commit_runs_them(project: Path) -> None:
    by_name = {hook["id"]: hook for hook in HOOKS}
    assert not any(hook["pass_filenames"] for hook in HOOKS)
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    check, generate = (
        by_name[f"clientcast-{name}"]["entry"] for name in ("check", "generate")
    )
    assert run(project, check, PATH=path) == 1
    assert run(project, generate, PATH=path) == 0
    assert run(project, check, PATH=path) == 0


@pytest.mark.full
def test_files_match_their_published_schemas(tmp_path: Path) -> None:
    if find_uv() is None:
        pytest.skip("uv is not installed")
    texts = {"github-workflows": WORKFLOW, "gitlab-ci": JOB}
    for schema, text in texts.items():
        file = tmp_path / f"{schema}.yml"
        file.write_text(text, encoding="utf-8")
        builtin = f"vendor.{schema}"
        command = ("check-jsonschema", "--builtin-schema", builtin, str(file))
        run_uv("tool", "run", "--from", CHECK_JSONSCHEMA, *command)
    config = tmp_path / "config.yaml"
    config.write_text(CONFIG, encoding="utf-8")
    for kind, file in (
        ("manifest", ROOT / ".pre-commit-hooks.yaml"),
        ("config", config),
    ):
        command = ("pre-commit", f"validate-{kind}", str(file))
        run_uv("tool", "run", "--from", PRE_COMMIT, *command)


@pytest.mark.full
@pytest.mark.skipif(sys.platform == "win32", reason="the jobs run in bash")
def test_jobs_fail_until_the_clients_are_generated(project: Path) -> None:
    uv = find_uv()
    if uv is None:
        pytest.skip("uv is not installed")
    path = f"{Path(uv).parent}{os.pathsep}{os.environ['PATH']}"
    lines = [*workflow_lines(), *job_lines()]
    install, *checks = sorted(set(lines), key=lambda line: not line.startswith("pip"))
    assert checks == ["uv run clientcast check --diff"]
    target = str(project / "tools")
    assert run(project, install, PATH=path, PIP_TARGET=target) == 0
    assert run(project, checks[0], PATH=path) == 1
    assert run(project, "uv run clientcast generate", PATH=path) == 0
    assert run(project, checks[0], PATH=path) == 0
