"""Every code block, transcript and link of the README and the guide.

The blocks of a page run in order, in one folder. Python blocks share a namespace and call a server
on loopback. A block with a `title` is a file. `console` blocks are transcripts: their output is
compared, where `...` stands for any text. Commands in `sh` blocks are only parsed.
"""

import asyncio
import re
import shlex
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click
import pytest
from click.testing import CliRunner
from clientcast.cli import main
from clientcast.config import load_jobs
from clientcast.docs.links import slug
from clientcast.output import write
from clientcast.pipeline import cast

from tests.guide.blocks import PAGES, Block, read_blocks, read_headings, read_links
from tests.guide.vendors import State, redirect, run_vendors
from tests.support.programs import run_program
from tests.support.project import ROOT

ACME = ROOT / "docs" / "acme.md"


@pytest.fixture(scope="session")
def acme(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the folder that has the package `acme`."""
    folder = tmp_path_factory.mktemp("acme")
    document = folder / "acme.yaml"
    (block,) = (b for b in read_blocks(ACME) if b.title == document.name)
    document.write_text(block.text, encoding="utf-8")
    files = cast(document, document.name).files
    assert files is not None
    write(folder / "acme", files)
    return folder


@pytest.fixture
def vendors(monkeypatch: pytest.MonkeyPatch) -> Iterator[State]:
    with run_vendors() as state:
        redirect(state, monkeypatch)
        yield state


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_blocks_run(
    page: Path,
    acme: Path,
    vendors: State,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    (tmp_path / "pyproject.toml").touch()
    monkeypatch.chdir(tmp_path)
    monkeypatch.syspath_prepend(str(acme))
    monkeypatch.syspath_prepend(str(tmp_path))
    monkeypatch.setenv("CLERK_SECRET_KEY", "sk_test_1")
    namespace: dict[str, Any] = {}
    clients: dict[int, Any] = {}
    modules = set(sys.modules)
    for block in read_blocks(page):
        if block.title:
            write_file(block, tmp_path)
        elif block.language == "python":
            run_program(block.text, str(block), namespace)
            made = filter(is_client, namespace.values())
            clients |= {id(value): value for value in made}
        elif block.language == "console":
            compare_transcript(block)
        elif block.language == "sh":
            parse_commands(block)
        else:
            assert block.language in ("", "text", "yaml", "toml"), str(block)
    if page.name in ("README.md", "sessions.md"):
        assert (vendors.clerk, vendors.pangea) == ([], [])
    for client in clients.values():
        close(client)
    for name in set(sys.modules) - modules:
        if name.partition(".")[0] in ("clients", "src"):
            del sys.modules[name]


def write_file(block: Block, folder: Path) -> None:
    """Write a block to its file; settings must be valid."""
    path = folder / block.title
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(block.text, encoding="utf-8")
    if path.name == "pyproject.toml":
        for spec in re.findall(r'"([^"\s]+\.(?:yaml|json))"', block.text):
            (folder / spec).parent.mkdir(parents=True, exist_ok=True)
            (folder / spec).touch()
        assert load_jobs(folder), str(block)


def is_client(value: object) -> bool:
    return hasattr(value, "with_options") and not isinstance(value, type)


def close(client: Any) -> None:
    """Close a client that a page leaves open, as a program does until it ends."""
    if hasattr(client, "aclose"):
        asyncio.run(client.aclose())
    else:
        client.close()


def compare_transcript(block: Block) -> None:
    """Run the commands of a transcript and compare their output."""
    for part in re.split(r"^\$ ", block.text, flags=re.MULTILINE)[1:]:
        command, _, expected = part.partition("\n")
        output = run_command(command)
        pattern = re.escape(expected).replace(r"\.\.\.", r"(?s:.*?)")
        assert re.fullmatch(pattern, output), f"{block}: {command}\n{output}"


def run_command(command: str) -> str:
    """Return the output of a command."""
    name, *arguments = shlex.split(command)
    if name != "clientcast":
        assert name in ("cat", "git", "ls", "sed", "grep"), command
        return subprocess.check_output([name, *arguments], text=True)
    result = CliRunner().invoke(main, arguments)
    assert isinstance(result.exception, SystemExit | None), command
    return result.output


def parse_commands(block: Block) -> None:
    """Parse the commands of a block."""
    for line in block.text.splitlines():
        name, *arguments = shlex.split(line, comments=True)
        if name == "clientcast":
            verb, *rest = arguments
            context = click.Context(main)
            command = main.get_command(context, verb)
            assert command is not None, f"{block}: {line}"
            command.make_parser(context).parse_args(rest)
        else:
            assert name in ("uv", "pip", "python"), f"{block}: {line}"


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_links_lead_to_files_and_headings(page: Path) -> None:
    for target in read_links(page):
        if re.match(r"https?:", target):
            continue
        path, _, fragment = target.partition("#")
        file = (page.parent / path).resolve() if path else page
        assert file.exists(), f"{page.name}: {target}"
        if fragment:
            anchors = [slug(heading) for heading in read_headings(file)]
            assert fragment in anchors, f"{page.name}: {target}"


def test_every_page_is_in_the_index() -> None:
    index = ROOT / "docs" / "index.md"
    listed = [target for target in read_links(index) if "/" not in target]
    pages = {path.name for path in (ROOT / "docs").glob("*.md")} - {index.name}
    assert sorted(listed) == sorted(pages)
    assert len(set(listed)) == len(listed)


def test_readme_is_short() -> None:
    readme = ROOT / "README.md"
    assert len(readme.read_text(encoding="utf-8").splitlines()) <= 150
