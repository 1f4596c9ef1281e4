"""Tests of what runs without `--full`, and of how a test that fails is named."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.project import ROOT
from tests.support.selection import first_of_each

TESTS = """\
import pytest

def test_quick():
    pass

@pytest.mark.full
@pytest.mark.parametrize("number", [1, 2])
def test_full(number):
    pass

def test_wrong():
    assert False

def test_last():
    pass
"""


def outcome(folder: Path, *arguments: str) -> str:
    """Return what pytest prints about the module in a folder, which has `TESTS` if none."""
    if not (folder / "test_it.py").exists():
        (folder / "test_it.py").write_text(TESTS, encoding="utf-8")
    settings = "[pytest]\nmarkers =\n  first\n  full\n"
    (folder / "pytest.ini").write_text(settings, encoding="utf-8")
    plugins = ["-p", "xdist", "-p", "tests.support.selection"]
    done = subprocess.run(
        [sys.executable, "-m", "pytest", *plugins, *arguments],
        cwd=folder,
        env={
            **os.environ,
            "PYTHONPATH": str(ROOT),
            "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1",
        },
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.stderr == ""
    return done.stdout


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        (["test_it.py"], "1 failed, 2 passed, 2 deselected"),
        (["test_it.py", "--full"], "1 failed, 4 passed"),
        (["test_it.py", "--full", "-m", "full"], "2 passed, 3 deselected"),
        (["test_it.py::test_full"], "2 passed"),
        (["test_it.py::test_full[2]"], "1 passed"),
    ],
)
def test_full_tests_run_with_the_option_or_if_named(
    arguments: list[str], expected: str, tmp_path: Path
) -> None:
    printed = outcome(tmp_path, "-n", "0", *arguments)
    assert printed.splitlines()[-1].strip("= ").startswith(f"{expected} in ")


def test_tests_marked_first_run_first(tmp_path: Path) -> None:
    (tmp_path / "test_it.py").write_text(
        f"{TESTS}\n@pytest.mark.first\ndef test_long(): pass\n", encoding="utf-8"
    )
    printed = outcome(tmp_path, "-n", "0", "-v")
    tests = re.findall(r"^test_it.py::(\w+)", printed, re.MULTILINE)
    assert tests == ["test_long", "test_quick", "test_wrong", "test_last"]


@pytest.mark.parametrize("processes", ["0", "1"])
def test_test_that_fails_is_named_before_the_run_ends(
    processes: str, tmp_path: Path
) -> None:
    printed = outcome(tmp_path, "-n", processes, "test_it.py")
    before, _, _ = printed.partition(" FAILURES ")
    assert "\nFAILED test_it.py::test_wrong\n" in before


def test_all_but_the_first_of_each_kind_are_full() -> None:
    marked = first_of_each(["a", "bb", "c"], len)
    assert [(p.values, [mark.name for mark in p.marks]) for p in marked] == [
        (("a",), []),
        (("bb",), []),
        (("c",), ["full"]),
    ]
    assert [p.values for p in first_of_each([("row", "mode")])] == [("row", "mode")]
