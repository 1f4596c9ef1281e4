"""The surface of a client: the same from a view, from code in memory and from a folder."""

from pathlib import Path

import pytest
from clientcast.package_files import PackageError
from clientcast.pipeline import Cast, cast
from clientcast.surface import surface_of_code, surface_of_folder, surface_of_view
from clientcast.surface.types import Surface

from tests.support.casting import SPECS
from tests.support.project import GENERATED, ROOT
from tests.support.selection import first_of_each

HOME = ("clerk", "okta", "pangea")
SMALL = sorted((SPECS / "ok").glob("*.yaml"))


def cast_spec(path: Path) -> Cast:
    result = cast(path, path.name, formatter="none")
    assert result.files is not None, result.diagnostics
    return result


def surfaces(result: Cast) -> tuple[Surface, Surface]:
    """Return the surface of the view of a cast, and that of its files."""
    assert result.files is not None
    assert result.binding is not None and result.binding.package is not None
    return (
        surface_of_view(result.binding.package),
        surface_of_code(result.files, "package"),
    )


@pytest.mark.parametrize("name", HOME)
def test_checked_in_package_has_the_surface_of_its_spec(name: str) -> None:
    binding = cast_spec(ROOT / "specs" / f"{name}.yaml").binding
    assert binding is not None and binding.package is not None
    folder = GENERATED / name
    assert surface_of_folder(folder, name) == surface_of_view(binding.package)


@pytest.mark.parametrize("path", first_of_each(SMALL), ids=lambda path: path.stem)
def test_code_has_the_surface_of_its_view(path: Path) -> None:
    of_view, of_code = surfaces(cast_spec(path))
    assert of_view == of_code


def test_large_package_has_the_surface_of_its_view(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("clientcast.bind.layout._MAX_OPERATIONS", 1)
    result = cast_spec(SPECS / "ok" / "crud.yaml")
    assert result.files is not None
    assert any(path.startswith("resources/") for path in result.files)
    of_view, of_code = surfaces(result)
    assert of_view == of_code


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
