"""Tests that exceptions are reported in one line, and a traceback only with `--traceback`."""

from pathlib import Path

import black
import click
import pytest
from black.parsing import InvalidInput
from click.testing import CliRunner, Result
from clientcast import output, pipeline
from clientcast.cli import docs as cli_docs
from clientcast.cli import main
from clientcast.docs import PackageError
from clientcast.parse.schemas import SchemaReader

SPEC = """\
openapi: 3.1.0
info: {title: Pets, version: '1'}
servers: [{url: 'https://pets.example'}]
paths:
  /pets:
    get:
      operationId: listPets
      responses:
        '200':
          description: All of them.
          content:
            application/json:
              schema: {$ref: '#/components/schemas/Pets'}
components:
  schemas:
    Pets: {type: array, items: {type: string}}
"""
STAGES = {
    "read_source": "reading",
    "check": "checking",
    "parse": "parsing",
    "bind": "binding",
    "code_files": "rendering",
}
FAULTS = [
    RuntimeError("no"),
    RecursionError("maximum recursion depth exceeded"),
    MemoryError(),
    KeyError("x"),
    AssertionError(),
    PackageError("the code is not what is recorded"),
    InvalidInput("cannot parse: 1:1\n\n   ^ \x1b[31m"),
    UnicodeEncodeError("utf-8", "\ud800", 0, 1, "surrogates not allowed"),
]


@pytest.fixture
def spec(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    path = Path("pets.yaml")
    path.write_text(SPEC, encoding="utf-8")
    return path


def run(*arguments: str) -> Result:
    return CliRunner().invoke(main, arguments)


def fail(
    monkeypatch: pytest.MonkeyPatch, place: object, name: str, error: BaseException
) -> None:
    """Replace a function by one that raises an exception."""

    def raise_(*_: object, **__: object) -> None:
        error.__notes__ = []  # It may have been raised before.
        raise error

    monkeypatch.setattr(place, name, raise_)


@pytest.mark.parametrize("stage", STAGES)
@pytest.mark.parametrize("error", FAULTS, ids=lambda error: type(error).__name__)
def test_exception_of_a_stage_is_one_line_and_writes_nothing(
    stage: str, error: Exception, spec: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fail(monkeypatch, pipeline, stage, error)
    for command in ("generate", "check"):
        result = run(command, "--spec", "pets.yaml", "--output", "made")
        assert result.exit_code == 1
        assert result.stdout == ""
        line, status = result.stderr.splitlines()
        assert status == "exit 1"
        assert type(error).__name__ in line
        assert f"({STAGES[stage]}, pets.yaml)" in line.replace("(in ", "(")
        assert "\x1b" not in line
    assert not Path("made").exists()


def test_fault_names_the_schema_and_how_to_report_it(
    spec: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fail(monkeypatch, SchemaReader, "merged_type", KeyError("x"))
    line = run("check", "--spec", "pets.yaml").stderr
    assert line.startswith("Error: this is a fault of clientcast ")
    assert "KeyError: 'x' (in #/components/schemas/Pets, parsing, pets.yaml)" in line
    assert "clientcast --traceback" in line


def test_fault_names_the_file_that_black_refuses(
    spec: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fail(monkeypatch, black, "format_str", InvalidInput("cannot parse"))
    line = run("check", "--spec", "pets.yaml", "--formatter", "black").stderr
    assert "InvalidInput: cannot parse (in __init__.py, rendering, pets.yaml)" in line


def test_traceback_option_shows_the_traceback(
    spec: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fail(monkeypatch, pipeline, "parse", RuntimeError("no \x1b[31m"))
    result = run("--traceback", "check", "--spec", "pets.yaml")
    assert result.exit_code == 1
    assert "Traceback (most recent call last):" in result.stderr
    assert "\x1b" not in result.stderr
    assert result.stderr.splitlines()[-2].startswith("Error: this is a fault of")


@pytest.mark.parametrize("command", ["generate", "docs"])
def test_unwritable_output_is_one_line(
    command: str, spec: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run("generate", "--spec", "pets.yaml", "--output", "made")
    fail(monkeypatch, output, "write", PermissionError(13, "Permission denied", "made"))
    arguments = {
        "generate": ("generate", "--spec", "pets.yaml", "--output", "made"),
        "docs": ("docs", "made", "--output", "pages"),
    }
    result = run(*arguments[command])
    assert result.exit_code == 1
    assert result.stderr == "Error: made: Permission denied\nexit 1\n"


def test_exception_in_docs_is_one_line(
    spec: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run("generate", "--spec", "pets.yaml", "--output", "made")
    fail(monkeypatch, cli_docs, "extract", RecursionError("too deep"))
    result = run("docs", "made")
    assert result.exit_code == 1
    assert "a fault of clientcast" in result.stderr
    assert "RecursionError: too deep (in made)" in result.stderr
    assert not Path("docs").exists()


def test_interrupt_prints_no_traceback(
    spec: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fail(monkeypatch, pipeline, "parse", KeyboardInterrupt())
    result = run("generate", "--spec", "pets.yaml", "--output", "made")
    assert (result.exit_code, result.stderr.split()) == (1, ["Aborted!", "exit", "1"])
    assert not Path("made").exists()


def test_broken_pipe_prints_no_traceback(
    spec: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fail(monkeypatch, click, "echo", BrokenPipeError(32, "Broken pipe"))
    result = run("check", "--spec", "pets.yaml")
    assert (result.exit_code, result.output) == (1, "")
