"""Tests that names, docstrings and test names use the terms of the field.

A reader who knows HTTP, OpenAPI, JSON Schema and Python should not have to translate.
CONTRIBUTING.md has the glossary. The lists here are short: they hold the worst back.
"""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.project import ROOT

FOLDERS = ("generator/clientcast", "templates/_runtime", "tests")

WORDS = {
    "answer(s|ed)?": "response, or respond",
    "asked": "requested, called with",
    "kin": "related, or the relation",
    "meant": "intended, corrected, effective",
    "mend(s|ed)?": "fix",
    "said|says|unsaid": "documented, declared; what is printed is a message",
    "spoken|unspeakable": "qualified; invalid as an identifier",
    "tells|told": "returns, reports; reported, documented, passed",
    "trouble": "error, failure",
    "wish(es|ed)?": "the header or option, such as retry_after",
}
"""Words that hide a term, with better ones, for names and first lines of docstrings."""

OPENINGS = {
    "How|Why": "a verb, such as 'Return the number of', or the noun",
    "One": "A",
    "That|Those|Which": "a noun, such as 'Rules for' or 'Operations with'",
    "What": "a noun, such as 'Result of', or a verb, such as 'Return the type of'",
    "Where": "'Location of', or 'Return the location of'",
}
"""First words that a docstring does not have, with better beginnings.

A function begins with an imperative verb; a class or module with a noun of the field.
"""

FORMS = {
    "test_(what|where|how|that|which|why|those)_.*": "the case and the expectation",
    ".*_by_itself(_.*)?": "the actor, or alone",
    ".*_of_ours(_.*)?": "own, or the name of the part",
    ".*_(goes|came|comes)_out(_.*)?": "sent, written, generated",
}
"""Forms of names that are riddles, with better ones."""


def names(tree: ast.AST) -> Iterator[str]:
    """Yield the names of functions, parameters, classes, fields and module variables."""
    for node in ast.walk(tree):
        match node:
            case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name):
                yield name
            case ast.arg(arg=name):
                yield name
            case ast.ClassDef(name=name, body=body):
                yield name
                yield from variables(body)
            case ast.Module(body=body):
                yield from variables(body)
            case _:
                pass


def variables(body: list[ast.stmt]) -> Iterator[str]:
    """Yield the names that a module or class assigns."""
    for node in body:
        match node:
            case ast.AnnAssign(target=ast.Name(id=name)):
                yield name
            case ast.Assign(targets=[ast.Name(id=name)]):
                yield name
            case _:
                pass


def first_lines(tree: ast.AST) -> Iterator[str]:
    """Yield the first line of each docstring."""
    documented = ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef
    for node in ast.walk(tree):
        if isinstance(node, documented) and (text := ast.get_docstring(node)):
            yield text.partition("\n")[0]


def better(texts: list[str], forms: dict[str, str]) -> Iterator[str]:
    """Yield the better words for each text that has one of the forms."""
    for text in texts:
        for form, instead in forms.items():
            if re.fullmatch(form, text):
                yield f"{text}: better: {instead}"


def riddles(tree: ast.AST) -> list[str]:
    """Return a message for each name and docstring with a word or form of the lists."""
    found: list[str] = []
    for name in names(tree):
        if not name.startswith("_"):
            parts = re.sub("(?<=[a-z])(?=[A-Z])", "_", name).lower().split("_")
            found += [*better([name], FORMS)]
            found += [f"{name}: {message}" for message in better(parts, WORDS)]
    for line in first_lines(tree):
        words = re.findall("[a-z]+", re.sub("`[^`]*`", "", line.lower()))
        messages = [*better([line.split()[0]], OPENINGS), *better(words, WORDS)]
        found += [f"{line}: {message}" for message in messages]
    return found


def python_files(folder: Path) -> Iterator[Path]:
    for path in sorted(folder.rglob("*.py")):
        if "node_modules" not in path.parts:
            yield path


@pytest.mark.parametrize("folder", FOLDERS)
def test_names_and_docstrings_use_terms_of_the_field(folder: str) -> None:
    found: list[str] = []
    for path in python_files(ROOT / folder):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        found += [f"{path.relative_to(ROOT)}: {message}" for message in riddles(tree)]
    assert not found, "\n".join(["", *found])


@pytest.mark.parametrize(
    ("source", "count"),
    [
        ("def test_what_the_server_wishes(): pass", 2),
        ("def told_names(answer): pass", 2),
        ("class SpokenName:\n    said: str\n    'A name.'", 2),
        ("def parse():\n    '''What a schema says.'''", 2),
        ("'''Rules for `answer` in paths.'''\nSAID = 1\n_told = 2", 1),
        ("def retry_after():\n    '''Return the delay in seconds.'''", 0),
    ],
)
def test_riddles_are_found(source: str, count: int) -> None:
    assert len(riddles(ast.parse(source))) == count


@pytest.mark.parametrize("folder", FOLDERS)
def test_folders_have_python_files(folder: str) -> None:
    assert len(list(python_files(ROOT / folder))) > 10
