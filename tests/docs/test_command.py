"""`clientcast docs`: the packages that it reads, the files that it writes, and its output."""

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.docs.command import copy, docs, files_in
from tests.docs.rendered import NAMES, folder
from tests.support.project import ROOT

CONFIGURATION = """
[tool.clientcast]
specs = ["specs/clerk.yaml", "specs/okta.yaml", "specs/pangea.yaml"]
output = "clients"

[tool.pytest.ini_options]
pythonpath = ["clients"]
"""


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a project with generated clients, which is the current folder."""
    (tmp_path / "pyproject.toml").write_text(CONFIGURATION, encoding="utf-8")
    (tmp_path / "specs").mkdir()
    for name in NAMES:
        (tmp_path / "specs" / f"{name}.yaml").touch()
        copy(name, tmp_path / "clients" / name)
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def vendored(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a copy of a client under another name, outside any project."""
    copy("okta", tmp_path / "acme_okta")
    monkeypatch.chdir(tmp_path)
    return tmp_path / "acme_okta"


def test_docs_writes_all_clients_of_the_project(project: Path) -> None:
    result = docs()
    assert (result.exit_code, result.stderr) == (0, "")
    assert result.stdout == "3 clients, 24 operations, 41 files changed in docs\n"
    assert files_in(project / "docs") == folder()


def test_unchanged_pages_are_not_written(project: Path) -> None:
    docs()
    before = {p: p.stat().st_mtime_ns for p in (project / "docs").rglob("*")}
    result = docs()
    assert result.stdout == "3 clients, 24 operations, unchanged in docs\n"
    assert before == {p: p.stat().st_mtime_ns for p in (project / "docs").rglob("*")}


def test_docs_option_of_the_project_sets_the_folder(project: Path) -> None:
    setting = 'output = "clients"\n'
    text = CONFIGURATION.replace(setting, f'{setting}docs = "site/api"\n')
    (project / "pyproject.toml").write_text(text, encoding="utf-8")
    assert "changed in site/api" in docs().stdout
    assert (project / "site" / "api" / "index.md").is_file()


