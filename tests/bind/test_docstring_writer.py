"""Tests of docstring literals: they contain the text and do not end early."""

import ast
import string as letters

import black
import pytest
from clientcast.bind import docstrings
from clientcast.bind.docstrings import docstring, single_line, wrap_markdown
from hypothesis import example, given, settings
from hypothesis import strategies as st

from tests.support.texts import TRICKY, assert_legible, texts, with_texts

each_text = with_texts(TRICKY)


def alphanumerics(text: str) -> list[str]:
    """Return the letters and digits of a text, which no escape may change."""
    return [character for character in text if character.isalnum()]


def value_of(docstring: str) -> str:
    """Return the value of a docstring, and assert that it is one statement of a function."""
    module = ast.parse(f"def function():\n    {docstring}\n    return 1\n")
    (function,) = module.body
    assert isinstance(function, ast.FunctionDef)
    first, second = function.body
    assert isinstance(second, ast.Return)
    assert isinstance(first, ast.Expr) and isinstance(first.value, ast.Constant)
    value = first.value.value
    assert isinstance(value, str)
    return value


@each_text
def test_docstring_contains_the_text_and_does_not_end_early(text: str) -> None:
    literal = docstring(text)
    assert_legible(literal)
    value = value_of(literal) if literal else ""
    assert alphanumerics(value) == alphanumerics(text)
    *lines, last = value.split("\n")
    assert all(line == line.rstrip() for line in lines)
    # A last quote has a space after it: Black would add one.
    assert last.removesuffix(" ") == last.rstrip() and (
        last[-1:] != " " or last[-2:] == '" '
    )


@each_text
def test_docstring_has_no_terminal_control_characters(text: str) -> None:
    value = ast.literal_eval(docstring(text, arguments=[("name", text)]))
    assert not set(value) & set(map(chr, (*range(10), *range(11, 32), 127, 0x202E)))


@each_text
def test_single_line_joins_lines_and_keeps_combining_marks(text: str) -> None:
    assert single_line(text).splitlines() in ([], [single_line(text)])
    assert alphanumerics(single_line(text)) == alphanumerics(text)
    assert single_line("हिन्दी e\u0301") == "हिन्दी e\u0301"


def test_sections_are_in_google_style_order() -> None:
    literal = docstring(
        "More of it.",
        summary="List it.",
        arguments=[("size", "How\nmany.")],
        returns="A list.",
        raises=[("NotFoundError", "There is none.")],
        example="for thing in things.list(\n    size=1,\n):\n    print(thing)",
    )
    assert value_of(literal).splitlines() == [
        "List it.",
        "",
        "More of it.",
        "",
        "Args:",
        "    size: How many.",
        "",
        "Returns:",
        "    A list.",
        "",
        "Raises:",
        "    NotFoundError: There is none.",
        "",
        "Examples::",
        "",
        "    for thing in things.list(",
        "        size=1,",
        "    ):",
        "        print(thing)",
    ]


@settings(deadline=None, max_examples=100)
@given(texts)
@example('"""')
@example("\\")
@example('a "quote"')
@example("a\n    b\\\n")
def test_black_keeps_the_text_of_a_docstring(text: str) -> None:
    module = f"class Model:\n    {docstring(text)}\n\n    id: str\n"
    formatted = black.format_str(module, mode=black.Mode())
    assert black.format_str(formatted, mode=black.Mode()) == formatted
    if docstring(text):
        (model,) = ast.parse(formatted).body
        assert isinstance(model, ast.ClassDef)
        value = ast.get_docstring(model)
        assert value is not None and alphanumerics(value) == alphanumerics(text)


widths = st.integers(min_value=40, max_value=100)
indents = st.sampled_from(["", "    ", "        "])
markdown = st.lists(
    st.sampled_from(
        ["- item", "* another one", "1. first", "12) twelfth", "```", "    code  here"]
        + ["| a | b |", "# heading", "> quote", "", "  ", "\tt", "a longer line " * 9]
        + ["x" * 120, "-", "1.", "--- ", "***", "a  b\u00a0c"]
    )
    | texts
).map("\n".join)


