"""The surface of a client: the same from a view, from code in memory and from a folder."""

from collections.abc import Mapping
from pathlib import Path

import pytest
from clientcast.package_files import PackageError
from clientcast.pipeline import bind_document, cast
from clientcast.surface import surface_of_code, surface_of_folder, surface_of_view
from clientcast.view import Package

from tests.support.casting import SPECS
from tests.support.project import GENERATED, ROOT
from tests.support.selection import first_of_each

HOME = ("clerk", "okta", "pangea")
SMALL = sorted((SPECS / "ok").glob("*.yaml"))


def view_of(path: Path) -> Package:
    """Return the view of the package of a document."""
    package = bind_document(path, path.name).package
    assert package is not None
    return package


def cast_files(path: Path) -> Mapping[str, str]:
    """Return the files of the package of a document."""
    result = cast(path, path.name, formatter="none")
    assert result.files is not None, result.diagnostics
    return result.files


@pytest.mark.parametrize("name", HOME)
def test_checked_in_package_has_the_surface_of_its_spec(name: str) -> None:
    package = view_of(ROOT / "specs" / f"{name}.yaml")
    assert surface_of_folder(GENERATED / name, name) == surface_of_view(package)


@pytest.mark.parametrize("path", first_of_each(SMALL), ids=lambda path: path.stem)
def test_code_has_the_surface_of_its_view(path: Path) -> None:
    of_code = surface_of_code(cast_files(path), "package")
    assert surface_of_view(view_of(path)) == of_code


def test_large_package_has_the_surface_of_its_view(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("clientcast.bind.layout._MAX_OPERATIONS", 1)
    spec = SPECS / "ok" / "crud.yaml"
    files = cast_files(spec)
    assert any(path.startswith("resources/") for path in files)
    assert surface_of_view(view_of(spec)) == surface_of_code(files, "package")


def test_surface_of_a_folder_has_places_in_its_files() -> None:
    surface = surface_of_folder(GENERATED / "okta", "okta")
    lines = (GENERATED / "okta" / "client.py").read_text("utf-8").splitlines()
    path, _, line = surface.methods["sessions.get"].place.rpartition(":")
    assert path == "okta/client.py"
    assert "def get(" in lines[int(line) - 1]


def test_surface_has_what_a_hand_edit_adds(tmp_path: Path) -> None:
    for name in ("__init__.py", "_api.py", "client.py", "models.py"):
        text = (GENERATED / "okta" / name).read_text("utf-8")
        if name == "client.py":
            added = "    def mine(self, x: int | None = None) -> str:\n        return ''\n\n"
            text = text.replace("    def get(", f"{added}    def get(", 1)
        (tmp_path / name).write_text(text, "utf-8")
    method = surface_of_folder(tmp_path, "okta").methods["sessions.mine"]
    assert method.request is None
    assert [str(argument.annotation) for argument in method.arguments] == ["int | None"]


@pytest.mark.parametrize(
    ("name", "text", "message"),
    [
        ("client.py", None, "okta: the package has no client.py"),
        (
            "client.py",
            "x = (",
            "okta/client.py:1: not valid Python: '(' was never closed",
        ),
        ("client.py", "", "okta/client.py: exactly one class must inherit from Client"),
        ("models.py", "\0", "okta/models.py"),
        ("client.py", f"x = {'-' * 100_000}1", "okta"),
    ],
)
def test_folder_without_a_client_is_refused(
    tmp_path: Path, name: str, text: str | None, message: str
) -> None:
    for file in ("__init__.py", "_api.py", "client.py", "models.py"):
        content = (GENERATED / "okta" / file).read_text("utf-8")
        if file != name or text is not None:
            (tmp_path / file).write_text(text if file == name else content, "utf-8")
    with pytest.raises(PackageError) as raised:
        surface_of_folder(tmp_path, "okta")
    assert str(raised.value).startswith(message)
    assert "\n" not in str(raised.value)
