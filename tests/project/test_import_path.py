"""The dotted name that a package is imported by."""

from pathlib import Path

import pytest
from clientcast.import_path import import_path

PROJECT = "[project]\nname = 'acme'\n"
WITH_ROOTS = "[tool.pytest.ini_options]\npythonpath = ['.', 'generated', 'lib/own']\n"


def make(root: Path, *files: str, settings: str | None = PROJECT) -> Path:
    """Make empty files in a folder of a project."""
    root = root / "work"
    for path in files:
        file = root / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.touch()
    root.mkdir(exist_ok=True)
    if settings is not None:
        (root / "pyproject.toml").write_text(settings)
    return root


@pytest.mark.parametrize(
    ("folder", "expected"),
    [
        ("src/acme/okta", "acme.okta"),
        ("src/okta", "okta"),
        ("clients/shop", "clients.shop"),
        ("shop", "shop"),
        ("my-clients/shop", "shop"),
        ("my-clients/src/shop", "shop"),
        ("my-clients/3/shop", "shop"),
        ("clients/class", ""),
        ("clients/my-shop", ""),
    ],
)
def test_layouts_of_a_project(tmp_path: Path, folder: str, expected: str) -> None:
    assert import_path(make(tmp_path) / folder) == expected


def test_the_nearest_project_counts(tmp_path: Path) -> None:
    root = make(tmp_path, "services/billing/pyproject.toml")
    assert import_path(root / "services/billing/clients/shop") == "clients.shop"


@pytest.mark.parametrize(
    ("folder", "expected"),
    [
        ("generated/okta", "okta"),
        ("lib/own/okta", "okta"),
        ("lib/okta", "lib.okta"),
        ("generated", "generated"),
    ],
)
def test_folders_that_pytest_imports_from(
    tmp_path: Path, folder: str, expected: str
) -> None:
    assert import_path(make(tmp_path, settings=WITH_ROOTS) / folder) == expected


@pytest.mark.parametrize("settings", ["[tool", "[tool]\npytest = 1\n"])
def test_settings_without_pythonpath(tmp_path: Path, settings: str) -> None:
    root = make(tmp_path, settings=settings)
    assert import_path(root / "clients/shop") == "clients.shop"


def test_packages_without_a_project(tmp_path: Path) -> None:
    root = make(
        tmp_path, "app/acme/api/__init__.py", "app/acme/__init__.py", settings=None
    )
    assert import_path(root / "app/acme/api/shop") == "acme.api.shop"
    assert import_path(root / "app/other/shop") == "shop"
    assert import_path(root / "src/app/shop") == "shop"
