"""Tests of `clientcast explain`, and of its page for each code of a diagnostic.

`python -m tests.cli.test_explain` writes `docs/diagnostics.md`.
"""

import re
from pathlib import Path

import pytest
from click.testing import CliRunner
from clientcast.cli import main
from clientcast.explanations import all_codes, explanation

from tests.check.test_bad_specs import codes_in_sources
from tests.support.project import ROOT

CODES = all_codes()
PAGE = ROOT / "docs" / "diagnostics.md"


def check(folder: Path, text: str) -> list[str]:
    """Return the codes that `clientcast check` prints for a document."""
    name = "spec.json" if text.startswith("{") else "spec.yaml"
    (folder / name).write_text(text, encoding="utf-8")
    result = CliRunner().invoke(main, ["check", "--spec", str(folder / name)])
    assert isinstance(result.exception, SystemExit | None)
    return re.findall(r"^\S+:\d+:\d+: (\S+) ", result.stdout, re.MULTILINE)


def test_every_code_has_a_page() -> None:
    assert set(CODES) == codes_in_sources()


@pytest.mark.parametrize("code", CODES)
def test_bad_document_has_the_mistake_and_good_one_has_none(
    code: str, tmp_path: Path
) -> None:
    found = explanation(code)
    if found.bad is None or found.bad.startswith("overlay:"):
        assert (found.bad is None) == (found.good is None)
        return
    assert found.good is not None
    assert code in check(tmp_path, found.bad)
    assert check(tmp_path, found.good) == []


def page_of_codes() -> str:
    """Return the page of the guide with all codes."""
    parts = [
        "# Look up a diagnostic",
        "`clientcast check` prints the code of each diagnostic after its location. `clientcast explain CODE` prints\n"
        "what is below, with a bad and a good document.",
    ]
    for code in CODES:
        found = explanation(code)
        parts += [f"## {code}", found.summary, found.text]
    return "\n\n".join(filter(None, parts)) + "\n"


def test_page_of_the_guide_has_all_codes() -> None:
    assert PAGE.read_text(encoding="utf-8") == page_of_codes()


def test_command_prints_the_explanation() -> None:
    result = CliRunner().invoke(main, ["explain", "unknown-type"])
    found = explanation("unknown-type")
    assert result.exit_code == 0
    assert result.stdout.startswith(f"unknown-type: {found.summary}\n")
    for document in (found.bad, found.good):
        assert document is not None
        indented = "".join(f"    {line}\n" for line in document.splitlines())
        assert indented in result.stdout


def test_command_lists_all_codes() -> None:
    result = CliRunner().invoke(main, ["explain"])
    assert [line.split()[0] for line in result.stdout.splitlines()] == CODES


def test_unknown_code_is_an_error_with_a_suggestion() -> None:
    result = CliRunner().invoke(main, ["explain", "unknown-typ"])
    assert result.exit_code == 2
    assert "there is no diagnostic 'unknown-typ'" in result.stderr
    assert "did you mean 'unknown-type'?" in result.stderr


if __name__ == "__main__":
    PAGE.write_text(page_of_codes(), encoding="utf-8", newline="\n")
