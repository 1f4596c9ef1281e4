"""Tests that text of a document is inactive in docstrings.

The texts contain markup that doctest, Sphinx, Markdown renderers and linters act upon. They
are put into docstrings in every position, and then read with these tools.
"""

import ast
import doctest
import json
import re
from collections.abc import Callable, Iterator
from pathlib import Path

import docutils.core
import markdown
import pytest
from clientcast.bind.docstrings import docstring
from clientcast.pipeline import cast
from hypothesis import given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from tests.support.live import HOSTILE, assert_no_active_content

PLACES = [
    "{}",
    "Fine.\n\n{}",
    "- {}",
    "- item\n\n  {}",
    "> {}",
    "| a | b |\n|---|---|\n| {} | x |",
    "```\n{}\n```",
    "```\n{}",
    "    {}",
    "`{}`",
    "*{}*",
    "word " * 14 + "{}",
]
TEXTS = [place.format(text) for place in PLACES for text in HOSTILE]


def docstring_value(text: str) -> str:
    """Return the value of a docstring with a text in every section."""
    entries = [("name", text)]
    literal = docstring(
        text, summary=text, arguments=entries, returns=text, raises=entries
    )
    found = ast.literal_eval(literal)
    assert isinstance(found, str)
    return found


def render_rest(text: str) -> str:
    """Render reST with docutils, with all features enabled."""
    options = {
        "raw_enabled": True,
        "file_insertion_enabled": True,
        "report_level": 5,
        "halt_level": 6,
        "math_output": "MathML",
    }
    parts = docutils.core.publish_parts(
        text, writer="html5", settings_overrides=options
    )
    return str(parts["body"])


EXTENSIONS = [
    "extra",
    "sane_lists",
    "toc",
    "admonition",
    "wikilinks",
    "pymdownx.blocks.html",
    "pymdownx.blocks.details",
    "pymdownx.highlight",
    "pymdownx.superfences",
    "pymdownx.snippets",
    "pymdownx.tilde",
    "pymdownx.caret",
]
READERS: dict[str, Callable[[], Callable[[str], str]]] = {
    "commonmark": lambda: MarkdownIt("commonmark").enable("table").render,
    "gfm": lambda: MarkdownIt("commonmark").enable(["table", "strikethrough"]).render,
    "python-markdown": lambda: markdown.Markdown().convert,
    "mkdocs": lambda: markdown.Markdown(extensions=EXTENSIONS).convert,
    "reST": lambda: render_rest,
}


@pytest.mark.parametrize("reader", READERS)
def test_rendered_docstring_has_no_active_markup(reader: str) -> None:
    render = READERS[reader]()
    for text in TEXTS:
        assert_no_active_content(render(docstring_value(text)))


@pytest.mark.parametrize("reader", READERS)
def test_readers_find_active_markup_in_unescaped_texts(reader: str) -> None:
    found = 0
    render = READERS[reader]()
    for text in HOSTILE:
        try:
            assert_no_active_content(render(text))
        except AssertionError:
            found += 1
    assert found >= 10


def test_docstring_contains_no_doctest() -> None:
    for text in TEXTS:
        assert doctest.DocTestParser().get_examples(docstring_value(text)) == []


PRAGMAS = [
    "# flake8: noqa",
    "# FLAKE8:NOQA",
    "# mypy: ignore-errors",
    "# pyre-ignore-all-errors",
    "# pyre-unsafe",
    "# autoflake: skip_file",
    "# autopep8: off",
    "# isort: off",
    "# isort:split",
    "isort: skip_file",
    "isort:skip_file",
    "vi: set sw=1",
    "vim: set modeline foldexpr=x:",
    "vim:fdm=expr",
    "vim<700: set sw=1",
    "vim>=700:sw=1",
    "vim600: sw=1",
    "ex: set sw=1",
    "-*- mode: x; eval: (x) -*-",
    "-*-python-*-",
    "Local Variables:",
    "# pragma: no cover",
    "#pragma no branch",
    "# PRAGMA: NO COVER",
]
LIVE_PRAGMA = re.compile(
    r"""
    ^\s*\#\s*(flake8[:=]|mypy:[ ]|pyre-|autoflake:|autopep8:)
    |isort:
    |(^|\s)(vi|vim|vim[<=>]*\d+|ex):
    |-\*-
    |Local[ ]Variables:
    |\#\s*pragma[:\s]?\s*no\s*(cover|branch)
    """,
    re.IGNORECASE | re.VERBOSE,
)


@pytest.mark.parametrize("pragma", PRAGMAS)
def test_pragmas_are_found_in_unescaped_texts(pragma: str) -> None:
    assert LIVE_PRAGMA.search(pragma)


@pytest.mark.parametrize("pragma", PRAGMAS)
def test_docstring_lines_are_no_pragmas(pragma: str) -> None:
    for place in PLACES:
        lines = docstring_value(place.format(pragma)).splitlines()
        assert not any(map(LIVE_PRAGMA.search, lines)), lines


