"""Tests of formatting: black leaves what ruff has formatted as it is."""

import ast
from pathlib import Path

import pytest
from clientcast import pipeline
from clientcast.bind.docstrings import docstring, escape_markup
from clientcast.cache import Cache
from clientcast.config import load_jobs
from clientcast.formatters import Formatter
from clientcast.render import formatting
from clientcast.render.formatting import (
    format_modules,
    format_with_black,
    format_with_ruff,
)

from tests.support.casting import SPECS
from tests.support.project import HOME_SPECS, ROOT
from tests.support.selection import first_of_each

LONG_NAMES = Path(__file__).with_name("long_names.yaml")
SMALL_SPECS = sorted((SPECS / "ok").glob("*.yaml"))
CORPUS = SPECS.parents[2] / "shared" / "corpus"
PUBLISHED_SPECS = ("atlassian__jira.yaml", "clerk__backend.yaml", "discord__api.json")
MODULES = {"a.py": "A = 'a'\n", "models/b.py": "B=( 1,\n)\n"}
FORMATTED = {"a.py": 'A = "a"\n', "models/b.py": "B = (1,)\n"}


def generated_modules(spec: Path, formatter: Formatter = "ruff") -> dict[str, str]:
    """Return the modules of a package, without the runtime."""
    files = pipeline.cast(spec, spec.name, formatter=formatter).files
    assert files is not None
    return {
        path: text
        for path, text in files.items()
        if path.endswith((".py", ".pyi")) and not path.startswith("_runtime/")
    }


@pytest.mark.parametrize(
    "spec",
    [*HOME_SPECS, LONG_NAMES, *first_of_each(SMALL_SPECS)],
    ids=lambda spec: spec.stem,
)
def test_black_leaves_small_packages_as_they_are(spec: Path) -> None:
    modules = generated_modules(spec)
    assert format_with_black(modules) == modules


@pytest.mark.parametrize(
    "spec",
    [*HOME_SPECS, LONG_NAMES, *first_of_each(SMALL_SPECS)],
    ids=lambda spec: spec.stem,
)
def test_unformatted_code_has_the_same_syntax_trees(spec: Path) -> None:
    formatted = generated_modules(spec)
    unformatted = generated_modules(spec, "none")
    assert unformatted.keys() == formatted.keys()
    for path, text in unformatted.items():
        assert ast.dump(ast.parse(text)) == ast.dump(ast.parse(formatted[path]))


@pytest.mark.full
@pytest.mark.parametrize("name", PUBLISHED_SPECS)
def test_black_leaves_packages_of_published_apis_as_they_are(name: str) -> None:
    spec = CORPUS / name
    if not spec.exists():
        pytest.skip("needs ../shared/corpus beside the project")
    modules = generated_modules(spec)
    chosen = sorted(modules, key=lambda path: len(modules[path]))[:40]
    shortest = {path: modules[path] for path in chosen}
    assert format_with_black(shortest) == shortest


def test_own_packages_are_formatted_by_black() -> None:
    assert {job.formatter for job in load_jobs(ROOT)} == {"black"}


def test_modules_are_formatted_by_the_chosen_formatter(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    assert format_modules(MODULES, "none") == MODULES
    assert list(format_modules(MODULES, "black").items()) == list(FORMATTED.items())
    monkeypatch.setattr(formatting, "format_with_black", None)
    assert list(format_modules(MODULES, "ruff").items()) == list(FORMATTED.items())


def test_black_gets_what_ruff_formatted_and_formats_it_once(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    asked: list[dict[str, str]] = []

    def recorded(modules: dict[str, str]) -> dict[str, str]:
        asked.append(dict(modules))
        return format_with_black(modules)

    monkeypatch.setattr(formatting, "format_with_black", recorded)
    assert format_modules(MODULES, "black") == FORMATTED
    assert asked == [FORMATTED]


def test_ruff_ignores_the_settings_of_the_user(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = (
        "line-length = 20\nexclude = ['*.py']\n[format]\nquote-style = 'single'\n"
    )
    for folder in (tmp_path, tmp_path / "ruff"):
        folder.mkdir(exist_ok=True)
        (folder / "ruff.toml").write_text(settings, encoding="utf-8")
    (tmp_path / ".gitignore").write_text("*.py\n", encoding="utf-8")
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    monkeypatch.setattr("tempfile.tempdir", None)
    monkeypatch.chdir(tmp_path)
    assert format_with_ruff(MODULES) == FORMATTED
    assert {path.name for path in tmp_path.iterdir()} == {
        ".gitignore",
        "ruff",
        "ruff.toml",
    }


@pytest.mark.parametrize("name", ["build/a.py", "venv.py", "node_modules/a.py"])
def test_ruff_formats_modules_of_any_name(name: str) -> None:
    assert format_with_ruff({name: "A = 'a'\n"}) == {name: 'A = "a"\n'}


def test_invalid_code_is_an_error_that_names_the_module() -> None:
    with pytest.raises(RuntimeError, match=r"ruff cannot format .* models/b\.py:1:7"):
        format_with_ruff({"a.py": "A = 1\n", "models/b.py": "def f(:\n"})


def test_only_changed_modules_are_formatted(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    cache = Cache(tmp_path / "cache")
    assert format_modules(MODULES, "ruff", cache) == FORMATTED
    asked = []

    def recorded(modules: dict[str, str]) -> dict[str, str]:
        asked.append(dict(modules))
        return format_with_ruff(modules)

    monkeypatch.setattr(formatting, "format_with_ruff", recorded)
    assert format_modules(MODULES, "ruff", cache) == FORMATTED
    changed = MODULES | {"a.py": "A = 'b'\n"}
    found = format_modules(changed, "ruff", cache)
    assert found == FORMATTED | {"a.py": 'A = "b"\n'}
    assert asked == [{}, {"a.py": "A = 'b'\n"}]


def test_formatters_share_no_entries(tmp_path: Path) -> None:
    cache = Cache(tmp_path / "cache")
    text = {"a.py": "A = 'a'\n"}
    format_modules(text, "black", cache)
    number = len(list(tmp_path.rglob("*")))
    format_modules(text, "ruff", cache)
    assert len(list(tmp_path.rglob("*"))) == number + 1


@pytest.mark.parametrize(
    "text",
    ['Say "a"', '"a"', 'A """', '"', 'A \\"', "A \\", 'Say "b".\n\nMore "c"'],
)
def test_formatters_agree_on_quotes_at_the_end_of_a_docstring(text: str) -> None:
    modules = {"a.py": f"class A:\n    {docstring(text)}\n"}
    formatted = format_with_ruff(modules)
    assert format_with_black(formatted) == formatted
    (class_,) = ast.parse(formatted["a.py"]).body
    assert isinstance(class_, ast.ClassDef)
    found = ast.get_docstring(class_) or ""
    assert found.strip() == escape_markup(text)
