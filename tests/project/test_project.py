"""Tests of `generate --project`: its files, their rules, and hostile documents."""

import ast
import json
import os
import sys
import tomllib
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from clientcast.cli import main
from clientcast.comparison import OutputError
from clientcast.docs import Reference, extract, read_package
from clientcast.project import (
    NameProblem,
    compare_project,
    make_project,
    project_texts,
    write_project,
)
from clientcast.project.texts import DEPENDENCIES, OPTIONAL_DEPENDENCIES
from markdown_it import MarkdownIt
from msgspec.structs import replace

from tests.support.project import GENERATED, ROOT

DOCUMENT = """\
openapi: 3.1.0
info: {title: Parcels, version: VERSION}
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


@pytest.fixture(scope="module")
def reference() -> Reference:
    return extract(read_package(GENERATED / "okta", "okta"))


@pytest.fixture(scope="module")
def files(reference: Reference) -> dict[str, str]:
    return dict(project_texts(reference, "okta-client", "okta_client").files)


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Change to a folder with a document, and return that of its project."""
    monkeypatch.chdir(tmp_path)
    save("1.0.0")
    return tmp_path / "parcels-client"


def save(version: str) -> None:
    Path("api.yaml").write_text(DOCUMENT.replace("VERSION", version), encoding="utf-8")


def run(*arguments: str, status: int = 0, name: str = "parcels-client") -> Result:
    command = [*arguments, "--spec", "api.yaml", "--project", name]
    result = CliRunner().invoke(main, command, prog_name="clientcast")
    assert result.exit_code == status, result.output
    return result


def digests(folder: Path) -> dict[str, bytes]:
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file()
    }


# The command


def test_project_is_written_checked_and_kept(folder: Path) -> None:
    assert run("generate").stdout.endswith(
        "parcels-client 1.0.0: 4 files changed in parcels-client\n"
    )
    assert sorted(path.name for path in folder.iterdir()) == [
        "LICENSE",
        "README.md",
        "clientcast.json",
        "pyproject.toml",
        "src",
    ]
    assert (folder / "src/parcels_client/py.typed").is_file()
    assert "from parcels_client import Parcels" in (folder / "README.md").read_text()
    assert run("check").stdout == "api: 1 operation, no problems\nexit 0\n"
    assert "parcels-client 1.0.0: unchanged" in run("generate").stdout

    save("'2025-06-30.basil'")
    (folder / "LICENSE").write_text("MIT", encoding="utf-8")
    (folder / "mine.txt").write_text("mine", encoding="utf-8")
    preview = run("generate", "--diff").stdout
    assert '+version = "2025.6.30+basil"' in preview
    assert "files would change in parcels-client\n" in preview
    stale = run("check", status=1).stdout
    assert "parcels-client/pyproject.toml:7:1: stale" in stale
    assert "LICENSE" not in stale
    updated = run("generate")
    assert (
        "parcels-client/pyproject.toml: the version '2025-06-30.basil' of the document is"
        " 2025.6.30+basil: in the form of PEP 440; public indexes accept no '+'\n"
        in updated.stderr
    )
    assert (folder / "LICENSE").read_text() == "MIT"
    assert (folder / "mine.txt").read_text() == "mine"
    assert 'version = "2025.6.30+basil"' in (folder / "pyproject.toml").read_text()
    run("generate", "--force")
    assert (folder / "LICENSE").read_text() != "MIT"


def test_edited_settings_are_kept_with_a_note(folder: Path) -> None:
    run("generate")
    file = folder / "pyproject.toml"
    edited = file.read_text() + "\n[tool.mine]\n"
    file.write_text(edited, encoding="utf-8")
    assert "kept" not in run("generate").stderr
    save("1.1.0")
    assert run("generate").stderr == (
        "parcels-client/pyproject.toml: edited since it was generated; kept; the version of"
        " the document is 1.1.0; --force overwrites it\n"
    )
    assert file.read_text() == edited
    assert run("check").stdout == "api: 1 operation, no problems\nexit 0\n"