@settings(deadline=None, max_examples=300)
@given(markdown, widths, indents)
@example("```\nnever closed\n\n  a", 80, "    ")
@example("\x0ca\x0cb", 80, "    ")
@example("- " + "word " * 60, 60, "    ")
@example("a\0b - c", 80, "    ")
@example("a\n\n\n\nb", 80, "    ")
def test_wrapping_keeps_every_word(text: str, width: int, indent: str) -> None:
    assert alphanumerics(wrap_markdown(text, width, indent)) == alphanumerics(text)


@settings(deadline=None)
@given(st.lists(st.text(letters.ascii_lowercase, min_size=1)), widths, indents)
@example(["word"] * 100, 60, "        ")
def test_wrapping_fills_to_the_width(
    alphanumerics: list[str], width: int, indent: str
) -> None:
    first, *rest = wrap_markdown(" ".join(alphanumerics), width, indent).split("\n")
    for line in (indent + first, *rest):
        assert line.startswith(indent)
        assert len(line) <= max(width, 40 + len(indent)) or " " not in line.strip()


def test_wrapping_keeps_blocks_other_than_paragraphs() -> None:
    text = (
        "One\nparagraph.\n\n"
        "- an item\n  that goes on\n- another\n\n"
        "```python\nx  =  1\n\n\ny = 2\n```\n"
        "| a   | b |\n|-----|---|\n"
        "    indented  code\n"
        "# Heading\n> quote   kept"
    )
    assert wrap_markdown(text, 80) == (
        "One paragraph.\n\n"
        "- an item that goes on\n- another\n\n"
        "```python\nx  =  1\n\n\ny = 2\n```\n"
        "| a   | b |\n|-----|---|\n"
        "    indented  code\n"
        "# Heading\n> quote   kept"
    )


@pytest.mark.parametrize("word", ["-", "#", "2)", "1.", ">", "| a", "=", "---"])
def test_wrapping_does_not_begin_a_line_with_a_block_marker(word: str) -> None:
    text = f"{'word ' * 7}andso {word} more words"
    assert wrap_markdown(text, 40).split("\n") == [
        f"{'word ' * 7}".strip(),
        f"andso {word} more words",
    ]


def test_wrapped_list_items_have_a_hanging_indent() -> None:
    assert wrap_markdown("- " + "word " * 12, 40, "    ").split("\n") == [
        "- word word word word word word word",
        "      word word word word word",
    ]


@pytest.mark.parametrize(
    ("text", "wrapped"),
    [
        ("```json\n{}\n```\nEnd", "```json\n{}\n```\nEnd"),
        ("```json\n{}", "```json\n{}\n```"),
        ("~~~ {.python exec=1}\nx\n~~~", "```\nx\n```"),
        ("``` python exec=1\nx\n````", "```python\nx\n```"),
        ("  ```\n  x\n    y\n  ```", "```\nx\n  y\n```"),
        ("~~~~\n```\n~~~\n~~~~\nEnd", "```\n``\n~~\n```\nEnd"),
        ("Say ```x``` and ~~~y", "Say ``x`` and ~~y"),
    ],
)
def test_code_fences_are_closed_and_lose_attributes(text: str, wrapped: str) -> None:
    assert wrap_markdown(text, 80) == wrapped


FRAGMENTS = (
    *("<", ">", "](", "]:", "![", "`", "`_", "{raw}", "javascript", "vbscript", ":"),
    *("file:/", "data:a/html", "flake8=", "autoflake", "autopep8", "isort", "mypy"),
    *("pyre-ignore", "vi", "vim", "vim<7", "ex", "-*-", "Local variables", "8<-"),
    *(">>>", "..", "__", "#", "pragma no", "///", ":::", " ", "\n", "a", "=", "ſ", "İ"),
)


@given(fragments=st.lists(st.sampled_from(FRAGMENTS), min_size=1, max_size=8))
def test_markup_is_escaped_in_each_text_that_a_pattern_matches(
    fragments: list[str],
) -> None:
    text = "".join(fragments)
    for pattern, signs in (
        (docstrings._SIGN_NEEDS_SPACE, docstrings._SIGNS),
        (docstrings._WORD_NEEDS_SPACE, docstrings._WORDS),
        (docstrings._NEEDS_BACKSLASH, docstrings._BACKSLASH_SIGNS),
    ):
        for variant in (text, text.upper()):
            assert docstrings._may_contain(variant, signs) or not pattern.search(
                variant
            )
