"""Tests of long lists of diagnostics, and of the exit status in the last line."""

import json
from pathlib import Path

import pytest
from clientcast.diagnostic import Diagnostic, Severity
from clientcast.report import make_report, report_lines

from tests.cli.test_cli import PETS, run, write


def diagnostics(number: int, code: str, severity: Severity) -> list[Diagnostic]:
    return [
        Diagnostic("a.yaml", line, 1, code, f"it is {line}", severity=severity)
        for line in range(1, number + 1)
    ]


def test_long_list_has_errors_and_one_of_each_kind_first() -> None:
    found = sorted(
        [
            *diagnostics(2_000, "no-operation-id", Severity.WARNING),
            *diagnostics(3, "nullable", Severity.WARNING),
            *diagnostics(30, "unknown-type", Severity.ERROR),
        ]
    )
    report = make_report(0, 0, found)
    *shown, rest = report_lines(report)
    assert len(shown) == 50
    assert shown == [text for text in map(str, found) if text in set(shown)]
    codes = [line.split()[1] for line in shown]
    assert codes.count("unknown-type") == 30 and codes.count("nullable") == 3
    assert rest == (
        "and 1983 more: 1983 no-operation-id; clientcast check --all shows them"
    )
    assert report_lines(report, show_all=True) == list(map(str, found))
    assert len(report_lines(make_report(0, 0, found[:50]))) == 50


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    write("pets.yaml", PETS)
    write("old.yaml", PETS.replace("petId", "id"))
    return tmp_path


def test_check_shows_all_on_demand(folder: Path) -> None:
    tags = "".join(f"        - tag{number}\n" for number in range(60))
    text = PETS.replace("      tags: [pets]\n", f"      tags:\n{tags}")
    write("many.yaml", text)
    cut = run("check", "--spec", "many.yaml").stdout.splitlines()
    assert (
        cut[-3] == "and 10 more: 10 undeclared-tag; clientcast check --all shows them"
    )
    assert cut[-2] == "many: 1 operation, 60 warnings"
    whole = run("check", "--spec", "many.yaml", "--all").stdout
    assert whole.count("undeclared-tag") == 60
    assert " more: " not in whole


def test_status_of_diff_is_beside_its_json() -> None:
    arguments = ("diff", "old.yaml", "pets.yaml", "--fail-on", "breaking")
    assert run(*arguments, status=1).stdout.endswith(
        "\nexit 1: a breaking change with --fail-on breaking\n"
    )
    for options in (["--json"], ["--format", "markdown"]):
        result = run(*arguments, *options, status=1)
        assert result.stderr.startswith("exit 1: a breaking change")
        assert "exit" not in result.stdout
    json.loads(run(*arguments, "--json", status=1).stdout)


def test_status_of_a_usage_error_is_the_last_line() -> None:
    for arguments in (("--nonsense",), ("nonsense",), ("check", "--nonsense")):
        result = run(*arguments, status=2)
        assert result.stderr.endswith("\nexit 2\n")
        assert result.stdout == ""
