"""Tests of formatting: ruff formats rendered modules as black does."""

from collections.abc import Mapping
from pathlib import Path

import pytest
from clientcast import pipeline, render
from clientcast.render import formatting
from clientcast.render.formatting import (
    format_modules,
    format_with_black,
    format_with_ruff,
)

from tests.support.casting import SPECS
from tests.support.selection import first_of_each

SMALL_SPECS = sorted((SPECS / "ok").glob("*.yaml"))
CORPUS = SPECS.parents[2] / "shared" / "corpus"
PUBLISHED_SPECS = ("atlassian__jira.yaml", "clerk__backend.yaml")


class Rendered(Exception):
    """Carrier of the modules of a package before they are formatted."""


def unformatted(spec: Path, monkeypatch: pytest.MonkeyPatch) -> dict[str, str]:
    def stop(modules: Mapping[str, str]) -> None:
        raise Rendered(dict(modules))

    monkeypatch.setattr(render, "format_modules", stop)
    with pytest.raises(Rendered) as rendered:
        pipeline.cast(spec, spec.name)
    modules: dict[str, str] = rendered.value.args[0]
    return modules


def differing(modules: Mapping[str, str]) -> list[str]:
    return [
        path
        for path, text in modules.items()
        if format_with_ruff(path, text) != format_with_black(text)
    ]


@pytest.mark.parametrize("spec", first_of_each(SMALL_SPECS), ids=lambda spec: spec.stem)
def test_ruff_formats_small_packages_as_black_does(
    spec: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert not differing(unformatted(spec, monkeypatch))


@pytest.mark.full
@pytest.mark.parametrize("name", PUBLISHED_SPECS)
def test_ruff_formats_published_apis_as_black_does(
    name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    spec = CORPUS / name
    if not spec.exists():
        pytest.skip("needs ../shared/corpus beside the project")
    modules = unformatted(spec, monkeypatch)
    chosen = sorted(modules, key=lambda path: len(modules[path]))[:40]
    assert not differing({path: modules[path] for path in chosen})


def test_large_package_is_formatted_by_ruff(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(formatting, "format_with_black", None)
    modules = {"a.py": "A = 'a'\n", "b.py": "#" * formatting.RUFF_THRESHOLD + "\nB=1\n"}
    found = format_modules(modules)
    assert list(found) == ["a.py", "b.py"]
    assert found["a.py"] == 'A = "a"\n' and found["b.py"].endswith("B = 1\n")


def test_invalid_code_is_an_error_that_names_the_module() -> None:
    with pytest.raises(RuntimeError, match="a.py cannot be formatted"):
        format_with_ruff("a.py", "def f(:\n")