def test_project_is_found_in_a_parent_folder(
    project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (project / "inner").mkdir()
    monkeypatch.chdir(project / "inner")
    assert "changed in docs" in docs().stdout
    assert (project / "docs" / "index.md").is_file()


@pytest.mark.parametrize("option", ["--site", "--output=pages"])
@pytest.mark.parametrize("as_data", ["--json", "--json-schema"])
def test_json_options_exclude_page_options(
    project: Path, as_data: str, option: str
) -> None:
    result = docs(as_data, option)
    assert result.exit_code == 2
    assert "JSON is printed; --site and --output go with pages" in result.stderr


def test_folder_contains_only_the_named_clients(project: Path) -> None:
    docs()
    assert "1 client, 9 operations" in docs("okta").stdout
    assert {path.partition("/")[0] for path in files_in(project / "docs")} == {
        "clientcast.json",
        "index.md",
        "llms.txt",
        "okta",
    }


def test_foreign_files_are_kept(project: Path) -> None:
    (project / "docs" / "okta").mkdir(parents=True)
    (project / "docs" / "okta" / "mine.md").write_text("mine", encoding="utf-8")
    assert docs().exit_code == 0
    assert files_in(project / "docs") == {**folder(), "okta/mine.md": "mine"}


def test_foreign_file_is_not_overwritten(project: Path) -> None:
    (project / "docs").mkdir()
    (project / "docs" / "index.md").write_text("mine", encoding="utf-8")
    result = docs()
    assert result.exit_code == 1
    assert "is in the way" in result.stderr
    assert files_in(project / "docs") == {"index.md": "mine"}


def test_output_in_a_package_is_refused(project: Path) -> None:
    before = files_in(project / "clients" / "okta")
    result = docs("okta", "--output", "clients/okta")
    assert result.exit_code == 2
    assert "clients/okta is a package; name another folder" in result.stderr
    assert files_in(project / "clients" / "okta") == before


def test_vendored_copy_is_documented_under_its_own_name(vendored: Path) -> None:
    result = docs("acme_okta", "--output", "pages")
    assert (result.exit_code, result.stderr) == (0, "")
    found = files_in(vendored.parent / "pages")
    expected = {
        path.removeprefix("okta/"): re.sub(
            r"\bokta( import|\.testing)", r"acme_okta\1", text
        )
        for path, text in folder().items()
        if path.startswith("okta/")
    }
    assert {
        path.removeprefix("acme_okta/"): text
        for path, text in found.items()
        if path.startswith("acme_okta/")
    } == expected
    assert "from acme_okta import Okta" in found["acme_okta/index.md"]


def test_import_name_comes_from_the_class_if_the_folder_is_no_identifier(
    vendored: Path,
) -> None:
    vendored.rename(vendored.parent / "okta-1")
    assert docs("./okta-1").exit_code == 0
    page = vendored.parent / "docs" / "okta" / "index.md"
    assert "from okta import Okta" in page.read_text("utf-8")


def test_package_is_not_imported(vendored: Path) -> None:
    for path in vendored.rglob("*.py"):
        text = path.read_text("utf-8") + '\nraise SystemExit("imported")\n'
        path.write_text(text, encoding="utf-8")
    before = set(sys.modules)
    assert docs("acme_okta").exit_code == 0
    assert not {name for name in set(sys.modules) - before if "okta" in name}


def test_edited_code_is_reported_and_documented(vendored: Path) -> None:
    client = vendored / "client.py"
    text = client.read_text("utf-8").replace("Retrieve a session.", "Look it up.")
    client.write_text(text, encoding="utf-8")
    result = docs("acme_okta")
    assert result.exit_code == 0
    assert result.stderr == (
        "acme_okta/client.py: edited since it was generated;"
        " the reference docs describe the edited file\n"
    )
    page = vendored.parent / "docs" / "acme_okta" / "sessions.md"
    assert "Look it up." in page.read_text("utf-8")


def test_crlf_line_ends_are_not_an_edit(vendored: Path) -> None:
    for path in vendored.rglob("*.py"):
        path.write_bytes(path.read_bytes().replace(b"\n", b"\r\n"))
    result = docs("acme_okta")
    assert (result.exit_code, result.stderr) == (0, "")


def test_unknown_name_is_refused_with_a_suggestion(project: Path) -> None:
    result = docs("octa")
    assert result.exit_code == 2
    assert "there is no spec 'octa'" in result.stderr
    assert "did you mean 'okta'?" in result.stderr


@pytest.mark.parametrize("arguments", [(), ("okta",)])
def test_path_is_required_without_a_project(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, arguments: tuple[str, ...]
) -> None:
    monkeypatch.chdir(tmp_path)
    result = docs(*arguments)
    assert result.exit_code == 2
    assert "no pyproject.toml with [tool.clientcast]" in result.stderr
    assert "name the folder of a package" in result.stderr


def test_packages_with_the_same_name_get_separate_folders(vendored: Path) -> None:
    shutil.copytree(vendored, vendored.parent / "other" / "acme_okta")
    assert "2 clients" in docs("acme_okta", "other/acme_okta").stdout
    names = {p.name for p in (vendored.parent / "docs").iterdir() if p.is_dir()}
    assert names == {"acme_okta", "acme_okta_2"}


def test_json_is_printed_without_writing_files(project: Path) -> None:
    result = docs("--json", "okta", "clerk")
    assert (result.exit_code, result.stderr) == (0, "")
    content = json.loads(result.stdout)
    assert [c["package"] for c in content["clients"]] == ["okta", "clerk"]
    assert not (project / "docs").exists()


def test_json_schema_option_prints_the_schema() -> None:
    result = docs("--json-schema")
    path = ROOT / "templates" / "docs" / "reference.schema.json"
    assert result.stdout == path.read_text("utf-8")


def run_apart(to: Path, seed: str) -> None:
    """Run the command in a child process with a hash seed."""
    path = str(ROOT / "generator")
    subprocess.run(
        [sys.executable, "-m", "clientcast", "docs", "--output", str(to)],
        cwd=ROOT,
        env={**os.environ, "PYTHONHASHSEED": seed, "PYTHONPATH": path},
        check=True,
        stdout=subprocess.DEVNULL,
    )


def test_output_does_not_depend_on_the_hash_seed(tmp_path: Path) -> None:
    for seed in ("1", "2"):
        run_apart(tmp_path / seed, seed)
        assert files_in(tmp_path / seed) == folder()


def test_docs_of_three_clients_take_little_cpu_time(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """It usually takes less than a second of CPU; the limit is generous."""
    resource = pytest.importorskip(
        "resource", reason="CPU time of children is measured on Unix only"
    )
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    run_apart(tmp_path / "docs", "0")
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    seconds = after.ru_utime - before.ru_utime + after.ru_stime - before.ru_stime
    with capsys.disabled():
        print(f"\nclientcast docs: {seconds:.2f} s of CPU for three clients")
    assert seconds < 5