@pytest.mark.parametrize("word", ["vi", "vim", "ex"])
def test_a_space_after_a_sign_begins_no_pragma(word: str) -> None:
    assert f"< {word} :" in docstring_value(f"See <{word}: set sw=1")


@pytest.mark.parametrize(
    "title", ["Args", "Arguments", "Returns", "raises", "Examples", "Keyword Args"]
)
@pytest.mark.parametrize("form", ["{}:\n    x: y", "{}: x", "```\n{}\n------\nx\n```"])
def test_section_titles_in_descriptions_are_escaped(title: str, form: str) -> None:
    text = ast.literal_eval(docstring(form.format(title)))
    assert not re.search(rf"(?m)^ *{title}(:|\n *-+$)", text)
    assert title in text


def test_fields_in_descriptions_are_escaped() -> None:
    text = ast.literal_eval(docstring(":raises ValueError: Never.\n\n:meta private:"))
    assert text == "\\:raises ValueError: Never.\n\n\\:meta private:\n"


@pytest.mark.parametrize(
    "text",
    [
        "An id, as in `/x/{id}`: 1 < 2, a <= b, x > y. See [the guide](https://x.example/a?b=c#d).",
        "Read <https://x.example/docs> or [this](#that), [that](/docs/a.html), [mail](mailto:a@b.c).",
        '```json\n{"a": {"b": [1, 2]}}\n```',
        "| a | b |\n|---|---|\n| `x` | **y** |",
        "* One: two.\n* Three... four.\n\n# Note: this\n\n> A quote",
        "Index: 1, vertex: 2, Ex: 3, svi: 4, a pragma, not an example of vim or isort.",
        "Type: `x`. The result is data: `y`. Times: 12:30. Note: a {name} and __init__.",
    ],
)
def test_text_without_markup_is_unchanged(text: str) -> None:
    assert ast.literal_eval(docstring(text, width=200)).strip() == text


PARTS = st.sampled_from(
    "< > ` `` ``` ~~~ [ ] ( ) ! { } : :: .. __ \\ \n \n\n | * _ # = - + & ; \" '".split(
        " "
    )
    + ["script", "img src=x onerror=y", "javascript:", "https://a.b", "x", " ", "    "]
    + [".. raw:: html\n\n   <b>", "/// html | b", "- ", "> ", "{onclick=x}", ":role:"]
)


@settings(deadline=None, max_examples=25)
@given(st.lists(PARTS, max_size=14).map("".join))
def test_combined_constructs_are_escaped(text: str) -> None:
    for make in READERS.values():
        assert_no_active_content(make()(docstring_value(text)))
    assert doctest.DocTestParser().get_examples(docstring_value(text)) == []


def docstrings(source: str) -> Iterator[str]:
    """Yield the docstrings of a module, its classes, functions and attributes."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
            if isinstance(node.value.value, str):
                yield node.value.value


def document(text: str) -> dict[str, object]:
    """Return a document with a text in every description, summary and title."""
    schema = {
        "type": "object",
        "description": text,
        "properties": {"a": {"type": "string", "description": text}},
    }
    operation = {
        "operationId": "getIt",
        "summary": text,
        "description": text,
        "tags": ["it"],
        "parameters": [
            {
                "name": "q",
                "in": "query",
                "description": text,
                "schema": {"enum": ["a"], "description": text},
            }
        ],
        "responses": {
            "200": {
                "description": text,
                "content": {
                    "application/json": {"schema": {"$ref": "#/components/schemas/A"}}
                },
            },
            "404": {"description": text},
        },
    }
    scheme = {"type": "http", "scheme": "bearer", "description": text}
    return {
        "openapi": "3.1.0",
        "info": {
            "title": text,
            "version": "1",
            "summary": text,
            "description": text,
            "x-client": {"name": "It"},
        },
        "servers": [{"url": "https://it.example"}],
        "tags": [{"name": "it", "description": text}],
        "security": [{"key": []}],
        "paths": {"/it": {"get": operation}},
        "components": {"schemas": {"A": schema}, "securitySchemes": {"key": scheme}},
    }


@pytest.mark.parametrize("number", range(0, len(HOSTILE), 9))
def test_docstrings_of_a_client_have_no_active_markup(
    number: int, tmp_path: Path
) -> None:
    text = "\n\n".join(["Fine.", *HOSTILE[number : number + 9]])
    spec = tmp_path / "it.json"
    spec.write_text(json.dumps(document(text)), encoding="utf-8")
    files = cast(spec, spec.name).files
    assert files is not None
    found = 0
    for path, source in files.items():
        if path.endswith(".py") and not path.startswith("_runtime/"):
            for text in docstrings(source):
                found += 1
                assert doctest.DocTestParser().get_examples(text) == []
                for make in READERS.values():
                    assert_no_active_content(make()(text))
    assert found > 10
