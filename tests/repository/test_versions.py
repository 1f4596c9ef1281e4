"""Tests of the versions of clientcast, of its releases and of the checked-in clients."""

import datetime
import importlib.util
import json
import re
import sys
from importlib.metadata import version
from pathlib import Path

import pytest
from clientcast import __version__
from clientcast.source import read

from tests.support.project import GENERATED, ROOT

RELEASE = re.compile(r"(\d+\.\d+\.\d+) - (\d{4}-\d\d-\d\d)")
HEADINGS = re.findall(r"^## (.+)$", (ROOT / "CHANGELOG.md").read_text(), re.MULTILINE)


def test_changelog_has_dated_releases_with_the_newest_first() -> None:
    releases = [RELEASE.fullmatch(title) for title in HEADINGS if title != "Unreleased"]
    assert "Unreleased" not in HEADINGS[1:]
    found = [
        (tuple(map(int, match[1].split("."))), datetime.date.fromisoformat(match[2]))
        for match in releases
        if match is not None
    ]
    assert len(found) == len(releases), "a heading is not `VERSION - DATE`"
    assert found == sorted(found, reverse=True)
    assert len({number for number, _ in found}) == len(found)


def test_no_change_is_listed_twice() -> None:
    lines = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8").splitlines()
    items = [line for line in lines if line.startswith("* ")]
    assert len(set(items)) == len(items)


def test_newest_release_is_the_version_of_the_generator() -> None:
    newest = next(title for title in HEADINGS if title != "Unreleased")
    assert newest.partition(" ")[0] == __version__ == version("clientcast")


def test_version_is_in_one_place() -> None:
    pyproject = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    assert f'"{__version__}"' not in pyproject
    assert 'path = "generator/clientcast/__init__.py"' in pyproject


@pytest.mark.parametrize("name", ["clerk", "okta", "pangea"])
def test_client_names_the_versions_of_its_document_and_generator(name: str) -> None:
    spec = read(ROOT / "specs" / f"{name}.yaml", name).data
    manifest = json.loads((GENERATED / name / "clientcast.json").read_text())
    assert manifest["generator"] == f"clientcast {__version__}"
    assert manifest["spec"]["version"] == spec["info"]["version"]
    assert _package_version(GENERATED / name) == spec["info"]["version"]


def _package_version(folder: Path) -> str:
    module = importlib.util.spec_from_file_location(
        f"versions_{folder.name}", folder / "__init__.py"
    )
    assert module is not None and module.loader is not None
    package = importlib.util.module_from_spec(module)
    sys.modules[module.name] = package
    try:
        module.loader.exec_module(package)
    finally:
        del sys.modules[module.name]
    return str(package.__version__)