def test_foreign_file_and_document_with_an_error_write_nothing(folder: Path) -> None:
    folder.mkdir()
    (folder / "pyproject.toml").write_text("[project]\n", encoding="utf-8")
    for options in ([], ["--force"]):
        failed = run("generate", *options, status=1)
        assert "pyproject.toml is in the way" in failed.stderr
        assert digests(folder) == {"pyproject.toml": b"[project]\n"}
    Path("api.yaml").write_text("openapi: [", encoding="utf-8")
    run("generate", status=1, name="other")
    assert not Path("other").exists()


def test_configured_spec_keeps_the_name_of_its_package(folder: Path) -> None:
    Path("pyproject.toml").write_text(
        '[tool.clientcast]\noutput = "made"\n'
        '[tool.clientcast.documents.parcels]\nspec = "api.yaml"\n'
        '[tool.clientcast.documents.other]\nspec = "api.yaml"\n',
        encoding="utf-8",
    )

    def invoke(*names: str) -> Result:
        command = ["generate", *names, "--project", "parcels-client"]
        return CliRunner().invoke(main, command)

    assert "--project is of one spec: name one of parcels, other" in invoke().stderr
    assert invoke("parcels").exit_code == 0
    assert (folder / "src/parcels/client.py").is_file()
    assert not Path("made").exists()


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("json", "is a module of Python"),
        ("httpx2", "is a module of Python or of a dependency"),
        ("class", "is no name of a Python package"),
        ("1st", "is no name of a Python package"),
        ("aux", "is no name of a Python package"),
        ("päckchen", "is no name of a distribution"),
        ("a b", "is no name of a distribution"),
        ("-x-", "is no name of a distribution"),
    ],
)
def test_invalid_name_of_a_project_is_refused(
    name: str, words: str, tmp_path: Path
) -> None:
    with pytest.raises(NameProblem, match=words):
        make_project(tmp_path / name, None)


@pytest.mark.parametrize(
    ("name", "distribution", "package"),
    [
        ("petstore", "petstore", "petstore"),
        ("Pet.Store_API", "pet-store-api", "pet_store_api"),
    ],
)
def test_project_is_named_as_its_folder(
    name: str, distribution: str, package: str, tmp_path: Path
) -> None:
    project = make_project(tmp_path / name, None)
    assert (project.distribution, project.package) == (distribution, package)


# The files


def test_settings_declare_what_the_runtime_imports(files: dict[str, str]) -> None:
    project = tomllib.loads(files["pyproject.toml"])["project"]
    names = {requirement.partition(">")[0] for requirement in project["dependencies"]}
    assert names == DEPENDENCIES.keys()
    folders = (ROOT / "templates/_runtime", GENERATED)
    imported = {
        name
        for folder in folders
        for path in folder.rglob("*.py")
        for name in third_party_imports(path)
    }
    own = {"okta", "clerk", "pangea", "_runtime", "typing_extensions"}
    optional = {name for named in OPTIONAL_DEPENDENCIES.values() for name in named}
    assert imported - own == names | optional


