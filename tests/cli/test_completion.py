"""Tests of the examples in `--help`, and of completion in a shell."""

import shlex
from pathlib import Path

import click
import pytest
from click.shell_completion import ShellComplete
from clientcast.cli import main

from tests.support.project import ROOT

COMMANDS = main.list_commands(click.Context(main))


def complete(*words: str) -> list[tuple[str, str]]:
    """Return the type and value of each completion of the last word."""
    shell = ShellComplete(main, {}, "clientcast", "_CLIENTCAST_COMPLETE")
    items = shell.get_completions(list(words[:-1]), words[-1])
    return [(item.type, item.value) for item in items]


@pytest.mark.parametrize("name", COMMANDS)
def test_help_has_an_example_that_is_parsed(name: str) -> None:
    context = click.Context(main)
    command = main.get_command(context, name)
    assert command is not None
    text = command.get_help(click.Context(command, info_name=name))
    examples = [
        line
        for line in map(str.strip, text.splitlines())
        if line.startswith("clientcast ")
    ]
    assert examples
    for example in examples:
        _, verb, *arguments = shlex.split(example)
        assert verb == name
        command.make_parser(context).parse_args(arguments)


def test_commands_and_options_are_completed() -> None:
    assert complete("gen") == [("plain", "generate")]
    assert ("plain", "--naming") in complete("generate", "--n")
    assert complete("generate", "--formatter", "b") == [("plain", "black")]


@pytest.mark.parametrize(
    "verb", ["generate", "watch", "check", "docs", "upstream", "traffic"]
)
def test_documents_of_the_project_are_completed(
    verb: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(ROOT)
    assert complete(verb, "o") == [("plain", "okta")]


@pytest.mark.parametrize("verb", ["check", "docs"])
def test_folders_are_completed_by_the_shell(
    verb: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(ROOT)
    assert complete(verb, "generated/o") == [("dir", "generated/o")]


def test_project_without_settings_has_no_documents(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert complete("generate", "") == []
    (tmp_path / "pyproject.toml").write_text("[tool.clientcast]\nspecs = 5\n")
    assert complete("generate", "") == []


def test_clients_and_codes_are_completed() -> None:
    assert complete("vendor", "o") == [("plain", "okta")]
    assert complete("explain", "unresolved") == [("plain", "unresolved-reference")]
