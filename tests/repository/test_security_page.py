"""Tests of SECURITY.md: the tests that it names exist."""

import ast
import re
from functools import cache
from pathlib import Path

import pytest

from tests.support.project import ROOT

PAGE = (ROOT / "SECURITY.md").read_text(encoding="utf-8")
NAMED_TESTS = sorted(set(re.findall(r"`(tests/[\w/.:]+)`", PAGE)))


@cache
def functions(path: Path) -> set[str]:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    return {node.name for node in tree.body if isinstance(node, ast.FunctionDef)}


@pytest.mark.parametrize("named", NAMED_TESTS)
def test_named_test_exists(named: str) -> None:
    path, _, function = named.partition("::")
    found = functions(ROOT / path)
    assert any(name.startswith("test_") for name in found)
    assert not function or function in found


def test_every_promise_names_a_test() -> None:
    promises = re.split(r"^## ", PAGE, flags=re.MULTILINE)
    rows = [
        row
        for part in promises
        if part.startswith("While ")
        for row in part.splitlines()
        if row.startswith("| ") and not row.startswith("| promise")
    ]
    assert len(rows) > 20
    for row in rows:
        assert "`tests/" in row, row


def test_readme_links_to_the_page_and_the_sdist_contains_it() -> None:
    assert "[SECURITY.md](SECURITY.md)" in (ROOT / "README.md").read_text("utf-8")
    assert '"/SECURITY.md"' in (ROOT / "pyproject.toml").read_text("utf-8")