def third_party_imports(path: Path) -> Iterator[str]:
    """Yield the packages that a module imports, also by `import_module`."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        modules: list[str] = []
        match node:
            case ast.Import(names=names):
                modules = [alias.name for alias in names]
            case ast.ImportFrom(level=0, module=str(module)):
                modules = [module]
            case ast.Call(
                func=ast.Name(id="import_module"),
                args=[ast.Constant(value=str(module))],
            ):
                modules = [module]
            case _:
                pass
        for module in modules:
            name = module.partition(".")[0]
            if name and name not in sys.stdlib_module_names:
                yield name


HOSTILE = (
    '"]\n[project]\nname = "evil',
    "'''\"\"\"\\",
    "</title><script>alert(1)</script><img src=x onerror=alert(1)>",
    "[x](javascript:alert(1)) ![](https://evil.example/x.png)",
    "a\x00b\x1b[31m\u202e\ud800\x7f\u2028",
    "# heading\n\n- list\n\n```\n",
    "{{ title }} {% raw %} ${jndi} %(name)s",
    "x" * 10_000,
)


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_text_is_neither_toml_nor_html(text: str, reference: Reference) -> None:
    hostile = replace(
        reference, title=text, version=text, summary=text, description=text
    )
    made = project_texts(hostile, "okta-client", "okta_client").files
    expected = project_texts(reference, "okta-client", "okta_client").files
    settings, plain = (tomllib.loads(f["pyproject.toml"]) for f in (made, expected))
    assert {"\n", "\0", "\x1b", "<", ">"}.isdisjoint(settings["project"]["description"])
    assert len(settings["project"]["description"]) < 512
    for project in (settings["project"], plain["project"]):
        del project["description"], project["version"]
    assert settings == plain
    html = MarkdownIt("commonmark").enable("table").render(made["README.md"])
    for part in ("<script", "<img", 'href="javascript', "\x1b"):
        assert part not in html
    json.loads(made["clientcast.json"])
    for content in made.values():
        content.encode()


# Rules of writing


def test_edit_of_the_user_survives_until_force(
    files: dict[str, str], tmp_path: Path
) -> None:
    write_project(tmp_path, files)
    (tmp_path / "README.md").write_text("mine", encoding="utf-8")
    os.chmod(tmp_path / "pyproject.toml", 0o600)
    changed = {**files, "pyproject.toml": "[project]\n"}
    assert not compare_project(tmp_path, files).written
    assert [c.path for c in write_project(tmp_path, changed).written] == [
        "pyproject.toml"
    ]
    assert (tmp_path / "pyproject.toml").stat().st_mode & 0o777 == 0o600
    assert (tmp_path / "README.md").read_text() == "mine"
    write_project(tmp_path, files, force=True)
    assert digests(tmp_path) == {path: text.encode() for path, text in files.items()}


def foreign_folder(path: Path) -> None:
    path.mkdir()


def foreign_link(path: Path) -> None:
    path.symlink_to(path.with_name("elsewhere"))


@pytest.mark.parametrize("make", [foreign_folder, foreign_link])
@pytest.mark.parametrize("name", ["LICENSE", "clientcast.json"])
def test_foreign_path_is_refused(
    make: Callable[[Path], None], name: str, files: dict[str, str], tmp_path: Path
) -> None:
    make(tmp_path / name)
    with pytest.raises(OutputError, match=f"{name} is in the way"):
        write_project(tmp_path, files, force=True)
    assert [path.name for path in tmp_path.iterdir()] == [name]


@pytest.mark.parametrize("is_first", [True, False])
@pytest.mark.parametrize("replaced", range(5))
def test_killed_run_is_not_taken_for_edits(
    is_first: bool,
    replaced: int,
    reference: Reference,
    files: dict[str, str],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    if not is_first:
        write_project(tmp_path, files)
    second, third = (
        project_texts(replace(reference, version=v, title=v), "okta-client", "okta")
        for v in ("6.0", "7.0")
    )
    replacing, left = os.replace, [replaced]

    def replace_some(old: Path, new: Path) -> None:
        left[0] -= 1
        if left[0] < 0:
            raise KeyboardInterrupt
        replacing(old, new)

    with monkeypatch.context() as patch, suppress(KeyboardInterrupt):
        patch.setattr("clientcast.project.writing.os.replace", replace_some)
        write_project(tmp_path, second.files)
    done = write_project(tmp_path, third.files)
    assert not done.kept
    assert digests(tmp_path) == {p: t.encode() for p, t in third.files.items()}
    assert not (tmp_path / ".clientcast.new").exists()


def test_folder_with_the_name_of_the_stage_is_left_alone(
    files: dict[str, str], tmp_path: Path
) -> None:
    (tmp_path / ".clientcast.new").mkdir()
    (tmp_path / ".clientcast.new/mine.txt").write_text("mine", encoding="utf-8")
    with pytest.raises(OutputError, match="File exists"):
        write_project(tmp_path, files)
    assert list(digests(tmp_path)) == [".clientcast.new/mine.txt"]


def test_file_in_place_of_the_folder_is_reported(
    files: dict[str, str], tmp_path: Path
) -> None:
    (tmp_path / "a").write_text("mine", encoding="utf-8")
    with pytest.raises(OutputError, match="Not a directory"):
        write_project(tmp_path / "a", files)
    assert (tmp_path / "a").read_text() == "mine"
